"""How unlikely today's number is, given the same source's earlier numbers: predictive tail probabilities.

Three kinds of numbers, one idea: what a source did before says how high its level is *and* how much it moves from run to run, and
the sources beside it say what to expect of one with little past. Both the level and the movement stay uncertain (they are summed
over on a grid), so that a short past gives a large probability and no alarm.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from copydesk.history.tails import (
    Floats,
    beta_binomial_tail,
    log_beta,
    log_gamma,
    negative_binomial_cdf,
    student_tail,
)

MOST: Final = 400
"""Articles that a batch counts as at most: beyond that its rate is known well enough, and runs differ by more than chance."""

_SPREADS: Final = np.geomspace(6, 1536, 9)
"""Strengths φ of the beta distribution that rates of single runs come from: at 10 % and φ = 24 they differ by ± 6 points."""

_SHAPES: Final = np.geomspace(1, 256, 9)
"""Shapes of the gamma distribution that volumes of single runs come from: at 16 they differ by ± 25 %."""

_LEVELS: Final = np.linspace(-5, 5, 25)
"""Standard deviations around the likely level that the grid covers."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What the sources of a series have in common for one rate: mean share and how firmly they share it (0.5 to 20
    articles' worth),
    and the strength φ that single runs of one source keep to (`_SPREADS`)."""

    mean: float = 0.1
    strength: float = 4.0
    spread: float = 50.0


def pooled(failed: Floats, checked: Floats, squares: Floats, runs: Floats) -> Pool:
    """The pool of some sources: per source the failed and checked of all its runs, Σ failed²/checked and the number of runs.

    Moments: between sources for the mean's firmness, between runs of one source for φ (Kleinman 1973, J. Am. Stat. Assoc. 68).
    """
    there = checked > 0
    if there.sum() < 5:  # too few to speak for others
        return Pool()
    failed, checked, squares, runs = (part[there] for part in (failed, checked, squares, runs))
    rates = (failed + 0.05) / (checked + 0.5)
    mean = float(np.clip(rates.mean(), 1e-3, 0.95))
    variance = float(rates.var()) + 1e-6
    strength = float(np.clip(mean * (1 - mean) / variance - 1, 0.5, 20))
    own = failed / checked
    chance = (own * (1 - own)).clip(0)
    moved, free = (squares - failed * own).clip(0), (runs - 1).clip(0)
    expected, room = float((chance * free).sum()), float((chance * (checked - checked / runs.clip(1))).sum())
    # thirty runs' worth of the default, so that rates near zero, which hardly can move, do not settle it
    usual = 1 / (Pool().spread + 1)
    between = (float(moved.sum()) - expected + 30 * usual * mean) / max(room - expected + 30 * mean, 1e-9)
    return Pool(mean, strength, float(np.clip(1 / max(between, 1e-4) - 1, 8, 80)))


def plainly_usual(failed: int, checked: int, past_failed: float, past_checked: float, least: float) -> bool:
    """Whether `rate_tail` need not be asked: even if the source hardly moved from run to run, which makes the lightest tail
    of those summed there, today's share would be no rarer than ``least``, far above what any budget calls unusual."""
    number = min(checked, MOST)
    mean = (past_failed + 0.5) / (past_checked + 1)
    spread = np.array([_SPREADS[-1]])
    return bool(beta_binomial_tail(failed * number // checked, number, mean * spread, (1 - mean) * spread)[0] > least)


def rate_tail(failed: int, checked: int, past_failed: Floats, past_checked: Floats, pool: Pool, runs: int = 1) -> float:
    """P(K ≥ ``failed``) of ``checked`` articles, after runs with ``past_failed`` of ``past_checked``: a beta-binomial whose mean
    and spread are weighed by how well they explain the past. Where the articles are of several ``runs``, each of these has a rate
    of its own, and all together differ less than one."""
    number = min(checked, MOST)
    count = failed * number // checked  # rounded towards the usual
    scale = np.minimum(past_checked, MOST) / np.maximum(past_checked, 1)
    hits, misses = past_failed * scale, (past_checked - past_failed) * scale
    before, beside = pool.mean * pool.strength, (1 - pool.mean) * pool.strength
    firm = (hits + misses) / (1 + (hits + misses - 1).clip(0) / pool.spread)
    total = float(firm.sum()) + pool.strength
    likely = (float((firm * hits / (hits + misses).clip(1e-9)).sum()) + before) / total
    likely = min(max(likely, 0.002), 0.998)
    width = 1 / np.sqrt(total * likely * (1 - likely) + 0.3)
    logits = np.log(likely / (1 - likely)) + width * _LEVELS
    mean = (1 / (1 + np.exp(-logits)))[:, None].clip(1e-7, 1 - 1e-7)
    a, b = mean * _SPREADS, (1 - mean) * _SPREADS
    weight = before * np.log(mean) + beside * np.log1p(-mean) + _log_normal(_SPREADS, pool.spread, 0.85)
    told = (
        log_gamma(a[..., None] + hits) + log_gamma(b[..., None] + misses) - log_gamma(_SPREADS[:, None] + hits + misses)
    )
    weight = weight + told.sum(axis=-1) - len(hits) * log_beta(a, b)
    return min(1.0, float((_shares(weight) * beta_binomial_tail(count, number, runs * a, runs * b)).sum()))


def volume_tail(count: int, factor: float, past: Floats, factors: Floats, runs: float = 1) -> float:
    """P(Y ≤ ``count``) after runs with ``past`` articles: a negative binomial. ``factor`` and ``factors`` say what part of the
    usual level is expected of today and of each earlier run. Where the articles are of several ``runs`` that move by
    themselves, all together move less than one."""
    level = max(float(past.sum()) / max(float(factors.sum()), 1e-9), 0.05)
    total = float(factors.sum())
    width = np.sqrt(1 / max(level * total, 0.5) + 1 / (4 * max(len(past), 1)))
    mean = (level * np.exp(width * _LEVELS / 1.5))[:, None]
    shapes = _SHAPES[None, :]
    rate = mean[..., None] * factors
    told = (
        log_gamma(shapes[..., None] + past)
        - log_gamma(shapes)[..., None]
        + shapes[..., None] * np.log(shapes[..., None] / (shapes[..., None] + rate))
        + past * np.log(rate / (shapes[..., None] + rate))
    )
    weight = told.sum(axis=-1) + _log_normal(_SHAPES, 16.0, 0.9)
    return min(1.0, float((_shares(weight) * negative_binomial_cdf(count, mean * factor, runs * shapes)).sum()))


def median_tails(value: Floats, error: Floats, past: Floats, usual_spread: float) -> tuple[Floats, Floats, Floats]:
    """(P(X ≥ value), P(X ≤ value), centre) for medians in logarithms, one row of ``past`` (nan: no run) per source.

    The centre is the median of the past, the spread its median absolute deviation, drawn to ``usual_spread`` as if that had been
    seen in `_PRIOR` runs; ``error`` is the sampling error of today's median. Student's t allows for a spread that is
    not known well.
    """
    runs = (~np.isnan(past)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        centre = np.nanmedian(past, axis=1)
        spread = 1.4826 * np.nanmedian(np.abs(past - centre[:, None]), axis=1)
    square = (_PRIOR * usual_spread**2 + runs * spread**2) / (_PRIOR + runs)
    t = (value - centre) / np.sqrt(square * (1 + np.pi / 2 / runs.clip(1)) + error**2)
    freedom = _PRIOR + runs - 1.0
    return student_tail(t, freedom), student_tail(-t, freedom), centre


_PRIOR: Final = 6.0


def _log_normal(values: Floats, centre: float, width: float) -> Floats:
    result: Floats = -((np.log(values / centre) / width) ** 2) / 2
    return result


def _shares(weight: Floats) -> Floats:
    """Weights in logarithms as shares of one."""
    share = np.exp(weight - weight.max())
    result: Floats = share / share.sum()
    return result
