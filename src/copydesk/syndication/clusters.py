"""From pairs of texts that share enough to clusters of copies."""

from array import array
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from copydesk.syndication.candidates import REPEATED, SHARED
from copydesk.syndication.fingerprints import Places
from copydesk.syndication.library import Library

DIGEST: Final = 1 / 3
"""Share of the longer text below which a link is weak. A long text takes one weak link only, its best: a digest that carries
five stories belongs to one of them, and does not make one of the five."""

_WITNESSED: Final = 0.1
"""Share of a short text that a copy of the long one, to which its link is weak, has too, if it belongs to them: else the long one
is a digest, with this story beside the other."""

_FEW: Final = 5
"""Copies of the long text that are asked."""

LINK: Final = np.dtype([("first", "<i8"), ("second", "<i8"), ("containment", "<f8"), ("cover", "<f8")])
"""Two rows whose texts share enough, by the measures of `Library.shared`."""

Links = npt.NDArray[np.void]

_SLICE: Final = 65_536


def links(pairs: Places, records: Places, sources: Places, library: Library) -> Links:
    """Those of ``pairs`` (of rows, one below the other) that share enough, counted run by run, as `LINK`."""

    def counted() -> Iterator[tuple[int, int, float, float]]:
        for first, second in each(pairs):
            one, two = int(records[first]), int(records[second])
            containment, cover = library.shared(one, two)
            within = sources[first] == sources[second] and sources[first] >= 0
            if containment >= (REPEATED if within else SHARED) and (cover >= REPEATED or not within):
                yield first, second, containment, cover

    return np.fromiter(counted(), LINK)


def clustered(found: Links, sizes: Places, shares: Callable[[int, int], float]) -> Places:
    """Per row the first row of its cluster; ``sizes`` are the units of the rows' texts, ``shares`` tells how much of the shorter
    of two rows is in the other."""
    sets = Sets(len(sizes))
    weak = found["cover"] < DIGEST
    for first, second, _, _ in each(found[~weak]):
        sets.join(first, second)
    copies = _copies(found[~weak], {longer for longer, *_ in _longer_first(found[weak], sizes)})
    best: dict[int, tuple[float, float, int]] = {}
    for longer, shorter, containment, cover in _longer_first(found[weak], sizes):
        if (containment, cover) <= best.get(longer, (0.0, 0.0, 0))[:2]:
            continue
        if longer not in copies or any(shares(shorter, copy) >= _WITNESSED for copy in copies[longer]):
            best[longer] = containment, cover, shorter
    for longer, (_, _, shorter) in best.items():
        sets.join(longer, shorter)
    return sets.firsts()


def _copies(strong: Links, wanted: set[int]) -> dict[int, list[int]]:
    """Of each of the ``wanted`` rows that has some: a few that it is linked with."""
    copies: dict[int, list[int]] = {}
    for first, second, _, _ in each(strong):
        for one, other in ((first, second), (second, first)):
            if one in wanted and len(few := copies.setdefault(one, [])) < _FEW:
                few.append(other)
    return copies


def _longer_first(found: Links, sizes: Places) -> Iterator[tuple[int, int, float, float]]:
    """Links as (row of the longer text, row of the shorter one, containment, cover)."""
    for first, second, containment, cover in each(found):
        if sizes[first] < sizes[second]:
            first, second = second, first
        yield first, second, containment, cover


def connected(pairs: Places, rows: int) -> Places:
    """Per row the first of those that ``pairs`` connect it with: no cluster reaches beyond them."""
    sets = Sets(rows)
    for first, second in each(pairs):
        sets.join(first, second)
    return sets.firsts()


def nearest(found: Links, rows: int) -> Places:
    """Per row the row that it shares the greatest part with, or -1."""
    ends = [("first", "second"), ("second", "first")]
    own, other = (np.concatenate([found[pair[place]] for pair in ends]) for place in (0, 1))
    order = np.lexsort((-other, np.tile(found["cover"], 2), np.tile(found["containment"], 2)))
    near = np.full(rows, -1, np.int64)
    near[own[order]] = other[order]  # the last one that is written stays
    return near


def each(rows: npt.NDArray[Any]) -> Iterator[Any]:
    """The rows of an array as Python sees them, without a list of all."""
    for start in range(0, len(rows), _SLICE):
        yield from rows[start : start + _SLICE].tolist()


class Sets:
    """Sets of rows that grow together; a set is known by its first row."""

    def __init__(self, rows: int) -> None:
        self._above = array("q", range(rows))

    def of(self, row: int) -> int:
        """The first row of the set of ``row``."""
        above = self._above
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    def join(self, first: int, second: int) -> None:
        """Makes one set of two."""
        first, second = sorted((self.of(first), self.of(second)))
        self._above[second] = first

    def firsts(self) -> Places:
        """Per row the first row of its set."""
        return np.fromiter(map(self.of, range(len(self._above))), np.int64, len(self._above))
