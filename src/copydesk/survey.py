"""What a run learns of its sources and pages before it judges single articles.

Some defects show only beside other articles: a line that stands in every story of a source, a date that is always the
moment of the crawl, one URL for two stories. A run therefore reads its inputs twice: `copydesk.notes` are taken of every batch
first, and `Survey.add` hands each article what is known of its source and its page.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final, cast

import polars as pl

from copydesk.furniture.siblings import SHARED, shared_texts
from copydesk.notes import PAGES, Notes, note, url_keys
from copydesk.syndication.copies import Copies

SURVEYED: Final[dict[str, pl.DataType]] = {
    "source_articles": pl.Int64(),
    "source_dated": pl.Int64(),
    "source_at_crawl": pl.Int64(),
    "source_chars": pl.Float64(),
    "source_title_suffixes": pl.List(pl.String()),
    "url_days": pl.List(pl.Date()),
    "url_day_votes": pl.List(pl.Int64()),
    "url_titles": pl.List(pl.String()),
    "url_bylines": pl.List(pl.String()),
}
"""What `Survey.add` says of an article's source and of the records that share its URL.

``source_articles`` different articles of the source; ``source_dated`` those with a time of publication and a time of
crawl, ``source_at_crawl`` those of them that claim to be published within `AT_CRAWL` of the crawl; ``source_chars`` the
median length of a body. ``source_title_suffixes``: what follows the last separator in the titles of three articles or more.
The lists hold what OTHER records of the same URL give, the most frequent first: publication days with their votes, titles and
bylines.
"""

_SUFFIX_ARTICLES: Final = 3

TEMPLATE_PAGES: Final = 3
"""Different articles of a source that hold a line before it can be the source's template."""

TEMPLATE_SHARE: Final = (0.1, 0.3)
"""Share of a source's articles that hold it: for short lines, and for lines of more than `TEMPLATE_LONG` characters, which
are more often background that a newspaper repeats on purpose."""

_COUNTED: Final = 1_000_000
"""Lines that are counted at once; each takes some 150 bytes meanwhile (13 million lines, invented)."""

TEXTS_SIZE: Final = 64 * 2**20
"""Bytes of the texts of shared URLs that a run keeps in memory; what comes later is judged without its siblings."""

_SHARED: Final = {"title": "url_titles", "byline": "url_bylines", "day": "url_days"}
_VALUES: Final = 20
"""Different values of one URL's records that are looked at: a hostile input may give every record the same URL."""

_COPIES: Final = "copies.path"


def surveyed(pages: pl.LazyFrame, lines: pl.LazyFrame) -> "Survey":
    """What the notes on all batches of a run say, in the order of the input; without the texts of shared URLs."""
    different = _different(pages)
    shared = _shared(pages)
    among = pages.join(shared.lazy(), on="url", how="semi")
    urls = {column: _counted(among, column) for column in _SHARED}
    records = among.select("record", "url").sort("record").collect(engine="streaming")
    return Survey(_sources(different), urls, _templates(different, lines), records)


def _different(pages: pl.LazyFrame) -> pl.DataFrame:
    """One record of each article, the first of those that share a URL, or a source and a title: what is counted of it."""
    titled = pl.when(pl.col("title_key").is_not_null()).then(pl.struct("source", "title_key").hash())
    counted = ("record", "source", "at_crawl", "chars", "suffix")
    known = pages.select(*counted, "url", titled.alias("titled")).collect(engine="streaming")
    once = known["url"].is_null() | known["url"].is_first_distinct()
    told = known.select(pl.when(once).then("titled")).to_series()
    return known.select(counted).filter(once & (told.is_null() | told.is_first_distinct()))


def _sources(different: pl.DataFrame) -> pl.DataFrame:
    known = different.lazy().filter(pl.col("source").is_not_null())
    suffixes = (
        known.filter(pl.col("suffix").is_not_null())
        .group_by("source", "suffix")
        .len()
        .filter(pl.col("len") >= _SUFFIX_ARTICLES)
        .sort("len", "suffix", descending=[True, False])
        .group_by("source", maintain_order=True)
        .agg(pl.col("suffix").alias("source_title_suffixes"))
    )
    counts = known.group_by("source").agg(
        pl.len().cast(pl.Int64).alias("source_articles"),
        pl.col("at_crawl").count().cast(pl.Int64).alias("source_dated"),
        pl.col("at_crawl").sum().cast(pl.Int64).alias("source_at_crawl"),
        pl.col("chars").median().alias("source_chars"),
    )
    return counts.join(suffixes, on="source", how="left").sort("source").collect(engine="streaming")


