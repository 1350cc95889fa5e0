"""Whether two shares differ by more than chance: Fisher's exact test of two proportions.

An exact test, for a source may have three articles today and a million yesterday, where approximations by the normal
distribution find certainty in a single article.
"""

import math
from typing import Final

import numpy as np

from copydesk.history.tails import log_gamma

BOUND: Final = 0.01
"""The chance that a table of shares which did not change marks any of them: each p-value is multiplied by the number of shares
in the table (Bonferroni). One comparison in a hundred is seldom enough for somebody who compares runs every day."""

_TERMS: Final = 200_000
"""Terms of the tail that are added: ten standard deviations of what 10⁹ articles can show."""


def p_value(failed: int, of: int, failed_before: int, of_before: int) -> float:
    """The probability of shares that differ as much or more where nothing changed: the smaller tail of the hypergeometric
    distribution, doubled. 1.0 where one of the groups is empty.

    >>> round(p_value(3, 3, 0, 3), 6)
    0.1
    """
    if not of or not of_before:
        return 1.0
    failing, everyone = failed + failed_before, of + of_before
    lowest, highest = max(0, failing - of_before), min(failing, of)
    mean = of * failing / everyone
    outwards = np.arange(failed, min(highest, failed + _TERMS) + 1) if failed >= mean else None
    counts = np.arange(failed, max(lowest, failed - _TERMS) - 1, -1) if outwards is None else outwards
    logs = (
        _choose(np.full_like(counts, of), counts)
        + _choose(np.full_like(counts, of_before), failing - counts)
        - _choose(np.array([everyone]), np.array([failing]))
    )
    return min(1.0, 2.0 * math.fsum(np.exp(np.minimum(logs, 0.0)).tolist()))


def _choose(
    number: "np.typing.NDArray[np.int64]", taken: "np.typing.NDArray[np.int64]"
) -> "np.typing.NDArray[np.float64]":
    """ln of the binomial coefficient."""
    return log_gamma(number + 1.0) - log_gamma(taken + 1.0) - log_gamma(number - taken + 1.0)
