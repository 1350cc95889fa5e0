"""The shape of a text: whether its lines are prose, headlines, or data."""

import re
from collections import Counter

import polars as pl

from copydesk.press.density import weight
from copydesk.vocabulary import STOPS, function_words, page_phrases, per_vocabulary

_SAMPLE = 20_000
"""Characters of a text that are looked at: enough to know its shape, however long it is."""

_ENDS = re.compile(rf"[{STOPS}:\"'”’»)」』]\s*\Z")
_SENTENCE = re.compile(rf"[{STOPS.replace('…', '')}][”\"’»)]*(?:\s+|(?<=[。！？]))(?=\S)")


def lines(text: str) -> list[str]:
    """The lines that are not blank, without white space at their ends."""
    return [line.strip() for line in text[:_SAMPLE].split("\n") if line.strip()]


def in_short_lines(longest: int = 90) -> pl.Expr:
    """Whether a body has eight lines and more of ``longest`` bytes on average at most; the same for blank lines."""
    body = pl.col("body")
    breaks = body.str.count_matches("\n", literal=True)
    return (breaks >= 8) & (body.str.len_bytes() <= (breaks + 1) * longest)


_OPEN = re.compile(r"[,;]\Z|(?<![.…])(?<=\w)-\Z")
_FINAL = frozenset(
    re.findall(
        r"\w+",
        "a ab an auf aus bei by da dem for ha i in it is kam kan la lo mai me mit no nu o on op out på per so som ta to u um "
        "up us va vi vor was with zu",
    )
)
"""Words that can end a sentence or a name in some language: separable verbs, particles, letters."""


def ends_mid_sentence(text: str) -> bool:
    """Whether the last paragraph has whole sentences and then one that stops at a comma or at an article or conjunction."""
    last = text.rstrip()[-_SAMPLE:].rpartition("\n")[2].strip()
    if len(last) < 80 or _ENDS.search(last):
        return False
    sentences = _SENTENCE.split(last)
    words = sentences[-1].split()
    if len(sentences) < 2 or len(words) < 3:
        return False
    return _OPEN.search(last) is not None or (words[-1] in _connecting() and words[-1] not in _FINAL)


@per_vocabulary
def _connecting() -> frozenset[str]:
    return frozenset(word for words in function_words().values() for word in words if word.isalpha())


def is_index(text: str) -> bool:
    """Whether the lines are headlines of several stories, or teasers that end alike."""
    every = lines(text)
    stories = sum(len(line) for line in every if weight(line) >= 160 and _ENDS.search(line))
    if (
        len(every) < 10
        or stories >= 0.3 * sum(map(len, every))
        or sum("|" in line for line in every) >= 0.3 * len(every)
    ):
        return False
    ended = sum(bool(_ENDS.search(line)) for line in every)
    headlines = sum(len(line.split()) >= 4 and len(line) <= 140 and not _ENDS.search(line) for line in every)
    if headlines >= 0.9 * len(every) and ended <= 0.05 * len(every):
        return True
    more = {phrase.casefold() for phrase in page_phrases("more")}
    invitations = Counter(line.strip(" .…»›>→").casefold() for line in every if len(line) < 60)
    return any(count >= 5 and line in more for line, count in invitations.items())


_MARKUP = re.compile(r"\s*[\[{<]")
_KEYED = re.compile(r"[^:=|\t]{1,40}(?::\s|=|\||\t)\S")
_CODE = re.compile(r"[;{}]\s*\Z|\A\s*(?:</?\w|//|#include|import |def |function |var |const |let |return\b|\}|\{)")


def not_prose(text: str) -> str | None:
    """What a text is made of if not of sentences ("a table", "code" …), or None."""
    sample = text[:_SAMPLE].strip()
    if len(sample) < 100:
        return None
    letters = sum(map(str.isalpha, sample)) + sum(char in "\u094d\u0e31\u0e34" for char in sample)
    inked = len(sample) - sum(map(str.isspace, sample))
    every = lines(sample)
    if _MARKUP.match(sample) and _is_data(sample):
        return "JSON or markup"
    prose = sum(len(line) for line in every if weight(line) >= 60 and _ENDS.search(line))
    if prose >= 0.2 * len(sample):
        return None
    coded = sum(bool(_CODE.search(line)) for line in every)
    if len(every) >= 8 and coded >= 0.5 * len(every):
        return "code"
    if len(every) >= 8 and sum(map(str.isdigit, sample)) >= 0.3 * inked:
        return "a table of numbers"
    marks = sum(not char.isalnum() and not char.isspace() and not _is_combining(char) for char in sample)
    if letters < 0.5 * inked and marks >= 0.3 * inked:
        return "more marks than letters"
    if len(every) >= 10 and sum(bool(_KEYED.match(line)) for line in every) >= 0.8 * len(every):
        return "a list of keys and values"
    if len(every) >= 12 and sum(len(line.split()) <= 3 and weight(line) < 40 for line in every) >= 0.9 * len(every):
        return "a list of words"
    return None


def _is_combining(char: str) -> bool:
    return "\u0300" <= char <= "\u036f" or "\u0900" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff"


def _is_data(sample: str) -> bool:
    """Whether every tenth character and more builds JSON or tags."""
    return sum(char in '{}[]<>":=/' for char in sample) >= 0.1 * len(sample)
