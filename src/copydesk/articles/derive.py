"""From scraped text columns to the canonical article frame: dates, source, agencies and what the URL says."""

from hashlib import blake2b
from datetime import UTC, date, datetime, time
from typing import Final

import polars as pl

from copydesk.articles import agencies, dates, signatures
from copydesk.articles.frame import INSTANT, SCRAPED
from copydesk.origin import url
from copydesk.origin.addresses import Network

DERIVED: Final[dict[str, pl.DataType]] = {
    "published_at": INSTANT,
    "published_precision": pl.String(),
    "modified_at": INSTANT,
    "fetched_at": INSTANT,
    "seen_at": INSTANT,
    "url_href": pl.String(),
    "url_host": pl.String(),
    "url_problems": pl.List(pl.String()),
    "url_day": pl.Date(),
    "agency": pl.String(),
    "agencies": pl.List(pl.String()),
    "byline_agencies": pl.List(pl.String()),
    "signature_agencies": pl.List(pl.String()),
}
"""What `derive` adds. ``seen_at`` is the latest moment at which the article can have been published (crawl, else run);
``published_precision`` is instant, local or day; ``url_day`` the date in the URL's path;
``url_problems`` the names of `copydesk.origin.url.Problem`; the agencies are ids of `checks/vocabulary/agencies.csv`."""

_METADATA = [name for name in SCRAPED if name not in ("body", "html", "extra", "decoding")]


def derive(scraped: pl.DataFrame, fetched: datetime, allow: tuple[Network, ...] = ()) -> pl.DataFrame:
    """Adds the derived columns; ``fetched`` is when the run started, for records that do not say when they were scraped.

    ``allow`` are the private networks that original URLs may point into.
    Metadata lose the blanks at their ends. The body stays as it came: findings point into it.
    """
    frame = scraped.with_columns(pl.col(_METADATA).str.strip_chars())
    frame = frame.with_columns(_urls(frame["original_url"], allow))
    frame = frame.with_columns(
        _instants(frame["fetched"]).alias("fetched_at"), _instants(frame["modified"]).alias("modified_at")
    )
    frame = frame.with_columns(_seen(fetched), *_published(frame, fetched))
    frame = frame.with_columns(_source(frame), _ids(frame))
    return frame.with_columns(_agencies(frame))


def _urls(values: pl.Series, allow: tuple[Network, ...]) -> list[pl.Series]:
    read = [None if raw is None else url.read(raw, allow) for raw in values]
    return [
        pl.Series("url_href", [u and u.href for u in read], pl.String()),
        pl.Series("url_host", [u and u.host for u in read], pl.String()),
        pl.Series("url_problems", [sorted(u.problems) if u else [] for u in read], pl.List(pl.String())),
        pl.Series("url_day", [u and u.day for u in read], pl.Date()),
    ]


def _instants(values: pl.Series) -> pl.Series:
    parsed = [None if text is None else dates.parse(text) for text in values]
    return pl.Series([when and when.at for when in parsed], dtype=INSTANT)


def _seen(fetched: datetime) -> pl.Expr:
    """When the article was seen at the latest: a crawl date without a time means the end of that day."""
    crawled = pl.col("fetched_at")
    return (
        pl.when(crawled.dt.time() == time(0))
        .then(crawled.dt.offset_by("1d"))
        .otherwise(crawled)
        .fill_null(pl.lit(fetched, INSTANT))
        .alias("seen_at")
    )


def _published(frame: pl.DataFrame, fetched: datetime) -> list[pl.Series]:
    columns = frame.select("published", "language", "url_day", "fetched_at")
    parsed = [
        None if text is None else _publication(text, language, day, crawled or fetched)
        for text, language, day, crawled in columns.iter_rows()
    ]
    return [
        pl.Series("published_at", [when and when.at for when in parsed], dtype=INSTANT),
        pl.Series("published_precision", [when and when.precision for when in parsed], dtype=pl.String()),
    ]


def _publication(text: str, language: str | None, day: date | None, crawled: datetime) -> dates.Published | None:
    if not dates.is_ambiguous(text):
        return dates.parse(text, language)
    if day is not None:
        return dates.parse(text, language, day)
    read = dates.parse(text, language)
    if read is not None and read.at > crawled.astimezone(UTC):  # not the order of day and month that was meant
        return dates.parse(text, language, crawled.date())
    return read


def _source(frame: pl.DataFrame) -> pl.Series:
    return pl.Series(
        "source",
        [
            source or (url.registrable_domain(host) if host else None)
            for source, host in frame.select("source", "url_host").iter_rows()
        ],
        dtype=pl.String(),
    )


def _ids(frame: pl.DataFrame) -> pl.Series:
    """Records without an id get the digest of what makes them this article, the same in every run and format."""
    parts = ("original_url", "title", "published", "body")
    return pl.Series(
        "article_id",
        [
            known if known is not None
            else blake2b("\x1f".join(text or "" for text in texts).encode(), digest_size=8).hexdigest()
            for known, *texts in frame.select("article_id", *parts).iter_rows()
        ],
        dtype=pl.String(),
    )  # fmt: skip


def _agencies(frame: pl.DataFrame) -> list[pl.Series]:
    body = pl.col("body")
    ends = pl.concat_str(body.str.head(signatures.REACH), pl.lit("\n"), body.str.tail(signatures.REACH))
    likely = frame.select(pl.when(ends.str.contains_any(signatures.needles())).then(body))["body"]
    bylines = [() if text is None else agencies.in_byline(text) for text in frame["byline"]]
    signed = [() if text is None else tuple(agency for agency, _, _ in signatures.signed(text)) for text in likely]
    every = [tuple(dict.fromkeys((*byline, *signature))) for byline, signature in zip(bylines, signed, strict=True)]
    ids = pl.List(pl.String())
    return [
        pl.Series("byline_agencies", list(map(list, bylines)), dtype=ids),
        pl.Series("signature_agencies", list(map(list, signed)), dtype=ids),
        pl.Series("agencies", list(map(list, every)), dtype=ids),
        pl.Series("agency", [found[0] if found else None for found in every], dtype=pl.String()),
    ]
