"""How long the bodies of a run are and how old its articles, counted into few classes."""

from pathlib import Path
from typing import Final

import polars as pl

LENGTHS: Final = (0, 1, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
"""Where the classes of body lengths begin, in characters; the first is of empty bodies, and each doubles the one before."""

AGES: Final = (0, 6, 24, 72, 168, 720, 8_760)
"""Where the classes of ages begin, in hours: now, 6 hours, a day, 3 days, a week, 30 days, a year. What is younger than now lies
in the future."""

Counts = list[tuple[int, int]]
"""(accepted, quarantined) for each class."""


def distributions(run: Path) -> tuple[Counts, Counts]:
    """Articles by `LENGTHS`, and by age: in the future, from each of `AGES`, and without a date. Empty without outcomes."""
    path = run / "outcomes.parquet"
    if not path.is_file():
        return [], []
    table = pl.scan_parquet(path)
    lengths = pl.sum_horizontal((pl.col("body_characters") >= edge).cast(pl.Int32) for edge in LENGTHS[1:])
    ages = pl.sum_horizontal((pl.col("age_hours") >= edge).cast(pl.Int32) for edge in AGES)
    undated = pl.when(pl.col("age_hours").is_null()).then(len(AGES) + 1).otherwise(ages)
    return _counted(table, lengths, len(LENGTHS)), _counted(table, undated, len(AGES) + 2)


def _counted(table: pl.LazyFrame, classes: pl.Expr, number: int) -> Counts:
    found = table.group_by(classes.alias("class"), "accepted").len().collect(engine="streaming")
    counts = {(index, accepted): count for index, accepted, count in found.iter_rows()}
    return [(counts.get((index, True), 0), counts.get((index, False), 0)) for index in range(number)]
