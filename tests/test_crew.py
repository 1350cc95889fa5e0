"""Several processes judge what one would have judged, in the same order, and none of them can spoil a run unseen."""

import gc
import io
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import expand, reading
from copydesk.contract import Contract
from copydesk.engines import crew as crews
from copydesk.engines.crew import Crew
from copydesk.engines.judging import Judge
from copydesk.engines.local import run
from copydesk.errors import CopydeskError, WorkerError
from copydesk.notes import Notes
from copydesk.origin.means import OFFLINE
from copydesk.processes.messages import send
from copydesk.rules import REGISTRY
from copydesk.survey import surveyed

NOW = datetime(2026, 1, 5, tzinfo=UTC)

RULE = '''
import polars as pl
from copydesk.rules.base import Rule, Severity, Spot, rule


@rule("OWN001", "ferry-named", severity=Severity.WARNING, field="title")
class FerryNamed(Rule):
    """The title names the ferry."""

    def passes(self) -> pl.Expr:
        return ~pl.col("title").str.contains("Ferry").fill_null(False)

    def find(self, article):
        {body}
'''


def batches(path: Path) -> pl.DataFrame:
    """The scraped columns of a file of one batch."""
    with reading(expand([str(path)])[0], FieldMap({})) as (_, read):
        (batch,) = read.batches
        numbers = pl.Series("record", list(batch.numbers), pl.Int64())
        return batch.scraped.with_columns(numbers, pl.lit(path.name).alias("input"), (numbers + 1).alias("position"))


@contextmanager
def ready(contract: Contract, folder: Path, scraped: pl.DataFrame) -> Iterator[Crew]:
    """A crew whose second process has started."""
    with Crew(contract, NOW, folder, jobs=2, means=OFFLINE, whole=False) as crew:
        crew.note(scraped)
        until = time.monotonic() + 60
        while not all(greeted.done() for greeted in crew._greeted) and time.monotonic() < until:
            time.sleep(0.05)
        yield crew


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every input is long."""
    monkeypatch.setattr(crews, "LONG", 0)


@pytest.fixture
def scraped(tmp_path: Path) -> pl.DataFrame:
    """A batch with defects of several kinds, some of which show only beside others."""
    records = [
        record(
            id=number, title=f"Ferry number {number} sails", url=f"https://harbour-news.com/{number // 2} x", text=body
        )
        for number, body in enumerate(["Read more: The wall.\nThe wall is new.", "Sections\nThe wall is new."] * 20)
    ]
    return batches(write_jsonl(tmp_path / "in.jsonl", records))


@pytest.mark.usefixtures("long")
def test_another_process_says_the_same(scraped: pl.DataFrame, tmp_path: Path) -> None:
    contract = contracts.read()
    judge = Judge(contract, NOW)
    notes = Notes(tmp_path / "notes")
    notes.take(judge.note(scraped))
    judge.survey = survey = surveyed(*notes.all()).with_texts([scraped])
    with ready(contract, tmp_path / "scratch", scraped) as crew:
        for here, there in zip(judge.note(scraped), crew.note(scraped).result(), strict=True):
            assert here.equals(there)
        crew.learn(survey)
        answer = crew.examine(scraped)
        assert crew._under_way, "the other process was not asked"
        there, facts = answer.result()
    here, expected = judge.examine(scraped)
    assert there.findings.height > 40
    assert here.findings.equals(there.findings)
    assert here.articles.select(there.articles.columns).equals(there.articles)
    assert (here.checked, here.suppressed) == (there.checked, there.suppressed)
    assert expected.equals(facts)


@pytest.mark.usefixtures("long")
def test_rules_of_files_are_known_there_and_their_output_is_no_answer(scraped: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(RULE.format(body='print("seen")\n        yield Spot("title", "a ferry")'))
    contract = contracts.read(rules=[tmp_path / "own.py"])
    with ready(contract, tmp_path / "scratch", scraped) as crew:
        examined, _ = crew.examine(scraped).result()
    assert examined.findings.filter(pl.col("rule") == "ferry-named").height == scraped.height


@pytest.mark.usefixtures("long")
def test_a_rule_that_crashes_there_is_named(scraped: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(RULE.format(body='raise RuntimeError("no")'))
    contract = contracts.read(rules=[tmp_path / "own.py"])
    with (
        ready(contract, tmp_path / "scratch", scraped) as crew,
        pytest.raises(CopydeskError, match=r"the rule ferry-named crashed on record 0 of .*: RuntimeError: no"),
    ):
        crew.examine(scraped).result()


@pytest.mark.usefixtures("long")
def test_a_process_that_is_killed_fails_the_run(scraped: pl.DataFrame, tmp_path: Path) -> None:
    with ready(contracts.read(), tmp_path / "scratch", scraped) as crew:
        os.kill(crew._workers[0].pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match="--jobs 1"):
            crew.examine(scraped).result()


def test_what_could_not_be_sent_is_forgotten_in_peace(tmp_path: Path) -> None:
    """A kept error holds the frames that `send` was to hand over in a cycle, which the collector meets some time."""

    class Gone(io.RawIOBase):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError) as caught:
        send(Gone(), {}, (tmp_path, [pl.DataFrame({"a": [1]})]))  # type: ignore[arg-type]
    kept = [caught.value]
    kept.append(kept)  # type: ignore[arg-type]
    del kept, caught
    gc.collect()


@pytest.mark.usefixtures("long")
def test_rules_that_only_this_program_knows_are_asked_here(scraped: pl.DataFrame, tmp_path: Path) -> None:
    namespace: dict[str, object] = {"__name__": __name__}
    before = dict(REGISTRY)
    try:
        exec(RULE.format(body='yield Spot("title", "a ferry")'), namespace)  # noqa: S102 -- our own text
        contract = contracts.read()
        with ready(contract, tmp_path / "scratch", scraped) as crew:
            examined, _ = crew.examine(scraped).result()
            assert not crew._under_way
    finally:
        REGISTRY.clear()
        REGISTRY.update(before)
    assert examined.findings.filter(pl.col("rule") == "ferry-named").height == scraped.height


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long input, and its run by a single process."""
    folder = tmp_path_factory.mktemp("alone")
    lines = [
        json.dumps(
            record(id=number, title=None if number % 7 == 0 else f"Ferry {number} sails", text="The wall is new. " * 5)
        )
        if number % 1_000
        else '{"broken"'
        for number in range(9_000)
    ]
    (folder / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run(expand([str(folder / "in.jsonl")]), contracts.read(), folder / "one", jobs=1)
    return folder


@pytest.mark.parametrize("jobs", [2, 3])
def test_a_long_run_is_the_same_with_more_processes(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(crews, "LONG", 500)
    run(expand([str(alone / "in.jsonl")]), contracts.read(), tmp_path / "more", jobs=jobs)
    for table in ("articles", "findings"):
        one, more = (pl.read_parquet(folder / f"{table}.parquet") for folder in (alone / "one", tmp_path / "more"))
        assert one.equals(more), table
    for file in ("accepted.jsonl", "quarantined.jsonl", "unreadable.jsonl"):
        assert (alone / "one" / file).read_bytes() == (tmp_path / "more" / file).read_bytes(), file
