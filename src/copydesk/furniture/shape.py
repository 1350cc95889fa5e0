"""What a line looks like: its length, its characters, how it begins and ends, the patterns that it holds."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture import words as word
from copydesk.furniture.candidates import PROSE_END
from copydesk.furniture.characters import (
    DIGIT,
    IDEOGRAPH,
    LETTER,
    LOWER,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UPPER,
    Bools,
    Characters,
    Floats,
    Numbers,
)
from copydesk.processes import lanes

Columns = dict[str, Numbers]

_SIGNS: Final = {
    "stop": ".。।۔", "asks": "?？؟", "calls": "!！", "ellipsis": "…", "comma": ",，、،", "colon": ":：", "semicolon": ";；",
    "hyphen": "-‐‑", "dash": "–—―", "slash": "/", "pipe": "|｜¦", "bullet": "•·∙▪■►▶→»›>＞◆●*", "opens": "([（【［「",
    "closes": ")]）】］」", "quote": "\"“”„‟«»‘’'", "at": "@", "copyright": "©®™", "hash": "#", "and": "&+", "equals": "=_~<",
    "money": "$€£¥₹₽%",
}  # fmt: skip
"""Signs counted together, by name."""

PATTERNS: Final = {
    "time": r"[0-9]{1,2}[:.hH][0-9]{2}(?:[^0-9.]|\z)",
    "date": r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}",
    "year": r"(?:\A|[^0-9])(?:19|20)[0-9]{2}(?:[^0-9]|\z)",
    "address": r"(?i)https?:|www\.|[a-z0-9]\.(?:com|org|net|info|co|de|fr|es|it|uk|ru)(?:[^a-z]|\z)",
    "mail": r"[A-Za-z0-9._-]@[A-Za-z0-9-]+\.[A-Za-z]",
    "handle": r"(?:\A|[^A-Za-z0-9.])@[A-Za-z0-9_]{2}",
    "in_brackets": r"\A[(\[（【].*[)\]）】]\z",
    "ends_in_brackets": r"[(\[（【][^()\[\]（）【】]{2,80}[)\]）】][.。]?\z",
    "label": r"\A[^:：.!?]{2,30}[:：](?:[ \u00a0]|\z|\p{L})",
    "label_only": r"[:：]\z",
    "credit": r"[/|][ \u00a0]?(?:\p{Lu}\p{L}|[a-z]{2,4}\z)",
    "credit_end": r"(?:[/|–—©]|\. )[ \u00a0]?\p{Lu}[\p{L}.-]*(?:[ /]\p{Lu}[\p{L}.-]*){0,4}\.?\z",
    "quoted": r"\A[\x22“”„«»‘'「『].*[\x22“”„«»’'」』][.,]?\z",
    "opens_quote": r"\A[\x22“”„«»‘'「『]",
    "dialogue": r"\A[–—-][ \u00a0]?\p{L}",
    "ellipsis_end": r"(?:…|\.\.\.|\[[^\[\]]{0,12}\])\z",
    "number_first": r"\A[#(]?[0-9]",
    "counted": r"\A[0-9.,]+[ \u00a0]?[kKmM]?[ \u00a0]?\p{L}+\z",
    "camel": r"\p{Ll}\p{Lu}",
    "glued": r"[.!?]\p{Lu}|[\p{L}][0-9]|[0-9]\p{Lu}",
    "initials": r"(?:\A|[ (/])\p{Lu}\.[ ]?\p{Lu}",
    "names": r"\A\p{Lu}[\p{L}'’.-]+(?: (?:\p{Lu}[\p{L}'’.-]*|de|von|van|da|del|la|al|bin)){1,3}\z",
}  # fmt: skip
"""Patterns for polars by name; none uses a Unicode class that needs more than the regex engine's fast automaton."""


@cache
def _sign_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for code, signs in enumerate(_SIGNS.values(), 1):
        for sign in signs:
            table[ord(sign)] = code
    return table


