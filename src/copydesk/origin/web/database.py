"""The cache's file: opened safely for several processes, and set aside where it is broken."""

import os
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

VERSION: Final = 1
"""Of the tables below. It is part of the default file's name, so that two versions of copydesk do not share one."""

ENTRY: Final = 8_000_000
"""Bytes of one value at most, for reading and for writing: a cache may have been written by anybody."""

_TABLES: Final = """
create table if not exists answers (
  url text primary key, asked_at real not null, final_url text not null, status integer, failure text, detail text,
  hops text not null, headers text not null, peer text, sha256 text, truncated integer not null,
  page blob, page_format text, previous_page blob, previous_at real
);
create table if not exists gone (url text not null, at real not null, why text not null, primary key (url, at));
create table if not exists robots (address text primary key, asked_at real not null, status integer, failure text,
  detail text, body blob);
"""


_MAGIC: Final = b"SQLite format 3\0"


def default_path() -> Path:
    """Below the user's cache folder: `$XDG_CACHE_HOME/copydesk` on Linux."""
    return platformdirs.user_cache_path("copydesk", appauthor=False) / f"origin-{VERSION}.sqlite3"


class Database:
    """An SQLite file in WAL mode. ``setting`` is a path, None for `default_path`, or "off" for a file of this run only.

    A file that is broken is renamed and replaced; where none can be written the run goes on with one of its own. Both are
    said in `notes`. Any number of threads and processes may use one file.
    """

    def __init__(self, setting: str | None = None) -> None:
        self.notes: list[str] = []
        self._lock = threading.RLock()
        self._closed = False
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._path = None if setting == "off" else default_path() if setting is None else Path(setting).expanduser()
        self._ours = setting is None  # nobody else writes in the cache folder: a file there that is broken was ours
        self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        if self._path is not None:
            for _ in range(2):
                try:
                    return _open(self._path)
                except (OSError, sqlite3.OperationalError) as error:
                    self.notes.append(
                        f"the cache {self._path} cannot be used ({error}): answers are kept for this run only; "
                        "see `origin: cache` in the contract"
                    )
                    break
                except sqlite3.DatabaseError as error:
                    if not (self._ours or _is_sqlite(self._path)):
                        self.notes.append(
                            f"the cache {self._path} is another file, and left alone: answers are kept for this run only; "
                            "name a file of its own as `origin: cache` in the contract"
                        )
                        break
                    self._set_aside(self._path, error)
        self._path = None
        self._scratch = self._scratch or tempfile.TemporaryDirectory(prefix="copydesk-")
        return _open(Path(self._scratch.name, "origin.sqlite3"))

    def _set_aside(self, path: Path, error: Exception) -> None:
        kept = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        try:
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            path.replace(kept)
        except OSError as problem:
            self.notes.append(f"the cache {path} is broken ({error}) and cannot be renamed ({problem}): delete it")
            return
        self.notes.append(f"the cache {path} was broken ({error}): it is now {kept.name}, and a new one was begun")

    def run(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[tuple[Any, ...]]:
        """The rows of the last statement; all of them are one transaction. A file that breaks meanwhile is replaced."""
        with self._lock:
            if self._closed:  # the run was interrupted, and an answer came late
                return []
            try:
                return self._transaction(statements)
            except sqlite3.DataError:  # a value beyond ENTRY: as if it were not there
                return []
            except sqlite3.DatabaseError as error:
                self._replace(error)
                return self._transaction(statements)

    def _transaction(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        if len(statements) == 1:  # SQLite makes it a transaction of its own
            return self._connection.execute(*statements[0]).fetchall()
        self._connection.execute("begin immediate")
        try:
            for statement, values in statements:
                rows = self._connection.execute(statement, values).fetchall()
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        self._connection.execute("commit")
        return rows

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        if self._path is not None and not isinstance(error, sqlite3.OperationalError):
            self._set_aside(self._path, error)
        elif self._path is not None:  # the disk is full, or somebody holds a lock for ever
            self.notes.append(
                f"the cache {self._path} cannot be written ({error}): further answers are kept for this run only"
            )
            self._path = None
        self._connection = self._opened()

    def close(self) -> None:
        """Closes the file, and deletes it if it was this run's own."""
        with self._lock:
            self._closed = True
            self._connection.close()
            if self._scratch is not None:
                self._scratch.cleanup()


def _is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite's do: another may be anything, if a contract names it by mistake."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # what somebody reads is nobody else's business
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, ENTRY)
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        (version,) = connection.execute("pragma user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.OperationalError(
                f"it was written by another version of copydesk, {version} instead of {VERSION}"
            )
        _refuse_foreign(connection)
        connection.execute("pragma journal_mode = wal")
        connection.execute(
            "pragma synchronous = normal"
        )  # a killed process loses nothing, a power cut the last answers
        connection.executescript(_TABLES)
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("select * from answers limit 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raises where the file holds more than our tables: views and triggers are programs of whoever wrote them."""
    rows = connection.execute("select type, name from sqlite_schema").fetchall()
    ours = {"answers", "gone", "robots"}
    if any(kind not in ("table", "index") or (kind == "table" and name not in ours) for kind, name in rows):
        raise sqlite3.OperationalError("it is another program's file")
