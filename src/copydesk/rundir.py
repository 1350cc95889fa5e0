"""The run directory: everything is written aside and appears under its final name only when the run is complete."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from copydesk.encoding import SURROGATE
from copydesk.errors import OutputError

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
"""How a manifest writes SHA-256."""

_OWN = ".copydesk-"
"""What the names of everything begin with that is there only while a run is under way."""
_STAGING = _OWN + "partial"
_SCRATCH = _OWN + "scratch"
LOCK: Final = _OWN + "lock"
LAST: Final = ("summary.json", "manifest.json")
"""The files that say a run is complete: first to go when a directory is used again, last to come."""


RUNS: Final = Path("reports", "runs")
"""Below the working directory, the folder of run directories that have no name of their own."""


def folder_by_time(name: str = "") -> Path:
    """A new folder below `RUNS`, called by the time (UTC), behind ``name`` where there is one."""
    return RUNS / f"{name}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"


class RunDirectory:
    """A directory for one run. Use it as a context manager: leaving it without `commit` leaves nothing behind.

    ``staging`` is where everything is written first, ``scratch`` is for what is not kept. Raises OutputError where the
    directory cannot be written, or another run is writing there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.staging = path / _STAGING
        self.scratch = path / _SCRATCH
        self._lock: int | None = None
        self._made: list[Path] = []

    def __enter__(self) -> "RunDirectory":
        try:
            self._made = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = _take_lock(self.path, "choose another folder with -o")
            self._sweep()  # left by a killed run
            self.staging.mkdir()
        except OSError as error:
            self._leave()
            raise OutputError(
                f"{self.path}: cannot write there: {error.strerror or error}; choose another folder with -o"
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._sweep()
        self._leave()

    def _sweep(self) -> None:
        for folder in (self.staging, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, inputs: Iterable[dict[str, Any]], known: Mapping[str, str] | None = None) -> None:
        """Writes the manifest and moves everything to its final name; what an earlier run left there goes.

        ``known`` are digests of files that need not be read again, by their name below the directory.
        """
        write_manifest(self.staging, inputs, known)
        written_before = self._written_before()
        for name in reversed(LAST):
            (self.path / name).unlink(missing_ok=True)
        for old in written_before:
            old.unlink(missing_ok=True)
            for folder in old.parents:
                if folder == self.path or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        names = sorted(entry.name for entry in self.staging.iterdir() if entry.name not in LAST)
        for name in (*names, *LAST):
            _move(self.staging / name, self.path / name)

    def _written_before(self) -> list[Path]:
        """The files of an earlier run in this directory, by its own manifest: nothing else is ours to remove."""
        try:
            names = files_of_a_run((self.path / "manifest.json").read_bytes())
        except OSError:
            return []
        return [path for name in names if _lies_in(path := self.path / name, self.path) and not path.is_dir()]

    def _leave(self) -> None:
        """Gives the lock, and takes away the folders that were made for a run which left nothing in them."""
        _give_lock(self.path, self._lock)
        self._lock = None
        with suppress(OSError):
            for folder in self._made:
                folder.rmdir()


@contextmanager
def held(run: Path) -> Iterator[None]:
    """Holds a finished run, so that what is read of it and what is then written into it belong together. Raises OutputError
    where another run is writing there, or nobody may."""
    try:
        lock = _take_lock(run, "wait until it is finished")
    except OSError as error:
        raise OutputError(f"{run}: cannot write there: {error.strerror or error}") from None
    try:
        yield
    finally:
        _give_lock(run, lock)


def _take_lock(folder: Path, advice: str) -> int | None:
    """The lock of a run directory; None where there are no locks."""
    try:
        import fcntl
    except ImportError:  # not on Windows; two runs in one directory are then the user's care
        return None
    while True:
        lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise OutputError(f"{folder}: another run is writing there; {advice}") from None
        if _is_at(folder / LOCK, lock):
            return lock
        os.close(lock)  # removed by a run that left since the file was opened: a third one may hold the next


def _give_lock(folder: Path, lock: int | None) -> None:
    if lock is not None:
        (folder / LOCK).unlink(missing_ok=True)
        os.close(lock)


def files_of_a_run(manifest: bytes) -> list[str]:
    """The names that the ``manifest`` of an earlier run lists, below its directory; none where it is another program's.

    It may have been written by anybody: no name leads out of the directory, or to what a run under way keeps there.
    """
    try:
        told = json.loads(manifest)
        # another program's manifest may list files too, which are not ours to remove
        names = [name for name, sum_ in told["files"].items() if DIGEST.fullmatch(sum_) and "inputs" in told]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    return [name for name in names if not any(part in ("", "..") or part.startswith(_OWN) for part in name.split("/"))]


def _lies_in(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # no name that a file can have, or links in a circle
        return False


def _is_at(path: Path, file: int) -> bool:
    """Whether the opened ``file`` is what stands at ``path``."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _move(source: Path, target: Path) -> None:
    """Moves a file or a folder; of a folder that is there already, what both hold is replaced and the rest stays."""
    if target.is_symlink():  # what it leads to is not this directory's
        target.unlink()
    if source.is_dir() and target.is_dir():
        for entry in source.iterdir():
            _move(entry, target / entry.name)
    else:
        source.replace(target)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, inputs: Iterable[dict[str, Any]], known: Mapping[str, str] | None = None) -> None:
    """`manifest.json`: the digest of every file below ``folder`` and of every input. What is ``known`` of files is not made
    again; they may lie elsewhere."""
    files = dict(known or {})
    for entry in folder.rglob("*"):
        if entry.is_file() and (name := entry.relative_to(folder).as_posix()) != "manifest.json":
            files[name] = files.get(name) or digest(entry)
    files = dict(sorted(files.items()))
    write_json(folder / "manifest.json", {"files": files, "inputs": {item["path"]: item["sha256"] for item in inputs}})


def rewrite(run: Path, files: dict[str, str]) -> None:
    """Replaces text files of a finished run, each at once, and renews their digests in its manifest."""
    manifest_path = run / "manifest.json"
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        for name, text in {**files, "manifest.json": ""}.items():
            aside = run / f".{name}.new"
            if name == "manifest.json":
                write_json(aside, manifest)
            else:
                aside.write_text(text, encoding="utf-8")
                manifest["files"][name] = digest(aside)
            aside.replace(run / name)
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = getattr(error, "strerror", None) or error
        raise OutputError(f"{run}: cannot write there: {said}") from None


def write_json(path: Path, data: Any) -> None:
    """Writes ``data`` as readable JSON; bytes of file names that are not UTF-8 (lone surrogates) are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    if SURROGATE.search(text):
        text = json.dumps(data, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
