"""Databases as input: a real PostgreSQL server, SQLite and DuckDB files. They are only read, and no password gets out."""

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Finished, record
from copydesk.articles import database
from copydesk.articles.inputs import Input, expand
from copydesk.errors import UsageError

SECRET = "s3cr3t-w0rd"  # noqa: S105
COLUMNS = "id text, url text, title text, author text, date text, text text, crawl_date text"

NAMES = ("id", "url", "title", "author", "date", "text", "crawl_date")


def values(**fields: Any) -> tuple[Any, ...]:
    """A row of the table of articles."""
    entry = record(**fields)
    return tuple(entry[name] if name != "author" else entry["authors"][0] for name in NAMES)


ROWS = [values(id="good"), values(id="bad", title="")]


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    """A SQLite file with two articles, and a table of something else."""
    path = tmp_path / "newsroom.db"
    connection = sqlite3.connect(path)
    connection.execute(f"create table articles ({COLUMNS})")
    connection.executemany("insert into articles values (?, ?, ?, ?, ?, ?, ?)", ROWS)
    connection.execute('create table "odd ""name" (x)')
    connection.commit()
    connection.close()
    return path


def kept(done: Finished, verdict: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (done.run / f"{verdict}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "how", ["{}?table=articles", "sqlite:///{}?table=articles", "sqlite:///{}?query=select * from articles"]
)
def test_rows_of_sqlite_come_out_as_json_lines(how: str, newsroom: Path, check: Callable[..., Finished]) -> None:
    arguments = [str(newsroom), "--table", "articles"] if how.startswith("{}") else [how.format(newsroom)]
    before = newsroom.read_bytes()
    done = check(*arguments)
    assert done.code == 1, done.err
    assert [entry["id"] for entry in kept(done, "accepted")] == ["good"]
    assert kept(done, "quarantined")[0] == dict(zip(NAMES, ROWS[1], strict=True))
    assert newsroom.read_bytes() == before
    assert done.summary["inputs"][0]["format"] == "database"


def test_a_query_chooses_and_names_columns(newsroom: Path, check: Callable[..., Finished]) -> None:
    done = check(newsroom, "--query", "select id, title as kop, date || ':00' as odd from articles where id = 'good'")
    assert done.articles["article_id"].to_list() == ["good"]
    assert kept(done, "quarantined")[0]["odd"].endswith("Z:00")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["{}"], 3, "say which table with --table or ?table=, or give a --query; the tables are: articles, odd"),
        (["{}", "--table", "nowhere"], 3, "no such table: nowhere"),
        (["{}", "--query", "delete from articles"], 3, "readonly"),
        (["{}", "--query", "select id, id from articles"], 3, "several columns are called id"),
        (["sqlite:////nowhere/at/all.db?table=x"], 3, "no such file"),
        (["{}", "--query", "select 1", "--table", "x"], 2, "not both"),
        (["https://example.com/feed.xml"], 2, "copydesk fetches no input; download it"),
        (["nosuchbase://host/x?table=y"], 3, "nosuchbase"),
        ([__file__, "--table", "x"], 2, "are for databases"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_a_remedy(
    arguments: list[str], code: int, says: str, newsroom: Path, check: Callable[..., Finished]
) -> None:
    before = newsroom.read_bytes()
    done = check(*[argument.format(newsroom) for argument in arguments])
    assert (done.code, says in done.err, "Traceback" in done.err) == (code, True, False), done.err
    assert newsroom.read_bytes() == before


def test_one_base_that_does_not_answer_does_not_keep_others_from_being_checked(
    newsroom: Path, check: Callable[..., Finished]
) -> None:
    done = check("sqlite:////nowhere.db?table=x", f"sqlite:///{newsroom}?table=articles")
    assert done.code == 3
    assert done.summary["counts"]["read"] == 2
    assert "/nowhere.db" in done.summary["input_errors"][0]


CELLS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.binary(max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_every_value_of_a_row_comes_out(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]]) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
    connection = sqlite3.connect(folder / "x.db")
    connection.execute("create table t (title, other)")
    connection.executemany("insert into t values (?, ?)", rows)
    connection.commit()
    connection.close()
    found = database.named(str(folder / "x.db"), "t")
    assert found is not None
    found[0].copy("x.db", folder / "rows.jsonl")
    told = [json.loads(line) for line in (folder / "rows.jsonl").read_bytes().splitlines()]
    wanted = [[base64.b64encode(cell).decode() if isinstance(cell, bytes) else cell for cell in row] for row in rows]
    assert [[entry["title"], entry["other"]] for entry in told] == wanted


