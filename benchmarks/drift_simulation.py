"""How often drift is a false alarm, and how soon a layout break is found, on invented histories with known truth.

Usage: python benchmarks/drift_simulation.py [SERIES] [SOURCES] [RUNS]   (default 8, 100 and 62; some four minutes on one core)

Each series is a history of its own: sources of 5 to 2,000 articles a run, whose rates, volumes, ages and lengths move by chance and
by more than chance, some of them slowly up or down, some with the week, some begun only lately, with a holiday now and then. All of
that is no break: whatever is told of it is a false alarm. At set moments single sources are broken in a copy of the day's run, and
what is told of them is compared with what was broken. The runs go through the history's real file and the real comparison.
"""

import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from copydesk.history import store
from copydesk.history.database import opened
from copydesk.history.drift import Found, find
from copydesk.history.drifts import Drift
from copydesk.history.measures import Asked, Measures, RunFacts
from copydesk.history.store import EarlierRun
from drift_world import BREAKS, RULES, SIZES, Day, Source, broken, day, drifted, sources, tables

MOMENTS = (3, 5, 8, 16, 30, 45)
"""Earlier runs when sources are broken."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
FIRST_WEEKEND = 5
COUNTS = {"read": 1, "accepted": 1, "quarantined": 0, "unreadable": 0}
START = datetime(2025, 1, 6, 6, tzinfo=UTC)


@dataclass
class Score:
    """What came of it all."""

    source_runs: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    by_measure: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    broken: Counter[tuple[str, str, int, int]] = field(default_factory=Counter)
    found: Counter[tuple[str, str, int, int]] = field(default_factory=Counter)


def lost(kind: str, size: str) -> bool:
    """Whether a field is lost, or a rule newly failed, in 60 % of the articles or more."""
    return kind in ("date lost", "byline lost") and float(size[:-1]) >= 60


def cut(kind: str, size: str) -> bool:
    """Whether bodies lost three quarters or more."""
    return kind == "body cut" and float(size[:-1]) >= 75


LAYOUT_BREAKS: dict[str, Callable[[str, str, int, int], bool]] = {
    "field lost in 60 % of the articles or more": lambda kind, size, articles, run: lost(kind, size),
    "bodies cut by three quarters or more": lambda kind, size, articles, run: cut(kind, size),
    "gone silent": lambda kind, size, articles, run: kind == "silent",
    "all of these": lambda kind, size, articles, run: lost(kind, size) or cut(kind, size) or kind == "silent",
    "all but silent on a weekday never seen before": lambda kind, size, articles, run: (
        lost(kind, size) or cut(kind, size) or (kind == "silent" and run != FIRST_WEEKEND)
    ),
    "field lost in 40 % of 120 articles or more": lambda kind, size, articles, run: (
        kind in ("date lost", "byline lost") and float(size[:-1]) >= 40 and articles >= 120
    ),
}  # fmt: skip
MEASURES = {
    "date lost": {"rule:date-missing", "quarantined"},
    "byline lost": {"rule:byline-missing"},
    "body cut": {"length"},
    "volume": {"volume", "silent"},
    "silent": {"silent"},
    "stale": {"freshness"},
}


def series(seed: int, number: int, runs: int, folder: Path, score: Score) -> None:
    """One history from its first run to its last."""
    chance = np.random.default_rng(seed)
    world = sources(chance, number, runs)
    asked = {rule: Asked("same", "error") for rule in RULES}
    for run in range(runs):
        when = START + timedelta(days=run, minutes=float(chance.integers(0, 40)))
        holiday = chance.random() < 0.02
        days = {}
        for source in world:
            drifted(chance, source)
            told = day(chance, source, when, 0.3 if holiday else 1.0) if run >= source.begins else None
            if told is not None:
                days[source.name] = told
        measures = tables(days)
        facts = RunFacts(f"{seed}-{run}", "simulated", when, "0", "same", f"{seed}-{run}", True, COUNTS, asked)
        with opened(folder / f"{seed}.sqlite") as connection:
            earlier = store.earlier(connection, facts.series, when, facts.inputs)
            found = compared(connection, earlier, facts, measures)
            tally(score, world, run, found, "holiday" if holiday else "")
            if run in MOMENTS and not holiday:
                for hits, changed in breaks(chance, world, run, days):
                    judge(score, run, hits, compared(connection, earlier, facts, tables(changed)).drift)
            store.enter(connection, facts, measures, found.drift, True)
            if found.settled:
                store.accept(connection, facts.series, found.settled, when)


def compared(connection: sqlite3.Connection, earlier: list[EarlierRun], facts: RunFacts, today: Measures) -> Found:
    """What is told of a run."""
    return find(connection, store.past(connection, facts.series, earlier, today.sources["source"]), facts, today)


def tally(score: Score, world: list[Source], run: int, found: Found, holiday: str) -> None:
    """Counts what was told of a run in which nothing is broken."""
    kinds = {source.name: source.kind for source in world}
    for source in world:
        if run >= source.begins + 3:
            score.source_runs[source.kind] += 1
    score.alarms.update(kinds[name] for name in {entry.source for entry in found.drift} if name is not None)
    score.by_measure.update((entry.measure.split(":")[0], entry.severity) for entry in found.drift if entry.source)
    score.whole.update(["runs"])
    score.whole.update(f"{entry.measure} {holiday}".strip() for entry in found.drift if entry.source is None)


def breaks(
    chance: np.random.Generator, world: list[Source], run: int, days: dict[str, Day]
) -> Iterator[tuple[dict[str, tuple[str, float, int]], dict[str, Day]]]:
    """Copies of a day in which every eighth source is broken, so that all are broken some time."""
    able = [source for source in world if run >= source.begins + 3 and source.name in days]
    for part in range(8):
        changed, hits = dict(days), {}
        for source in able[part::8]:
            kind = str(chance.choice(BREAKS, p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1]))
            if kind == "byline lost" and source.rates[1] > 0.2:  # what is missing in most articles cannot be lost
                kind = "date lost"
            size = float(
                chance.choice(
                    {
                        "body cut": [0.5, 0.75, 0.9],
                        "volume": [0.5, 0.7, 0.9],
                        "silent": [1.0],
                        "stale": [0.2, 0.5, 1.0],
                    }.get(kind, SHARES)
                )
            )
            result = broken(chance, days[source.name], kind, size)
            if result is None:
                changed.pop(source.name)
            else:
                changed[source.name] = result
            hits[source.name] = (kind, size, min(SIZES, key=lambda near, own=source.size: abs(np.log(near / own))))
        yield hits, changed


def judge(score: Score, run: int, hits: dict[str, tuple[str, float, int]], drift: tuple[Drift, ...]) -> None:
    """Counts which breaks were found in the first batch."""
    told = {(entry.source, entry.measure) for entry in drift}
    for name, (kind, size, articles) in hits.items():
        key = (kind, f"{size:.0%}", articles, run)
        score.broken[key] += 1
        score.found[key] += any((name, measure) in told for measure in MEASURES[kind])


def report(score: Score) -> None:
    """Prints the figures."""
    runs, alarms = score.source_runs.total(), score.alarms.total()
    print(f"false alarms: {alarms} in {runs:,} source-runs = {1000 * alarms / runs:.2f} per 1,000")
    for kind, number in sorted(score.source_runs.items()):
        print(f"  {kind:<10} {score.alarms[kind]:>4} in {number:>7,} = {1000 * score.alarms[kind] / number:.2f}")
    print(f"  by measure: {dict(score.by_measure)}")
    print(f"  of the whole run, in {score.whole.pop('runs')} runs: {dict(score.whole)}")
    print("\nlayout breaks found in the first batch, in sources of 40 articles a run and more")
    for name, counts in LAYOUT_BREAKS.items():
        keys = [key for key in score.broken if key[2] >= 40 and counts(*key)]
        total, found = sum(score.broken[key] for key in keys), sum(score.found[key] for key in keys)
        print(f"  {name:<50} {found:>5} of {total:>5} = {100 * found / max(total, 1):.1f} %")
    print("\nfound in the first batch, by break and articles a run (all lengths of history)")
    table(score, lambda key: f"{key[0]} {key[1]}", lambda key: key[2], SIZES)
    print("\nfound in the first batch, by break and earlier runs (sources of 40 articles and more)")
    table(score, lambda key: f"{key[0]} {key[1]}" if key[2] >= 40 else "", lambda key: key[3], MOMENTS)


def table(score: Score, row, column, columns) -> None:  # type: ignore[no-untyped-def]
    """A table of shares found."""
    names = sorted(
        {row(key) for key in score.broken} - {""},
        key=lambda name: (name.rsplit(" ", 1)[0], float(name.rsplit(" ", 1)[1][:-1])),
    )
    print(" " * 20 + "".join(f"{number:>13,}" for number in columns))
    for name in names:
        cells = []
        for number in columns:
            keys = [key for key in score.broken if row(key) == name and column(key) == number]
            total, found = sum(score.broken[key] for key in keys), sum(score.found[key] for key in keys)
            cells.append(f"{found:>4}/{total:<4}{100 * found // total:>3}%" if total else "")
        print(f"{name:<20}" + "".join(f"{cell:>13}" for cell in cells))


def main(number: int = 8, size: int = 100, runs: int = 62) -> None:
    """Simulates and prints."""
    score, began = Score(), time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch, np.errstate(all="ignore"):
        for seed in range(number):
            series(seed, size, runs, Path(scratch), score)
    print(f"{number} series of {size} sources and {runs} runs, {time.perf_counter() - began:.0f} s")
    report(score)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
