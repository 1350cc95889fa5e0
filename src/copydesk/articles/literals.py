"""Lists that stand in a table as text, as pandas and Python's csv module write them: `['Ana Roe', 'Bo']`."""

import re
from typing import Final

from copydesk.encoding import with_joined_halves

LISTED: Final = ("byline", "section", "body")
"""Canonical fields that are lists where formats know any."""

_TEXT: Final = r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\""""
_LIST: Final = re.compile(rf"\s*+\[\s*+(?:(?:{_TEXT})\s*+,?\s*+)*+\]\s*+", re.DOTALL)
_TEXTS: Final = re.compile(_TEXT, re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_MEANT: Final = {"n": "\n", "t": "\t", "r": "\r"}


def unlisted(text: str, joint: str) -> str | None:
    """The texts of a list with ``joint`` between them, None of an empty one; ``text`` itself where it is no list of texts."""
    if not _LIST.fullmatch(text):
        return text
    parts = [with_joined_halves(_ESCAPE.sub(_meant, part[1:-1])) for part in _TEXTS.findall(text)]
    return joint.join(part for part in parts if part.strip()) or None


def _meant(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _MEANT.get(escape[3], escape[3])
