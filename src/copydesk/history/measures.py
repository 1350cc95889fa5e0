"""What a finished run says of each source, counted from the run's own tables."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.batch.groups import UNKNOWN_SOURCE
from copydesk.batch.outcomes import column
from copydesk.contract import Contract

WHOLE: Final = ""
"""What stands for the source where a row speaks of the whole run."""

SOURCES: Final = 5_000
"""Sources of one run that are kept, the largest: names come from scraped records, and may be of any number."""

LANGUAGES: Final = 30
"""Languages of one source and run that are kept."""

_NAME: Final = 200
FIELDS: Final = ("title", "byline", "published_at", "original_url", "body")
"""Fields whose absence is counted, named as in the history's table of sources."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule as a run asked it: a digest of its parameters and sources, by which runs are comparable, and its severity."""

    setting: str
    severity: str


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the history keeps of a run as a whole. ``inputs`` and ``settings`` are digests; ``complete``: all inputs were read to
    their end, so that volumes mean something."""

    run_id: str
    series: str
    started: datetime
    version: str
    settings: str
    inputs: str
    complete: bool
    counts: Mapping[str, int]
    asked: Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Measures:
    """Three tables of a run. ``sources``: `source` (`WHOLE` for the whole run), `articles`, `quarantined`, median
    and quartiles of the
    age in hours (`freshness`, `freshness_low`, `freshness_high`) and of the body's characters (`length` …), and for each of
    `FIELDS` the articles without it. ``rules``: `source`, `rule`, `checked`, `failed`, only where any failed. ``languages``:
    `source`, `language`, `articles`."""

    sources: pl.DataFrame
    rules: pl.DataFrame
    languages: pl.DataFrame


def measure(run: Path, rules: Sequence[str]) -> Measures:
    """Counts from `outcomes.parquet` and `articles.parquet` in the folder ``run``."""
    outcomes = pl.scan_parquet(run / "outcomes.parquet").with_columns(_named("source"))
    counted = [
        pl.len().cast(pl.Int64).alias("articles"),
        (~pl.col("accepted")).sum().cast(pl.Int64).alias("quarantined"),
        *(pl.col(name).is_null().sum().cast(pl.Int64).alias(name) for name in FIELDS[:-1]),
        (pl.col("body_characters") == 0).sum().cast(pl.Int64).alias("body"),
        *((~pl.col(column(slug))).sum().cast(pl.Int64).alias(f"failed {slug}") for slug in rules),
    ]
    parts = [counted, _median("age_hours", "freshness"), _median("body_characters", "length")]
    # one query after the other: medians copy their column, and all columns at once would be a tenth of a run's memory
    each = [outcomes.group_by("source").agg(some).collect(engine="streaming") for some in parts]
    whole = [outcomes.select(some).collect(engine="streaming") for some in parts]
    by_source = reduce(lambda some, others: some.join(others, on="source"), each)
    of_all = pl.concat(whole, how="horizontal").select(pl.lit(WHOLE).alias("source"), pl.all())
    languages = (
        pl.scan_parquet(run / "articles.parquet")
        .select(_named("source"), pl.col("language").str.slice(0, 35))
        .filter(pl.col("language").is_not_null())
        .group_by("source", "language")
        .agg(pl.len().cast(pl.Int64).alias("articles"))
    )
    spoken = languages.collect(engine="streaming")
    largest = by_source.sort("articles", "source", descending=[True, False]).head(SOURCES)
    table = pl.concat([of_all, largest])
    failed = table.unpivot(
        [f"failed {slug}" for slug in rules], index=["source", "articles"], variable_name="rule", value_name="failed"
    ).filter(pl.col("failed") > 0)
    return Measures(
        table.drop(f"failed {slug}" for slug in rules),
        failed.select(
            "source", pl.col("rule").str.strip_prefix("failed "), pl.col("articles").alias("checked"), "failed"
        ),
        spoken.join(largest.select("source"), on="source", how="semi")
        .sort("source", "articles", "language", descending=[False, True, False])
        .group_by("source", maintain_order=True)
        .head(LANGUAGES),
    )


def asked_rules(contract: Contract) -> dict[str, Asked]:
    """The rules of ``contract`` by slug. One whose parameters or sources change begins its history anew."""
    settings: dict[str, Asked] = {}
    for check in contract.checks:
        before = settings[check.slug].setting if check.slug in settings else ""
        told = f"{before}{check.rule!r}{check.sources}{check.excepted}"
        severity = settings[check.slug].severity if check.slug in settings else str(check.severity)
        settings[check.slug] = Asked(hashlib.sha256(told.encode()).hexdigest()[:16], severity)
    return settings


def facts(
    contract: Contract, run_id: str, started: datetime, version: str, inputs: Sequence[Mapping[str, Any]], complete: bool,
    counts: Mapping[str, int],
) -> RunFacts:  # fmt: skip
    """What the history keeps of a run as a whole; ``inputs`` and ``counts`` as in `summary.json`."""
    asked = asked_rules(contract)
    severities = sorted((check.slug, str(check.severity), check.sources) for check in contract.checks)
    settings = hashlib.sha256(f"{sorted((slug, rule.setting) for slug, rule in asked.items())}{severities}".encode())
    read = hashlib.sha256("\n".join(sorted(str(entry["sha256"]) for entry in inputs)).encode())
    return RunFacts(
        run_id, contract.name[:_NAME], started, version, settings.hexdigest()[:16], read.hexdigest(), complete, counts, asked
    )  # fmt: skip


def _named(name: str) -> pl.Expr:
    source = pl.col(name).str.slice(0, _NAME)
    return pl.when(source.is_null() | (source == WHOLE)).then(pl.lit(UNKNOWN_SOURCE)).otherwise(source).alias(name)


def _median(values: str, name: str) -> list[pl.Expr]:
    value = pl.col(values).cast(pl.Float64)
    return [
        value.median().alias(name),
        value.quantile(0.25).alias(f"{name}_low"),
        value.quantile(0.75).alias(f"{name}_high"),
    ]
