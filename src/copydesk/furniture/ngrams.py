"""Hashed runs of two to five characters: what a linear model weighs to tell the wording of page furniture."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.furniture.characters import DIGIT, SPACE, Bools, Characters, Floats, Ints

BITS: Final = 14
LENGTHS: Final = (2, 3, 4, 5)
REACH: Final = 120
"""Characters of a line that are looked at, from its start."""

_CHUNK: Final = 500
"""Texts looked at together: their runs stay in the processor's cache."""

_FACTORS: Final = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], np.uint32)


def buckets(text: Characters, picked: Ints) -> Iterator[tuple[Ints, npt.NDArray[np.int32]]]:
    """(number of the text, bucket) of every run in the texts ``picked``, in lower case, digits alike, edges included.

    One pair of arrays for each of `LENGTHS`, in the order of the texts.
    """
    length = np.minimum(text.lengths[picked], REACH)
    # every text with a line feed before and after it, so that runs know where a line begins and ends
    size = length + 2
    ends = np.cumsum(size)
    total = int(ends[-1]) if len(ends) else 0
    source = np.arange(total) + np.repeat(text.starts[picked] - 1 - (ends - size), size)
    kind = text.classes[source]
    points = text.lower[source]
    points[kind == SPACE] = 32
    points[kind == DIGIT] = 48
    points[ends - 1] = points[ends - size] = 10
    owner = np.repeat(picked, size)
    left = np.repeat(ends, size) - np.arange(total)
    for count in LENGTHS:
        whole = total - count + 1
        if whole <= 0:
            return
        value = np.full(whole, count * 0x51ED27, np.uint32)
        for k in range(count):
            value += points[k : whole + k] * _FACTORS[k]
            value ^= value >> np.uint32(15)
        value *= np.uint32(0x2C1B3C6D)
        value ^= value >> np.uint32(13)
        keep = np.flatnonzero(left[:whole] >= count)
        yield owner[keep], (value[keep] >> np.uint32(32 - BITS)).astype(np.int32)


def scores(text: Characters, chosen: Bools, weights: Floats, bias: Floats) -> Floats:
    """What linear models say of each of the ``chosen`` texts, as log-odds: texts × models; NaN for the others.

    ``weights`` are buckets × models. A text is the count of its runs over the root of their number.
    """
    summed = np.zeros((text.count, weights.shape[1]), np.float32)
    total = np.zeros(text.count, np.float32)
    picked = np.flatnonzero(chosen)
    for first in range(0, len(picked), _CHUNK):
        for owner, bucket in buckets(text, picked[first : first + _CHUNK]):
            begin = np.flatnonzero(np.diff(owner, prepend=-1))
            if len(begin):
                summed[owner[begin]] += np.add.reduceat(np.take(weights, bucket, axis=0), begin, axis=0)
                total[owner[begin]] += np.diff(begin, append=len(owner))
    said: Floats = (summed / np.sqrt(np.maximum(total, 1))[:, None] + bias).astype(np.float32)
    said[~chosen] = np.nan
    return said
