"""One run on Spark, seen from the driver: plan, look, survey, judge, settle the baseline, and put everything in its place.

What comes back from tasks is bounded by rules, sources and tasks; records, findings and notes stay in files.
"""

import dataclasses
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk import baseline
from copydesk.articles.fields import FieldMap
from copydesk.baseline import Ledger
from copydesk.contract import Contract
from copydesk.engines.conclusion import Conclusion
from copydesk.engines.local import Result
from copydesk.engines.spark import files
from copydesk.engines.spark.asking import Asker
from copydesk.engines.spark.attempts import Told
from copydesk.engines.spark.bands import Looked
from copydesk.engines.spark.copying import find
from copydesk.engines.spark.output import Destination, destination
from copydesk.engines.spark.plan import LARGEST, SMALLEST, Piece, Plan, Share, found, plan, undivided
from copydesk.engines.spark.tallies import add, overdrawn
from copydesk.engines.tally import Tally
from copydesk.errors import UsageError
from copydesk.survey import Survey, surveyed
from copydesk.vocabulary import using

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CONCLUDING = Lock()
"""Great Expectations keeps its context for the whole process: runs of one session that go on side by side take turns."""


def run_in(
    session: "SparkSession",
    inputs: Sequence[str],
    contract: Contract,
    out: str,
    *,
    format_name: str | None = None,
    provenance: bool = False,
    history: Path | None = None,
    share: int | None = None,
) -> Result:
    """Checks ``inputs`` against ``contract`` and writes the run directory ``out``, a path that all machines share or a URI.

    ``share`` is how many bytes of input one task gets (None: four tasks a core, 4 to 64 MB each); findings do not depend on
    it. ``history`` is the database of earlier runs, on the driver's disk. Raises what `copydesk.engines.local.run` raises.
    """
    started = datetime.now(UTC)
    conclusion = Conclusion(contract, Path(out), started, history)
    entries = found(inputs, format_name)
    _refuse_to_overwrite(entries, out)
    size = share or _share(entries, session.sparkContext.defaultParallelism)
    with using(contract.vocabulary), destination(out) as target:
        run = _Run(session, contract, started, target, plan(entries, FieldMap(contract.fields), size), size)
        run.look()
        told = run.judge(provenance)
        errors = run.errors()
        digests = target.take(told, [share.shape for share in run.plan.shares])
        with _CONCLUDING:
            summary = conclusion.conclude(target.staging, run.tally, run.ledger, errors, [])
        target.commit(run.tally.inputs, digests)
    return Result(summary, tuple(errors), history_error=conclusion.enter())


