"""The history's file: runs go in once, together or in any order; what is no history is named, left alone, and harms no run."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import copydesk
from conftest import Finished, record, write_jsonl
from copydesk.history import store
from copydesk.history.database import MIGRATIONS, VERSION, HistoryError, opened
from copydesk.history.drift import find
from copydesk.history.drifts import Drift
from copydesk.history.ground import Ground
from copydesk.history.measures import FIELDS, WHOLE, Asked, Measures, RunFacts
from copydesk.report.drifts import told_first
from copydesk.rules import REGISTRY
from copydesk.verify import verify

MONDAY = datetime(2025, 6, 2, 6, tzinfo=UTC)
RULE = "date-missing"


def facts(number: int, series: str = "news", **changes: Any) -> RunFacts:
    """A run, ``number`` days after the first."""
    told: dict[str, Any] = {
        "run_id": f"run-{number:03}",
        "series": series,
        "started": MONDAY + timedelta(days=number),
        "version": "1",
        "settings": "same",
        "inputs": f"inputs-{number}",
        "complete": True,
        "counts": {"read": 120, "accepted": 119, "quarantined": 1, "unreadable": 0},
        "asked": {RULE: Asked("same", "error")},
        **changes,
    }
    return RunFacts(**told)


def measures(**sources: tuple[int, int]) -> Measures:
    """What a run counts: articles, and how many of them lack a date, by source."""
    rows = [(name, n, 0, 5.0, 3.0, 8.0, 2000.0, 1500.0, 2600.0, 0, 0, 0, 0, 0) for name, (n, _) in sources.items()]
    medians = ["freshness", "freshness_low", "freshness_high", "length", "length_low", "length_high"]
    failed = [(name, RULE, n, k) for name, (n, k) in sources.items() if k]
    return Measures(
        pl.DataFrame(rows, schema=["source", "articles", "quarantined", *medians, *FIELDS], orient="row"),
        pl.DataFrame(failed, schema={"source": str, "rule": str, "checked": int, "failed": int}, orient="row"),
        pl.DataFrame(
            [(name, "en", n) for name, (n, _) in sources.items()],
            schema=["source", "language", "articles"],
            orient="row",
        ),
    )


def compared(path: Path, run: RunFacts, today: Measures, enter: bool = True) -> tuple[Drift, ...]:
    """What drifts in ``run``, which is then entered."""
    with opened(path) as connection:
        runs = store.earlier(connection, run.series, run.started, run.inputs, today.sources["source"])
        past = store.past(connection, run.series, runs, today.sources["source"])
        found = find(connection, past, run, today)
        if enter:
            store.enter(connection, run, today, found.drift, True)
            if found.settled:
                store.accept(connection, run.series, found.settled, run.started)
    return found.drift


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.execute(f"select * from {table}").fetchall(), key=repr)  # noqa: S608
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "history.sqlite"


def test_a_run_is_entered_once(path: Path) -> None:
    with opened(path) as connection:
        assert store.enter(connection, facts(0), measures(a=(120, 1)), [], True)
        before = {table: rows(path, table) for table in ("runs", "sources", "rules", "asked", "languages")}
        assert not store.enter(connection, facts(0), measures(a=(7, 7)), [], False)
        assert {table: rows(path, table) for table in before} == before


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_entries_does_not_matter(tmp_path_factory: pytest.TempPathFactory, order: Sequence[int]) -> None:
    path = tmp_path_factory.mktemp("order") / "history.sqlite"
    with opened(path) as connection:
        for number in order:
            store.enter(connection, facts(number), measures(a=(120, number % 3), b=(40, 0)), [], True)
        runs = store.earlier(connection, "news", MONDAY + timedelta(days=30), "")
        past = store.past(connection, "news", runs, ["a", "b"])
    assert [run.run_id for run in past.runs] == [f"run-{number:03}" for number in range(6)]
    assert past.articles.tolist() == [[120] * 6, [40] * 6]
    assert past.rules["a", RULE][:2] == [4, 6]


def test_runs_over_the_same_inputs_are_one(path: Path) -> None:
    with opened(path) as connection:
        for number in range(4):
            store.enter(
                connection, facts(number, inputs="same" if number < 3 else "today"), measures(a=(9, 0)), [], True
            )
        assert [run.run_id for run in store.earlier(connection, "news", MONDAY + timedelta(days=9), "today")] == [
            "run-002"
        ]


_ENTERING = """
import sys; sys.path.insert(0, {tests!r})
from pathlib import Path
from test_history import *
for number in range({first}, {first} + 10):
    with opened(Path({path!r})) as connection:
        store.enter(connection, facts(number), measures(a=(120, 1), **{{f"s{{number}}": (5, 2)}}), [], True)
    print(number, flush=True)
