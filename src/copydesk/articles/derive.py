"""From scraped text columns to the canonical article frame: dates, source, agencies and what the URL says."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np
import polars as pl

from copydesk.articles import credentials, kept, signs
from copydesk.articles.frame import SCRAPED
from copydesk.encoding import short_digest
from copydesk.press import agencies, dates, signatures
from copydesk.press.dates import INSTANT
from copydesk.processes import lanes
from copydesk.urls import url
from copydesk.urls.addresses import LOCAL_SUFFIXES, Network

DERIVED: Final[dict[str, pl.DataType]] = {
    "published_at": INSTANT,
    "published_precision": pl.String(),
    "published_day": pl.Date(),
    "modified_at": INSTANT,
    "fetched_at": INSTANT,
    "seen_at": INSTANT,
    "source_named": pl.Boolean(),
    "url_href": pl.String(),
    "url_host": pl.String(),
    "url_problems": pl.List(pl.String()),
    "url_day": pl.Date(),
    "agency": pl.String(),
    "agencies": pl.List(pl.String()),
    "byline_agencies": pl.List(pl.String()),
    "signature_agencies": pl.List(pl.String()),
    "article_key": pl.String(),
    "body_signs": pl.String(),
    "page_kept": pl.Boolean(),
    **credentials.COLUMNS,
    **kept.COLUMNS,
}
"""What `derive` adds. ``seen_at`` is the latest moment at which the article can have been published (crawl, else run);
``published_precision`` is instant, local or day, ``published_day`` the day as the record writes it, in its own zone;
``source_named`` is whether the record names its source, which
otherwise is its URL's domain; ``url_day`` the date in the URL's path; ``url_problems`` the names of
`copydesk.urls.url.Problem`; the agencies are ids of
`checks/vocabulary/agencies.csv`; ``article_key`` is what an article is recognised by in later runs: the record's own id,
else its URL; ``body_signs`` names what `copydesk.articles.signs` finds; ``page_kept`` is whether the record has its HTML.
Credentials are those of `copydesk.articles.credentials`,
and the columns of a kept page those of `copydesk.articles.kept`."""

_METADATA = [name for name in SCRAPED if name not in ("body", "html", "extra", "decoding")]


_TRIMMED: Final = pl.col(_METADATA).str.strip_chars()


def derive(scraped: pl.DataFrame, fetched: datetime, allow: tuple[Network, ...] = ()) -> pl.DataFrame:
    """Adds the derived columns; ``fetched`` is when the run started, for records that do not say when they were scraped.

    ``allow`` are the private networks that original URLs may point into.
    Metadata lose the blanks at their ends. The body stays as it came: findings point into it.
    """
    frame = identify(scraped, fetched, allow)
    ids, body = _ids(frame), frame["body"]
    return frame.with_columns(
        ids,
        pl.coalesce("article_id", "url_href", "original_url", ids).alias("article_key"),
        pl.col("html").is_not_null().alias("page_kept"),
        *kept.columns(frame),
        *credentials.columns(body),
        signs.signs(body).alias("body_signs"),
        *_agencies(frame),
    )


def identify(scraped: pl.DataFrame, fetched: datetime, allow: tuple[Network, ...] = ()) -> pl.DataFrame:
    """Adds what says when and where an article appeared: dates, URL and source. The first half of `derive`."""
    frame = trimmed(scraped)
    iso = _iso_instants(frame)
    frame = frame.with_columns(
        *_urls(frame["original_url"], allow),
        _instants(frame["fetched"], iso["fetched"]).alias("fetched_at"),
        _instants(frame["modified"], iso["modified"]).alias("modified_at"),
    )
    frame = frame.with_columns(_seen(fetched), *_published(frame, iso["published"], fetched))
    return frame.with_columns(pl.col("source").is_not_null().alias("source_named"), _written_day(), _source(frame))


def trimmed(scraped: pl.DataFrame) -> pl.DataFrame:
    """``scraped`` without the blanks at the ends of its metadata."""
    return scraped.with_columns_seq(_TRIMMED)


_FEW: Final = 10
"""Articles whose addresses are parsed, and who are asked for agencies, one by one: it takes less than patterns to get ready."""

_PLAIN_URL = r"^https?://([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+)/[A-Za-z0-9_~/-]*(?:\.[a-z]+)?$"
"""URLs that are their own normal form: no port, user, query, escape or dot segment, no digit at a label's start (which
could make an address) and no international name. Nine in ten; they need not be parsed one by one."""


_UNPLAIN_HOST = r"xn--|\.(?:" + "|".join(map(re.escape, LOCAL_SUFFIXES)) + ")$"
_PLAIN_DAY = r"/((?:19|20)[0-9]{2}[/-](?:0[1-9]|1[0-2])[/-](?:0[1-9]|[12][0-9]|3[01]))(?:/|$)"


def _urls(values: pl.Series, allow: tuple[Network, ...]) -> list[pl.Series]:
    """The columns `url_href`, `url_host`, `url_day` and `url_problems` of addresses."""
    if len(values) <= _FEW:
        return _parsed(values, allow)
    raw = pl.col("raw")
    host = raw.str.extract(_PLAIN_URL)
    plain = (~host.str.contains(_UNPLAIN_HOST)).fill_null(False)
    day = raw.str.extract(_PLAIN_DAY).str.replace_all("/", "-", literal=True).str.to_date("%Y-%m-%d", strict=False)
    frame = pl.DataFrame({"raw": values}).with_columns(
        pl.when(plain).then(raw).alias("href"),
        pl.when(plain).then(host).alias("host"),
        pl.when(plain).then(day).alias("day"),
    )
    # a plain URL whose date is not a path of its own may still have one in its slug
    settled = plain & (pl.col("day").is_not_null() | ~raw.str.contains(r"(?:19|20)[0-9][0-9]"))
    href, url_host, url_day, problems = _parsed(frame.select(pl.when(~settled).then(raw))["raw"], allow)
    read = frame.select(
        pl.coalesce("href", href).alias("url_href"),
        pl.coalesce("host", url_host).alias("url_host"),
        pl.coalesce("day", url_day).alias("url_day"),
    )
    return [*read.get_columns(), problems]


def _parsed(values: pl.Series, allow: tuple[Network, ...]) -> list[pl.Series]:
    read = [None if text is None else url.read(text, allow) for text in values.to_list()]
    return [
        pl.Series("url_href", [u and u.href for u in read], pl.String()),
        pl.Series("url_host", [u and u.host for u in read], pl.String()),
        pl.Series("url_day", [u and u.day for u in read], pl.Date()),
        _lists("url_problems", [tuple(sorted(u.problems)) if u and u.problems else () for u in read]),
    ]


_ISO_INSTANT = r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})$"
"""The commonest form by far; read by polars at once. Years of other calendars are not the commonest."""


def _iso_instants(frame: pl.DataFrame) -> pl.DataFrame:
    """The dates of ``frame`` that have this form."""
    text = pl.col("fetched", "modified", "published")
    iso = pl.when(text.str.contains(_ISO_INSTANT)).then(
        text.str.replace("Z", "+00:00", literal=True).str.replace(" ", "T", literal=True)
    )
    read = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", time_unit="us", strict=False).dt.convert_time_zone("UTC")
    # an offset leads the first and last hours of the calendar to years that Python's datetime cannot say
    return frame.select_seq(read).select_seq(pl.when(pl.all().dt.year().is_between(1, 9999)).then(pl.all()))


def _instants(values: pl.Series, instants: pl.Series) -> pl.Series:
    """``values`` as instants, those of which ``instants`` were read at once."""
    rows = _unread(values, instants)
    parsed = [dates.parse(text) for text in values[rows]]
    return instants.scatter(rows, pl.Series([when and when.at for when in parsed], dtype=INSTANT)) if rows else instants


def _unread(values: pl.Series, instants: pl.Series) -> list[int]:
    """Where ``values`` are not null and ``instants`` are."""
    if values.null_count() == instants.null_count():
        return []
    return np.flatnonzero((instants.is_null() & values.is_not_null()).to_numpy()).tolist()


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


def _published(frame: pl.DataFrame, instants: pl.Series, fetched: datetime) -> list[pl.Series]:
    read = instants.to_frame("published_at").with_columns(
        pl.when(pl.col("published_at").is_not_null()).then(pl.lit("instant")).alias("published_precision")
    )
    open_rows = _unread(frame["published"], instants)
    if not open_rows:
        return read.get_columns()
    rest = frame.select("published", "language", "url_day", "fetched_at")[open_rows]
    parsed = [
        _publication(text, language, day, crawled or fetched) for text, language, day, crawled in rest.iter_rows()
    ]
    at = pl.Series([when and when.at for when in parsed], dtype=INSTANT)
    precision = pl.Series([when and when.precision for when in parsed], dtype=pl.String())
    return [
        read["published_at"].scatter(open_rows, at),
        read["published_precision"].scatter(open_rows, precision),
    ]


def _written_day() -> pl.Expr:
    iso = pl.col("published").str.contains(_ISO_INSTANT)
    text = pl.when(iso).then(pl.col("published").str.head(10)).str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(text, pl.col("published_at").dt.date()).alias("published_day")


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
    """The source that a record names, else its URL's domain."""
    named = list(zip(frame["source"].to_list(), frame["url_host"].to_list(), strict=True))
    domains = {
        host: url.registrable_domain(host) for host in {host for source, host in named if source is None} if host
    }
    found = [domains.get(host) if source is None else source for source, host in named]
    return pl.Series("source", found, dtype=pl.String())


