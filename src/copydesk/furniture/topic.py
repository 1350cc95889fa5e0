"""What a line's words have to do with its article: with its paragraphs, its title, its address, its author and site."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.furniture.characters import Bools, Floats, Ints, Numbers
from copydesk.furniture.shape import Columns
from copydesk.furniture.words import Hashes, Words

RARITY_BITS: Final = 16
_SLOT_BITS: Final = 14
"""Words of one article share a table of this many bits: of 500 different words three in a hundred are mistaken."""

_COMMON: Final = 0.4
_RARE: Final = 0.75


def rarity(known: Words, table: npt.NDArray[np.uint8]) -> Floats:
    """How rare each word is, from 0 (in every article of the corpus that ``table`` was counted on) to 1."""
    rare: Floats = table[(known.hash & np.uint64((1 << RARITY_BITS) - 1)).astype(np.int64)].astype(
        np.float32
    ) / np.float32(255)
    return rare


def topic(
    known: Words,
    weight: Floats,
    document: Ints,
    long: Bools,
    about: Mapping[str, Words],
) -> Columns:
    """Features of the words of each line.

    ``known`` are the words of all lines and ``weight`` their rarity, ``document`` numbers the article of each line from 0,
    ``long`` marks paragraphs; ``about`` gives the words of the articles' other texts (title, slug …), by article.
    """
    count = len(document)
    documents = int(document[-1]) + 1 if count else 0
    owner = known.owner
    slot = _slots(known.hash, document[owner])
    heavy = np.maximum(_sum(owner, weight, count), 1e-6)
    total = np.maximum(_sum(owner, None, count), 1)
    size = documents << _SLOT_BITS

    in_long = _elsewhere(slot, owner, long[owner], size)
    in_short = _elsewhere(slot, owner, ~long[owner], size)
    held = np.bincount(slot[long[owner]], minlength=size)
    paragraphs = np.bincount(document, long, minlength=documents)[document]
    usual = held[slot] - long[owner] >= np.maximum(3, 0.25 * paragraphs)[owner]
    rare, common = weight > _RARE, weight < _COMMON
    columns: Columns = {
        "rarity": heavy / total,
        "common": _sum(owner, common, count) / total,
        "usual": _sum(owner, usual, count) / total,
        "in_paragraphs": _sum(owner, weight * in_long, count) / heavy,
        "in_short_lines": _sum(owner, weight * in_short, count) / heavy,
        "nowhere": _sum(owner, weight * ~(in_long | in_short), count) / heavy,
        "rare_in_paragraphs": _sum(owner, rare & in_long, count),
        "rare_elsewhere": _sum(owner, rare & (in_long | in_short), count),
        "rare_nowhere": _sum(owner, rare & ~(in_long | in_short), count),
        "rare_share_in_paragraphs": _sum(owner, rare & in_long, count) / np.maximum(_sum(owner, rare, count), 1),
        "common_in_paragraphs": _sum(owner, common & in_long, count) / np.maximum(_sum(owner, common, count), 1),
    }
    for name, words in about.items():
        table = np.zeros(size, np.bool_)
        table[_slots(words.hash, words.owner)] = True
        match = table[slot]
        columns[f"in_{name}"] = _sum(owner, weight * match, count) / heavy
        of = np.bincount(words.owner, minlength=documents)[document]
        columns[f"of_{name}"] = np.minimum(_sum(owner, match, count) / np.maximum(of, 1), 2) - (of == 0)
    bag = _bags(known, count)
    columns["repeated"] = _same(bag, document)
    columns["repeated_masked"] = _same(_bags(known, count, ~known.number), document)
    title = about["title"]
    columns["is_title"] = ((bag == _bags(title, documents)[document]) & (bag > 0)).astype(np.float32)
    return {name: column.astype(np.float32) for name, column in columns.items()}


def _slots(values: Hashes, document: Ints) -> Ints:
    return (document << _SLOT_BITS) + (values >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)


def _sum(owner: Ints, values: Numbers | None, count: int) -> Floats:
    return np.bincount(owner, values, minlength=count).astype(np.float32)


def _elsewhere(slot: Ints, owner: Ints, within: Bools, size: int) -> Bools:
    """Whether each word also stands in another line among those of the words marked ``within``.

    The first and the last such line of each word are kept: another line holds it where either is not its own.
    """
    first, last = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    chosen, lines = slot[within], owner[within]
    last[chosen] = lines  # the last of several assignments stays
    first[chosen[::-1]] = lines[::-1]
    other: Bools = ((first[slot] >= 0) & (first[slot] != owner)) | ((last[slot] >= 0) & (last[slot] != owner))
    return other


def _bags(known: Words, count: int, within: Bools | None = None) -> Hashes:
    """One hash per text of all its words in any order."""
    sums = np.zeros(count, np.uint64)
    values = known.hash if within is None else np.where(within, known.hash, np.uint64(1))
    begin = np.flatnonzero(np.diff(known.owner, prepend=-1))
    if len(begin):
        sums[known.owner[begin]] = np.add.reduceat(values, begin)
    return sums


def _same(bag: Hashes, document: Ints) -> Floats:
    """How many lines of the same article hold the same words."""
    key = bag * np.uint64(0x9E3779B97F4A7C15) + document.astype(np.uint64)
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    return np.minimum(np.where(bag > 0, counts[inverse], 0), 20).astype(np.float32)
