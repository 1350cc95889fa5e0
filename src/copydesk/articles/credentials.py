"""Looks for C2PA credentials in a text: intact, damaged on the way, or absent. Nothing is verified and nobody is asked.

The C2PA specification (2.3, section A.7; A.8 and A.9 in 2.4) hides a manifest in plain text as U+FEFF and a run of variation
selectors, one for each byte, and puts it into structured text between two lines of dashes. Cleaning a text breaks both, so they
are looked for in the text as it came.
"""

import base64
import binascii
import re
import struct
from typing import Final, Literal, NamedTuple

import polars as pl

from copydesk.articles.signs import TAG_BYTE, highest_byte, literals

State = Literal["intact", "damaged", "absent"]

MAGIC: Final = b"C2PATXT\0"
_HEADER: Final = struct.Struct("!8sBI")
"""Magic, version, and the length of the manifest that follows."""

_LEAST: Final = 8
"""Selectors in a row that no ordinary text has: emoji and ideographs have one."""

_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_RUN = re.compile(f"(\ufeff?)([{_SELECTORS}]{{{_LEAST},}})")
_BEGIN: Final = "-----BEGIN C2PA MANIFEST-----"
_BLOCK = re.compile(rf"{_BEGIN}([^-]{{1,2000000}})-----END C2PA MANIFEST-----")
_DATA: Final = "data:application/c2pa;base64,"
_CANDIDATE: Final = rf"[\x{{fe00}}-\x{{fe0f}}\x{{e0100}}-\x{{e01ef}}]{{{_LEAST}}}|BEGIN C2PA MANIFEST|END C2PA MANIFEST"
"""What texts with credentials hold and nearly no others do; for Rust."""

_HINT: Final = f"{literals(range(0xFE00, 0xFE10))}|C2PA MANIFEST"
"""What all of them hold that have no character from `TAG_BYTE` on: found ten times as fast."""

COLUMNS: Final[dict[str, pl.DataType]] = {"credentials": pl.String(), "credentials_detail": pl.String()}
"""What `columns` gives: a `State` (null without a text), and for credentials that are there what was seen, in words."""


_ABSENT: Final = [
    pl.when(pl.col("text").is_not_null()).then(pl.lit("absent")).alias("credentials"),
    pl.lit(None, pl.String()).alias("credentials_detail"),
]


class Found(NamedTuple):
    """Credentials in a text: their state, what was seen, and the span where they stand (code points)."""

    state: State
    detail: str
    start: int
    end: int


def columns(texts: pl.Series) -> list[pl.Series]:
    """The columns `COLUMNS` for ``texts``; Python looks only at those that hold anything like credentials."""
    likely = _likely(texts)
    state, detail = texts.to_frame("text").select_seq(_ABSENT).get_columns()
    if likely.is_empty():
        return [state, detail]
    found = [look(text) for text in texts.gather(likely)]
    return [
        state.scatter(likely, [seen.state if seen else "absent" for seen in found]),
        detail.scatter(likely, [seen and seen.detail for seen in found]),
    ]


def _likely(texts: pl.Series) -> pl.Series:
    """Where `_CANDIDATE` is found in ``texts``."""
    if highest_byte(texts) >= TAG_BYTE:
        return texts.str.contains(_CANDIDATE).fill_null(False).arg_true()
    hinted = texts.str.contains(_HINT).arg_true()
    return hinted.filter(texts.gather(hinted).str.contains(_CANDIDATE)) if len(hinted) else hinted


def look(text: str) -> Found | None:
    """The credentials in ``text``, or None: a wrapper of variation selectors before a block between lines of dashes."""
    runs = [(found, decoded(found[2])) for found in _RUN.finditer(text)]
    wrappers = [(found, content) for found, content in runs if _resembles(content)]
    if wrappers:
        found, content = wrappers[0]
        damage = "there is more than one of them" if len(wrappers) > 1 else _damage(found[1], content)
        if damage:
            return Found("damaged", f"C2PA credentials in the text, damaged: {damage}", *found.span())
        return Found("intact", f"C2PA credentials in the text, {len(content) - _HEADER.size:,} bytes", *found.span())
    return _block(text)


def decoded(run: str) -> bytes:
    """The bytes that variation selectors stand for: VS1 to VS16 are 0 to 15, VS17 to VS256 the rest."""
    return bytes(ord(char) - 0xFE00 if ord(char) < 0xFE10 else ord(char) - 0xE0100 + 16 for char in run)


def _resembles(content: bytes) -> bool:
    """Whether a run is what is left of a wrapper: parts of its magic, or of the boxes that every manifest is made of."""
    return content.startswith(MAGIC[:4]) or MAGIC[3:] in content[:16] or b"jumb" in content or b"c2pa" in content


def _damage(mark: str, content: bytes) -> str | None:
    if not mark:
        return "the U+FEFF before them is gone"
    if len(content) < _HEADER.size or not content.startswith(MAGIC):
        return "their beginning is gone"
    _, version, length = _HEADER.unpack_from(content)
    manifest = content[_HEADER.size : _HEADER.size + length]
    if version != 1:
        return f"their version is {version}, and only 1 is known"
    if len(manifest) < length:
        return f"{length - len(manifest):,} of {length:,} bytes are gone"
    return None if manifest[4:8] == b"jumb" else "they hold no manifest"


def _block(text: str) -> Found | None:
    start = text.find(_BEGIN)
    if start < 0:
        at = text.find("-----END C2PA MANIFEST-----")
        return Found("damaged", "the end of a C2PA block, whose beginning is gone", at, at + 27) if at >= 0 else None
    found = _BLOCK.match(text, start)
    if found is None:
        return Found("damaged", "a C2PA block without its end", start, start + len(_BEGIN))
    reference = "".join(found[1].split())
    if reference.startswith(("https://", "http://")):
        return Found("intact", f"a C2PA block that refers to {reference[:200]}", *found.span())
    try:
        held = base64.b64decode(reference.removeprefix(_DATA), validate=True)
    except (binascii.Error, ValueError):
        held = b""
    if reference.startswith(_DATA) and held[4:8] == b"jumb":
        return Found("intact", f"a C2PA block of {len(held):,} bytes", *found.span())
    return Found("damaged", "a C2PA block that holds no manifest", *found.span())
