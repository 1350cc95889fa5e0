"""The run directory of a run on Spark: every table a folder of parts, one a task, and the commit that makes it visible.

On this machine's file system (or one that is mounted on all machines) it is a `RunDirectory`, and what tasks left is moved
into it. Behind a URI the parts are moved there; the driver fetches the tables without texts to write the reports.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

from copydesk.engines.spark import files
from copydesk.engines.spark.attempts import Told
from copydesk.errors import OutputError
from copydesk.rundir import LAST, RunDirectory, files_of_a_run, write_manifest

JOINED: Final = ("unreadable.jsonl", "provenance.jsonl")
"""Files that stay single files: reports and other programs read them line by line."""

_RECORDS: Final = ("accepted", "quarantined")


class Destination(Protocol):
    """Where a run goes. ``scratch`` is a place that all machines share, ``local_scratch`` a folder of this one; in ``staging``
    on this machine the reports find the tables."""

    staging: Path
    local_scratch: Path
    scratch: str

    def fetched(self, place: str, name: str) -> Path:
        """The file at ``place`` on this machine, copied as ``name`` where it must be."""
        ...

    def take(self, told: Sequence[Told], shapes: Sequence[str]) -> dict[str, str]:
        """Gives what the successful attempts left their names in the run; returns the digests by these names."""
        ...

    def commit(self, inputs: Iterable[dict[str, Any]], known: Mapping[str, str]) -> None:
        """Makes the run visible, whole."""
        ...


@contextmanager
def destination(out: str) -> Iterator[Destination]:
    """Opens the run directory ``out``; leaving it without a commit leaves nothing behind."""
    try:
        if not files.is_uri(out):
            with RunDirectory(Path(out)) as directory:
                directory.scratch.mkdir()
                yield _Here(directory)
            return
        with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
            remote = _There(out, Path(folder))
            try:
                yield remote
            finally:
                files.remove_folder(remote.scratch)
    except OSError as error:
        raise OutputError(f"{out}: cannot write there: {error.strerror or error}") from error


def _parts(told: Sequence[Told], shapes: Sequence[str]) -> Iterator[tuple[str, str, str, bool]]:
    """(name in the run, place of the part, digest, whether it belongs to a single file) for everything that tasks left.

    Records of inputs of another shape get a folder of their own, numbered like those of a run on one machine.
    """
    numbers: dict[str, dict[str, int]] = {}
    named: dict[str, list[tuple[str, str, str, int]]] = {}
    for part, (answer, shape) in enumerate(zip(told, shapes, strict=True)):
        for name, (digest, size) in answer["files"].items():
            stem, _, suffix = name.partition(".")
            target = name
            if stem in _RECORDS:
                own = numbers.setdefault(suffix, {})
                number = own.setdefault(shape, len(own) + 1)
                target = name if number == 1 else f"{stem}.{number}.{suffix}"
            file = target if target in JOINED else f"{target}/part-{part:06}.{suffix}"
            named.setdefault(target, []).append((file, files.inside(answer["folder"], name), digest, size))
    for target, parts in named.items():
        # records: only parts that hold any, but one at least, so that a run without them says so
        held = [part for part in parts if part[3]] if target.endswith(".jsonl") else parts
        for file, place, digest, _ in held or parts[:1]:
            yield file, place, digest, target in JOINED


class _Here:
    """A run directory that is a path."""

    def __init__(self, directory: RunDirectory) -> None:
        self._directory = directory
        self.staging = directory.staging
        self.scratch = files.absolute(directory.scratch)
        self.local_scratch = directory.scratch / "driver"
        self.local_scratch.mkdir()

    def fetched(self, place: str, name: str) -> Path:
        return Path(place)

    def take(self, told: Sequence[Told], shapes: Sequence[str]) -> dict[str, str]:
        digests = {}
        for name, place, digest, joined in _parts(told, shapes):
            if joined:
                _append(self.staging / name, Path(place))
            else:
                files.move(place, files.absolute(self.staging / name))
                digests[name] = digest
        return digests

    def commit(self, inputs: Iterable[dict[str, Any]], known: Mapping[str, str]) -> None:
        self._directory.commit(inputs, known)


class _There:
    """A run directory behind a URI; renames there are of single files, and `manifest.json` is the last of them."""

    def __init__(self, out: str, folder: Path) -> None:
        self._out, self._folder = out.rstrip("/"), folder
        self.staging = folder / "staging"
        self.local_scratch = folder / "driver"
        self.staging.mkdir()
        self.local_scratch.mkdir()
        self.scratch = files.inside(self._out, f".copydesk-scratch-{uuid4().hex[:12]}")
        self._moves: list[tuple[str, str]] = []
        files.make_folder(self._out, parents=True)
        files.make_folder(self.scratch)

    def fetched(self, place: str, name: str) -> Path:
        path = self.local_scratch / name
        files.fetch(place, path)
        return path

    def take(self, told: Sequence[Told], shapes: Sequence[str]) -> dict[str, str]:
        digests = {}
        for name, place, digest, joined in _parts(told, shapes):
            if joined:
                _append(self.staging / name, self.fetched(place, "part"))
                continue
            if not name.startswith(_RECORDS):
                files.fetch(place, self.staging / name)
            self._moves.append((place, files.inside(self._out, name)))
            digests[name] = digest
        return digests

    def commit(self, inputs: Iterable[dict[str, Any]], known: Mapping[str, str]) -> None:
        write_manifest(self.staging, inputs, known)
        written_before = self._written_before()
        for name in (*reversed(LAST), *written_before):
            files.remove_file(files.inside(self._out, name))
        for place, target in self._moves:
            files.move(place, target)
        single = sorted(file.name for file in self.staging.iterdir() if file.is_file() and file.name not in LAST)
        for name in (*single, *LAST):
            files.put(self.staging / name, files.inside(self._out, name))

    def _written_before(self) -> list[str]:
        """The files of an earlier run there, by its own manifest: nothing else is ours to remove."""
        with suppress(OSError), files.reading(files.inside(self._out, "manifest.json")) as file:
            return files_of_a_run(file.read())
        return []


def _append(path: Path, part: Path) -> None:
    with path.open("ab") as whole, part.open("rb") as file:
        shutil.copyfileobj(file, whole)
