"""One run's dealings with the history: compared with what was before, then entered. Nothing here can fail the run."""

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from copydesk import __version__
from copydesk.contract import Contract
from copydesk.history import store, trends
from copydesk.history.database import HistoryError, opened
from copydesk.history.drift import Found, find
from copydesk.history.drifts import Comparison
from copydesk.history.measures import Measures, RunFacts, facts, measure
from copydesk.history.unusual import range_of

_TROUBLE = (
    HistoryError,
    OSError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    sqlite3.Error,
    pl.exceptions.PolarsError,
)
"""What a file that holds anything at all can lead to."""


@dataclass(slots=True)
class Keeper:
    """The history at ``path`` (None: none is kept), for one run of ``contract``."""

    path: Path | None
    contract: Contract
    run_id: str
    started: datetime
    _entry: tuple[RunFacts, Measures, Found] | None = field(default=None, init=False)

    def compare(
        self, run: Path, rules: Sequence[str], inputs: Sequence[Mapping[str, Any]], complete: bool, counts: Mapping[str, int]
    ) -> Comparison:  # fmt: skip
        """Compares the run whose tables are in the folder ``run`` with earlier ones, and writes `trends.parquet` there.

        ``rules`` are the slugs of the contract's rules, ``inputs`` and ``counts`` as in `summary.json`; ``complete``
        says whether all inputs were
        read to their end. Where the history cannot be used, a note says why.
        """
        if self.path is None:
            return Comparison()
        if self.path.resolve().is_relative_to(run.parent.resolve()):
            return Comparison(
                notes=[f"the history {self.path} lies in the run directory, which holds one run only: none is kept"]
            )
        try:
            told = facts(self.contract, self.run_id, self.started, __version__, inputs, complete, counts)
            measures = measure(run, rules)
            with opened(self.path) as connection:
                return self._compared(connection, run, told, measures)
        except _TROUBLE as error:
            (run / "trends.parquet").unlink(missing_ok=True)
            return Comparison(notes=[_note(self.path, error)])

    def _compared(self, connection: sqlite3.Connection, run: Path, told: RunFacts, measures: Measures) -> Comparison:
        runs = store.earlier(connection, told.series, told.started, told.inputs, measures.sources["source"])
        with np.errstate(all="ignore"):
            past = store.past(connection, told.series, runs, measures.sources["source"])
            found = find(connection, past, told, measures)
        trends.write(run / "trends.parquet", connection, runs, told, measures, found.drift)
        history = {
            "database": str(self.path),
            "series": told.series,
            "runs": len(runs),
            "previous": store.previous(connection, told.series, told.started),
            "usual": _usual(runs),
        }
        notes = list(found.notes)
        if runs and runs[-1].version != __version__ and found.drift:
            notes.append(
                f"earlier runs were made by copydesk {runs[-1].version[:40]}: what drifts may be the rules, and not the sources"
            )
        self._entry = (told, measures, found)
        return Comparison(history, [entry.summary() for entry in found.drift], notes)

    def enter(self, passed: bool) -> str | None:
        """Enters the run that was compared, now that it is complete; returns a note where that could not be done."""
        if self.path is None or self._entry is None:
            return None
        told, measures, found = self._entry
        try:
            with opened(self.path) as connection:
                store.enter(connection, told, measures, found.drift, passed)
                if found.settled:
                    store.accept(connection, told.series, found.settled, datetime.now(UTC))
        except _TROUBLE as error:
            return _note(self.path, error) + "; this run is not in it"
        return None


def _usual(runs: Sequence[store.EarlierRun]) -> dict[str, list[float]] | None:
    """Where the shares of quarantined records of nine in ten earlier runs lie; None before there are three."""
    shares = [run.counts["quarantined"] / run.counts["read"] for run in runs if run.counts["read"] > 0]
    if len(shares) < 3:
        return None
    low, high = range_of(np.array(shares).clip(0, 1))
    return {"quarantined_share": [low, high]} if math.isfinite(low + high) else None


def _note(path: Path, error: Exception) -> str:
    if isinstance(error, HistoryError):
        return str(error)
    return (
        f"the history {path} holds what no run has written ({type(error).__name__}: {str(error)[:200]}): move it away"
    )
