"""Phrases of page furniture that a line begins with or holds, by kind, as numbers.

A thousand phrases are sought in all lines at once: the hashes of the beginnings of a line, and of the first characters at every
place in it, are looked up in a table of bits; the few places that the table knows are then compared in full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture.characters import IDEOGRAPH, LOWER, Bools, Characters, Floats, Ints, characters
from copydesk.vocabulary import Phrase, parts_words

KINDS: Final = (
    "related-link", "read-more", "social-share", "paywall", "advert", "photo-credit", "copyright", "cookie", "newsletter",
    "original-url", "byline-noise", "correction", "navigation", "comment", "date-line",
)  # fmt: skip
"""Those of the vocabulary, in the order in which forests were grown with them."""

RISKS: Final = {"high": 1, "medium": 2, "low": 3}
REACH: Final = 300
"""Characters of a line in which phrases are sought."""

_LONGEST: Final = 64
_FACTORS: Final = np.array([pow(0x9E3779B97F4A7C15, k + 1, 2**64) for k in range(_LONGEST)], np.uint64)
_TABLE_BITS: Final = 18
_SEED: Final = 6
"""Characters of a contained phrase by which its places are found; shorter phrases by all they have."""

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases in parallel arrays, ordered by ``hash``: the hash of the whole, its length, kind and strength, whether it must
    end a word, and whether it must be the whole line. ``table`` has a bit for the hash of each phrase (of its first `_SEED`
    characters, where it may stand anywhere), ``leads`` for that of its first two characters."""

    hash: Hashes
    length: Ints
    kind: Ints
    strength: Ints
    ends_word: Bools
    alone: Bools
    table: Bools
    leads: Bools


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases that a text may begin with or be, and those that may stand anywhere ``inside`` it."""

    leading: _Phrases
    inside: _Phrases


def packed(known: Lexicon) -> dict[str, npt.NDArray[Any]]:
    """``known`` as small arrays, by names."""
    arrays = {}
    for place in ("leading", "inside"):
        part: _Phrases = getattr(known, place)
        for name in (field.name for field in fields(_Phrases)):
            values = getattr(part, name)
            small = (
                values
                if name == "hash"
                else np.packbits(values)
                if values.dtype == np.bool_
                else values.astype(np.uint8)
            )
            arrays[f"{place}/{name}"] = small
    return arrays


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Lexicon:
    """What `packed` made arrays of."""

    def part(place: str) -> _Phrases:
        hashes = arrays[f"{place}/hash"]

        def number(name: str) -> Ints:
            return arrays[f"{place}/{name}"].astype(np.int64)

        def flags(name: str, count: int) -> Bools:
            return np.unpackbits(arrays[f"{place}/{name}"], count=count).astype(np.bool_)

        size = 1 << _TABLE_BITS
        return _Phrases(
            hashes, number("length"), number("kind"), number("strength"),
            flags("ends_word", len(hashes)), flags("alone", len(hashes)), flags("table", size), flags("leads", size),
        )  # fmt: skip

    return Lexicon(part("leading"), part("inside"))


def lexicon(phrases: Iterable[Phrase]) -> Lexicon:
    """``phrases`` of the `KINDS`, ready to be sought; regular expressions and phrases of other kinds are left out."""
    known = [phrase for phrase in phrases if phrase.kind in KINDS]
    return Lexicon(_phrases(known, "prefix", "line"), _phrases(known, "contains"))


def hits(text: Characters, chosen: Bools, known: Lexicon) -> dict[str, Floats]:
    """For each kind how strong the evidence is in each text: 0 none, 1 to 3 a phrase of high, medium, low risk.

    Texts that are not ``chosen`` get 0.
    """
    heads = text.heads(chosen, REACH)
    found = np.zeros((heads.count, len(KINDS)), np.float32)
    if heads.count:
        _beginning(heads, found, known.leading)
        _inside(heads, found, known.inside)
    columns = np.zeros((text.count, len(KINDS)), np.float32)
    columns[chosen] = found
    named = {f"phrase_{kind}": columns[:, index] for index, kind in enumerate(KINDS)}
    return named | {"phrase": columns.max(axis=1)}


def _beginning(text: Characters, found: Floats, known: _Phrases) -> None:
    """Phrases with which a line begins, or of which it consists; signs before and after do not matter."""
    word = (text.classes >= LOWER) & (text.classes <= 4) | (text.classes == IDEOGRAPH)
    lead = np.minimum.reduceat(np.where(word, np.arange(len(word)), len(word)), text.starts)
    final = np.maximum.reduceat(np.where(word, np.arange(len(word)), -1), text.starts)
    ends = text.starts + text.lengths
    place = lead[:, None] + np.arange(_LONGEST)
    points = np.where(place < ends[:, None], text.lower[np.minimum(place, len(word) - 1)], 0).astype(np.uint64)
    hashes = np.cumsum(points * _FACTORS, axis=1)
    likely, last = np.nonzero(np.take(known.table, _bucket(hashes)))
    for line, size, phrase in _matches(known, hashes[likely, last], likely, last + 1):
        after = np.minimum(lead[line] + size, len(word) - 1)
        fits = ~(known.ends_word[phrase] & word[after]) & (~known.alone[phrase] | (final[line] < lead[line] + size))
        np.maximum.at(found, (line[fits], known.kind[phrase][fits]), known.strength[phrase][fits])


def _inside(text: Characters, found: Floats, known: _Phrases) -> None:
    """Phrases that stand anywhere in a line."""
    points = text.lower.astype(np.uint64)
    points = np.concatenate([points, np.zeros(_LONGEST, np.uint64)])
    pair = points[:-_LONGEST] * _FACTORS[0]
    likely = np.take(known.leads, _bucket(pair))
    pair += points[1 : 1 - _LONGEST] * _FACTORS[1]
    places = np.flatnonzero(likely | np.take(known.leads, _bucket(pair)))
    value = np.zeros(len(places), np.uint64)
    begins = np.zeros(len(places), np.bool_)
    for k in range(_SEED):
        value += points[places + k] * _FACTORS[k]
        begins |= np.take(known.table, _bucket(value))
    at = places[begins]
    if not len(at):
        return
    hashes = np.cumsum(points[at[:, None] + np.arange(_LONGEST)] * _FACTORS, axis=1)
    for size in np.unique(known.length).tolist():
        for line, _, phrase in _matches(known, hashes[:, size - 1], text.owner[at], np.full(len(at), size)):
            np.maximum.at(found, (line, known.kind[phrase]), known.strength[phrase])


def _matches(known: _Phrases, hashes: Hashes, line: Ints, size: Ints) -> list[tuple[Ints, Ints, Ints]]:
    """(lines, lengths, phrases) where a hash is that of a phrase; a second phrase of the same words comes in a second part."""
    first = np.searchsorted(known.hash, hashes)
    parts = []
    for step in range(4):
        phrase = np.minimum(first + step, len(known.hash) - 1)
        same = (known.hash[phrase] == hashes) & (known.length[phrase] == size) & (first + step < len(known.hash))
        if not same.any():
            break
        parts.append((line[same], size[same], phrase[same]))
    return parts


def _bucket(hashes: Hashes) -> Ints:
    return (hashes >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)


def _phrases(known: list[Phrase], *matches: str) -> _Phrases:
    """Those of the phrases that are matched in one of the ways ``matches``."""
    rows = []
    texts = [phrase.text.strip() for phrase in known]
    spelt = characters(pl.Series(texts, dtype=pl.String()))
    for phrase, text, start, length in zip(known, texts, spelt.starts, spelt.lengths, strict=True):
        small = spelt.lower[start : start + length]
        if phrase.match != "contains":
            small = small[next((index for index, char in enumerate(text) if char.isalnum()), len(small)) :]
        if phrase.match in matches and 0 < len(small) <= _LONGEST:
            sums = np.cumsum(small.astype(np.uint64) * _FACTORS[: len(small)])
            rows.append((
                int(sums[-1]), len(small), KINDS.index(phrase.kind), RISKS[phrase.risk],
                phrase.match == "prefix" and parts_words(text[-1]), phrase.match == "line",
                int(sums[min(len(small), _SEED) - 1]), int(sums[min(len(small), 2) - 1]),
            ))  # fmt: skip
    rows.sort()
    whole = np.array([row[0] for row in rows], np.uint64)
    table, leads = np.zeros(1 << _TABLE_BITS, np.bool_), np.zeros(1 << _TABLE_BITS, np.bool_)
    table[_bucket(np.array([row[6] for row in rows], np.uint64) if "contains" in matches else whole)] = True
    leads[_bucket(np.array([row[7] for row in rows], np.uint64))] = True
    size, kind, strength = (np.array([row[k] for row in rows], np.int64) for k in (1, 2, 3))
    ends_word, alone = (np.array([row[k] for row in rows], np.bool_) for k in (4, 5))
    return _Phrases(whole, size, kind, strength, ends_word, alone, table, leads)
