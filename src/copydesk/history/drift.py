"""Whether a run is unusual against the past of its own sources. docs/history.md has the method, its figures and its limits."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Final

import polars as pl

from copydesk.history.drifts import RANK, Drift
from copydesk.history.ground import SETTLED, Ground
from copydesk.history.measures import WHOLE, Measures, RunFacts
from copydesk.history.medians import medians
from copydesk.history.rates import Rates
from copydesk.history.store import Past, checked_before
from copydesk.history.unusual import Unusual
from copydesk.history.volumes import Volumes

BUDGET: Final = 1e-3
"""False alarms per source and run at most: what all measures of one source share (Bonferroni)."""

LASTING: Final = 1e-2
"""As unlikely as this is enough where the last run was unusual in the same way: a break that lasts is told of until it ends, and
does not slip below the budget on a night with few articles and into what is usual from then on."""

_ALWAYS: Final = 5
"""Measures that every source has: quarantined, language, volume, freshness, length."""

MOST: Final = 500
"""Entries that a run tells of; with more, it is the run that is unusual."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is unusual, worst first, and the (source, measure, since) whose new level has lasted and is taken for
    usual from now on."""

    drift: tuple[Drift, ...]
    settled: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


def find(connection: sqlite3.Connection, past: Past, run: RunFacts, measures: Measures) -> Found:
    """What is unusual in ``run``, given ``past``."""
    if not past.runs:
        return Found((), (), ())
    ground = Ground(past, run, checked_before(connection, run))
    unusual = [*Rates(connection, ground, run, measures).find(), *medians(ground, measures)]
    if run.complete:
        unusual += Volumes(ground, measures).find()
    tests = _tests(past, measures)
    found: dict[tuple[str, str], Unusual] = {}
    for entry in unusual:  # of today by itself and of the last runs together, the first tells more
        if entry.p <= (LASTING if ground.lasts(entry.source, entry.measure) else BUDGET / tests[entry.source]):
            found.setdefault((entry.source, entry.measure), entry)
    alarms = found.values()
    told = {entry.measure for entry in alarms if entry.source != WHOLE}
    if told & {"volume", "silent"}:
        told |= {"volume", "silent"}
    known = _known(past, measures)
    drift, settled, notes = [], [], []
    for entry in alarms:
        # what a single source does shows in the whole run too; and a run of other sources is another run
        if entry.source == WHOLE and (
            entry.measure in told or (not known and entry.measure not in ("volume", "silent"))
        ):
            continue
        since, since_at = ground.since(entry.source, entry.measure, entry.began)
        name = entry.source or "the whole run"
        if ground.settled(entry.source, entry.measure, since_at):
            settled.append((entry.source, entry.measure, since_at))
            notes.append(
                f"{name}: {entry.says}; so since run {since}, and taken for usual from now on, after {SETTLED} runs"
            )
            continue
        drift.append(_drift(entry, name, since, since_at, run.run_id))
    drift.sort(key=lambda entry: (RANK[entry.severity], entry.p, entry.source or "", entry.measure))
    return Found(tuple(drift[:MOST]), tuple(settled), tuple(notes[:MOST]))


def _drift(entry: Unusual, name: str, since: str, since_at: str, today: str) -> Drift:
    ended = "since this run" if since == today else f"since run {since}"
    return Drift(
        entry.source or None, entry.measure, entry.observed, entry.articles, entry.usual, since, since_at, entry.p,
        entry.severity, f"{name}: {entry.says}, {ended}", entry.lately,
    )  # fmt: skip


def _tests(past: Past, measures: Measures) -> Counter[str]:
    """How many measures of each source share its budget.

    A rule that never failed at a source, today included, cannot be unusual there and takes no part (Tarone 1990, Biometrics 46).
    """
    failed = {*past.rules, *measures.rules.select("source", "rule").iter_rows()}
    tests = Counter(source for source, _ in failed)
    for name in (*past.names, *measures.sources["source"]):
        tests[name] = max(tests[name], 0)
    return Counter({name: number + _ALWAYS for name, number in tests.items()})


def _known(past: Past, measures: Measures) -> bool:
    """Whether most of the run's articles are of sources that earlier runs had."""
    seen = {name for name, row in zip(past.names, past.articles, strict=True) if (row > 0).any()}
    today = dict(measures.sources.filter(pl.col("source") != WHOLE).select("source", "articles").iter_rows())
    return bool(2 * sum(number for name, number in today.items() if name in seen) >= sum(today.values()))
