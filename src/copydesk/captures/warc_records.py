"""Reads the records of WARC files, in WACZ packages too, and goes on behind what is broken.

`fastwarc` parses: it bounds headers, streams bodies, and names the place of an error. What it passes over in silence, a file
that stops in the middle of its last record, is found here.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecord

from copydesk.captures.packages import DAMAGED
from copydesk.errors import InputError

GZIP: Final = b"\x1f\x8b\x08"
_OTHERS: Final = {
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it, or compress each record with gzip",
    b"\x04\x22\x4d\x18": "compressed with lz4; unpack it, or compress each record with gzip",
}
GLUED: Final = "several records are compressed as one piece, so that none can be looked up"
_BLOCK: Final = 2**20
_BREAKS: Final = 100
"""Broken places of one file behind which reading goes on."""

_MEMBERS: Final = 10_000
_GROWTH: Final = 20
_SMALL: Final = 64 * 2**20
"""A package may unpack to 20 times its size, or 64 MiB: WARC files in it are compressed already and hardly shrink."""

_HEAD: Final = 64 * 2**10
_LENGTH = re.compile(rb"(?i)\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n")
_PLAIN_START = re.compile(rb"WARC/1\.[01]\r?\n")
_ARCHIVED = re.compile(r"archive/[^/\\]+\.warc(?:\.gz)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A place of a file that could not be read."""

    offset: int
    reason: str


def files_of(path: Path, folder: Path) -> list[tuple[str, Path]]:
    """The WARC files that ``path`` is or holds, each with the name to call it by; those of a WACZ are copied into ``folder``.

    Names inside the package choose no path: copies are numbered. Raises InputError where ``path`` cannot be read.
    """
    if path.exists() and not path.is_dir() and not path.is_file():
        raise InputError(f"{path}: a pipe or device; captures are read twice, so write them to a file first")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot read the captures: {error.strerror or error}") from None
    if start != b"PK\x03\x04":
        return [(str(path), path)]
    try:
        return list(_unpacked(path, folder))
    except DAMAGED as error:
        raise InputError(f"{path}: not a readable WACZ package: {error}") from None


def _unpacked(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    folder.mkdir(parents=True, exist_ok=True)
    left = max(_GROWTH * path.stat().st_size, _SMALL)
    with zipfile.ZipFile(path) as package:
        members = [entry for entry in package.infolist()[:_MEMBERS] if _ARCHIVED.fullmatch(entry.filename)]
        if not members:
            raise InputError(f"{path}: a zip file without archive/*.warc.gz, so no WACZ package")
        for number, entry in enumerate(members, start=len(list(folder.iterdir()))):
            copy = folder / f"{number}.warc"
            with package.open(entry) as source, copy.open("wb") as target:
                while block := source.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise InputError(f"{path}: unpacks to more than {_GROWTH} times its size; it was not read on")
                    target.write(block)
            yield f"{path}!{entry.filename}", copy


def records(path: Path) -> Iterator[WarcRecord | Broken]:
    """The records of a file in order; each must be read before the next is asked for. `Broken` where there is none."""
    size = path.stat().st_size
    with path.open("rb") as file, path.open("rb") as probe:
        head = file.read(4)
        if not size or head in _OTHERS:
            yield Broken(0, _OTHERS.get(head, "the file is empty"))
            return
        start: int | None = 0
        for _ in range(_BREAKS):
            last = None
            try:
                file.seek(start or 0)
                for record in ArchiveIterator(file, parse_http=False):
                    if head.startswith(GZIP) and not _is_gzip(probe, record.stream_pos):
                        yield Broken(last or 0, GLUED)
                        return
                    last = record.stream_pos
                    yield record
                    read = record.reader.tell() + record.reader.consume()
                    if read < record.content_length:
                        yield Broken(
                            last, f"the file ends {record.content_length - read:,} bytes before the record does"
                        )
                        return
                end = start if last is None else end_of(file, last)
                if end is None or not _is_padding(file, end):
                    yield Broken((last if end is None else end) or 0, "the file ends in the middle of a record")
                return
            except OSError as error:
                broken = start if last is None else end_of(file, last)
                broken = last or 0 if broken is None else broken
                yield Broken(broken, str(error) or type(error).__name__)
                start = _next_start(file, broken + 1)
            if start is None:
                return
        yield Broken(start or 0, f"more than {_BREAKS} broken places; the rest was not read")


def record_at(file: BinaryIO, offset: int) -> WarcRecord:
    """The record that begins at ``offset``. Raises OSError where there is none."""
    file.seek(offset)
    for record in ArchiveIterator(file, parse_http=False):
        return record
    raise OSError("there is no record")


def _is_gzip(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    return file.read(len(GZIP)) == GZIP


def end_of(file: BinaryIO, offset: int) -> int | None:
    """Where the record at ``offset`` ends, by its gzip member or its length; None where that cannot be told."""
    file.seek(offset)
    head = file.read(_HEAD)
    if not head.startswith(GZIP):
        found = _LENGTH.search(head)
        end = head.find(b"\r\n\r\n")
        return offset + end + 8 + int(found[1]) if found and found.start() < end else None
    machine, at = zlib.decompressobj(31), offset
    file.seek(offset)
    try:
        while not machine.eof and (block := file.read(_BLOCK)):
            at += len(block)
            machine.decompress(block, _BLOCK)
            while machine.unconsumed_tail and not machine.eof:
                machine.decompress(machine.unconsumed_tail, _BLOCK)
    except zlib.error:
        return offset
    return at - len(machine.unused_data) if machine.eof else offset


def _is_padding(file: BinaryIO, offset: int) -> bool:
    """Whether nothing but blanks and zeros follows."""
    file.seek(offset)
    while block := file.read(_BLOCK):
        if block.strip(b"\0\r\n "):
            return False
    return True


def _next_start(file: BinaryIO, start: int) -> int | None:
    """Where the next record may begin, at ``start`` or behind it: a gzip member that holds one, or a plain one."""
    file.seek(start)
    base, window = start, b""
    while block := file.read(_BLOCK):
        window += block
        for found in re.finditer(rb"\x1f\x8b\x08|(?<=\n)WARC/1\.[01]\r?\n", window):
            if found.group() != GZIP or _holds_record(window[found.start() : found.start() + 200]):
                return base + found.start()
        base += max(len(window) - 300, 0)
        window = window[-300:]
    return None


def _holds_record(member: bytes) -> bool:
    try:
        return bool(_PLAIN_START.match(zlib.decompressobj(31).decompress(member, 64)))
    except zlib.error:
        return False
