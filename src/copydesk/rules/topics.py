"""Whether a text speaks of what its title and its URL name."""

import re
import unicodedata

import polars as pl

from copydesk.rules.base import confirmed_rows, narrowed

_SHORTEST = 600
"""Bytes of a text below which it need not mention its title's words."""

_WORDS_LOOKED_UP = 4

_LONG_WORD = "[A-Za-z\u00c0-\u024f\u0370-\u052f]{5,}"


def strange() -> pl.Expr:
    """Whether a body is about something else than its title and its URL; false where one of them is missing."""
    title, body = pl.col("title"), pl.col("body")
    # nearly every text is settled by the first word; without its first letter, which a headline sets as a capital
    first = title.str.extract(f"({_LONG_WORD})").str.slice(1, 5)
    settled = body.str.contains(first, literal=True) | (body.str.len_bytes() < _SHORTEST)
    likely = ~settled.fill_null(True) & pl.col("original_url").str.contains("-[^/?#]*-")
    words = title.str.extract_all(_LONG_WORD)
    mentioned = [
        body.str.contains(words.list.get(index, null_on_oob=True).str.slice(1, 5), literal=True)
        for index in range(1, _WORDS_LOOKED_UP)
    ]
    unmentioned = narrowed(likely, ("title", "body"), ~pl.any_horizontal(mentioned).fill_null(False))
    return confirmed_rows(unmentioned, ("title", "original_url", "body"), lambda row: _is_stranger(**row))


_WORD = re.compile(r"[^\W\d_]{4,}")
_SPACED = re.compile("[\u0041-\u024f\u0370-\u052f]+")
"""Latin, Greek and Cyrillic letters: scripts in which words can be found by blanks."""

_SEGMENT = re.compile(r"[^/?#]+")


def _stems(text: str) -> set[str]:
    """The first four letters of words of four letters and more, without accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return {word[:4] for word in _WORD.findall(plain) if _SPACED.fullmatch(word)}


def _is_stranger(title: str, original_url: str | None, body: str) -> bool:
    named = _stems(title)
    segments = _SEGMENT.findall((original_url or "").partition("://")[2].partition("/")[2])
    slugs = [segment for segment in segments if segment.count("-") >= 2]
    slug = _stems(slugs[-1]) if slugs else set()
    if len(named) < 4 or len(slug) < 3 or len(named & slug) < 2:
        return False
    text = unicodedata.normalize("NFKD", body[:50_000].replace("\u00ad", "").casefold())
    plain = "".join(char for char in text if not unicodedata.combining(char))
    return not any(stem in plain for stem in named | slug)
