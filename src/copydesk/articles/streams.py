"""Opens inputs: files and standard input, plain or compressed, in any marked encoding, as blocks of bytes."""

import codecs
import gzip
import hashlib
import io
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from copydesk.encoding import SURROGATE, marked
from copydesk.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK: Final = 8 * 2**20
"""Bytes read at a time: large enough for fast parsing, small enough for flat memory."""

LONGEST: Final = 256 * 2**20
"""Bytes that are held at once at most: of a line, an element, a document. No article has a hundredth, and the sitemaps protocol
allows 50 MiB."""

COMPRESSIONS: Final = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}

BOMB_RATIO: Final = 200
BOMB_SIZE: Final = 2**30
"""An archive that grows beyond this size and this many times its own is refused: text shrinks about five times, forty
times at most."""


class Stream:
    """One opened input. Blocks are bytes that ASCII-based parsers can read: UTF-16 and UTF-32 become UTF-8.

    Without ``start`` the file's bytes are taken as they are: they stand in the middle of an input, where no mark can be.
    """

    def __init__(
        self, name: str, file: BinaryIO, size: int | None, archive: BinaryIO | None, start: bool = True
    ) -> None:
        self.name = name
        self.size = size
        self._file = file
        self._archive = archive
        self._given = 0
        self._broken: str | None = None
        # of a compressed standard input the digest is that of its content
        self._digest = hashlib.sha256() if size is None else None
        head = self._read(BLOCK)
        self.mark, self.encoding = marked(head) if start else (b"", "utf-8")
        self._head = head[len(self.mark) :]
        self._decoder = (
            None if self.encoding == "utf-8" else codecs.getincrementaldecoder(self.encoding)("surrogatepass")
        )

    @property
    def needed_mark(self) -> bytes:
        """The byte order mark that outputs must carry: none for UTF-8."""
        return b"" if self.encoding == "utf-8" else self.mark

    @property
    def is_archive(self) -> bool:
        """Whether the file is compressed, so that it cannot be jumped around in."""
        return self._archive is not None

    @property
    def consumed(self) -> int:
        """Bytes of the file read so far, for a progress bar."""
        try:
            return (self._archive or self._file).tell()
        except (OSError, ValueError):
            return self._given

    def sha256(self) -> str:
        """SHA-256 of what was read of standard input or a pipe, in hex; empty for files, which can be read again."""
        return self._digest.hexdigest() if self._digest else ""

    def head(self) -> bytes:
        """The first block, without its byte order mark; to be asked before `blocks`."""
        return self._head if self._decoder is None else self._head.decode(self.encoding, "replace").encode()

    def blocks(self) -> Iterator[bytes]:
        """All blocks in order. Raises InputError where the archive breaks; what was readable has been given then."""
        block, self._head = self._head, b""
        while block:
            given = self._transcoded(block, final=False)
            del block  # nothing is held twice while a batch is checked
            yield given
            del given
            if self._broken:
                raise InputError(self._broken)
            block = self._read(BLOCK)
        if self._decoder is not None and (last := self._transcoded(b"", final=True)):
            yield last
        if self._broken:
            raise InputError(self._broken)

    def whole(self, longest: int, otherwise: str) -> bytes:
        """All that `blocks` gives. Raises InputError where it is longer than ``longest``; ``otherwise`` ends the message."""
        return self.joined(self.blocks(), longest, otherwise)

    def joined(self, blocks: Iterable[bytes], longest: int, otherwise: str) -> bytes:
        """``blocks``, some of this stream's, in one piece; as `whole`."""
        kept, size = [], 0
        for block in blocks:
            size += len(block)
            if size > longest:
                raise InputError(f"{self.name}: longer than {longest >> 20} MiB, {otherwise}")
            kept.append(block)
        return b"".join(kept)

    def restored(self, raw: bytes) -> bytes:
        """``raw``, a slice of a block, as it stands in the file."""
        if self._decoder is None:
            return raw
        return raw.decode("utf-8", "surrogatepass").encode(self.encoding, "surrogatepass")

    def _transcoded(self, block: bytes, final: bool) -> bytes:
        if self._decoder is None:
            return block
        try:
            return self._decoder.decode(block, final).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            self._broken = f"{self.name}: not valid {self.encoding}: {error.reason}; convert it to UTF-8"
            # what precedes the break; the decoder has kept it all
            return error.object[: error.start].decode(self.encoding, "surrogatepass").encode("utf-8", "surrogatepass")

    def _read(self, size: int) -> bytes:
        try:
            block = self._file.read(size)
        except (EOFError, zlib.error, zstd.ZstdError, gzip.BadGzipFile) as error:
            raise InputError(f"{self.name}: the archive is truncated or damaged ({error}); fetch it again") from None
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror or error}") from None
        self._given += len(block)
        if self._digest:
            self._digest.update(block)
        if self._archive is not None and self._given > max(BOMB_SIZE, BOMB_RATIO * self.consumed):
            raise InputError(
                f"{self.name}: the archive has grown {BOMB_RATIO}-fold, to {self._given >> 20} MB, and is not read further; "
                "decompress it yourself if you trust it"
            )
        return block


