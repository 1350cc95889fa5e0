"""Finds the inputs that a command line names, and recognises their formats by content."""

import dataclasses
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from copydesk.articles import database as databases
from copydesk.articles.database import Database
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Reading
from copydesk.articles.recognise import DATABASES, SUFFIXES, is_binary, known, recognise, suffix_of
from copydesk.articles.streams import COMPRESSIONS, Stream, opened
from copydesk.articles.wrapped import note_on
from copydesk.errors import InputError, UsageError


@dataclass(frozen=True, slots=True)
class Input:
    """One input: a file, or standard input (path None). ``name`` is what messages and tables call it.

    ``problem`` says why there is nothing to open; it is reported when the input's turn comes, after what can be read.
    Of a ``database`` the rows are copied into a file first (`spooled`).
    """

    path: Path | None
    name: str
    format: str | None = None
    problem: str | None = None
    database: Database | None = None

    @property
    def file(self) -> Path | None:
        """The file that the records come from: what may not be written over. None for standard input and what a server holds."""
        return self.path if self.database is None else self.database.file

    @property
    def file_name(self) -> str:
        """The file's own name, without the suffix of a compression."""
        name = self.path.name if self.path else "stdin.txt"
        return name.removesuffix(Path(name).suffix) if Path(name).suffix.lower() in COMPRESSIONS else name


def is_packed(path: Path) -> bool:
    """Whether a file's name says that its records take less room in it than as text."""
    return path.suffix.lower() in (*COMPRESSIONS, ".parquet")


def expand(
    names: Sequence[str], format_name: str | None = None, table: str | None = None, query: str | None = None
) -> list[Input]:
    """The files behind files, folders, globs and `-`, in the order given; those of a folder sorted by name.

    In folders hidden files and files of other suffixes are passed over. A name may be the address of a database
    (`postgresql://…`), of which ``table`` or ``query`` says what is read.
    """
    known(format_name)
    inputs: list[Input] = []
    for name in names:
        if not name:  # which pathlib takes for the working directory
            raise UsageError(
                "an input has an empty name: is a variable of the script not set? `.` is the working directory"
            )
        if name == "-":
            inputs.append(Input(None, "standard input", format_name))
            continue
        if found_database := databases.named(name, table, query):
            inputs.append(Input(None, found_database[1], database=found_database[0]))
            continue
        found, problems = _found(name)
        inputs += [_input(file, format_name) for file in found]
        inputs += [Input(where, _name(where), format_name, problem) for where, problem in problems]
    if (table or query) and not any(entry.database for entry in inputs):
        raise UsageError("--table and --query are for databases: none of the inputs is one")
    return _told_apart(inputs)


def _told_apart(inputs: Sequence[Input]) -> list[Input]:
    """``inputs`` without those that were named twice. Files whose names differ only in bytes that are not UTF-8 are shown with
    these bytes, since tables and messages know an input by its name."""
    kept: dict[str, Input] = {}
    for entry in inputs:
        name = entry.name
        if name in kept and kept[name].path != entry.path:
            name = os.fsencode(entry.path or name).decode("utf-8", "backslashreplace")
        kept[name] = dataclasses.replace(entry, name=name)
    return list(kept.values())


def _found(name: str) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files that ``name`` stands for, and (path, problem) of what it stands for and cannot be read."""
    path = Path(name)
    try:
        if path.is_dir():
            found, problems = _below(path)
            nothing = f"the folder holds no file that copydesk reads ({', '.join(SUFFIXES)})"
            return found, problems or ([] if found else [(path, nothing)])
        if path.exists():
            return [path], []
    except OSError as error:  # a name that is too long, a folder on the way that may not be entered
        return [], [(path, f"cannot be opened: {error.strerror or error}")]
    found = sorted(Path(match) for match in glob.glob(name, recursive=True) if Path(match).is_file())  # noqa: PTH207 -- absolute patterns too
    return found, [] if found else [(path, "no such file or folder")]


def _below(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files of a folder that are inputs, sorted; and what may not be looked into, or is a link to nothing."""
    closed: list[OSError] = []
    files = sorted(Path(place, name) for place, _, names in os.walk(folder, onerror=closed.append) for name in names)
    problems = [(Path(error.filename), f"cannot be opened: {error.strerror}") for error in closed]
    found = []
    for file in files:
        try:
            if not _wanted(file, folder):
                continue
            if file.is_file():
                found.append(file)
            elif not file.exists():
                problems.append((file, "a link to a file that is not there"))
        except OSError as error:
            problems.append((file, f"cannot be opened: {error.strerror}"))
    return found, problems


