"""Whether a text speaks of what its title and its URL name."""

import re
import unicodedata

import numpy as np
import polars as pl

_SHORTEST = 600
"""Bytes of a text below which it need not mention its title's words."""

_WORDS_LOOKED_UP = 4

_LONG_WORD = "[A-Za-z\u00c0-\u024f\u0370-\u052f]{5,}"


def strangers(rows: pl.Series) -> pl.Series:
    """For rows of `title`, `original_url` and `body`: whether the body is about something else; null counts as no."""
    frame = rows.to_frame("row").unnest("row").with_row_index()
    # nearly every text is settled by the first word; without its first letter, which a headline sets as a capital
    first = pl.col("title").str.extract(f"({_LONG_WORD})").str.slice(1, 5)
    body = pl.col("body")
    settled = body.str.contains(first, literal=True) | (body.str.len_bytes() < _SHORTEST)
    few = frame.filter(~settled.fill_null(True) & pl.col("original_url").str.contains("-[^/?#]*-"))
    words = pl.col("title").str.extract_all(_LONG_WORD)
    mentioned = [
        body.str.contains(words.list.get(index, null_on_oob=True).str.slice(1, 5), literal=True)
        for index in range(1, _WORDS_LOOKED_UP)
    ]
    if few.height:
        few = few.filter(~pl.any_horizontal(mentioned).fill_null(False))
    strange = [row for row, *texts in few.iter_rows() if _is_stranger(*texts)]
    mask = np.zeros(len(rows), np.bool_)
    mask[strange] = True
    return pl.Series(rows.name, mask)


_WORD = re.compile(r"[^\W\d_]{4,}")
_SPACED = re.compile("[\u0041-\u024f\u0370-\u052f]+")
"""Latin, Greek and Cyrillic letters: scripts in which words can be found by blanks."""

_SLUG = re.compile(r"[^/?#]*-[^/?#]*-[^/?#]*")


def _stems(text: str) -> set[str]:
    """The first four letters of words of four letters and more, without accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return {word[:4] for word in _WORD.findall(plain) if _SPACED.fullmatch(word)}


def _is_stranger(title: str, original_url: str | None, body: str) -> bool:
    named = _stems(title)
    slugs = _SLUG.findall((original_url or "").partition("://")[2].partition("/")[2])
    slug = _stems(slugs[-1]) if slugs else set()
    if len(named) < 4 or len(slug) < 3 or len(named & slug) < 2:
        return False
    text = unicodedata.normalize("NFKD", body[:50_000].replace("\u00ad", "").casefold())
    plain = "".join(char for char in text if not unicodedata.combining(char))
    return not any(stem in plain for stem in named | slug)
