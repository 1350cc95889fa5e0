"""What other records of the same page say: their publication days and titles.

Records are of the same page when their URLs have the same normal form without scheme, ``www.``, fragment and last slash.
The columns hold what the *other* records say, so that no record is a witness for itself.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import polars as pl

COLUMNS: Final[dict[str, pl.DataType]] = {
    "url_days": pl.List(pl.Date()),
    "url_day_votes": pl.List(pl.Int64()),
    "url_titles": pl.List(pl.String()),
}
"""``url_days`` are the days of the other records, most frequent first, ``url_day_votes`` how many records give each;
``url_titles`` their distinct titles, most frequent first. Null where no other record has any."""

_KEPT = 10
"""Different days or titles of one page that are kept: a hostile input may have a new one in every record."""


def url_key() -> pl.Expr:
    """What records of the same page share; null without a URL."""
    return pl.col("url_href").str.replace(r"^https?://(?:www\.)?", "").str.replace(r"#.*$", "").str.strip_chars_end("/")


def sibling_days(frame: pl.DataFrame) -> list[pl.Series]:
    """The columns `COLUMNS` for ``frame`` (columns url_href, published_day, title), from its own records."""
    facts = frame.select(
        url_key().alias("key"),
        pl.col("published_day").alias("day"),
        "title",
    )
    shared = facts.with_row_index("row").filter(pl.col("key").is_not_null() & (pl.len().over("key") > 1))
    values: dict[str, list[Any]] = {name: [None] * frame.height for name in COLUMNS}
    for _, group in shared.group_by("key"):
        days, titles = _ranked(group["day"]), _ranked(group["title"])
        for row, day, title in group.select("row", "day", "title").iter_rows():
            if others := _without(days, day):
                values["url_days"][row] = [other for other, _ in others]
                values["url_day_votes"][row] = [votes for _, votes in others]
            values["url_titles"][row] = [other for other, _ in _without(titles, title)] or None
    return [pl.Series(name, values[name], dtype=kind) for name, kind in COLUMNS.items()]


def _ranked(values: Iterable[Any]) -> list[tuple[Any, int]]:
    return Counter(value for value in values if value is not None).most_common(_KEPT)


def _without(ranked: list[tuple[Any, int]], own: date | str | None) -> list[tuple[Any, int]]:
    """``ranked`` less one vote for ``own``, in the order that then holds."""
    left = [(value, votes - (value == own)) for value, votes in ranked]
    return sorted((item for item in left if item[1] > 0), key=lambda item: -item[1])
