"""Facts that differ between two prints of one text: another number, another name, a negation that came or went."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from itertools import zip_longest
from typing import Final, NamedTuple

import numpy as np

from copydesk.press.languages import commonest
from copydesk.press.shingles import DENSE, READ, is_dense
from copydesk.syndication.fingerprints import BASE, Numbers, Places
from copydesk.syndication.numbers import NUMBER, differ_by_house, may_be_one, value
from copydesk.syndication.wording import are_other_names, denies, denies_densely, may_deny


class Change(NamedTuple):
    """Code points ``start`` to ``end`` of the text, what stands there, what the other text says, and ``kind``: number, name or
    negation."""

    start: int
    end: int
    here: str
    there: str
    kind: str


MOST: Final = 20
"""Changes that are told of one text; where there are more, the texts differ in more than facts."""

_RUN: Final = 4
"""Words (twice as many letters in scripts without blanks) in common that hold two texts together."""

_GAP: Final = 12
"""Words between two such places that are compared one by one; longer stretches are rewritten, and nothing is said of them."""

_CAPITALS: Final = 0.3
"""Share of words with a capital from which capitals are no sign of a name: German, headings."""

_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0f00-\u0fff"
"""Without their marks Indic words would fall into pieces (as in `copydesk.press.shingles`)."""

_LETTERS: Final = rf"[^\W\d_]+(?:(?:(?!\d)[{_MARKS}])+[^\W\d_]*)*"
_TOKEN: Final = re.compile(rf"{NUMBER}|{_LETTERS}(?:['’]{_LETTERS})*")
_DENSE_TOKEN: Final = re.compile(rf"{NUMBER}|[{DENSE}]|{_LETTERS}")
_OPENS: Final = re.compile(r"(?:^|[.!?:;…。！？\n“”\"„«»‘’'(\[–—-])\s*$")

_ASKED: Final = 1_000
"""Words by which a text's language is told."""

_JOINTS: Final = frozenset("-–—:")
"""What joins the numbers of a score, 2-1; those of a date, 6/16, change places by house."""

_NAME_WORDS: Final = 3
_LONGEST: Final = 120
"""Characters of two names: to compare them is quadratic in that."""


