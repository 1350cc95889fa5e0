"""The local engine: streams batches through the checks on this machine; memory depends on the batch, not the input."""

import base64
import json
import shutil
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from copydesk import baseline
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading, spooled
from copydesk.articles.raw import RawBatch, Shape, Unreadable
from copydesk.articles.writers import Outputs
from copydesk.baseline import Ledger, notes, stale_suppressions
from copydesk.batch import suites
from copydesk.batch.outcomes import outcomes
from copydesk.contract import Contract
from copydesk.engines.checking import FINDINGS, Checked, settle
from copydesk.engines.crew import Crew, Judged, cores
from copydesk.engines.surveying import survey_inputs
from copydesk.engines.tally import Tally, run_id, summary_of
from copydesk.errors import InputError, OutputError, UsageError
from copydesk.gate import decide
from copydesk.origin.means import OFFLINE, Means
from copydesk.provjson import ProvenanceFile
from copydesk.rundir import RunDirectory, digest, write_json
from copydesk.syndication.copies import Copies
from copydesk.tablefile import Table
from copydesk.tables import ARTICLES, outcome_columns, rule_slugs
from copydesk.vocabulary import using

Progress = Callable[[str, int, int | None], None]
"""Told of (the input's name, its bytes read so far, its size if known) after every batch."""


@dataclass(frozen=True)
class Result:
    """A finished run: its summary, what could not be read, and (where kept) its articles and findings."""

    summary: dict[str, Any]
    input_errors: tuple[str, ...]
    articles: pl.DataFrame | None = None
    findings: pl.DataFrame | None = None

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
    progress: Progress = lambda name, done, size: None,
) -> Result:
    """Checks ``inputs`` against ``contract`` and writes the run directory ``out``, with ``jobs`` processes (None: one a core).

    An input that breaks is named in ``input_errors``, and what was read of it counts. Raises InputError where no record
    could be read at all; every other CopydeskError leaves nothing behind in ``out``.
    """
    _refuse_to_overwrite(inputs, out)
    if means.record is not None:
        _refuse_to_record_over(means.record, inputs, contract, out)
    batch_suites = [suites.read(path, contract.catalogue) for path in contract.suites]
    started = datetime.now(UTC)
    with (
        using(contract.vocabulary),
        RunDirectory(out) as directory,
        Crew(contract, started, directory.scratch, jobs or cores(), means, keep) as crew,
    ):
        try:
            work = _Work(contract, directory.staging, started, crew, keep)
            if means.asked or means.provenance:
                work.provenance = ProvenanceFile(
                    directory.staging / "provenance.jsonl", run_id(contract, started), started
                )
            if contract.surveys:
                inputs = [spooled(entry, directory.scratch) for entry in inputs]
                survey = survey_inputs(inputs, contract, crew, directory.scratch)
                crew.learn(survey)
                work.copies = survey.copies
            errors = [error for entry in inputs if (error := work.take(entry, progress))]
            errors += crew.origin.errors
            crew.dismiss()
            crew.origin.commit()
            work.close()
            work.tally.notes.update(dict.fromkeys(crew.origin.notes()))
            if not work.tally.read:
                raise InputError("\n".join(errors) or "the inputs hold no record")
            work.tally.notes.update(dict.fromkeys(_shared_ids(directory.staging / "articles.parquet")))
            results = suites.run(batch_suites, directory.staging / "outcomes.parquet", sum_articles(work.tally))
            decision = decide(contract.gate, work.tally.counts, work.tally.warned, results)
            captures = [{**entry, "sha256": digest(Path(entry["path"]))} for entry in crew.origin.captures]
            stale = stale_suppressions(work.tally.suppressed, contract.suppress, work.suppressed_ids_seen)
            work.tally.notes.update(dict.fromkeys(notes(work.ledger.summary() if work.ledger else None, stale)))
            summary = summary_of(contract, work.tally, started, results, decision, errors, work.ledger, stale, captures)
            summary["syndication"] = work.copies.counts() if work.copies else None
            write_json(directory.staging / "summary.json", summary)
            from copydesk.report import render

            render(directory.staging)
            directory.commit([*work.tally.inputs, *captures])
        except OSError as error:
            raise OutputError(f"{out}: cannot write there: {error.strerror or error}") from error
    return Result(summary, tuple(errors), *work.kept())


