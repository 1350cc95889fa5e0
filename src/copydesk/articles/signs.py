"""Finds the bodies that hold odd characters, in one scan.

A scan of a body costs as much as everything else that one rule does, so the rules that look for odd characters share
this one, and look at the text itself only where it found something.
"""

from typing import Final

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
MISREAD: Final = f"\ufffd|[{_LEADS}][{_TRAILS}]"
"""U+FFFD, or a pair of characters that UTF-8 gives when it is read in a one-byte encoding."""

SIGNS: Final = {"control": CONTROL, "invisible": INVISIBLE, "misread": MISREAD}
"""Name -> Rust pattern."""

_ANY = "|".join(SIGNS.values())


def signs(texts: pl.Series) -> pl.Series:
    """Which of the `SIGNS` each text has: their names with blanks between, in order; empty for nearly all, and for null."""
    odd = texts.str.contains(_ANY).fill_null(False).arg_true()
    few = texts.gather(odd)
    named = pl.select(
        pl.concat_str(
            (pl.when(few.str.contains(pattern)).then(pl.lit(name)) for name, pattern in SIGNS.items()),
            separator=" ",
            ignore_nulls=True,
        )
    ).to_series()
    found = pl.repeat("", len(texts), dtype=pl.String(), eager=True).rename("signs")
    return found.scatter(odd, named) if len(odd) else found
