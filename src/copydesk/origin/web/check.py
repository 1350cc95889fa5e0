"""Asks whether original URLs resolve, each once, and tells alive, failing, dead, blocked and unknown apart."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from copydesk.captures.capture import Capture, Failure
from copydesk.origin.manners import Manners
from copydesk.origin.status import evidence
from copydesk.origin.web import patience
from copydesk.origin.web.cache import Cache, Known, kept, renewed
from copydesk.origin.web.fetch import Fetcher, Journey, host_of
from copydesk.origin.web.guard import Guard
from copydesk.origin.web.lanes import Lanes
from copydesk.origin.web.names import Resolve, addresses_of
from copydesk.origin.web.permission import Permissions
from copydesk.urls import url as urls

Status = Literal["alive", "failing", "dead", "blocked", "unknown"]

IDLE: Final = 512
"""Connections that may be kept alive: half of the files that systems let a process have open by default."""

_AWAKE: Final = 0.2
"""Seconds after which the thread that waits for the others looks whether the run was interrupted."""

Handle = Callable[[Capture], bytes | None]
"""Makes of a capture with its body what is kept of the page. Called in the threads that fetch, a few at a time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a URL. ``capture`` is without its body, whose digest (hex) is ``sha256``."""

    status: Status
    detail: str
    capture: Capture
    sha256: str | None = None

    @property
    def final_url(self) -> str:
        """Where redirects led."""
        return self.capture.final_url


@dataclass(slots=True)
class _Task:
    """A URL on its way: what was known of it, the journey under way, and what came of the last one."""

    url: str
    known: Known | None
    journey: Journey
    tries: int = 0
    last: Capture | None = None


class OriginChecker:
    """Asks for URLs through one cache, several at a time but few at one host.

    ``handle`` makes the page's dump from a capture, and ``page_format`` names its form: dumps of another form count as absent.
    ``record`` is told of every answer with its body; then no answer of an earlier run is used, since none has a body any more.
    ``resolve`` is the name service and ``clock`` the time of day, both to be replaced in tests.
    """

    def __init__(
        self,
        manners: Manners,
        resolve: Resolve = addresses_of,
        handle: Handle | None = None,
        page_format: str | None = None,
        clock: Callable[[], float] = time.time,
        record: Callable[[Capture], None] | None = None,
    ) -> None:
        self._record = record
        self._manners, self._handle, self._clock = manners, handle if manners.recognise else None, clock
        self._page_format = page_format if self._handle else None
        self._started = datetime.fromtimestamp(clock(), UTC).timestamp()  # rounded as what is stored is
        self._end = None if manners.budget is None else time.monotonic() + manners.budget
        self.cache = Cache(manners.cache)
        self._fetcher = Fetcher(
            Guard(manners.allow_networks, resolve), manners.introduction, allow=manners.allow_networks,
            pools=max(2 * manners.concurrency, IDLE // manners.per_host), per_host=manners.per_host,
        )  # fmt: skip
        self._permissions = None
        if manners.robots == "obey":
            self._permissions = Permissions(self._fetcher, self.cache, manners.token, manners.retries)
        self._lanes: Lanes[_Task] = Lanes(manners.per_host, manners.delay, self._end)
        self._parsing = threading.Semaphore(os.cpu_count() or 1)  # each holds a page and its tree in memory
        self._known: dict[str, Known] = {}
        self._crash: BaseException | None = None

    @property
    def fetcher(self) -> Fetcher:
        """What asks the network, with its guard and its connections."""
        return self._fetcher

    @property
    def end(self) -> float:
        """When the run's time is over, by `time.monotonic`; infinite without a budget."""
        return float("inf") if self._end is None else self._end

    def close(self) -> None:
        """Closes connections and cache."""
        self._fetcher.close()
        self.cache.close()

    def check(self, wanted: Iterable[str]) -> dict[str, Answer]:
        """The answers for ``wanted``, normal forms free of `copydesk.urls.url.Problem`; see `settle` for what is gone."""
        asked = {url: urls.asked(url) for url in dict.fromkeys(wanted)}
        self._known = {}
        tasks = []
        for url in dict.fromkeys(asked.values()):
            known = self.cache.get(url)
            if known is not None and self._usable(known):
                self._known[url] = known
                if not patience.transient(known.capture):
                    self._lanes.answered(host_of(known.capture.final_url))
            else:
                tasks.append(_Task(url, known, self._journey(url, known)))
        self._work_off(tasks)
        return {url: self._answer(self._known[key]) for url, key in asked.items()}

    def settle(self, answer: Answer, gone: str | None) -> Answer:
        """``answer`` once the page has been looked at: with the reason why it is gone, or None because it is there.

        Failures count only if three days lie between them; `dead_after` of them are dead, fewer are failing.
        """
        url, at = answer.capture.url, answer.capture.fetched_at
        if gone is None:
            self.cache.found(url)
            return answer
        self.cache.gone(url, at, gone)
        failures = self.cache.failures(url)
        if len(failures) >= self._manners.dead_after:
            since = f" since {failures[0][0]:%Y-%m-%d}" if len(failures) > 1 else ""
            return replace(answer, status="dead", detail=f"{gone}{since}, asked {len(failures)} times")
        told = f"{gone}, failure {max(len(failures), 1)} of {self._manners.dead_after} before it counts as dead"
        return replace(answer, status="failing", detail=told)

    def _answer(self, known: Known) -> Answer:
        said, words = evidence(known.capture)
        if said != "gone":
            answer = Answer(said, words, known.capture, known.sha256)
            return self.settle(answer, None) if said == "alive" and self._handle is None else answer
        return self.settle(Answer("failing", words, known.capture, known.sha256), words)

    def _usable(self, known: Known) -> bool:
        if self._page_format is not None and known.page_format != self._page_format:
            return False
        return known.asked_at >= self._started or (self._record is None and known.fresh(self._clock()))

    def _journey(self, url: str, known: Known | None) -> Journey:
        same = known is not None and known.page_format == self._page_format and self._record is None
        validators = known.validators if known and same else None
        return Journey(url, self._manners.timeout, "GET" if self._manners.recognise else "HEAD", validators)

    def _work_off(self, tasks: list[_Task]) -> None:
        for task in tasks:
            self._lanes.add(task.journey.host, task)
        count = min(self._manners.concurrency, len(tasks))
        threads = [threading.Thread(target=self._work, name=f"origin-{n}", daemon=True) for n in range(count)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():  # a wait without end is not always interrupted by a signal
                    thread.join(_AWAKE)
        except BaseException:
            self._lanes.stop()
            raise
        if self._crash is not None:
            raise self._crash

    def _work(self) -> None:
        while (taken := self._lanes.take()) is not None:
            host, task = taken
            try:
                self._advance(host, task)
            except BaseException as error:
                self._crash = self._crash or error
                self._lanes.stop()
            finally:
                self._lanes.done(host)

    def _advance(self, host: str, task: _Task) -> None:
        """Takes ``task`` further: to an answer, to another host, or back into the queue."""
        left = self._manners.timeout if self._end is None else self._end - time.monotonic()
        closed: tuple[Failure, str] | None = self._lanes.closed(host)
        if left <= 0:
            closed = ("unasked", "the run's time was over")
        if closed is not None:
            self._finish(task, task.last or task.journey.ended(*closed))
            return
        task.journey.left = min(task.journey.left, left)
        capture = self._asked(host, task.journey)
        if capture is None:
            self._lanes.add(task.journey.host, task)
        elif capture.failure == "timeout" and self._end is not None and time.monotonic() >= self._end:
            self._finish(task, replace(capture, failure="unasked", detail="the run's time was over"))
        elif self._again(host, task, capture):
            due = time.monotonic() + patience.pause(task.tries)
            task.tries, task.last, task.journey = task.tries + 1, capture, self._journey(task.url, task.known)
            self._lanes.add(host_of(task.url), task, due)
        else:
            self._finish(task, capture)

    def _asked(self, host: str, journey: Journey) -> Capture | None:
        """Follows ``journey`` while it stays with ``host``, as far as robots.txt allows; None where another host begins."""
        while journey.host == host:
            if self._permissions is not None:
                refusal, delay = self._permissions.ask(journey.at, journey.left)
                self._lanes.slow(host, delay)
                if refusal is not None:
                    return replace(refusal, url=journey.url, hops=tuple(journey.hops))
                self._lanes.answered(host)
            if (capture := self._fetcher.hop(journey)) is not None:
                return capture
        return None

    def _again(self, host: str, task: _Task, capture: Capture) -> bool:
        """Whether ``task`` is worth another try; a host that fails for many URLs in a row is given up."""
        unsettled = (
            capture.failure == "robots" and self._permissions is not None
            and not self._permissions.settled(capture.final_url)
        )  # fmt: skip
        failing = patience.transient(capture) or unsettled
        if not task.tries or not failing:
            silent, answered = self._lanes.heard(host, not failing)
            if silent >= (patience.FALLEN_SILENT if answered else patience.SILENT):
                reason: Failure = "refusing" if capture.status == 429 else "unasked"
                words = evidence(capture)[1]
                self._lanes.close(host, (reason, f"not asked: {silent} other pages of the host in a row gave: {words}"))
        if patience.busy(capture):
            rest = patience.retry_after(capture) or 0.0
            if rest > patience.LONGEST:
                reason = "refusing" if capture.status == 429 else "unasked"
                self._lanes.close(host, (reason, f"not asked: the host wants {rest:.0f} s of rest"))
                return False
            self._lanes.pause(host, max(rest, patience.pause(task.tries)))
        return failing and task.tries < self._manners.retries

    def _finish(self, task: _Task, capture: Capture) -> None:
        if self._record is not None:
            self._record(capture)
        if capture.failure in ("unasked", "refusing"):  # says nothing that a later run could use
            self._known[task.url] = Known(capture, None, 0.0, None)
            return
        at = datetime.fromtimestamp(self._clock(), UTC)
        if capture.status == 304 and task.known is not None:
            self.cache.renew(task.url, at)
            self._known[task.url] = renewed(task.known, at)
            return
        page = None
        if self._handle is not None and capture.body:
            with self._parsing:
                page = self._handle(capture)
        facts = replace(capture, body=b"", headers=kept(capture.headers), fetched_at=at)
        known = Known(facts, capture.sha256, at.timestamp(), self._page_format)
        self.cache.put(known, page)
        self._known[task.url] = known
