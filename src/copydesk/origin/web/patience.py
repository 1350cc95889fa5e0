"""When a URL is asked again within a run, and how long a host is left alone before."""

import random
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from copydesk.captures.capture import Capture

BACKOFF: Final = 1.0
"""Seconds before the first repetition; they double with each, as lychee's do."""

LONGEST: Final = 60.0
"""Seconds of `Retry-After` that a run waits for: lychee's bound. A host that asks for more is left alone for this run."""

SILENT: Final = 8
"""URLs in a row without a usable answer after which a host that never gave one, not even for robots.txt, is not asked any
more: 500 of its articles would each cost ``retries`` time-outs. What is not asked is unknown, never dead."""

FALLEN_SILENT: Final = 40
"""The same for a host that did answer before: some of its pages may just be bad."""

_TRANSIENT: Final = frozenset({"timeout", "broken", "refused"})
_BUSY: Final = frozenset({429, 503})
_ERRORS: Final = frozenset({408, 425, 500, 502, 504})


def transient(capture: Capture) -> bool:
    """Whether the same question may well be answered in a moment."""
    if capture.failure is not None:
        return capture.failure in _TRANSIENT
    return capture.status in _ERRORS or busy(capture)


def busy(capture: Capture) -> bool:
    """Whether the host says that it is asked too much, or by too many (RFC 6585, section 4; RFC 9110, section 15.6.4)."""
    return capture.status in _BUSY and not capture.header("cf-mitigated")


def retry_after(capture: Capture) -> float | None:
    """Seconds that `Retry-After` asks for, given as a number or as a date (RFC 9110, section 10.2.3); None without."""
    value = (capture.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment: datetime = parsedate_to_datetime(value)
        return max((moment - capture.fetched_at).total_seconds(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def pause(tries: int) -> float:
    """Seconds before repetition number ``tries`` (0 is the first), with jitter, so that many do not come back at once."""
    return float(BACKOFF * 2**tries) * random.uniform(0.5, 1.5)  # noqa: S311 -- spreads load, keeps no secret