"""


def entering(path: Path, first: int) -> "subprocess.Popen[bytes]":
    """A process that enters ten runs."""
    code = _ENTERING.format(tests=str(Path(__file__).parent), first=first, path=str(path))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def test_simultaneous_runs_are_all_entered(path: Path) -> None:
    processes = [entering(path, first) for first in (0, 10, 20)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()
    with opened(path, write=False) as connection:
        assert connection.execute("select count(*) from runs").fetchone() == (30,)
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        counted = connection.execute("select count(*), count(distinct run) from sources").fetchone()
    assert counted == (60, 30)


def test_a_process_killed_while_it_writes_leaves_whole_runs(path: Path) -> None:
    process = entering(path, 0)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.005)
    process.kill()
    process.communicate()
    with opened(path) as connection:
        (runs,) = connection.execute("select count(*) from runs").fetchone()
        assert runs >= 1
        for table, each in (("sources", 2), ("rules", 2), ("asked", 1)):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (each * runs,)  # noqa: S608
        assert store.enter(connection, facts(99), measures(a=(1, 0)), [], True)


def version_1(path: Path) -> None:
    """A history as version 1 left it, with five runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(MIGRATIONS[0] + "pragma user_version = 1;")
    connection.execute("insert into names values (1, 'a'), (2, 'date-missing'), (3, 'en')")
    for number in range(5):
        when = store.stamp(MONDAY + timedelta(days=number))
        connection.execute(
            "insert into runs values (?, ?, 'news', ?, '0', 'same', ?, 1, 1, 120, 119, 1, 0)",
            (number, f"run-{number:03}", when, f"i{number}"),
        )
        connection.execute("insert into asked values (?, 2, 'same', 'error')", (number,))
        connection.execute("insert into sources values (?, 1, 120, 1, 5.0, 2000.0, 0, 0, 1, 0, 0)", (number,))
        connection.execute("insert into rules values (?, 1, 2, 120, 1)", (number,))
        connection.execute("insert into languages values (?, 1, 3, 120)", (number,))
    connection.commit()
    connection.close()


def test_a_file_of_version_1_is_migrated_and_its_runs_count(path: Path) -> None:
    version_1(path)
    (drift,) = compared(path, facts(5), measures(a=(120, 49)))
    assert drift.measure == f"rule:{RULE}"
    connection = sqlite3.connect(path)
    assert connection.execute("pragma user_version").fetchone() == (VERSION,)
    assert connection.execute("select count(*) from runs").fetchone() == (6,)
    connection.close()


def no_database(path: Path) -> None:
    path.write_bytes(b"date,articles\n" * 400)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    connection.close()


def of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table recipes (name text)")
    connection.close()


