"""The lines that begin in a range of bytes of a file: ranges that follow each other give every line once, byte for byte."""

import io
from typing import BinaryIO, Final, cast

from copydesk.articles.streams import Stream

_BLOCK: Final = 2**20


class LineRange(io.RawIOBase):
    """A file of the lines of ``file`` whose first byte lies in ``start`` ≤ byte < ``end``, each whole.

    Only a newline ends a line: a carriage return alone is part of it, as everywhere in JSON Lines. ``newlines`` counts those
    read so far.
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._at = _line_from(file, start, end) if start else 0
        # whoever begins a line reads to its end, however far behind the range that is
        self._stop = _line_from(file, end) if self._at < end else self._at
        self.newlines = 0

    def stream(self, name: str) -> Stream:
        """The stream of these lines; a byte order mark is one only where the input begins."""
        return Stream(name, cast(BinaryIO, io.BufferedReader(self)), self._stop - self._at, None, self._at == 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fills ``buffer`` with what comes next of the lines."""
        self._file.seek(self._at)
        data = self._file.read(min(len(buffer), self._stop - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        self.newlines += data.count(b"\n")
        return len(data)


def _line_from(file: BinaryIO, start: int, end: int | None = None) -> int:
    """Where the first line begins that begins at ``start`` or later; where the file ends, or a place not before ``end``, if
    none does: a line may be longer than many ranges, and they must not all look for its end."""
    at = start - 1
    file.seek(at)
    while (end is None or at < end) and (block := file.read(_BLOCK)):
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(block)
    return at
