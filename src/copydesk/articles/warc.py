"""WARC files and WACZ packages as input: every HTML page that was answered with success is a record.

Pages are extracted as `copydesk.articles.scraping` says, and written again as the records that they are, byte for byte. The
rest of a capture (requests, images, redirects, pages of errors) holds no article: it is counted in a note.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

from fastwarc.warc import WarcRecord

from copydesk.articles.extraction import NOTE, demand, extracted
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.scraping import record
from copydesk.articles.streams import BOMB_RATIO, BOMB_SIZE, COMPRESSIONS, Stream
from copydesk.articles.webpage import text_of
from copydesk.captures.bodies import BODY
from copydesk.captures.http_message import Message
from copydesk.captures.warc_notes import message_of
from copydesk.captures.warc_records import GLUED, Broken, end_of, files_of, records
from copydesk.errors import InputError
from copydesk.wording import plural

_PER_BATCH: Final = 64
_BATCH_BYTES: Final = 32 * 2**20
_BROKEN: Final = 16 * 2**20
"""Bytes of a broken place that are kept as an unreadable record; more are named only."""

_PAGE: Final = re.compile(r"(?i)\s*(?:text/html|application/xhtml\+xml)\b")
_LOOKS: Final = re.compile(rb"(?i)\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head)[\s>]", re.DOTALL)
_ADDRESS: Final = 10_000
_CUT: Final = (
    f"some pages were cut off, or are longer than the {BODY:,} bytes that are read of each; their `extra` says so"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of a capture: its address, when it was asked for, the record's id, and what was answered."""

    address: str
    at: str | None
    identity: str | None
    message: Message


@dataclass(frozen=True, slots=True)
class _Passed:
    """A record that is passed over: what it is called, and what tells it from others of that name."""

    noun: str
    rest: str = ""


def read(stream: Stream, fields: FieldMap, path: Path | None) -> Reading:
    """Reads captures. Raises InputError where there are none that can be read, or trafilatura is not installed."""
    demand(stream.name)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-")))
        parts = files_of(_file(stream, path, folder), folder / "wacz")
        with parts[0][1].open("rb") as file:
            packed = file.read(2) == COMPRESSIONS[".gz"]
        names = [(name.replace(str(folder / "stdin"), stream.name), part) for name, part in parts]
        shape = Shape("warc", ".warc.gz" if packed else ".warc")
        return Reading(shape, _batches(fields, names, stack.pop_all()))
    raise AssertionError  # the block above returns or raises


def _file(stream: Stream, path: Path | None, folder: Path) -> Path:
    """The capture as a file in which records can be looked up: the input itself, unless it came through a pipe, or is
    compressed as one piece."""
    if path is not None and path.is_file() and (not stream.is_archive or _per_record(path)):
        return path
    copy = folder / "stdin"
    with copy.open("wb") as file:
        for block in stream.blocks():
            file.write(block)
    return copy


def _per_record(path: Path) -> bool:
    """Whether each of the first records is compressed by itself."""
    with path.open("rb") as file:
        if file.read(2) != COMPRESSIONS[".gz"]:
            return False
    for number, found in enumerate(records(path)):
        if number or isinstance(found, Broken):
            return not (isinstance(found, Broken) and found.reason == GLUED)
    return True


def _batches(fields: FieldMap, parts: list[tuple[str, Path]], stack: ExitStack) -> Iterator[RawBatch]:
    """The batches of all parts; what was passed over is told with the last."""
    passed: Counter[_Passed] = Counter()
    errors: list[str] = []
    number, held, places = 0, None, count(1)
    with stack:
        for name, part in parts:
            for batch in _part(fields, name, part, number, places, passed, errors):
                number += batch.size
                if held is not None:
                    yield held
                held = batch
        if held is None:
            errors.append(f"{parts[0][0]}: there is no HTML page in it ({_counted(passed) or 'no record at all'})")
        else:
            notes = {f"passed over, since they hold no page: {_counted(passed)}"} if passed else set()
            yield replace(held, notes=held.notes | notes)
        if errors:
            raise InputError("\n".join(errors))


def _counted(passed: Counter[_Passed]) -> str:
    return ", ".join(f"{count:,} {plural(count, what.noun)}{what.rest}" for what, count in passed.most_common())


