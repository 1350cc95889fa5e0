"""What is open and what is counted while a run goes on: inputs in, records and tables out."""

import base64
import json
import shutil
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.writers import Outputs
from copydesk.baseline import Ledger
from copydesk.batch.outcomes import outcomes
from copydesk.contract import Contract
from copydesk.engines.checking import Checked, settle
from copydesk.engines.crew import Crew, Judged
from copydesk.engines.examples import Examples
from copydesk.engines.gathering import Gathering
from copydesk.engines.live import Live
from copydesk.engines.tables import ARTICLES, outcome_columns, rule_slugs
from copydesk.engines.tally import Tally
from copydesk.errors import InputError
from copydesk.findings import FINDINGS
from copydesk.provenance.provjson import ProvenanceFile
from copydesk.rundir import digest
from copydesk.syndication.copies import Copies
from copydesk.tablefile import Table

Progress = Callable[[str, int, int | None], None]
"""Told of (the input's name, its bytes read so far, its size if known) after every batch."""


class _Part(NamedTuple):
    """A batch of an input, and how its records are written again."""

    entry: Input
    shape: Shape
    batch: RawBatch


class _Batches(NamedTuple):
    """Batches that are judged together: as they were read, and as one frame."""

    parts: list[_Part]
    scraped: pl.DataFrame


class Work:
    """The open outputs and the counts of a run, or of a share of one."""

    def __init__(
        self, contract: Contract, staging: Path, started: datetime, crew: Crew, keep: bool, live: Live | None = None
    ) -> None:
        self.tally = Tally()
        self.provenance: ProvenanceFile | None = None
        self.copies: Copies | None = None
        self.ledger = Ledger.of(contract.baseline)
        self._suppressed_ids = pl.Series([name for name, _ in contract.suppress], dtype=pl.String()).unique()
        self._crew, self._keep, self._live, self._staging = crew, keep, live, staging
        self._fields = FieldMap(contract.fields)
        self._rules = rule_slugs(contract)
        self._outputs = Outputs(staging)
        self._articles = Table(staging / "articles.parquet", ARTICLES)
        self._findings = Table(staging / "findings.parquet", FINDINGS)
        self._outcomes = Table(staging / "outcomes.parquet", outcome_columns(contract))
        self._examples = Examples(staging / "examples.parquet", contract.catalogue)
        self._unreadable = (staging / "unreadable.jsonl").open("w", encoding="utf-8")
        self._kept: list[Checked] = []
        self._gathered: list[_Part] = []
        self._gathering = Gathering()
        self._pending: deque[tuple[_Batches, Future[Judged]]] = deque()

    def take(self, entry: Input, progress: Progress) -> str | None:
        """Reads and checks one input; returns what went wrong with it, if anything did."""
        before, error, shape = self.tally.read, None, None
        try:
            with (self._live.reading if self._live else reading)(entry, self._fields) as (stream, read):
                shape = read.shape
                self.take_all(entry, read, lambda: progress(entry.name, stream.consumed, stream.size))
                whole = (
                    _digest_of(entry.file) if entry.database else ""
                )  # `verify` finds the file, but not the rows read of it
                sha256 = whole or stream.sha256() or digest(entry.path or Path())
        except InputError as broken:
            error = str(broken)
            sha256 = _digest_of(entry.file)
        records = self.tally.read - before
        if not records and error is None:
            error = f"{entry.name}: there is no record in it"
        form = "database" if shape and entry.database else shape.format if shape else None
        self.tally.inputs.append({"path": entry.name, "sha256": sha256, "records": records, "format": form})
        return error

    def take_all(self, entry: Input, read: Reading, told: Callable[[], None] = lambda: None) -> None:
        """Judges and writes what ``read`` gives of ``entry``; its numbers begin where those of what was read before end. Some of
        it may wait for the next input, or for `finish`."""
        self._open_outputs(read.shape)
        for batch in read.batches:
            self._read_batch(_Part(entry, read.shape, batch))
            for done, judged in self._crew.finished(self._pending):
                self._take_batches(done, judged)
            told()

    def finish(self) -> None:
        """Judges and writes what waits."""
        self._examine()
        while self._pending:
            done, answer = self._pending.popleft()
            self._take_batches(done, answer.result())

    def _open_outputs(self, shape: Shape) -> None:
        """Both outputs exist from the start, so that a run without quarantined records says so with an empty file."""
        for verdict in ("accepted", "quarantined"):
            self._outputs.writer(shape, verdict)

    def _read_batch(self, part: _Part) -> None:
        """Counts a batch and has it judged, together with those before it while they are small."""
        entry, _, batch = part
        numbers = [*batch.numbers[:1], *(bad.number for bad in batch.unreadable[:1])]
        start = self.tally.read - min(numbers)  # the run's number of the input's first record
        self.tally.read += batch.size
        for note in sorted(batch.notes):
            self.tally.notes.setdefault(f"{entry.name}: {note}")
        self._write_unreadable(entry, batch.unreadable, start)
        if batch.numbers:
            scraped = batch.placed(start).with_columns(
                pl.lit(entry.name).alias("input"), pl.Series("position", list(batch.positions), pl.Int64())
            )
            self._gathered.append(part)
            self._gathering.take(scraped)
        # in a stream nobody waits for what may never come
        if self._live is not None or self._gathering.enough:
            self._examine()

    def _examine(self) -> None:
        if self._gathered:
            batches = _Batches(self._gathered, self._gathering.all())
            self._gathered = []
            self._pending.append((batches, self._crew.examine(batches.scraped)))

    def _take_batches(self, batches: _Batches, judged: Judged) -> None:
        """Settles and writes batches, in the order of the inputs."""
        examined, facts = judged
        checked = settle(examined, self.ledger)
        self.tally.add(checked)
        articles = checked.articles
        ids = articles["article_id"]
        self.tally.suppressed_ids_seen.update(ids.filter(ids.is_in(self._suppressed_ids.implode())).to_list())
        first = 0
        for entry, shape, batch in batches.parts:
            verdicts = articles["verdict"].slice(first, len(batch.numbers))
            first += len(batch.numbers)
            for verdict in ("accepted", "quarantined"):
                rows = (verdicts == verdict).arg_true().to_list()
                self._outputs.write(shape, batch, verdict, rows, entry.file_name)
        self._articles.write(articles)
        if self.provenance is not None:
            self.provenance.write(articles)
        self._findings.write(checked.findings)
        self._examples.take(batches.scraped, checked)
        self._outcomes.write(outcomes(facts, articles["verdict"], checked.failures, self._rules))
        if self._keep:
            self._kept.append(checked)
        if self._live is not None:
            self._outputs.flush()
            self._live.checked(checked)

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
        if self._live is not None:
            self._unreadable.flush()

    def close(self) -> None:
        """Finishes all files."""
        self.finish()
        self._outputs.close()
        for table in (self._articles, self._findings, self._outcomes, self._examples):
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


def _digest_of(path: Path | None) -> str:
    """The digest of an input that broke; empty of one that there is not, or that may not be read."""
    try:
        return digest(path) if path is not None and path.is_file() else ""
    except OSError:
        return ""
