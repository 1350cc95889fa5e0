"""From a page to a record: its text by trafilatura, everything else by what the page says of itself.

Dates, headline, authors and site come from JSON-LD and meta tags (`copydesk.pages.metadata`); only what those leave open is
taken from trafilatura. The page itself stays in `html`, for the rules that compare the record with it.
"""

import re
from typing import Any, Final

from copydesk.articles.extraction import Answer
from copydesk.pages import metadata as page
from copydesk.pages.charset import READ

LONGEST: Final = READ
"""Bytes of a page that are looked at; the longest of 166 real pages has 1.8 million."""

_LANGUAGE: Final = re.compile(
    r"""(?i)<html\b[^>]{0,2000}?\blang\s{0,5}=\s{0,5}["']?([a-z]{2,3}(?:[-_][a-z0-9]{2,8})?)"""
)
_SAVED: Final = re.compile(
    r"(?i)<!--\s{0,10}(?:saved from url=\(\d{1,6}\)|page saved with singlefile\s{0,10}url:\s{0,10})(https?://[^\s>]{1,2000})"
)
_SAVED_AT: Final = re.compile(
    r"(?i)<!--\s{0,10}page saved with singlefile[^>]{0,2500}?saved date:\s{0,10}([^\n>]{1,60})"
)
_HEAD: Final = 8_192


def record(text: str, answer: Answer, address: str | None = None, fetched: str | None = None) -> dict[str, Any]:
    """The page ``text`` under plain names. ``address`` and ``fetched`` are of whoever has asked for it; without them they are
    what browsers write into pages that they save, and then the page's own address."""
    told = page.read(text)
    claims = page.claimed(told)
    start = text[:_HEAD]
    saved, saved_at, language = _SAVED.search(start), _SAVED_AT.search(start), _LANGUAGE.search(start)
    own = next((url for url in (claims["canonical_url"], *told.first(("og:url",))) if url), None)
    made = {
        "title": claims["title"] or answer.get("title"),
        "byline": claims["byline"] or answer.get("author"),
        "published": claims["published"] or answer.get("date"),
        "modified": claims["modified"],
        "fetched": fetched or (saved_at and saved_at[1].strip()),
        "source": claims["source"] or answer.get("sitename"),
        "section": claims["section"],
        "language": claims["language"] or (language and language[1]),
        "body": _story(answer.get("text"), claims["title"] or answer.get("title")),
        "original_url": address or (saved and saved[1]) or own,
        "canonical_url": claims["canonical_url"],
        "html": text,
        "extractor": answer.get("extractor"),
        "extractor_version": answer.get("version"),
    }
    return made | ({"extraction": answer["failed"]} if answer.get("failed") else {})


def _story(text: str | None, title: object) -> str | None:
    """``text`` without the headline that trafilatura leaves on top of it: here it is known to be one."""
    first, _, rest = (text or "").partition("\n")
    return rest if rest and " ".join(first.split()) == title else text
