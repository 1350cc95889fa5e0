"""Finds the bodies that hold odd characters, in one scan.

A scan of a body costs as much as everything else that one rule does, so the rules that look for odd characters share
this one, and look at the text itself only where it found something.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]"
"""A C0 or C1 control character other than tab, line feed and carriage return."""

INVISIBLE: Final = (
    r"[\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}"
    r"\x{e0000}-\x{e007f}]"
)
"""A character without width or shape: joiners, direction marks, soft hyphens, byte order marks, tags."""

_LEADS = "ÂÃÄÅÆÇÈÉÊËÎÏÐÑÒÓØÙÚâãäåæçèéêëìíîïðĂĎÐŃâŕ"
_TRAILS = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018-\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_CYRILLIC = ("Р°", "Рѕ", "Рµ", "РЅ")
"""What Windows-1251 makes of UTF-8's а, о, е and н; no word of a Cyrillic script holds one of these pairs."""

MAC_LETTERS: Final = {
    letter.encode().decode("mac_roman"): letter for letter in "áàâäãåéèêëíìîïóòôöõúûüñçßøæœÁÀÂÄÅÉÈÊÍÎÓÔÖÚÜÑÇØÆ"
}
"""What Mac OS Roman makes of UTF-8's letters, "√©" of "é". Those that are mathematics ("√π" for "ù") are left out."""
_MAC = (*MAC_LETTERS, *(mark.encode().decode("mac_roman") for mark in "–—‘’“”…€£°«»"))

MISREAD: Final = f"\ufffd|[{_LEADS}][{_TRAILS}]|{'|'.join((*_CYRILLIC, *_MAC))}"
"""U+FFFD, or a pair of characters that UTF-8 gives when it is read in a one-byte encoding."""

SIGNS: Final = {"control": CONTROL, "invisible": INVISIBLE, "misread": MISREAD}
"""Name -> Rust pattern."""


def literals(codes: Iterable[int]) -> str:
    """A pattern for any of some characters that the regex engine takes for a list of texts.

    It looks for up to 16 texts of one byte, or 64 of more, with vector instructions, ten times as fast as for a class of
    characters; without the groups it would make such a class of them.
    """
    return "|".join(rf"(\x{{{code:x}}})" for code in codes)


_SUSPICIOUS: Final = (
    literals([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x12)]),
    literals([*range(0x12, 0x20), 0x7F]),
    literals([*range(0x80, 0xA0), 0xAD, 0x61C]),
    literals(
        [
            0x180E,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            0xFEFF,
            *range(0xFFF9, 0xFFFC),
            0xFFFD,
        ]
    ),
    f"(?:{literals(map(ord, _LEADS))})[{_TRAILS}]",
    "|".join(f"({pair})" for pair in (*_CYRILLIC, *_MAC)),
)
"""What every text with one of the `SIGNS` matches one of, tags left out."""

TAG_BYTE: Final = 0xF3
"""With which tags and variation selectors beyond the sixteenth begin in UTF-8, and else only characters that are in hardly any
text; emoji are below."""


def signs(texts: pl.Series) -> pl.Series:
    """Which of the `SIGNS` each text has: their names with blanks between, in order; empty for nearly all, and for null."""
    odd = _suspects(texts)
    found = pl.Series("signs", [""], pl.String()).new_from_index(0, len(texts))
    if odd.is_empty():
        return found
    few = texts.gather(odd)
    named = pl.select(
        pl.concat_str(
            (pl.when(few.str.contains(pattern)).then(pl.lit(name)) for name, pattern in SIGNS.items()),
            separator=" ",
            ignore_nulls=True,
        ).fill_null("")
    ).to_series()
    return found.scatter(odd, named)


def _suspects(texts: pl.Series) -> pl.Series:
    """Where the texts with `SIGNS` are."""
    text = pl.col("text")
    suspicious = [text.str.contains(pattern) for pattern in _SUSPICIOUS]
    if highest_byte(texts) >= TAG_BYTE:
        suspicious.append(text.str.contains(INVISIBLE))
    held = texts.to_frame("text").select(pl.any_horizontal(suspicious).fill_null(False))
    return held.to_series().arg_true()


def highest_byte(texts: pl.Series) -> int:
    """The highest byte of all ``texts`` in UTF-8; 0 without any."""
    data = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return int(np.frombuffer(data, np.uint8).max(initial=0)) if data is not None else 0
