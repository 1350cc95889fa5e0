"""What is noted of a WARC record, so that it is found again by its URL: a row of the notes, from its headers."""

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from fastwarc.warc import WarcRecord

from copydesk.captures import http_message
from copydesk.captures.bodies import BODY
from copydesk.captures.capture import Failure
from copydesk.captures.warc_records import Broken
from copydesk.urls import url
from copydesk.urls.url import digest_of

FAILURE: Final = "copydesk-failure"
DETAIL: Final = "copydesk-detail"
"""Fields of the metadata record by which a recording says that a URL gave no answer, and why."""

FIELDS_TYPE: Final = "application/warc-fields"

_FAILURES: Final = frozenset(get_args(Failure))
_KINDS: Final = frozenset(("response", "revisit", "resource", "metadata"))
_FIELDS: Final = 8_192
_LOCATION: Final = 8_192
_NOWHERE: Final = "https://unknown.invalid/"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
"""The times that can be told in UTC: an offset may lead a date of the year 9999 beyond them."""

_UNKEYED = re.compile(r"^https?://(?:www\.)?|/?(?:#.*)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One noted record: where it stands and what its headers say.

    ``key`` and ``exact`` are digests of its URL, without and with what makes no difference; ``at`` is its WARC-Date in
    microseconds since 1970; ``kind`` its WARC-Type; ``status`` and ``location`` are those of the stored answer. The rest is
    for answers that are stored once (``digest``, ``refers_…``) and for those that never came (``failure``, ``detail``).
    """

    key: bytes
    exact: bytes
    at: int
    file: int
    offset: int
    kind: str
    uri: str
    status: int | None = None
    location: str | None = None
    failure: str | None = None
    detail: str | None = None
    id: bytes | None = None
    digest: bytes | None = None
    refers_id: bytes | None = None
    refers_exact: bytes | None = None
    refers_at: int | None = None

    @property
    def place(self) -> tuple[int, int]:
        """File and offset."""
        return self.file, self.offset


COLUMNS: Final = tuple(field.name for field in fields(Row))


def noted(record: WarcRecord, file: int) -> Row | Broken | None:
    """The row for ``record`` of file number ``file``; None where it is no capture of a web page, `Broken` where it should be
    one and cannot be used."""
    headers = record.headers
    kind = (headers.get("WARC-Type") or "").lower()
    uri = _uri(headers.get("WARC-Target-URI"))
    if kind not in _KINDS or uri is None:
        return None
    at = micros(headers.get("WARC-Date"))
    if at is None:
        return Broken(record.stream_pos, "its record has no date that can be read")
    row = Row(key_of(uri), digest_of(uri), at, file, record.stream_pos, kind, uri)
    if kind == "metadata":
        return _failure(record, row)
    refers = _uri(headers.get("WARC-Refers-To-Target-URI"))
    row = replace(
        row,
        id=_digested(headers.get("WARC-Record-ID")),
        digest=_digested(headers.get("WARC-Payload-Digest")),
        refers_id=_digested(headers.get("WARC-Refers-To")),
        refers_exact=None if refers is None else digest_of(refers),
        refers_at=micros(headers.get("WARC-Refers-To-Date")),
    )
    if kind == "resource":
        return replace(row, status=200)
    head = http_message.parse_head(record.reader.read(http_message.HEAD))
    if head is None and kind == "response":
        return Broken(record.stream_pos, "its record holds no HTTP answer that can be read")
    if head is None:
        return row
    location = head.header("location")
    return replace(row, status=head.status, location=location and location[:_LOCATION])


def _failure(record: WarcRecord, row: Row) -> Row | None:
    """The row of a metadata record that says why a URL gave no answer; None for any other metadata."""
    if FIELDS_TYPE not in (record.headers.get("Content-Type") or ""):
        return None
    lines = record.reader.read(_FIELDS).decode("utf-8", "replace").splitlines()
    said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    failure = said.get(FAILURE)
    return replace(row, failure=failure, detail=said.get(DETAIL, "")[:500]) if failure in _FAILURES else None


def _uri(text: str | None) -> str | None:
    """The normal form of a web address; some tools write it in angle brackets."""
    if not text or len(text) > 10_000:
        return None
    # not read(), which remembers: a file of millions of long addresses would fill the memory
    href = url.joined(_NOWHERE, text.strip().removeprefix("<").removesuffix(">"))
    return href if href is not None and href.startswith(("http://", "https://")) else None


def key_of(href: str) -> bytes:
    """The digest of a URL without scheme, `www.`, fragment and closing slash, as in `copydesk.notes.url_keys`."""
    return digest_of(_UNKEYED.sub("", href))


def _digested(text: str | None) -> bytes | None:
    return digest_of(text.strip()) if text and text.strip() else None


def micros(when: datetime | str | None) -> int | None:
    """Microseconds since 1970 of a time, or of a WARC-Date (ISO 8601 in UTC); None where it cannot be read."""
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when.strip()[:40])
        except ValueError:
            return None
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    at = None if when is None else (when - _EPOCH) // timedelta(microseconds=1)
    return at if at is not None and _FIRST <= at <= _LAST else None


def moment(at: int) -> datetime:
    """The time (UTC) at ``at`` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


def message_of(record: WarcRecord) -> http_message.Message | None:
    """The answer that a record holds, bounded; that of a `resource` is its content, answered 200."""
    bound = http_message.HEAD + BODY
    stored = record.reader.read(bound)
    complete = len(stored) == record.content_length and record.headers.get("WARC-Truncated") is None
    if (record.headers.get("WARC-Type") or "").lower() == "resource":
        kind = record.headers.get("Content-Type")
        headers = (("content-type", kind),) if kind else ()
        cut = len(stored) > BODY or not complete
        return http_message.Message(200, headers, stored[:BODY], cut)
    return http_message.parse(stored, complete)
