"""How often drift is a false alarm, and how soon a layout break is found, on invented histories with known truth.

Usage: python benchmarks/drift_simulation.py [SERIES] [SOURCES] [RUNS]   (default 8, 120 and 70; about N minutes on one core)

Each series is a history of its own: sources of 5 to 2,000 articles a run, whose rates, volumes, ages and lengths move by chance and
by more than chance, some of them slowly up or down, some with the week, some begun only lately, with a holiday now and then. All of
that is no break: whatever is told of it is a false alarm. At set moments single sources are broken in a copy of the day's run, and
what is told of them is compared with what was broken. The runs go through the history's real file and the real comparison.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from copydesk.history import store
from copydesk.history.database import opened
from copydesk.history.drift import Found, find
from copydesk.history.drifts import Drift
from copydesk.history.measures import FIELDS, WHOLE, Asked, Measures, RunFacts

RULES = ["date-missing", "byline-missing", "body-too-short", *(f"rule-{number}" for number in range(17))]
SIZES = (5, 12, 40, 120, 500, 2_000)
MOMENTS = (3, 5, 8, 16, 30, 45)
"""Earlier runs when sources are broken."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
FIRST_WEEKEND = 5
COUNTS = {"read": 1, "accepted": 1, "quarantined": 0, "unreadable": 0}
START = datetime(2025, 1, 6, 6, tzinfo=UTC)


@dataclass
class Source:
    """What a source is like when nothing is broken."""

    name: str
    kind: str
    size: float
    shape: float
    week: np.ndarray
    rates: np.ndarray
    spread: float
    walk: float
    weekly: float
    age: float
    age_moves: float
    length: float
    length_moves: float
    begins: int = 0


@dataclass
class Day:
    """One source in one run: what is counted."""

    articles: int
    failed: np.ndarray
    quarantined: int
    foreign: int
    age: tuple[float, float, float]
    length: tuple[float, float, float]


@dataclass
class Score:
    """What came of it all."""

    source_runs: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    by_measure: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    broken: Counter[tuple[str, str, int, int]] = field(default_factory=Counter)
    found: Counter[tuple[str, str, int, int]] = field(default_factory=Counter)


