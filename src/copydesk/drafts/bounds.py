"""Thresholds that do not overfit: what the sample shows, with the uncertainty of its size, rounded to the tolerant side."""

from math import ceil, floor, sqrt
from typing import Final

_Z: Final = 1.96
"""95 % confidence."""


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share (E. B. Wilson, 1927): honest for few articles and for shares near 0 and 1."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    centre = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def at_least(hits: int, of: int) -> float:
    """A share to demand of later batches: below the interval, in steps of 0.05, near 1 of 0.01."""
    low = interval(hits, of)[0]
    step = 100 if low > 0.9 else 20
    return max(0.0, floor(low * step) / step - 1 / step) if step == 20 else floor(low * 100 - 1) / 100


def at_most(hits: int, of: int) -> float:
    """A share to allow in later batches: above the interval, in steps of 0.05, near 0 of 0.01."""
    high = interval(hits, of)[1]
    step = 100 if high < 0.1 else 20
    return min(1.0, ceil(high * step) / step)


def round_down(number: float) -> int:
    """``number`` with one significant digit, or two where the first is a 1: 83 -> 80, 147 -> 140."""
    if number < 1:
        return 0
    power = 10 ** max(0, len(str(int(number))) - 1)
    power = power // 10 if number / power < 2 and power > 1 else power
    return int(number // power * power)
