"""An input that is not over yet: records are judged as they come, a few at a time, each as a run of it alone would judge it.

A record is *taken* when it has been received whole, *acknowledged* when its bytes stand in the run's folder (still aside, as
`copydesk.rundir` does it) as accepted, quarantined or unreadable, and only then told to whoever is fed by the run.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input
from copydesk.articles.jsonl import AsItCame, Parser
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.streams import LONGEST
from copydesk.contract import Contract
from copydesk.engines.checking import Checked

RECORDS: Final = 500
"""Records that are judged at once at most: what a batch costs whatever its size is little for each of them by then."""

SIZE: Final = 8 * 2**20
"""Bytes of records that are judged at once, one record more at most."""

SECONDS: Final = 0.2
"""How long a record waits for others at most: about as long as a small batch takes to be judged."""


class Source(Protocol):
    """Where records come from. ``reason`` is why it ended where it did, None where it simply ended."""

    @property
    def reason(self) -> str | None: ...

    def receive(self, seconds: float | None) -> list[bytes] | None:
        """JSON lines that have come, waiting for them no longer than ``seconds`` (None: for ever); None after the last."""
        ...

    def rest(self) -> bytes:
        """The record in the middle of which the source ended, if it did; asked after the last."""
        ...


Settled = Callable[[RawBatch, Checked | None], None]
"""Told of each batch that has been acknowledged, with what was found; None where no record of it was readable."""


class Live:
    """One live input of a run: gathers what ``source`` gives to batches, and tells ``settled`` what became of them.

    ``notes`` are what the run's summary says of it.
    """

    size = None

    def __init__(self, source: Source, settled: Settled) -> None:
        self._source, self._settled = source, settled
        self._checked: Checked | None = None
        self._digest = hashlib.sha256()
        self.consumed = 0
        self.notes: list[str] = []

    @contextmanager
    def reading(self, entry: Input, fields: FieldMap) -> Iterator[tuple["Live", Reading]]:
        """What `copydesk.articles.inputs.reading` gives for a file."""
        yield self, Reading(Shape("jsonl", ".jsonl"), self._batches(fields))

    def checked(self, checked: Checked) -> None:
        """Takes what was found in the batch that is under way, when it has been written."""
        self._checked = checked

    def sha256(self) -> str:
        """SHA-256 of all records taken, in hex."""
        return self._digest.hexdigest()

    def _batches(self, fields: FieldMap) -> Iterator[RawBatch]:
        parser, number, position = Parser(), 0, 1
        for lines in self._gathered():
            self._took(b"".join(lines))
            too_long = lines.pop() if len(lines[-1]) > LONGEST else None  # which no other line is gathered behind
            batch = parser.batch(AsItCame(), fields, lines, number, range(position, position + len(lines)))
            number, position = number + batch.size, position + len(lines)
            if batch.size:
                self._checked = None
                yield batch
                self._settled(batch, self._checked)  # asked for the next one: this one has been written
            if too_long is not None:
                batch = _unreadable(fields, number, position, f"longer than {LONGEST >> 20} MiB: no record", too_long)
                number, position = number + 1, position + 1
                yield batch
                self._settled(batch, None)
        self.notes += filter(None, [self._source.reason])
        if rest := self._source.rest():
            self._took(rest)
            yield _unreadable(fields, number, position, "the stream ended in the middle of this record", rest)

    def _took(self, data: bytes) -> None:
        self._digest.update(data)
        self.consumed += len(data)

    def _gathered(self) -> Iterator[list[bytes]]:
        """Lists of lines: as many as are judged at once, or what has come when the first of them has waited long enough."""
        lines: list[bytes] = []
        size, since = 0, 0.0
        while True:
            left = max(0.0, since + SECONDS - time.monotonic()) if lines else None
            came = self._source.receive(left)
            if came is None:
                break
            if not lines:
                since = time.monotonic()
            for line in came:
                lines.append(line)
                size += len(line)
                if len(lines) == RECORDS or size >= SIZE:
                    yield lines
                    lines, size, since = [], 0, time.monotonic()
            if lines and time.monotonic() - since >= SECONDS:
                yield lines
                lines, size = [], 0
        if lines:
            yield lines


def _unreadable(fields: FieldMap, number: int, position: int, reason: str, raw: bytes) -> RawBatch:
    """A batch of one record that cannot be read."""
    return RawBatch(fields.frame([]), [], [], [], [Unreadable(number, position, reason, raw)])


def note_on(contract: Contract) -> str | None:
    """What a summary should say of the rules of ``contract`` that a live run does not ask."""
    asked = {check.slug for check in contract.alone().checks}
    left_out = list(dict.fromkeys(check.slug for check in contract.checks if check.slug not in asked))
    if not left_out:
        return None
    return (
        f"records were judged as they came, each alone: {', '.join(left_out)} need others beside it and were not asked"
    )
