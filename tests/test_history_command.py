"""`copydesk history`: runs and trends for people and programs; what is not there is said, and nothing drives the terminal."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import copydesk
from copydesk.cli import main
from copydesk.history import store
from copydesk.history.database import opened
from copydesk.history.drawn import Pen, runs_drawn, sparkline
from test_history import RULE, compared, facts, measures

EVIL = "evil\x1b[31m\u202e\n::error::x"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A history of six runs, the last one with a break; and one run of another series."""
    path = tmp_path / "h.sqlite"
    for number in range(5):
        compared(path, facts(number), measures(**{"a.example": (120, number % 2), EVIL: (40, 0)}))
    compared(path, facts(5), measures(**{"a.example": (120, 49), EVIL: (40, 40)}))
    compared(path, facts(0, series="other", run_id="other-1"), measures(b=(1, 0)))
    return path


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["history", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    return json.loads(shown(capsys, *arguments, "--json"))


def test_runs_are_listed_with_what_is_unusual(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--history", kept, "--series", "news")
    assert "news: 6 runs" in text
    assert [line.split()[-1] for line in text.splitlines() if "run-" in line and "PASSED" in line] == [
        f"run-{n:03}" for n in range(6)
    ]
    assert "critical  a.example: date missing in 41 % of 120 articles, usually 0–1 %, since this run" in text
    data = told(capsys, "--history", kept, "--series", "news", "--last", 2)
    assert [run["run_id"] for run in data["runs"]] == ["run-004", "run-005"]
    assert {entry["measure"] for entry in data["runs"][-1]["drift"]} == {f"rule:{RULE}"}


def test_a_source_s_trend(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--history", kept, "--series", "news", "--source", "a.example")
    assert "a.example in 6 runs of news" in text
    last = shown(capsys, "--history", kept, "--series", "news", "--source", "a.example", "--last", 1)
    assert "a.example in 1 run of news" in last
    assert "▁▁▁▁▁█  41 % of 120" in text
    assert "2,000 characters" in text
    data = told(capsys, "--history", kept, "--series", "news", "--source", "a.example")
    assert data["rules"] == {RULE: [0, 1, 0, 1, 0, 49]}
    assert data["runs"][0]["articles"] == 120


def test_a_rule_s_trend(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "--history", kept, "--series", "news", "--rule", RULE)
    assert data["sources"]["a.example"] == {"articles": [120] * 6, "failed": [0, 1, 0, 1, 0, 49]}
    assert data["sources"][EVIL] == {"articles": [40] * 6, "failed": [0] * 5 + [40]}
    assert "▁▁▁▁▁█  41 % of 120" in shown(capsys, "--history", kept, "--series", "news", "--rule", RULE)


def test_names_do_not_drive_the_terminal(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--source", EVIL], ["--rule", RULE]):
        text = shown(capsys, "--history", kept, "--series", "news", *arguments)
        assert all(char.isprintable() for char in text.replace("\n", ""))
        assert not any(line.startswith("::") for line in text.splitlines())


def test_colours_only_where_they_are_wanted(kept: Path) -> None:
    from copydesk.history.shown import runs

    with opened(kept, write=False) as connection:
        last = runs(connection, "news", 10)
    drift = last[-1]["drift"]
    assert "\x1b" not in runs_drawn("news", "h", last, drift, Pen(False))
    assert "\x1b[31mcritical\x1b[0m" in runs_drawn("news", "h", last, drift, Pen(True))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--source", "a.exmaple"], 2, "did you mean a.example?"),
        (["--rule", "no-such-rule"], 2, "`copydesk rules` lists them"),
        (["--source", "\udcff"], 2, "no source and no rule can be called"),
        (["--rule", "\udcff"], 2, "no source and no rule can be called"),
        (["--source", ""], 2, "no source and no rule can be called"),
        (["--series", "olds"], 2, "known are"),
        (["--source", "a", "--rule", "b"], 2, "one of them"),
        (["--accept", "--source", "nobody"], 2, "nothing of that is unusual"),
        (["--history", "nowhere.sqlite"], 3, "`copydesk check` begins one"),
    ],
)
def test_what_is_not_there_is_said(
    arguments: list[str], code: int, said: str, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = [] if "--history" in arguments else ["--history", str(kept)]
    series = [] if "--series" in arguments else ["--series", "news"]
    assert main(["history", *place, *series, *arguments]) == code
    assert said in capsys.readouterr().err


def test_a_history_without_runs_and_one_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(tmp_path / "new.sqlite"):
        pass
    assert main(["history", "--history", str(tmp_path / "new.sqlite")]) == 2
    assert "no run yet" in capsys.readouterr().err
    (tmp_path / "text").write_text("no database, but long enough to be looked at" * 40)
    assert main(["history", "--history", str(tmp_path / "text")]) == 3
    assert "no database" in capsys.readouterr().err


def test_the_default_series_is_the_contract_s_else_the_last_one(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / "c.yaml"
    contract.write_text("contract: other\nhistory: h.sqlite\n")
    assert told(capsys, "-c", contract)["series"] == "other"
    contract.write_text("contract: nobody\nhistory: h.sqlite\n")
    assert told(capsys, "-c", contract)["series"] == "news"


def test_a_level_is_accepted(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--history", kept, "--series", "news", "--accept", "--source", "a.example", "--rule", RULE)
    assert text.startswith("usual from now on: a.example: date missing")
    for number in (6, 7, 8):
        drift = compared(kept, facts(number), measures(**{"a.example": (120, 50), EVIL: (40, 40)}))
        assert {entry.source for entry in drift} == {EVIL}


def test_what_is_unusual_is_that_of_the_last_run_of_each_source(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evening = facts(5, run_id="evening", inputs="evening", started=facts(5).started + timedelta(hours=12))
    ahead = facts(6, run_id="ahead", inputs="ahead", started=datetime(2999, 1, 1, tzinfo=UTC))
    with opened(kept) as connection:
        store.enter(connection, evening, measures(**{EVIL: (40, 0)}), [], True)
        store.enter(connection, ahead, measures(**{"a.example": (120, 0)}), [], True)
    text = shown(capsys, "--history", kept, "--series", "news")
    assert text.count("critical  ") == 1
    assert "critical  a.example: date missing in 41 %" in text
    assert len(told(capsys, "--history", kept, "--series", "news", "--accept")["runs"]) == 1


def test_it_is_shown_from_a_place_that_cannot_be_written(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept.chmod(0o400)
    kept.parent.chmod(0o500)
    try:
        assert len(told(capsys, "--history", kept, "--series", "news")["runs"]) == 6
    finally:
        kept.parent.chmod(0o700)


def test_old_runs_keep_their_totals_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 4)
    monkeypatch.setattr(store, "ROOM", 5)
    path = tmp_path / "h.sqlite"
    with opened(path) as connection:
        for number in range(7):
            store.enter(connection, facts(number), measures(a=(9, 1)), [], True)
    connection = sqlite3.connect(path)
    assert connection.execute("select count(*) from runs").fetchone() == (7,)
    assert connection.execute("select count(distinct run) from rules").fetchone() == (5,)
    connection.close()


def test_sparklines() -> None:
    assert sparkline([0, 1, None, 2]) == "▁▅·█"
    assert sparkline([0.0, 0.001], 0.05) == "▁▁"
    assert sparkline([]) == ""
    assert len(sparkline(range(500))) == 40


def test_the_real_program_keeps_a_history_below_the_working_directory(tmp_path: Path) -> None:
    assert b"there is no history" in copydesk("history", cwd=tmp_path).stderr
    contract = tmp_path / "c.json"
    contract.write_text(json.dumps({"contract": "news", "rules": {"date-missing": "warning"}}))
    (tmp_path / "in.jsonl").write_text('{"id": 1, "title": "Ferry", "text": "The ferry runs again."}\n')
    copydesk("check", "in.jsonl", "-c", "c.json", "-q", cwd=tmp_path)
    assert (tmp_path / "reports" / "runs" / "history.sqlite").is_file()
    assert b"news: 1 run in" in copydesk("history", cwd=tmp_path).stdout


def test_times_are_compared_as_text_that_sorts() -> None:
    moments = [datetime(2025, 6, 1, tzinfo=UTC) + timedelta(microseconds=step) for step in (0, 1, 10**6, 10**10)]
    assert sorted(map(store.stamp, moments)) == list(map(store.stamp, moments))
