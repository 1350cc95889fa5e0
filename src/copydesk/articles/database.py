"""Tables of databases as input: by address (SQLAlchemy, any of its dialects) or as SQLite and DuckDB files.

A database is only ever read: its rows are copied into a file of the run, in one transaction that is read-only where the
database knows such a thing, and that file is the input. So both readings of a run see the same rows, and what comes out are
JSON lines (of a DuckDB file: Parquet) with all columns. A password is not kept and not shown.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import orjson

from copydesk.articles.fields import as_json
from copydesk.errors import InputError, UsageError

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Connection, Engine

_ADDRESS: Final = re.compile(r"([a-z][a-z0-9_]*(?:\+[a-z0-9_]+)?)://", re.IGNORECASE)
_SIGNATURES: Final = ((0, b"SQLite format 3\0", "sqlite"), (8, b"DUCK", "duckdb"))
_OWN: Final = ("table", "query")
_ROWS: Final = 2_048
_READ_ONLY: Final = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
"""How a dialect is told to change nothing; in others the transaction is rolled back all the same."""

_INSTEAD: Final = {
    "postgresql": ("psycopg2", "psycopg", "psycopg[binary]"),
    "mysql": ("MySQLdb", "pymysql", "pymysql"),
    "mariadb": ("MySQLdb", "pymysql", "pymysql"),
    "oracle": ("cx_Oracle", "oracledb", "oracledb"),
}
"""Dialect -> the driver that SQLAlchemy takes unless told, the one taken where that is missing, and the package to install."""

_DUCKDB: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""A view in a file from elsewhere can read any file and address of this machine, unless it is told not to."""

FORMATS: Final = {"duckdb": ("parquet", ".parquet")}
"""Scheme -> the format in which rows come out; of every other JSON lines."""


@dataclass(frozen=True, slots=True)
class Database:
    """A table or query of a database. ``address`` may hold a password, so it is no part of how this is shown."""

    scheme: str
    address: str = field(repr=False)
    table: str | None = None
    query: str | None = None

    @property
    def format(self) -> str:
        """The format of the rows."""
        return FORMATS.get(self.scheme, ("jsonl", ""))[0]

    @property
    def file(self) -> Path | None:
        """The file that holds the database, None where a server does."""
        place = self.address
        if _ADDRESS.match(place):
            if not self.scheme.startswith("sqlite"):
                return None
            place = place.partition("://")[2].partition("?")[0].partition("/")[2]
            if place.startswith("file:"):
                place = unquote(place.removeprefix("file:"))
        return Path(place) if place else None

    def copy(self, name: str, path: Path) -> None:
        """Writes all rows to ``path``. Raises InputError where that is not possible, calling the input ``name``."""
        needed, extra = ("duckdb", "duckdb") if self.scheme == "duckdb" else ("sqlalchemy", "sql")
        if find_spec(needed) is None:
            raise InputError(f"{name}: a database, which needs {needed}: pip install 'copydesk[{extra}]'")
        if self.scheme == "duckdb":
            _copy_duckdb(self, name, path)
        else:
            _copy_sql(self, name, path)


def named(name: str, table: str | None = None, query: str | None = None) -> tuple[Database, str] | None:
    """(the database that ``name`` is the address or file of, the name to show); None for any other input.

    ``table`` and ``query`` come before those in the address. Raises UsageError for an address that is none.
    """
    found = _ADDRESS.match(name)
    if found is None:
        scheme = _signed(Path(name))
        return None if scheme is None else _with(scheme, Path(name).absolute().as_posix(), name, table, query)
    scheme = found[1].lower()
    if scheme.partition("+")[0] in ("http", "https", "ftp", "s3", "gs", "file"):
        raise UsageError(f"{_bare(name)}: copydesk fetches no input; download it and name the file")
    parts = urlsplit(name)
    own = {key: value for key, value in parse_qsl(parts.query) if key in _OWN}
    rest = urlencode([(key, value) for key, value in parse_qsl(parts.query, True) if key not in _OWN])
    address = re.split(r"[?#]", name, maxsplit=1)[0] + (f"?{rest}" if rest else "")
    shown = _bare(name)
    if scheme == "duckdb":
        address = unquote(parts.path).removeprefix("/")
    return _with(scheme, address, shown, table or own.get("table"), query or own.get("query"))


def _with(scheme: str, address: str, shown: str, table: str | None, query: str | None) -> tuple[Database, str]:
    if table and query:
        raise UsageError(f"{shown}: a table or a query, not both")
    chosen = f"?table={quote(table, safe='.')}" if table else f"?query={quote(query, safe=' *,=')}" if query else ""
    return Database(scheme, address, table, query), shown + chosen


def _bare(name: str) -> str:
    """An address without password, query and fragment: each may hold a secret."""
    scheme, _, rest = name.partition("://")
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    if "@" in place:
        who, _, where = place.rpartition("@")
        user = who.partition(":")[0]
        place = f"{user}@{where}" if user else where
    return f"{scheme}://{place}"


