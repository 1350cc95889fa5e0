"""How rules and sources went in earlier runs, from `trends.parquet`. A run without history has no such table."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

Point = dict[str, Any] | None
"""One run: articles, failed, freshness (hours), length (characters); None where nothing is known of it."""


@dataclass(frozen=True)
class Trends:
    """The last runs, oldest first, this run last: when they began, and a point a run for the whole, each rule and each source."""

    runs: list[datetime] = field(default_factory=list)
    whole: list[Point] = field(default_factory=list)
    rules: dict[str, list[Point]] = field(default_factory=dict)
    sources: dict[str, list[Point]] = field(default_factory=dict)


def trends(run: Path, sources: list[str]) -> Trends:
    """The trends of ``sources``, of all rules and of the whole; empty where the run directory has none, or less than two runs."""
    path = run / "trends.parquet"
    if not path.is_file():
        return Trends()
    try:
        wanted = (
            pl.scan_parquet(path)
            .filter(pl.col("source").is_null() | (pl.col("rule").is_null() & pl.col("source").is_in(sources)))
            .select("run_id", "started_at", "source", "rule", "articles", "failed", "freshness", "length")
            .collect()
        )
    except (OSError, pl.exceptions.PolarsError):  # a report without trends is better than none
        return Trends()
    runs = wanted.select("run_id", "started_at").unique("run_id").sort("started_at", "run_id")
    if runs.height < 2:
        return Trends()
    places = {name: place for place, name in enumerate(runs["run_id"])}
    found = Trends(runs["started_at"].to_list())
    found.whole.extend([None] * runs.height)
    for row in wanted.iter_rows(named=True):
        if row["source"] is not None:
            line = found.sources.setdefault(row["source"], [None] * runs.height)
        elif row["rule"] is not None:
            line = found.rules.setdefault(row["rule"], [None] * runs.height)
        else:
            line = found.whole
        line[places[row["run_id"]]] = {name: row[name] for name in ("articles", "failed", "freshness", "length")}
    return found


def shares(points: list[Point]) -> list[float | None]:
    """The share of articles that failed in each run, 0 to 1."""
    return [point["failed"] / point["articles"] if point and point["articles"] else None for point in points]