def _ids(frame: pl.DataFrame) -> pl.Series:
    """Records without an id get the digest of what makes them this article, the same in every run and format."""
    known = frame["article_id"]
    if not known.has_nulls():
        return known
    missing = frame.filter(known.is_null()).select("original_url", "title", "published", "body")
    digests = [short_digest(*texts) for texts in missing.iter_rows()]
    return known.scatter(known.is_null().arg_true(), digests) if digests else known


def _agencies(frame: pl.DataFrame) -> list[pl.Series]:
    likely = _likely(frame) if frame.height > _FEW else frame.select(pl.col("body", "byline").is_not_null())
    nobody: tuple[str, ...] = ()
    bylines, signed = [nobody] * frame.height, [nobody] * frame.height
    for row, text in _those(frame["byline"], likely["byline"]):
        bylines[row] = agencies.in_byline(text)
    for row, text in _those(frame["body"], likely["body"]):
        signed[row] = tuple(agency for agency, _, _ in signatures.signed(text))
    every = [
        tuple(dict.fromkeys(first + second)) if first and second else first or second
        for first, second in zip(bylines, signed, strict=True)
    ]
    return [
        _lists("byline_agencies", bylines),
        _lists("signature_agencies", signed),
        _lists("agencies", every),
        pl.Series("agency", [found[0] if found else None for found in every], dtype=pl.String()),
    ]


