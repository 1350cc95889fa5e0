"""From pairs of texts that share enough to clusters of copies."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from copydesk.syndication.candidates import REPEATED, SHARED
from copydesk.syndication.fingerprints import Places
from copydesk.syndication.library import Library

DIGEST: Final = 1 / 3
"""Share of the longer text below which a link is weak. A long text takes one weak link only, its best: a digest that carries
five stories belongs to one of them, and does not make one of the five."""


class Link(NamedTuple):
    """Two rows whose texts were compared: ``containment`` and ``cover`` as `Library.shared` gives them."""

    first: int
    second: int
    containment: float
    cover: float


def links(pairs: Iterable[tuple[int, int]], records: Places, sources: Places, library: Library) -> list[Link]:
    """Those of ``pairs`` (rows) that share enough, counted run by run."""
    found = []
    for first, second in pairs:
        containment, cover = library.shared(int(records[first]), int(records[second]))
        within = sources[first] == sources[second] >= 0
        if containment >= (REPEATED if within else SHARED) and (not within or cover >= REPEATED):
            found.append(Link(first, second, containment, cover))
    return found


def clustered(found: Sequence[Link], sizes: Places, rows: int) -> Places:
    """Per row the first row of its cluster; ``sizes`` are the units of the rows' texts."""
    sets = _Sets(rows)
    weak: dict[int, Link] = {}
    for link in found:
        if link.cover >= DIGEST:
            sets.join(link.first, link.second)
            continue
        longer = link.first if sizes[link.first] >= sizes[link.second] else link.second
        best = weak.get(longer)
        if best is None or (link.containment, link.cover) > (best.containment, best.cover):
            weak[longer] = link
    for link in weak.values():
        sets.join(link.first, link.second)
    return np.fromiter(map(sets.of, range(rows)), np.int64, rows)


def nearest(found: Iterable[Link], rows: int) -> Places:
    """Per row the row that it shares the greatest part with, or -1."""
    near, best = np.full(rows, -1, np.int64), np.zeros((rows, 2))
    for link in found:
        for one, other in ((link.first, link.second), (link.second, link.first)):
            if (link.containment, link.cover) > tuple(best[one]):
                best[one], near[one] = (link.containment, link.cover), other
    return near


class _Sets:
    """Sets of rows that grow together; a set is known by its first row."""

    def __init__(self, rows: int) -> None:
        self._above = list(range(rows))

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
