"""The shape of a text: whether its lines are prose, headlines, or data."""

import re
from collections import Counter

import polars as pl

from copydesk.articles.dates import parse
from copydesk.vocabulary import SENTENCE_END, page_phrases

_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SAMPLE = 20_000
"""Characters of a text that are looked at: enough to know its shape, however long it is."""

_ENDS = re.compile(r"[.!?…。！？।؟:\"'”’»)」』]\s*\Z")
_SENTENCE = re.compile(r"[.!?。！？।؟][”\"’»)]*(?:\s+|(?<=[。！？]))(?=\S)")


def weight(text: str) -> int:
    """Characters, those of scripts that write densely counted as three."""
    return len(text) + 2 * len(_DENSE.findall(text))


def lines(text: str) -> list[str]:
    """The lines that are not blank, without white space at their ends."""
    return [line.strip() for line in text[:_SAMPLE].split("\n") if line.strip()]


def in_short_lines(longest: int = 90) -> pl.Expr:
    """Whether a body has eight lines and more of ``longest`` bytes on average at most; the same for blank lines."""
    body = pl.col("body")
    breaks = body.str.count_matches("\n", literal=True)
    return (breaks >= 8) & (body.str.len_bytes() <= (breaks + 1) * longest)


def ends_mid_sentence(text: str) -> bool:
    """Whether the last paragraph has whole sentences and then one without an end, unlike the other paragraphs."""
    every = [line for line in text[-_SAMPLE:].split("\n") if line.strip()]
    last = every[-1].strip() if every else ""
    if len(last) < 80 or _ENDS.search(last):
        return False
    sentences = _SENTENCE.split(last)
    if len(sentences) < 2 or len(sentences[-1].split()) < 5 or not sentences[-1][:1].isalpha():
        return False
    others = [line for line in every[:-1] if len(line.strip()) >= 80]
    return sum(bool(SENTENCE_END.search(line.strip())) for line in others) >= 0.9 * len(others)


_DATED = re.compile(r"[\w.,:/ -]{6,40}")


def is_index(text: str) -> bool:
    """Whether the lines are headlines of several stories, or teasers that end alike."""
    every = lines(text)
    if len(every) < 10:
        return False
    ended = sum(bool(_ENDS.search(line)) for line in every)
    headlines = sum(len(line.split()) >= 4 and len(line) <= 140 and not _ENDS.search(line) for line in every)
    if headlines >= 0.9 * len(every) and ended <= 0.05 * len(every):
        return True
    more = {phrase.casefold() for phrase in page_phrases("more")}
    invitations = Counter(line.strip(" .…»›>→").casefold() for line in every if len(line) < 60)
    if any(count >= 5 and line in more for line, count in invitations.items()):
        return True
    dates = sum(
        1 for line in every if any(map(str.isdigit, line)) and _DATED.fullmatch(line) and parse(line) is not None
    )
    return dates >= 5 and dates >= len(every) / 5


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
    coded = sum(bool(_CODE.search(line)) for line in every)
    if len(every) >= 8 and coded >= 0.5 * len(every):
        return "code"
    prose = sum(len(line) for line in every if weight(line) >= 60 and _ENDS.search(line))
    if prose >= 0.2 * len(sample):
        return None
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
