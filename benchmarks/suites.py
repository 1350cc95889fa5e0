"""What it costs to ask Great Expectations of every source: one frame with a row for each, beside the two other ways.

`python benchmarks/suites.py [--sources 200] [--articles 50]`: ten expectations of synthetic outcomes. The other ways are measured on
twenty sources and given per source, for they grow with their number.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from copydesk.batch import suites
from copydesk.batch.validation import Validator

FEW = 20
COLUMNS = ("dated_share", "title_share")


def outcomes(sources: int, articles: int) -> pl.DataFrame:
    """Articles of so many sources, most of them with a date and a title."""
    chance = np.random.default_rng(5)
    count = sources * articles
    dates = pl.Series(
        np.where(chance.random(count) < 0.95, 1_750_000_000_000_000, None).tolist(), dtype=pl.Datetime("us", "UTC")
    )
    return pl.DataFrame(
        {
            "source": [f"s{number % sources}.example" for number in range(count)],
            "published_at": dates,
            "title": pl.Series(np.where(chance.random(count) < 0.98, True, None).tolist(), dtype=pl.Boolean()),
        }
    )


def suite(over: str, expectations: list[dict[str, object]]) -> suites.Suite:
    return suites.Suite(Path("benchmark.json"), over, over, 1, {"expectations": expectations})  # type: ignore[arg-type]


def shares() -> list[dict[str, object]]:
    """Ten expectations of groups."""
    kind = "expect_column_values_to_be_between"
    return [{"type": kind, "kwargs": {"column": c, "min_value": n / 10}} for c in COLUMNS for n in range(5)]


def present(condition: str | None = None) -> list[dict[str, object]]:
    """Ten expectations of articles."""
    more = {"row_condition": condition, "condition_parser": "pandas"} if condition else {}
    kind = "expect_column_values_to_not_be_null"
    return [
        {"type": kind, "kwargs": {"column": c, "mostly": n / 10, **more}}
        for c in ("published_at", "title")
        for n in range(5)
    ]


def timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--articles", type=int, default=50, help="articles of each source")
    options = parser.parse_args()
    frame = outcomes(options.sources, options.articles)
    articles = frame.with_columns(pl.col("published_at").dt.replace_time_zone(None)).to_pandas()
    some = [(name, part) for name, part in list(articles.groupby("source"))[:FEW]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "outcomes.parquet")
        frame.write_parquet(path)
        made = timed(lambda: Validator())
        validator = Validator()
        print(f"Great Expectations and its context: {made:.1f} s")
        whole = timed(lambda: suites.run([suite("source", shares())], path, len(articles)))
        print(f"one row per source: {whole:.2f} s for {options.sources} sources, context included")
        each = timed(lambda: [validator.validate(suite("batch", present()), part) for _, part in some])
        print(f"a validation per source, context re-used: {each / FEW:.3f} s per source")
        conditions = [entry for name, _ in some for entry in present(f'source=="{name}"')]
        one = timed(lambda: validator.validate(suite("batch", conditions), articles))
        print(f"one validation with row conditions: {one / FEW:.3f} s per source")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