def _shared(pages: pl.LazyFrame) -> pl.DataFrame:
    """The URLs of several records."""
    known = pages.filter(pl.col("url").is_not_null())
    return (
        known.group_by("url").len().filter(pl.col("len") > 1).select(pl.col("url").sort()).collect(engine="streaming")
    )


def _counted(pages: pl.LazyFrame, column: str) -> pl.DataFrame:
    """How many records of each URL give each value, the most frequent first (ties: the smaller first), `_VALUES` at most."""
    return (
        pages.filter(pl.col(column).is_not_null())
        .group_by("url", pl.col(column).alias("value"))
        .agg(pl.len().cast(pl.Int64).alias("votes"))
        .sort("url", "votes", "value", descending=[False, True, False])
        .group_by("url", maintain_order=True)
        .head(_VALUES)
        .collect(engine="streaming")
    )


def _templates(different: pl.DataFrame, lines: pl.LazyFrame) -> pl.Series:
    """Keys of the lines that stand in enough articles of their source."""
    sizes = different.group_by("source").len("articles")
    known = different.join(sizes, on="source", nulls_equal=True).select("record", "articles").lazy()
    share = pl.when(pl.col("long")).then(TEMPLATE_SHARE[1]).otherwise(TEMPLATE_SHARE[0])
    found = []
    for repeated in _parted(lines.join(_repeated(lines).lazy(), on="key", how="semi")):
        counted = (
            repeated.join(known, on="record")
            .group_by("key")
            .agg(pl.len().cast(pl.Int64).alias("pages"), pl.col("long", "articles").first())
        )
        enough = counted.filter(pl.col("pages") >= TEMPLATE_PAGES, pl.col("pages") >= share * pl.col("articles"))
        found.append(enough.select("key").collect(engine="streaming")["key"])
    return pl.concat(found).sort()


def _repeated(lines: pl.LazyFrame) -> pl.DataFrame:
    """Keys of lines that enough records hold: most lines stand in one, and need not be looked at again."""
    counted = [part.select("key").group_by("key").len() for part in _parted(lines)]
    enough = pl.col("len") >= TEMPLATE_PAGES
    return pl.concat([part.filter(enough).select("key").collect(engine="streaming") for part in counted])


def _parted(lines: pl.LazyFrame) -> list[pl.LazyFrame]:
    """``lines`` in parts of `_COUNTED`, all lines of a key in one."""
    parts = 1 + lines.select(pl.len()).collect(engine="streaming").item() // _COUNTED
    return [lines.filter(pl.col("key") % parts == part) for part in range(parts)]


