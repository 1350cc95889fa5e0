"""Two prints of one text side by side: the stretches of words that are the same, and what lies between them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import numpy as np

from copydesk.syndication.fingerprints import BASE, Numbers, Places

Stretch = tuple[int, int, int]
"""Words that are the same in both texts: where they begin in one and in the other, and how many they are."""


def gaps(same: Iterable[Stretch]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The last and the first word (of each text) of stretches with others between them."""
    last = end = -1
    for first, second, words in same:
        if last >= 0 and (first, second) != (last + 1, end + 1):
            yield (last, end), (first, second)
        last, end = first + words - 1, second + words - 1


def stretches(mine: list[str], other: list[str], run: int) -> Iterator[Stretch]:
    """The stretches of ``run`` words or more, in order.

    What holds two texts together are runs that each has once, in rising order.
    """
    firsts, seconds = _shared_runs(mine, other, run)
    if not len(firsts):
        return
    parted = np.flatnonzero((np.diff(firsts) != 1) | (np.diff(seconds) != 1)) + 1
    starts = [0, *parted.tolist()]
    last = end = -1
    for start, after in zip(starts, [*starts[1:], len(firsts)], strict=True):
        first, second, words = int(firsts[start]), int(seconds[start]), after - start + run - 1
        known = max(0, last + 1 - first, end + 1 - second)  # words that belong to the stretch before already
        if known >= words:
            continue
        yield first + known, second + known, words - known
        last, end = first + words - 1, second + words - 1


def _shared_runs(mine: list[str], other: list[str], run: int) -> tuple[Places, Places]:
    """Where the runs stand that occur once in each text: places in ``mine``, which ascend, and in ``other``, which rise too."""
    numbers = {word: number for number, word in enumerate({*mine, *other})}
    one, two = (np.fromiter(map(numbers.__getitem__, words), np.uint64, len(words)) for words in (mine, other))
    (own, at), (others, there) = _unique(one, run), _unique(two, run)
    if not len(own) or not len(others):
        return at[:0], there[:0]
    found = np.minimum(np.searchsorted(others, own), len(others) - 1)
    same = others[found] == own
    at, there = at[same], there[found[same]]
    for step in range(run):  # a hash may lie
        same = one[at + step] == two[there + step]
        at, there = at[same], there[same]
    order = np.argsort(at)
    at, there = at[order], there[order]
    if np.any(np.diff(there) <= 0):  # hardly ever, of copies
        rising = np.array(_rising(list(zip(at.tolist(), there.tolist(), strict=True))), np.int64)
        at, there = rising[:, 0], rising[:, 1]
    return at, there


def _unique(numbers: Numbers, run: int) -> tuple[Numbers, Places]:
    """The hashes of the runs that occur once, ascending, and where each stands."""
    count = len(numbers) - run + 1
    if count < 1:
        return numbers[:0], np.zeros(0, np.int64)
    hashes = numbers[:count].copy()
    for step in range(1, run):
        hashes *= np.uint64(BASE)
        hashes += numbers[step : step + count]
    order = np.argsort(hashes, kind="stable")
    hashes = hashes[order]
    differs = hashes[1:] != hashes[:-1]
    once = np.r_[True, differs] & np.r_[differs, True]
    return hashes[once], order[once]


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``pairs``, sorted by their first, whose second rise too (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        place = bisect_left(tops, second)
        tops[place : place + 1] = [second]
        ends[place : place + 1] = [number]
        before.append(ends[place - 1] if place else -1)
    chain, at = [], ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
