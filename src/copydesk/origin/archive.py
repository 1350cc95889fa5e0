"""Asks a web archive for a page that is gone: the capture nearest to a time, as an answer like any other.

Any archive that answers as the Wayback Machine and pywb do: ``BASE/<YYYYMMDDhhmmss>id_/<URL>`` leads to the capture nearest
to the time, unchanged, with its `Memento-Datetime` (RFC 7089). The availability API is not asked: it is limited and often
falsely empty (lychee's source). Nothing is asked unless a contract names an archive.
"""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from copydesk.captures.capture import Capture
from copydesk.origin.web import patience
from copydesk.origin.web.fetch import Fetcher, host_of

RATE: Final = 60.0
"""Requests a minute: the limit of the Wayback Machine's index (edgi-govdata-archiving/wayback, issue 153)."""

_TRIES: Final = 2
_GIVEN_UP: Final = 3
"""Failures in a row after which an archive is not asked any more in this run."""

_STAMP = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/")
_ORIGINAL: Final = "x-archive-orig-"


class Archive:
    """The archive at ``base`` (an address in normal form), asked ``rate`` times a minute at most, ``seconds`` for each answer,
    and not at all after ``end`` (`time.monotonic`), the end of the run's time."""

    def __init__(
        self, base: str, fetcher: Fetcher, rate: float = RATE, seconds: float = 20.0, end: float = float("inf")
    ) -> None:
        self._base, self._fetcher, self._seconds = base.rstrip("/"), fetcher, seconds
        self._spacing, self._end = 60.0 / rate, end
        self._next = 0.0
        self._failed = 0
        self.asked = 0

    def captures(self, wanted: Iterable[str], near: Mapping[str, datetime] | None = None) -> Iterator[Capture]:
        """One capture for each URL of ``wanted``, in their order, nearest to its time in ``near``, else to now."""
        for address in wanted:
            yield self.capture(address, (near or {}).get(address))

    def capture(self, address: str, near: datetime | None = None) -> Capture:
        """The archive's capture of ``address``; the failure "no-capture" where it has none or does not answer."""
        at = near or datetime.now(UTC)
        if self._failed >= _GIVEN_UP:
            return self._none(address, at, "the archive was given up: it failed too often")
        if max(self._next, time.monotonic()) >= self._end:
            return self._none(address, at, "the archive was not asked: the run's time was over")
        wanted = f"{self._base}/{at.astimezone(UTC):%Y%m%d%H%M%S}id_/{address.partition('#')[0]}"
        answer = self._ask(wanted)
        taken = _taken_at(answer)
        if taken is None:
            missing = answer.status in (404, 410)
            self._failed = 0 if missing else self._failed + 1
            return self._none(address, at, "the archive has none" if missing else f"the archive: {_words(answer)}")
        self._failed = 0
        if host_of(answer.final_url) != host_of(self._base + "/"):
            return self._none(address, at, "the archive leads to another host")
        return replace(
            answer, url=address, fetched_at=taken, hops=(), headers=_headers(answer), by="archive",
            detail=f"archived at {answer.final_url}",
        )  # fmt: skip

    def _ask(self, wanted: str) -> Capture:
        for _ in range(_TRIES):
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self._spacing
            self.asked += 1
            answer = self._fetcher.get(wanted, min(self._seconds, self._end - time.monotonic()))
            if not patience.busy(answer) or _taken_at(answer) is not None:
                break
            wait = patience.retry_after(answer)
            if wait is None or wait > patience.LONGEST:
                self._failed = _GIVEN_UP
                break
            self._next = max(self._next, time.monotonic() + wait)
            if self._next >= self._end:
                break
        return answer

    @staticmethod
    def _none(address: str, at: datetime, why: str) -> Capture:
        return Capture(address, address, at, failure="no-capture", detail=why, by="archive")


def _taken_at(answer: Capture) -> datetime | None:
    """When the capture was taken; None for an answer that is no capture, but the archive's own."""
    if answer.status is None:
        return None
    try:
        at: datetime = parsedate_to_datetime((answer.header("memento-datetime") or "")[:100])
        return at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    found = _STAMP.search(answer.final_url) if 200 <= answer.status < 300 and answer.hops else None
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _headers(answer: Capture) -> tuple[tuple[str, str], ...]:
    """The headers of the original answer, where the archive tells them apart, and its content type."""
    original = [(name.removeprefix(_ORIGINAL), value) for name, value in answer.headers if name.startswith(_ORIGINAL)]
    kind = [(name, value) for name, value in answer.headers if name == "content-type"]
    return (*kind, *(pair for pair in original if pair[0] != "content-type"))


def _words(answer: Capture) -> str:
    return answer.detail or str(answer.status)