def _input(file: Path, format_name: str | None) -> Input:
    known = databases.named(os.fspath(file)) if suffix_of(file.name) in DATABASES else None
    return Input(None, known[1], database=known[0]) if known else Input(file, _name(file), format_name)


def _name(file: Path) -> str:
    """A file's name as text; bytes that are not UTF-8 are shown as U+FFFD."""
    return os.fsencode(file).decode("utf-8", "replace")


def _wanted(file: Path, folder: Path) -> bool:
    if any(part.startswith(".") for part in file.relative_to(folder).parts):
        return False
    return has_known_suffix(file.name) and not _beside(file) and not _inside_run(file, folder)


def has_known_suffix(name: str) -> bool:
    """Whether a file of a folder is taken for an input by its name."""
    return suffix_of(name) in (*SUFFIXES, *DATABASES)


def _beside(file: Path) -> bool:
    """Whether ``file`` only describes the records beside it, as Hugging Face's `datasets` leaves some in each folder."""
    return file.name in ("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json")


def _inside_run(file: Path, folder: Path) -> bool:
    """Whether ``file`` belongs to a run directory: what a run wrote is not its next run's input."""
    inner = [parent for parent in file.parents if parent.is_relative_to(folder)]
    return any((parent / "manifest.json").is_file() and (parent / "summary.json").is_file() for parent in inner)


def spooled(entry: Input, folder: Path) -> Input:
    """``entry``, or a copy of standard input, a pipe or a database's rows below ``folder``: what is read twice must be a file.

    Where there are no rows to be had, the input comes back with the problem.
    """
    if entry.problem:
        return entry
    if entry.database is not None:
        return _copied(entry, entry.database, folder) if entry.path is None else entry
    pipe = sys.stdin is not None if entry.path is None else entry.path.is_fifo()
    if not pipe:
        return entry
    folder.mkdir(parents=True, exist_ok=True)
    # in a folder of its own: pipes of one name may lie in several folders
    path = Path(tempfile.mkdtemp(prefix="pipe-", dir=folder), entry.path.name if entry.path else "stdin.txt")
    with path.open("wb") as file:
        if entry.path is None:
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with entry.path.open("rb") as source:
                shutil.copyfileobj(source, file)
    return dataclasses.replace(entry, path=path)


def _copied(entry: Input, database: Database, folder: Path) -> Input:
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="rows-", dir=folder), f"rows.{database.format}")
    try:
        database.copy(entry.name, path)
    except InputError as error:
        return dataclasses.replace(entry, problem=str(error).removeprefix(f"{entry.name}: "), path=path)
    return dataclasses.replace(entry, path=path, format=database.format)


@contextmanager
def reading(entry: Input, fields: FieldMap) -> Iterator[tuple[Stream, Reading]]:
    """Opens an input and recognises its format. Raises InputError where it is empty, binary or unknown."""
    with ExitStack() as stack:
        if entry.database is not None and entry.path is None:
            entry = spooled(entry, Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-"))))
        if entry.problem:
            raise InputError(f"{entry.name}: {entry.problem}")
        stream = stack.enter_context(opened(entry.path, entry.name))
        yield stream, reader(entry, stream, fields)


def reader(entry: Input, stream: Stream, fields: FieldMap) -> Reading:
    """Recognises the format of ``stream``, which is ``entry`` opened. Raises InputError like `reading`."""
    head = stream.head()
    name = entry.format or recognise(entry.name, head, entry.path)
    module = _reader_of(name)
    if name not in ("parquet", "warc") and is_binary(head[:65_536]):
        raise InputError(f"{entry.name}: a binary file, not {name}; if it is text, convert it to UTF-8")
    found: Reading
    if name in ("parquet", "warc"):
        found = module.read(stream, fields, entry.path)
    elif name == "json" and head.lstrip()[:1] == b"{":
        found = module.read_object(stream, fields)
    else:
        found = module.read(stream, fields)
    if name == "jsonl" and (note := note_on(head.partition(b"\n")[0])):
        found = dataclasses.replace(found, batches=_noted(note, found.batches))
    return found


def _noted(note: str, batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """``batches`` with ``note``."""
    for batch in batches:
        yield dataclasses.replace(batch, notes=batch.notes | {note})


def _reader_of(name: str) -> Any:
    """The module that reads the format ``name``; most runs read one format, and need not load what the others ask for."""
    return import_module(f"copydesk.articles.{_MODULES.get(name, name)}")


_MODULES: Final = {"json": "jsonarray", "csv": "delimited", "html": "webpage", "xml": "xmlitems"}
"""The modules that are not called as their format is."""
