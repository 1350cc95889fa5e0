"""A gradient-boosted forest of oblivious trees as arrays: every tree asks the same question on all nodes of one level, so that
a batch is judged by a few array operations and no library."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.furniture.characters import Floats

_CHUNK: Final = 1_024
"""Lines judged at a time: their answers stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Forest:
    """``feature`` and ``border`` are the questions (is the feature above the border?), ``trees`` (trees × levels) the
    questions that each tree asks, ``leaves`` (trees × 2 to the number of levels) what it adds to the log-odds; the answer
    at level k is bit k of the leaf's number. A missing number (NaN) is above no border."""

    feature: npt.NDArray[np.int16]
    border: Floats
    trees: npt.NDArray[np.uint16]
    leaves: Floats
    bias: float

    def log_odds(self, values: Floats) -> Floats:
        """The log-odds of each row of ``values`` (rows × features)."""
        result = np.empty(len(values), np.float32)
        levels = self.trees.shape[1]
        offset = (np.arange(len(self.trees)) << levels)[:, None]
        flat = self.leaves.ravel()
        for begin in range(0, len(values), _CHUNK):
            columns = np.ascontiguousarray(values[begin : begin + _CHUNK].T)
            above = (columns[self.feature] > self.border[:, None]).view(np.uint8)
            leaf = np.zeros((len(self.trees), columns.shape[1]), np.uint8)
            for level in range(levels):
                leaf |= above[self.trees[:, level]] << level
            result[begin : begin + _CHUNK] = flat[offset + leaf].sum(axis=0, dtype=np.float64) + self.bias
        return result
