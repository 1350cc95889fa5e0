"""How copydesk writes for people: numbers in English sentences, and texts from elsewhere in any output."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def percent(part: float, whole: float) -> str:
    """A share for people: never "0 %" or "100 %" for what is not exactly that."""
    share = 100 * part / whole if whole else 0.0
    if 0 < share < 0.1:
        return "below 0.1 %"
    if 99.9 < share < 100:
        return "above 99.9 %"
    return f"{share:.0f} %" if share >= 10 or round(share, 1) == round(share) else f"{share:.1f} %"


def plural(number: int, noun: str) -> str:
    """``noun`` as it stands behind ``number``."""
    return noun if number == 1 else f"{noun}s"


def near(name: object, known: Iterable[str]) -> str:
    """A hint, to stand behind an error, at the one of ``known`` that ``name`` was probably meant to be."""
    close = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def first_line(error: Exception) -> str:
    """What an error says before it tells of its circumstances, which in polars are a plan of many lines."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def as_json(data: Any) -> str:
    """``data`` as JSON in one line that can be printed like `printable` text: what is not printable is escaped."""
    text = json.dumps(data, ensure_ascii=False)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    return text.replace("##[", "#\\u0023[")


def printable(text: str) -> str:
    """``text`` in one line, with control characters shown: file names and records must not drive a terminal, nor GitHub's runner,
    which obeys a command that "##[" begins anywhere in a line, on standard error too."""
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
    return shown.replace("##[", "# #[")