def sources(chance: np.random.Generator, number: int, runs: int) -> list[Source]:
    """Invented sources of all kinds."""
    made = []
    for index in range(number):
        kind = str(chance.choice(["steady", "steady", "lively", "drifting", "weekly", "new"]))
        usual = chance.choice(4, len(RULES), p=[0.6, 0.25, 0.1, 0.05])
        rates = np.select(
            [usual == 1, usual == 2, usual == 3],
            [chance.beta(0.5, 30, len(RULES)), chance.beta(2, 18, len(RULES)), chance.beta(2, 2, len(RULES))],
            0.0,
        )
        rates[0] = chance.beta(0.5, 40)
        rates[2] = chance.beta(0.5, 40)
        weekend = chance.uniform(0.25, 1.0)
        week = np.array([1, 1, 1, 1, 1, weekend, weekend]) * chance.uniform(0.9, 1.1, 7)
        made.append(
            Source(
                f"{kind}-{index}.example", kind, float(chance.choice(SIZES)) * chance.uniform(0.8, 1.25),
                shape=float(chance.choice([6, 12, 30] if kind == "lively" else [20, 60, 200])), week=week, rates=rates,
                spread=float(chance.uniform(15, 40) if kind == "lively" else chance.uniform(40, 400)),
                walk=0.06 if kind == "drifting" else 0.0,
                weekly=0.8 if kind == "weekly" else 0.0,
                age=float(chance.uniform(3, 30)), age_moves=float(chance.uniform(0.1, 0.4)),
                length=float(chance.uniform(800, 4_000)), length_moves=float(chance.uniform(0.02, 0.12)),
                begins=int(chance.integers(1, runs // 2)) if kind == "new" else 0,
            )
        )  # fmt: skip
    return made


def day(chance: np.random.Generator, source: Source, when: datetime, volume: float) -> Day | None:
    """A day of a source on which nothing is broken; None without articles."""
    weekend = when.weekday() >= 5
    mean = source.size * source.week[when.weekday()] * volume
    articles = int(chance.poisson(mean * chance.gamma(source.shape, 1 / source.shape)))
    if not articles:
        return None
    logits = np.log(source.rates.clip(1e-9) / (1 - source.rates).clip(1e-9)) + source.weekly * weekend
    rates = np.where(source.rates > 0, 1 / (1 + np.exp(-logits)), 0.0)
    rates = np.where(rates > 0, chance.beta((rates * source.spread).clip(1e-6), (1 - rates).clip(1e-6) * source.spread), 0)
    failed = chance.binomial(articles, rates.clip(0, 1))
    quarantined = int(max(failed[:3].max(), chance.binomial(articles, 1 - np.prod(1 - rates[:3]))))
    return Day(
        articles, failed, quarantined, int(chance.binomial(articles, chance.beta(0.2, 30))),
        quartiles(chance, source.age, source.age_moves, 0.8, articles),
        quartiles(chance, source.length, source.length_moves, 0.5, articles),
    )  # fmt: skip


def quartiles(chance: np.random.Generator, median: float, moves: float, spread: float, articles: int) -> tuple[float, float, float]:
    """Median and quartiles of a sample of ``articles`` lognormal values whose median differs from run to run."""
    values = median * np.exp(chance.normal(0, moves)) * np.exp(chance.normal(0, spread, min(articles, 400)))
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(middle), float(low), float(high)


def drifted(chance: np.random.Generator, source: Source) -> None:
    """A slow change: the rates of a drifting source take a step up or down."""
    if source.walk:
        there = (source.rates > 0) & (source.rates < 1)
        logits = np.log(source.rates[there] / (1 - source.rates[there])) + chance.normal(0, source.walk, there.sum())
        source.rates[there] = (1 / (1 + np.exp(-logits))).clip(0, 0.97)


def tables(days: dict[str, Day]) -> Measures:
    """The counts of a run as the history takes them."""
    rows, rules, languages = [], [], []
    total = np.zeros(len(RULES), dtype=int)
    for name, told in days.items():
        rows.append((name, told.articles, told.quarantined, *told.age, *told.length, *(0,) * len(FIELDS)))
        rules += [(name, rule, told.articles, int(n)) for rule, n in zip(RULES, told.failed, strict=True) if n]
        languages += [(name, language, n) for language, n in (("en", told.articles - told.foreign), ("de", told.foreign)) if n]
        total += told.failed
    articles = sum(told.articles for told in days.values())
    middle = [float(np.median([part[place] for part in parts])) for parts in ([d.age for d in days.values()], [d.length for d in days.values()]) for place in range(3)]
    rows.insert(0, (WHOLE, articles, sum(told.quarantined for told in days.values()), *middle, *(0,) * len(FIELDS)))
    rules += [(WHOLE, rule, articles, int(n)) for rule, n in zip(RULES, total, strict=True) if n]
    medians = ["freshness", "freshness_low", "freshness_high", "length", "length_low", "length_high"]
    return Measures(
        pl.DataFrame(rows, schema=["source", "articles", "quarantined", *medians, *FIELDS], orient="row"),
        pl.DataFrame(rules, schema=["source", "rule", "checked", "failed"], orient="row"),
        pl.DataFrame(languages, schema=["source", "language", "articles"], orient="row"),
    )


BREAKS = ("date lost", "byline lost", "body cut", "volume", "silent", "stale")


def broken(chance: np.random.Generator, told: Day, kind: str, size: float) -> Day | None:
    """The same day with a break: ``size`` is the share of the articles that are hit, or of the length or volume that goes."""
    hit = chance.random(told.articles) < size
    if kind in ("date lost", "byline lost"):
        place = 0 if kind == "date lost" else 1
        failed = told.failed.copy()
        failed[place] = min(told.articles, int(hit.sum() + chance.binomial(told.articles - hit.sum(), failed[place] / told.articles)))
        worse = max(told.quarantined, int(failed[0]))
        return replace(told, failed=failed, quarantined=worse)
    if kind == "body cut":
        return replace(told, length=tuple(value * (1 - size) for value in told.length))
    if kind == "stale":
        return replace(told, age=tuple(value + 240 * size for value in told.age))
    left = int(chance.binomial(told.articles, 1 - size)) if kind == "volume" else 0
    if not left:
        return None
    share = left / told.articles
    return replace(told, articles=left, failed=chance.binomial(told.failed, share), quarantined=0, foreign=0)


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

            def compare(today: Measures) -> Found:
                past = store.past(connection, facts.series, earlier, today.sources["source"])
                return find(connection, past, facts, today)

            found = compare(measures)
            tally(score, world, run, found, "holiday" if holiday else "")
            if run in MOMENTS and not holiday:
                for hits, changed in breaks(chance, world, run, days):
                    judge(score, run, hits, compare(tables(changed)).drift)
            store.enter(connection, facts, measures, found.drift, True)
            if found.settled:
                store.accept(connection, facts.series, found.settled, when)


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


Hit = tuple[str, str, float]


def breaks(chance: np.random.Generator, world: list[Source], run: int, days: dict[str, Day]) -> Iterator[tuple[dict[str, tuple[str, float, int]], dict[str, Day]]]:
    """Copies of a day in which every eighth source is broken, so that all are broken some time."""
    able = [source for source in world if run >= source.begins + 3 and source.name in days]
    for part in range(8):
        changed, hits = dict(days), {}
        for source in able[part::8]:
            kind = str(chance.choice(BREAKS, p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1]))
            if kind == "byline lost" and source.rates[1] > 0.2:  # what is missing in most articles cannot be lost
                kind = "date lost"
            size = float(chance.choice({"body cut": [0.5, 0.75, 0.9], "volume": [0.5, 0.7, 0.9], "silent": [1.0], "stale": [0.2, 0.5, 1.0]}.get(kind, SHARES)))
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
    names = sorted({row(key) for key in score.broken} - {""}, key=lambda name: (name.rsplit(" ", 1)[0], float(name.rsplit(" ", 1)[1][:-1])))
    print(" " * 20 + "".join(f"{number:>13,}" for number in columns))
    for name in names:
        cells = []
        for number in columns:
            keys = [key for key in score.broken if row(key) == name and column(key) == number]
            total, found = sum(score.broken[key] for key in keys), sum(score.found[key] for key in keys)
            cells.append(f"{found:>4}/{total:<4}{100 * found // total:>3}%" if total else "")
        print(f"{name:<20}" + "".join(f"{cell:>13}" for cell in cells))


def main(number: int = 8, size: int = 120, runs: int = 70) -> None:
    """Simulates and prints."""
    score, began = Score(), time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch, np.errstate(all="ignore"):
        for seed in range(number):
            series(seed, size, runs, Path(scratch), score)
    print(f"{number} series of {size} sources and {runs} runs, {time.perf_counter() - began:.0f} s")
    report(score)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
