"""Reads a corpus of scraped articles whose lines are labelled, as described in README.md."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture.characters import characters, shortened
from copydesk.furniture.lines import lines_of
from copydesk.furniture.topic import RARITY_BITS
from copydesk.furniture.words import words

OPEN_KINDS = ("gt_gap", "other")
"""Kinds that are no definite furniture: such lines are neither trained on nor scored."""


@dataclass(frozen=True)
class Corpus:
    """``articles`` in the columns that `observe` wants, ``lines`` of their bodies, and ``truth`` by line: page_id, extractor,
    split_key, kind, ``furniture`` (the truth), ``open`` (left out), ``real`` (not by the naive extractor), ``row``."""

    articles: pl.DataFrame
    lines: pl.DataFrame
    truth: pl.DataFrame


def read(folder: Path) -> Corpus:
    """The labelled part of the corpus in ``folder``."""
    labels = pl.read_parquet(folder / "residue_lines.parquet")
    articles = _articles(folder).filter(pl.col("article_id").is_in(labels["article_id"].unique().to_list()))
    lines = lines_of(articles["body"])
    loose = pl.col("kind").is_in(OPEN_KINDS).fill_null(False)
    residue = pl.col("label") == "RESIDUE"
    doubtful = pl.any_horizontal(pl.col("ambiguous", "mixed", "gt_block_is_link").fill_null(False))
    truth = (
        lines.with_columns(articles["article_id"].gather(lines["row"]))
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int32).over("row").alias("line_no"))
        .select("row", "article_id", "line_no")
        .join(labels, on=["article_id", "line_no"], how="left", maintain_order="left")
        .join(articles.select("article_id", "split_key"), on="article_id", how="left", maintain_order="left")
        .with_columns(
            (residue & ~loose).fill_null(False).alias("furniture"),
            ((pl.col("label") == "TITLE") | (residue & loose) | doubtful | pl.col("label").is_null()).alias("open"),
            (pl.col("extractor") != "naive_article").fill_null(True).alias("real"),
        )
    )
    return Corpus(articles, lines, truth)


def _articles(folder: Path) -> pl.DataFrame:
    offered = {name: pl.col(f"{name}_status") != "not_offered" for name in ("title", "authors")}
    return (
        pl.read_parquet(folder / "articles.parquet")
        .filter(pl.col("text").str.len_chars() > 0)
        .sort("article_id")
        .select(
            "article_id",
            "page_id",
            "split_key",
            "language",
            pl.when(offered["title"]).then("title").alias("title"),
            pl.when(offered["authors"]).then(pl.col("authors").list.join("; ")).alias("byline"),
            pl.col("source_domain").alias("source"),
            pl.col("url").str.extract(r"//([^/]+)").alias("url_host"),
            pl.col("url").alias("original_url"),
            pl.col("text").alias("body"),
        )
    )


def pages(folder: Path, articles: pl.DataFrame) -> pl.Series:
    """The HTML of each article's page, null where it was not kept."""
    index = pl.read_csv(folder / "html" / "index.csv").select("page_id", "file")
    files = articles.select("page_id").join(index, on="page_id", how="left", maintain_order="left")["file"]
    kept = {
        file: gzip.decompress((folder / "html" / file).read_bytes()).decode("utf-8", "replace")
        for file in files.drop_nulls().unique()
    }
    return pl.Series([kept.get(file) for file in files], dtype=pl.String())


def rarities(folder: Path) -> npt.NDArray[np.uint8]:
    """How rare the words of each bucket are, 0 to 255, by the number of publishers that use one: every publisher counts once,
    so that the table knows no publisher's own words."""
    seen = np.zeros(1 << RARITY_BITS, np.int64)
    publishers = _articles(folder).partition_by("split_key", maintain_order=True)
    for articles in publishers:
        known = words(characters(shortened(articles["body"]))).hash
        seen[np.unique((known & np.uint64(len(seen) - 1)).astype(np.int64))] += 1
    total = len(publishers) + 1
    return np.round(255 * np.clip(np.log(total / (seen + 1)) / np.log(total), 0, 1)).astype(np.uint8)


def folds(truth: pl.DataFrame, count: int = 5) -> npt.NDArray[np.int64]:
    """A fold per line: publishers stay whole, the folds hold about as many lines."""
    sizes = (
        truth.unique(["page_id", "text"]).group_by("split_key").len().sort("len", "split_key", descending=[True, False])
    )
    filled, fold = np.zeros(count), {}
    for key, size in sizes.iter_rows():
        fold[key] = int(np.argmin(filled))
        filled[fold[key]] += size
    return np.array([fold[key] for key in truth["split_key"]])
