"""Whether a page's own title, date, byline and publisher agree with what the record says of them."""

from collections.abc import Mapping
from typing import Any, Final

from rapidfuzz import fuzz

from copydesk.origin.recognition.match import Claim, Shown, host_of, title_likeness
from copydesk.press import dates, headlines, names, sites
from copydesk.urls.url import registrable_domain

Difference = tuple[str, str]
"""(what the record says, what the page says)"""

TITLE: Final = 0.97
"""Likeness of titles below which they differ: a word changed in a headline of ten gives 0.95."""

_NAME: Final = 80
"""Likeness, 0 to 100, from which two names are one person's: "Jo Marten" and "Joe Marten"."""

_MOST: Final = 10
_LONGEST: Final = 300


def differences(article: Mapping[str, Any], claim: Claim, shown: Shown) -> dict[str, Difference]:
    """What differs, by the names of `copydesk.origin.recognition.drift.Drift`; a field that either side lacks never does.

    ``article`` is a row of the article frame.
    """
    found = {
        "title": _title(claim, shown),
        "date": _date(article, shown),
        "byline": _byline(article, shown),
        "publisher": _publisher(claim, shown),
    }
    return {name: (one[:_LONGEST], two[:_LONGEST]) for name, pair in found.items() if pair for one, two in [pair]}


def _title(claim: Claim, shown: Shown) -> Difference | None:
    like = title_likeness(claim, shown)
    if like is None or like >= TITLE or claim.title is None:
        return None
    page = shown.page
    return claim.title, page.headlines[0] if page.headlines else page.title


def _date(article: Mapping[str, Any], shown: Shown) -> Difference | None:
    page, day = shown.page, article["published_day"]
    if day is None or page.published_day is None:
        return None
    precision = article["published_precision"]
    if dates.agree(day, article["published_at"], precision, page.published_day, page.published_at):
        return None
    return str(day), str(page.published_day)


def _byline(article: Mapping[str, Any], shown: Shown) -> Difference | None:
    """Persons only: neither agencies nor the site's own name make two bylines differ."""
    own = _people(article["byline"] or "", article)
    page = shown.page
    authors = [author for author in page.authors[:_MOST] if "@" not in author]
    there = [person for author in authors for person in _people(author, article, page.site)]
    if not own or not there or any(_is_one(one, two) for one in own for two in there):
        return None
    return article["byline"], "; ".join(page.authors[:_MOST])


def _people(byline: str, article: Mapping[str, Any], site: str | None = None) -> list[str]:
    own = names.site_names(article["url_host"], article["source"]) | names.site_names(None, site)
    return [name for name in names.people(byline[:1_000])[:_MOST] if " " in name and not names.is_site(name, own)]


def _is_one(one: str, two: str) -> bool:
    first, second = set(one.split()), set(two.split())
    return first <= second or second <= first or len(first & second) > 1 or fuzz.ratio(one, two) >= _NAME


def _publisher(claim: Claim, shown: Shown) -> Difference | None:
    """The record's source against every name that the page gives its publisher, and against the page's own domain."""
    page, source = shown.page, claim.source
    told = [name for name in dict.fromkeys((*page.facts.publishers, page.site or "")) if name]
    host = host_of(page.url)
    if not source or not told or registrable_domain(host) == registrable_domain(source.casefold()):
        return None
    if sites.likeness(source, host) != "none" or any(sites.likeness(name, None, source) != "none" for name in told):
        return None
    if any(headlines.letters(name) == headlines.letters(source) for name in told):
        return None
    return source, told[0]