def _signed(path: Path) -> str | None:
    """The scheme of a database file, by its first bytes."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(16)
    except (OSError, ValueError):
        return None
    return next((scheme for at, mark, scheme in _SIGNATURES if head[at : at + len(mark)] == mark), None)


def _copy_sql(database: Database, name: str, path: Path) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with _connected(database) as connection, path.open("wb") as file:
            rows = connection.execute(_statement(connection, database, name))
            columns = _distinct(name, list(rows.keys()))
            for part in rows.partitions(_ROWS):
                file.writelines(_line(columns, row) for row in part)
    except ModuleNotFoundError as error:
        packages = {usual: package for usual, _, package in _INSTEAD.values()}
        raise InputError(f"{name}: needs a driver: pip install '{packages.get(str(error.name), error.name)}'") from None
    except (SQLAlchemyError, ValueError, TypeError) as error:
        raise InputError(f"{name}: {_said(error, database)}") from None


@contextmanager
def _connected(database: Database) -> "Iterator[Connection]":
    engine = _engine(database)
    try:
        with engine.connect() as connection:
            if forbid := _READ_ONLY.get(engine.dialect.name):
                connection.exec_driver_sql(forbid)
            yield connection.execution_options(stream_results=True, max_row_buffer=_ROWS)
            connection.rollback()
    finally:
        engine.dispose()


def _engine(database: Database) -> "Engine":
    import sqlalchemy

    if _ADDRESS.match(database.address) is None:  # a file
        address = sqlalchemy.URL.create("sqlite", database=f"file:{quote(database.address)}", query=_OPENED)
    else:
        address = sqlalchemy.make_url(database.address)
        if address.get_backend_name() == "sqlite" and address.database and not address.database.startswith("file:"):
            if not Path(address.database).is_file():  # SQLite would make it
                raise ValueError("no such file")
            address = address.set(database=f"file:{quote(address.database)}", query=_OPENED)
        elif instead := _INSTEAD.get(address.drivername):
            usual, other, _ = instead
            if find_spec(usual) is None and find_spec(other):
                address = address.set(drivername=f"{address.drivername}+{other}")
    engine = sqlalchemy.create_engine(address, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        sqlalchemy.event.listen(engine, "connect", _patient)
    return engine


_OPENED: Final = {"mode": "ro", "uri": "true"}


def _patient(connection: Any, _: Any) -> None:
    """SQLite does not see to it that texts are UTF-8; and a schema from elsewhere is not to be trusted."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.execute("PRAGMA trusted_schema = OFF")


def _statement(connection: "Connection", database: Database, name: str) -> Any:
    import sqlalchemy

    if database.query:
        return sqlalchemy.text(database.query.replace(":", r"\:"))
    inspector = sqlalchemy.inspect(connection)
    if database.table:
        schema, table = None, database.table
        if "." in table and not inspector.has_table(table):
            schema, _, table = table.partition(".")
        chosen = sqlalchemy.table(table, schema=schema)
    else:
        chosen = sqlalchemy.table(_only(name, [*inspector.get_table_names(), *inspector.get_view_names()]))
    return sqlalchemy.select(sqlalchemy.literal_column("*")).select_from(chosen)


def _only(name: str, tables: Sequence[str]) -> str:
    if len(tables) != 1:
        held = ", ".join(sorted(tables)[:20]) or "none"
        raise InputError(f"{name}: say which table with --table or ?table=, or give a --query; the tables are: {held}")
    return tables[0]


def _distinct(name: str, columns: list[str]) -> list[str]:
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise InputError(f"{name}: several columns are called {', '.join(twice)[:120]}; rename them in a --query")
    return columns


def _line(columns: list[str], row: Sequence[Any]) -> bytes:
    """A row as a JSON line: times in ISO 8601, bytes in base64, decimals and what else JSON cannot say as text."""
    record = dict(zip(columns, row, strict=True))
    try:
        return orjson.dumps(record, default=_plain, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError, RecursionError):  # integers beyond 64 bits
        return as_json({key: _bytes(value) for key, value in record.items()}).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, set | frozenset | tuple) else str(_bytes(value))


def _bytes(value: Any) -> Any:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes | bytearray | memoryview) else value


def _said(error: Exception, database: Database) -> str:
    """What a driver says, in one line and without the password, wherever it may have put that."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())[:500]
    try:
        secrets = [
            urlsplit(database.address).password or "",
            *dict(parse_qsl(urlsplit(database.address).query)).values(),
        ]
    except ValueError:
        return "not the address of a database"
    for form in {*secrets, *map(unquote, secrets)} - {""}:
        said = said.replace(form, "***")
    return said


def _copy_duckdb(database: Database, name: str, path: Path) -> None:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not Path(database.address).is_file():
        raise InputError(f"{name}: no such file")
    try:
        with duckdb.connect(database.address, read_only=True, config=dict(_DUCKDB)) as connection:
            connection.execute("SET lock_configuration = true")
            result = connection.sql(database.query or _select(connection, database, name))
            if result is None:
                raise InputError(f"{name}: the query gives no rows; only what selects is run")
            _distinct(name, list(result.columns))
            reader: pa.RecordBatchReader = result.to_arrow_reader(_ROWS)
            with pq.ParquetWriter(path, reader.schema) as writer:
                for batch in reader:
                    writer.write_batch(batch)
    except pa.ArrowNotImplementedError as error:  # intervals and unions, which Parquet does not know
        raise InputError(f"{name}: {error}; cast that column in a --query, for instance to varchar") from None
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: {' '.join(str(error).split())[:500]}") from None


def _select(connection: "duckdb.DuckDBPyConnection", database: Database, name: str) -> str:
    table = database.table
    if table is None:
        found = connection.execute("select table_name from information_schema.tables where table_schema = 'main'")
        table = _only(name, [row[0] for row in found.fetchall()])
    held = connection.execute("select table_name from information_schema.tables").fetchall()
    parts = [table] if (table,) in held else table.split(".", 1)
    return "select * from " + ".".join('"' + part.replace('"', '""') + '"' for part in parts)  # noqa: S608 -- quoted