class _Text:
    """A text as words: ``keys`` as they are compared, `spans` where they stand."""

    def __init__(self, text: str, dense: bool) -> None:
        self.text, self.dense = text, dense
        self._pattern = _DENSE_TOKEN if dense else _TOKEN
        # at once, and not word by word; a text that lower case makes longer (İ) is compared as it stands, so that places hold
        low = text.lower().replace("’", "'")
        self._low = low if len(low) == len(text) else text
        words = self._pattern.findall(self._low)
        keys = {word: value(word) if word[0].isdigit() else word for word in set(words)}
        self.keys = [keys[word] for word in words]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Code points of each word; few texts are ever asked."""
        return [found.span() for found in self._pattern.finditer(self._low)]

    @cached_property
    def names(self) -> bool:
        """Whether a capital is a sign of a name in this text."""
        words = [start for (start, _), key in zip(self.spans, self.keys, strict=True) if not key[0].isdigit()]
        return not self.dense and sum(self.text[start].isupper() for start in words) < _CAPITALS * len(words)

    @cached_property
    def languages(self) -> list[str]:
        """Those whose commonest words it has."""
        return commonest(self.keys[:_ASKED])

    def said(self, first: int, last: int) -> list[str]:
        """The words from one up to another, but for the "No" of a number."""
        return [
            key
            for key, after in zip_longest(self.keys[first:last], self.keys[first + 1 : last + 1], fillvalue="")
            if key != "no" or not _is_number(after)
        ]

    def dotted(self, end: int) -> bool:
        """Whether a full stop stands behind the words before ``end``."""
        return self.text.startswith(".", self.spans[end - 1][1])

    def written(self, first: int, last: int) -> str:
        """What stands from one word up to another, which does not belong to it."""
        return self.text[self.spans[first][0] : self.spans[last - 1][1]] if first < last else ""


def changes(here: str, there: str) -> list[Change]:
    """What of ``here`` says something else in ``there``, in order, `MOST` at most; linear in both texts."""
    here, there = here[:READ], there[:READ]
    dense = is_dense(here)
    mine, other = _Text(here, dense), _Text(there, dense)
    found = []
    for first, last, from_, to in _differing(mine.keys, other.keys, 2 * _RUN if dense else _RUN):
        kind = _kind(mine, other, (first, last), (from_, to))
        if kind is not None:
            start, end = mine.spans[first][0], mine.spans[last - 1][1]
            found.append(Change(start, end, mine.written(first, last), other.written(from_, to), kind))
            if len(found) == MOST:
                break
    return found


def _differing(mine: list[str], other: list[str], run: int) -> Iterator[tuple[int, int, int, int]]:
    """Words (from, to, from, to) that differ between stretches that do not; where nothing stands here, the words around it."""
    for (one, two), (one_after, two_after) in gaps(mine, other, run):
        start, begin = one + 1, two + 1
        if one_after - start > _GAP or two_after - begin > _GAP:
            continue
        if _is_turned(mine[start:one_after], other[begin:two_after]):
            yield start, one_after, begin, two_after
            continue
        matcher = SequenceMatcher(None, mine[start:one_after], other[begin:two_after], autojunk=False)
        for what, first, last, from_, to in matcher.get_opcodes():
            if what == "insert":
                yield start + first - 1, start + first + 1, begin + from_ - 1, begin + to + 1
            elif what != "equal":
                yield start + first, start + last, begin + from_, begin + to


def gaps(mine: list[str], other: list[str], run: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The last and the first word (of each text) of stretches that are the same, with others between them.

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
        if last >= 0 and (first + known, second + known) != (last + 1, end + 1):
            yield (last, end), (first + known, second + known)
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


def _kind(mine: _Text, other: _Text, here: tuple[int, int], there: tuple[int, int]) -> str | None:
    """What kind of change it is that words of ``mine`` are other words in ``other``; None where it is none of fact."""
    own, others = mine.keys[slice(*here)], other.keys[slice(*there)]
    if own and others and all(map(_is_number, own)) and all(map(_is_number, others)):
        return "number" if _are_other_numbers(mine, other, here, there) else None
    said, told = mine.said(*here), other.said(*there)
    if mine.dense:
        denied = denies_densely(said, told)
    else:
        denied = any(map(may_deny, (*said, *told))) and denies(said, told, mine.languages)
    if denied:
        return "negation"
    if not _may_be_names(own, others) or not (mine.names and other.names):
        return None
    if not (_are_names(mine, here) and _are_names(other, there)):
        return None
    return "name" if are_other_names(own, others, mine.dotted(here[1]) or other.dotted(there[1])) else None


def _are_other_numbers(mine: _Text, other: _Text, here: tuple[int, int], there: tuple[int, int]) -> bool:
    own, others = mine.keys[slice(*here)], other.keys[slice(*there)]
    spans, places = mine.spans[slice(*here)], other.spans[slice(*there)]
    if len(own) != len(others):
        return False
    if _is_turned(own, others):
        between = (mine.text[spans[0][1] : spans[1][0]], other.text[places[0][1] : places[1][0]])
        return all(joint.strip() in _JOINTS for joint in between)
    return any(
        not may_be_one(one, two) and not differ_by_house(mine.text, at, other.text, to)
        for one, two, at, to in zip(own, others, spans, places, strict=True)
        if one != two
    )


def _is_turned(own: list[str], others: list[str]) -> bool:
    """Whether two numbers have changed places."""
    return len(own) == 2 and own == others[::-1] and own[0] != own[1] and all(map(_is_number, own))


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def _may_be_names(own: list[str], others: list[str]) -> bool:
    """Whether as many words are other ones, few and short enough to be compared."""
    if len(own) != len(others) or not 0 < len(own) <= _NAME_WORDS or sum(map(len, (*own, *others))) > _LONGEST:
        return False
    return set(own).isdisjoint(others)


def _are_names(text: _Text, words: tuple[int, int]) -> bool:
    """Whether words begin with a capital that does not come from the beginning of a sentence."""
    for start, end in text.spans[slice(*words)]:
        word = text.text[start:end]
        if not word[0].isupper() or (word.isupper() and len(word) > 1):
            return False
    start = text.spans[words[0]][0]
    return not _OPENS.search(text.text[max(0, start - 5) : start])