def test_text_that_is_no_utf_8_does_not_stop_a_table(tmp_path: Path, check: Callable[..., Finished]) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("create table t (title text)")
    connection.execute("insert into t values (cast(x'4661ff' as text))")
    connection.commit()
    connection.close()
    assert check(tmp_path / "x.db").articles["title"].to_list() == ["Fa\ufffd"]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A DuckDB file with two articles of typed columns."""
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table articles (id varchar, url varchar, title varchar, authors varchar[], date timestamptz, text varchar, crawl_date date, score decimal(5, 2))"
        )
        for row in ROWS:
            connection.execute("insert into articles values (?, ?, ?, [?], ?, ?, ?, 1.25)", row)
    return path


def test_rows_of_duckdb_come_out_as_parquet_of_their_types(lake: Path, check: Callable[..., Finished]) -> None:
    before = lake.read_bytes()
    done = check(lake)
    assert done.code == 1, done.err
    accepted, quarantined = (
        pl.read_parquet(done.run / f"{verdict}.parquet") for verdict in ("accepted", "quarantined")
    )
    assert (accepted["id"].to_list(), quarantined["id"].to_list()) == (["good"], ["bad"])
    assert accepted.schema["score"] == pl.Decimal(5, 2)
    assert accepted.schema["authors"] == pl.List(pl.String())
    assert lake.read_bytes() == before
    assert check(f"duckdb:///{lake}?table=main.articles").summary["counts"]["read"] == 2
    assert check(f"duckdb:///{lake}?query=select * from articles where id = 'bad'").summary["counts"]["read"] == 1  # noqa: S608


def test_a_type_that_parquet_does_not_know_is_said_with_a_remedy(
    tmp_path: Path, check: Callable[..., Finished]
) -> None:
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table a as select 'Ferry Resumes' as title, interval '2 days' as age")
    done = check(path)
    assert (done.code, "cast that column in a --query" in done.err) == (3, True), done.err
    assert check(path, "--query", "select title, age::varchar as age from a").summary["counts"]["read"] == 1


def test_a_duckdb_file_from_elsewhere_reaches_no_other_file(
    lake: Path, tmp_path: Path, check: Callable[..., Finished]
) -> None:
    (tmp_path / "private.csv").write_text("title\nsecret\n")
    with duckdb.connect(str(lake)) as connection:
        connection.execute(f"create view leak as select * from read_csv('{tmp_path / 'private.csv'}')")  # noqa: S608
    done = check(lake, "--table", "leak")
    assert (done.code, "secret" in done.err) == (3, False)
    assert "disabled" in done.err
    assert check(lake, "--query", "drop table articles").code == 3


def test_no_password_is_shown_wherever_it_stands() -> None:
    for name in (
        f"postgresql://ana:{SECRET}@db.example.com/news?table=a",
        f"mysql://db/news?password={SECRET}&table=a",
        f"postgresql://ana:{SECRET}%40x@db/news?table=a#{SECRET}",
        f"postgresql://:{SECRET}@db/news",
    ):
        [entry] = expand([name])
        assert SECRET not in entry.name
        assert SECRET not in repr(entry)
        assert "news" in entry.name
    with pytest.raises(UsageError) as told:
        expand([f"https://ana:{SECRET}@example.com/a.jsonl"])
    assert SECRET not in str(told.value)


def test_an_input_of_a_database_names_its_table() -> None:
    [entry] = expand(["postgresql://ana@db.example.com:5433/news"], table="public.articles")
    assert entry == Input(
        None, "postgresql://ana@db.example.com:5433/news?table=public.articles", database=entry.database
    )


@pytest.mark.parametrize("how", ["{}", "sqlite:///{}?table=articles", "sqlite:///file:{}?table=articles"])
@pytest.mark.parametrize("target", ["run/newsroom.db", "link.db"])
def test_a_database_is_not_fixed_in_place(
    how: str, target: str, newsroom: Path, tmp_path: Path, program: Callable[..., Finished]
) -> None:
    source, output = tmp_path / "run" / "newsroom.db", tmp_path / target
    source.parent.mkdir()
    newsroom.rename(source)
    if target == "link.db":
        os.link(source, output)
    before = source.read_bytes()
    done = program("fix", how.format(source), "-o", output)
    assert (done.code, "nothing is fixed in place" in done.err) == (2, True)
    assert source.read_bytes() == before


def test_a_duckdb_file_is_not_fixed_in_place(lake: Path, program: Callable[..., Finished]) -> None:
    before = lake.read_bytes()
    assert program("fix", f"duckdb:///{lake}", "-o", lake).code == 2
    assert lake.read_bytes() == before


def test_a_run_writes_over_no_database_that_it_reads(newsroom: Path, program: Callable[..., Finished]) -> None:
    before = newsroom.read_bytes()
    inside = program("check", newsroom, "--table", "articles", "-o", newsroom.parent)
    assert (inside.code, "lies in the run directory" in inside.err) == (2, True)
    recorded = program(
        "check", newsroom, "--table", "articles", "-o", newsroom.parent / "run", "--online", "--record", newsroom
    )
    assert (recorded.code, "would write over" in recorded.err) == (2, True)
    assert newsroom.read_bytes() == before


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of the test's own, on a socket in a folder of its own."""
    programs = [
        shutil.which("initdb"),
        shutil.which("postgres"),
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
    ]
    initdb = next((program for program in (programs[0], *programs[2:]) if program), None)
    if initdb is None:
        pytest.skip("there is no PostgreSQL server on this machine")
    program = Path(initdb).resolve().with_name("postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        shutil.chown(folder, "nobody")
        owner = {"user": "nobody"}
    password = folder / "password"
    password.write_text(SECRET)
    password.chmod(0o644)
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", "ana", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}, **owner,
    )  # fmt: skip
    running = subprocess.Popen(
        [program, "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **owner,
    )  # fmt: skip
    try:
        yield f"postgresql://ana:{SECRET}@/postgres?host={folder}"
    finally:
        running.terminate()
        running.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def articles(server: str) -> str:
    """The server, with a table of 5,000 articles of every type that PostgreSQL is used for."""
    import time

    import psycopg

    for _ in range(300):
        try:
            with psycopg.connect(server, autocommit=True) as connection:
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
            return server
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


def test_a_table_of_postgresql_is_streamed_and_only_read(articles: str, check: Callable[..., Finished]) -> None:
    done = check(f"{articles}&table=desk.articles")
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
    everything = b"".join(path.read_bytes() for path in done.run.rglob("*") if path.is_file())
    assert SECRET.encode() not in everything
    assert SECRET not in done.out + done.err


def test_a_query_that_writes_is_refused_by_the_server(articles: str, check: Callable[..., Finished]) -> None:
    done = check(articles, "--query", "select setval('desk.articles_n_seq', 1)")
    assert (done.code, "read-only transaction" in done.err) == (3, True), done.err
    done = check(
        articles, "--query", "select id, title from desk.articles where title like 'Ferry%' and date::text is not null"
    )
    assert done.summary["counts"]["read"] == 1, done.err


def test_a_wrong_password_is_not_repeated(articles: str, check: Callable[..., Finished]) -> None:
    wrong = articles.replace(SECRET, "an0ther-w0rd")
    done = check(f"{wrong}&table=desk.articles")
    assert done.code == 3
    assert "password authentication failed" in done.err
    assert "an0ther-w0rd" not in done.err + done.out
