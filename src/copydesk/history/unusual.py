"""A measure that may be unusual, before all of a source's measures are looked at together."""

from dataclasses import dataclass

import numpy as np

from copydesk.history.tails import Floats


@dataclass(frozen=True, slots=True)
class Unusual:
    """A measure of a source with the probability ``p`` of such a number or a worse one; fields as in `Drift`.

    ``began`` is the place of the earlier run with which it began, where only several runs together show it.
    """

    source: str
    measure: str
    observed: float
    articles: int
    usual: tuple[float, float]
    p: float
    severity: str
    says: str
    began: int | None = None


def range_of(values: Floats) -> tuple[float, float]:
    """Where nine in ten of ``values`` lie."""
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)
