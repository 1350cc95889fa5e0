"""From a rule's spots to the edits of one text: which of them are applied together, and what goes with a line."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from copydesk.rules.base import Rule, Spot

_LINE = re.compile(r"[^\n]*\n?")
_LONGEST_SHOWN = 2_000
"""Characters of a line beyond which a change shows what surrounds it instead of the whole line."""

_AROUND = 80


@dataclass(frozen=True, slots=True)
class Edit:
    """Code points ``start`` to ``end`` of a text become ``text``, as ``rule`` has it; ``safe`` needs no review."""

    start: int
    end: int
    text: str
    rule: type[Rule]
    safe: bool


def edit_of(spot: Spot, rule: type[Rule], length: int) -> Edit | None:
    """The edit that ``spot`` offers in a field of ``length`` code points, if it offers one."""
    if spot.repair is None or rule.fix is None:
        return None
    start = 0 if spot.start is None else spot.start
    end = length if spot.end is None else spot.end
    return Edit(start, end, spot.repair, rule, rule.fix == "safe" and not spot.review)


def chosen(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that can be applied together, from left to right: of two that overlap the one that takes out more,
    then the one further left, then the first. The others are found again, if still right, in the text that results."""
    taken: list[Edit] = []
    for edit in sorted(
        dict.fromkeys(edits), key=lambda edit: (edit.start - edit.end + len(edit.text), edit.start, edit.end)
    ):
        place = bisect(taken, edit.start, key=lambda other: other.start)
        if (place == 0 or taken[place - 1].end <= edit.start) and (
            place == len(taken) or edit.end <= taken[place].start
        ):
            taken.insert(place, edit)
    return taken


def applied(text: str, edits: Sequence[Edit]) -> str:
    """``text`` after ``edits``, which do not overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*pieces, text[at:]))


def with_line_breaks(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """``edits`` from left to right, where those that take out whole lines take out their line breaks too.

    Between the lines that remain there are as many blank lines as there were on the wider side of what went, and none are
    left over at the start or end of the text.
    """
    removals = {edit: None for edit in edits if not edit.text and _fills_lines(text, edit)}
    if not removals:
        return list(edits)
    lines = [match.span() for match in _LINE.finditer(text) if match.start() < len(text) or not text]
    if text.endswith("\n"):
        lines.append((len(text), len(text)))
    gone: dict[int, Edit] = {}
    at = 0
    for edit in removals:
        while lines[at][1] <= edit.start:
            at += 1
        while at < len(lines) and lines[at][0] < edit.end:
            gone[at] = edit
            at += 1
    others = [edit for edit in edits if edit not in removals]
    return sorted([*others, *_cuts(text, lines, gone)], key=lambda edit: edit.start)


def _fills_lines(text: str, edit: Edit) -> bool:
    """Whether nothing but white space is left of the lines that ``edit`` takes out."""
    first = text.rfind("\n", 0, edit.start) + 1
    last = text.find("\n", edit.end)
    before, after = text[first : edit.start], text[edit.end : last if last >= 0 else len(text)]
    return edit.start < edit.end and not before.strip() and not after.strip()


def _cuts(text: str, lines: list[tuple[int, int]], gone: dict[int, Edit]) -> Iterator[Edit]:
    """One edit for each removal in each run of lines that are blank or go, the blank lines that go in the first of them."""
    done = -1
    for number in sorted(gone):
        if number <= done:
            continue
        first, last = number, number
        while first > 0 and _is_gone_or_blank(text, lines, gone, first - 1):
            first -= 1
        while last + 1 < len(lines) and _is_gone_or_blank(text, lines, gone, last + 1):
            last += 1
        done = last
        yield from _cut_run(text, lines, gone, first, last)


def _is_gone_or_blank(text: str, lines: list[tuple[int, int]], gone: dict[int, Edit], number: int) -> bool:
    return number in gone or not text[slice(*lines[number])].strip()


def _cut_run(text: str, lines: list[tuple[int, int]], gone: dict[int, Edit], first: int, last: int) -> Iterator[Edit]:
    marked = [number for number in range(first, last + 1) if number in gone]
    leading, trailing = marked[0] - first, last - marked[-1]
    at_start, at_end = first == 0, last == len(lines) - 1
    keep_leading = not at_end and (at_start or leading >= trailing)
    start, end = (lines[marked[0]][0], lines[last][1]) if keep_leading else (lines[first][0], lines[last - trailing][1])
    if at_end and not trailing and start > 0:
        start -= 2 if text[start - 2 : start] == "\r\n" else 1  # the line break before the last line goes with it
    borders = [start]
    for before, after in pairwise(marked):
        if gone[before] is not gone[after]:
            borders.append(lines[after][0])
    edits = list(dict.fromkeys(gone[number] for number in marked))
    for edit, (left, right) in zip(edits, zip(borders, [*borders[1:], end], strict=True), strict=True):
        yield replace(edit, start=left, end=right)


def window(text: str, edit: Edit) -> tuple[int, int]:
    """What a person is shown of ``text`` to review ``edit``: the lines it touches, or its surroundings in a long one."""
    if not edit.text and text[edit.end - 1 : edit.end] == "\n" and text[edit.start - 1 : edit.start] in ("", "\n"):
        return edit.start, edit.end
    first = text.rfind("\n", 0, edit.start) + 1
    last = text.find("\n", edit.end)
    last = len(text) if last < 0 else last
    if edit.start - first > _LONGEST_SHOWN:
        first = edit.start - _AROUND
    if last - edit.end > _LONGEST_SHOWN:
        last = edit.end + _AROUND
    return first, last
