"""How many nights pass until a break that lasts is told of, and what is told of sources that are only lively, on invented histories.

Usage: python benchmarks/drift_lasting.py [SERIES] [SOURCES] [RUNS]   (default 5, 100 and 100; some two minutes on one core)

`drift_simulation.py` breaks a source for one night. Here a third of the sources has a break from the 50th night on that stays: half
of the articles missing, or one rule failing a point more every night. The others move in ways that are no break, some of them
slowly: with the season, by growing, in busy and slack weeks, in eight slack days of their own; and some nights have no run at all.
"""

import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import numpy as np

from copydesk.history import store
from copydesk.history.database import opened
from copydesk.history.measures import Asked, RunFacts
from drift_simulation import COUNTS, START, compared
from drift_world import RULES, Day, day, drifted, sources, tables

BEGINS = 50
"""The night on which breaks begin."""

MOODS = ("even", "season", "growing", "weeks", "slack")
"""How the volume of a source moves beyond its weekdays."""

SIZES = (5, 12, 20, 40, 120, 500)
"""Articles a night that broken sources have."""

BROKEN = {"half the articles": ("volume",), "a point a night": ("rule:date-missing", "quarantined")}


def moved(chance: np.random.Generator, mood: str, runs: int) -> np.ndarray:
    """What part of its usual volume a source has on each night."""
    nights = np.arange(runs)
    if mood == "season":
        return 1 + 0.5 * np.sin(2 * np.pi * (nights / 365 + chance.random()))
    if mood == "growing":
        return np.asarray((1 + chance.uniform(0.005, 0.03)) ** nights)
    if mood == "weeks":  # what a busy day leaves behind is there the next day, too
        steps = chance.normal(0, 0.2, runs)
        for night in nights[1:]:
            steps[night] += 0.6 * steps[night - 1]
        return np.asarray(np.exp(steps))
    share = np.ones(runs)
    if mood == "slack":
        first = int(chance.integers(20, runs - 10))
        share[first : first + 8] = 0.65
    return share


def worse(chance: np.random.Generator, told: Day, points: float) -> Day:
    """The same day where the date is missing in so many more of the articles."""
    failed = told.failed.copy()
    failed[0] = min(told.articles, int(failed[0] + chance.binomial(told.articles - failed[0], points)))
    return Day(told.articles, failed, max(told.quarantined, int(failed[0])), told.foreign, told.age, told.length)


def series(seed: int, number: int, runs: int, folder: Path, score: dict[str, Counter[object]]) -> None:
    """One history from its first run to its last."""
    chance = np.random.default_rng([seed, 7])
    world = [source for source in sources(chance, number, runs) if source.kind != "new"]
    moods = {source.name: str(chance.choice(MOODS)) for source in world}
    shares = {source.name: moved(chance, moods[source.name], runs) for source in world}
    sizes: dict[str, int] = {}
    breaks: dict[str, str] = {}
    for place, source in enumerate(world[::3]):
        sizes[source.name], breaks[source.name] = SIZES[place // 2 % len(SIZES)], list(BROKEN)[place % 2]
        source.size = float(sizes[source.name])
    asked = {rule: Asked("same", "error") for rule in RULES}
    first: dict[str, int] = {}
    for run in range(runs):
        when = START + timedelta(days=run, minutes=float(chance.integers(0, 40)))
        holiday, absent = chance.random() < 0.02, chance.random() < 0.04
        days = {}
        for source in world:
            drifted(chance, source)
            told = day(chance, source, when, shares[source.name][run] * (0.3 if holiday else 1.0))
            if told is not None and run >= BEGINS and source.name in breaks:
                told = hit(chance, told, breaks[source.name], run)
            if told is not None:
                days[source.name] = told
        if absent:
            continue
        facts = RunFacts(f"{seed}-{run}", "simulated", when, "0", "same", f"{seed}-{run}", True, COUNTS, asked)
        measures = tables(days)
        with opened(folder / f"lasting-{seed}.sqlite") as connection:
            found = compared(connection, store.earlier(connection, facts.series, when, facts.inputs), facts, measures)
            store.enter(connection, facts, measures, found.drift, True)
            if found.settled:
                store.accept(connection, facts.series, found.settled, when)
        alarmed = {entry.source for entry in found.drift if entry.source}
        for source in world:
            if run >= 3 and source.name not in breaks:
                for kind in (moods[source.name], source.kind):
                    score["runs"][kind] += 1
                    score["alarms"][kind] += source.name in alarmed
                score["runs"]["all"] += 1
                score["alarms"]["all"] += source.name in alarmed
        score["by measure"].update(
            (entry.measure.split(":")[0]) for entry in found.drift if entry.source and entry.source not in breaks
        )
        score["whole run"].update(
            f"{entry.measure}{' on a holiday' if holiday else ''}" for entry in found.drift if not entry.source
        )
        for entry in found.drift:
            if run >= BEGINS and entry.source in breaks and entry.measure in BROKEN[breaks[entry.source]]:
                first.setdefault(entry.source, run - BEGINS + 1)
    for source in world:
        if source.name in breaks:
            score[breaks[source.name]][sizes[source.name], first.get(source.name)] += 1


def hit(chance: np.random.Generator, told: Day, kind: str, run: int) -> Day | None:
    """The same day, broken."""
    if kind == "a point a night":
        return worse(chance, told, min(0.01 * (run - BEGINS + 1), 0.6))
    left = int(chance.binomial(told.articles, 0.5))
    share = left / told.articles
    return (
        Day(left, chance.binomial(told.failed, share), 0, int(told.foreign * share), told.age, told.length)
        if left
        else None
    )


def report(score: dict[str, Counter[object]], runs: int) -> None:
    """Prints the figures."""
    for kind, number in score["runs"].items():
        alarms = score["alarms"][kind]
        print(f"  {kind!s:<10} {alarms:>4} alarms in {number:>7,} source-runs = {1000 * alarms / number:.2f} per 1,000")
    print(f"  by measure: {dict(score['by measure'])}\n  of the whole run: {dict(score['whole run'])}")
    for kind in BROKEN:
        print(f"\n{kind}: told of within so many nights, in per cent of sources; the median night")
        nights = (3, 5, 7, 10, 14, 21, 28, runs - BEGINS)
        print(f"{'articles':>10} {'sources':>8}" + "".join(f"{night:>6}" for night in nights) + "  median")
        for size in SIZES:
            when = [night for (near, night), n in score[kind].items() if near == size for _ in range(n)]
            if when:
                told = sorted(999 if night is None else night for night in when)
                cells = "".join(f"{100 * sum(n <= night for n in told) / len(told):>6.0f}" for night in nights)
                print(f"{size:>10,} {len(told):>8}{cells}  {told[len(told) // 2]:>6}")


def main(number: int = 5, size: int = 100, runs: int = 100) -> None:
    """Simulates and prints."""
    score: dict[str, Counter[object]] = defaultdict(Counter)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch, np.errstate(all="ignore"):
        for seed in range(number):
            series(seed, size, runs, Path(scratch), score)
    print(f"{number} series of {size} sources and {runs} runs, {time.perf_counter() - began:.0f} s")
    report(score, runs)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
