"""Has pages extracted by trafilatura in processes of their own, each page under a bound of time and memory.

A page is hostile input for native parsers: there are some that take them minutes, or the process its life. Such a page costs
its own text, which is noted, and a new process. What a page gave is remembered for the run, since inputs are read twice.
"""

import atexit
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from queue import SimpleQueue
from typing import IO, Any, Final

from copydesk.errors import InputError

SECONDS: Final = 20.0
"""For one page; of 166 real ones none takes longer than two."""

SLOW: Final = f"not extracted: it took longer than {SECONDS:g} s"
BROKEN: Final = "not extracted: the extraction broke down"
NOTE: Final = "some pages have no body, for extracting their text broke down or took too long; their `extra` says so"

Answer = dict[str, str | None]
"""`text`, `title`, `author`, `date`, `sitename` as trafilatura gives them, `extractor`, `version`; or `failed`: why not."""

_SIZE: Final = 8


def demand(name: str) -> None:
    """Raises InputError where trafilatura is not installed, which the input ``name`` needs."""
    if find_spec("trafilatura") is None:
        raise InputError(f"{name}: web pages, whose text is extracted by trafilatura: pip install 'copydesk[html]'")


def extracted(pages: Iterable[tuple[str, str | None]]) -> Iterator[Answer]:
    """What trafilatura makes of each (page, its address), in order; several at a time."""
    return _extractors().extract(list(pages))


@cache
def _extractors() -> "_Extractors":
    extractors = _Extractors(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    atexit.register(extractors.close)
    return extractors


class _Extractors:
    """As many processes as there are cores, started when there are pages for them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="extraction")
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._processes = [_Process() for _ in range(count)]
        for process in self._processes:
            self._idle.put(process)
        self._known = sqlite3.connect("", check_same_thread=False)  # a file of its own that goes with the connection
        self._known.execute("create table known (page blob primary key, answer text) without rowid")
        self._lock = threading.Lock()

    def extract(self, pages: list[tuple[str, str | None]]) -> Iterator[Answer]:
        return self._threads.map(self._one, pages)

    def _one(self, page: tuple[str, str | None]) -> Answer:
        text, address = page
        key = hashlib.sha256(f"{address}\n{text}".encode("utf-8", "replace")).digest()
        with self._lock:
            found = self._known.execute("select answer from known where page = ?", (key,)).fetchone()
        if found is not None:
            remembered: Answer = json.loads(found[0])
            return remembered
        process = self._idle.get()
        try:
            answer = process.ask({"text": text, "url": address})
        finally:
            self._idle.put(process)
        with self._lock:
            self._known.execute("insert or replace into known values (?, ?)", (key, json.dumps(answer)))
        return answer

    def close(self) -> None:
        """Ends the processes."""
        for process in self._processes:
            process.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Process:
    """One process (`copydesk.articles.extractor`), started anew after every page that ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._late = False

    def ask(self, request: dict[str, Any]) -> Answer:
        """The answer to ``request``; where the process ends before it, `failed` says why."""
        process = self._process or self._started()
        self._late = False
        timer = threading.Timer(SECONDS, self._end, (process,))
        timer.daemon = True
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            send(process.stdin, request)
            answer: Answer = receive(process.stdout)
        except (EOFError, OSError, ValueError):
            self.stop()
            return {"failed": SLOW if self._late else BROKEN}
        finally:
            timer.cancel()
        return answer

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        self._late = True
        process.kill()

    def _started(self) -> "subprocess.Popen[bytes]":
        # -P keeps the working directory out of the search for modules
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "copydesk.articles.extractor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, {})
            unusable = receive(self._process.stdout).get("unusable")
        except (EOFError, OSError):
            unusable = "the process that extracts ends at once"
        if unusable:
            self.stop()
            raise InputError(
                f"web pages: trafilatura cannot be used: {unusable}; pip install --upgrade 'copydesk[html]'"
            )
        return self._process  # it has started: what follows is the page's own time

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def send(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Writes a message: its length and itself, as JSON."""
    data = json.dumps(message).encode()
    stream.write(len(data).to_bytes(_SIZE, "big") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    """Reads a message. Raises EOFError where the other side has gone."""
    size = stream.read(_SIZE)
    data = stream.read(int.from_bytes(size, "big")) if len(size) == _SIZE else b""
    if not data:
        raise EOFError
    found: dict[str, Any] = json.loads(data)
    return found
