"""Short runs of words (or of letters, in scripts that do not part words) by which one text is found inside another."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

WORDS: Final = 5
"""Words of a shingle. On 420 annotated pages 5 words separated a page's own text from other texts of its site without an
error at a containment of 0.3 (`docs/accuracy.md`)."""

LETTERS: Final = 8
"""Letters of a shingle in scripts without blanks: about as telling as five words, see the same page."""

READ: Final = 250_000
"""Characters of a text that are looked at, as many as `copydesk.furniture.markup` reads of a page."""

DENSE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3031-\u30ff\u3400-\u9fff\uf900-\ufaff"
)
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese; Korean parts its words."""

_WORD: Final = re.compile(
    "(?:[^\\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0f00-\u0fff])+"
)
"""Letters and digits with their marks: without the marks Indic words would fall into pieces."""

_LETTER: Final = re.compile(f"[^\\W_]|[{DENSE}]")
_DENSE_LETTER: Final = re.compile(f"[{DENSE}]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Tokens(NamedTuple):
    """A text as words, or (``dense``) as letters, in order; without case, punctuation and invisible characters."""

    units: list[str]
    dense: bool

    @property
    def size(self) -> int:
        """Units of a shingle."""
        return LETTERS if self.dense else WORDS

    def shingles(self) -> frozenset[str]:
        """All runs of `size` units; a shorter text is one run."""
        return frozenset(runs(self.units, self.size, self.dense))


def folded(text: str) -> str:
    """``text`` in the form in which texts are compared: compatibility forms and case folded, invisible characters gone."""
    return folded_each([text])[0]


def folded_each(texts: Sequence[str]) -> list[str]:
    """`folded` of each of ``texts``, at once.

    polars normalises, for it sorts runs of combining characters in linearithmic time, `unicodedata` in quadratic.
    """
    clean = [text[:READ] for text in texts]
    if all(map(str.isascii, clean)):
        return [text.lower() for text in clean]
    clean = [_INVISIBLE.sub("", text) for text in clean]
    normal = pl.Series(clean, dtype=pl.String()).str.normalize("NFKC")
    return [text.lower()[: 2 * READ] for text in normal]


def is_dense(text: str) -> bool:
    """Whether ``text`` is mostly in a script that does not part its words; told by its first 4,000 characters."""
    head = text[:4_000]
    if not _DENSE_LETTER.search(head):
        return False
    return 3 * len(_DENSE_LETTER.findall(head)) > len(_LETTER.findall(head))


def tokens(text: str, dense: bool) -> Tokens:
    """The words of the `folded` ``text``, or its letters."""
    return Tokens(_LETTER.findall(text) if dense else _WORD.findall(text), dense)


def tokens_each(texts: Sequence[str], dense: bool) -> list[Tokens]:
    """The words or letters of each of ``texts`` as written."""
    return [tokens(text, dense) for text in folded_each(texts)]


def runs(units: list[str], size: int, dense: bool) -> list[str]:
    """Every run of ``size`` of ``units``, joined; all of them as one where there are fewer."""
    if len(units) <= size:
        return ["".join(units) if dense else " ".join(units)] if units else []
    if dense:
        joined = "".join(units)
        if len(joined) == len(units):
            return [joined[start : start + size] for start in range(len(units) - size + 1)]
    glue = "" if dense else " "
    return list(map(glue.join, zip(*(units[start:] for start in range(size)), strict=False)))


def contained(wanted: frozenset[str], there: frozenset[str]) -> float:
    """The share of ``wanted`` that is in ``there``; 0 for nothing wanted."""
    return len(wanted & there) / len(wanted) if wanted else 0.0
