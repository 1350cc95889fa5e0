"""Database servers as input: a real PostgreSQL and a real MariaDB. They are only read, and no password gets out."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from conftest import Finished
from newsroom import COLUMNS, ROWS, SECRET, kept


@contextmanager
def folder_of_a_server() -> Iterator[tuple[Path, dict[str, Any]]]:
    """(a folder for a server and its socket, whose process it is to be): database servers do not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="db-", dir="/tmp"))  # a socket's path has to be short
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        owner = {"user": "nobody"}
    try:
        yield folder, owner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(command: list[str | Path], owner: dict[str, Any]) -> Iterator[None]:
    """A server for as long as the block lasts."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **owner)
    try:
        yield
    finally:
        server.terminate()
        server.wait(60)


def connected(connect: Callable[[], Any], refused: type[Exception]) -> Any:
    """The connection to a server that is starting."""
    for _ in range(300):
        try:
            return connect()
        except refused:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server with 5,000 articles of every type that it is used for."""
    found = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))
    initdb = shutil.which("initdb") or (found[0] if found else None)
    if initdb is None:
        pytest.skip("there is no PostgreSQL server on this machine")
    with folder_of_a_server() as (folder, owner):
        password = folder / "password"
        password.write_text(SECRET)
        password.chmod(0o644)
        subprocess.run(
            [initdb, "-D", folder / "data", "-U", "ana", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--no-sync"],
            check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}, **owner,
        )  # fmt: skip
        program = Path(initdb).resolve().with_name("postgres")
        with running(
            [program, "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"], owner
        ):
            address = f"postgresql://ana:{SECRET}@/postgres?host={folder}"
            with connected(lambda: psycopg.connect(address, autocommit=True), psycopg.OperationalError) as connection:
                connection.execute("create schema desk")
                connection.execute(
                    f"create table desk.articles (n serial, {COLUMNS}, tags text[], meta jsonb, thumb bytea, cost numeric(8, 3), seen timestamptz, key uuid)"
                )
                insert = "insert into desk.articles (id, url, title, author, date, text, crawl_date, tags, meta, thumb, cost, seen, key) values (%s, %s, %s, %s, %s, %s, %s, '{a,b}', '{\"k\": [1]}', '\\x00ff', 1.250, '2025-06-14 08:30+02', '11111111-0000-4000-8000-000000000001')"
                for row in ROWS:
                    connection.execute(insert, row)
                connection.execute(
                    "insert into desk.articles (id, title, text) select i, 'T', 'x' from generate_series(3, 5000) i"
                )
            yield address


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    """The address, without its scheme, of a MariaDB server with 5,000 articles."""
    install, program = (
        shutil.which("mariadb-install-db"),
        shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"),
    )
    if install is None or program is None:
        pytest.skip("there is no MariaDB server on this machine")
    with folder_of_a_server() as (folder, owner):
        common = ["--no-defaults", f"--datadir={folder / 'data'}"]
        subprocess.run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True, capture_output=True, **owner,
        )  # fmt: skip
        socket = str(folder / "s")
        with running(
            [program, *common, f"--socket={socket}", "--skip-networking", "--character-set-server=utf8mb4"], owner
        ):
            root = connected(
                lambda: pymysql.connect(unix_socket=socket, user="root", autocommit=True), pymysql.OperationalError
            )
            with root, root.cursor() as cursor:
                cursor.execute("create database desk")
                cursor.execute(f"create user ana@localhost identified by '{SECRET}'")
                cursor.execute("grant all on desk.* to ana@localhost")
                cursor.execute(
                    f"create table desk.articles (n serial, {COLUMNS}, tags json, thumb blob, cost decimal(8, 3), seen datetime, never datetime)"
                )
                cursor.executemany(
                    "insert into desk.articles (id, url, title, author, date, text, crawl_date, tags, thumb, cost, seen) values (%s, %s, %s, %s, %s, %s, %s, '[\"a\"]', x'00ff', 1.25, '2025-06-14 08:30')",
                    ROWS,
                )
                cursor.execute(
                    "insert into desk.articles (id, title, text, never) select seq, '🚢', 'x', 0 from desk.seq_3_to_5000"
                )
            yield f"ana:{SECRET}@/desk?unix_socket={socket}"


def assert_no_secret(done: Finished) -> None:
    everything = b"".join(path.read_bytes() for path in done.run.rglob("*") if path.is_file())
    assert SECRET.encode() not in everything
    assert SECRET not in done.out + done.err


def test_a_table_of_postgresql_is_streamed_and_only_read(postgresql: str, check: Callable[..., Finished]) -> None:
    done = check(f"{postgresql}&table=desk.articles")
    assert done.summary["counts"]["read"] == 5_000, done.err
    first = kept(done, "accepted")[0]
    assert (first["id"], first["tags"], first["meta"], first["thumb"], first["cost"]) == (
        "good",
        ["a", "b"],
        {"k": [1]},
        "AP8=",
        "1.250",
    )
    assert (first["seen"][:4], first["key"]) == ("2025", "11111111-0000-4000-8000-000000000001")
    assert_no_secret(done)


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"])
def test_a_table_of_mariadb_is_read_by_the_driver_that_is_there(
    scheme: str, mariadb: str, check: Callable[..., Finished]
) -> None:
    done = check(f"{scheme}://{mariadb}&table=articles")
    assert done.summary["counts"]["read"] == 5_000, done.err
    first = kept(done, "accepted")[0]
    assert (first["id"], first["tags"], first["thumb"], first["cost"], first["seen"]) == (
        "good",
        '["a"]',
        "AP8=",
        "1.250",
        "2025-06-14T08:30:00",
    )
    last = kept(done, "quarantined")[-1]
    assert (last["title"], last["never"]) == ("🚢", "0000-00-00 00:00:00")
    assert_no_secret(done)


def test_a_query_that_writes_is_refused_by_postgresql(postgresql: str, check: Callable[..., Finished]) -> None:
    done = check(postgresql, "--query", "select setval('desk.articles_n_seq', 1)")
    assert (done.code, "read-only transaction" in done.err) == (3, True), done.err
    done = check(
        postgresql,
        "--query",
        "select id, title from desk.articles where title like 'Ferry%' and date::text is not null",
    )
    assert done.summary["counts"]["read"] == 1, done.err


def test_a_query_that_writes_is_refused_by_mariadb(mariadb: str, check: Callable[..., Finished]) -> None:
    done = check(f"mariadb://{mariadb}", "--query", "delete from articles")
    assert (done.code, "READ ONLY transaction" in done.err) == (3, True), done.err
    done = check(f"mariadb://{mariadb}", "--query", "select id, title from articles where title like 'Ferry%'")
    assert done.summary["counts"]["read"] == 1, done.err


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_wrong_password_is_not_repeated(
    server: str, request: pytest.FixtureRequest, check: Callable[..., Finished]
) -> None:
    address = request.getfixturevalue(server).replace(SECRET, "an0ther-w0rd")
    done = check(f"{address if '://' in address else f'mariadb://{address}'}&table=articles")
    assert done.code == 3
    assert "password authentication failed" in done.err or "Access denied" in done.err
    assert "an0ther-w0rd" not in done.err + done.out
