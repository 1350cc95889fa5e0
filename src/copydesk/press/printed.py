"""Reads the byline that a body prints itself: evidence of who wrote an article whose record names nobody."""

import re
from typing import Final

from copydesk.press.joints import AND, LETTERS
from copydesk.vocabulary import byline_words, per_vocabulary

LINES: Final = 3
"""First and last lines in which a text prints its byline."""

REACH: Final = 400
"""Characters at either end of a body in which those lines are looked for."""

_NAME = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄ][^\s,;:.!?()|\d]+\.?"
_NAMES = (
    rf"{_NAME}(?: (?:(?:de|da|di|do|dos|du|van|von|der|den|la|le|el|al|bin|ibn|y|i) ){{0,2}}(?:{_NAME}|[A-Z]\.)){{1,3}}"
)
_SEVERAL = rf"{_NAMES}(?:(?:, (?:and )?| (?:{'|'.join((*AND, *LETTERS))}) )(?:{_NAMES})){{0,3}}"
_DENSE = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}"


@per_vocabulary
def _line() -> re.Pattern[str]:
    words = sorted(byline_words("prefix"), key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?:^|\s)(?i:{spaced})\s*[:：]?\s*(?P<name>{_SEVERAL}|{_DENSE})\s*$")


_INITIALS = re.compile(r"^\((?P<name>[a-z]{2,4}(?:/[a-z]{2,4})*)\)$")


def printed_byline(body: str) -> tuple[str, int, int] | None:
    """The (name, start, end) that the first or last lines of ``body`` print as its byline, in code points, or None.

    >>> printed_byline("By Jo Moreau\\nThe ferry runs again.")
    ('Jo Moreau', 3, 12)
    """
    for offset, line in _ends(body):
        match = _line().match(line) if len(line) <= 100 else None
        match = match or _INITIALS.match(line)
        if match:
            return match["name"], offset + match.start("name"), offset + match.end("name")
    return None


def _ends(body: str) -> list[tuple[int, str]]:
    """(offset, text) of the first and of the last lines that are not blank."""
    cut = max(len(body) - REACH, 0)
    heads, tails = _lines(body[:REACH], 0)[:LINES], _lines(body[cut:], cut)[-LINES:]
    return list(dict.fromkeys(heads + tails))


def _lines(text: str, offset: int) -> list[tuple[int, str]]:
    found = []
    for raw in text.split("\n"):
        if line := raw.strip():
            found.append((offset + raw.index(line[0]), line))
        offset += len(raw) + 1
    return found
