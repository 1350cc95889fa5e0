"""JSON documents: an array of objects, an object that wraps one, or one object in a file of its own."""

import io
import re
from collections.abc import Iterator
from itertools import chain

from copydesk.articles.fields import FieldMap
from copydesk.articles.jsonl import Parser
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.streams import BLOCK, LONGEST, Stream
from copydesk.articles.wrapped import is_followed, wrapping
from copydesk.errors import InputError

_TOKEN = re.compile(rb'"(?>[^"\\]+|\\.)*+"|["\[\]{},]', re.DOTALL)
"""A whole string, the quote of one that is not closed yet, or a character that opens, closes or parts values. Atomic: no input
makes it backtrack."""

_PER_BATCH = 4_096


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads an array element by element: one that is broken costs itself, not the rest of the file."""
    opening, closing = (stream.restored(mark) for mark in (b"[", b"\n]\n"))
    shape = Shape("json", ".json", stream.needed_mark + opening, stream.encoding, epilogue=closing)
    return Reading(shape, _batches(stream, fields, _elements(stream)))


def read_object(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a file that holds one object: the articles of a list that it wraps, else one record."""
    document = stream.whole(LONGEST, "which is too long for one record; write an array of articles, or JSON Lines")
    found = wrapping(stream.name, document, fields)
    if found is None:
        return Reading(Shape("json-object", ".json", whole=True), _single(stream, fields, document))
    head, tail = (stream.restored(part) for part in (document[: found.start + 1], b"\n" + document[found.end - 1 :]))
    shape = Shape("json", ".json", stream.needed_mark + head, stream.encoding, epilogue=tail)
    array = Stream(stream.name, io.BytesIO(document[found.start : found.end]), None, None, start=False)
    above = document.count(b"\n", 0, found.start)
    return Reading(shape, _batches(stream, fields, _elements(array, above)))


def _single(stream: Stream, fields: FieldMap, document: bytes) -> Iterator[RawBatch]:
    batch = Parser().batch(stream, fields, [document], 0, [1])
    whole = stream.mark + stream.restored(document)
    several = "several objects one behind another; jq -c . makes JSON Lines of them" if is_followed(document) else ""
    unreadable = [Unreadable(bad.number, bad.position, several or bad.reason, whole) for bad in batch.unreadable]
    yield RawBatch(batch.scraped, batch.numbers, batch.positions, [whole] * len(batch.numbers), unreadable, batch.notes)


def _batches(stream: Stream, fields: FieldMap, elements: Iterator[tuple[bytes, int]]) -> Iterator[RawBatch]:
    parser = Parser()
    number = 0
    raws: list[bytes] = []
    lines: list[int] = []
    size = 0
    try:
        for raw, line in elements:
            raws.append(raw)
            lines.append(line)
            size += len(raw)
            if size >= BLOCK or len(raws) >= _PER_BATCH:
                batch = parser.batch(stream, fields, raws, number, lines)
                number += batch.size
                raws, lines, size = [], [], 0
                yield batch
    except InputError:
        if raws:
            yield parser.batch(stream, fields, raws, number, lines)
        raise
    if raws:
        yield parser.batch(stream, fields, raws, number, lines)


def _elements(stream: Stream, above: int = 0) -> Iterator[tuple[bytes, int]]:
    """(bytes of the element, its 1-based line) for each element of the array, found by its brackets alone.

    ``above`` line breaks stand before the stream.
    """
    blocks = stream.blocks()
    buffer = next(blocks, b"")
    start = buffer.find(b"[") + 1
    line = above + buffer.count(b"\n", 0, start) + 1
    depth, at, closed = 0, start, False
    while True:
        token = _TOKEN.search(buffer, at)
        if token is None or token.group() == b'"':
            more = next(blocks, None)
            if more is None:
                break
            if len(buffer) - start > LONGEST:
                raise InputError(
                    f"{stream.name}: what begins in line {line} is longer than {LONGEST >> 20} MiB: no record; "
                    "all before it was read"
                )
            at, buffer, start = (token.start() if token else len(buffer)) - start, buffer[start:] + more, 0
            continue
        at = token.end()
        mark = token.group()
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
        if depth < 0 or (depth == 0 and mark == b","):
            element = buffer[start : token.start()]
            if element.strip():
                yield element.strip(), line + _lines_above(element)
            line += buffer.count(b"\n", start, at)
            start = at
            if depth < 0:
                buffer, start = _with_next_token(buffer[start:], blocks), 0
                lead = len(buffer) - len(buffer.lstrip())
                if buffer[lead : lead + 1] != b",":
                    closed = True
                    break
                # one bracket too many: the array goes on, and the bracket alone is unreadable
                yield mark, line
                line += buffer.count(b"\n", 0, lead)
                depth, at, start = 0, lead + 1, lead + 1
            if start > BLOCK:
                buffer, at, start = buffer[start:], 0, 0
    rest = stream.joined(chain([buffer[start:]], blocks), LONGEST, "which follow the end of the array and are not JSON")
    if rest.strip():
        yield rest.strip(), line + _lines_above(rest)
    if not closed:
        raise InputError(f"{stream.name}: the array is not closed: the file is cut off; fetch it again")


def _lines_above(element: bytes) -> int:
    """The line breaks in front of the first character of ``element``."""
    return element.count(b"\n", 0, len(element) - len(element.lstrip()))


def _with_next_token(buffer: bytes, blocks: Iterator[bytes]) -> bytes:
    """``buffer``, and as many more blocks as it takes until something but white space stands in it."""
    while not buffer.strip() and (more := next(blocks, None)) is not None:
        buffer += more
    return buffer