class _Patient(io.RawIOBase):
    """Reads from a gzip or zstd file piece by piece, so that what precedes a break is not lost with it."""

    def __init__(self, file: "gzip.GzipFile | zstd.ZstdFile") -> None:
        self._inner = file
        self._error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        if self._error is not None:
            raise self._error
        pieces, left = [], size
        while left > 0:
            try:
                piece = self._inner.read1(min(left, 2**16))
            except (EOFError, zlib.error, zstd.ZstdError, OSError) as error:
                self._error = error
                break
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        if self._error is not None and not pieces:
            raise self._error
        return b"".join(pieces)


@contextmanager
def opened(path: Path | None, name: str) -> Iterator[Stream]:
    """Opens ``path`` (None: standard input); compression is recognised by content."""
    if path is None and sys.stdin is None:
        raise InputError(f"{name}: it is closed")
    try:
        file = cast(BinaryIO, sys.stdin.buffer) if path is None else path.open("rb")
    except OSError as error:
        raise InputError(f"{name}: cannot be opened: {error.strerror or error}") from None
    try:
        yield streamed(file, name, path.stat().st_size if path is not None and path.is_file() else None)
    finally:
        if path is not None:
            file.close()


def streamed(file: BinaryIO, name: str, size: int | None) -> Stream:
    """The stream of an opened file of ``size`` bytes (None: a pipe)."""
    if not hasattr(file, "peek"):
        file = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, file)))
    start = file.peek(8)[:8]  # type: ignore[attr-defined]
    inner: gzip.GzipFile | zstd.ZstdFile | None = None
    if start.startswith(COMPRESSIONS[".gz"]):
        inner = gzip.GzipFile(fileobj=file)
    elif start.startswith(COMPRESSIONS[".zst"]):
        inner = zstd.ZstdFile(file)
    if inner is None:
        return Stream(name, file, size, None)
    return Stream(name, cast(BinaryIO, _Patient(inner)), size, file)


@contextmanager
def seekable(stream: Stream, path: Path | None) -> Iterator[Path | BinaryIO]:
    """Something a Parquet reader can jump around in: the file itself, or a temporary copy of what the stream gives."""
    if path is not None and path.is_file() and not stream.is_archive:  # no pipe, which can be read once
        if SURROGATE.search(str(path)):  # Arrow opens no file whose name is not UTF-8
            with path.open("rb") as file:
                yield file
        else:
            yield path
        return
    with tempfile.TemporaryFile(prefix="copydesk-") as copy:
        copy.write(stream.mark)
        for block in stream.blocks():
            copy.write(block)
        copy.seek(0)
        yield cast(BinaryIO, copy)
