"""Captures in WARC and WACZ files as the origin, in place of the network: the same files give the same answers.

The files are read twice. The first time notes what they hold in a database in the run's scratch folder, so that memory does
not grow with them; the second time reads only the records that are asked for.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from fastwarc.warc import WarcRecord

from copydesk.captures.capture import Capture, Failure, Hop
from copydesk.captures.http_message import Message
from copydesk.captures.warc_notes import COLUMNS, Row, key_of, message_of, micros, moment, noted
from copydesk.captures.warc_records import Broken, files_of, record_at, records
from copydesk.urls import url
from copydesk.urls.url import digest_of

HOPS: Final = 10
"""Redirects that are followed at most, as on the network."""

_ERRORS: Final = 20
"""Broken places of one file that are named one by one."""

_BATCH: Final = 2_000
_TABLE: Final = f"create table captures ({', '.join(COLUMNS)})"
_INSERT: Final = f"insert into captures values ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 -- question marks only
_INDEXED: Final = ("key", "exact", "id", "digest")


class WarcFiles:
    """The captures in ``paths``; ``scratch`` is a folder for the notes and for copies out of WACZ packages.

    ``files`` tells of every file {path, captures}, ``errors`` what could not be read, naming file and offset: what is behind
    a broken place still counts. Raises InputError where a file cannot be opened at all. Use it as a context manager.
    """

    def __init__(self, paths: Sequence[Path], scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self.files: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self._parts = [(path, part) for path in paths for part in files_of(path, scratch / "wacz")]
        self._opened: dict[int, BinaryIO] = {}
        self._stack = ExitStack()
        self._notes = sqlite3.connect(scratch / "captures.sqlite")
        self._stack.callback(self._notes.close)
        try:
            self._note_all(paths)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> "WarcFiles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all files."""
        self._stack.close()

    def captures(self, wanted: Iterable[str], near: Mapping[str, datetime] | None = None) -> Iterator[Capture]:
        """One capture for each URL of ``wanted`` (normal forms), in their order; of several of one URL the one nearest to its
        time in ``near``, else the last. A URL of which there is none gives the failure "no-capture"."""
        for address in wanted:
            yield self._capture(address, (near or {}).get(address))

    def _note_all(self, paths: Sequence[Path]) -> None:
        notes = self._notes
        notes.execute("pragma journal_mode = off")
        notes.execute("pragma synchronous = off")
        notes.execute(_TABLE)
        held = dict.fromkeys(paths, 0)
        for number, (path, (name, part)) in enumerate(self._parts):
            rows: list[tuple[Any, ...]] = []
            broken: list[str] = []
            for found in records(part):
                row = found if isinstance(found, Broken) else noted(found, number)
                if isinstance(row, Broken):
                    broken.append(f"{name}: broken at byte {row.offset:,}: {row.reason}")
                elif row is not None:
                    rows.append(astuple(row))
                    held[path] += 1
                if len(rows) >= _BATCH:
                    notes.executemany(_INSERT, rows)
                    rows.clear()
            notes.executemany(_INSERT, rows)
            self.errors += broken[:_ERRORS]
            if len(broken) > _ERRORS:
                self.errors.append(f"{name}: broken at {len(broken) - _ERRORS:,} more places")
        for name in _INDEXED:
            notes.execute(f"create index by_{name} on captures ({name}, at, file, offset)")
        self.files = [{"path": str(path), "captures": count} for path, count in held.items()]
        self.errors += [
            f"{path}: there is no capture of a web page in it"
            for path, count in held.items()
            if not count and not any(error.startswith(str(path)) for error in self.errors)
        ]

    def _capture(self, address: str, near: datetime | None) -> Capture:
        at = None if near is None else micros(near)
        row = self._nearest("exact", digest_of(address), at) or self._nearest("key", key_of(address), at)
        if row is None:
            return Capture(address, address, near or moment(0), failure="no-capture", by="warc")
        hops: list[Hop] = []
        seen: set[tuple[int, int]] = set()
        current = address
        while row.place not in seen and len(hops) <= HOPS:
            seen.add(row.place)
            target = self._target(row)
            if target is None:
                return self._read(row, address, current, tuple(hops))
            hops.append(Hop(current, row.status or 0))
            leads = url.read(target).href if target else None
            if leads is None or not leads.startswith(("http://", "https://")):
                return _failed(address, current, row, "redirects", "redirects to what is no web address", hops)
            current = leads
            exact = self._nearest("exact", digest_of(leads), row.at)
            following = exact or self._nearest("key", key_of(leads), row.at, no_redirect=True)
            if following is None:
                return _failed(address, current, row, "no-capture", "redirects to a page of which there is none", hops)
            row = following
        return _failed(address, current, row, "redirects", f"more than {HOPS} redirects, or a circle of them", hops)

    def _target(self, row: Row) -> str | None:
        """Where a redirect leads ("" for nowhere), or None for any other answer."""
        if row.failure is not None or row.location is None or not 300 <= (row.status or 0) < 400:
            return None
        return url.joined(row.uri, row.location) or ""

    def _nearest(self, column: str, value: bytes, at: int | None, no_redirect: bool = False) -> Row | None:
        """The noted record whose ``column`` is ``value`` that is nearest to ``at``, else the last; the first of equals."""
        which = f"select * from captures where {column} = ?"  # noqa: S608 -- our own column names
        if no_redirect:
            which += " and (status is null or status < 300 or status >= 400)"
        if at is None:
            return self._one(f"{which} order by at desc, file, offset limit 1", value)
        before = self._one(f"{which} and at <= ? order by at desc, file, offset limit 1", value, at)
        after = self._one(f"{which} and at > ? order by at, file, offset limit 1", value, at)
        if before is None or after is None:
            return before or after
        return before if at - before.at <= after.at - at else after

    def _one(self, query: str, *values: Any) -> Row | None:
        found = self._notes.execute(query, values).fetchone()
        return None if found is None else Row(*found)

    def _read(self, row: Row, address: str, final: str, hops: tuple[Hop, ...]) -> Capture:
        """The capture of a record, whose body may stand in another one."""
        if row.failure is not None:
            return _failed(address, final, row, cast(Failure, row.failure), row.detail or "", hops)
        try:
            record = self._record(row)
            peer = record.headers.get("WARC-IP-Address")
            message = message_of(record)
            if row.kind == "revisit":
                message = self._revisited(row, message)
        except OSError as error:
            return _failed(address, final, row, "broken", f"the record is damaged: {error}", hops)
        if message is None:
            return _failed(address, final, row, "broken", "the record holds no answer that can be read", hops)
        return Capture(
            address, final, moment(row.at), message.status, hops=hops, headers=message.headers, body=message.body,
            truncated=message.truncated, by="warc", peer=peer,
        )  # fmt: skip

    def _revisited(self, row: Row, message: Message | None) -> Message | None:
        """``message`` with the body of the record that a revisit refers to; None where that is not in the files."""
        first = self._one("select * from captures where id = ? limit 1", row.refers_id) if row.refers_id else None
        if first is None and row.refers_exact is not None:
            first = self._nearest("exact", row.refers_exact, row.refers_at)
        if (first is None or first.kind == "revisit") and row.digest is not None:
            query = "select * from captures where digest = ? and kind <> 'revisit' order by at, file, offset limit 1"
            first = self._one(query, row.digest)
        if first is None or first.kind == "revisit":
            return None
        original = message_of(self._record(first))
        if (
            original is None or message is None or message.status == 304
        ):  # 304: the server said only that nothing changed
            return original
        return Message(message.status, message.headers, original.body, original.truncated)

    def _record(self, row: Row) -> WarcRecord:
        if row.file not in self._opened:
            _, (_, part) = self._parts[row.file]
            self._opened[row.file] = self._stack.enter_context(part.open("rb"))
        return record_at(self._opened[row.file], row.offset)


def _failed(address: str, final: str, row: Row, failure: Failure, detail: str, hops: Sequence[Hop]) -> Capture:
    return Capture(address, final, moment(row.at), failure=failure, detail=detail, hops=tuple(hops), by="warc")
