"""Copies that a run on Spark finds are those that a run on this machine finds, whatever happens to its tasks."""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import ROOT, record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles.inputs import expand
from copydesk.engines import spark as engine
from copydesk.engines.local import Result, run
from copydesk.engines.spark.session import require, session
from copydesk.errors import UsageError
from copydesk.verify import verify

sys.path.insert(0, str(ROOT / "benchmarks"))
from wires import made

FIXTURE = ROOT / "fixtures" / "copies" / "wires.jsonl"

SUBMIT = "--conf spark.ui.enabled=false --conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 pyspark-shell"

# rules that end the process which reads them for a job, once in each
ACCIDENTS = '''
import os, sys
from pathlib import Path
import polars as pl
from copydesk.rules import Rule, Severity, rule

@rule("OWN001", "nothing", severity=Severity.INFO, field="title")
class Nothing(Rule):
    """A rule that finds nothing."""

    def passes(self):
        return pl.lit(True)

    def find(self, article):
        return []

frame = sys._getframe()
while frame is not None and frame.f_code.co_name != "known":
    frame = frame.f_back
if frame is not None:
    seen = Path("{folder}", Path(frame.f_locals["scratch"]).name)
    if not seen.exists():
        seen.touch()
        os._exit(13)
'''


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark with two cores, which tries tasks again."""
    try:
        require()
    except UsageError as error:
        pytest.skip(f"NO SPARK: {error}")
    os.environ["PYSPARK_SUBMIT_ARGS"] = SUBMIT
    with session("local[2,4]") as made_:
        yield made_
    del os.environ["PYSPARK_SUBMIT_ARGS"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories that travel through inputs of every kind that Spark reads, and a contract with accidents."""
    folder = tmp_path_factory.mktemp("copies")
    (folder / "in").mkdir()
    (folder / "died").mkdir()
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in made(20, "held-out", 5)]
    most, rest = len(lines) * 3 // 5, len(lines) * 4 // 5
    (folder / "in" / "a.jsonl").write_text(
        "".join(lines[:most]) + '{"broken"\n' + FIXTURE.read_text(), encoding="utf-8"
    )
    (folder / "in" / "b.jsonl.gz").write_bytes(gzip.compress("".join(lines[most:rest]).encode()))
    fields = ("id", "url", "source", "title", "authors", "date", "text", "crawl_date")
    rows = [{name: one.get(name) for name in fields} for one in map(json.loads, lines[rest:])]
    pl.DataFrame(rows).write_parquet(folder / "in" / "c.parquet", row_group_size=20)
    (folder / "accidents.py").write_text(ACCIDENTS.format(folder=folder / "died"), encoding="utf-8")
    contract = "contract: copies\nsyndication: on\nrules: {likely-furniture: off}\nplugins: [accidents.py]\n"
    (folder / "copies.yaml").write_text(contract, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def both(spark: Any, folder: Path) -> tuple[Result, Result]:
    """The same inputs on this machine and on Spark, where each job loses a process."""
    contract = contracts.read(folder / "copies.yaml")
    here = run(expand([str(folder / "in")]), contract, folder / "here", jobs=1)
    there = engine.run([str(folder / "in")], contract, str(folder / "there"), share=50_000)
    return here, there


def test_every_job_lost_a_process(both: tuple[Result, Result], folder: Path) -> None:
    assert {path.name.partition("-")[2] for path in (folder / "died").iterdir()} >= {
        "look",
        "pairs",
        "credit",
        "compare",
        "judge",
    }
    assert len(list((folder / "there" / "articles.parquet").iterdir())) > 5


@pytest.mark.parametrize("table", ["syndication", "articles", "findings", "outcomes"])
def test_tables_are_the_same_row_by_row(table: str, both: tuple[Result, Result], folder: Path) -> None:
    one, other = (pl.read_parquet(folder / name / f"{table}.parquet") for name in ("here", "there"))
    assert one.height > 30
    varying = [name for name in ("age_hours",) if name in one.columns]  # counted from the run's start
    assert one.drop(varying).equals(other.drop(varying))


def test_the_summary_is_the_same_and_the_run_verifies(both: tuple[Result, Result], folder: Path) -> None:
    varying = ("run_id", "started_at", "finished_at")
    one, other = ({**result.summary, **dict.fromkeys(varying)} for result in both)
    assert one == other
    assert one["syndication"]["clusters"] > 10
    assert {slug for slug, rule in one["rules"].items() if rule["failed"]} >= {"copy-uncredited", "copy-facts-changed"}
    assert verify(folder / "there").passed
    assert "Who printed what when" in (folder / "there" / "report.html").read_text(encoding="utf-8")


def test_another_file_system_and_nothing_to_find(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "copies.yaml").write_text("contract: copies\nsyndication: on\n", encoding="utf-8")
    contract = contracts.read(tmp_path / "copies.yaml")
    alone = write_jsonl(tmp_path / "alone.jsonl", [record(id="one"), record(id="two", text=None)])
    nothing = engine.run([f"file://{alone}"], contract, f"file://{tmp_path}/nothing")
    assert nothing.summary["syndication"] == {"clusters": 0, "articles": 0, "duplicates": 0, "largest": []}
    here = run(expand([str(FIXTURE)]), contract, tmp_path / "here", jobs=1)
    there = engine.run([f"file://{FIXTURE}"], contract, f"file://{tmp_path}/there", share=2_500)
    assert here.summary["syndication"] == there.summary["syndication"]
    assert here.summary["rules"] == there.summary["rules"]
    one, other = (pl.read_parquet(tmp_path / name / "syndication.parquet") for name in ("here", "there"))
    assert one.equals(other)
    assert "syndication.parquet" in json.loads((tmp_path / "there" / "manifest.json").read_text())["files"]