def with_a_trigger(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("create trigger evil after insert on runs begin delete from runs; end")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def damaged(path: Path) -> None:
    with opened(path) as connection:
        for number in range(40):
            store.enter(connection, facts(number), measures(a=(120, 1)), [], True)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [
        (no_database, "no database"),
        (newer, "newer version"),
        (of_another_program, "another program's"),
        (with_a_trigger, "another program's"),
        (a_folder, "no file"),
        (a_pipe, "no file"),
        (damaged, "history"),
    ],
)
def test_what_is_no_history_is_named_and_harms_no_run(
    spoilt: Callable[[Path], None], named: str, check: Callable[..., Finished], tmp_path: Path, own: Path
) -> None:
    place = tmp_path / "history.sqlite"
    spoilt(place)
    before = place.read_bytes() if place.is_file() else None
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", own, "--history", place)
    assert done.code == 0
    (note,) = [note for note in done.summary["notes"] if "history" in note]
    assert named in note
    assert str(place) in note
    assert (done.summary["history"], done.summary["drift"]) == (None, [])
    assert not (done.run / "trends.parquet").exists()
    assert before is None or place.read_bytes() == before
    with pytest.raises(HistoryError), opened(place) as connection:
        store.past(connection, "news", store.earlier(connection, "news", MONDAY, ""), [])


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_place_is_noted(check: Callable[..., Finished], tmp_path: Path, own: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    done = check(
        write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", own, "--history", tmp_path / "closed" / "h.sqlite"
    )
    assert done.code == 0
    assert any("closed" in note for note in done.summary["notes"])


def test_a_place_that_cannot_be_is_noted(check: Callable[..., Finished], tmp_path: Path, own: Path) -> None:
    (tmp_path / "file").write_text("")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", own, "--history", tmp_path / "file" / "h.sqlite")
    assert done.code == 0
    assert any("cannot be used" in note for note in done.summary["notes"])


def test_numbers_that_no_run_has_written_harm_nothing(path: Path) -> None:
    for number in range(5):
        compared(path, facts(number), measures(a=(120, 1), b=(40, 0)))
    with opened(path) as connection:
        connection.execute("update sources set articles = -9223372036854775808, length = -5.0, freshness = 9e999")
        connection.execute("update rules set failed = 9223372036854775807, checked = 0")
        connection.execute("update names set name = char(0) || '<script>' || char(27) where name = 'b'")
        connection.execute("update runs set quarantined = -1, read = 0")
    compared(path, facts(6), measures(a=(120, 60), b=(3, 3)), enter=False)
    with opened(path) as connection:
        connection.execute("update runs set started_at = '2025-06-01x'")
    with pytest.raises(HistoryError):
        compared(path, facts(6), measures(a=(120, 60)), enter=False)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A contract with one rule only."""
    rules = {**dict.fromkeys(REGISTRY, "off"), RULE: "warning", "byline-missing": "error"}
    contract = tmp_path / "own.yaml"
    contract.write_text(json.dumps({"contract": "news", "rules": rules}), encoding="utf-8")
    return contract


def batch(path: Path, name: str, undated: int, number: int = 40) -> Path:
    """A file of records of one source, some of them without a date."""
    return write_jsonl(
        path / f"{name}.jsonl",
        [
            record(
                id=f"{name}-{n}",
                url=f"https://www.example.com/{name}/{n}",
                date=None if n < undated else "2025-06-14T08:30:00Z",
            )
            for n in range(number)
        ],
    )


def test_runs_are_kept_compared_and_told_of(check: Callable[..., Finished], tmp_path: Path, own: Path) -> None:
    kept = tmp_path / "h.sqlite"
    first = check(batch(tmp_path, "day0", 0), "-c", own, "--history", kept).summary
    assert first["history"] == {"database": str(kept), "series": "news", "runs": 0, "previous": None, "usual": None}
    for day in (1, 2, 3):
        before = check(batch(tmp_path, f"day{day}", day % 2), "-c", own, "--history", kept).summary
    done = check(batch(tmp_path, "today", 26), "-c", own, "--history", kept)
    summary = done.summary
    assert summary["history"]["runs"] == 4
    assert summary["history"]["usual"] == {"quarantined_share": [0, 0]}
    previous = {
        "run_id": before["run_id"],
        "started_at": before["started_at"],
        "passed": True,
        "counts": before["counts"],
    }
    assert summary["history"]["previous"] == previous
    (drift,) = [entry for entry in summary["drift"] if entry["measure"] == f"rule:{RULE}"]
    assert drift["says"] == "example.com: date missing in 65 % of 40 articles, usually 0–2 %, since this run"
    assert (drift["source"], drift["severity"], drift["since"]) == ("example.com", "critical", summary["run_id"])
    assert "date missing in 65 %" in done.out
    assert done.code == 0  # drift gates only where the contract says so

    trends = pl.read_parquet(done.run / "trends.parquet")
    assert trends["run_id"].n_unique() == 5
    assert trends.filter(rule=RULE, source="example.com").sort("started_at")["failed"].to_list() == [0, 1, 0, 1, 26]
    whole = trends.filter(pl.col("source").is_null() & pl.col("rule").is_null())
    assert whole["articles"].to_list() == [40] * 5
    assert whole["started_at"].is_sorted()
    assert whole["run_id"][-1] == summary["run_id"]
    assert "trends.parquet" in verify(done.run).intact

    again = check(tmp_path / "today.jsonl", "-c", own, "--history", kept).summary
    assert again["history"]["runs"] == 4  # the same records are no further run
    assert again["drift"][0]["since"] == summary["run_id"]


@pytest.mark.parametrize(("setting", "code"), [("never", 0), ("warning", 1), ("critical", 1)])
def test_drift_gates_where_the_contract_says_so(
    setting: str, code: int, check: Callable[..., Finished], tmp_path: Path, own: Path
) -> None:
    own.write_text(json.dumps({**json.loads(own.read_text()), "gate": {"drift": setting}, "history": "kept/h.sqlite"}))
    for day in range(4):
        check(batch(tmp_path, f"day{day}", 0), "-c", own)
    done = check(batch(tmp_path, "today", 40), "-c", own)
    assert done.code == code
    assert any(
        reason.startswith("drift: example.com: date missing in 100 %") for reason in done.summary["gate"]["reasons"]
    ) == bool(code)
    assert (tmp_path / "kept" / "h.sqlite").is_file()  # relative to the contract


def test_no_history_where_none_is_wanted(check: Callable[..., Finished], tmp_path: Path, own: Path) -> None:
    from copydesk.history import place

    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    assert check(source, "-c", own, "--no-history").summary["history"] is None
    own.write_text(own.read_text().replace('"contract"', '"history": "off", "contract"'))
    assert check(source, "-c", own).summary["history"] is None
    assert copydesk.check(source, own).summary["history"] is None
    assert not place.DEFAULT.exists()
    kept = tmp_path / "h.sqlite"
    assert copydesk.check(source, own, history=kept).summary["history"]["database"] == str(kept)
    assert check(source, "--history", tmp_path / "run" / "h.sqlite", "-c", own).code == 0
    assert verify(tmp_path / "run").passed


def usual_week(path: Path, days: int = 21, **sources: int) -> None:
    """Three weeks in which nothing happens."""
    for number in range(days):
        compared(path, facts(number), measures(**{name: (n, n * (number % 3) // 200) for name, n in sources.items()}))


def test_a_break_stays_unusual_until_its_level_has_lasted(path: Path) -> None:
    usual_week(path, 5, a=120)
    told = [compared(path, facts(number), measures(a=(120, 50))) for number in range(5, 28)]
    since = [drift[0].since if drift else None for drift in told]
    assert since == ["run-005"] * 20 + [None] * 3
    assert compared(path, facts(40), measures(a=(120, 110)))[0].since == "run-040"


def test_a_break_of_many_runs_a_day_does_not_become_usual_within_days(path: Path) -> None:
    since = []
    for number in range(130):
        started = MONDAY + timedelta(hours=2 * number)
        drift = compared(path, facts(number, started=started), measures(a=(120, 50 if number >= 16 else number % 2)))
        since.append(drift[0].since if drift else None)
    assert since == [None] * 16 + ["run-016"] * 108 + [None] * 6  # nine days


def test_an_accepted_level_is_the_usual_one(path: Path) -> None:
    usual_week(path, 5, a=120)
    for number in (5, 6, 7):
        (drift,) = compared(path, facts(number), measures(a=(120, 50)))
    with opened(path) as connection:
        store.accept(connection, "news", [("a", drift.measure, drift.since_at)], MONDAY + timedelta(days=7))
    assert compared(path, facts(8), measures(a=(120, 52))) == ()
    assert compared(path, facts(9), measures(a=(120, 118)))[0].since == "run-009"


def test_a_break_that_ends_and_comes_back_begins_anew(path: Path) -> None:
    usual_week(path, 5, a=120)
    assert compared(path, facts(5), measures(a=(120, 50)))[0].since == "run-005"
    assert compared(path, facts(6), measures(a=(120, 0))) == ()
    assert compared(path, facts(7), measures(a=(120, 50)))[0].since == "run-007"


def test_a_break_that_is_smaller_on_some_nights_is_told_of_until_it_ends(path: Path) -> None:
    usual_week(path, 10, a=60)
    failing = [30, 14, 9, 16, 8, 12, 10, 15, 0, 1]
    told = [compared(path, facts(10 + day), measures(a=(60, failed))) for day, failed in enumerate(failing)]
    assert [drift[0].since if drift else None for drift in told] == ["run-010"] * 8 + [None] * 2


def test_a_small_source_is_judged_together_with_its_last_runs(path: Path) -> None:
    usual_week(path, 20, a=5, b=400)
    told = [compared(path, facts(20 + day), measures(a=(5, 2), b=(400, 1))) for day in range(6)]
    assert told[0] == ()
    first = next(day for day, drift in enumerate(told) if drift)
    assert first <= 2
    for drift in told[first:]:
        assert [(entry.source, entry.since) for entry in drift] == [("a", "run-020")]
    assert "date missing in 40 % of 5 articles (40 % of 20 in the last 4 runs), usually 0 %" in told[3][0].says
    assert compared(path, facts(26), measures(a=(5, 0), b=(400, 1))) == ()
    assert compared(path, facts(27), measures(a=(5, 1), b=(400, 1))) == ()
    with opened(path) as connection:
        runs = store.earlier(connection, "news", MONDAY + timedelta(days=28), "")
        past = store.past(connection, "news", runs, ["a"])
    mask = Ground(past, facts(33), {}).usual("a", f"rule:{RULE}")
    assert np.flatnonzero(~mask).tolist() == list(range(20, 26))  # the nights before it was seen count as broken, too


def test_what_gets_worse_by_a_point_a_night_is_told_of_within_weeks(path: Path) -> None:
    usual_week(path, 35, a=120, b=400)
    told = []
    for night in range(1, 26):
        failing = round(1.2 * night)
        (*drift,) = compared(path, facts(34 + night), measures(a=(120, failing), b=(400, night % 3)))
        told.append(drift)
    first = next(night for night, drift in enumerate(told) if drift)
    assert first <= 20
    assert all(told[first:])
    assert {entry.since for drift in told[first:] for entry in drift} == {told[first][0].since}
    assert told[first][0].since > "run-036"  # when it left the usual, not when it was seen
    assert " in the last 7 runs), usually 0–1 % until 3 weeks ago, since run " in told[first][0].says
    assert compared(path, facts(60), measures(a=(120, 0), b=(400, 1))) == ()


def test_a_rate_that_wanders_within_weeks_is_not_told_of(path: Path) -> None:
    for night in range(63):
        failing = 24 + night // 2 + (night * 5 % 7) - 3  # 20 to 46 %
        assert compared(path, facts(night), measures(a=(120, failing), b=(400, 1))) == ()


def test_a_rule_that_was_changed_begins_its_history_anew(path: Path) -> None:
    usual_week(path, 10, a=120)
    changed = facts(10, asked={RULE: Asked("stricter", "error")})
    assert compared(path, changed, measures(a=(120, 50)), enter=False) == ()
    assert compared(path, facts(10), measures(a=(120, 50)), enter=False) != ()


def test_a_source_gone_silent_and_one_that_lost_most_of_its_volume(path: Path) -> None:
    usual_week(path, a=120, b=400, c=60, d=80, e=50, f=70)
    today = measures(a=(120, 0), b=(20, 0), d=(80, 0), e=(50, 0), f=(70, 0))
    drift = {(entry.source, entry.measure): entry for entry in compared(path, facts(21), today)}
    assert set(drift) == {("c", "silent"), ("b", "volume")}
    assert drift["c", "silent"].says == "c: no article, usually 60 on a Monday, since this run"
    assert drift["b", "volume"].severity == "critical"
    today = measures(a=(120, 0), b=(400, 0), d=(80, 0), e=(50, 0), f=(70, 0))
    assert [entry.since for entry in compared(path, facts(22), today)] == ["run-021"]


def uneven(usual: int, night: int) -> int:
    """About as many articles as usual: a fifth more or less."""
    return round(usual * (0.8 + 0.05 * (night * 5 % 9)))


def test_half_the_volume_of_a_small_source_is_told_within_two_weeks_until_it_ends(path: Path) -> None:
    for night in range(35):
        assert compared(path, facts(night), measures(a=(uneven(20, night), 0), b=(uneven(90, night + 4), 0))) == ()
    told = []
    for night in range(35, 63):
        today = measures(a=(uneven(10 if night < 53 else 20, night), 0), b=(uneven(90, night + 4), 0))
        told.append(compared(path, facts(night), today))
    first = next(night for night, drift in enumerate(told) if drift)
    assert first < 14
    assert [[(entry.source, entry.measure, entry.since) for entry in drift] for drift in told[first:18]] == [
        [("a", "volume", "run-035")]
    ] * (18 - first)
    assert told[18:] == [()] * 10
    says = "a: 12 articles (144 in the last 14 runs instead of 274–286), usually 16–24 on a Thursday, since run run-035"
    assert told[17][0].says == says


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda night: 1 - night / 90, id="season"),
        pytest.param(lambda night: 1.03**night, id="growing"),
        pytest.param(lambda night: 0.6 if night // 7 % 3 == 2 else 1, id="slack weeks"),
        pytest.param(lambda night: 0.55 if night in (40, 41) else 1, id="poor nights"),
    ],
)
def test_volumes_that_move_are_no_drop(part: Callable[[int], float], path: Path) -> None:
    for night in range(55):
        if night % 11 == 5:  # no run at all
            continue
        today = measures(a=(round(part(night) * uneven(60, night)), 0), b=(uneven(90, night + 4), 0))
        assert compared(path, facts(night), today) == ()


def test_a_slack_week_of_all_is_no_source_s(path: Path) -> None:
    sizes = {"a": 20, "b": 90, "c": 60, "d": 80, "e": 50, "f": 70}
    for night in range(50):
        part = 0.5 if night >= 36 else 1
        today = {name: (round(part * uneven(n, night + n)), 0) for name, n in sizes.items()}
        assert compared(path, facts(night), measures(**today)) == ()


def test_a_holiday_of_all_is_told_once_and_of_no_source(path: Path) -> None:
    sizes = {"a": 120, "b": 400, "c": 60, "d": 80, "e": 50, "f": 70}
    whole = sum(sizes.values())
    for number in range(21):
        today = measures(**{name: (n, 0) for name, n in sizes.items()})
        row = today.sources.head(1).with_columns(
            pl.lit(WHOLE).alias("source"), pl.lit(whole, pl.Int64).alias("articles")
        )
        compared(path, facts(number), Measures(pl.concat([row, today.sources]), today.rules, today.languages))
    today = measures(**{name: (n // 6, 0) for name, n in sizes.items()})
    row = today.sources.head(1).with_columns(
        pl.lit(WHOLE).alias("source"), pl.lit(whole // 6, pl.Int64).alias("articles")
    )
    drift = compared(path, facts(21), Measures(pl.concat([row, today.sources]), today.rules, today.languages))
    assert [(entry.source, entry.measure) for entry in drift] == [(None, "volume")]


def test_quiet_weekends_are_no_drop(path: Path) -> None:
    for number in range(35):
        weekend = (MONDAY + timedelta(days=number)).weekday() >= 5
        assert compared(path, facts(number), measures(a=(10 if weekend else 120, 0))) == ()
    assert compared(path, facts(35), measures(a=(10, 0)), enter=False) != ()  # a Monday


def test_a_batch_that_broke_off_says_nothing_of_volumes(path: Path) -> None:
    usual_week(path, a=120, b=400)
    assert compared(path, facts(21, complete=False), measures(a=(4, 0)), enter=False) == ()
    assert compared(path, facts(21), measures(a=(4, 0)), enter=False) != ()


def test_sources_with_runs_of_their_own_are_compared_with_their_own_runs(path: Path) -> None:
    sizes = {f"s{number}": 20 + 9 * number for number in range(30)}
    for night in range(9):
        for number, (name, articles) in enumerate(sizes.items()):
            started = MONDAY + timedelta(days=night, minutes=number)
            run = facts(night, run_id=f"{night}-{name}", inputs=f"{night}-{name}", started=started)
            broken = night == 8 and number in (3, 25)
            drift = compared(path, run, measures(**{name: (articles, articles if broken else 0)}))
            assert [entry.source for entry in drift] == ([name] if broken else [])


def test_a_run_of_new_sources_only_is_another_batch_unless_all_were_of_one_kind(path: Path) -> None:
    usual_week(path, 7, a=60)
    (drift,) = compared(path, facts(7), measures(moved=(60, 0)), enter=False)
    assert (drift.source, drift.measure) == ("a", "silent")
    for number in range(7, 11):
        compared(path, facts(number), measures(**{"b" if number % 2 else "a": (60, 0)}))
    assert compared(path, facts(11), measures(moved=(60, 60)), enter=False) == ()


def test_series_are_not_compared(path: Path) -> None:
    usual_week(path, 10, a=120)
    assert compared(path, facts(10, series="other"), measures(a=(120, 120))) == ()


def test_a_short_list_names_each_source_before_it_names_one_twice() -> None:
    entries = [{"source": source, "measure": str(number)} for number, source in enumerate("aaabac")]
    assert [entry["measure"] for entry in told_first(entries, 4)] == ["0", "1", "3", "5"]
    assert told_first(entries, 9) == entries