def _share(entries: Sequence[Any], cores: int) -> int:
    total = sum(files.size(entry.place) or 0 for entry in entries if entry.problem is None)
    return min(LARGEST, max(SMALLEST, total // (4 * cores)))


def _refuse_to_overwrite(entries: Sequence[Any], out: str) -> None:
    folder = out if files.is_uri(out) else str(Path(out).resolve())
    for entry in entries:
        place = entry.place if files.is_uri(entry.place) else str(Path(entry.place).resolve())
        if place.startswith(folder.rstrip("/") + "/"):
            raise UsageError(f"{entry.name} lies in the run directory {out}: choose another folder with -o")


class _Run:
    """What the driver knows of a run while it lasts."""

    def __init__(
        self,
        session: "SparkSession",
        contract: Contract,
        started: datetime,
        target: Destination,
        planned: Plan,
        size: int,
    ) -> None:
        self.plan, self.tally = planned, Tally()
        entries = tuple(baseline.read(contract.baseline)) if contract.baseline else ()
        self.ledger = Ledger(contract.baseline, entries) if contract.baseline else None
        self._entries = entries
        self._asker = Asker(session, contract, started, target)
        self._contract, self._target, self._size = contract, target, size
        self._looked: list[Told] = []
        self._starts: tuple[tuple[int, int], ...] = ()

    def look(self) -> None:
        """Counts and surveys the inputs: which record of the run each share begins with."""
        digests = self._digest_shares()
        answers = self._asker.ask("look", (*self.plan.shares, *digests))
        looked = [answers[number] for number in range(len(self.plan.shares))]
        sums = {entry: sum_ for told in answers.values() for entry, sum_ in told["digests"].items()}
        looked = self._read_guessed_by_one(looked)
        self._stop_at_breaks(looked)
        record, starts = 0, []
        line: Counter[int] = Counter()
        for share, told in zip(self.plan.shares, self._looked, strict=True):
            starts.append((record, 1 + line[share.pieces[0].entry]))
            record += sum(piece["records"] for piece in told["pieces"])
            line[share.pieces[0].entry] += told["lines"]
        self._starts = tuple(starts)
        self._asker.learn(starts=self._starts)
        self._tell_inputs({int(entry): sum_ for entry, sum_ in sums.items()})
        if self._contract.surveys and record:
            self._survey()
            if self._contract.syndicates:
                self._find_copies()

    def _digest_shares(self) -> list[Share]:
        """Inputs that no single task reads whole."""
        whole = {piece.entry for share in self.plan.shares if not share.divided for piece in share.pieces}
        return [
            Share((Piece(number, entry.name, entry.place, "", 0),), digest=True)
            for number, entry in enumerate(self.plan.entries)
            if number not in whole and entry.problem is None and files.size(entry.place) is not None
        ]

    def _read_guessed_by_one(self, looked: list[Told]) -> list[Told]:
        """A guessed encoding holds for the lines that follow: such inputs are read by one task from start to end."""
        by_entry = {
            share.pieces[0].entry
            for share, told in zip(self.plan.shares, looked, strict=True)
            if share.divided and told["guessed"]
        }
        if not by_entry:
            return looked
        before = dict(zip(self.plan.shares, looked, strict=True))
        for entry in sorted(by_entry):
            self.plan = undivided(self.plan, entry)
        fresh = tuple(share for share in self.plan.shares if share not in before)
        answers = self._asker.ask("look", fresh)
        before.update({share: answers[number] for number, share in enumerate(fresh)})
        return [before[share] for share in self.plan.shares]

    def _stop_at_breaks(self, looked: list[Told]) -> None:
        """What follows a break in an input is not read, as it would not be by one process."""
        broken: set[int] = set()
        kept: list[tuple[Share, Told]] = []
        for share, told in zip(self.plan.shares, looked, strict=True):
            if share.divided and share.pieces[0].entry in broken:
                continue
            broken |= {piece["entry"] for piece in told["pieces"] if piece["error"]}
            kept.append((share, told))
        self.plan = dataclasses.replace(self.plan, shares=tuple(share for share, _ in kept))
        self._looked = [told for _, told in kept]

    def _tell_inputs(self, digests: dict[int, str]) -> None:
        records: Counter[int] = Counter()
        self._problems = dict(enumerate(self.plan.problems))
        formats = {piece.entry: piece.format for share in self.plan.shares for piece in share.pieces}
        for told in self._looked:
            for piece in told["pieces"]:
                entry = piece["entry"]
                records[entry] += piece["records"]
                self._problems[entry] = self._problems[entry] or piece["error"]
                name = self.plan.entries[entry].name
                self.tally.notes.update({f"{name}: {note}": None for note in piece["notes"]})
        for number, entry in enumerate(self.plan.entries):
            if not records[number] and self._problems[number] is None:
                self._problems[number] = f"{entry.name}: there is no record in it"
            self.tally.inputs.append(
                {
                    "path": entry.name,
                    "sha256": digests.get(number, ""),
                    "records": records[number],
                    "format": formats.get(number),
                }
            )

    def errors(self) -> list[str]:
        """What was wrong with inputs, in their order."""
        return [problem for _, problem in sorted(self._problems.items()) if problem is not None]

    def _survey(self) -> None:
        """Makes the survey out of the tasks' notes; texts of shared URLs are gathered by tasks as well."""
        folder = self._target.local_scratch
        parts: dict[str, list[pl.LazyFrame]] = {"pages": [], "lines": []}
        for number, (told, (first, _)) in enumerate(zip(self._looked, self._starts, strict=True)):
            for name, frames in parts.items():
                path = self._target.fetched(files.inside(told["folder"], f"{name}.parquet"), f"{number}-{name}.parquet")
                frames.append(pl.scan_parquet(path).with_columns(pl.col("record") + first))
        survey = surveyed(*map(pl.concat, parts.values()))
        self._save(survey, folder / "survey", "survey")
        if self._contract.judges and survey.shared.height:
            answers = self._asker.ask("texts", self.plan.shares)
            survey = survey.with_bodies(
                (pl.read_parquet(self._target.fetched(files.inside(told["folder"], "texts.parquet"), f"{number}-texts")),
                 told["bytes"])
                for number, told in sorted(answers.items())
            )  # fmt: skip
            self._save(survey, folder / "texts", "survey-texts")

    def _save(self, survey: Survey, folder: Path, name: str) -> None:
        survey.save(folder)
        place = files.inside(self._target.scratch, name)
        files.make_folder(place)
        names = sorted(file.name for file in folder.iterdir())
        for file in names:
            files.put(folder / file, files.inside(place, file))
        surveyed = files.inside(place, "names.json")
        files.write(surveyed, json.dumps(names).encode())
        self._asker.learn(surveyed=surveyed)

    def _find_copies(self) -> None:
        looked = Looked(
            self.plan.shares,
            tuple(first for first, _ in self._starts),
            tuple(told["folder"] for told in self._looked),
        )
        copies = find(self._asker, looked, self._target.local_scratch / "copies", self._size)
        shutil.copyfile(copies.table, self._target.staging / copies.table.name)
        self.tally.syndication = copies.counts()

    def judge(self, provenance: bool) -> list[Told]:
        """Judges every share; those that took too much of the baseline are judged again with what was left for them."""
        self._asker.learn(provenance=provenance, baseline=self._entries)
        answers = self._asker.ask("judge", self.plan.shares)
        if self.ledger is not None:
            met = {number: told["met"] for number, told in answers.items()}
            spent = overdrawn(self._entries, met)
            if spent:
                answers |= self._asker.ask("judge", self.plan.shares, sorted(spent), spent=spent)
            for told in answers.values():
                self.ledger.seen.update(told["seen"])
                for name, count in told["met"].items():
                    for _ in range(count):
                        self.ledger.takes(name)
        ordered = [answers[number] for number in range(len(self.plan.shares))]
        for told in ordered:
            add(self.tally, told["tally"])
        return ordered
