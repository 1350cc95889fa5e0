"""What is known of URLs that were asked before: by this run, an earlier one, or one that goes on at the same time.

Nothing that is read from the file is believed beyond its type and size; an entry that does not fit counts as absent.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, get_args

from copydesk.captures.capture import Capture, Failure, Hop
from copydesk.origin.status import Evidence, evidence
from copydesk.origin.web.database import Database
from copydesk.origin.web.fetch import Validators

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR

LIFETIME: Final[dict[Evidence, float]] = {"alive": 7 * DAY, "gone": 3 * DAY, "blocked": DAY, "unknown": HOUR}
"""Seconds that an answer is believed. Alive and gone: the Internet Archive Bot's rhythm (a week; three days between tests of
a dead page). Blocked: refusals by address or load last hours to days. Unknown: time-outs and server errors pass soon."""

ROBOTS_LIFETIME: Final = DAY
"""RFC 9309, section 2.4: a robots.txt should not be used for more than 24 hours."""

APART: Final = 3 * DAY
"""Seconds between two failures that count (Internet Archive Bot)."""

_HEADERS: Final = 32_000
_FAILURES = frozenset(get_args(Failure))
_UNKEPT = frozenset({"set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True)
class Known:
    """A stored answer: the capture without its body, the body's digest (hex), and when it was asked (UNIX time)."""

    capture: Capture
    sha256: str | None
    asked_at: float
    page_format: str | None

    def fresh(self, now: float) -> bool:
        """Whether it may still be believed at ``now``."""
        age = now - self.asked_at
        return -HOUR < age < LIFETIME[evidence(self.capture)[0]]  # a clock that was wrong ages nothing for ever

    @property
    def validators(self) -> Validators | None:
        """What an unchanged page can be recognised by without being sent again."""
        etag, modified = self.capture.header("etag"), self.capture.header("last-modified")
        if self.capture.status != 200 or not (etag or modified):
            return None
        return Validators(self.capture.final_url, etag, modified)