def shape(texts: pl.Series, text: Characters, known: word.Words, near: Bools) -> Columns:
    """Features of each of ``texts`` alone; ``text`` and ``known`` are its characters and its words.

    Patterns are sought in the lines ``near`` only: they hold in no others.
    """
    size = text.lengths.astype(np.float32)
    kinds = text.tally(text.classes, 8)
    letters = np.maximum(kinds[:, LOWER] + kinds[:, UPPER] + kinds[:, LETTER] + kinds[:, IDEOGRAPH], 1)
    cased = np.maximum(kinds[:, LOWER] + kinds[:, UPPER], 1)
    at_least_one = np.maximum(size, 1)
    columns: Columns = {
        # an ideograph or a syllable block says about as much as two and a half letters
        "length": size + 1.5 * kinds[:, IDEOGRAPH] + 0.8 * _hangul(text),
        "upper": kinds[:, UPPER] / cased,
        "caseless": kinds[:, LETTER] / letters,
        "ideographs": kinds[:, IDEOGRAPH] / letters,
        "digits": kinds[:, DIGIT],
        "digit_share": kinds[:, DIGIT] / at_least_one,
        "sign_share": (kinds[:, PUNCTUATION] + kinds[:, SYMBOL]) / at_least_one,
        "symbols": kinds[:, SYMBOL],
        "space_share": (kinds[:, SPACE] - 1) / at_least_one,
    }
    signs = np.take(_sign_table(), np.where(text.points < 0x10000, text.points, 0))
    for name, column in zip(_SIGNS, text.tally(signs, len(_SIGNS) + 1).T[1:], strict=True):
        columns[f"sign_{name}"] = np.minimum(column, 20)
    first, last = text.starts, text.starts + np.maximum(text.lengths - 1, 0)
    for name, place in (("first", first), ("last", last)):
        columns[f"{name}_class"] = text.classes[place].astype(np.float32)
        columns[f"{name}_sign"] = signs[place].astype(np.float32)
    columns["prose_end"] = texts.str.contains(PROSE_END).to_numpy().astype(np.float32)
    return columns | _patterns(texts, near) | _wording(text.count, known)


def _patterns(texts: pl.Series, near: Bools) -> Columns:
    # patterns look at the ends of a line only: that is where furniture shows, and long lines stay cheap
    text = pl.col("text")
    ends = pl.when(text.str.len_bytes() > 400).then(text.str.head(200) + " " + text.str.tail(100)).otherwise("text")
    looked = texts.filter(pl.Series(near)).to_frame("text").select_seq(ends.alias("text"))
    held = lanes.apart(looked, _patterns_held(), "shapes")
    columns = {}
    for name in PATTERNS:
        columns[name] = np.zeros(len(texts), np.float32)
        columns[name][near] = held[name].to_numpy()
    return columns


@cache
def _patterns_held() -> list[pl.Expr]:
    return [pl.col("text").str.contains(pattern).alias(name) for name, pattern in PATTERNS.items()]


def _hangul(text: Characters) -> Floats:
    syllable = (text.points >= 0xAC00) & (text.points <= 0xD7A3)
    if not syllable.any():
        return np.zeros(text.count, np.float32)
    return np.bincount(text.owner[syllable], minlength=text.count).astype(np.float32)


def _wording(count: int, known: word.Words) -> Columns:
    """Counts and shares over the words of each text."""

    def number(mask: Bools | None = None) -> Floats:
        owner = known.owner if mask is None else known.owner[mask]
        return np.bincount(owner, minlength=count).astype(np.float32)

    total = number()
    share = np.maximum(total, 1)
    flags = word.flags()[(known.hash & np.uint64((1 << word.FLAG_BITS) - 1)).astype(np.int64)]
    named = known.capitals | known.titled
    return {
        "words": total,
        "word_length": np.bincount(known.owner, known.length, minlength=count).astype(np.float32) / share,
        "titled": number(known.titled) / share,
        "capitals": number(known.capitals) / share,
        "small": number(known.small),
        "small_share": number(known.small) / share,
        "numbers": number(known.number) / share,
        "months": number((flags & word.MONTH) > 0),
        "agencies": number(((flags & word.AGENCY) > 0) & named),
        "prefixes": number((flags & word.BYLINE_PREFIX) > 0) / share,
        "roles": number((flags & word.BYLINE_ROLE) > 0) / share,
        "labels": number((flags & word.BYLINE_LABEL) > 0) / share,
    }
