"""`copydesk check - --accepted -`: a filter between programs, JSON lines in and the accepted ones out."""

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from copydesk.articles.streams import LONGEST
from copydesk.commands import further
from copydesk.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    from copydesk.articles.inputs import Input
    from copydesk.articles.raw import RawBatch
    from copydesk.contract import Contract
    from copydesk.engines.checking import Checked

_PIECE: Final = 2**16
"""Bytes read at a time: what a pipe holds."""

_PATIENCE: Final = 1.0
"""Seconds that a stream which is told to stop waits for the end of the record that it is reading."""


def add_stream_option(parser: Any) -> None:
    """The option that makes a filter of `check`."""
    parser.add_argument(
        "--accepted",
        metavar="-",
        choices=["-"],
        help="with INPUT -: judge JSON Lines as they come and write the accepted ones to standard output",
    )


def _refuse_what_does_not_stream(options: argparse.Namespace) -> None:
    """Raises UsageError for what needs all records at once, or a standard output of its own."""
    if options.inputs != ["-"]:
        raise UsageError("--accepted - is for standard input alone: copydesk check - --accepted -")
    if options.format not in (None, "jsonl"):
        raise UsageError(f"--accepted - passes JSON lines through, not {options.format}")
    if options.output != "text":
        raise UsageError(f"--accepted - has standard output for records; {options.output} is in the run directory")
    if options.online or options.warc or options.provenance:
        raise UsageError("--accepted - waits for no page: check accepted.jsonl of the run with --online afterwards")


class Pipe:
    """Standard input, line by line as they come, and standard output: a `copydesk.engines.live.Source`.

    It ends with its input, with a signal, and when nobody reads its output any more; then the record in hand is read to its
    end, and what stands in the pipe behind it stays there. ``reason`` says what ended it (None: the end of the input),
    ``delivered`` how many records were written whole, and ``lost`` how many were not.
    """

    def __init__(self, source: int, target: int) -> None:
        self._source, self._target = source, target
        self._woken, self._wake = os.pipe()
        self._pieces: list[bytes] = []
        self._held = 0
        self._skipping = False
        self._begun = self._over = False
        self._reason: str | None = None
        self.delivered = self.lost = 0
        self.broken: str | None = None

    @property
    def reason(self) -> str | None:
        """See `copydesk.engines.live.Source`."""
        return self._reason

    def stop(self, signum: int, _: FrameType | None = None) -> None:
        """Handles a signal."""
        self._reason = self._reason or f"the stream was ended by {signal.Signals(signum).name}"
        os.write(self._wake, b".")

    def receive(self, seconds: float | None) -> list[bytes] | None:
        """See `copydesk.engines.live.Source`."""
        if self._over:
            return None
        if not self._ready(seconds):
            return [] if self._reason is None else self._last()
        piece = os.read(self._source, _PIECE)
        self._begun = True
        if not piece:
            self._over = True
            last = self._gathered()
            return [last] if last else None
        return self._lines(piece)

    def rest(self) -> bytes:
        """See `copydesk.engines.live.Source`."""
        return b"".join(self._pieces)

    def _ready(self, seconds: float | None) -> bool:
        """Waits; whether there is something to read, and no reason to end."""
        poll = select.poll()
        poll.register(self._source, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        poll.register(self._target, 0)  # of a pipe that nobody reads any more
        found = dict(poll.poll(None if seconds is None else 1000 * seconds))
        if found.get(self._target, 0) & select.POLLERR:
            self._break("its reader has gone")
        return self._reason is None and self._source in found

    def _lines(self, piece: bytes) -> list[bytes]:
        """The whole lines that ``piece`` brings, and the beginning of one that is too long, whose end is passed over; the rest
        is kept."""
        if self._skipping:
            _, newline, piece = piece.partition(b"\n")
            self._skipping = not newline
        head, newline, tail = piece.rpartition(b"\n")
        whole = [line + b"\n" for line in (self._gathered() + head).split(b"\n")] if newline else []
        if tail:
            self._pieces.append(tail)
            self._held += len(tail)
        if self._held > LONGEST:
            self._skipping = True
            whole.append(self._gathered())
        return whole

    def _gathered(self) -> bytes:
        """What is kept of the record in hand, which is given away with this."""
        data, self._pieces, self._held = b"".join(self._pieces), [], 0
        return data

    def _last(self) -> list[bytes] | None:
        """The record in hand, read to its end byte by byte, so that nothing is taken from behind it; the first one, where the
        reader had gone before it came."""
        self._over = True
        wanted = self.broken is not None and not self._begun
        until = time.monotonic() + _PATIENCE
        while (self._pieces or wanted) and (left := until - time.monotonic()) > 0:
            if not select.select([self._source], [], [], left)[0]:
                break
            byte = os.read(self._source, 1)
            if not byte:
                break
            self._pieces.append(byte)
            if byte == b"\n":
                return [self._gathered()]
        return None

    def settled(self, batch: "RawBatch", checked: "Checked | None") -> None:
        """Delivers the accepted records of a batch that has been written to the run's folder."""
        if checked is None:
            return
        rows = (checked.articles["verdict"] == "accepted").arg_true().to_list()
        self._deliver([_ended(bytes(batch.raw[row])) for row in rows])

    def _deliver(self, records: Sequence[bytes]) -> None:
        data, written = memoryview(b"".join(records)), 0
        try:
            while written < len(data) and self.broken is None:
                try:
                    written += os.write(self._target, data[written:])
                except BlockingIOError:  # whoever started us left it so
                    select.select([], [self._target], [])
        except OSError as error:
            self._break(error.strerror or str(error))
        for record in records:
            written -= len(record)
            self.delivered += written >= 0
            self.lost += written < 0

    def _break(self, why: str) -> None:
        self.broken = self.broken or why
        self._reason = self._reason or f"standard output was closed: {why}"


def run(
    options: argparse.Namespace, inputs: "Sequence[Input]", contract: "Contract", out: Path, history: Path | None
) -> int:
    """Runs the filter until its input ends, and returns the exit code."""
    _refuse_what_does_not_stream(options)
    from copydesk.engines.live import Live
    from copydesk.engines.local import run as run_batches
    from copydesk.report.text import terminal_summary

    with streaming() as pipe:
        live = Live(pipe, pipe.settled)
        try:
            result = run_batches(inputs, contract, out, history=history, live=live)
        except InputError:
            if pipe.broken is None:
                raise
            raise OutputError(f"standard output was closed before a record came: {pipe.broken}") from None
    if not options.quiet:
        print(terminal_summary(result.summary, out, colour=False), file=sys.stderr)
    further.settle(contract, result, out)
    if pipe.broken:
        first = f"{pipe.delivered:,} accepted records were written to standard output whole, {pipe.lost:,} were not"
        print(f"copydesk: {first}: {pipe.broken}; all are in {out / 'accepted.jsonl'}, in this order", file=sys.stderr)
        return 4
    return 0 if result.passed else 1


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"


@contextmanager
def streaming() -> Iterator[Pipe]:
    """Standard input and output as a pipe that signals end in order. What else is printed goes to standard error."""
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    sys.stdout.flush()
    target = os.dup(1)
    os.dup2(2, 1)
    pipe = Pipe(sys.stdin.fileno(), target)
    before = {
        number: signal.signal(number, pipe.stop)
        for number in (signal.SIGTERM, signal.SIGINT)
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield pipe
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.stdout.flush()
        os.dup2(target, 1)
        os.close(target)
