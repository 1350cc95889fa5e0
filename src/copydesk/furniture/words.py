"""The words of many texts as hashes, and what is known of words from the vocabularies and from a corpus."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk import vocabulary
from copydesk.furniture.characters import DIGIT, IDEOGRAPH, LETTER, LOWER, UPPER, Bools, Characters, Ints, characters

Hashes = npt.NDArray[np.uint64]

_REACH: Final = 48
"""Characters of a word that enter its hash."""

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_FACTORS: Final = np.array([pow(0x100000001B3, k + 1, 2**64) for k in range(_REACH)] + [0], np.uint64)

FLAG_BITS: Final = 18
MONTH, AGENCY, BYLINE_PREFIX, BYLINE_ROLE, BYLINE_LABEL = (1 << bit for bit in range(5))


@dataclass(frozen=True, slots=True)
class Words:
    """Words in parallel arrays, in the order of the texts: the text that holds it, its hash, its number of characters,
    whether it is written in capitals, begins with one, is in lower case, a number. In scripts without blanks every pair
    of neighbouring characters is a word."""

    owner: Ints
    hash: Hashes
    length: Ints
    capitals: Bools
    titled: Bools
    small: Bools
    number: Bools


def words(text: Characters) -> Words:
    """The words of ``text``; case does not change a hash."""
    kind = text.classes
    spaced = (kind == LOWER) | (kind == UPPER) | (kind == LETTER) | (kind == DIGIT)
    # a word begins where a letter or digit follows none; the array's last character is a line feed
    edge = np.flatnonzero(np.diff(spaced, prepend=False))
    starts, ends = edge[::2], edge[1::2]
    length = ends - starts
    inside = np.flatnonzero(spaced)
    place = np.minimum(inside - np.repeat(starts, length), _REACH)
    values = text.lower[inside].astype(np.uint64) * _FACTORS[place]
    offsets = np.cumsum(length) - length
    hashed = np.add.reduceat(values, offsets) if len(starts) else np.zeros(0, np.uint64)
    upper = np.add.reduceat((kind == UPPER)[inside], offsets, dtype=np.int64) if len(starts) else length

    unspaced = kind == IDEOGRAPH
    first = np.flatnonzero(unspaced[:-1] & unspaced[1:]) if len(kind) else np.zeros(0, np.int64)
    pair = text.lower[first].astype(np.uint64) * _FACTORS[0]
    if len(first):
        pair += text.lower[first + 1].astype(np.uint64) * _FACTORS[1]

    at = np.concatenate([starts, first])
    order = np.argsort(at, kind="stable") if len(first) else slice(None)
    none = np.zeros(len(first), np.bool_)
    lead = kind[starts]
    return Words(
        text.owner[at][order],
        _mixed(np.concatenate([hashed, pair]))[order],
        np.concatenate([length, np.full(len(first), 2)])[order],
        np.concatenate([(upper == length) & (length > 1), none])[order],
        np.concatenate([lead == UPPER, none])[order],
        np.concatenate([lead == LOWER, none])[order],
        np.concatenate([lead == DIGIT, none])[order],
    )


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(29))) * _MIX
    return values ^ (values >> np.uint64(32))


def hashes(texts: Iterable[str]) -> Hashes:
    """The hashes of all words in ``texts``."""
    return words(characters(pl.Series(list(texts), dtype=pl.String()))).hash


@cache
def flags() -> npt.NDArray[np.uint8]:
    """What the vocabularies that ship know of a word, by the lowest `FLAG_BITS` bits of its hash; phrases do not count.

    What a contract adds to them does not count either: the weights were made with those that ship.
    """
    with vocabulary.using(vocabulary.default()):
        return _flags()


def _flags() -> npt.NDArray[np.uint8]:
    table = np.zeros(1 << FLAG_BITS, np.uint8)
    known: list[tuple[int, Iterable[str]]] = [
        (MONTH, (name for name in vocabulary.months() if " " not in name)),
        (AGENCY, (name for agency in vocabulary.agencies() for name in agency.bylines if _single(name))),
        (BYLINE_PREFIX, (word for word in vocabulary.byline_words("prefix") if _single(word))),
        (BYLINE_ROLE, (word for word in vocabulary.byline_words("role") if _single(word))),
        (
            BYLINE_LABEL,
            (word for kind in ("label", "action") for word in vocabulary.byline_words(kind) if _single(word)),
        ),
    ]
    for bit, names in known:
        table[(hashes(names) & np.uint64(len(table) - 1)).astype(np.int64)] |= bit
    return table


def _single(name: str) -> bool:
    return " " not in name.strip() and len(name) > 1
