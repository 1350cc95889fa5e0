"""Looks names up in threads of their own: ``getaddrinfo`` cannot be interrupted, and a hanging one must hold up nobody."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final

Resolve = Callable[[str, int], Sequence[str]]

KEPT: Final = 60.0
"""Seconds that an answer, good or bad, is believed: as long as Chrome's own cache keeps names whose lifetime it is not told."""

THREADS: Final = 16
"""Look-ups at once. One that hangs blocks its thread for as long as the system's resolver tries (30 seconds are usual)."""


def addresses_of(host: str, port: int) -> Sequence[str]:
    """All addresses of ``host``, as IP literals."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Names:
    """The name service of a run. ``resolve`` is what it asks, to be replaced in tests of rebinding."""

    def __init__(self, resolve: Resolve = addresses_of) -> None:
        self._resolve = resolve
        self._known: dict[tuple[str, int], tuple[float, Future[Sequence[str]]]] = {}
        self._waiting: queue.SimpleQueue[tuple[str, int, Future[Sequence[str]]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = self._busy = 0

    def look_up(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """The addresses of ``host``; raises socket.gaierror where there are none, TimeoutError after ``seconds``."""
        try:
            return self._asked(host, port).result(seconds)
        except UnicodeError as error:  # a label that is too long for the name service
            raise socket.gaierror(socket.EAI_NONAME, "no host name") from error

    def _asked(self, host: str, port: int) -> Future[Sequence[str]]:
        now = time.monotonic()
        with self._lock:
            end, known = self._known.get((host, port), (0.0, None))
            if known is not None and (now < end or not known.done()):
                return known
            if len(self._known) > 100_000:  # a run over very many hosts
                self._known.clear()
            answer: Future[Sequence[str]] = Future()
            self._known[host, port] = now + KEPT, answer
            self._busy += 1
            if self._threads < min(self._busy, THREADS):
                self._threads += 1
                threading.Thread(target=self._work, name="origin-names", daemon=True).start()
        self._waiting.put((host, port, answer))
        return answer

    def _work(self) -> None:
        while True:
            host, port, answer = self._waiting.get()
            try:
                answer.set_result(self._resolve(host, port))
            except Exception as error:
                if getattr(error, "errno", None) == socket.EAI_AGAIN:  # it may work in a moment
                    with self._lock:
                        self._known.pop((host, port), None)
                answer.set_exception(error)
            with self._lock:
                self._busy -= 1
