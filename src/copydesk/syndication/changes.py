"""Facts that differ between two prints of one text: another number, another name, a negation that came or went."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk.origin.pages.shingles import DENSE, READ, is_dense


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

_ALIKE: Final = 0.6
"""Likeness (`difflib`) from which two names are spellings of one: Zelensky, Zelenskyy."""

_CAPITALS: Final = 0.3
"""Share of words with a capital from which capitals are no sign of a name: German, headings."""

_NUMBER: Final = r"\d+(?:[.,'’\u00a0\u202f]\d+)*"
_TOKEN: Final = re.compile(rf"{_NUMBER}|[^\W\d_]+(?:['’][^\W\d_]+)*")
_DENSE_TOKEN: Final = re.compile(rf"{_NUMBER}|[{DENSE}]|[^\W\d_]+")
_MARKS: Final = re.compile(r"\D")
_OPENS: Final = re.compile(r"(?:^|[.!?:;…。！？\n“”\"„«»‘’'(\[–—-])\s*$")

_TURNING: Final = """
not no never cannot without neither nor nicht kein keine keinen keiner keinem nie niemals ohne ne pas jamais aucun aucune sans
nunca ningún ninguna sin non mai senza não sem nenhum nenhuma niet geen nooit zonder inte aldrig ikke aldri uden ei eivät bez není
nikdy nem nincs nu niciodată не нет ни никогда без ні немає δεν μην όχι χωρίς değil yok لا لم لن ليس ليست بدون نہیں לא אין ללא
नहीं न बिना tidak bukan không chưa 不 没 沒 未 無 无
"""
_NEGATIONS: Final = frozenset(_TURNING.split())
"""Words that turn a sentence around, in the languages of `checks/vocabulary`; in Chinese also letters of other words, which is
why nothing but them may differ."""

_CONTRACTED: Final = re.compile(r"n't$")

_LONGEST: Final = 60
"""Characters of what can be a name: to compare two is quadratic in them."""


class _Token(NamedTuple):
    key: str
    start: int
    end: int


def changes(here: str, there: str) -> list[Change]:
    """What of ``here`` says something else in ``there``, in order, `MOST` at most; linear in both texts."""
    here, there = here[:READ], there[:READ]
    dense = is_dense(here)
    mine, other = _tokens(here, dense), _tokens(there, dense)
    named = not dense and _capitals_tell(here, mine) and _capitals_tell(there, other)
    found = []
    for own, others in _differing(mine, other, 2 * _RUN if dense else _RUN):
        change = _change(here, there, own, others, named)
        if change is not None:
            found.append(change)
            if len(found) == MOST:
                break
    return found


def _tokens(text: str, dense: bool) -> list[_Token]:
    pattern = _DENSE_TOKEN if dense else _TOKEN
    return [_Token(_key(found.group()), *found.span()) for found in pattern.finditer(text)]


def _key(word: str) -> str:
    """A word as it is compared: numbers without what parts their digits, 1,000 as 1.000."""
    return (_MARKS.sub("", word).lstrip("0") or "0") if word[0].isdigit() else word.lower().replace("’", "'")


def _capitals_tell(text: str, tokens: Sequence[_Token]) -> bool:
    words = [token for token in tokens if not token.key[0].isdigit()]
    return sum(text[token.start].isupper() for token in words) < _CAPITALS * max(1, len(words))


def _differing(mine: list[_Token], other: list[_Token], run: int) -> Iterator[tuple[list[_Token], list[_Token]]]:
    """Stretches that differ between stretches that do not, each with the two words around it."""
    anchors = [(-1, -1), *_anchors([token.key for token in mine], [token.key for token in other], run)]
    for (one, two), (one_after, two_after) in pairwise([*anchors, (len(mine), len(other))]):
        start, begin = one + 1, two + 1
        if one_after - start > _GAP or two_after - begin > _GAP or one < 0 or one_after == len(mine):
            continue
        own, others = mine[start:one_after], other[begin:two_after]
        matcher = SequenceMatcher(None, [token.key for token in own], [token.key for token in others], autojunk=False)
        codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
        for _, first, last, from_, to in codes:
            if last == first:  # something is missing here: the words around it say where
                around = mine[start + first - 1 : start + first + 1]
                yield around, [other[begin + from_ - 1], *others[from_:to], *other[begin + to : begin + to + 1]]
            else:
                yield own[first:last], others[from_:to]


def _anchors(mine: list[str], other: list[str], run: int) -> list[tuple[int, int]]:
    """Places (of words that stand in both texts) that hold them together: in runs that each text has once, in rising order."""
    places = _unique(mine, run)
    theirs = _unique(other, run)
    pairs = [(place, theirs[words]) for words, place in places.items() if words in theirs]
    chain = _rising(pairs)
    covered = {(one + step, two + step) for one, two in chain for step in range(run)}
    rising: list[tuple[int, int]] = []
    for one, two in sorted(covered):
        if not rising or (one > rising[-1][0] and two > rising[-1][1]):
            rising.append((one, two))
    return rising


def _unique(words: list[str], run: int) -> dict[tuple[str, ...], int]:
    """The runs of ``words`` that occur once -> where, in order."""
    found: dict[tuple[str, ...], int] = {}
    for place, words_here in enumerate(zip(*(words[step:] for step in range(run)), strict=False)):
        found[words_here] = -1 if words_here in found else place
    return {key: place for key, place in found.items() if place >= 0}


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


def _change(here: str, there: str, own: list[_Token], others: list[_Token], named: bool) -> Change | None:
    said, other = here[own[0].start : own[-1].end], there[others[0].start : others[-1].end] if others else ""
    kind = _kind(here, there, own, others, named)
    return Change(own[0].start, own[-1].end, said, other, kind) if kind else None


def _kind(here: str, there: str, own: list[_Token], others: list[_Token], named: bool) -> str | None:
    mine, theirs = [token.key for token in own], [token.key for token in others]
    if all(map(_is_number, mine)) and theirs and all(map(_is_number, theirs)):
        return "number" if len(mine) == len(theirs) and not _same_number(mine[0], theirs[0]) else None
    added, dropped = [word for word in mine if word not in theirs], [word for word in theirs if word not in mine]
    if _negating(added) != _negating(dropped) and len(added) <= 1 and len(dropped) <= 1:
        return "negation"
    if named and others and _are_names(here, own) and _are_names(there, others) and _are_different(mine, theirs):
        return "name"
    return None


def _negating(words: list[str]) -> bool:
    return any(word in _NEGATIONS or _CONTRACTED.search(word) for word in words)


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers may be two ways to write one: 2025 and 25."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) == 4 and len(shorter) == 2 and longer.endswith(shorter)


def _are_names(text: str, tokens: list[_Token]) -> bool:
    """Whether words begin with a capital that does not come from the beginning of a sentence."""
    written = [text[token.start : token.end] for token in tokens]
    if len(tokens) > 3 or tokens[-1].end - tokens[0].start > _LONGEST:
        return False
    if not all(word[0].isupper() and not (word.isupper() and len(word) > 1) for word in written):
        return False
    return not _OPENS.search(text[max(0, tokens[0].start - 5) : tokens[0].start])


def _are_different(mine: list[str], theirs: list[str]) -> bool:
    """Whether two names are neither spellings nor abbreviations of one."""
    if not set(mine).isdisjoint(theirs) or len(mine) != len(theirs):
        return False
    if any(one.startswith(other) or other.startswith(one) for one, other in zip(mine, theirs, strict=True)):
        return False
    return SequenceMatcher(None, " ".join(mine), " ".join(theirs), autojunk=False).ratio() < _ALIKE
