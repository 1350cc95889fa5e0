"""Scraped text for outputs that are no HTML: nothing invisible stays invisible, and what must be one line is one line."""

import re
from collections.abc import Mapping
from typing import Any, Final

from copydesk.report.shown import INVISIBLE, JOINERS

NAME: Final = 200
"""Characters of a source's name that a report shows: who makes up names makes up long ones."""

_REASON: Final = 300
_REASONS: Final = 4

_LEFT: Final = re.compile("[\ufffe\uffff]")
"""Noncharacters that XML and some parsers refuse, and that no text needs."""


def visible(text: object) -> str:
    """``text`` with controls, format characters and lone surrogates shown as "<U+202E>"; line breaks and tabs stay."""
    value = str(text)

    def box(found: re.Match[str]) -> str:
        kept = found.group() in JOINERS and value[found.start() - 1 : found.start()].strip()
        return found.group() if kept else f"<U+{ord(found.group()):04X}>"

    return _LEFT.sub(box, INVISIBLE.sub(box, value)) if not value.isascii() or not value.isprintable() else value


def line(text: object, most: int = 300) -> str:
    """``text`` visible, in one line, and of ``most`` characters at most."""
    return cut(" ".join(visible(text).split()), most)


def reasons(gate: Mapping[str, Any]) -> list[str]:
    """The first reasons of a gate's verdict, for a page that has room for few; what is no text is none."""
    given = gate.get("reasons")
    told = [cut(reason, _REASON) for reason in given if isinstance(reason, str)] if isinstance(given, list) else []
    return [*told[:_REASONS], *([f"and {len(told) - _REASONS:,} more"] if len(told) > _REASONS else [])]


def cut(text: str, most: int) -> str:
    """``text`` of ``most`` characters at most; the last one says that there were more."""
    return text if len(text) <= most else text[: most - 1] + "…"
