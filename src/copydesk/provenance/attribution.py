"""Who probably wrote an article that somebody else printed: the signs of it, what each weighs, and what they say together.

Roles stay apart: the agency wrote, the publisher printed, the source is where the record was found, the original URL is what
it claims as its origin. Nothing here says that a text was taken without leave: a licence cannot be seen from outside.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import polars as pl

from copydesk.press.agencies import display_name, domains, in_byline, lookup
from copydesk.urls.url import joined, registrable_domain
from copydesk.vocabulary import escape, per_vocabulary

WEIGHTS: Final = {
    "canonical": 0.95,
    "own-site": 0.95,
    "signature": 0.9,
    "organisation": 0.9,
    "based-on": 0.9,
    "byline": 0.85,
    "page-byline": 0.7,
}
"""How much each sign is trusted alone: the canonical link leads to the agency's site; the URL itself is there; the text is
signed; `sourceOrganization`; `isBasedOn` or `original-source` at the agency's site; the byline; the page's own author. Signs
that agree are combined as if independent: 1 - (1 - a)(1 - b). docs/provenance.md tells where the weights come from."""

SURE: Final = 0.8
"""Confidence from which an article counts as attributed: any one sign but the page's author is enough."""

COLUMNS: Final[dict[str, pl.DataType]] = {
    "likely_agency": pl.String(),
    "likely_agency_confidence": pl.Float64(),
    "likely_agency_signals": pl.List(pl.String()),
    "canonical_site": pl.String(),
}
"""What `with_attribution` adds. ``likely_agency`` is an id of `checks/vocabulary/agencies.csv`, with its confidence (0 to 1) and
signs ("byline: AFP"), null without any; ``canonical_site`` the registrable domain that the page names as its canonical
place, null without a page or a link."""

_LISTS: Final = (
    "page_organisations",
    "origin_organisations",
    "page_sources",
    "origin_sources",
    "page_authors",
    "origin_authors",
)
_SEEN: Final = ("url_href", "byline_agencies", "signature_agencies", "page_canonical", "origin_canonical", *_LISTS)
_FEW: Final = 20


def with_attribution(articles: pl.DataFrame) -> pl.DataFrame:
    """``articles`` (the article frame, the origin's columns where it was asked) with `COLUMNS`."""
    there = set(articles.columns)
    seen = [name for name in _SEEN if name in there]
    filled = [pl.col(name).list.len().fill_null(0) > 0 for name in seen if name.endswith(("agencies", *_LISTS))]
    linked = [pl.col(name).is_not_null() for name in ("page_canonical", "origin_canonical") if name in there]
    at_agency = pl.col("url_host").str.contains(_sites_pattern()).fill_null(False)
    rows = articles.select(pl.any_horizontal(*filled, *linked, at_agency)).to_series().arg_true()
    values = [_row(row) for row in articles.select(seen)[rows].iter_rows(named=True)]
    found = pl.DataFrame(values, schema=COLUMNS, orient="row")
    nothing = pl.DataFrame({name: [None] for name in COLUMNS}, schema=COLUMNS)
    places = pl.Series([found.height], dtype=pl.Int64()).new_from_index(0, articles.height)
    places = places.scatter(rows, pl.int_range(len(rows), eager=True)) if len(rows) else places
    return articles.with_columns(pl.concat([found, nothing])[places].get_columns())


def _row(row: dict[str, Any]) -> tuple[str | None, float | None, list[str] | None, str | None]:
    home = _site(row["url_href"])
    canonicals = [_canonical(row.get(name), row["url_href"]) for name in ("origin_canonical", "page_canonical")]
    canonical = next(filter(None, canonicals), None)
    signs: dict[str, dict[str, str]] = {}
    for sign, agency, words in _signs(row, home, canonical):
        signs.setdefault(agency, {}).setdefault(sign, words)
    if not signs:
        return None, None, None, canonical
    ranked = sorted(signs, key=lambda agency: (-confidence(signs[agency]), list(signs).index(agency)))
    best = ranked[0]
    told = [f"{sign}: {words}" for sign, words in signs[best].items()]
    told += [f"{sign} says {display_name(agency)}" for agency in ranked[1:4] for sign in signs[agency]]
    return best, round(confidence(signs[best]), 4), told, canonical


def confidence(signs: Iterable[str]) -> float:
    """What ``signs`` (keys of `WEIGHTS`) that agree are worth together."""
    doubt = 1.0
    for sign in signs:
        doubt *= 1 - WEIGHTS[sign]
    return 1 - doubt


def _signs(row: dict[str, Any], home: str | None, canonical: str | None) -> Iterable[tuple[str, str, str]]:
    """(sign, agency, what was seen) for everything that points to an agency."""
    if canonical and canonical != home and (agency := _of_site(canonical)):
        yield "canonical", agency, canonical
    if home and (agency := _of_site(home)):
        yield "own-site", agency, home
    for agency in row["signature_agencies"]:
        yield "signature", agency, display_name(agency)
    for name in _texts(row, "organisations"):
        if agency := lookup(name.strip()):
            yield "organisation", agency, name[:100]
    for address in _texts(row, "sources"):
        if (site := _site(address)) and site != home and (agency := _of_site(site)):
            yield "based-on", agency, site
    for agency in row["byline_agencies"]:
        yield "byline", agency, display_name(agency)
    for name in _texts(row, "authors"):
        for agency in in_byline(name[:500]):
            yield "page-byline", agency, display_name(agency)


def _texts(row: dict[str, Any], kind: str) -> list[str]:
    return [*(row.get(f"origin_{kind}") or ()), *(row.get(f"page_{kind}") or ())][:_FEW]


def _canonical(link: str | None, base: str | None) -> str | None:
    """The site that a canonical link, which may be relative, leads to."""
    return _site(joined(base or "https://unknown.invalid/", link[:2_000])) if link else None


@lru_cache(maxsize=8_192)
def _site(address: str | None) -> str | None:
    """The registrable domain of an address in normal form."""
    if not address or not address.startswith(("http://", "https://")):
        return None
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    return registrable_domain(host) if host else None


def _of_site(site: str) -> str | None:
    return domains().get(site)


@per_vocabulary
def _sites_pattern() -> str:
    """Hosts of agencies; for Rust."""
    sites = "|".join(map(escape, sorted(domains()))) or "(?:$^)"
    return rf"(?:^|\.)(?:{sites})$"


def is_elsewhere(articles: pl.DataFrame) -> pl.Expr:
    """Whether the page names another site than its own as its canonical place; null where it names none."""
    hosts = articles["url_host"].unique()
    sites = pl.Series([registrable_domain(host) if host else None for host in hosts], dtype=pl.String())
    home = pl.col("url_host").replace_strict(hosts, sites, default=None, return_dtype=pl.String())
    return pl.col("canonical_site") != home
