"""Many texts as one array of code points, so that numpy can count and hash all of them at once."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]

SPACE, LOWER, UPPER, LETTER, DIGIT, PUNCTUATION, SYMBOL, IDEOGRAPH = range(8)
"""Classes of characters. LETTER has no case (marks count as letters too); IDEOGRAPH belongs to a script that writes its
words without blanks."""

_CLASSES: Final = {
    "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lo": LETTER, "Lm": LETTER, "Mn": LETTER, "Mc": LETTER, "Me": LETTER,
    "Nd": DIGIT, "Nl": DIGIT, "No": DIGIT,
    "Pc": PUNCTUATION, "Pd": PUNCTUATION, "Ps": PUNCTUATION, "Pe": PUNCTUATION, "Pi": PUNCTUATION, "Pf": PUNCTUATION,
    "Po": PUNCTUATION, "Sm": SYMBOL, "Sc": SYMBOL, "Sk": SYMBOL, "So": SYMBOL,
}  # fmt: skip
_UNSPACED: Final = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xF900, 0xFAFF))
_PLANE: Final = 0x10000

LONGEST: Final = 4_000
"""Characters of a line that are looked at; of a longer line the end of it and its beginning."""


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Class and lower case of the characters of the basic plane."""
    classes = np.full(_PLANE, SPACE, np.uint8)
    lower = np.arange(_PLANE, dtype=np.uint32)
    for point in range(_PLANE):
        char = chr(point)
        classes[point] = _CLASSES.get(unicodedata.category(char), SPACE)
        small = char.lower()
        if len(small) == 1:
            lower[point] = ord(small)
    for first, last in _UNSPACED:
        span = classes[first : last + 1]
        span[span == LETTER] = IDEOGRAPH
    return classes, lower


@dataclass(frozen=True, slots=True)
class Characters:
    """``count`` texts as one array: ``points`` (code points), ``classes``, ``lower`` (code points in lower case) and
    ``owner`` (number of the text) run in parallel; text i is ``starts[i]:starts[i] + lengths[i]``, and a line feed that
    belongs to it follows, so that no word or pattern crosses from one text to the next."""

    count: int
    points: npt.NDArray[np.uint32]
    classes: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.uint32]
    owner: Ints
    starts: Ints
    lengths: Ints

    def tally(self, codes: npt.NDArray[np.uint8], size: int) -> Floats:
        """How often each text holds each of the ``size`` codes that run in parallel to ``points``: texts × codes."""
        found = np.bincount(self.owner * size + codes, minlength=self.count * size)
        return found.reshape(self.count, size).astype(np.float32)

    def heads(self, chosen: Bools, reach: int) -> "Characters":
        """The first ``reach`` characters of the ``chosen`` texts; the texts are numbered anew."""
        picked = np.flatnonzero(chosen)
        length = np.minimum(self.lengths[picked], reach)
        size = length + 1
        ends = np.cumsum(size)
        owner = np.repeat(np.arange(len(picked)), size)
        source = np.arange(len(owner)) + np.repeat(self.starts[picked] - (ends - size), size)
        points, classes, lower = self.points[source], self.classes[source], self.lower[source]
        points[ends - 1] = lower[ends - 1] = ord("\n")
        classes[ends - 1] = SPACE
        return Characters(len(picked), points, classes, lower, owner, ends - size, length)


def shortened(texts: pl.Series) -> pl.Series:
    """``texts`` without the middle of those above `LONGEST` characters; null becomes empty."""
    text = pl.col("text")
    cut = pl.when(text.str.len_bytes() > LONGEST).then(
        pl.when(text.str.len_chars() > LONGEST).then(text.str.head(LONGEST - 100) + text.str.tail(100)).otherwise(text)
    )
    return pl.DataFrame({"text": texts}).select(cut.otherwise(text).fill_null(""))["text"]


def characters(texts: pl.Series) -> Characters:
    """``texts`` (strings without null) as code points."""
    every = texts.to_list()
    joined = "\n".join(every) + "\n" if every else ""
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, every), np.int64, len(every))
    ends = np.cumsum(lengths + 1)
    known, small = _tables()
    beyond = points >= _PLANE
    within = np.where(beyond, 0, points)
    classes = np.take(known, within)
    lower = np.take(small, within)
    if beyond.any():
        high = points[beyond]
        classes[beyond] = np.where(high < 0x1F000, LETTER, np.where(high < 0x20000, SYMBOL, IDEOGRAPH))
        lower[beyond] = high
    owner = np.repeat(np.arange(len(texts)), lengths + 1)
    return Characters(len(texts), points, classes, lower, owner, ends - lengths - 1, lengths)
