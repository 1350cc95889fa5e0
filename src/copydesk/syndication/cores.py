"""Links that rest on nothing but what many texts of a group hold: an imprint, a newsletter's box, a statement that all quote."""

from functools import lru_cache
from typing import Final

import numpy as np

from copydesk.syndication.clusters import Links, connected
from copydesk.syndication.fingerprints import Numbers, Places
from copydesk.syndication.library import Library, common, within

MANY: Final = 6
"""Texts that hang together until what so many of them hold is their core. Of fewer texts nobody can say whether they print one
story with additions of their own."""

OWN: Final = 0.25
"""Share of its runs that no other text holds from which a text is an article of its own; copies as they came, or cut,
have less."""

_MORE: Final = 0.1
"""Share of the shorter text's runs that two such articles have in common outside the core, if they are copies."""

_MOST: Final = 1 - OWN + _MORE
"""Containment from which two texts must have more in common than a core."""

_COPIED: Final = 0.1
"""Share of the texts that hold a run, from which those that hold little else make it one of a story."""

_RUNS: Final = 2_000_000
"""Runs of a group that are counted: some fifty megabytes."""

_KEPT: Final = 1_024
"""Texts of which it is remembered what is outside the core."""


def beyond_cores(found: Links, records: Places, library: Library) -> Links:
    """Those of ``found`` (links of rows, whose ``records`` are in ``library``) that rest on more than a core."""
    groups = connected(np.stack([found["first"], found["second"]], 1), len(records))
    sizes = np.bincount(groups, minlength=len(records))
    of_links = groups[found["first"]]
    asked = np.flatnonzero((found["containment"] < _MOST) & (sizes[of_links] >= MANY))
    asked = asked[np.argsort(of_links[asked], kind="stable")]
    kept = np.ones(len(found), np.bool_)
    by_group = np.argsort(groups, kind="stable")
    for places in np.split(asked, np.flatnonzero(np.diff(of_links[asked])) + 1):
        if len(places):
            start, end = np.searchsorted(groups, (of_links[places[0]], of_links[places[0]] + 1), sorter=by_group)
            core = _Core(records[by_group[start:end]], library)
            ends = (records[found[places][name]].tolist() for name in ("first", "second"))
            kept[places] = [not core.explains(*pair) for pair in zip(*ends, strict=True)]
    return found[kept]


class _Core:
    """What ``records``, texts that hang together, have in common; of the first texts, where all are too many."""

    def __init__(self, records: Places, library: Library) -> None:
        self._library = library
        held: list[Numbers] = []
        left = _RUNS
        for record in records.tolist():
            held.append(library.runs(record))
            left -= len(held[-1])
            if left < 0:
                break
        runs, counts = np.unique(np.concatenate(held), return_counts=True)
        self._shared = runs[counts > 1]
        many = counts >= MANY
        self._runs = self._without_stories(runs[many], counts[many], [own for own in held if not self._adds(own)])
        self.beyond = lru_cache(_KEPT)(self._beyond)

    def _without_stories(self, core: Numbers, counts: Places, copies: list[Numbers]) -> Numbers:
        """``core`` without the runs, each in so many texts, that copies hold which add nothing: a story's."""
        printed = np.concatenate([core[:0], *copies])
        copied = np.bincount(np.searchsorted(core, printed[within(printed, core)]), minlength=len(core))
        return core[copied < _COPIED * counts]

    def _adds(self, runs: Numbers) -> bool:
        return common(runs, self._shared) <= (1 - OWN) * len(runs)

    def _beyond(self, record: int) -> tuple[Numbers, bool]:
        """The runs of a text outside the core, and whether it adds something of its own."""
        runs = self._library.runs(record)
        return runs[~within(runs, self._runs)], self._adds(runs)

    def explains(self, first: int, second: int) -> bool:
        """Whether two texts, one of them an article of its own, have much outside the core, and nothing of it in common."""
        (one, one_adds), (two, two_adds) = self.beyond(first), self.beyond(second)
        sizes = len(self._library.runs(first)), len(self._library.runs(second))
        if not (one_adds or two_adds) or len(one) < OWN * sizes[0] or len(two) < OWN * sizes[1]:
            return False
        return common(one, two) < _MORE * min(sizes)
