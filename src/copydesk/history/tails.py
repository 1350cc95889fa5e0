"""Tail probabilities that the standard library lacks, over numpy arrays, so that scipy is no requirement.

Each is tested against exact sums and published values in `tests/test_history_tails.py`.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHIFT: Final = 8
_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_ROUNDS: Final = 3_000
_TINY: Final = 1e-300


def log_gamma(x: Any) -> Floats:
    """ln Γ(x) for x > 0, to 1e-10: Stirling's series behind a shift (Abramowitz and Stegun 6.1.15, 6.1.41)."""
    value = np.asarray(x, dtype=np.float64)
    product = value
    for step in range(1, _SHIFT):
        product = product * (value + step)
    far = value + _SHIFT
    square = 1 / (far * far)
    series = np.full_like(far, _STIRLING[-1])
    for coefficient in _STIRLING[-2::-1]:
        series = series * square + coefficient
    result: Floats = (far - 0.5) * np.log(far) - far + 0.5 * math.log(2 * math.pi) + series / far - np.log(product)
    return result


def log_beta(a: Any, b: Any) -> Floats:
    """ln B(a, b) for a, b > 0."""
    result: Floats = log_gamma(a) + log_gamma(b) - log_gamma(np.add(a, b))
    return result


def beta_cdf(x: Any, a: Any, b: Any) -> Floats:
    """The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (NIST DLMF 8.17.22)."""
    x, a, b = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (x, a, b)))
    turned = x > (a + 1) / (a + b + 2)  # the fraction converges fast on one side only
    x, a, b = np.where(turned, 1 - x, x), np.where(turned, b, a), np.where(turned, a, b)
    with np.errstate(divide="ignore"):
        front = np.exp(a * np.log(x) + b * np.log1p(-x) - log_beta(a, b)) / a
    value = np.clip(np.where(x > 0, front * _fraction(x, a, b), 0.0), 0.0, 1.0)
    return np.where(turned, 1 - value, value)


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    c = np.ones_like(x)
    d = 1 / _away(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        h = h * d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        step = d * c
        h = h * step
        if np.all(np.abs(step - 1) < 1e-13):
            break
    return h


def _away(value: Floats) -> Floats:
    """``value`` without zeros, by which the fraction would divide."""
    return np.where(np.abs(value) < _TINY, _TINY, value)


def student_tail(t: Any, freedom: Any) -> Floats:
    """P(T ≥ t) of Student's t with ``freedom`` degrees."""
    t, freedom = np.asarray(t, dtype=np.float64), np.asarray(freedom, dtype=np.float64)
    half = 0.5 * beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5)
    return np.where(t >= 0, half, 1 - half)


def negative_binomial_cdf(count: Any, mean: Any, shape: Any) -> Floats:
    """P(Y ≤ count) where Y is Poisson with a gamma-distributed mean of the given ``mean`` and ``shape``."""
    shape = np.asarray(shape, dtype=np.float64)
    return beta_cdf(shape / (shape + mean), shape, np.add(count, 1.0))


def beta_binomial_tail(count: int, number: int, a: Floats, b: Floats) -> Floats:
    """P(K ≥ count) where K of ``number`` have what each has with a chance from Beta(a, b); for arrays ``a`` and ``b``.

    Memory and time grow with ``number`` times the length of the arrays.
    """
    if count <= 0:
        return np.ones_like(a)
    first = log_gamma(number + 1) - log_gamma(count + 1) - log_gamma(number - count + 1)
    first = first + log_beta(a + count, b + (number - count)) - log_beta(a, b)
    steps = np.arange(count, number, dtype=np.float64)
    each, beside = a[..., None], b[..., None]
    grown = np.log((number - steps) * (each + steps)) - np.log((steps + 1) * (beside + (number - steps - 1)))
    terms = np.concatenate([first[..., None], first[..., None] + np.cumsum(grown, axis=-1)], axis=-1)
    result: Floats = np.minimum(np.exp(terms).sum(axis=-1), 1.0)
    return result
