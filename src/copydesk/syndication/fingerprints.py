"""Texts as numbers: a hash for every run of words (or of letters, in scripts that do not part words), for many texts at once.

The units and the sizes of runs are those of `copydesk.press.shingles`, accents apart, which are no difference here. They
are never made into Python strings, for every text of a run is taken apart.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.press.shingles import DENSE, LETTERS, READ, WORDS, tokens

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Points = npt.NDArray[np.uint32]

CHUNK: Final = 250_000
"""Characters that are taken apart together: so few that their numbers stay in a processor's cache."""

_KNOWN: Final = 0x32000
"""Code points that can be part of a word: the last ideographs that Unicode has given out end there."""

_WORD, _DENSE_LETTER, _DIGIT, _NOTHING = (np.uint32(1 << place) for place in (24, 25, 26, 27))
"""What a code point is stands above its 21 bits; without any of them it parts words."""

_ACCENTS: Final = frozenset((7, 8, *range(10, 36), 220, 230))
"""Canonical combining classes: dots, voicing, Hebrew and Arabic vowels, marks below and above."""

_ALIKE: Final = str.maketrans("ىیکةı", "ييكهi")
"""Letters that one house writes for another: of Arabic letters in Persian, Urdu and Egypt, and of Turkish in capitals."""

_POINT: Final = np.uint32(0xFFFFFF)
BASE: Final = 0x9E3779B97F4A7C15
"""Of the polynomials that make one number, modulo 2^64, of a unit's characters and of a text's units. Whoever constructs
collisions spoils the comparison of texts of his own."""

NUMBERED: Final = np.uint64(1 << 32)
"""The bit of a run's hash that says whether a number is in it. Runs are parted by lower bits, and chosen for samples by higher
ones."""

_INVERSE: Final = pow(BASE, -1, 2**64)


class Prints(NamedTuple):
    """Some texts as numbers.

    ``hashes``: of every run, text after text; ``owners``: the row of the text that each belongs to; ``keys``: per row a number
    for the whole text, the same for texts that differ in case, punctuation and white space only; ``units``: per row its words
    or letters (0 where there is no text).
    """

    hashes: Numbers
    owners: Places
    keys: Numbers
    units: Places


def prints(bodies: pl.Series) -> Prints:
    """The `Prints` of ``bodies``, of which the first `READ` characters are looked at."""
    hashes, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    keys, units = np.zeros(len(bodies), np.uint64), np.zeros(len(bodies), np.int64)
    for rows, points, lengths in _chunks(bodies):
        dense = _are_dense(points, lengths)
        for kind, size in ((False, WORDS), (True, LETTERS)):
            chosen = dense == kind
            if not chosen.any():
                continue
            here = points if chosen.all() else points[np.repeat(chosen, lengths)]
            found, at = _runs(here, lengths[chosen], size, kind), rows[chosen]
            hashes.append(found.hashes)
            owners.append(at[found.owners])
            keys[at], units[at] = found.keys, found.units
    return Prints(np.concatenate(hashes), np.concatenate(owners), keys, units)


