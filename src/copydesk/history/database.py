"""The history's file: SQLite, opened safely for several processes, its tables brought up to date, nothing in it trusted."""

import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from copydesk.errors import InputError

_FIRST: Final = """
create table runs (id integer primary key, run_id text not null unique, series text not null, started_at text not null,
  version text not null, settings text not null, inputs text not null, complete integer not null, passed integer not null,
  read integer not null, accepted integer not null, quarantined integer not null, unreadable integer not null) strict;
create index runs_of_series on runs (series, started_at);
create table names (id integer primary key, name text not null unique) strict;
create table asked (run integer not null, rule integer not null, setting text not null, severity text not null,
  primary key (run, rule)) strict, without rowid;
create table sources (run integer not null, source integer not null, articles integer not null, quarantined integer not null,
  freshness real, length real, title integer not null, byline integer not null, published_at integer not null,
  original_url integer not null, body integer not null, primary key (run, source)) strict, without rowid;
create table rules (run integer not null, source integer not null, rule integer not null, checked integer not null,
  failed integer not null, primary key (run, source, rule)) strict, without rowid;
create table languages (run integer not null, source integer not null, language integer not null, articles integer not null,
  primary key (run, source, language)) strict, without rowid;
"""

_SECOND: Final = """
alter table sources add column freshness_low real;
alter table sources add column freshness_high real;
alter table sources add column length_low real;
alter table sources add column length_high real;
create table drift (run integer not null, source integer not null, measure text not null, observed real, articles
integer not null,
  low real, high real, since text not null, since_at text not null, p real, severity text not null, says text not null,
  primary key (run, source, measure)) strict, without rowid;
create table levels (series text not null, source integer not null, measure text not null, since_at text not null,
  accepted_at text not null, primary key (series, source, measure)) strict, without rowid;
"""

MIGRATIONS: Final = (_FIRST, _SECOND)
"""What makes a file of each version one of the next. Version 1 had counts only; 2 has quartiles, drift and accepted levels."""

VERSION: Final = len(MIGRATIONS)

VALUE: Final = 100_000
"""Bytes of one value at most, for reading and for writing."""

_PATIENCE: Final = 30.0
"""Seconds to wait for another run that is writing, and that one reading or writing may take: a file made by others could be of
any size."""


class HistoryError(InputError):
    """A history that cannot be read or written; the message names the file and the remedy."""


@contextmanager
def opened(path: Path, *, write: bool = True) -> Iterator[sqlite3.Connection]:
    """The history at ``path``; with ``write`` it is made or migrated where needed. Raises HistoryError, also for what goes wrong
    inside the block with the database."""
    connection = None
    try:
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_other_files(path)
        connection = _connect(path, write)
        yield connection
    except sqlite3.OperationalError as error:
        raise HistoryError(f"the history {path} cannot be used: {error}; name another file with --history") from None
    except (
        sqlite3.DatabaseError,
        UnicodeDecodeError,
    ) as error:  # the second: sqlite quotes what is damaged as it stands
        raise HistoryError(
            f"the history {path} is no database that can be read ({error}), and is left alone: move it away, or name another "
            "file with --history"
        ) from None
    except OSError as error:
        raise HistoryError(f"the history {path} cannot be used: {error.strerror or error}") from None
    finally:
        if connection is not None:
            connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block, or nothing of it; another process that writes is waited for."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    connection.execute("commit")


def _refuse_other_files(path: Path) -> None:
    """A pipe or a device would be waited for without end."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise HistoryError(f"the history {path} is no file: name one with --history")


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    uri = path.resolve().as_uri()
    if write:
        connection = sqlite3.connect(uri + "?mode=rwc", uri=True, timeout=_PATIENCE, isolation_level=None)
    else:
        connection = _readable(uri)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE)
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        end = time.monotonic() + 2 * _PATIENCE
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        version = _version(connection)
        if version < VERSION and write:
            with suppress(sqlite3.OperationalError):  # somebody else is at it; every mode is safe
                connection.execute("pragma journal_mode = wal")
            with transaction(connection):
                _migrate(connection)
        elif version < VERSION:
            raise sqlite3.OperationalError(
                "it was written by an earlier version of copydesk: the next run brings it up to date"
            )
        if write:
            connection.execute(
                "pragma synchronous = normal"
            )  # a killed process loses nothing, a power cut the last run
    except BaseException:
        connection.close()
        raise
    return connection


def _readable(uri: str) -> sqlite3.Connection:
    """For reading only; where the folder cannot be written there is no place for the files that readers share."""
    for mode in ("?mode=ro", "?mode=ro&immutable=1"):
        connection = sqlite3.connect(uri + mode, uri=True, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("select count(*) from sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            connection.close()
        else:
            return connection
    raise sqlite3.OperationalError("unable to open it for reading")


def _version(connection: sqlite3.Connection) -> int:
    """The file's version. Raises OperationalError for one that is newer, or not ours: what is no history is never written to."""
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise sqlite3.OperationalError(f"it was written by a newer version of copydesk ({version}, known is {VERSION})")
    if version < 0 or _schema(connection) != _expected(version):
        raise sqlite3.OperationalError("it is another program's file, and left alone")
    return int(version)


def _schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = connection.execute("select type, name, sql from sqlite_schema where sql is not null order by name limit 100")
    return rows.fetchall()


def _expected(version: int) -> list[tuple[str, ...]]:
    """The tables of a version, made in memory: views, triggers and other tables are programs of whoever wrote them."""
    model = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for migration in MIGRATIONS[:version]:
            model.executescript(migration)
        return _schema(model)
    finally:
        model.close()


def _migrate(connection: sqlite3.Connection) -> None:
    """Brings the tables up to date, in a transaction; another process may have done so meanwhile."""
    for version in range(_version(connection), VERSION):
        for statement in filter(str.strip, MIGRATIONS[version].split(";")):
            connection.execute(statement)
    connection.execute(f"pragma user_version = {VERSION}")
