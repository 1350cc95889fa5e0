"""Who judges a run's batches: this process, and once an input has proved long, processes beside it."""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import polars as pl

from copydesk.articles.inputs import Input, is_packed
from copydesk.contract import Contract
from copydesk.engines.checking import Examined
from copydesk.engines.judging import Judge
from copydesk.errors import WorkerError
from copydesk.origin.means import Means
from copydesk.origin.stage import OriginStage
from copydesk.processes.libraries import ONE_THREAD
from copydesk.processes.process import Process
from copydesk.survey import Survey

LONG: Final = 10_000
"""Records after which processes are started: one takes about as long to start as these to judge."""

_RECORD: Final = 4_000
"""Bytes of a record, and a tenth of them where it is packed: whether inputs will turn out `LONG` is seen by their size."""

Judged = tuple[Examined, pl.DataFrame]
_AHEAD: Final = 3
"""Batches that each process has before it: it finishes two while this one judges a third and writes what came back."""

T = TypeVar("T")
W = TypeVar("W")


class Crew:
    """Judges batches, several at a time once there are ``jobs`` processes, of which this is one; answers are futures.

    ``whole`` asks for all columns of the articles and not only `copydesk.engines.tables.NEEDED`; ``folder`` is for what processes
    hand to each other. Use it as a context manager: leaving it ends the processes.
    """

    def __init__(
        self, contract: Contract, started: datetime, folder: Path, jobs: int, means: Means, whole: bool
    ) -> None:
        self._judge = Judge(contract, started, means, folder)
        self._contract, self._started, self._folder, self._whole = contract, started, folder, whole
        self._jobs = 1 if means.asked else jobs  # one process asks the web, so that it keeps its manners
        self._seen = 0
        self._survey: str | None = None
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._greeted: list[Future[bool]] = []
        self._under_way: list[Future[Any]] = []

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()
        self.origin.close()

    def dismiss(self) -> None:
        """Ends the processes, whatever they are doing."""
        for worker in self._workers:
            worker.stop()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        self._workers, self._threads, self._jobs = [], None, 1

    def foresee(self, inputs: Sequence[Input]) -> None:
        """Starts processes at once where ``inputs`` are so large that they will be needed: meanwhile this one reads."""
        files = [entry.path for entry in inputs if entry.path is not None and entry.problem is None]
        records = sum(file.stat().st_size * (10 if is_packed(file) else 1) for file in files) // _RECORD
        if self._jobs > 1 and records > LONG:
            self._start()

    @property
    def jobs(self) -> int:
        """How many processes may judge."""
        return self._jobs

    @property
    def seen(self) -> int:
        """The records of all batches so far."""
        return self._seen

    @property
    def origin(self) -> OriginStage:
        """What asks for the original URLs; it belongs to this process."""
        return self._judge.origin

    def finished(self, pending: "deque[tuple[W, Future[T]]]") -> "Iterator[tuple[W, T]]":
        """Takes answers from the left of ``pending`` that are there, or must be waited for lest too many pile up.

        One more than the processes have before them is left, so that this one judges a batch while the oldest is waited for.
        """
        while pending and (pending[0][1].done() or len(pending) > _AHEAD * len(self._workers) + 1):
            what, answer = pending.popleft()
            yield what, answer.result()

    def answers(self, asked: "Iterable[Future[T]]") -> Iterator[T]:
        """What is ``asked`` one after the other, answered in that order, while the next are asked."""
        pending: deque[tuple[None, Future[T]]] = deque()
        for answer in asked:
            pending.append((None, answer))
            for _, found in self.finished(pending):
                yield found
        for _, answer in pending:
            yield answer.result()

    def learn(self, survey: Survey) -> None:
        """Tells everyone what the run has learned of all its articles; nothing may be under way."""
        self._judge.survey = survey
        if self._jobs > 1:
            self._survey = str(self._folder / "survey")
            survey.save(Path(self._survey))

    def look(self, scraped: pl.DataFrame) -> "Future[tuple[pl.DataFrame, ...]]":
        """See `Judge.look`."""
        return self._told("look", scraped) if self._takes(0) else _done(self._judge.look(scraped))

    def note(self, scraped: pl.DataFrame) -> "Future[tuple[pl.DataFrame, ...]]":
        """See `Judge.note`."""
        return self._told("note", scraped) if self._takes(scraped.height) else _done(self._judge.note(scraped))

    def examine(self, scraped: pl.DataFrame) -> "Future[Judged]":
        """See `Judge.examine`."""
        if not self._takes(scraped.height):
            return _done(self._judge.examine(scraped))
        return self._submit(lambda: self._examine(scraped))

    def _takes(self, records: int) -> bool:
        """Whether processes take the next batch; starts them where it is time to."""
        self._seen += records
        if self._jobs > 1 and self._seen > LONG and self._threads is None:
            self._start()
        self._under_way = [answer for answer in self._under_way if not answer.done()]
        # batches wait for each process, so that none is idle while this one judges a batch itself
        return len(self._under_way) < _AHEAD * len(self._workers) and self._ready()

    def _start(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            while len(self._workers) < self._jobs - 1:
                self._workers.append(_Worker(self._contract, self._started, self._folder))
        except OSError:  # Python is embedded in another program, or there may be no further processes
            self.dismiss()
            return
        # two for each process: while one waits for an answer, the other hands over the next batch
        self._threads = ThreadPoolExecutor(2 * len(self._workers), thread_name_prefix="crew")
        self._greeted = [self._threads.submit(worker.greet) for worker in self._workers]
        for worker in 2 * self._workers:
            self._idle.put(worker)

    def _ready(self) -> bool:
        """Whether all processes are there and know the same rules: those that a program declared itself they cannot."""
        return all(greeted.done() and greeted.result() for greeted in self._greeted)

    def _submit(self, task: Callable[[], T]) -> "Future[T]":
        assert self._threads is not None
        answer = self._threads.submit(task)
        self._under_way.append(answer)
        return answer

    def _told(self, task: str, scraped: pl.DataFrame) -> "Future[tuple[pl.DataFrame, ...]]":
        """The frames that another process makes of a batch."""
        return self._submit(lambda: tuple(self._ask(task, scraped)[1]))

    def _examine(self, scraped: pl.DataFrame) -> Judged:
        header, (articles, findings, facts) = self._ask("examine", scraped)
        suppressed = Counter({(article, rule): count for article, rule, count in header["suppressed"]})
        return Examined(articles, findings, Counter(header["checked"]), suppressed), facts

    def _ask(self, task: str, scraped: pl.DataFrame) -> tuple[dict[str, Any], list[pl.DataFrame]]:
        worker = self._idle.get()
        try:
            return worker.ask({"task": task, "survey": self._survey, "whole": self._whole}, (self._folder, [scraped]))
        finally:
            self._idle.put(worker)


class _Worker(Process):
    """One process that judges batches (`copydesk.engines.worker`)."""

    def __init__(self, contract: Contract, started: datetime, folder: Path) -> None:
        self._contract, self._started, self._folder = contract, started, folder
        super().__init__("copydesk.engines.worker", ONE_THREAD)

    def greet(self) -> bool:
        """Whether the process has read the same contract and knows the same rules; waits until it has started."""
        with suppress(WorkerError):
            hello = {
                "contract": self._contract.path,
                "rules": list(map(str, self._contract.rules)),
                "started": self._started.isoformat(),
                "folder": str(self._folder),
            }
            return bool(self.ask(hello)[0]["identity"] == self._contract.identity)
        return False


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _done(value: T) -> "Future[T]":
    future: Future[T] = Future()
    future.set_result(value)
    return future