def _chunks(bodies: pl.Series) -> Iterator[tuple[Places, Points, Places]]:
    """(rows, their characters as `_table` has them one text after the other, lengths): `CHUNK` characters or one text."""
    texts = bodies.to_list()
    lengths = np.fromiter((min(len(text), READ) if text else 0 for text in texts), np.int64, len(texts))
    held = np.flatnonzero(lengths)
    for rows in np.split(held, np.flatnonzero(np.diff(np.cumsum(lengths[held]) // CHUNK)) + 1):
        if not len(rows):
            continue
        joined = " ".join([texts[row][:READ] for row in rows.tolist()])  # the blank parts one text from the next
        points = _table()[np.minimum(np.frombuffer(f"{joined} ".encode("utf-32-le", "replace"), np.uint32), _KNOWN)]
        here = lengths[rows] + 1
        seen = points < _NOTHING
        if not seen.all():
            here = np.add.reduceat(seen, np.cumsum(here) - here, dtype=np.int64)
            points = points[seen]
        yield rows, points, here


@cache
def _table() -> Points:
    """Each code point as texts are compared: compatibility forms, case and accents folded, and what it is."""
    every = "".join(map(chr, range(_KNOWN)))
    table = np.zeros(_KNOWN + 1, np.uint32)
    for letter in filter(str.isalnum, every):
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", letter).lower())
        plain = unicodedata.normalize("NFC", "".join(char for char in plain if not _is_accent(char)))
        table[ord(letter)] = ord((plain if len(plain) == 1 else letter).translate(_ALIKE))
    digits = {ord(char): ord(str(unicodedata.decimal(char))) for char in every if char.isdecimal()}
    table[[*digits]] = [*digits.values()]
    known = np.flatnonzero(table)
    for kind, letters in (
        (_WORD, "".join(tokens(every, dense=False).units)),
        (_DENSE_LETTER, "".join(re.findall(f"[{DENSE}]", every))),
    ):
        places = np.frombuffer(letters.encode("utf-32-le"), np.uint32)
        table[places] = np.where(table[places], table[places], places) | kind
    table[known] |= table[table[known] & _POINT] & ~_POINT  # full-width letters are the letters that they stand for
    table[[*digits]] |= _DIGIT
    invisible = [*map(ord, filter(_is_accent, every)), 0x00AD, 0x0640, *range(0x200B, 0x2010), 0x2060, 0xFEFF]
    table[invisible] = _NOTHING
    return table


def _is_accent(char: str) -> bool:
    """Whether ``char`` is a mark that one house writes and another leaves out, or as one letter with what it stands on: accents,
    vowels of Arabic and Hebrew, the dots of Indic and Japanese letters; not what makes or ends a syllable."""
    return "\u0300" <= char <= "\u036f" or unicodedata.combining(char) in _ACCENTS


def _are_dense(points: Points, lengths: Places) -> Flags:
    """Whether each text is mostly in a script that does not part its words (more than a third of its letters, see `is_dense`)."""
    starts = np.cumsum(lengths) - lengths
    dense = points & _DENSE_LETTER != 0
    if not dense.any():
        return np.zeros(len(lengths), np.bool_)
    letters = np.add.reduceat(points > _POINT, starts, dtype=np.int64)
    held: Flags = 3 * np.add.reduceat(dense, starts, dtype=np.int64) > letters
    return held


def _runs(points: Points, lengths: Places, size: int, dense: bool) -> Prints:
    """The runs of ``size`` units of texts that lie one after the other: words, or single letters (``dense``)."""
    inside = points > _POINT
    if dense:
        starts = np.flatnonzero(inside)
        ends = starts + 1
        units = _mixed((points[starts] & _POINT).astype(np.uint64))
    else:
        edges = np.flatnonzero(np.diff(inside, prepend=False))
        starts, ends = edges[::2], edges[1::2]
        sums = np.zeros(len(points) + 1, np.uint64)
        np.cumsum((points & _POINT) * _powers(len(points)), out=sums[1:])
        # a unit has the same number wherever it stands: its powers are brought down to those of the beginning
        units = _mixed((sums[ends] - sums[starts]) * _powers(len(points), _INVERSE)[starts])
    counts = np.diff(np.searchsorted(starts, np.cumsum(lengths)), prepend=0)
    owners = np.repeat(np.arange(len(lengths)), counts)
    firsts = np.cumsum(counts) - counts
    keys = np.zeros(len(lengths), np.uint64)
    held = np.flatnonzero(counts)
    if len(held):
        places = np.arange(1, len(units) + 1) - firsts[owners]
        keys[held] = _mixed(np.add.reduceat(units * _powers(len(units) + 1)[places], firsts[held]))
    runs = np.zeros(max(0, len(units) - size + 1), np.uint64)
    for place, power in enumerate(_powers(size)):
        runs += units[place : place + len(runs)] * power
    whole = owners[: len(runs)] == owners[size - 1 :]
    digits = np.concatenate([[0], np.cumsum(points & _DIGIT != 0)])
    numbered = digits[ends[size - 1 :]] != digits[starts[: len(runs)]]
    hashes = _mixed(runs) & ~NUMBERED
    hashes[numbered] |= NUMBERED
    return Prints(hashes[whole], owners[: len(runs)][whole], keys, counts)


def _powers(count: int, base: int = BASE) -> Numbers:
    """The first ``count`` powers of ``base``."""
    return _powers_up_to(max(10, (count - 1).bit_length()), base)[:count]


@cache
def _powers_up_to(exponent: int, base: int) -> Numbers:
    bases = np.full(2**exponent, base, np.uint64)
    bases[0] = 1
    return np.cumprod(bases, dtype=np.uint64)


def _mixed(values: Numbers) -> Numbers:
    """``values`` so stirred that each bit depends on all (the finaliser of MurmurHash3, which is in the public domain)."""
    values = values ^ (values >> np.uint64(33))
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values
