"""CSV and TSV: a header line, then one row a record; quoted fields may hold line breaks."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from copydesk.articles.fields import FieldMap
from copydesk.articles.jsonl import split_lines
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.streams import BLOCK, Stream
from copydesk.encoding import Decoder
from copydesk.errors import InputError

_DELIMITERS = ",;\t|"
_PER_BATCH: Final = 4_096
_LONGEST_ROW: Final = 64 * 2**20
"""Bytes; a row that is longer has a quote that was never closed."""

_AGAIN: Final = 4
"""How often what has been read may be read again on the whole, `_LONGEST_ROW` besides: each quote that is never closed has the
lines behind it read once more. Beyond that no row is sought over several lines, until more has been read."""

_LINE: Final = 64
"""Bytes that take as long to be parsed as what every line costs by itself."""


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a table. The first row names the fields; a row with more or fewer fields than it is unreadable."""
    csv.field_size_limit(_LONGEST_ROW)
    lines = _Lines(stream)
    header_text, header_raw = lines.header()
    header, delimiter = header_of(header_text)
    if not any(fields.recognises(name) for name in header):
        raise InputError(
            f"{stream.name}: no column of the first line is known ({', '.join(header)[:120]}); "
            "name your columns under `fields` in the contract"
        )
    shape = Shape("csv", ".tsv" if delimiter == "\t" else ".csv", header_raw, stream.encoding)
    return Reading(shape, _batches(stream, fields, lines, header, delimiter))


_HEADER_LINES: Final = 50
"""Lines over which a header may reach."""


_FIRST_ROW: Final = re.compile(rb'(?:[^"\r\n]|"[^"]*+")*+\r(?!\n)')


def _ends_in_cr(head: bytes) -> bool:
    """Whether rows end as on old Macs: in a carriage return alone, as some spreadsheets still export them. Line feeds may then
    stand in quoted fields."""
    return b"\r" in head and (b"\n" not in head or _FIRST_ROW.match(head) is not None)


_TOLD: Final = re.compile(r'"?sep=([^\w"\r\n])"?[^\w\r\n]*[\r\n]*')
"""A first line that tells Excel the delimiter; it is no header. Excel may have put the quotes, and delimiters behind it."""


def header_of(text: str) -> tuple[list[str], str]:
    """(names of the columns, delimiter) of the lines that a table begins with."""
    text = text.strip("\r\n")
    told = _TOLD.match(text)
    header = text[told.end() :] if told else text
    delimiter = told[1] if told else delimiter_of(header)
    return next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter), []), delimiter


def delimiter_of(header: str) -> str:
    """The delimiter that parts the most fields of the first line."""
    return max(_DELIMITERS, key=header.count)


class _Lines:
    """Gives decoded lines to the csv module and remembers the raw ones that it took for the current row."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        end = b"\r" if _ends_in_cr(stream.head()) else b"\n"
        self._raws = (line for lines in split_lines(stream, end) for line in lines)
        self._decoder = Decoder()
        self._again: list[bytes] = []
        self._left = _LONGEST_ROW
        self.taken: list[bytes] = []
        self._size = 0
        self.decoding: str | None = None
        self.number = 0

    def header(self) -> tuple[str, bytes]:
        """The header row and its bytes: one line, or as many as its quotes hold together; what tells the delimiter before it."""
        before, text = b"", next(self, "")
        while text and not text.strip("\r\n"):
            before += self.restored()  # blank lines on top
            text = next(self, "")
        told = ""
        if _TOLD.fullmatch(text):
            told, before, text = text, before + self.restored(), next(self, "")
        first = text
        while text.count('"') % 2 and len(self.taken) < _HEADER_LINES:
            if not (more := next(self, "")):
                break
            text += more
        if text.count('"') % 2:  # a stray quote, not an open one
            text = first
            self.give_back_all_but_first()
        return told + text.rstrip("\r\n"), self._stream.mark + before + self.restored()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._again.pop() if self._again else self._next_new()
        if self._size > _LONGEST_ROW or (self._left < 0 and self.taken):
            self._again.append(raw)
            raise csv.Error("a quote is never closed")
        self.taken.append(raw)
        self._size += len(raw)
        self.number += 1
        text, decoding = self._decoder.decode(raw)
        self.decoding = self.decoding or decoding
        return text.replace("\0", "\ufffd") if "\0" in text else text

    def _next_new(self) -> bytes:
        """The next line of the stream."""
        raw = next(self._raws)
        self._left += _AGAIN * (len(raw) + _LINE)
        return raw

    def restored(self) -> bytes:
        """The bytes of the row so far, as they stand in the file; the next row starts empty."""
        raw = b"".join(self.taken)
        self.taken, self.decoding, self._size = [], None, 0
        return self._stream.restored(raw)

    def give_back_all_but_first(self) -> None:
        """After an unclosed quote: only the line that opened it is bad, the others are read again."""
        back = self.taken[1:]
        self._again.extend(reversed(back))
        self._left -= sum(map(len, back)) + _LINE * len(back)
        self.number -= len(back)
        del self.taken[1:]


def _batches(stream: Stream, fields: FieldMap, lines: _Lines, header: list[str], delimiter: str) -> Iterator[RawBatch]:
    number = 0
    while True:
        rows: list[dict[str, str]] = []
        numbers: list[int] = []
        positions: list[int] = []
        raws: list[bytes] = []
        decodings: dict[int, str] = {}
        unreadable: list[Unreadable] = []
        broken: InputError | None = None
        end = False
        size = 0
        while len(rows) + len(unreadable) < _PER_BATCH and size < BLOCK:
            position = lines.number + 1
            try:
                row, reason = _row(lines, delimiter)
            except InputError as error:
                row, reason, broken = None, "the file breaks off here", error
            if row is None and not lines.taken:
                end = True
                break
            decoding = lines.decoding
            # a row of delimiters is no blank line, even where they are tabs
            blank = len(row or ()) < 2 and not b"".join(lines.taken).strip()
            raw = lines.restored()
            size += len(raw)
            if blank:
                continue
            if row is None or len(row) != len(header):
                why = reason or f"{len(row or [])} fields where the header has {len(header)}"
                unreadable.append(Unreadable(number, position, why, raw))
            else:
                if decoding:
                    decodings[len(rows)] = decoding
                # of columns with one name the first counts
                rows.append(dict(zip(reversed(header), reversed(row), strict=True)))
                numbers.append(number)
                positions.append(position)
                raws.append(raw)
            number += 1
            if broken:
                break
        if rows or unreadable:
            frame = fields.frame(rows, decodings)
            yield RawBatch(frame, numbers, positions, raws, unreadable, fields.take_notes())
        if broken:
            raise broken
        if end:
            return


def _row(lines: _Lines, delimiter: str) -> tuple[list[str] | None, str]:
    """The next row, or (None, reason) where it is unreadable; (None, "") at the end."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return next(reader), ""
    except StopIteration:
        return None, ""
    except csv.Error as error:
        reason = str(error)
        if "unexpected end of data" in reason or "never closed" in reason:
            lines.give_back_all_but_first()
            reason = "a quote is never closed"
        elif "expected after" in reason:
            lines.give_back_all_but_first()
            reason = "a quote stands inside a quoted field"
        return None, f"not a valid row: {reason}"
