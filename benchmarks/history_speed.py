"""What the history costs a run: measured from tables of 100,000 articles of 1,000 sources, against 60 earlier runs.

Usage: python benchmarks/history_speed.py [ARTICLES] [SOURCES] [RUNS]   (default 100000, 1000 and 60)

The tables are invented, with 100 rules of which each source fails a dozen now and then. Times are of one process, wall clock.
"""

import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from copydesk import contract as contracts
from copydesk.batch.outcomes import column
from copydesk.engines.tables import rule_slugs
from copydesk.history.keeper import Keeper

START = datetime(2025, 1, 6, 6, tzinfo=UTC)


def tables(folder: Path, articles: int, sources: int, rules: list[str], seed: int) -> None:
    """`outcomes.parquet` and `articles.parquet` of a run, their columns that the history reads."""
    chance = np.random.default_rng(seed)
    source = chance.integers(0, sources, articles)
    names = pl.Series("source", [f"source-{number}.example" for number in source])
    facts = {
        "source": names,
        "accepted": chance.random(articles) < 0.97,
        "age_hours": np.exp(chance.normal(2, 1, articles)),
        "body_characters": np.exp(chance.normal(7.5, 0.5, articles)).astype(int),
        **{name: pl.Series([True] * articles) for name in ("title", "byline", "published_at", "original_url")},
    }
    fails = {slug: (source + place) % 8 == 0 for place, slug in enumerate(rules)}
    passed = {column(slug): ~(hit & (chance.random(articles) < 0.05)) for slug, hit in fails.items()}
    pl.DataFrame({**facts, **passed}).write_parquet(folder / "outcomes.parquet")
    pl.DataFrame({"source": names, "language": pl.Series(["en"] * articles)}).write_parquet(folder / "articles.parquet")


def main(articles: int = 100_000, sources: int = 1_000, runs: int = 60) -> None:
    """Measures and prints."""
    contract = contracts.read()
    rules = rule_slugs(contract)
    counts = {"read": articles, "accepted": articles, "quarantined": 0, "unreadable": 0}
    with tempfile.TemporaryDirectory() as scratch:
        folder, kept = Path(scratch, "run", "staging"), Path(scratch, "history.sqlite")
        folder.mkdir(parents=True)
        for run in range(runs + 1):
            tables(folder, articles, sources, rules, run)
            keeper = Keeper(kept, contract, f"run-{run}", START + timedelta(days=run))
            began = time.perf_counter()
            compared = keeper.compare(folder, rules, [{"sha256": str(run)}], True, counts)
            between = time.perf_counter()
            assert keeper.enter(True) is None
            ended = time.perf_counter()
            assert compared.history is not None, compared.notes
            if run % 20 == 0:
                rows = sqlite3.connect(kept).execute("select count(*) from rules").fetchone()[0]
                print(
                    f"after {run} runs: compared in {between - began:.2f} s, entered in {ended - between:.2f} s; "
                    f"{len(compared.drift)} drifts, {rows:,} rows of rules, {kept.stat().st_size / 1e6:.0f} MB"
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
