"""What is noted of each batch for `copydesk.survey`, on disk, so that memory does not grow with the input."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from copydesk.furniture.lines import line_keys, lines_of
from copydesk.tablefile import Table

AT_CRAWL: Final = pl.duration(minutes=2)
"""A page is not crawled within two minutes of its publication again and again, except by a live feed."""

TITLE_JOINT: Final = r"^.*\S\s*(?:\s[|–—·•»«:]|\s-|\|)\s+(\S.*)$"
TEMPLATE_LONG: Final = 160
"""Characters of a line that counts as long."""

TEMPLATE_LONGEST: Final = 400
"""Characters; longer lines are paragraphs, and when they are repeated, so is the story."""

PAGES: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(), "source": pl.String(), "url": pl.UInt64(), "title_key": pl.UInt64(), "title": pl.String(),
    "byline": pl.String(), "day": pl.Date(), "at_crawl": pl.Boolean(), "chars": pl.Int64(), "suffix": pl.String(),
}  # fmt: skip
"""What is noted of an article."""

LINES: Final[dict[str, pl.DataType]] = {"record": pl.Int64(), "key": pl.UInt64(), "long": pl.Boolean()}
"""What is noted of each different line of an article."""


def url_keys(articles: pl.DataFrame) -> pl.Series:
    """A number for each article's URL, without scheme, `www.`, fragment and closing slash; null without a URL."""
    key = pl.col("url_href").str.replace(r"^https?://(?:www\.)?", "").str.replace(r"/?(?:#.*)?$", "")
    return articles.select(pl.when(pl.col("url_href").is_not_null()).then(key.hash()).alias("url"))["url"]


BatchNotes = tuple[pl.DataFrame, pl.DataFrame]
"""What `note` says of a batch: of its pages (a row per article) and of their lines (a row per different line)."""


def note(articles: pl.DataFrame) -> BatchNotes:
    """What a survey needs of ``articles``, a frame that `copydesk.articles.derive.identify` made."""
    title = pl.col("title")
    close = (pl.col("published_at") - pl.col("fetched_at")).abs() <= AT_CRAWL
    pages = articles.with_columns(url_keys(articles)).select(
        "record", "source", "url",
        title.str.to_lowercase().hash().alias("title_key"), "title", "byline",
        pl.col("published_day").alias("day"),
        pl.when(pl.col("published_precision") != "day").then(close).alias("at_crawl"),
        pl.col("body").str.len_chars().cast(pl.Int64).alias("chars"),
        title.str.extract(TITLE_JOINT).alias("suffix"),
    )  # fmt: skip
    lines = lines_of(articles["body"])
    lines = lines.filter(pl.col("text").str.len_chars() <= TEMPLATE_LONGEST)
    keys = lines.select(
        articles["record"].gather(lines["row"]).alias("record"),
        line_keys(lines, articles["source"]).alias("key"),
        (pl.col("text").str.len_chars() > TEMPLATE_LONG).alias("long"),
    ).unique(["record", "key"], maintain_order=True)
    return pages, keys


class Notes:
    """The notes on all batches of a run, in files below ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._paths = folder / "pages.parquet", folder / "lines.parquet"
        self._tables = [Table(path, schema) for path, schema in zip(self._paths, (PAGES, LINES), strict=True)]

    def take(self, notes: Sequence[pl.DataFrame]) -> None:
        """Adds the notes on a batch; batches come in the order of the input."""
        for table, frame in zip(self._tables, notes, strict=True):
            table.write(frame)

    def close(self) -> None:
        """Finishes the files: `pages.parquet` and `lines.parquet`."""
        for table in self._tables:
            table.close()

    def all(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """The notes of pages and of lines, when all are taken."""
        self.close()
        pages, lines = map(pl.scan_parquet, self._paths)
        return pages, lines
