"""Asks executors: tells them of a job, and takes one answer for each of its tasks."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk.contract import Contract
from copydesk.engines.spark import files, job
from copydesk.engines.spark.attempts import ANSWER, Told
from copydesk.engines.spark.output import Destination
from copydesk.engines.spark.plan import Share
from copydesk.engines.spark.tasks import task
from copydesk.errors import CopydeskError, InputError, RuleError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class Asker:
    """Asks the executors of ``session`` about one run of ``contract`` that goes to ``target``."""

    def __init__(self, session: "SparkSession", contract: Contract, started: datetime, target: Destination) -> None:
        self._session, self._target = session, target
        self._contract, self._started = contract, started
        self._known: dict[str, Any] = {}
        self._jobs = 0

    def learn(self, **known: Any) -> None:
        """What every later job is told (see `copydesk.engines.spark.job.Job`)."""
        self._known |= known

    def ask(
        self, name: str, shares: tuple[Share, ...], numbers: Sequence[int] | None = None, **more: Any
    ) -> dict[int, Told]:
        """The answers of the tasks ``name``, one for each of ``numbers`` (None: the shares'), by these."""
        chosen = list(range(len(shares))) if numbers is None else list(numbers)
        if not chosen:
            return {}
        scratch = self.tell(name, shares, chosen, **more)
        answers = self.answers(self.tasks(len(chosen)).mapInArrow(task(name, scratch), ANSWER))
        if sorted(answers) != chosen:
            raise CopydeskError(f"Spark answered for {len(answers)} of {len(chosen)} tasks")
        return answers

    def tell(self, name: str, shares: tuple[Share, ...], numbers: Sequence[int], **more: Any) -> str:
        """Tells of a job; returns the folder in which it lies, which is its own."""
        self._jobs += 1
        scratch = files.inside(self._target.scratch, f"{self._jobs}-{name}")
        files.make_folder(scratch)
        job.tell(scratch, self._contract, self._started, shares, numbers=tuple(numbers), **{**self._known, **more})
        return scratch

    def hand(self, name: str, frames: Iterable[tuple[str, pl.DataFrame]]) -> str:
        """Puts ``frames`` where tasks find them by their names (`Job.frame`); returns the folder ``name``."""
        return job.hand(files.inside(self._target.scratch, name), frames)

    def fetched(self, folder: str, file: str, number: int) -> Path:
        """What the task ``number`` left in ``folder`` as ``file``, on this machine."""
        return self._target.fetched(files.inside(folder, file), f"{number}/{file}")

    def tasks(self, count: int) -> "DataFrame":
        """A frame of the numbers below ``count``, each in a partition of its own."""
        return self._session.range(0, count, 1, count)

    def answers(self, frame: "DataFrame") -> dict[int, Told]:
        """What tasks answer (`ANSWER`). Raises the first of the errors among them, in their order."""
        try:
            rows = frame.collect()
        except Exception as error:  # Spark has tried all it is told to try
            raise CopydeskError(f"Spark gave up: {_reason(error)}") from error
        answers = {row["share"]: json.loads(row["told"]) for row in rows}
        for _, told in sorted(answers.items()):
            if "error" in told:
                raise {"RuleError": RuleError, "InputError": InputError}.get(told["kind"], CopydeskError)(told["error"])
        return answers


def _reason(error: Exception) -> str:
    """The last line of Python's own words in Spark's report, or its first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = [line for line in lines if "Error: " in line and not line.startswith(("at ", "org.apache"))]
    if any("No module named 'copydesk'" in line for line in lines):
        return "the executors cannot import copydesk: install it there, or ship an environment (docs/scale.md)"
    return (own[-1] if own else lines[0] if lines else type(error).__name__)[:500]
