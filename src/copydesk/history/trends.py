"""`trends.parquet`: the last runs by source and rule, for charts. Reports draw from it and need no history."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.history.drifts import Drift
from copydesk.history.measures import WHOLE, Measures, RunFacts
from copydesk.history.store import EarlierRun

RUNS: Final = 60
"""Runs in the file, today's included."""

SOURCES: Final = 200
"""Sources in the file: those with drift, then those with the most articles today."""

SCHEMA: Final[dict[str, pl.DataType]] = {
    "run_id": pl.String(),
    "started_at": pl.Datetime("us", "UTC"),
    "source": pl.String(),
    "rule": pl.String(),
    "articles": pl.Int64(),
    "failed": pl.Int64(),
    "freshness": pl.Float64(),
    "length": pl.Float64(),
}
"""``source`` is null for the whole run, ``rule`` for the counts of articles, whose ``failed`` are quarantined;
``freshness`` is the
median age in hours, ``length`` the median of the body's characters. Rules are there that failed anywhere in the file."""

_COUNTS: Final = ("source", "articles", "failed", "freshness", "length")


def write(
    path: Path,
    connection: sqlite3.Connection,
    runs: Sequence[EarlierRun],
    today: RunFacts,
    measures: Measures,
    drift: Sequence[Drift],
) -> None:
    """Writes ``path``: ``runs`` and, as the last one, ``today``."""
    earlier = runs[-(RUNS - 1) :]
    sources = _sources(measures, drift)
    moments = pl.DataFrame(
        [(len(earlier), today.run_id, today.started), *((n, run.run_id, run.started) for n, run in enumerate(earlier))],
        schema={"run": pl.Int64(), "run_id": pl.String(), "started_at": pl.Datetime("us", "UTC")},
        orient="row",
    )
    counts = pl.concat([_counts(connection, earlier), _counts_today(measures, len(earlier))])
    counts = counts.join(sources, on="source", how="semi")
    failed = pl.concat([_failed(connection, earlier, sources["source"]), _failed_today(measures, len(earlier))])
    ever = failed.join(sources, on="source", how="semi").select("source", "rule").unique()
    rules = (
        counts.select("run", "source", "articles")
        .join(ever, on="source")
        .join(failed, on=["run", "source", "rule"], how="left")
        .with_columns(pl.col("failed").fill_null(0))
    )
    table = pl.concat([counts, rules], how="diagonal").join(moments, on="run")
    name = pl.col("source")
    ordered = table.sort("source", pl.col("rule").fill_null(""), "run")
    ordered.with_columns(pl.when(name != WHOLE).then(name).alias("source")).select(
        pl.col(column).cast(kind) for column, kind in SCHEMA.items()
    ).write_parquet(path)


def _sources(measures: Measures, drift: Sequence[Drift]) -> pl.DataFrame:
    largest = measures.sources.sort("articles", "source", descending=[True, False])["source"].to_list()
    named = list(dict.fromkeys([WHOLE, *(entry.source or WHOLE for entry in drift), *largest]))
    return pl.DataFrame({"source": named[: SOURCES + 1]}, schema={"source": pl.String()})


def _counts(connection: sqlite3.Connection, runs: Sequence[EarlierRun]) -> pl.DataFrame:
    rows = connection.execute(
        "select run, name, articles, quarantined, freshness, length from sources join names on names.id = source "
        "where run in (select value from json_each(?))",
        (json.dumps([run.key for run in runs]),),
    ).fetchall()
    kinds = {name: SCHEMA[name] for name in _COUNTS}
    return _numbered(_frame(rows, {"run": pl.Int64(), **kinds}), runs)


def _counts_today(measures: Measures, number: int) -> pl.DataFrame:
    named = measures.sources.rename({"quarantined": "failed"})
    return named.select(pl.lit(number, pl.Int64).alias("run"), *_COUNTS)


def _failed(connection: sqlite3.Connection, runs: Sequence[EarlierRun], sources: Iterable[str]) -> pl.DataFrame:
    known = [connection.execute("select id from names where name = ?", (name,)).fetchone() for name in sources]
    rows = connection.execute(
        "select run, s.name, r.name, failed from rules join names s on s.id = source join names r on r.id = rule "
        "where run in (select value from json_each(?)) and source in (select value from json_each(?))",
        (json.dumps([run.key for run in runs]), json.dumps([row[0] for row in known if row])),
    ).fetchall()
    return _numbered(
        _frame(rows, {"run": pl.Int64(), **{name: SCHEMA[name] for name in ("source", "rule", "failed")}}), runs
    )


def _failed_today(measures: Measures, number: int) -> pl.DataFrame:
    return measures.rules.select(pl.lit(number, pl.Int64).alias("run"), "source", "rule", "failed")


def _numbered(table: pl.DataFrame, runs: Sequence[EarlierRun]) -> pl.DataFrame:
    """``table`` with the place of each run among ``runs`` instead of its key."""
    keys = pl.DataFrame({"run": [run.key for run in runs]}, schema={"run": pl.Int64()}).with_row_index("place")
    return table.join(keys, on="run").with_columns(pl.col("place").cast(pl.Int64).alias("run")).drop("place")


def _frame(rows: list[tuple[Any, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows of a query as a frame."""
    return pl.DataFrame(rows, schema=schema, orient="row")
