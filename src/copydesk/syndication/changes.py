"""Facts that differ between two prints of one text: another number, another name, a negation that came or went."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, zip_longest
from typing import Final, NamedTuple

from copydesk.press.languages import commonest
from copydesk.press.shingles import DENSE, READ, is_dense
from copydesk.syndication.alignment import Stretch, gaps, stretches
from copydesk.syndication.numbers import NUMBER, are_other_scales, differ_by_house, may_be_one, value
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
"""Words between two such places that are compared one by one; longer stretches are mostly rewritten, and nothing
is said of them."""

_CAPITALS: Final = 0.3
"""Share of words with a capital from which capitals are no sign of a name: German, headings."""

_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0f00-\u0fff"
"""Without their marks Indic words would fall into pieces (as in `copydesk.press.shingles`)."""

_MARK: Final = re.compile(rf"(?!\d)[{_MARKS}]")
_PLAIN: Final = r"[^\W\d_]+"
_LETTERS: Final = rf"{_PLAIN}(?:(?:{_MARK.pattern})+[^\W\d_]*)*"
_TOKEN: Final = re.compile(rf"{NUMBER}|{_LETTERS}(?:['’]{_LETTERS})*")
_PLAIN_TOKEN: Final = re.compile(rf"{NUMBER}|{_PLAIN}(?:['’]{_PLAIN})*")
"""The same for texts without marks, in half of the time."""
_DENSE_TOKEN: Final = re.compile(rf"{NUMBER}|[{DENSE}]|{_LETTERS}")
_OPENS: Final = re.compile(r"(?:^|[.!?:;…。！？\n“”\"„«»‘’'(\[–—-])\s*$")

_PARTS_LINES: Final = re.compile(r"\n|\s[–—-]+\s|—")
_ASKED: Final = 1_000
"""Words by which a text's language is told."""

_JOINTS: Final = frozenset("-–—:")
"""What joins the numbers of a score, 2-1; those of a date, 6/16, change places by house."""

_NAME_WORDS: Final = 3
_LONGEST: Final = 120
"""Characters of two names: to compare them is quadratic in that."""


class Text:
    """A text as words: ``keys`` as they are compared, `spans` where they stand."""

    def __init__(self, text: str, dense: bool) -> None:
        self.text, self.dense = text, dense
        # at once, and not word by word; a text that lower case makes longer (İ) is compared as it stands, so that places hold
        low = text.lower().replace("’", "'")
        self._low = low if len(low) == len(text) else text
        self._pattern = _DENSE_TOKEN if dense else _TOKEN if _MARK.search(self._low) else _PLAIN_TOKEN
        words = self._pattern.findall(self._low)
        keys = {word: _key(word) for word in set(words)}
        self.keys = [keys[word] for word in words]

    @property
    def run(self) -> int:
        """Words or letters in common that hold two such texts together."""
        return 2 * _RUN if self.dense else _RUN

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

    def counts(self, place: int) -> bool:
        """Whether a number stands before a word."""
        return place > 0 and _is_number(self.keys[place - 1])

    def dotted(self, end: int) -> bool:
        """Whether a full stop stands behind the words before ``end``."""
        return self.text.startswith(".", self.spans[end - 1][1])

    def tells(self, place: int) -> bool:
        """Whether there is a number among the words before ``place`` that `line` looks at."""
        return any(map(_is_number, self.keys[max(0, place - _GAP - 1) : place]))

    def line(self, place: int) -> int | None:
        """The word with which the line begins in which the word at ``place`` stands, behind a dateline's dash; None where that is
        further away than `_GAP`."""
        for start in range(place, max(-1, place - _GAP - 1), -1):
            if start == 0 or _PARTS_LINES.search(self.text, self.spans[start - 1][1], self.spans[start][0]):
                return start
        return None

    def written(self, first: int, last: int) -> str:
        """What stands from one word up to another, which does not belong to it."""
        return self.text[self.spans[first][0] : self.spans[last - 1][1]] if first < last else ""


def _key(word: str) -> str:
    """A word as it is compared: a number by its value, letters and their accents as one; long ones would take quadratic time."""
    if word[0].isdigit():
        return value(word)
    return word if word.isascii() or len(word) > _LONGEST else unicodedata.normalize("NFC", word)


def side_by_side(here: str, there: str) -> tuple[Text, Text]:
    """Two texts as they are compared."""
    here, there = here[:READ], there[:READ]
    dense = is_dense(here)
    return Text(here, dense), Text(there, dense)


