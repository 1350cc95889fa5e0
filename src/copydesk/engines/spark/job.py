"""What the executors must know of a run: one JSON file in its scratch folder. Tasks are told where it lies, and nothing else.

So no object of this program is pickled: Spark ships the name of a function, a place and a number. The contract travels as
text, with the files that it names, and is read on each executor as it was read here.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from copydesk import __version__, contract
from copydesk.baseline import Entry
from copydesk.contract import Contract
from copydesk.engines.spark import files
from copydesk.engines.spark.plan import Piece, Share
from copydesk.errors import CopydeskError
from copydesk.survey import Survey
from copydesk.yamlfile import load

NAME = "job.json"


@dataclass(frozen=True)
class Job:
    """A run as tasks see it. ``scratch`` is where they leave what they make, ``numbers`` are the shares that the tasks
    of the job take, one each in this order, ``starts`` per share what stands before it:
    records of the run, and lines of its input; ``spent`` per share what earlier shares took of the ``baseline``; ``surveyed`` is
    the list of the survey's files, empty where there is none; ``handed`` is a folder with what the driver made for single
    tasks, ``folders`` are those that the tasks of an earlier job left, by their numbers."""

    scratch: str
    contract: Contract
    started: datetime
    shares: tuple[Share, ...]
    numbers: tuple[int, ...]
    starts: tuple[tuple[int, int], ...]
    spent: dict[int, dict[str, int]]
    baseline: tuple[Entry, ...]
    provenance: bool
    surveyed: str
    handed: str
    folders: tuple[str, ...]

    @cached_property
    def survey(self) -> Survey | None:
        """What the run has learned of all its articles, fetched when it is first asked for."""
        if not self.surveyed:
            return None
        with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
            for name in json.loads(_read(self.surveyed)):
                files.fetch(files.inside(self.surveyed.rpartition("/")[0], name), Path(folder, name))
            return Survey.load(Path(folder))  # it stays mapped when its files have gone

    def frame(self, name: str) -> pl.DataFrame:
        """One of the frames that the driver has handed to the tasks (see `hand`)."""
        return pl.read_parquet(BytesIO(_read(files.inside(self.handed, f"{name}.parquet"))))


def hand(place: str, frames: Iterable[tuple[str, pl.DataFrame]]) -> str:
    """Writes what tasks are handed, by its name, into the new folder ``place``, and returns that."""
    files.make_folder(place)
    for name, frame in frames:
        data = BytesIO()
        frame.write_parquet(data)
        files.write(files.inside(place, f"{name}.parquet"), data.getvalue())
    return place


def tell(
    scratch: str,
    read: Contract,
    started: datetime,
    shares: tuple[Share, ...],
    *,
    starts: tuple[tuple[int, int], ...] = (),
    spent: dict[int, dict[str, int]] | None = None,
    baseline: tuple[Entry, ...] = (),
    provenance: bool = False,
    surveyed: str = "",
    handed: str = "",
    folders: tuple[str, ...] = (),
    numbers: tuple[int, ...] = (),
) -> str:
    """Writes the job into the folder ``scratch`` and returns its place. Every job has a folder of its own."""
    told = {
        "versions": _versions(),
        "contract": {"path": files.absolute(Path(read.path)), "identity": read.identity},
        "rules": [files.absolute(path) for path in read.rules],
        "files": dict(_files(read)),
        "started": started.isoformat(),
        "shares": [asdict(share) for share in shares],
        "numbers": numbers,
        "starts": starts,
        "spent": spent or {},
        "baseline": [asdict(entry) for entry in baseline],
        "provenance": provenance,
        "surveyed": surveyed,
        "handed": handed,
        "folders": folders,
    }
    place = files.inside(scratch, NAME)
    files.write(place, json.dumps(told).encode())
    return place


@lru_cache(maxsize=4)
def known(scratch: str) -> Job:
    """The job in the folder ``scratch``; each Python process of an executor reads it once.

    Raises CopydeskError where this machine's copydesk, or its rules, are not those of the run.
    """
    told = json.loads(_read(files.inside(scratch, NAME)))
    if told["versions"] != _versions():
        raise CopydeskError(
            f"an executor has {_said(_versions())}, the driver {_said(told['versions'])}: install the same on all machines"
        )
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        root = Path(folder)
        for name, text in told["files"].items():
            place = _below(root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("utf-8", "surrogateescape"))
        rules = [_below(root, name) for name in told["rules"]]
        read = contract.read(_below(root, told["contract"]["path"]), rules=rules)
    if read.identity != told["contract"]["identity"]:
        raise CopydeskError(
            "the executors know other rules than the driver: declare them in files that the contract or --rules names, "
            "or install the package that has them on all machines"
        )
    shares = tuple(
        Share(tuple(Piece(**piece) for piece in share["pieces"]), share["shape"], share["digest"])
        for share in told["shares"]
    )
    return Job(
        scratch,
        read,
        datetime.fromisoformat(told["started"]),
        shares,
        tuple(told["numbers"]),
        tuple((record, line) for record, line in told["starts"]),
        {int(share): spent for share, spent in told["spent"].items()},
        tuple(Entry(**entry) for entry in told["baseline"]),
        told["provenance"],
        told["surveyed"],
        told["handed"],
        tuple(told["folders"]),
    )


def _files(read: Contract) -> Iterator[tuple[str, str]]:
    """The contract, the files that it names and those of further rules, by their absolute paths."""
    own = Path(read.path)
    data = load(own.read_text(encoding="utf-8"), read.path).data
    named = [*data.get("plugins", []), *data.get("suites", [])]
    named += [name for names in data.get("vocabulary", {}).values() for name in names]
    named += [data["baseline"]] if "baseline" in data else []
    for path in (own, *(own.parent / name for name in named), *read.rules):
        yield files.absolute(path), path.read_bytes().decode("utf-8", "surrogateescape")


def _below(root: Path, name: str) -> Path:
    return root / Path(name).relative_to(Path(name).anchor)


def _read(place: str) -> bytes:
    with files.reading(place) as file:
        return file.read()


def _versions() -> dict[str, str]:
    """What must be the same everywhere: polars' digests, by which URLs and lines are compared, change with its version."""
    return {"copydesk": __version__, "polars": pl.__version__}


def _said(versions: dict[str, Any]) -> str:
    return " and ".join(f"{name} {version}" for name, version in versions.items())
