"""The outcomes frame: one row per article, no text. It is what suites run over."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import polars as pl

from copydesk.rules import REGISTRY
from copydesk.rules.base import present

FACTS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(),
    "input": pl.String(),
    "article_id": pl.UInt64(),
    "source": pl.String(),
    "accepted": pl.Boolean(),
    "title": pl.Boolean(),
    "byline": pl.Boolean(),
    "agency": pl.String(),
    "published_at": pl.Datetime("us", "UTC"),
    "age_hours": pl.Float64(),
    "original_url": pl.UInt64(),
    "body_characters": pl.Int64(),
    "text": pl.UInt64(),
}
"""``title`` and ``byline`` say whether there is one (true or null); ``article_id``, ``original_url`` (in normal form) and
``text`` are digests, to be counted and compared (null without one); ``age_hours`` counts from publication to the run."""


def column(slug: str) -> str:
    """The column that says whether an article passes a rule: ``passes_date_missing``."""
    return f"passes_{slug.replace('-', '_')}"


def columns(rules: Iterable[str] = REGISTRY) -> list[str]:
    """Every column that a suite may name, where ``rules`` are the slugs that there are;
    ``source_share`` is the share of the batch that the article's source has."""
    return [*FACTS, "source_share", *map(column, rules)]


def facts(articles: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """What the outcomes say of each article beside its verdict: `FACTS` without ``accepted``."""
    body = pl.col("body")
    return articles.select(
        "record",
        "input",
        pl.col("article_id").hash(0),
        "source",
        pl.when(pl.col("title").is_not_null()).then(True).alias("title"),
        pl.when(pl.col("byline").is_not_null()).then(True).alias("byline"),
        "agency",
        "published_at",
        ((pl.lit(now) - pl.col("published_at")).dt.total_seconds() / 3600).alias("age_hours"),
        _digest(pl.coalesce("url_href", "original_url"), present("original_url")).alias("original_url"),
        body.str.len_chars().cast(pl.Int64).fill_null(0).alias("body_characters"),
        _digest(body, present("body")).alias("text"),
    )


def outcomes(known: pl.DataFrame, verdicts: pl.Series, failures: pl.DataFrame, rules: Sequence[str]) -> pl.DataFrame:
    """The outcomes of a batch: its `facts` and ``verdicts``, and one boolean per rule of ``rules``.

    ``failures`` holds a boolean per record and rule that failed anywhere (True = fails).
    """
    passed = [(~failures[slug] if slug in failures.columns else pl.lit(True)).alias(column(slug)) for slug in rules]
    return known.with_columns((verdicts == "accepted").alias("accepted"), *passed)


def _digest(text: pl.Expr, there: pl.Expr) -> pl.Expr:
    return pl.when(there).then(text.hash(0))
