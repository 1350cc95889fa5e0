"""Files and folders on any file system that Spark's machines share: by path, or by URI where pyarrow knows the scheme.

A place is a string, so that it can be told to other machines: an absolute path, or `hdfs://`, `viewfs://`, `s3://` (`s3a://`),
`gs://` or `file://` and what follows, character by character: nothing in a URI is decoded.
"""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import pyarrow.fs as arrow

from copydesk.articles.inputs import has_known_suffix
from copydesk.errors import InputError, UsageError

_BUCKETS = ("s3", "gs")
_ALIASES = {"s3a": "s3", "s3n": "s3", "gcs": "gs"}
_BLOCK = 8 * 2**20


def is_uri(place: str) -> bool:
    """Whether ``place`` is a URI and not a path of this machine."""
    return "://" in place


def local(place: str) -> Path | None:
    """The path that a place is, None for a URI."""
    return None if is_uri(place) else Path(place)


def inside(place: str, *names: str) -> str:
    """The place ``names`` below the folder ``place``."""
    return "/".join((place.rstrip("/"), *names))


def _located(place: str) -> tuple[arrow.FileSystem, str]:
    scheme, _, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    scheme = _ALIASES.get(scheme, scheme)
    try:
        return _system(scheme, host), rest if scheme in _BUCKETS else slash + path
    except (OSError, ValueError, ImportError) as error:  # pyarrow was built without it, or its libraries are not there
        raise UsageError(f"{place}: pyarrow cannot reach this file system: {error}") from None


@lru_cache(maxsize=32)
def _system(scheme: str, host: str) -> arrow.FileSystem:
    return arrow.FileSystem.from_uri(f"{scheme}://{host}/")[0]


@contextmanager
def reading(place: str) -> Iterator[BinaryIO]:
    """Opens a file, which can be jumped around in, as a buffered reader. Raises OSError."""
    path = local(place)
    if path is not None:
        with path.open("rb") as file:
            yield file
        return
    system, name = _located(place)
    with system.open_input_file(name) as remote, io.BufferedReader(cast(io.RawIOBase, remote)) as buffered:
        yield cast(BinaryIO, buffered)


def size(place: str) -> int | None:
    """The bytes of a file; None where there is no file."""
    path = local(place)
    if path is not None:
        return path.stat().st_size if path.is_file() else None
    system, name = _located(place)
    info = system.get_file_info(name)
    return int(info.size) if info.type == arrow.FileType.File else None


def digest(place: str) -> tuple[str, int]:
    """(SHA-256 in hex, bytes) of a file, read piece by piece."""
    made, length = sha256(), 0
    with reading(place) as file:
        while block := file.read(_BLOCK):
            made.update(block)
            length += len(block)
    return made.hexdigest(), length


def make_folder(place: str, parents: bool = False) -> None:
    """Makes a folder. Without ``parents`` the one above must be there: nobody works on in what was swept away."""
    path = local(place)
    if path is not None:
        path.mkdir(parents=parents, exist_ok=True)
    else:
        system, name = _located(place)
        system.create_dir(name, recursive=parents)


def remove_folder(place: str) -> None:
    """Removes a folder and what is in it, if it is there."""
    path = local(place)
    if path is not None:
        shutil.rmtree(path, ignore_errors=True)
        return
    system, name = _located(place)
    if system.get_file_info(name).type == arrow.FileType.Directory:
        system.delete_dir(name)


def remove_file(place: str) -> None:
    """Removes a file, if it is there."""
    system, name = _located(place)
    if system.get_file_info(name).type == arrow.FileType.File:
        system.delete_file(name)


def move(source: str, target: str) -> None:
    """Gives a file a new name on its own file system; folders on the way are made."""
    here, there = local(source), local(target)
    if here is not None and there is not None:
        there.parent.mkdir(parents=True, exist_ok=True)
        here.replace(there)
        return
    system, name = _located(source)
    _, new = _located(target)
    system.create_dir(str(PurePosixPath(new).parent), recursive=True)
    system.move(name, new)


def fetch(place: str, path: Path) -> None:
    """Copies a file to this machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with reading(place) as file, path.open("wb") as copy:
        shutil.copyfileobj(file, copy, _BLOCK)


def put(path: Path, place: str) -> None:
    """Copies a file of this machine to ``place``, whose folder is there."""
    target = local(place)
    if target is not None:
        shutil.copyfile(path, target)
        return
    system, name = _located(place)
    with path.open("rb") as file, system.open_output_stream(name) as copy:
        shutil.copyfileobj(file, copy, _BLOCK)


def write(place: str, data: bytes) -> None:
    """Writes a small file, whose folder is there."""
    path = local(place)
    if path is not None:
        path.write_bytes(data)
        return
    system, name = _located(place)
    with system.open_output_stream(name) as file:
        file.write(data)


def listed(place: str) -> list[str]:
    """The files that a URI names: itself, those of a folder that have a suffix of an input, or those that a pattern of the last
    parts of its path fits; sorted. Raises InputError where there are none."""
    system, name = _located(place)
    root, pattern = _split(name)
    info = system.get_file_info(root)
    if pattern is None and info.type == arrow.FileType.File:
        return [place]
    prefix = place[: len(place) - len(name)]
    try:
        below = system.get_file_info(arrow.FileSelector(root, recursive=True))
    except OSError:
        below = []
    files = sorted(str(entry.path) for entry in below if entry.type == arrow.FileType.File)
    chosen = [file for file in files if _wanted(file, root, pattern)]
    if not chosen:
        raise InputError(f"{place}: no file there that copydesk reads")
    return [prefix + file for file in chosen]


def _split(path: str) -> tuple[str, str | None]:
    """(the folder above the first part with a wildcard, the whole as a pattern); no pattern without a wildcard."""
    parts = path.split("/")
    for index, part in enumerate(parts):
        if any(char in part for char in "*?["):
            return "/".join(parts[:index]) or "/", path
    return path.rstrip("/") or "/", None


def _wanted(file: str, root: str, pattern: str | None) -> bool:
    if pattern is not None:
        return file.count("/") == pattern.count("/") and fnmatchcase(file, pattern)
    own = file.removeprefix(root).split("/")
    return not any(part.startswith((".", "_")) for part in own) and has_known_suffix(file)


def absolute(path: Path) -> str:
    """A path of this machine as others must say it."""
    return os.path.abspath(path)  # noqa: PTH100 -- links stay as the user wrote them
