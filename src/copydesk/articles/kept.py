"""What the kept HTML of an article says of it, as columns: its metadata, whose work it is, and what is reserved."""

from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from copydesk.captures.capture import Capture
from copydesk.pages import metadata as page
from copydesk.pages.facts import facts
from copydesk.pages.rights import rights

CLAIMS: Final[dict[str, pl.DataType]] = {
    "page_organisations": pl.List(pl.String()),
    "page_sources": pl.List(pl.String()),
    "page_licences": pl.List(pl.String()),
    "page_reserved": pl.List(pl.String()),
    "page_credentials": pl.String(),
}
"""``page_organisations`` are the names of `sourceOrganization` other than the publisher's, ``page_sources`` the addresses of
`isBasedOn`, `original-source` and `syndication-source` other than the page's own; ``page_licences`` what it gives as its licence,
``page_reserved`` the reservations of `copydesk.pages.rights`, ``page_credentials`` the address of its C2PA manifest
(`<link rel="c2pa-manifest">`, C2PA 2.4, section A.7)."""

COLUMNS: Final = {**page.COLUMNS, **CLAIMS}
"""What `columns` gives, null where the page says nothing and without HTML."""

_NOWHERE: Final = "https://unknown.invalid/"
_NO_ANSWER: Final = Capture("", "", datetime(1970, 1, 1, tzinfo=UTC))
"""A kept page comes without the headers of its answer."""


def columns(frame: pl.DataFrame) -> list[pl.Series]:
    """The columns `COLUMNS` for the records of ``frame`` (columns html, language and url_href)."""
    if frame["html"].null_count() == frame.height:
        return [pl.Series(name, [None] * frame.height, dtype=kind) for name, kind in COLUMNS.items()]
    rows = [_row(*row) for row in frame.select("html", "language", "url_href").iter_rows()]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").get_columns()


def _row(text: str | None, language: str | None, address: str | None) -> tuple[Any, ...]:
    if not text:
        return (None,) * len(COLUMNS)
    told = page.read(text)
    said = facts(told, address or _NOWHERE)
    return (
        *page.told(told, language),
        list(said.organisations) or None,
        list(dict.fromkeys((*said.based_on, *said.named_sources))) or None,
        list(said.licences) or None,
        list(rights(_NO_ANSWER, told).reserved) or None,
        told.credentials,
    )
