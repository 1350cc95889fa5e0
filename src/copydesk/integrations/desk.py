"""A run inside a program that produces items: it is fed item by item and completes its folder at the end."""

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from copydesk import contract as contracts
from copydesk.articles.inputs import Input
from copydesk.articles.items import line_of
from copydesk.articles.raw import RawBatch
from copydesk.batch.groups import UNKNOWN_SOURCE
from copydesk.checker import Finding, finding_of
from copydesk.engines.checking import Checked
from copydesk.engines.live import RECORDS, Live
from copydesk.engines.local import Result, run


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one item: whether it is accepted, its source, and all findings."""

    accepted: bool
    source: str
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that do not hold, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))

    def as_tag(self) -> dict[str, Any]:
        """What an item is tagged with."""
        return {"verdict": "accepted" if self.accepted else "quarantined", "rules": list(self.rules)}


class Desk:
    """Judges items in a thread of its own, in batches as `copydesk.engines.live` gathers them, and writes the run directory
    ``out``. ``name`` is what the run calls its input. A failure of the run is the answer to every item that waits or comes.
    """

    reason = None

    def __init__(self, contract: str | Path | None, out: Path, name: str) -> None:
        self._contract, self._out, self._name = contracts.read(contract), out, name
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._waiting: deque[Future[Judgement]] = deque()
        self._lock = Lock()  # lines and those who wait for them stand in one order
        self._over = self._closed = False
        self._result: Future[Result] = Future()
        self._result.set_running_or_notify_cancel()  # nobody who waits for it can cancel the run
        Thread(target=self._work, name="copydesk", daemon=True).start()

    def put(self, item: object) -> Future[Judgement]:
        """Hands an item in. Raises UsageError where it is none (see `copydesk.articles.items.line_of`)."""
        line, answer = line_of(item), Future[Judgement]()
        with self._lock:
            if self._result.done() and (failure := self._result.exception()):
                answer.set_exception(failure)
            elif self._closed:
                answer.set_exception(RuntimeError("the run is over: nothing is handed in after close"))
            else:
                self._waiting.append(answer)
                self._lines.put(line)
        return answer

    def close(self) -> Future[Result]:
        """Ends the run: what it came to, when its folder is complete."""
        with self._lock:
            self._closed = True
            self._lines.put(None)
        return self._result

    def receive(self, seconds: float | None) -> list[bytes] | None:
        """See `copydesk.engines.live.Source`."""
        lines: list[bytes] = []
        while not self._over and len(lines) < RECORDS:
            try:
                line = self._lines.get_nowait() if lines else self._lines.get(timeout=seconds)
            except Empty:
                break
            self._over = line is None
            lines += () if line is None else (line,)
        return None if self._over and not lines else lines

    def rest(self) -> bytes:
        """See `copydesk.engines.live.Source`."""
        return b""

    def _work(self) -> None:
        try:
            result = run([Input(None, self._name)], self._contract, self._out, live=Live(self, self._settle))
        except BaseException as error:  # whatever it is, nobody may wait for ever
            with self._lock:
                self._result.set_exception(error)
            for answer in self._waiting:
                if answer.set_running_or_notify_cancel():
                    answer.set_exception(error)
        else:
            with self._lock:
                self._result.set_result(result)

    def _settle(self, batch: RawBatch, checked: Checked | None) -> None:
        """Answers those who wait for the records of ``batch``."""
        judged = {} if checked is None else _judgements(checked)
        unreadable = {bad.number: bad.reason for bad in batch.unreadable}
        for number in sorted([*judged, *unreadable]):
            answer = self._waiting.popleft()
            if answer.set_running_or_notify_cancel():
                answer.set_result(judged.get(number) or Judgement(False, UNKNOWN_SOURCE, ()))


def _judgements(checked: Checked) -> Mapping[int, Judgement]:
    """Judgements by the number of their record; findings that a baseline knows are none."""
    found: dict[int, list[Finding]] = {}
    for row in checked.findings.iter_rows(named=True):
        if not row["baseline"]:
            found.setdefault(row["record"], []).append(finding_of(row))
    known = checked.articles.select("record", "verdict", "source").iter_rows()
    return {
        number: Judgement(verdict == "accepted", source or UNKNOWN_SOURCE, tuple(found.get(number, ())))
        for number, verdict, source in known
    }
