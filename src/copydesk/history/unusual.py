"""A measure that may be unusual, before all of a source's measures are looked at together."""

from dataclasses import dataclass

import numpy as np

from copydesk.history.drifts import Lately
from copydesk.history.tails import Floats


@dataclass(frozen=True, slots=True)
class Unusual:
    """A measure of a source with the probability ``p`` of such a number or a worse one; fields as in `Drift`.

    ``lately`` is what several runs show together where no single one does, and ``began`` the place of the earlier one with which
    it began.
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
    lately: Lately | None = None


def range_of(values: Floats) -> tuple[float, float]:
    """Where nine in ten of ``values`` lie."""
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)
