"""Hashed runs of two to five characters: what a linear model weighs to tell the wording of page furniture."""

from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.furniture.characters import DIGIT, SPACE, Bools, Characters, Floats, Ints

BITS: Final = 14
LENGTHS: Final = (2, 3, 4, 5)
REACH: Final = 240
"""Characters of a line that are looked at, from its start."""

_FACTORS: Final = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], np.uint32)


def buckets(text: Characters, chosen: Bools) -> tuple[Ints, npt.NDArray[np.int32]]:
    """(number of the text, bucket) of every run in the ``chosen`` texts, in lower case, digits alike, edges included."""
    picked = np.flatnonzero(chosen)
    length = np.minimum(text.lengths[picked], REACH)
    # every text with a line feed before and after it, so that runs know where a line begins and ends
    size = length + 2
    ends = np.cumsum(size)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - size, size)
    source = np.repeat(text.starts[picked] - 1, size) + within
    kind = text.classes[source]
    points = text.lower[source]
    points = np.where(kind == SPACE, np.uint32(32), np.where(kind == DIGIT, np.uint32(48), points))
    points[(ends - 1)] = 10
    points[(ends - size)] = 10
    owner = np.repeat(picked, size)
    last = np.repeat(ends, size)
    place = np.arange(len(points))
    owners, found = [], []
    for count in LENGTHS:
        fits = place + count <= last
        whole = len(points) - count + 1
        if whole <= 0:
            continue
        value = np.full(whole, count * 0x51ED27, np.uint32)
        for k in range(count):
            value += points[k : whole + k] * _FACTORS[k]
            value ^= value >> np.uint32(15)
        value *= np.uint32(0x2C1B3C6D)
        value ^= value >> np.uint32(13)
        keep = np.flatnonzero(fits[:whole])
        owners.append(owner[keep])
        found.append((value[keep] >> np.uint32(32 - BITS)).astype(np.int32))
    if not owners:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    return np.concatenate(owners), np.concatenate(found)


def scores(text: Characters, chosen: Bools, weights: Floats, bias: Floats) -> Floats:
    """What linear models say of each of the ``chosen`` texts, as log-odds: texts × models; NaN for the others.

    ``weights`` are buckets × models. A text is the count of its runs over the root of their number.
    """
    result = np.full((text.count, weights.shape[1]), np.nan, np.float32)
    owner, bucket = buckets(text, chosen)
    total = np.maximum(np.bincount(owner, minlength=text.count), 1)
    for model in range(weights.shape[1]):
        summed = np.bincount(owner, weights[bucket, model], minlength=text.count)
        result[:, model] = np.where(chosen, summed / np.sqrt(total) + bias[model], np.nan)
    return result
