"""Plain-text stories, one a file: headline, byline, date, photo credit, body, and an "Original url:" trailer.

Blank lines part the blocks. Everything between the headline and the first sentence is the head: a date is recognised by
being one, a byline by its "By" or its place before the date, and what is left between date and text is the photo credit.
The body is kept as it stands in the file, blank lines included, so that findings point into it.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

import polars as pl

from copydesk.articles.fields import FieldMap
from copydesk.articles.frame import SCRAPED
from copydesk.articles.raw import RawBatch, Reading, Shape
from copydesk.articles.streams import Stream
from copydesk.encoding import Decoder
from copydesk.press import agencies, dates
from copydesk.press.density import dense, weight
from copydesk.vocabulary import SENTENCE_END, byline_words, per_vocabulary, phrases

_LONGEST = 64 * 2**20
"""Bytes of a file that is taken for one story."""

_HEAD_LINES = 8
"""Lines after the headline that can belong to the head; a longer head is text."""

_LONGEST_HEAD_LINE = 160
"""Characters; photo credits are shorter, first paragraphs longer or full sentences."""

_LETTER = re.compile(r"\w")
_LINE = re.compile(r"[^\n]*\n?")


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads one story; ``fields`` has no say, for the layout names the fields."""
    return Reading(Shape("story", ".txt", whole=True), _batches(stream))


def _batches(stream: Stream) -> Iterator[RawBatch]:
    document = stream.whole(_LONGEST, "which is no story; if it holds many, split it")
    if not document.strip():
        return
    text, decoding = Decoder().decode(document)
    story: dict[str, str | None] = dict.fromkeys(SCRAPED)
    story |= parse(text.replace("\r\n", "\n").replace("\r", "\n"))
    story |= {"article_id": story_id(stream.name), "decoding": decoding}
    raw = stream.mark + stream.restored(document)
    yield RawBatch(pl.DataFrame([story], schema=SCRAPED), [0], [1], [raw])


def story_id(name: str) -> str:
    """A story's id is its file's name without folders and suffixes."""
    return PurePath(name).name.split(".")[0] or PurePath(name).name


def parse(text: str) -> dict[str, str | None]:
    """The fields that the layout of ``text`` shows: title, byline, published, image_credit, body, original_url."""
    found = layout(text)
    return {field: "; ".join(text[start:end] for start, end in spans) or None for field, spans in found.items()}


def layout(text: str) -> dict[str, list[tuple[int, int]]]:
    """Where ``text``, whose lines end in newlines, has each field: spans of code points, several only for credits."""
    body_end, address = _trailer(text)
    lines = [_filled(match) for match in _LINE.finditer(text, 0, body_end)]
    filled = [line for line in lines if line[2]]
    url = {"original_url": [address] if address else []}
    if not filled:
        return {"body": [], **url}
    (start, end, _), *rest = filled
    head = _head(rest)
    after = rest[len(head) :]
    body = []
    if after:
        first = text.rfind("\n", 0, after[0][0]) + 1
        body = [(first, first + len(text[first:body_end].rstrip("\n")))]
    return {"title": [(start, end)], **_classified(head), "body": body, **url}


def _filled(line: re.Match[str]) -> tuple[int, int, str]:
    """(start, end, text) of what a line holds, without the blanks at its ends."""
    text = line.group().strip()
    start = line.start() + (line.group().index(text) if text else 0)
    return start, start + len(text), text


@per_vocabulary
def _trailer_labels() -> re.Pattern[str]:
    labels = "|".join(
        re.escape(phrase.text.strip(" :："))
        for phrase in phrases("original-url")
        if phrase.match == "prefix" and "http" not in phrase.text
    )
    return re.compile(rf"(?im)^[^\w\n]{{0,20}}(?:{labels})\s*+[:：]?\s*+(?=https?:|www\.|//)")


def _trailer(text: str) -> tuple[int, tuple[int, int] | None]:
    """(where the body ends, the span of the claimed URL): the last label that is followed by an address and nothing else."""
    for label in reversed(list(_trailer_labels().finditer(text))):
        address = text[label.end() :].strip()
        if "\n\n" not in address and len(address) < 4_000:
            start = text.index(address, label.end()) if address else label.end()
            return _above(text, label.start()), (start, start + len(address))
    return len(text), None


def _above(text: str, end: int) -> int:
    """Where the lines without a word begin that stand directly before ``end``, the beginning of a line: rules and blanks."""
    while end and not _LETTER.search(text, begin := text.rfind("\n", 0, end - 1) + 1, end):
        end = begin
    return end


def _head(lines: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The lines before the first one that reads like text; of a story without text the lines that cannot be text."""
    for index, (_, _, line) in enumerate(lines[: _HEAD_LINES + 1]):
        if _is_date(line) or _is_byline(line):
            continue
        if _reads_like_text(line) or index == _HEAD_LINES:
            return lines[:index]
    return [line for line in lines[:_HEAD_LINES] if _is_date(line[2]) or _is_byline(line[2])]


def _reads_like_text(line: str) -> bool:
    return weight(line) > _LONGEST_HEAD_LINE or (bool(SENTENCE_END.search(line)) and (" " in line or dense(line) > 10))


def _is_date(line: str) -> bool:
    """Whether ``line`` is a date line, and not a sentence that holds a date."""
    if SENTENCE_END.search(line) and len(line.split()) > 5:
        return False
    return dates.parse(line) is not None


def _classified(head: list[tuple[int, int, str]]) -> dict[str, list[tuple[int, int]]]:
    lines = [line for _, _, line in head]
    date = next((line for line in lines if _is_date(line)), None)
    byline = next((line for line in lines if line != date and _is_byline(line)), None)
    if byline is None and date is not None and lines.index(date) > 0:
        byline = lines[lines.index(date) - 1]  # a bare name stands right above the date
    return {
        "byline": [(start, end) for start, end, line in head if line == byline][:1],
        "published": [(start, end) for start, end, line in head if line == date][:1],
        "image_credit": [(start, end) for start, end, line in head if line not in (byline, date)],
    }


@per_vocabulary
def _prefix() -> re.Pattern[str]:
    return re.compile(
        r"(?i)\s*(?:" + "|".join(re.escape(word) for word in byline_words("prefix")) + r")(?![^\W_])\s*\S"
    )


def _is_byline(line: str) -> bool:
    if len(line) > _LONGEST_HEAD_LINE or SENTENCE_END.search(line):
        return False
    return bool(_prefix().match(line) or agencies.lookup(line))