def _refuse_to_overwrite(inputs: Sequence[Input], out: Path) -> None:
    """An input inside the run directory could be replaced by the run's own output."""
    folder = out.resolve()
    for entry in inputs:
        if entry.path is not None and entry.path.resolve().is_relative_to(folder):
            raise UsageError(f"{entry.name} lies in the run directory {out}: choose another folder with -o")


def _refuse_to_record_over(record: Path, inputs: Sequence[Input], contract: Contract, out: Path) -> None:
    """A recording takes the place of nothing that the run reads, nor of the run's own files."""
    place = record.resolve()
    if place.is_relative_to(out.resolve()):
        raise UsageError(f"--record {record} lies in the run directory {out}, which holds the run's files only")
    if record.is_dir() or (record.exists() and not record.is_file()):
        raise UsageError(f"--record {record} is no file: name a file that ends in .warc.gz")
    needed = [contract.path, contract.baseline, contract.origin.cache, *contract.suites]
    read = [entry.path for entry in inputs] + [None if path is None else Path(path).expanduser() for path in needed]
    if any(path is not None and path.resolve() == place for path in read):
        raise UsageError(f"--record would write over {record}, which the run reads")


def _shared_ids(articles: Path) -> list[str]:
    """A note where several records have one id: findings then need the record's number to tell them apart."""
    records = pl.col("record")
    shared = (
        pl.scan_parquet(articles)
        .group_by("article_id")
        .agg(records.min().alias("first"), records.max().alias("last"), pl.len().alias("count"))
        .filter(pl.col("count") > 1)
        .sort("first")
        .collect()
    )
    if shared.is_empty():
        return []
    name, first, last, count = shared.row(0)
    what = "one id is" if shared.height == 1 else f"{shared.height:,} ids are"
    return [f"{what} shared by several records: {name!r} by {count:,}, the first is record {first}, the last {last}"]


def sum_articles(tally: Tally) -> int:
    """Readable records."""
    return tally.read - tally.unreadable


