"""Which lines can be page furniture at all, told cheaply: half of all records hold none and need no closer look."""

from typing import Final

import numpy as np
import polars as pl

from copydesk.furniture.characters import Bools, Ints
from copydesk.vocabulary import SENTENCE_END

PROSE_END: Final = SENTENCE_END.pattern
"""How a sentence ends: a line holds no line break, so polars reads the pattern as Python does."""

SHORT: Final = 150
"""Above this length in characters a line is judged only where it does not end as a sentence does, or where it stands beside such
lines and holds a phrase of furniture. Half of the lines that real extractors give are paragraphs of this kind; one in a
hundred lines that would be flagged is lost."""

BESIDE: Final = 3
"""Lines before and after a candidate whose wording is looked at too."""


_FOREIGN_SENTENCE: Final = r"^[^\p{Lu}\p{Ll}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]+[.۔।።]['\"”’»)]*$"
"""A line in Arabic, Hebrew, Indic letters and their like that ends with a full stop. The model has hardly seen prose in them and
takes it for furniture beside furniture; no line of furniture that it found in them ended so."""

_FOREIGN_BLANKS: Final = 7
"""Blanks from which such a line is a sentence and no label."""


def candidates(lines: pl.DataFrame) -> Bools:
    """Whether each line is short or does not end as a sentence does."""
    text = pl.col("text")
    # a character of three bytes is an ideograph or a syllable more often than not, and says as much as two letters
    length = text.str.len_chars() + 0.75 * (text.str.len_bytes().cast(pl.Int64) - 2 * text.str.len_chars()).clip(0)
    foreign = text.str.contains(_FOREIGN_SENTENCE) & (text.str.count_matches(" ", literal=True) >= _FOREIGN_BLANKS)
    likely = ((length <= SHORT) | ~text.str.contains(PROSE_END)) & ~foreign
    return lines.select_seq(likely.alias("candidate"))["candidate"].to_numpy()


def beside(chosen: Bools, document: Ints) -> Bools:
    """The ``chosen`` lines and those of the same article at most `BESIDE` lines away."""
    near = chosen.copy()
    for step in range(1, BESIDE + 1):
        same = document[step:] == document[:-step]
        near[step:] |= chosen[:-step] & same
        near[:-step] |= chosen[step:] & same
    return near


def of_articles(chosen: Bools, rows: Ints) -> Bools:
    """All lines of the articles that have a ``chosen`` one; ``rows`` are the articles' numbers, ascending."""
    if not len(rows):
        return chosen
    begin = np.flatnonzero(np.diff(rows, prepend=rows[0] - 1))
    held: Bools = np.repeat(np.logical_or.reduceat(chosen, begin), np.diff(begin, append=len(rows)))
    return held