@dataclass(frozen=True)
class Survey:
    """``sources``: facts per source; ``urls``: per column what records say that share their URL (url, value, votes);
    ``templates``: keys of repeated lines; ``shared``: the records that share a URL with others (record, url); ``texts``: what
    these hold (`copydesk.furniture.siblings.SHARED`), for the first `TEXTS_SIZE` bytes of them; ``copies``: the clusters of
    copies, where they were looked for."""

    sources: pl.DataFrame
    urls: dict[str, pl.DataFrame]
    templates: pl.Series
    shared: pl.DataFrame
    texts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SHARED))
    copies: Copies | None = None

    @classmethod
    @cache
    def nothing(cls) -> "Survey":
        """The survey of no articles."""
        sources = {name: dtype for name, dtype in SURVEYED.items() if name.startswith("source_")}
        urls = {
            column: pl.DataFrame(schema={"url": pl.UInt64(), "value": PAGES[column], "votes": pl.Int64()})
            for column in _SHARED
        }
        return cls(
            pl.DataFrame(schema={"source": pl.String(), **sources}),
            urls,
            pl.Series("key", [], pl.UInt64()),
            pl.DataFrame(schema={"record": pl.Int64(), "url": pl.UInt64()}),
        )

    def save(self, folder: Path) -> None:
        """Writes the survey below ``folder``, for other processes."""
        folder.mkdir(parents=True)
        for name, frame in self._frames().items():
            frame.write_ipc(folder / f"{name}.arrow")
        if self.copies is not None:
            (folder / _COPIES).write_text(str(self.copies.folder), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Survey":
        """The survey that `save` wrote below ``folder``; what is not looked at stays on disk."""
        read = {file.stem: pl.read_ipc(file) for file in folder.glob("*.arrow")}
        urls = {column: read[f"urls-{column}"] for column in _SHARED}
        placed = folder / _COPIES
        copies = Copies(Path(placed.read_text(encoding="utf-8"))) if placed.is_file() else None
        return cls(read["sources"], urls, read["templates"]["key"], read["shared"], read["texts"], copies)

    def _frames(self) -> dict[str, pl.DataFrame]:
        return {
            "sources": self.sources,
            "templates": self.templates.to_frame(),
            "shared": self.shared,
            "texts": self.texts,
            **{f"urls-{column}": frame for column, frame in self.urls.items()},
        }

    @classmethod
    def of(cls, articles: pl.DataFrame) -> "Survey":
        """The survey of a single frame, which `copydesk.articles.derive.identify` made."""
        with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
            notes = Notes(Path(folder))
            notes.take(note(articles))
            return surveyed(*notes.all()).with_texts([articles])

    def with_texts(self, frames: Iterable[pl.DataFrame]) -> "Survey":
        """The survey with the texts of shared URLs out of ``frames``, all of the run's (record and body), in order."""
        return self.with_bodies(self.bodies(frames))

    def bodies(self, frames: Iterable[pl.DataFrame]) -> Iterator[tuple[pl.DataFrame, int]]:
        """For each of ``frames`` the texts of shared URLs (url, body), and their size in bytes; those that begin to be more
        than `TEXTS_SIZE` are left out, but counted."""
        before = 0
        for articles in frames:
            keyed = articles.select("record", "body").join(self.shared, on="record", maintain_order="left")
            keyed = keyed.select(*SHARED).drop_nulls()
            size = int(keyed["body"].str.len_bytes().cast(pl.Int64).sum())
            yield _within(keyed, before), size
            before += size

    def with_bodies(self, parts: Iterable[tuple[pl.DataFrame, int]]) -> "Survey":
        """The survey with texts that `bodies` gave, perhaps at several places, in the order of the input."""
        kept, before = [pl.DataFrame(schema=SHARED)], 0
        for keyed, size in parts:
            kept.append(_alone(_within(keyed, before)))
            before += size
        joined = pl.concat(kept)
        return replace(self, texts=shared_texts(joined["url"], joined["body"]))

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with the columns of `SURVEYED`."""
        if self.sources.is_empty() and all(counted.is_empty() for counted in self.urls.values()):
            return articles.with_columns(_UNKNOWN)
        own = articles.select("record", "title", "byline", pl.col("published_day").alias("day"))
        own = own.with_columns(url_keys(articles))
        known = articles.join(self.sources, on="source", how="left", maintain_order="left")
        for column, name in _SHARED.items():
            others = _others(own, column, self.urls[column]).rename({"value": name, "votes": f"{name}_votes"})
            known = known.join(others, on="record", how="left", maintain_order="left")
        return known.rename({"url_days_votes": "url_day_votes"}).select(
            *articles.columns,
            *(pl.col(name).fill_null([]) if isinstance(dtype, pl.List) else name for name, dtype in SURVEYED.items()),
        )


def _within(keyed: pl.DataFrame, before: int) -> pl.DataFrame:
    """The texts that fit when ``before`` bytes have been there: how the input is cut into batches changes nothing."""
    sizes = keyed["body"].str.len_bytes().cast(pl.Int64)
    return keyed.filter(before + sizes.cum_sum() <= TEXTS_SIZE)


def _alone(texts: pl.DataFrame) -> pl.DataFrame:
    """``texts`` in memory of their own: polars' rows of a frame are views that keep all the frame's text alive."""
    return cast("pl.DataFrame", pl.from_arrow(texts.to_arrow(compat_level=pl.CompatLevel.oldest())))


_UNKNOWN: Final = [
    pl.lit([] if isinstance(dtype, pl.List) else None, dtype).alias(name) for name, dtype in SURVEYED.items()
]
"""What is known where there are no other articles."""


def _others(own: pl.DataFrame, column: str, counted: pl.DataFrame) -> pl.DataFrame:
    """Per record what OTHER records of its URL give for ``column``: record, value and votes (lists)."""
    pairs = own.select("record", "url", column).join(counted, on="url", how="inner", maintain_order="left_right")
    mine = pl.col(column).eq_missing(pl.col("value"))
    return (
        pairs.with_columns(pl.col("votes") - mine)
        .filter(pl.col("votes") > 0)
        .sort("record", "votes", descending=[False, True], maintain_order=True)
        .group_by("record", maintain_order=True)
        .agg("value", "votes")
    )
