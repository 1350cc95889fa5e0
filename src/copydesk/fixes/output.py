"""The files that `copydesk fix` writes: OUTPUT in its input's own format, and the list of changes beside it."""

import gzip
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from copydesk.articles.inputs import Input
from copydesk.articles.raw import RawBatch, Shape
from copydesk.articles.recognise import FORMATS
from copydesk.articles.streams import COMPRESSIONS
from copydesk.articles.writers import Writer, writer
from copydesk.errors import OutputError, UsageError
from copydesk.fixes.editors import EDITABLE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def changes_path(output: Path) -> Path:
    """Where the changes of ``output`` are listed."""
    return output.with_name(f"{output.name}.changes.jsonl")


class FixedOutput:
    """OUTPUT and its list of changes, written aside and put in place by `commit`; as a context manager.

    Raises UsageError where OUTPUT is an input or cannot hold the inputs' format, OutputError where it cannot be written.
    """

    def __init__(self, path: Path, inputs: Sequence[Input]) -> None:
        self.path = path
        self._many = len(inputs) > 1
        self._shape: Shape | None = None
        self._first = ""
        self._writer: Writer | None = None
        self._stack = ExitStack()
        for entry in inputs:
            for target in (path, changes_path(path)):
                if entry.file is not None and target.exists() and entry.file.exists() and target.samefile(entry.file):
                    raise UsageError(f"{target} is an input: nothing is fixed in place; choose another file with -o")
        if path.is_dir():
            raise UsageError(f"{path} is a folder that exists; choose another file with -o")

    def __enter__(self) -> "FixedOutput":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            folder = tempfile.mkdtemp(prefix=".copydesk-fix-", dir=self.path.parent)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot write there: {error.strerror or error}") from None
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self._aside = Path(folder)
        self._changes: IO[str] = self._stack.enter_context((self._aside / "changes").open("w", encoding="utf-8"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def open(self, shape: Shape, name: str) -> None:
        """Gets ready for the records of the input ``name``; all inputs must be of one shape."""
        if shape.format not in EDITABLE:
            raise UsageError(
                f"{name}: records of the format {shape.format} are not rewritten; fix them where they are made"
            )
        if self._shape is None:
            self._shape, self._first = shape, name
            self._refuse_other_suffix(shape)
            self._writer = writer(self._aside / "records", shape)
        elif shape.format != self._shape.format or (shape.key != self._shape.key and not shape.whole):
            raise UsageError(f"{name} is not of the same format as {self._first}: fix them one by one")

    def _refuse_other_suffix(self, shape: Shape) -> None:
        name = self.path.name.lower()
        packed = next((suffix for suffix in COMPRESSIONS if name.endswith(suffix)), "")
        suffix = Path(name.removesuffix(packed)).suffix
        other = next((known for known, suffixes in FORMATS.items() if suffix in suffixes), None)
        if other is not None and other != shape.format.removesuffix("-object"):
            raise UsageError(f"{self.path}: what is fixed keeps its format; call it {shape.suffix}{packed}")
        if packed and shape.whole and self._many:
            raise UsageError(f"{self.path}: several files of one record each are written into a folder")

    def write(self, batch: RawBatch, name: str) -> None:
        """Appends the records of ``batch``, those that could not be read included, in their order."""
        assert self._writer is not None
        whole = _with_unreadable(batch)
        rows = whole.raw.num_rows if not isinstance(whole.raw, list) else len(whole.raw)
        self._writer.write(whole, range(rows), name)

    def note(self, change: dict[str, Any]) -> None:
        """Appends to the list of changes."""
        self._changes.write(json.dumps(change, ensure_ascii=False) + "\n")

    def commit(self) -> None:
        """Puts both files in place, OUTPUT last."""
        assert self._writer is not None
        assert self._shape is not None
        try:
            self._writer.close()
            self._changes.close()
            records = self._aside / "records"
            if self._shape.whole and not self._many:
                [records] = records.iterdir()
            records = self._packed(records)
            (self._aside / "changes").replace(changes_path(self.path))
            os.replace(records, self.path)  # noqa: PTH105 -- a folder too
        except OSError as error:
            raise OutputError(f"{self.path}: cannot write there: {error.strerror or error}") from None

    def _packed(self, records: Path) -> Path:
        kind = self.path.suffix.lower()
        if kind not in COMPRESSIONS:
            return records
        packed = self._aside / "packed"
        with records.open("rb") as source, packed.open("wb") as target:
            # without name and time, the same records give the same archive
            opened = gzip.GzipFile("", "wb", fileobj=target, mtime=0) if kind == ".gz" else zstd.ZstdFile(target, "w")
            with cast(IO[bytes], opened) as archive:
                shutil.copyfileobj(source, archive, 2**20)
        return packed


def _with_unreadable(batch: RawBatch) -> RawBatch:
    if not isinstance(batch.raw, list) or not batch.unreadable:
        return batch
    raws = [*zip(batch.numbers, batch.raw, strict=True), *((bad.number, bad.raw) for bad in batch.unreadable)]
    return replace(batch, raw=[raw for _, raw in sorted(raws, key=lambda entry: entry[0])])
