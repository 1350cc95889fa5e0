"""Finds the inputs that a command line names, and recognises their formats by content."""

import dataclasses
import glob
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copydesk.articles import delimited, jsonarray, jsonl, parquet, story
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import Reading
from copydesk.articles.streams import COMPRESSIONS, Stream, opened
from copydesk.errors import InputError, UsageError

FORMATS: Final = {
    "jsonl": (".jsonl", ".ndjson", ".jl", ".jsonlines"),
    "json": (".json",),
    "csv": (".csv", ".tsv", ".tab"),
    "parquet": (".parquet", ".pq"),
    "story": (".txt", ".text"),
}
"""What `--format` takes, and the suffixes by which files in a folder are taken for inputs."""

_SUFFIXES = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


@dataclass(frozen=True, slots=True)
class Input:
    """One input: a file, or standard input (path None). ``name`` is what messages and tables call it.

    ``problem`` says why there is nothing to open; it is reported when the input's turn comes, after what can be read.
    """

    path: Path | None
    name: str
    format: str | None = None
    problem: str | None = None

    @property
    def file_name(self) -> str:
        """The file's own name, without the suffix of a compression."""
        name = self.path.name if self.path else "stdin.txt"
        return name.removesuffix(Path(name).suffix) if Path(name).suffix.lower() in COMPRESSIONS else name


def expand(names: Sequence[str], format_name: str | None = None) -> list[Input]:
    """The files behind files, folders, globs and `-`, in the order given; those of a folder sorted by name.

    In folders hidden files and files of other suffixes are passed over.
    """
    if format_name is not None and format_name not in FORMATS:
        raise UsageError(f"--format {format_name}: known are {', '.join(FORMATS)}")
    inputs: list[Input] = []
    for name in names:
        if name == "-":
            inputs.append(Input(None, "standard input", format_name))
            continue
        path, problem = Path(name), None
        if len(os.fsencode(path.name)) > 255:
            found, problem = [], "no such file or folder"
        elif path.is_dir():
            found = [file for file in sorted(path.rglob("*")) if _wanted(file, path)]
            problem = f"the folder holds no file that copydesk reads ({', '.join(_SUFFIXES)})"
        elif path.exists():
            found = [path]
        else:
            found = sorted(Path(match) for match in glob.glob(name, recursive=True) if Path(match).is_file())  # noqa: PTH207 -- absolute patterns too
            problem = "no such file or folder"
        inputs += [Input(file, _name(file), format_name) for file in found]
        if not found:
            inputs.append(Input(path, name, format_name, problem))
    return list({entry.name: entry for entry in inputs}.values())


def _name(file: Path) -> str:
    """A file's name as text; bytes that are not UTF-8 are shown as U+FFFD."""
    return os.fsencode(file).decode("utf-8", "replace")


def _wanted(file: Path, folder: Path) -> bool:
    if any(part.startswith(".") for part in file.relative_to(folder).parts) or not file.is_file():
        return False
    return has_known_suffix(file.name) and not _inside_run(file, folder)


def has_known_suffix(name: str) -> bool:
    """Whether a file of a folder is taken for an input by its name."""
    return _suffix(name) in _SUFFIXES


def _inside_run(file: Path, folder: Path) -> bool:
    """Whether ``file`` belongs to a run directory: what a run wrote is not its next run's input."""
    inner = [parent for parent in file.parents if parent.is_relative_to(folder)]
    return any((parent / "manifest.json").is_file() and (parent / "summary.json").is_file() for parent in inner)


def _suffix(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in COMPRESSIONS else path.suffix


def spooled(entry: Input, folder: Path) -> Input:
    """``entry``, or a copy of standard input or a pipe below ``folder``: what is read twice must be a file."""
    pipe = sys.stdin is not None if entry.path is None else entry.path.is_fifo()
    if not pipe:
        return entry
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (entry.path.name if entry.path else "stdin.txt")
    with path.open("wb") as file:
        if entry.path is None:
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with entry.path.open("rb") as source:
                shutil.copyfileobj(source, file)
    return dataclasses.replace(entry, path=path)


@contextmanager
def reading(entry: Input, fields: FieldMap) -> Iterator[tuple[Stream, Reading]]:
    """Opens an input and recognises its format. Raises InputError where it is empty, binary or unknown."""
    if entry.problem:
        raise InputError(f"{entry.name}: {entry.problem}")
    with opened(entry.path, entry.name) as stream:
        yield stream, reader(entry, stream, fields)


def reader(entry: Input, stream: Stream, fields: FieldMap) -> Reading:
    """Recognises the format of ``stream``, which is ``entry`` opened. Raises InputError like `reading`."""
    head = stream.head()
    name = recognise(entry, head)
    if name == "parquet":
        return parquet.read(stream, fields, entry.path)
    if _is_binary(head[:65_536]):
        raise InputError(f"{entry.name}: a binary file, not {name}; if it is text, convert it to UTF-8")
    if name == "json" and head.lstrip()[:1] == b"{":
        return jsonarray.read_object(stream, fields)
    readers = {"jsonl": jsonl.read, "json": jsonarray.read, "csv": delimited.read, "story": story.read}
    return readers[name](stream, fields)


def recognise(entry: Input, head: bytes) -> str:
    """The format of an input: what was asked for, else what its first bytes say, else what its suffix says."""
    if entry.format is not None:
        return entry.format
    named = _SUFFIXES.get(_suffix(entry.name))
    if head.startswith(b"PAR1"):
        return "parquet"
    if not head.strip():
        raise InputError(f"{entry.name}: empty: there is no record in it")
    if named == "parquet":
        raise InputError(f"{entry.name}: not a Parquet file, though its name says so")
    if named in ("csv", "story") and not head.lstrip().startswith((b'{"', b'[{"')):
        return named
    if found := _by_content(head.lstrip(), named):
        return found
    raise InputError(f"{entry.name}: of unknown format; say which with --format ({', '.join(FORMATS)})")


def _by_content(start: bytes, named: str | None) -> str | None:
    line, _, rest = start.partition(b"\n")
    if start.startswith(b"["):
        # an array, unless it is the first line of a file of JSON lines
        return "jsonl" if named == "jsonl" and rest.strip() and _parses(line) else "json"
    if start.startswith(b"{"):
        # the second line of an object that is set over several lines does not begin with another one
        if named == "jsonl" or (rest.strip() and (_parses(line) or rest.lstrip(b"\r\n").startswith(b"{"))):
            return "jsonl"
        return "json" if named == "json" or rest.strip() else "jsonl"
    if named:
        return named
    header = line.decode("utf-8", "replace").strip("\r\n")
    columns = header.split(delimited.delimiter_of(header))
    if len(columns) > 1 and sum(FieldMap().recognises(name.strip('"')) for name in columns) > 1:
        return "csv"
    return "story" if not _is_binary(start[:65_536]) and _is_text(start) else None


_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")


def _is_binary(sample: bytes) -> bool:
    """Whether ``sample`` is no text: a stray control character is a damaged record, one in a hundred is another format."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 8 and controls > len(sample) / 100


def _parses(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_text(head: bytes) -> bool:
    sample = head[:4_096].decode("utf-8", "ignore")
    return bool(sample) and sum(char.isprintable() or char.isspace() for char in sample) > 0.95 * len(sample)
