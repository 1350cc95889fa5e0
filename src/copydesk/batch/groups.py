"""The outcomes by source or by feed: one row per group, so that one validation judges hundreds of them.

A validation of its own for each source costs Great Expectations a quarter of a second, whatever the source's size, and conditions
on rows cost more (`benchmarks/suites.py`); this frame costs a second for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import polars as pl

from copydesk.batch.outcomes import column
from copydesk.rules import REGISTRY

Over = Literal["batch", "source", "feed"]
"""What a suite is asked of: all articles of the run, each source, or each input."""

KEYS: Final[Mapping[Over, str]] = {"source": "source", "feed": "input"}
"""The column of the outcomes that tells the groups apart."""

UNKNOWN_SOURCE: Final = "(unknown)"
"""What summaries call the source of articles that name none and have no URL."""


def _share(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Float64).mean()


def _own(name: str) -> pl.Expr:
    """The share of values that no other row of the group has, or that stand for several rows; null without any."""
    values = pl.col(name).drop_nulls()
    return pl.when(values.len() > 0).then(values.n_unique() / values.len())


GROUPED: Final[dict[str, pl.Expr]] = {
    "articles": pl.len().cast(pl.Int64),
    "sources": pl.col("source").drop_nulls().n_unique().cast(pl.Int64),
    "largest_source_share": pl.col("source").drop_nulls().value_counts().struct.field("count").max() / pl.len(),
    "accepted_share": _share(pl.col("accepted")),
    "title_share": _share(pl.col("title").is_not_null()),
    "byline_share": _share(pl.col("byline").is_not_null()),
    "agency_share": _share(pl.col("agency").is_not_null()),
    "dated_share": _share(pl.col("published_at").is_not_null()),
    "url_share": _share(pl.col("original_url").is_not_null()),
    "own_url_share": _own("original_url"),
    "own_text_share": _own("text"),
    "newest_age_hours": pl.col("age_hours").min(),
    "median_age_hours": pl.col("age_hours").median(),
    "median_body_characters": pl.col("body_characters").median(),
}
"""The columns of a group's row beside ``batch_share`` (its part of the run's articles) and the share that passes each rule
(`copydesk.batch.outcomes.column`). Shares are from 0 to 1; ages count from publication to the run, in hours, and are null where
no article has a date."""


def columns(rules: Iterable[str] = REGISTRY) -> list[str]:
    """Every column that a suite over groups may name, where ``rules`` are the slugs that there are."""
    return [*GROUPED, "batch_share", *map(column, rules)]


def is_share(name: str) -> bool:
    """Whether a column of groups holds shares."""
    return name.endswith("_share") or name.startswith("passes_")


def groups(outcomes: pl.LazyFrame, over: Over, wanted: Sequence[str], minimum: int) -> pl.DataFrame:
    """One row per source or feed with ``minimum`` articles or more, the largest first: ``row`` (its number), ``name``,
    ``articles`` and the columns that are ``wanted``."""
    known = outcomes.collect_schema().names()
    found: dict[str, pl.Expr] = {"articles": GROUPED["articles"]}
    for name in wanted:
        if name in GROUPED:
            found[name] = GROUPED[name]
        elif name.startswith("passes_"):  # a rule that the contract switches off leaves no column: nobody fails it
            found[name] = _share(pl.col(name)) if name in known else pl.lit(1.0).first()
    key = pl.col(KEYS[over]).fill_null(UNKNOWN_SOURCE).alias("name")
    return (
        outcomes.group_by(key)
        .agg(**found)
        .with_columns((pl.col("articles") / pl.col("articles").sum()).alias("batch_share"))
        .filter(pl.col("articles") >= minimum)
        .sort(["articles", "name"], descending=[True, False])
        .with_row_index("row")
        .select(pl.col("row").cast(pl.Int64), *dict.fromkeys(["name", "articles", *wanted]))
        .collect()
    )


def sizes(outcomes: pl.LazyFrame, over: Over) -> list[int]:
    """How many articles each group has, the largest first."""
    key = pl.col(KEYS[over]).fill_null(UNKNOWN_SOURCE)
    counted = outcomes.group_by(key).agg(GROUPED["articles"].alias("articles")).collect()
    return counted["articles"].sort(descending=True).to_list()