class _Work:
    """One run's open outputs and counts."""

    def __init__(self, contract: Contract, staging: Path, started: datetime, crew: Crew, keep: bool) -> None:
        self.tally = Tally()
        self.provenance: ProvenanceFile | None = None
        self.copies: Copies | None = None
        self.ledger = Ledger(contract.baseline, baseline.read(contract.baseline)) if contract.baseline else None
        self.suppressed_ids_seen: set[str] = set()
        self._suppressed_ids = pl.Series([name for name, _ in contract.suppress], dtype=pl.String()).unique()
        self._crew, self._keep, self._staging = crew, keep, staging
        self._fields = FieldMap(contract.fields)
        self._rules = rule_slugs(contract)
        self._outputs = Outputs(staging)
        self._articles = Table(staging / "articles.parquet", ARTICLES)
        self._findings = Table(staging / "findings.parquet", FINDINGS)
        self._outcomes = Table(staging / "outcomes.parquet", outcome_columns(contract))
        self._unreadable = (staging / "unreadable.jsonl").open("w", encoding="utf-8")
        self._kept: list[Checked] = []

    def take(self, entry: Input, progress: Progress) -> str | None:
        """Reads and checks one input; returns what went wrong with it, if anything did."""
        before, error, shape = self.tally.read, None, None
        try:
            with reading(entry, self._fields) as (stream, read):
                shape = read.shape
                self._open_outputs(read.shape)
                pending: deque[tuple[RawBatch, Future[Judged]]] = deque()
                try:
                    for batch in read.batches:
                        self._read_batch(entry, batch, pending)
                        for done, judged in self._crew.finished(pending):
                            self._take_batch(entry, read.shape, done, judged)
                        progress(entry.name, stream.consumed, stream.size)
                finally:  # what was read of a broken input counts
                    for done, answer in pending:
                        self._take_batch(entry, read.shape, done, answer.result())
                sha256 = stream.sha256() or digest(entry.path or Path())
        except InputError as broken:
            error = str(broken)
            sha256 = digest(entry.path) if entry.path is not None and entry.path.is_file() else ""
        records = self.tally.read - before
        if not records and error is None:
            error = f"{entry.name}: there is no record in it"
        form = shape.format if shape else None
        self.tally.inputs.append({"path": entry.name, "sha256": sha256, "records": records, "format": form})
        return error

    def _open_outputs(self, shape: Shape) -> None:
        """Both outputs exist from the start, so that a run without quarantined records says so with an empty file."""
        for verdict in ("accepted", "quarantined"):
            self._outputs.writer(shape, verdict)

    def _read_batch(self, entry: Input, batch: RawBatch, pending: "deque[tuple[RawBatch, Future[Judged]]]") -> None:
        """Counts a batch and has it judged."""
        numbers = [*batch.numbers[:1], *(bad.number for bad in batch.unreadable[:1])]
        start = self.tally.read - min(numbers)  # the run's number of the input's first record
        self.tally.read += batch.size
        for note in sorted(batch.notes):
            self.tally.notes.setdefault(f"{entry.name}: {note}")
        self._write_unreadable(entry, batch.unreadable, start)
        if batch.numbers:
            scraped = batch.scraped.with_columns(
                pl.Series("record", [start + number for number in batch.numbers], pl.Int64()),
                pl.lit(entry.name).alias("input"),
                pl.Series("position", list(batch.positions), pl.Int64()),
            )
            pending.append((batch, self._crew.examine(scraped)))

    def _take_batch(self, entry: Input, shape: Shape, batch: RawBatch, judged: Judged) -> None:
        """Settles and writes a batch, in the order of the input."""
        examined, facts = judged
        checked = settle(examined, self.ledger)
        self.tally.add(checked)
        articles = checked.articles
        ids = articles["article_id"]
        self.suppressed_ids_seen.update(ids.filter(ids.is_in(self._suppressed_ids.implode())).to_list())
        for verdict in ("accepted", "quarantined"):
            rows = (articles["verdict"] == verdict).arg_true().to_list()
            self._outputs.write(shape, batch, verdict, rows, entry.file_name)
        self._articles.write(articles)
        if self.provenance is not None:
            self.provenance.write(articles)
        self._findings.write(checked.findings)
        self._outcomes.write(outcomes(facts, articles["verdict"], checked.failures, self._rules))
        if self._keep:
            self._kept.append(checked)

    def _write_unreadable(self, entry: Input, unreadable: Sequence[Unreadable], first: int) -> None:
        for bad in unreadable:
            line: dict[str, Any] = {
                "record": first + bad.number,
                "input": entry.name,
                "position": bad.position,
                "reason": bad.reason,
            }
            try:
                line["raw"] = bad.raw.decode("utf-8")
            except UnicodeDecodeError:
                line["raw_base64"] = base64.b64encode(bad.raw).decode("ascii")
            self._unreadable.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.tally.unreadable += len(unreadable)

    def close(self) -> None:
        """Finishes all files."""
        self._outputs.close()
        for table in (self._articles, self._findings, self._outcomes):
            table.close()
        self._unreadable.close()
        if self.provenance is not None:
            self.provenance.close()
        if self.copies is not None:
            shutil.copyfile(self.copies.table, self._staging / self.copies.table.name)

    def kept(self) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
        """Articles and findings of the whole run, if they were to be kept in memory."""
        if not self._keep:
            return None, None
        articles = [batch.articles for batch in self._kept]
        findings = [batch.findings for batch in self._kept]
        return (
            pl.concat(articles) if articles else pl.DataFrame(schema=ARTICLES),
            pl.concat(findings) if findings else pl.DataFrame(schema=FINDINGS),
        )
