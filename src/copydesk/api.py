"""The Python interface: `check` files, `split` frames."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import polars as pl

from copydesk import contract as contracts
from copydesk.articles.frame import FIELDS
from copydesk.articles.inputs import expand
from copydesk.baseline import Ledger
from copydesk.encoding import SURROGATE
from copydesk.engines.local import Result, run
from copydesk.errors import InputError, UsageError
from copydesk.origin.means import Means

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


Frame = TypeVar("Frame", "pl.DataFrame", "pd.DataFrame", "pa.Table")


@dataclass(frozen=True)
class Run:
    """A finished check.

    ``findings`` has the columns of `findings.parquet`; ``accepted`` and ``quarantined`` are frames of canonical
    articles, body included, in input order. ``path`` is the run directory, if one was asked for.
    """

    result: Result
    path: Path | None

    @property
    def passed(self) -> bool:
        """Whether the gate passed."""
        return self.result.passed

    @property
    def summary(self) -> dict[str, Any]:
        """What `summary.json` holds."""
        return self.result.summary

    @property
    def findings(self) -> pl.DataFrame:
        """One row per finding."""
        return cast(pl.DataFrame, self.result.findings)

    @cached_property
    def accepted(self) -> pl.DataFrame:
        """The articles without a finding of severity error."""
        return self._with("accepted")

    @cached_property
    def quarantined(self) -> pl.DataFrame:
        """The articles with a finding of severity error."""
        return self._with("quarantined")

    def _with(self, verdict: str) -> pl.DataFrame:
        articles = cast(pl.DataFrame, self.result.articles)
        return articles.filter(pl.col("verdict") == verdict).select("record", *FIELDS)


def check(
    inputs: str | Path | Sequence[str | Path],
    contract: str | Path | None = None,
    out: str | Path | None = None,
    online: bool = False,
    baseline: str | Path | None = None,
    jobs: int | None = None,
    warc: str | Path | Sequence[str | Path] = (),
    record: str | Path | None = None,
    history: str | Path | None = None,
) -> Run:
    """Checks files, folders or globs; with ``out`` the run directory is written there, reports included.

    ``baseline`` names the file of findings that are known and do not count; ``jobs`` is how many processes judge a long input
    (None: one for each core). ``warc`` are files of captures that are looked up before the network is asked, ``record`` is the
    WARC file that keeps what the network answered. ``history`` is the file that keeps the counts of runs, with which this one is
    compared (docs/history.md); without it none is kept, whatever the contract says.

    Raises InputError where an input could not be read: its message names the file. (With ``out`` given, what was
    readable has been written then.)
    """
    names, captures = ([given] if isinstance(given, str | Path) else given for given in (inputs, warc))
    means = Means(online, tuple(map(Path, captures)), None if record is None else Path(record))
    read = contracts.with_options(contracts.read(contract, means.asked), None, baseline)
    entries = expand([str(name) for name in names])
    with tempfile.TemporaryDirectory(prefix="copydesk-") as scratch:
        folder = Path(out) if out is not None else Path(scratch)
        kept = None if history is None else Path(history)
        result = run(entries, read, folder, means=means, keep=True, jobs=jobs, history=kept)
    if result.input_errors:
        raise InputError("\n".join(result.input_errors))
    return Run(result, Path(out) if out is not None else None)


def split(frame: Frame, contract: str | Path | None = None) -> tuple[Frame, Frame, Frame]:
    """Splits a frame of scraped articles into (accepted, quarantined, findings), all of the same kind as ``frame``.

    ``frame`` is a polars or pandas frame or an Arrow table, with any field names that copydesk or the contract knows.
    The rows of both parts are the frame's own, unchanged and in order.
    """
    from copydesk.articles.fields import FieldMap
    from copydesk.articles.parquet import frame_of
    from copydesk.engines.checking import settle
    from copydesk.engines.judging import Judge
    from copydesk.engines.surveying import survey_frame

    read = contracts.read(contract)
    articles, judge = frame_of(_readable(frame), FieldMap(read.fields)), Judge(read, datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="copydesk-") as scratch:
        judge.survey = survey_frame(articles, read, judge, Path(scratch))
        checked = settle(judge.examine(articles)[0], Ledger.of(read.baseline))
    good = (checked.articles["verdict"] == "accepted").to_list()
    bad = [not accepted for accepted in good]
    return _rows(frame, good), _rows(frame, bad), _like(frame, checked.findings)


def _readable(frame: Any) -> "pa.Table":
    """``frame`` as an Arrow table whose columns have names of their own. Raises UsageError."""
    import pyarrow as pa

    names = [str(name) for name in getattr(frame, "column_names", getattr(frame, "columns", ()))]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"several columns are called {', '.join(twice)[:120]}; rename them")
    try:
        return _arrow(frame)
    except UnicodeEncodeError as error:  # in pandas, whose texts are Python's
        half = f"{error.object[error.start]!a}, half a character"
        column = next(name for name, values in frame.items() if any(map(_is_half, (name, *values))))
        raise UsageError(f"the column {column!a} holds {half}, which no file can hold: take it out") from None
    except (pa.ArrowException, TypeError) as error:
        said = ": ".join(map(str, reversed(error.args)))[:300]
        raise UsageError(
            f"{said}; a column must hold values of one kind that Arrow knows: make them text, or drop it"
        ) from None


def _is_half(value: object) -> bool:
    """Whether a value of a column is text that UTF-8 cannot say."""
    return isinstance(value, str) and SURROGATE.search(value) is not None


def _arrow(frame: Any) -> "pa.Table":
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, pl.DataFrame):
        return frame.to_arrow()
    if type(frame).__module__.partition(".")[0] == "pandas":
        return pa.Table.from_pandas(frame, preserve_index=False)
    raise UsageError(f"split takes a polars or pandas frame or an Arrow table, not {type(frame).__name__}")


def _rows(frame: Any, mask: list[bool]) -> Any:
    import pyarrow as pa

    from copydesk.articles.parquet import taken

    if isinstance(frame, pl.DataFrame):
        return frame.filter(pl.Series(mask, dtype=pl.Boolean()))
    if isinstance(frame, pa.Table):
        return taken(frame, [number for number, wanted in enumerate(mask) if wanted])
    return frame[np.array(mask, dtype=bool)]  # an empty list would choose no columns


def _like(frame: Any, findings: pl.DataFrame) -> Any:
    import pyarrow as pa

    if isinstance(frame, pl.DataFrame):
        return findings
    return findings.to_arrow() if isinstance(frame, pa.Table) else findings.to_pandas()