def _likely(frame: pl.DataFrame) -> pl.DataFrame:
    """Which bodies and bylines can name an agency: the question before the exact ones, in Rust."""
    body, byline = pl.col("body"), pl.col("byline")
    ends = pl.concat_str(pl.lit("\n"), body.str.head(signatures.REACH), pl.lit("\n"), body.str.tail(signatures.REACH))
    lowered = byline.str.normalize("NFKC").str.to_lowercase()
    hinted = (
        ends.str.contains(signatures.hint()).fill_null(False).alias("body"),
        lowered.str.contains(agencies.hint()).fill_null(False).alias("byline"),
    )
    return lanes.apart(frame, hinted, "agencies")


def _those(texts: pl.Series, held: pl.Series) -> Iterator[tuple[int, str]]:
    """(row, text) of the texts for which ``held`` is true."""
    return zip(np.flatnonzero(held.to_numpy()).tolist(), texts.filter(held).to_list(), strict=True)


def _lists(name: str, values: list[tuple[str, ...]]) -> pl.Series:
    """A column of lists; built from the few distinct ones, since polars builds lists from Python one by one."""
    distinct = list(dict.fromkeys(values))
    number = {value: index for index, value in enumerate(distinct)}
    lists = pl.Series(name, [list(value) for value in distinct], dtype=pl.List(pl.String()))
    return lists.gather([number[value] for value in values])
