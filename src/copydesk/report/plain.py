"""Scraped text for outputs that are no HTML: nothing invisible stays invisible, and what must be one line is one line."""

import re
from typing import Final

from copydesk.report.shown import INVISIBLE, JOINERS

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
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
