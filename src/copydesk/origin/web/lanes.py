"""Who is asked next: a lane per host, with its pace, and workers that take whatever is due, hosts in turn."""

import heapq
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from copydesk.captures.capture import Failure

Item = TypeVar("Item")
Reason = tuple[Failure, str]
"""Why a host is not asked any more."""


@dataclass(slots=True)
class Lane(Generic[Item]):
    """One host's queue. Times are those of `time.monotonic`."""

    host: str
    delay: float
    waiting: list[tuple[float, int, Item]] = field(default_factory=list)
    under_way: int = 0
    next: float = 0.0
    turn: int = -1
    """Which of its entries in the common queue counts; earlier ones are void."""
    silent: int = 0
    answered: bool = False
    closed: Reason | None = None


class Lanes(Generic[Item]):
    """The queues of all hosts. Any number of threads may call any method.

    At most ``per_host`` items of a host are under way at once, and ``delay`` seconds lie between two of them. After ``end``
    (`time.monotonic`) nothing waits any more: everything is handed out at once, for whoever takes it to see that it is over.
    """

    def __init__(self, per_host: int, delay: float, end: float | None = None) -> None:
        self._per_host, self._delay = per_host, delay
        self._end = float("inf") if end is None else end
        self._lanes: dict[str, Lane[Item]] = {}
        self._due: list[tuple[float, int, Lane[Item]]] = []
        self._order = count()
        self._changed = threading.Condition()
        self._open = 0
        self._watcher: int | None = None
        self._stopped = False

    def add(self, host: str, item: Item, due: float = 0.0) -> None:
        """Puts ``item`` into the queue of ``host``, not to be taken before ``due``."""
        with self._changed:
            lane = self._lane(host)
            heapq.heappush(lane.waiting, (due, next(self._order), item))
            self._open += 1
            self._queue(lane)

    def take(self) -> tuple[str, Item] | None:
        """The next (host, item) that is due, waited for; None when all items are done.

        Only one of the threads that wait has an alarm set, so that a pause does not wake them all.
        """
        with self._changed:
            while True:
                if not self._open or self._stopped:
                    self._changed.notify_all()
                    return None
                found = self._next()
                if isinstance(found, Lane):
                    return self._taken(found)
                if self._watcher is not None:
                    self._changed.wait()
                    continue
                self._watcher = me = threading.get_ident()
                try:
                    self._changed.wait(found)
                finally:
                    if self._watcher == me:
                        self._watcher = None

    def done(self, host: str) -> None:
        """What was taken from ``host`` has come back."""
        with self._changed:
            lane = self._lanes[host]
            lane.under_way -= 1
            self._open -= 1
            self._queue(lane)
            self._changed.notify()

    def pause(self, host: str, seconds: float) -> None:
        """Leaves ``host`` alone for ``seconds``."""
        with self._changed:
            lane = self._lane(host)
            lane.next = max(lane.next, time.monotonic() + seconds)

    def slow(self, host: str, delay: float) -> None:
        """Leaves at least ``delay`` seconds between two requests to ``host``."""
        with self._changed:
            lane = self._lane(host)
            if delay > lane.delay and lane.closed is None:
                lane.next = max(lane.next, time.monotonic() + delay)
                lane.delay = delay

    def heard(self, host: str, good: bool) -> tuple[int, bool]:
        """Notes whether ``host`` gave a usable answer; returns how many in a row were not, and whether any ever was."""
        with self._changed:
            lane = self._lane(host)
            lane.silent = 0 if good else lane.silent + 1
            lane.answered |= good
            return lane.silent, lane.answered

    def answered(self, host: str) -> None:
        """Notes that ``host`` has given a usable answer at some time."""
        with self._changed:
            self._lane(host).answered = True

    def close(self, host: str, why: Reason) -> None:
        """Nothing more is to be asked of ``host``, and `closed` says why; what waits there is due at once."""
        with self._changed:
            lane = self._lane(host)
            lane.closed = lane.closed or why
            lane.next = lane.delay = 0.0
            self._queue(lane)

    def closed(self, host: str) -> Reason | None:
        """Why ``host`` is not asked any more; None while it is."""
        with self._changed:
            return self._lane(host).closed

    def stop(self) -> None:
        """Ends it: whoever waits gets None."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _lane(self, host: str) -> Lane[Item]:
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = Lane(host, self._delay)
        return lane

    def _queue(self, lane: Lane[Item]) -> None:
        """Enters ``lane`` into the common queue with the time of its next item, if one may be taken."""
        if lane.waiting and lane.under_way < self._per_host:
            lane.turn = next(self._order)
            heapq.heappush(self._due, (self._ready(lane), lane.turn, lane))
            if self._due[0][2] is lane:
                self._watcher = None  # whoever wakes now sets the alarm anew
                self._changed.notify()

    def _ready(self, lane: Lane[Item]) -> float:
        return 0.0 if lane.closed else min(max(lane.next, lane.waiting[0][0]), self._end)

    def _next(self) -> Lane[Item] | float | None:
        """The lane whose turn it is, or the seconds until there may be one, or None if that cannot be said."""
        now = time.monotonic()
        while self._due:
            due, turn, lane = self._due[0]
            if turn != lane.turn:
                heapq.heappop(self._due)
            elif (ready := self._ready(lane)) > now:
                if ready == due:
                    return ready - now
                heapq.heapreplace(self._due, (ready, turn, lane))  # it was paused since
            else:
                heapq.heappop(self._due)
                return lane
        return None

    def _taken(self, lane: Lane[Item]) -> tuple[str, Item]:
        _, _, item = heapq.heappop(lane.waiting)
        lane.under_way += 1
        lane.turn = -1
        lane.next = max(lane.next, time.monotonic() + lane.delay)
        self._queue(lane)
        self._changed.notify()
        return lane.host, item
