"""One deadline for a whole request, enforced from outside the thread that reads: look-up, connection, TLS, headers, body.

A time-out of a socket starts anew with every byte, so a server that drips holds a reader for ever. Here a single thread
watches over all requests and shuts the sockets of those whose time is over.
"""

import heapq
import socket
import threading
import time
from contextlib import suppress
from itertools import count
from typing import Final

FORGOTTEN: Final = 4096
"""Deadlines after which those that are closed are forgotten before their time."""


class Watchdog:
    """Ends deadlines when they pass: one thread for all of them, started with the first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Deadline]] = []
        self._order = count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, deadline: "Deadline") -> None:
        """Watches over ``deadline`` from now on."""
        with self._changed:
            if len(self._heap) >= FORGOTTEN:
                self._heap = [entry for entry in self._heap if not entry[2].closed]
                heapq.heapify(self._heap)
            heapq.heappush(self._heap, (deadline.end, next(self._order), deadline))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="origin-deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][2] is deadline:  # it passes before all others
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    self._changed.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
                _, _, deadline = heapq.heappop(self._heap)
            deadline.expire()


_WATCHDOG = Watchdog()


class Deadline:
    """``seconds`` for a request. Used as a context manager; afterwards nothing is shut any more."""

    def __init__(self, seconds: float, watchdog: Watchdog = _WATCHDOG) -> None:
        self.end = time.monotonic() + max(seconds, 0.0)
        self.passed = False
        self.closed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        watchdog.add(self)

    @property
    def left(self) -> float:
        """Seconds that remain, 0 when it has passed."""
        return 0.0 if self.passed else max(self.end - time.monotonic(), 0.0)

    def watch(self, opened: socket.socket) -> None:
        """Shuts ``opened`` when the time is over. A duplicate is kept: wrapping a socket in TLS takes its handle away."""
        twin = socket.fromfd(opened.fileno(), opened.family, opened.type, opened.proto)
        with self._lock:
            self._sockets.append(twin)
            if self.passed:
                _shut(twin)

    def expire(self) -> None:
        """The time is over."""
        with self._lock:
            if self.closed:
                return
            self.passed = True
            for opened in self._sockets:
                _shut(opened)

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(self, *problem: object) -> None:
        with self._lock:
            self.closed = True
            for opened in self._sockets:
                opened.close()
            self._sockets.clear()


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # the other side may have closed it already
        opened.shutdown(socket.SHUT_RDWR)
