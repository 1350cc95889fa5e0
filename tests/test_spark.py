"""A run on Spark finds what a run on this machine finds, whatever happens to its tasks."""

import gzip
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import TEXT, Finished, record
from copydesk import contract as contracts
from copydesk.articles.inputs import expand
from copydesk.baseline import Entry, Ledger
from copydesk.engines import spark as engine
from copydesk.engines.local import Result, run
from copydesk.engines.spark import plan
from copydesk.engines.spark.lines import LineRange
from copydesk.engines.spark.output import destination
from copydesk.engines.spark.session import require, session
from copydesk.engines.spark.tallies import overdrawn, reduced
from copydesk.errors import CopydeskError, InputError, RuleError, UsageError
from copydesk.verify import verify

SUBMIT = (
    "--conf spark.speculation=true --conf spark.speculation.interval=200ms --conf spark.speculation.quantile=0.5 "
    "--conf spark.speculation.multiplier=1.5 --conf spark.speculation.minTaskRuntime=3s --conf spark.ui.enabled=false "
    "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 pyspark-shell"
)

RULES = '''
import os, time
from pathlib import Path
from copydesk.rules import Rule, Severity, Spot, rule
import polars as pl

@rule("OWN001", "accident", severity=Severity.INFO, field="title")
class Accident(Rule):
    """A rule to which things happen."""

    def passes(self):
        return ~pl.col("title").is_in(["die", "crash"]).fill_null(False)

    def find(self, article):
        what = article["title"]
        if what == "crash":
            raise RuntimeError("as it was told")
        log = Path("{folder}", what)
        first = not log.exists()
        with log.open("a") as file:
            file.write("once more\\n")
        if first and what == "die":
            os._exit(13)
        yield Spot("title", "an accident")
'''


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark with two executors in processes of their own, which tries tasks again and lets two of them race."""
    try:
        require()
    except UsageError as error:
        pytest.skip(f"NO SPARK: {error}")
    os.environ["PYSPARK_SUBMIT_ARGS"] = SUBMIT
    with session("local-cluster[2,1,1024]") as made:
        yield made
    del os.environ["PYSPARK_SUBMIT_ARGS"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inputs of every kind that Spark reads, a contract with a baseline and suppressions, and rules with accidents."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "rules.py").write_text(RULES.format(folder=folder / "log"), encoding="utf-8")
    _write_inputs(folder / "in")
    contract = "contract: desk\nsyndication: on\nplugins: [rules.py]\nsuites: [suite.json]\nsuppress:\n  - {id: a5, rule: byline-missing, reason: it has none}\n"
    (folder / "desk.yaml").write_text(contract, encoding="utf-8")
    suite = {"name": "own", "expectations": [{"type": "expect_column_mean_to_be_between",
             "kwargs": {"column": "body_characters", "min_value": 1}}]}  # fmt: skip
    (folder / "suite.json").write_text(json.dumps(suite), encoding="utf-8")
    return folder


def _write_inputs(folder: Path) -> None:
    folder.mkdir()
    plain = [_line(number).encode() for number in range(160)]
    plain[20:20] = [b"", b'{"broken"', b"  ", b"[1]"]
    plain[90] += b"\r"
    (folder / "a.jsonl").write_bytes(b"\n".join(plain))
    guessed = [
        json.dumps(record(id=f"g{n}", title="Größe über Öl", text=TEXT * 9), ensure_ascii=False) for n in range(40)
    ]
    (folder / "b.jsonl").write_bytes("\n".join([_line(900), *guessed]).encode("latin-1", "replace") + b"\n")
    with gzip.open(folder / "c.jsonl.gz", "wb") as file:
        file.write(b"\n".join(_line(number).encode() for number in range(200, 230)))
    damaged = gzip.compress(b"\n".join(_line(number).encode() for number in range(300, 330)))
    (folder / "d.jsonl.gz").write_bytes(damaged[: len(damaged) - 40])
    frame = pl.DataFrame([json.loads(_line(number)) for number in range(400, 460)])
    frame.write_parquet(folder / "e.parquet", row_group_size=13)
    (folder / "f.jsonl").write_bytes(b"")


def _line(number: int) -> str:
    titles = {30: "die", 7: "", 14: None}
    entry = record(
        id=f"a{number % 150}",
        url=f"https://www.example{number % 3}.com/2025/06/14/ferry-{number // 6}",
        title=titles.get(number, f"Ferry {number} sails"),
        text=f"{TEXT}\nRead more about the ferry\nThe wall is {number} feet high.\n東京の港 " + "and so on " * 30,
        authors=[] if number % 5 == 0 else ["Ana Lindqvist"],
    )
    return json.dumps(entry, ensure_ascii=False)


@pytest.fixture(scope="module")
def both(spark: Any, folder: Path) -> tuple[Result, Result]:
    """The same inputs on this machine and on Spark, with accidents, against a baseline of an earlier run."""
    (folder / "log").mkdir()
    (folder / "log" / "die").write_text("here\n")
    plain = contracts.read(folder / "desk.yaml")
    run(expand([str(folder / "in")]), plain, folder / "first", jobs=1)
    findings = pl.read_parquet(folder / "first" / "findings.parquet")
    known = findings.group_by("fingerprint", maintain_order=True).agg(pl.all().first(), pl.len().alias("count"))
    entries = [
        # of some that several shares meet, fewer are known than there are
        Entry(row["article_key"], row["rule"], row["field"], "", row["fingerprint"], max(1, row["count"] - 1))
        for row in known.iter_rows(named=True)
        if row["rule"] != "title-missing"
    ]
    from copydesk.baseline import write

    write(folder / "known.jsonl", entries)
    contract = contracts.with_options(plain, None, folder / "known.jsonl")
    here = run(expand([str(folder / "in")]), contract, folder / "here", jobs=1)
    (folder / "log" / "die").unlink()
    there = engine.run([str(folder / "in")], contract, str(folder / "there"), share=20_000)
    return here, there


def test_accidents_happened(both: tuple[Result, Result], folder: Path) -> None:
    assert len((folder / "log" / "die").read_text().splitlines()) >= 2
    assert len(list((folder / "there" / "articles.parquet").iterdir())) > 8


@pytest.mark.parametrize("table", ["articles", "findings", "outcomes", "syndication"])
def test_tables_are_the_same_row_by_row(table: str, both: tuple[Result, Result], folder: Path) -> None:
    one, other = (pl.read_parquet(folder / name / f"{table}.parquet") for name in ("here", "there"))
    assert one.height > 100
    varying = [name for name in ("age_hours",) if name in one.columns]  # counted from the run's start
    assert one.drop(varying).equals(other.drop(varying))


def test_records_are_the_same_byte_for_byte_and_in_order(both: tuple[Result, Result], folder: Path) -> None:
    for verdict in ("accepted", "quarantined"):
        parts = [part.read_bytes() for part in sorted((folder / "there" / f"{verdict}.jsonl").iterdir())]
        whole = b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts)
        assert whole.rstrip(b"\n") == (folder / "here" / f"{verdict}.jsonl").read_bytes().rstrip(b"\n")
        one, other = (pl.read_parquet(folder / name / f"{verdict}.parquet") for name in ("here", "there"))
        assert one.equals(other)
    one, other = ((folder / name / "unreadable.jsonl").read_bytes() for name in ("here", "there"))
    assert one == other != b""


def test_the_summary_is_the_same_and_the_run_verifies(both: tuple[Result, Result], folder: Path) -> None:
    varying = ("run_id", "started_at", "finished_at")
    one, other = ({**result.summary, **dict.fromkeys(varying)} for result in both)
    assert one == other
    assert one["baselined"] > 0
    assert one["counts"]["quarantined"] > 0
    assert both[0].input_errors == both[1].input_errors != ()
    assert verify(folder / "there").passed
    assert "report.html" in verify(folder / "there").intact
    assert [path.name for path in (folder / "there").iterdir() if path.name.startswith(".")] == []


def test_another_file_system_and_many_feeds(spark: Any, tmp_path: Path) -> None:
    for name, count in (("north", 25), ("south", 3)):
        (tmp_path / "in" / name).mkdir(parents=True)
        lines = [
            json.dumps(record(id=str(n), title=None if n == 1 else "Ferry Resumes", text=TEXT * 9))
            for n in range(count)
        ]
        (tmp_path / "in" / name / "x.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    place = f"file://{tmp_path}"
    feeds = {"north": f"{place}/in/north/*.jsonl", "south": [f"{place}/in/south"], "none": f"{place}/in/none"}
    contract = contracts.read()
    done = engine.run_many(feeds, contract, f"{place}/out", share=8_000)
    assert isinstance(done["none"], InputError)
    for name, count in (("north", 25), ("south", 3)):
        result, folder = done[name], tmp_path / "out" / name
        assert isinstance(result, Result)
        assert result.summary["counts"] == {"read": count, "accepted": count - 1, "quarantined": 1, "unreadable": 0}
        parts = sorted((folder / "accepted.jsonl").iterdir())
        source = (tmp_path / "in" / name / "x.jsonl").read_bytes().splitlines(keepends=True)
        assert b"".join(part.read_bytes() for part in parts) == b"".join(source[:1] + source[2:])
        manifest = json.loads((folder / "manifest.json").read_text())
        assert set(manifest["files"]) == {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        } - {"manifest.json"}
        assert verify(folder, Path("/")).changed == []
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    assert len(list((tmp_path / "out" / "north" / "findings.parquet").iterdir())) > 1


@pytest.mark.parametrize("more", [{"name": "an extension of a browser"}, {"inputs": {}}])
def test_behind_a_uri_nothing_is_removed_that_no_run_has_written(tmp_path: Path, more: dict[str, Any]) -> None:
    digest = "0" * 64 if "inputs" in more else "1.0"
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with destination(f"file://{out}") as target:
        part = Path(target.scratch.removeprefix("file://"), "accepted.jsonl")
        part.write_bytes(b"{}\n")
        scratch = f"{part.parent.name}/accepted.jsonl"
        names = {scratch: digest, "../mine.txt": digest} if "inputs" in more else {"mine.txt": digest}
        (out / "manifest.json").write_text(json.dumps({"files": names, **more}), encoding="utf-8")
        (target.staging / "summary.json").write_text("{}", encoding="utf-8")
        told = [{"folder": target.scratch, "files": {part.name: ["0" * 64, 3]}}]
        target.commit([], target.take(told, [""]))
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert next((out / "accepted.jsonl").iterdir()).read_bytes() == b"{}\n"


def test_a_rule_that_crashes_ends_the_run_and_leaves_nothing(spark: Any, folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "x.jsonl"
    source.write_text(json.dumps(record(title="crash")) + "\n", encoding="utf-8")
    with pytest.raises(RuleError, match="the rule accident crashed on record 0 of"):
        engine.run([str(source)], contracts.read(folder / "desk.yaml"), str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


@given(st.lists(st.sampled_from([b"a", b"bb\r", b"\n", b"\xef\xbb\xbfc", b"\r"]), max_size=30), st.integers(1, 9))
@settings(max_examples=200, deadline=None)
def test_ranges_give_every_line_once(pieces: list[bytes], parts: int) -> None:
    data = b"".join(pieces)
    bounds = [len(data) * part // parts for part in range(parts + 1)]
    ranges = [LineRange(io.BytesIO(data), start, end) for start, end in pairwise(bounds)]
    read = [one.read() for one in ranges]
    assert b"".join(read) == data
    assert all(part.endswith(b"\n") for part in read[:-1] if part and not data.endswith(part))
    assert sum(one.newlines for one in ranges) == data.count(b"\n")


@given(st.lists(st.dictionaries(st.sampled_from("xyz"), st.integers(1, 3)), max_size=6), st.integers(1, 4))
def test_a_baseline_is_used_up_in_the_order_of_the_run(shares: list[dict[str, int]], count: int) -> None:
    entries = [Entry("", "", "", "", name, count) for name in "xyz"]
    whole = Ledger(Path(), entries)
    expected = [[whole.takes(name) for name, times in share.items() for _ in range(times)] for share in shares]
    again = overdrawn(entries, dict(enumerate(shares)))
    for number, share in enumerate(shares):
        own = Ledger(Path(), reduced(entries, again.get(number, {})))
        assert [own.takes(name) for name, times in share.items() for _ in range(times)] == expected[number]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine", "spark", "--online"), "--online"),
        (("--engine", "spark", "--table", "articles"), "--table is for databases"),
        (("--engine", "spark", "--query", "select 1"), "--query is for databases"),
        (("--engine", "spark", "--accepted", "-"), "--accepted"),
        (("--engine", "spark", "--jobs", "2"), "--jobs"),
        (("--master", "local[2]"), "--master is for --engine spark"),
        (("-o", "hdfs://there/run"), "only --engine spark"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: tuple[str, ...], said: str, program: Callable[..., Finished], tmp_path: Path
) -> None:
    done = program("check", tmp_path / "x.jsonl", *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "news.sqlite")) as connection:
        connection.execute("create table articles (id text)")
    with pytest.raises(UsageError, match=r"news\.sqlite: --engine spark reads no databases"):
        plan.found([str(tmp_path / "news.sqlite")], None)


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="NO SPARK: pyspark is not installed")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(CopydeskError, match="needs Java 17 or newer; JAVA_HOME is"):
        require()
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    with pytest.raises(CopydeskError, match="is version 11"):
        require()
