"""Captions: lines that end with the credit of their picture, "… leaves the harbour. (Photo: Ines Caldera)"."""

import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from copydesk.furniture.phrases import FEW, LONGEST, PhraseIndex, index
from copydesk.vocabulary import SENTENCE_END

_CREDIT: Final = 80
"""Characters of a credit: a label, and who took or sold the picture."""

_CAPTION: Final = 500
"""Characters of a caption whose credit stands in brackets: agencies write two sentences and a date."""

_LABEL: Final = 25
"""Characters of the longest label before its colon."""

_NAMES: Final = 8
"""Words of a credit behind its label; more are a sentence."""

_STOPS: Final = (".", "!", "?", "…", "。", '"', "”", "»")
"""What prose ends with, and no credit, but for the stop behind a bracket."""

_MARKS: Final = re.compile(r"[:：/©)）】\]]")
"""One of which is in a credit."""

_BRACKETS: Final = re.compile(r"[(\[（【]([^()\[\]（）【】]{3,100})[)\]）】]$")
_BEGINS: Final = re.compile(r"[.!?…。！？”\"»’]\s*|\s[–—|/-]\s|(?<=[a-zß-öø-ÿ]{2})(?=[A-ZÀ-Þ])")
"""Behind what a label may stand: a sentence, a mark that parts, or glued to the caption's last word."""

_SOURCES: Final = frozenset(("quelle", "zdroj"))
"""Labels of pictures that are as often those of the agency which a text is from."""


def captions(lines: pl.DataFrame) -> Iterator[int]:
    """Where ``lines`` (see `copydesk.furniture.lines`) end with a credit; longer lines are paragraphs that it was glued to."""
    phrases, text = index("photo-credit"), pl.col("text")
    numbered = lines.select(text, pl.int_range(pl.len()).alias("at"))
    if lines.height > FEW:
        stops = text.str.tail(1).is_in(_STOPS) & ~text.str.ends_with(").")
        numbered = numbered.filter(~stops).filter(text.str.contains(_MARKS.pattern))
    for line, at in numbered.iter_rows():
        if is_caption(line, phrases):
            yield at


def is_caption(line: str, phrases: PhraseIndex) -> bool:
    """Whether ``line`` ends with a credit that begins with, or holds, one of ``phrases``."""
    if (line.endswith(_STOPS) and not line.endswith(").")) or not _MARKS.search(line):
        return False
    line = line.removesuffix(".")
    if len(line) > _CAPTION:
        return False
    if found := _BRACKETS.search(line, max(0, len(line) - _CREDIT)):
        return (phrases.begins(found[1]) or phrases.holds(found[1])) is not None
    return len(line) <= LONGEST and _ends_with_credit(line, phrases)


def _ends_with_credit(line: str, phrases: PhraseIndex) -> bool:
    """Whether what stands behind the last sentence is a label with names, or names that a phrase holds."""
    tail = _behind(line, len(line))
    # "(c)AFP/…" is the credit of a text as often
    if tail and tail[0] not in "(（" and phrases.holds(tail):
        return True
    colon = max(line.rfind(":", -_CREDIT), line.rfind("：", -_CREDIT))
    tail = _behind(line, colon)
    if not tail or tail[: colon - len(line)].strip().casefold() in _SOURCES:
        return False
    hit = phrases.begins(tail)
    names = (hit.rest or "").strip() if hit else ""
    return bool(names) and not names[0].islower() and len(names.split()) <= _NAMES and not SENTENCE_END.search(names)


def _behind(line: str, end: int) -> str:
    """The line from where the label, or the names, before ``end`` begin; nothing where that is too far away."""
    starts = [found.end() for found in _BEGINS.finditer(line, max(0, end - _CREDIT), max(0, end))]
    return line[starts[-1] :] if starts and starts[-1] < end else ""
