"""Invisible characters: which of them writing needs, and which are strays."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from copydesk.articles.signs import CONTROL, INVISIBLE


class Place(NamedTuple):
    """Characters ``start`` to ``end``, what they are called, what should stand there, and whether that needs review."""

    start: int
    end: int
    name: str
    repair: str | None
    review: bool = False


def _python(pattern: str) -> str:
    """A Rust pattern's `\\x{ad}` as Python writes it."""
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", pattern)


_CONTROLS = re.compile(_python(CONTROL))
_INVISIBLE = re.compile(_python(INVISIBLE))
_LEAD = re.compile(".?[ÂÃÄÅÎÏÐÑØÙâãäåæçèéêëìíîïĂĎÐ][\u0080-\u00bf]?\\Z", re.DOTALL)
_TURN = re.compile("[\u202a-\u202e\u2066-\u2069\n]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")

_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc\ua8e0-\ua8ff]")
"""Arabic, Syriac, N'Ko, Indic, Tibetan, Burmese, Khmer and Mongolian letters: joiners shape them."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u4e00-\u9fff]")
"""Scripts without blanks, in which a zero-width space allows a line to break."""

_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ZERO_WIDTH = re.compile("[\u200b-\u200d]")
_ANNOTATION = re.compile("[\ufff9-\ufffb]")
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_MARKS = "\u200e\u200f\u061c"
_FLAG = "\U0001f3f4"


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def controls(text: str) -> Iterator[Place]:
    """Control characters; C1 ones are repaired to the Windows-1252 punctuation that was misread."""
    for found in _CONTROLS.finditer(text):
        char = found[0]
        repair: str | None
        if _LEAD.match(text, max(0, found.start() - 2), found.start()):
            repair = None  # part of a letter that was misread: mojibake knows which
        elif char in "\x0b\x0c":
            repair = "\n"
        elif char >= "\x80":
            repair = char.encode("latin-1").decode("cp1252", "ignore")
        else:
            repair = ""
        review = repair is not None and _may_mean(text, found.start(), char, repair)
        yield Place(found.start(), found.end(), _name(char), repair, review)


def _may_mean(text: str, at: int, char: str, repair: str) -> bool:
    """Whether a control may have stood for more than ``repair``.

    One that is deleted may be a separator, what is left of a dash (U+2013 cut to 0x13), or a terminal's escape, unless it
    is one of the first sixteen beside a blank; C1 letters differ between code pages, and 0x85 ends lines as well.
    """
    if repair:
        return char == "\x85" or repair.isalpha()
    beside = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    return char >= "\x10" or not any(not other or other.isspace() for other in beside)


def has_controls(text: str) -> bool:
    """Whether `controls` finds any."""
    return _CONTROLS.search(text) is not None


def strays(text: str) -> Iterator[Place]:
    """Invisible characters that nothing in their place needs; runs of them are one place."""
    leftward = _RIGHT_TO_LEFT.search(text) is not None

    def place(start: int, end: int) -> Place:
        return Place(start, end, _name(text[start]), "", _may_part(text, start, end))

    begin = end = -1
    for found in _INVISIBLE.finditer(text):
        at = found.start()
        if found[0] in _TURNS or _is_needed(text, at, leftward):
            continue
        if at != end and begin >= 0:
            yield place(begin, end)
        if at != end:
            begin = at
        end = at + 1
    if begin >= 0:
        yield place(begin, end)


def _may_part(text: str, start: int, end: int) -> bool:
    """Whether what stands on both sides of an invisible run may mean something else when it is deleted."""
    run, before, after = text[start:end], text[max(0, start - 1) : start], text[end : end + 1]
    if _ANNOTATION.search(run) or (before.isdigit() and after.isdigit()):
        return True
    if "\xad" in run and (after == "\n" or after.isdigit()):  # a hyphen or a minus in some old documents
        return True
    return bool(_ZERO_WIDTH.search(run)) and (_is_far(before) or _is_far(after))


def _is_far(char: str) -> bool:
    """Whether ``char`` belongs to a script that is neither Latin, Greek, Cyrillic nor Armenian."""
    return char >= "\u0590" and unicodedata.category(char)[0] in "LM"


def has_strays(text: str) -> bool:
    """Whether `strays` finds any."""
    return next(strays(text), None) is not None


def _is_needed(text: str, at: int, leftward: bool) -> bool:
    char = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in _MARKS:
        return leftward
    if char == "\u200c":
        return bool(_JOINING.match(before))
    if char == "\u200d":
        return bool(_JOINING.match(before)) or _is_pictorial(before) or _is_pictorial(after)
    if char == "\u200b":
        return bool(_UNSPACED.match(before) or _UNSPACED.match(after))
    if char == "\ufeff":
        return bool(_SELECTOR.match(after))  # C2PA 2.3, section A.7
    if char >= "\U000e0000":
        return _FLAG in text[max(0, at - 8) : at]  # a flag has six tags at most
    return char == "\u180e" and "\u1800" <= before <= "\u18af"


def _is_pictorial(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in ("So", "Sk") or char in "\ufe0f♀♂")


def turns(text: str) -> Iterator[Place]:
    """Controls that change the direction of writing and should not: overrides, unclosed ones, ones without a reason."""
    leftward = _RIGHT_TO_LEFT.search(text) is not None
    opened: list[re.Match[str]] = []
    bad: list[re.Match[str]] = []
    for found in _TURN.finditer(text):
        char = found[0]
        if char == "\n":
            bad += opened
            opened = []
        elif char in "\u202c\u2069":
            if opened:
                opener = opened.pop()
                if not leftward or opener[0] in "\u202d\u202e":
                    bad += [opener, found]
            elif not leftward:
                bad.append(found)  # a closing one without a partner turns nothing
        else:
            opened.append(found)
    for found in sorted([*bad, *opened], key=lambda match: match.start()):
        yield Place(found.start(), found.end(), _name(found[0]), "")


def has_turns(text: str) -> bool:
    """Whether `turns` finds any."""
    return next(turns(text), None) is not None
