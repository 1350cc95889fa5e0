"""Fills the columns that say what the page behind each original URL is. A run that asks nobody does not load this."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from copydesk.captures.capture import Capture
from copydesk.errors import InputError
from copydesk.origin.columns import COLUMNS
from copydesk.origin.recognition.attributed import elsewhere, syndication
from copydesk.origin.recognition.drift import Drift, edited, text_drift
from copydesk.origin.recognition.fields import differences
from copydesk.origin.recognition.match import Claim, Shown
from copydesk.origin.recognition.page import Page
from copydesk.origin.recognition.verdict import Sibling, judge
from copydesk.pages.facts import same

SAME: Final = ("same", "same-teaser", "probably-same")
"""The matches in which the page is the article."""

Dump = bytes | None
"""A page as `Page.dump` gives it, or None."""

Captures = Mapping[str, tuple[Capture, Page | Dump]]
"""What came of asking, by the normal form of the original URL (`url_href`); a page that is not looked at yet may be a dump."""


def judged(
    articles: pl.DataFrame,
    captures: Captures,
    earlier: Mapping[str, Page] | None = None,
    sibling: Sibling | None = None,
) -> pl.DataFrame:
    """``articles`` (the article frame) with `COLUMNS`.

    ``earlier`` are the pages of the last run by the same keys, for what was edited since; ``sibling`` is asked where a page may
    be a soft 404 (`copydesk.origin.recognition.verdict.judge`). Takes some 15 ms for a record with a page of usual size.
    """
    judge_all = _Judge(captures, earlier or {}, sibling)
    rows = [judge_all.row(article) for article in articles.select(_READ).iter_rows(named=True)]
    return articles.with_columns(pl.DataFrame(rows, schema=COLUMNS, orient="row").get_columns())


_READ: Final = (
    "url_href", "url_host", "source", "title", "byline", "body", "canonical_url", "published_at", "published_precision",
    "published_day",
)  # fmt: skip

_NOTHING: Final = dict.fromkeys(COLUMNS) | {"origin_match": "not-checked"}


_KEPT: Final = 64
"""Pages that are held ready for comparison, about a megabyte each."""


class _Judge:
    """Judges articles one by one; records of one URL share the work on its page."""

    def __init__(self, captures: Captures, earlier: Mapping[str, Page], sibling: Sibling | None) -> None:
        self._captures, self._earlier, self._sibling = captures, earlier, sibling
        self._shown: dict[str, Shown | None] = {}
        self._led: defaultdict[str, set[str]] = defaultdict(set)
        for url, (capture, _) in captures.items():
            if capture.status is not None and same(url) != same(capture.final_url):
                self._led[same(capture.final_url)].add(same(url))

    def row(self, article: Mapping[str, Any]) -> dict[str, Any]:
        url = article["url_href"]
        if url is None or url not in self._captures:
            return _NOTHING
        capture, page = self._captures[url]
        shown = self._ready(url, page)
        claim = Claim(
            url, article["url_host"], article["source"], article["title"], article["body"], article["canonical_url"]
        )
        verdict = judge(claim, capture, shown, len(self._led[same(capture.final_url)]), self._sibling)
        found: dict[str, Any] = _NOTHING | {
            "origin_match": verdict.match,
            "origin_standing": verdict.standing,
            "origin_evidence": "; ".join(verdict.evidence),
            "origin_containment": verdict.likeness and verdict.likeness.containment,
        }
        if verdict.match in SAME and shown is not None:
            found |= _compared(article, claim, shown, capture.truncated) | _told(shown.page)
            before = None if capture.truncated else self._earlier.get(url)
            if before and (edit := edited(claim, Shown(before), shown)):
                found["origin_edit"] = edit.json()
        return found

    def _ready(self, url: str, page: Page | Dump) -> Shown | None:
        """The page for comparison; the last `_KEPT` are kept for other records of the same URL."""
        if url not in self._shown:
            if len(self._shown) >= _KEPT:
                self._shown.clear()
            loaded = _loaded(page) if isinstance(page, bytes) else page
            self._shown[url] = Shown(loaded) if loaded else None
        return self._shown[url]


def _loaded(dump: bytes) -> Page | None:
    """The page of a dump; a damaged one is as good as none."""
    try:
        return Page.load(dump)
    except InputError:
        return None


def _compared(article: Mapping[str, Any], claim: Claim, shown: Shown, truncated: bool) -> dict[str, Any]:
    fields: dict[str, Any] = dict(differences(article, claim, shown))
    text = Drift() if truncated else text_drift(claim, shown)  # what was not read of a page is not gone from it
    drift = replace(text, **fields)
    return {
        "origin_differs": list(drift.names),
        "origin_drift": drift.json(),
        "origin_missing_words": drift.missing_words,
    }


def _told(page: Page) -> dict[str, Any]:
    facts, rights = page.facts, page.rights
    return {
        "origin_title": page.headlines[0] if page.headlines else page.title or None,
        "origin_published_at": page.published_at,
        "origin_published_day": page.published_day,
        "origin_authors": list(page.authors),
        "origin_publisher": facts.publishers[0] if facts.publishers else page.site,
        "origin_canonical": page.canonical,
        "origin_organisations": list(facts.organisations),
        "origin_sources": list(dict.fromkeys((*facts.based_on, *facts.named_sources))),
        "origin_elsewhere": elsewhere(page),
        "origin_syndicated": syndication(page),
        "origin_reserved": list(rights.reserved),
        "origin_policy": rights.policy,
        "origin_licences": list(facts.licences),
        "origin_copyrights": list(facts.copyrights),
        "origin_free": facts.free,
    }
