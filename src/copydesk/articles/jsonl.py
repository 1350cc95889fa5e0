"""JSON Lines: one object a line."""

import json
import re
from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.streams import LONGEST, Stream
from copydesk.encoding import Decoder, without_surrogates
from copydesk.errors import InputError


def read(stream: Stream, fields: FieldMap, first: int = 1, parser: "Parser | None" = None) -> Reading:
    """Reads a stream of JSON lines; blank lines are no records. The stream begins with line ``first`` of its input."""
    shape = Shape("jsonl", ".jsonl", stream.needed_mark, stream.encoding)
    return Reading(shape, _batches(stream, fields, first, parser or Parser()))


def _batches(stream: Stream, fields: FieldMap, position: int, parser: "Parser") -> Iterator[RawBatch]:
    number = 0
    for lines in split_lines(stream):
        batch = parser.batch(stream, fields, lines, number, range(position, position + len(lines)))
        number += batch.size
        position += len(lines)
        if batch.size:
            yield batch


_ENDED = {end: re.compile(rb"[^%b]*%b" % (end, end)) for end in (b"\n", b"\r")}


def split_lines(stream: Stream, end: bytes = b"\n") -> Iterator[list[bytes]]:
    """Lists of whole lines, each with its ``end``. What precedes a break in the stream is given before it is raised."""
    rest: list[bytes] = []
    broken: InputError | None = None
    blocks = stream.blocks()
    while broken is None:
        try:
            lines, rest = _cut(rest, next(blocks, None), end)
        except InputError as error:
            broken = error
            break
        if lines is None:
            break
        if lines:
            yield lines
        del lines
        if sum(map(len, rest)) > LONGEST:
            raise InputError(
                f"{stream.name}: a line is longer than {LONGEST >> 20} MiB: no record; all before it was read"
            )
    if rest:
        yield [b"".join(rest)]
    if broken:
        raise broken


def _cut(rest: list[bytes], block: bytes | None, end: bytes) -> tuple[list[bytes] | None, list[bytes]]:
    """(whole lines of ``rest`` and ``block``, what remains): no lines where the block ends none, None after the last."""
    if block is None:
        return None, rest
    head, newline, tail = block.rpartition(end)
    if not newline:
        return [], [*rest, block]
    # not splitlines(), which also splits at a lone carriage return
    return _ENDED[end].findall(b"".join([*rest, head, newline])), [tail] if tail else []


class Restoring(Protocol):
    """What knows how a line stood in its input."""

    def restored(self, raw: bytes) -> bytes:
        """``raw`` as it came."""
        ...


class AsItCame:
    """Lines that came in UTF-8, as they are parsed."""

    def restored(self, raw: bytes) -> bytes:
        """``raw`` itself."""
        return raw


class Parser:
    """Parses single JSON objects: fast where they are plain, patiently where they are not."""

    def __init__(self) -> None:
        self._decoder = Decoder()

    @property
    def guessed(self) -> bool:
        """Whether an encoding was guessed, so that the lines that follow are read by it."""
        return self._decoder.guessed

    def batch(
        self, stream: Restoring, fields: FieldMap, raws: list[bytes], number: int, positions: "range | list[int]"
    ) -> RawBatch:
        """Parses ``raws``, which stand at ``positions``; the first record gets ``number``."""
        records: list[dict[str, Any]] = []
        numbers, kept, originals = [], [], []
        decodings: dict[int, str] = {}
        unreadable = []
        for raw, position in zip(raws, positions, strict=True):
            if raw.isspace():
                continue
            try:
                record = orjson.loads(raw)
                decoding = None
            except orjson.JSONDecodeError:
                record, decoding, reason = self._patiently(raw)
            else:
                reason = ""
                if type(record) is dict and _has_lost_digits(record):
                    record = _exactly(raw, record)
            if type(record) is not dict:
                why = reason or f"not a JSON object but {_kind(record)}"
                unreadable.append(Unreadable(number, position, why, stream.restored(raw)))
            else:
                if decoding:
                    decodings[len(records)] = decoding
                records.append(record)
                numbers.append(number)
                kept.append(position)
                originals.append(stream.restored(raw))
            number += 1
        return RawBatch(fields.frame(records, decodings), numbers, kept, originals, unreadable, fields.take_notes())

    def _patiently(self, raw: bytes) -> tuple[Any, str | None, str]:
        """(value, how it was decoded, why it is unreadable): accepts NaN, lone surrogates and other encodings."""
        text, decoding = self._decoder.decode(raw)
        try:
            # a mark in front of a line: of a stream, of files put together
            value = json.loads(text.removeprefix("\ufeff"))
        except RecursionError:
            return None, None, "not readable JSON: nested too deeply"
        except ValueError as error:
            return None, None, f"not valid JSON: {error}"
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            try:
                value = _clean(value)
            except RecursionError:
                return None, None, "not readable JSON: nested too deeply"
            decoding = decoding or "JSON with lone surrogates"
        return value, decoding, ""


_EXACT = 2.0**53
"""From here on a double does not hold every whole number."""


_NESTED = 3
"""Levels of objects that fields are taken from: a record, its `article`, the `metadata` of that."""


def _has_lost_digits(record: dict[str, Any], levels: int = _NESTED) -> bool:
    """Whether a number may have been an integer beyond 64 bits, which orjson reads as the nearest double."""
    return any(
        not -_EXACT < value < _EXACT
        if type(value) is float
        else type(value) is dict and levels > 1 and _has_lost_digits(value, levels - 1)
        for value in record.values()
    )


def _exactly(raw: bytes, record: dict[str, Any]) -> Any:
    """``raw`` with its integers digit by digit, or ``record`` where Python refuses (more than 4,300 digits)."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return record


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): _clean(item) for key, item in value.items()}
    return value


def _kind(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