def _part(
    fields: FieldMap,
    name: str,
    part: Path,
    first: int,
    places: Iterator[int],
    passed: Counter[_Passed],
    errors: list[str],
) -> Iterator[RawBatch]:
    """The batches of one WARC file, whose first record gets the number ``first``; ``errors`` learns what ends it early."""
    batch = _Batch(first)
    size = part.stat().st_size
    try:
        with part.open("rb") as file:
            for start, end, what in _pieces(name, part):
                place = next(places)
                if isinstance(what, _Passed):
                    passed[what] += 1
                    continue
                if isinstance(what, Broken) and end == size:
                    errors.append(f"{name}: {what.reason}, at byte {start:,}; fetch it again")
                if isinstance(what, Broken) and end - start > _BROKEN:
                    errors.append(
                        f"{name}: broken at byte {start:,}: {what.reason}; {end - start:,} bytes are not kept"
                    )
                    continue
                file.seek(start)
                batch.add(what, place, file.read(end - start))
                if batch.full:
                    yield batch.made(fields)
    except InputError as error:
        errors.append(str(error))
    if batch.count:
        yield batch.made(fields)


_Piece = tuple[int, int, _Found | Broken | _Passed]
"""(start, end) of a record's bytes, and what it is."""


def _pieces(name: str, part: Path) -> Iterator[_Piece]:
    """All records of a WARC file in order. Where one ends is known once the next begins, so that each waits for it."""
    grown, limit = 0, max(BOMB_SIZE, BOMB_RATIO * part.stat().st_size)
    held: tuple[int, _Found | Broken | _Passed] | None = None
    for found in records(part):
        start = found.offset if isinstance(found, Broken) else found.stream_pos
        if held is not None and held[0] != start:  # else it is the record before that is broken
            yield held[0], start, held[1]
        held = start, found if isinstance(found, Broken) else _looked_at(found)
        grown += 0 if isinstance(found, Broken) else found.content_length
        if grown > limit:
            raise InputError(
                f"{name}: the archive grows {BOMB_RATIO}-fold, to {grown >> 20} MB, and is not read further; "
                "decompress it yourself if you trust it"
            )
    if held is not None:
        with part.open("rb") as file:
            end = None if isinstance(held[1], Broken) else end_of(file, held[0])
        yield held[0], end or part.stat().st_size, held[1]


def _looked_at(record: WarcRecord) -> _Found | _Passed:
    """The page that a record holds, or what it is instead."""
    kind = (record.headers.get("WARC-Type") or "").lower()
    if kind not in ("response", "resource"):
        return _Passed(f"{kind[:20] or 'unnamed'} record")
    message = message_of(record)
    if message is None:
        return _Passed("record", " without an answer that can be read")
    if not 200 <= message.status < 300:
        return _Passed("answer", f" with status {message.status}")
    content_type = message.header("content-type")
    if not (_PAGE.match(content_type) if content_type else _LOOKS.match(message.body[:4_096])):
        return _Passed("answer", " without HTML")
    address = (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    return _Found(address[:_ADDRESS], record.headers.get("WARC-Date"), record.headers.get("WARC-Record-ID"), message)


class _Batch:
    """Pages and broken places of one file that are judged together; ``count`` of them, numbered from ``first``."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._clear()

    def _clear(self) -> None:
        self._pages: list[_Found] = []
        self._numbers: list[int] = []
        self._positions: list[int] = []
        self._raws: list[bytes] = []
        self._broken: list[Unreadable] = []
        self._bytes = self.count = 0

    @property
    def full(self) -> bool:
        return self.count >= _PER_BATCH or self._bytes > _BATCH_BYTES

    def add(self, what: _Found | Broken, position: int, raw: bytes) -> None:
        if isinstance(what, Broken):
            self._broken.append(Unreadable(self._next, position, f"the record is damaged: {what.reason}", raw))
        else:
            self._pages.append(what)
            self._numbers.append(self._next)
            self._positions.append(position)
            self._raws.append(raw)
        self._next += 1
        self.count += 1
        self._bytes += len(raw)

    def made(self, fields: FieldMap) -> RawBatch:
        """The batch with the records extracted; the next one begins empty."""
        texts = [text_of(page.message.body, page.message.header("content-type")) for page in self._pages]
        answers = extracted((text, page.address or None) for (text, _), page in zip(texts, self._pages, strict=True))
        rows, notes = [], set()
        for page, (text, _), answer in zip(self._pages, texts, answers, strict=True):
            if answer.get("failed"):
                notes.add(NOTE)
            if page.message.truncated:
                notes.add(_CUT)
            row = record(text, answer, page.address or None, page.at)
            rows.append(row | {"warc_record_id": page.identity, "page_cut_off": page.message.truncated})
        decodings = {row: how for row, (_, how) in enumerate(texts) if how}
        frame = fields.frame(rows, decodings)
        batch = RawBatch(
            frame, self._numbers, self._positions, self._raws, self._broken, frozenset(notes) | fields.take_notes()
        )
        self._clear()
        return batch
