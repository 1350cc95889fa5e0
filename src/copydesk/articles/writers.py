"""Writes records again as they came, split by verdict: one output per shape of input."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.articles.parquet import taken
from copydesk.articles.raw import RawBatch, Shape

_LONGEST_NAME: Final = 255
"""Bytes of a file's name."""

_OPEN: Final = 64
"""Writers that keep their files open: each feed of a thousand has outputs of its own, and systems let a process open 1,024 files
or fewer."""


class Writer(Protocol):
    """Writes some records of each batch, given by their rows."""

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None: ...

    def flush(self) -> None: ...

    def rest(self) -> None:
        """Lets go of what the system holds open for it, until there is more to write."""

    def close(self) -> None: ...


class _File:
    """A file that is written from its beginning to its end, not always without a pause."""

    def __init__(self, path: Path, beginning: bytes) -> None:
        self._path = path
        self._file: IO[bytes] = path.open("wb")
        self._file.write(beginning)

    def add(self, data: bytes) -> None:
        """Writes ``data`` behind the rest."""
        if self._file.closed:
            self._file = self._path.open("ab")
        self._file.write(data)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()

    def rest(self) -> None:
        self._file.close()

    def close(self) -> None:
        self._file.close()


class _Lines(_File):
    """JSON Lines and tables: the preamble, then the records' bytes."""

    def __init__(self, path: Path, shape: Shape) -> None:
        super().__init__(path, shape.preamble)
        old_mac = shape.preamble.endswith("\r".encode(shape.encoding))
        self._newline = ("\r" if old_mac else "\n").encode(shape.encoding)
        # a header without a line end is the whole of its input
        self._open_line = shape.format == "csv" and not shape.preamble.endswith(self._newline)

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None:
        assert isinstance(batch.raw, list)
        if rows:
            if self._open_line:  # the last line of an input had no end, and more follow
                self.add(self._newline)
            data = b"".join(batch.raw[row] for row in rows)
            self.add(data)
            self._open_line = not data.endswith(self._newline)


class _Array(_File):
    """A JSON array, alone or in an object: the elements' bytes with commas of our own between them."""

    def __init__(self, path: Path, shape: Shape) -> None:
        super().__init__(path, shape.preamble)
        self._encoding, self._epilogue = shape.encoding, shape.epilogue
        self._joint = "\n"

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None:
        assert isinstance(batch.raw, list)
        for row in rows:
            self.add(self._joint.encode(self._encoding) + batch.raw[row])
            self._joint = ",\n"

    def close(self) -> None:
        self.add(self._epilogue)
        super().close()


class _Pieces(_File):
    """Records whose bytes follow one another: elements of an XML document between its head and its end, captures."""

    def __init__(self, path: Path, shape: Shape) -> None:
        super().__init__(path, shape.preamble)
        self._epilogue = shape.epilogue

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None:
        assert isinstance(batch.raw, list)
        for row in rows:
            self.add(batch.raw[row])

    def close(self) -> None:
        self.add(self._epilogue)
        super().close()


def _bounded(stem: str, rest: str) -> str:
    """A file's name of ``stem`` and ``rest``, the stem cut where file systems would refuse the name as too long."""
    while stem and len(os.fsencode(stem + rest)) > _LONGEST_NAME:
        stem = stem[:-1]
    return stem + rest


class _Folder:
    """A file per record, under the name it came with."""

    def __init__(self, path: Path, shape: Shape) -> None:
        path.mkdir(exist_ok=True)
        self._path = path
        self._numbers: dict[str, int] = {}

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None:
        assert isinstance(batch.raw, list)
        for row in rows:
            self._free(name).write_bytes(batch.raw[row])

    def _free(self, name: str) -> Path:
        """A path that is not taken yet: thousands of pages may be called `index.html`."""
        number = self._numbers.get(name, 1)
        stem, dot, suffix = name.partition(".")
        while (path := self._path / (_bounded(stem, f".{number}{dot}{suffix}") if number > 1 else name)).exists():
            number += 1
        self._numbers[name] = number + 1
        return path

    def flush(self) -> None:
        pass

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


class _Parquet:
    """Rows of a table with the schema that they came with."""

    def __init__(self, path: Path, shape: Shape) -> None:
        assert shape.schema is not None
        self._writer = pq.ParquetWriter(path, shape.schema, compression="zstd")

    def write(self, batch: RawBatch, rows: Sequence[int], name: str) -> None:
        assert isinstance(batch.raw, pa.Table)
        if rows:
            chosen = batch.raw if len(rows) == batch.raw.num_rows else taken(batch.raw, rows)
            self._writer.write_table(chosen)

    def flush(self) -> None:
        pass  # a Parquet file is readable when it is closed

    def rest(self) -> None:
        pass

    def close(self) -> None:
        self._writer.close()


_WRITERS: dict[str, Callable[[Path, Shape], Writer]] = {
    "jsonl": _Lines,
    "csv": _Lines,
    "json": _Array,
    "parquet": _Parquet,
}


def writer(path: Path, shape: Shape) -> Writer:
    """A writer of records of ``shape`` to ``path``: a file, or a folder where each record is a file of its own."""
    return _Folder(path, shape) if shape.whole else _WRITERS.get(shape.format, _Pieces)(path, shape)


class Outputs:
    """The accepted and the quarantined records of a run, below ``folder``: `accepted.jsonl`, `quarantined/` and so on.

    Inputs of another shape (a CSV with another header, another encoding) get a file of their own: `accepted.2.csv`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[tuple[str, object], Writer] = {}
        self._awake: dict[tuple[str, object], Writer] = {}  # the one that was asked for last comes last
        self._names: set[str] = set()

    def write(self, shape: Shape, batch: RawBatch, verdict: str, rows: Sequence[int], name: str) -> None:
        """Writes the records of ``batch`` at ``rows``, which have ``verdict``; ``name`` is the input's file name."""
        self.writer(shape, verdict).write(batch, rows, name)

    def writer(self, shape: Shape, verdict: str) -> Writer:
        """The writer for a verdict and shape, opened when first asked for."""
        key = (verdict, ("folder",) if shape.whole else shape.key)
        self._awake.pop(key, None)
        if key not in self._writers:
            suffix = "" if shape.whole else shape.suffix
            self._writers[key] = writer(self._folder / self._free(verdict, suffix), shape)
        found = self._awake[key] = self._writers[key]
        if len(self._awake) > _OPEN:
            self._awake.pop(next(iter(self._awake))).rest()
        return found

    def _free(self, verdict: str, suffix: str) -> str:
        name, number = f"{verdict}{suffix}", 2
        while name in self._names:
            name = f"{verdict}.{number}{suffix}"
            number += 1
        self._names.add(name)
        return name

    def flush(self) -> None:
        """Hands everything written so far to the operating system."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """Finishes all files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._awake.clear()
