"""Lines that say who wrote the article: bylines as the page prints them, and notes on the author."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import polars as pl

from copydesk.furniture.phrases import FEW
from copydesk.press.joints import AND, LETTERS
from copydesk.press.names import key, people
from copydesk.vocabulary import byline_words, escape, per_vocabulary

_BYLINE: Final = 80
"""Characters of a byline."""

_LONGEST: Final = 600
"""Characters of a note on an author."""

_NOTE: Final = 60
"""Characters behind the author's name in which a note says what the author is: "Ana Roe is our senior reporter for ports." """

_HEAD: Final = 5
"""Characters of a name by which lines are chosen that may begin with it."""

_BYLINES: Final = 500
"""Characters of a byline whose names are sought."""

_NAME: Final = re.compile(r"(?<!\w)[^\W\d_]")


def byline_lines(lines: pl.DataFrame, bylines: pl.Series) -> Iterator[int]:
    """Where ``lines`` (see `copydesk.furniture.lines`) are bylines or notes on an author; ``bylines`` are those of the rows."""
    text = pl.col("text")
    printed = bylines.to_list()
    numbered = lines.select("row", text, pl.int_range(pl.len()).alias("at"))
    if lines.height > FEW:
        known = bylines.unique().drop_nulls()
        heads = sorted(head for heads in map(_heads, known.to_list()) for head in heads)
        starts = text.str.contains(_byline_start()) | text.is_in(known.implode()) | text.str.head(_HEAD).is_in(heads)
        numbered = numbered.filter(text.str.len_bytes() <= 4 * _LONGEST).filter(starts)
    for row, line, at in numbered.iter_rows():
        if is_byline(line, printed[row]):
            yield at


@lru_cache(maxsize=8_192)
def _heads(byline: str) -> frozenset[str]:
    """How lines begin that begin with a name in ``byline``, as it stands there or in capitals."""
    names = (byline[found.start() :][:_HEAD] for found in _NAME.finditer(byline[:_BYLINES]))
    return frozenset(head for name in names for head in (name, name.upper()))


@per_vocabulary
def _prefixes() -> str:
    words = [word for word in byline_words("prefix") if len(word) > 1]
    return "|".join(escape(word) for word in sorted(words, key=len, reverse=True))


@per_vocabulary
def _byline_start() -> str:
    return rf"^(?i:{_prefixes()})[:： ]"


@per_vocabulary
def _byline_pattern() -> re.Pattern[str]:
    name = r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*"
    joint = rf"(?:\s|,\s?|\s(?:{'|'.join((*AND, *LETTERS))}|de|da|van|von|del|di|al|bin)\s)"
    return re.compile(rf"(?i:{_prefixes()})[:：]?\s+{name}(?:{joint}{name}){{0,7}}\W*")


@per_vocabulary
def _role() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(byline_words("role"), key=len, reverse=True))
    return re.compile(rf"(?i)(?<!\w)(?:{words})")


def is_byline(line: str, byline: str | None) -> bool:
    """Whether ``line`` is the article's own byline, a word for "by" and nothing but names, one of the authors, or a note on one.

    >>> is_byline("Ana Roe", "Ana Roe, Jo Marten"), is_byline("Jo Marten is a reporter in Lindby.", "Ana Roe, Jo Marten")
    (True, True)
    >>> is_byline("Ana Roe: Who built the pier?", "Ana Roe"), is_byline("Jo Marten was rescued.", "Ana Roe, Jo Marten")
    (False, False)
    """
    if len(line) > _LONGEST:
        return False
    if line == byline or (len(line) <= _BYLINE and line[-1] not in "!?" and _byline_pattern().fullmatch(line)):
        return True
    named = byline is not None and line[:_HEAD] in _heads(byline)
    return named and any(_is_on(line, author) for author in people((byline or "")[:_BYLINES]))


def _is_on(line: str, author: str) -> bool:
    """Whether ``line`` is the name of ``author`` (`key`), or begins with it and says what the author is."""
    if " " not in author or line[-1] in ":：!?":
        return False
    said, behind = key(line), line[len(author) : len(author) + _NOTE].lstrip()
    if not said.startswith(f"{author} ") or behind.startswith((":", "：")):
        return said == author
    return _role().search(behind) is not None
