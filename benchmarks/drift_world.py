"""The invented sources of `drift_simulation.py`: what they are like, what a day of theirs counts, and how a layout break changes it."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from copydesk.history.measures import FIELDS, WHOLE, Measures

RULES = ["date-missing", "byline-missing", "body-too-short", *(f"rule-{number}" for number in range(17))]
SIZES = (5, 12, 40, 120, 500, 2_000)
"""Articles a run that sources have, give or take a quarter."""


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
    rates = np.where(
        rates > 0, chance.beta((rates * source.spread).clip(1e-6), (1 - rates).clip(1e-6) * source.spread), 0
    )
    failed = chance.binomial(articles, rates.clip(0, 1))
    quarantined = int(max(failed[:3].max(), chance.binomial(articles, 1 - np.prod(1 - rates[:3]))))
    return Day(
        articles, failed, quarantined, int(chance.binomial(articles, chance.beta(0.2, 30))),
        quartiles(chance, source.age, source.age_moves, 0.8, articles),
        quartiles(chance, source.length, source.length_moves, 0.5, articles),
    )  # fmt: skip


def quartiles(
    chance: np.random.Generator, median: float, moves: float, spread: float, articles: int
) -> tuple[float, float, float]:
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
        languages += [
            (name, language, n) for language, n in (("en", told.articles - told.foreign), ("de", told.foreign)) if n
        ]
        total += told.failed
    articles = sum(told.articles for told in days.values())
    middle = [
        float(np.median([part[place] for part in parts]))
        for parts in ([d.age for d in days.values()], [d.length for d in days.values()])
        for place in range(3)
    ]
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
        failed[place] = min(
            told.articles, int(hit.sum() + chance.binomial(told.articles - hit.sum(), failed[place] / told.articles))
        )
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
