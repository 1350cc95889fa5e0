"""Processes beside this one that answer its requests over a pipe (`copydesk.processes.messages`)."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from threading import Lock
from typing import IO, Any

import polars as pl

from copydesk.errors import CopydeskError, WorkerError
from copydesk.processes.messages import Frames, receive, send


class Process:
    """A process that runs ``module`` of this package, with ``environment`` besides this one's.

    Raises OSError where there may be no further processes, or Python is embedded in another program.
    """

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        # -P keeps the working directory out of the search for modules
        self._process = subprocess.Popen(  # noqa: S603 -- modules of ours
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._sending, self._receiving = Lock(), Lock()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, request: dict[str, Any], frames: Frames | None = None) -> tuple[dict[str, Any], list[pl.DataFrame]]:
        """The answer to ``request``. Raises CopydeskError where the work failed, WorkerError where the process is gone.

        Of two threads that ask, the second one's request is sent while the first waits for its answer.
        """
        try:
            with self._sending:
                send(self._requests, request, frames)
                self._receiving.acquire()  # before the next request is sent: answers come in the order of the requests
            try:
                header, answer = receive(self._replies)
            finally:
                self._receiving.release()
        except (EOFError, BrokenPipeError, ValueError) as error:
            raise WorkerError(
                "a process of this run ended unexpectedly; was there enough memory, and room on the disk? Try --jobs 1"
            ) from error
        if "error" in header:
            raise CopydeskError(header["error"])
        return header, answer

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


def pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Where a `Process` reads requests and writes answers; what it prints goes to standard error from now on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself says when it is over
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, replies
