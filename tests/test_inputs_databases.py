"""Databases as input: SQLite and DuckDB files, and addresses. They are only read, and no password gets out."""

import base64
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Finished
from copydesk.articles import database
from copydesk.articles.inputs import Input, expand
from copydesk.errors import UsageError
from copydesk.verify import verify
from newsroom import COLUMNS, NAMES, ROWS, SECRET, kept


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


def test_a_database_that_nobody_touched_is_what_its_run_read(newsroom: Path, check: Callable[..., Finished]) -> None:
    connection = sqlite3.connect(newsroom)
    connection.execute('drop table "odd ""name"')  # one table is read without being named
    connection.commit()
    done = check(newsroom)
    assert verify(done.run).inputs_intact == [str(newsroom)]
    connection.execute("delete from articles where id = 'good'")
    connection.commit()
    connection.close()
    assert verify(done.run).inputs_changed == [str(newsroom)]


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
