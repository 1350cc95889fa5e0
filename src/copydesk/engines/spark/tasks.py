"""What executors do, each task with one share of the input: look at it, gather texts of shared pages, judge it; and what
is done for copies (`copydesk.engines.spark.comparing`).

A task leaves files in a folder that has the attempt's own name, and answers with one row. Spark hands the driver the answer of
one attempt per task, however often it was tried and by however many executors at a time: what the others left is never looked
at. An error that every attempt would meet is an answer too, so that it is not tried again.
"""

import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import polars as pl
import pyarrow as pa

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input
from copydesk.baseline import Ledger
from copydesk.engines.crew import Crew
from copydesk.engines.judging import Judge
from copydesk.engines.spark import files
from copydesk.engines.spark.attempts import Told, answer, leaving
from copydesk.engines.spark.bands import Sketched
from copydesk.engines.spark.comparing import compare, credit, heard
from copydesk.engines.spark.job import Job, known
from copydesk.engines.spark.plan import opened
from copydesk.engines.spark.shares import lasting, scraped
from copydesk.engines.spark.tallies import as_told, reduced
from copydesk.engines.tally import run_id
from copydesk.engines.work import Work
from copydesk.errors import CopydeskError, InputError
from copydesk.furniture.siblings import SHARED
from copydesk.notes import Notes
from copydesk.origin.means import OFFLINE
from copydesk.provenance.provjson import ProvenanceFile
from copydesk.vocabulary import using


def task(name: str, scratch: str) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """What `mapInArrow` is given: the function ``name`` of this module, for the job in ``scratch``."""
    return partial(_answers, name, scratch)


def _answers(name: str, scratch: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    work = {"look": look, "texts": texts, "credit": credit, "compare": compare, "judge": judge}[name]
    for batch in batches:
        for task in batch.column(0).to_pylist():
            yield answer(*_told(work, scratch, task))


def _told(work: Callable[[Job, int, Path], Told], scratch: str, task: int) -> tuple[int, Told]:
    number = -1 - task
    try:
        job = known(scratch)
        _settle_down()
        number = job.numbers[task]
        with leaving(scratch, number) as (folder, left):
            told = work(job, number, folder)
            return number, {**told, "folder": left()}
    except CopydeskError as error:
        return number, {"error": str(error), "kind": type(error).__name__}


@cache
def _settle_down() -> None:
    """Contract and vocabulary stay for the life of the process: looking through them for garbage is 3 % of the time."""
    gc.freeze()


def look(job: Job, number: int, folder: Path) -> Told:
    """How many records and lines a share has, and digests of whole inputs; files of `Notes` where the contract surveys, and
    of `Sketched` where it asks for copies."""
    share = job.shares[number]
    if share.digest:
        return {"digests": {piece.entry: files.digest(piece.place)[0] for piece in share.pieces}}
    judge = Judge(job.contract, job.started)
    notes = Notes(folder) if job.contract.surveys else None
    sketched = Sketched(folder) if job.contract.syndicates else None
    first, guessed, lines, pieces, digests = 0, False, 0, [], {}
    for piece in share.pieces:
        records, error, start, said = 0, None, first, dict[str, None]()
        try:
            with opened(piece, FieldMap(job.contract.fields)) as found:
                for batch in found.reading.batches:
                    said.update(dict.fromkeys(sorted(batch.notes)))
                    if notes is not None and batch.numbers:
                        noted = judge.note(batch.placed(start))
                        notes.take(noted[:2])
                        if sketched is not None:
                            sketched.take((noted[2], noted[3]))
                    records += batch.size
                    first += batch.size
                guessed, lines = guessed or found.guessed, found.lines
        except InputError as broken:
            error = lasting(broken)
        if piece.whole:
            digests[piece.entry] = files.digest(piece.place)[0]
        pieces.append({"entry": piece.entry, "records": records, "error": error, "notes": list(said)})
    if notes is not None:
        notes.close()
    if sketched is not None:
        sketched.close()
    return {"pieces": pieces, "guessed": guessed, "lines": lines, "digests": digests}


def texts(job: Job, number: int, folder: Path) -> Told:
    """The texts of URLs that several records of the run share: `texts.parquet`, and how many bytes there are of them."""
    assert job.survey is not None
    parts, size = [], 0
    for kept, bytes_ in job.survey.bodies(scraped(job, number)):
        parts.append(kept)
        size += bytes_
    (pl.concat(parts) if parts else pl.DataFrame(schema=SHARED)).write_parquet(folder / "texts.parquet")
    return {"bytes": size}


def judge(job: Job, number: int, folder: Path) -> Told:
    """Judges a share and leaves its part of every file of the run; answers with what it counted and the files' digests."""
    contract = replace(job.contract, baseline=None)
    record, line = job.starts[number]
    with (
        using(contract.vocabulary),
        tempfile.TemporaryDirectory(prefix="copydesk-") as scratch,
        Crew(contract, job.started, Path(scratch), 1, OFFLINE, whole=False) as crew,
    ):
        if job.survey is not None:
            copies = heard(job, number, Path(scratch) / "copies") if contract.syndicates else None
            crew.learn(replace(job.survey, copies=copies))
        work = Work(contract, folder, job.started, crew, keep=False)
        work.tally.read = record
        if job.baseline:
            work.ledger = Ledger(Path(), reduced(job.baseline, job.spent.get(number, {})))
        if job.provenance:
            name = run_id(contract, job.started)
            work.provenance = ProvenanceFile(folder / "provenance.jsonl", name, job.started)
        for piece in job.shares[number].pieces:
            try:
                with opened(piece, FieldMap(contract.fields), line) as found:
                    work.take_all(Input(Path(piece.place), piece.name), found.reading)
            except InputError as broken:
                lasting(broken)  # `look` has told of it
        work.close()
    work.tally.read -= record
    prints = pl.read_parquet(folder / "findings.parquet", columns=["fingerprint"])["fingerprint"]
    known_ones = pl.Series([entry.fingerprint for entry in job.baseline], dtype=pl.String()).unique()
    met = prints.filter(prints.is_in(known_ones.implode())).value_counts()
    return {
        "tally": as_told(work.tally),
        "met": dict(met.iter_rows()),
        "seen": sorted(work.ledger.seen) if work.ledger is not None else [],
        "files": {file.name: files.digest(str(file)) for file in sorted(folder.iterdir())},
    }