class Cache:
    """Answers, failures and robots.txt files by URL."""

    def __init__(self, setting: str | None = None) -> None:
        self._database = Database(setting)

    @property
    def notes(self) -> list[str]:
        """What the user must be told of the file."""
        return self._database.notes

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def get(self, url: str) -> Known | None:
        """The last answer for ``url``."""
        rows = self._database.run([(
            "select asked_at, final_url, status, failure, detail, hops, headers, peer, sha256, truncated, page_format "
            "from answers where url = ?", (url,),
        )])  # fmt: skip
        return _known(url, rows[0]) if rows else None

    def put(self, known: Known, page: bytes | None) -> None:
        """Stores an answer. A page that differs from the one before keeps it as the previous one."""
        capture = known.capture
        values = {
            "url": capture.url, "asked_at": known.asked_at, "final_url": capture.final_url,
            "status": capture.status, "failure": capture.failure, "detail": capture.detail[:1000],
            "hops": json.dumps([[hop.url, hop.status] for hop in capture.hops]),
            "headers": json.dumps(kept(capture.headers)), "peer": capture.peer, "sha256": known.sha256,
            "truncated": int(capture.truncated), "page": page, "page_format": known.page_format,
        }  # fmt: skip
        names = ", ".join(values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name != "url")
        changed = "answers.page is not null and answers.sha256 is not excluded.sha256"
        self._database.run([(
            f"insert into answers ({names}) values ({', '.join('?' * len(values))}) on conflict (url) do update set "  # noqa: S608 -- names of ours
            f"previous_page = case when {changed} then answers.page else answers.previous_page end, "
            f"previous_at = case when {changed} then answers.asked_at else answers.previous_at end, {updates}",
            tuple(values.values()),
        )])  # fmt: skip

    def renew(self, url: str, at: datetime) -> None:
        """The page of ``url`` is unchanged at ``at``."""
        self._database.run([("update answers set asked_at = ? where url = ?", (at.timestamp(), url))])

    def page(self, url: str) -> bytes | None:
        """What was made of the page when it was asked last."""
        return self._blob("select page from answers where url = ?", url)

    def previous(self, url: str) -> tuple[bytes, datetime] | None:
        """The same of the version before, which was another one, and when it was asked."""
        page = self._blob("select previous_page from answers where url = ?", url)
        rows = self._database.run([("select previous_at from answers where url = ?", (url,))])
        if page is None or not rows or not isinstance(rows[0][0], float):
            return None
        return page, _time(rows[0][0])

    def _blob(self, query: str, url: str) -> bytes | None:
        rows = self._database.run([(query, (url,))])
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else None

    def gone(self, url: str, at: datetime, why: str) -> None:
        """Notes that the page was gone at ``at``, unless that was noted less than `APART` before."""
        moment = at.timestamp()
        self._database.run([(
            "insert into gone select ?, ?, ? where not exists (select 1 from gone where url = ? and abs(at - ?) < ?)",
            (url, moment, why[:200], url, moment, APART),
        )])  # fmt: skip

    def found(self, url: str) -> None:
        """The page is there: earlier failures count no more."""
        self._database.run([("delete from gone where url = ?", (url,))])

    def failures(self, url: str) -> list[tuple[datetime, str]]:
        """When the page was gone, and why, first to last; all of them at least `APART` from each other."""
        rows = self._database.run([("select at, why from gone where url = ? order by at limit 100", (url,))])
        return [(_time(at), str(why)) for at, why in rows if isinstance(at, float)]

    def robots(self, address: str, now: float) -> tuple[int | None, str | None, str, bytes] | None:
        """(status, failure, detail, body) of a robots.txt, if it was asked within its lifetime."""
        rows = self._database.run([(
            "select status, failure, detail, body from robots where address = ? and abs(? - asked_at) < ?",
            (address, now, ROBOTS_LIFETIME),
        )])  # fmt: skip
        if not rows:
            return None
        status, failure, detail, body = rows[0]
        return (status if isinstance(status, int) else None, failure if failure in _FAILURES else None, str(detail or ""),
                body if isinstance(body, bytes) else b"")  # fmt: skip

    def put_robots(self, address: str, capture: Capture) -> None:
        """Stores a robots.txt."""
        at = capture.fetched_at.timestamp()
        self._database.run([(
            "insert or replace into robots values (?, ?, ?, ?, ?, ?)",
            (address, at, capture.status, capture.failure, capture.detail[:1000], capture.body),
        )])  # fmt: skip


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(min(max(moment, 0.0), 4e9), UTC)


def kept(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers that are kept of an answer: no cookies, and no more than `_HEADERS` characters."""
    chosen, size = [], 0
    for name, value in headers:
        size += len(name) + len(value)
        if name not in _UNKEPT and size <= _HEADERS:
            chosen.append((name, value))
    return tuple(chosen)


def _known(url: str, row: tuple[Any, ...]) -> Known | None:
    asked_at, final_url, status, failure, detail, hops, headers, peer, sha256, truncated, page_format = row
    try:
        capture = Capture(
            url,
            _text(final_url),
            _time(float(asked_at)),
            status=None if status is None else int(status),
            failure=failure,
            detail=_text(detail),
            hops=tuple(Hop(_text(at), int(code)) for at, code in json.loads(hops)),
            headers=tuple((_text(name), _text(value)) for name, value in json.loads(headers)),
            truncated=bool(truncated),
            peer=peer if isinstance(peer, str) else None,
        )
        if failure is not None and failure not in _FAILURES:
            return None
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return Known(capture, sha256 if isinstance(sha256, str) else None, float(asked_at), page_format)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def renewed(known: Known, at: datetime) -> Known:
    """``known``, found unchanged at ``at``."""
    return replace(known, asked_at=at.timestamp(), capture=replace(known.capture, fetched_at=at))