def changes(here: str, there: str) -> list[Change]:
    """What of ``here`` says something else in ``there``, in order, `MOST` at most; linear in both texts."""
    mine, other = side_by_side(here, there)
    return changed(mine, other, alike(mine, other))


def alike(mine: Text, other: Text) -> list[Stretch]:
    """The stretches that both texts have."""
    return list(stretches(mine.keys, other.keys, mine.run))


def changed(mine: Text, other: Text, same: Sequence[Stretch]) -> list[Change]:
    """`changes` of texts that were taken apart, around the stretches that are the ``same``."""
    found = []
    for first, last, from_, to in chain(_opening(mine, other, same), _differing(mine.keys, other.keys, same)):
        kind = _kind(mine, other, (first, last), (from_, to))
        if kind is not None:
            start, end = mine.spans[first][0], mine.spans[last - 1][1]
            found.append(Change(start, end, mine.written(first, last), other.written(from_, to), kind))
            if len(found) == MOST:
                break
    return found


def kept(mine: Text, same: Sequence[Stretch]) -> int:
    """Numbers and names in the stretches that are the ``same`` in another text."""
    places = (place for start, _, words in same for place in range(start, start + words))
    return sum(
        _is_number(mine.keys[place]) or (mine.names and _are_names(mine, (place, place + 1))) for place in places
    )


def _differing(mine: list[str], other: list[str], same: Sequence[Stretch]) -> Iterator[tuple[int, int, int, int]]:
    """Words (from, to, from, to) that differ between stretches that do not; where nothing stands here, the words around it."""
    for (one, two), (one_after, two_after) in gaps(same):
        start, begin = one + 1, two + 1
        if max(one_after - start, two_after - begin) > _GAP and not _in_step(
            mine[start:one_after], other[begin:two_after]
        ):
            continue
        if _is_turned(mine[start:one_after], other[begin:two_after]):
            yield start, one_after, begin, two_after
            continue
        for what, first, last, from_, to in _opcodes(mine[start:one_after], other[begin:two_after]):
            if what == "insert":
                yield start + first - 1, start + first + 1, begin + from_ - 1, begin + to + 1
            elif what != "equal":
                yield start + first, start + last, begin + from_, begin + to


def _in_step(mine: list[str], other: list[str]) -> bool:
    """Whether longer stretches are not rewritten: a third of the words stand in the same place, as in lists of numbers."""
    if len(mine) != len(other) or len(mine) > 4 * _GAP:
        return False
    return 3 * sum(one == two for one, two in zip(mine, other, strict=True)) >= len(mine)


def _opening(mine: Text, other: Text, same: Sequence[Stretch]) -> Iterator[tuple[int, int, int, int]]:
    """The same of the first sentence, as far as it stands before the first stretch and is numbers: a toll is told there, while
    names are those of reporters and places."""
    first, second, _ = next(iter(same), (0, 0, 0))
    if not (mine.tells(first) and other.tells(second)):
        return
    start, begin = mine.line(first), other.line(second)
    if start is None or begin is None:
        return
    for what, one, one_after, two, two_after in _opcodes(mine.keys[start:first], other.keys[begin:second]):
        own, others = mine.keys[start + one : start + one_after], other.keys[begin + two : begin + two_after]
        if what == "replace" and all(map(_is_number, (*own, *others))):
            yield start + one, start + one_after, begin + two, begin + two_after


def _opcodes(mine: list[str], other: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, mine, other, autojunk=False).get_opcodes()


def _kind(mine: Text, other: Text, here: tuple[int, int], there: tuple[int, int]) -> str | None:
    """What kind of change it is that words of ``mine`` are other words in ``other``; None where it is none of fact."""
    own, others = mine.keys[slice(*here)], other.keys[slice(*there)]
    if own and others and all(map(_is_number, own)) and all(map(_is_number, others)):
        return "number" if _are_other_numbers(mine, other, here, there) else None
    if len(own) == len(others) == 1 and are_other_scales(own[0], others[0]):
        return "number" if mine.counts(here[0]) and other.counts(there[0]) else None
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


def _are_other_numbers(mine: Text, other: Text, here: tuple[int, int], there: tuple[int, int]) -> bool:
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


def _are_names(text: Text, words: tuple[int, int]) -> bool:
    """Whether words begin with a capital that does not come from the beginning of a sentence."""
    for start, end in text.spans[slice(*words)]:
        word = text.text[start:end]
        if not word[0].isupper() or (word.isupper() and len(word) > 1):
            return False
    start = text.spans[words[0]][0]
    return not _OPENS.search(text.text[max(0, start - 5) : start])
