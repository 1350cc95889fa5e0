"""The local engine: streams batches through the checks on this machine; memory depends on the batch, not the input."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from copydesk.articles.inputs import Input, spooled
from copydesk.contract import Contract
from copydesk.engines.conclusion import Conclusion
from copydesk.engines.crew import Crew, cores
from copydesk.engines.live import Live, note_on
from copydesk.engines.surveying import survey_inputs
from copydesk.engines.work import Progress, Work
from copydesk.errors import OutputError, UsageError
from copydesk.origin.means import OFFLINE, Means
from copydesk.provenance.provjson import ProvenanceFile
from copydesk.rundir import RunDirectory, digest
from copydesk.vocabulary import using


@dataclass(frozen=True)
class Result:
    """A finished run: its summary, what could not be read, (where kept) its articles and findings, and why it could not be
    entered into the history, if it could not."""

    summary: dict[str, Any]
    input_errors: tuple[str, ...]
    articles: pl.DataFrame | None = None
    findings: pl.DataFrame | None = None
    history_error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the gate passed."""
        return bool(self.summary["gate"]["passed"])


def run(
    inputs: Sequence[Input],
    contract: Contract,
    out: Path,
    *,
    means: Means = OFFLINE,
    keep: bool = False,
    jobs: int | None = None,
    history: Path | None = None,
    progress: Progress = lambda name, done, size: None,
    live: Live | None = None,
) -> Result:
    """Checks ``inputs`` against ``contract`` and writes the run directory ``out``, with ``jobs`` processes (None: one a core).

    ``history`` is the database of earlier runs: this one is compared with them, and entered once it is complete.

    An input that breaks is named in ``input_errors``, and what was read of it counts. Raises InputError where no record
    could be read at all; every other CopydeskError leaves nothing behind in ``out``.

    With ``live`` the one input is read as it comes, in this process.
    """
    if live is not None:
        live.notes += filter(None, [note_on(contract)])
        contract, jobs = contract.alone(), 1
    _refuse_to_overwrite(inputs, out)
    if means.record is not None:
        _refuse_to_record_over(means.record, inputs, contract, out)
    started = datetime.now(UTC)
    conclusion = Conclusion(contract, out, started, history)
    with (
        using(contract.vocabulary),
        conclusion,
        RunDirectory(out) as directory,
        Crew(contract, started, directory.scratch, jobs or cores(), means, keep) as crew,
    ):
        try:
            if live is None:
                crew.foresee(inputs)
            work = Work(contract, directory.staging, started, crew, keep, live)
            if means.asked or means.provenance:
                work.provenance = ProvenanceFile(directory.staging / "provenance.jsonl", conclusion.run_id, started)
            copied = contract.surveys and live is None
            inputs = [spooled(entry, directory.scratch) if copied or entry.database else entry for entry in inputs]
            states = [_state(entry) for entry in inputs]
            if copied:
                survey = survey_inputs(inputs, contract, crew, directory.scratch)
                crew.learn(survey)
                work.copies = survey.copies
                if crew.jobs > 1:
                    conclusion.foresee(crew.seen)
            errors = [error for entry in inputs if (error := work.take(entry, progress))]
            work.finish()
            work.tally.note(_changed(inputs, states))
            errors += crew.origin.errors
            crew.dismiss()
            crew.origin.commit()
            work.close()
            work.tally.note([*crew.origin.notes(), *(live.notes if live else ())])
            captures = [{**entry, "sha256": digest(Path(entry["path"]))} for entry in crew.origin.captures]
            work.tally.syndication = work.copies.counts() if work.copies else None
            summary = conclusion.conclude(directory.staging, work.tally, work.ledger, errors, captures)
            directory.commit([*work.tally.inputs, *captures])
        except OSError as error:
            raise OutputError(f"{out}: cannot write there: {error.strerror or error}") from error
    return Result(summary, tuple(errors), *work.kept(), conclusion.enter())


def _state(entry: Input) -> tuple[int, ...] | None:
    """What changes when somebody writes to an input's file or replaces it; None where there is none."""
    with suppress(OSError):
        if entry.path is not None and entry.path.is_file():
            told = entry.path.stat()
            return told.st_ino, told.st_size, told.st_mtime_ns
    return None


def _changed(inputs: Sequence[Input], states: Sequence[tuple[int, ...] | None]) -> list[str]:
    """What to say of inputs that are no longer in the ``states`` in which they were."""
    return [
        f"{entry.name}: it was changed while it was read: records may be missing or cut; check it again"
        for entry, state in zip(inputs, states, strict=True)
        if _state(entry) != state
    ]


def _refuse_to_overwrite(inputs: Sequence[Input], out: Path) -> None:
    """An input inside the run directory could be replaced by the run's own output."""
    folder = Path(os.path.realpath(out))  # not resolve(), which breaks at links that lead in circles
    for entry in inputs:
        if entry.file is not None and not entry.problem and Path(os.path.realpath(entry.file)).is_relative_to(folder):
            raise UsageError(f"{entry.name} lies in the run directory {out}: choose another folder with -o")


def _refuse_to_record_over(record: Path, inputs: Sequence[Input], contract: Contract, out: Path) -> None:
    """A recording takes the place of nothing that the run reads, nor of the run's own files."""
    place = record.resolve()
    if place.is_relative_to(out.resolve()):
        raise UsageError(f"--record {record} lies in the run directory {out}, which holds the run's files only")
    if record.is_dir() or (record.exists() and not record.is_file()):
        raise UsageError(f"--record {record} is no file: name a file that ends in .warc.gz")
    needed = [contract.path, contract.baseline, contract.origin.cache, *contract.suites]
    read = [entry.file for entry in inputs] + [None if path is None else Path(path).expanduser() for path in needed]
    if any(path is not None and path.resolve() == place for path in read):
        raise UsageError(f"--record would write over {record}, which the run reads")
