"""Suites over sources and feeds: one validation judges all of them, and every output names those at fault."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conftest import ROOT, TEXT, Finished, record, write_jsonl
from copydesk.batch import groups, suites
from copydesk.batch.outcomes import FACTS
from copydesk.cli import main
from copydesk.errors import ContractError
from copydesk.integrations.outcome import outcome
from copydesk.report.suites import too_few
from copydesk.rules import REGISTRY

HOSTILE = "evil\n::error::x|<b>*y*"


def between(column: str, low: float, severity: str = "critical") -> dict[str, Any]:
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": column, "min_value": low},
        "description": f"{column} is at least {low}",
        "severity": severity,
    }


def contract(folder: Path, over: str, *expectations: object, minimum: int = 2, **keys: object) -> Path:
    """A contract with one suite, and with no rule that could quarantine anything."""
    meta = {"copydesk": {"over": over, "minimum_articles": minimum}}
    (folder / "suite.json").write_text(json.dumps({"name": "s", "expectations": expectations, "meta": meta}))
    off = dict.fromkeys(REGISTRY, "off")
    path = folder / "c.json"
    path.write_text(json.dumps({"contract": "x", "rules": off, "suites": ["suite.json"], **keys}))
    return path


def articles(**dates: list[str | None]) -> list[dict[str, Any]]:
    """An article for each date of each source."""
    return [
        record(id=f"{name}{n}", source=name, date=date, url=f"https://{name}.example/{n}")
        for name, given in dates.items()
        for n, date in enumerate(given)
    ]


DAY = "2025-06-14T08:30:00Z"


def test_a_source_that_fails_is_named_with_its_own_value(check: Callable[..., Finished], tmp_path: Path) -> None:
    records = articles(good=[DAY, DAY], half=[DAY, None], mute=[None, None, None], small=[None])
    asked = contract(tmp_path, "source", between("dated_share", 0.8), between("title_share", 1))
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", asked)
    assert done.code == 1
    assert done.summary["gate"]["reasons"] == [
        "source: dated_share is at least 0.8: observed 2 of 3 sources not so: mute (0 %), half (50 %)"
    ]
    whole, *each = done.summary["suites"]
    assert (whole["source"], whole["judged"], whole["left_out"], whole["status"]) == (None, 3, 1, "failed")
    assert [entry["success"] for entry in whole["expectations"]] == [False, True]
    assert [(one["source"], one["articles"], one["expectations"][0]["observed"]) for one in each] == [
        ("mute", 3, "0 %"),
        ("half", 2, "50 %"),
    ]
    schema = json.loads((ROOT / "docs" / "summary.schema.json").read_text())
    Draft202012Validator(schema).validate(done.summary)


def test_the_value_of_a_source_has_the_unit_of_its_column(check: Callable[..., Finished], tmp_path: Path) -> None:
    date = (datetime.now(UTC) - timedelta(days=4)).isoformat()
    asked = contract(tmp_path, "source", between("newest_age_hours", 1000), between("median_body_characters", 10**6))
    done = check(write_jsonl(tmp_path / "in.jsonl", articles(a=[date, date])), "-c", asked)
    whole, one = done.summary["suites"]
    assert [entry["observed"] for entry in one["expectations"]] == ["4.0 days", f"{len(TEXT)} characters"]
    assert whole["expectations"][0]["observed"] == "1 of 1 source not so: a (4.0 days)"


def test_every_output_names_the_source_that_fails_and_hostile_names_stay_text(
    check: Callable[..., Finished], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [record(id=str(n), source=HOSTILE, date=None, url=f"https://x.example/{n}") for n in range(2)]
    asked = contract(tmp_path, "source", between("dated_share", 0.8))
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", asked)
    assert "not so: evil\\x0a::error::x|<b>*y* (0 %)" in done.out
    assert not [line for line in done.out.splitlines() if line.startswith("::")]
    junit = (done.run / "junit.xml").read_text()
    assert junit.count('<failure type="expect_column_values_to_be_between"') == 2  # of the run, and of its source
    assert 'suite s: dated_share is at least 0.8" classname="copydesk.evil' in junit
    markdown = (done.run / "summary.md").read_text()
    assert "| s | dated&#95;share is at least 0.8 | critical | 1 of 1 source not so&#58; evil&#92;x0a" in markdown
    metrics = (done.run / "metrics.prom").read_text()
    assert 'source_expectations_unmet{source="evil ::error::x|<b>*y*",severity="critical"} 1' in metrics


def test_json_and_the_page_show_what_a_source_hides_in_its_name(check: Callable[..., Finished], tmp_path: Path) -> None:
    name = "evil\x1b[2J\u202e\n##[add-mask]x"
    source = write_jsonl(tmp_path / "in.jsonl", articles(**{name: [None, None]}))
    asked = contract(tmp_path, "source", between("dated_share", 0.8), rules={"date-missing": "error"})
    for output in ("json", "gitlab"):
        done = check(source, "-c", asked, "--output", output)
        assert "##[" not in done.out
        assert not {"\x1b", "\u202e"} & set(done.out)
        assert "add-mask" in done.out
        told = json.loads(done.out)
    assert name in json.loads(check(source, "-c", asked, "--json").out)["sources"]
    assert told
    page = (done.run / "report.html").read_text(encoding="utf-8")
    assert not {"\x1b", "\u202e"} & set(page)


def test_orchestrators_are_told_in_one_line_that_drives_no_terminal(tmp_path: Path) -> None:
    entries = articles(**{f"\x1b[2J{HOSTILE}": [None, None]})
    source = write_jsonl(tmp_path / "in.jsonl", entries)
    found = outcome(source, contract(tmp_path, "source", between("dated_share", 0.8)), tmp_path / "run")
    assert found.severity == "error"
    assert "\\x1b[2Jevil" in found.told()
    assert found.told().isprintable()


def test_a_feed_is_an_input_and_is_named_by_it(check: Callable[..., Finished], tmp_path: Path) -> None:
    good = write_jsonl(tmp_path / "good.jsonl", articles(a=[DAY, DAY]))
    bad = write_jsonl(tmp_path / "bad.jsonl", articles(b=[None, None], c=[DAY]))
    asked = contract(tmp_path, "feed", between("dated_share", 0.8), between("sources", 1))
    done = check(good, bad, "-c", asked)
    whole, one = done.summary["suites"]
    assert (whole["judged"], one["input"], one["source"]) == (2, str(bad), None)
    assert done.summary["gate"]["reasons"] == [
        f"feed: dated_share is at least 0.8: observed 1 of 2 feeds not so: {bad} (33 %)"
    ]


def test_severity_is_great_expectations_own_and_decides_on_the_gate(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", articles(half=[DAY, None]))
    for severity, code, strict in (("critical", 1, 1), ("warning", 0, 1), ("info", 0, 0)):
        asked = contract(tmp_path, "source", between("dated_share", 0.8, severity))
        done = check(source, "-c", asked)
        cases = ET.parse(done.run / "junit.xml").iter("testcase")  # noqa: S314 -- our own output
        failures = [case.find("failure") is not None for case in cases if str(case.get("name")).startswith("suite s")]
        assert (done.code, any(failures), bool(failures)) == (code, code == 1, True)
        assert check(source, "-c", asked, "--fail-on", "warning").code == strict


def test_great_expectations_is_not_imported_where_no_source_is_large_enough(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", articles(a=[DAY] * 2, b=[DAY] * 3))
    asked = contract(tmp_path, "source", between("dated_share", 0.8), minimum=4)
    out = str(tmp_path / "run")
    code = (  # not for Data Docs either
        "import sys; from copydesk.cli import main; "
        f"code = main(['check', {str(source)!r}, '-c', {str(asked)!r}, '-o', {out!r}, '--data-docs']); "
        "assert 'great_expectations' not in sys.modules, 'imported'; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"suite s: not run, the largest source has 3 articles, fewer than the 4 it is made for" in done.stdout
    assert b"no Data Docs were written" in done.stdout


@pytest.mark.parametrize(
    ("over", "column", "says"),
    [
        ("sources", "dated_share", "meta.copydesk.over is 'sources': it must be one of batch, source, feed"),
        ("source", "published_at", "the outcomes by source have no column 'published_at'"),
        ("batch", "dated_share", "the outcomes have no column 'dated_share'"),
    ],
)
def test_a_suite_over_the_wrong_thing_exits_2(
    over: str, column: str, says: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", contract(tmp_path, over, between(column, 0)))
    assert done.code == 2
    assert says in done.err


@pytest.mark.parametrize(
    ("suite", "says"),
    [
        ('{"expectations": [{"type": "expect_x", "kwargs": []}]}', "not a Great Expectations suite"),
        ('{"expectations": [{"type": "expect_x", "kwargs": null}]}', "not a Great Expectations suite"),
        ('{"expectations": [{"type": ["expect_x"]}]}', "not a Great Expectations suite"),
        ('{"expectations": [{"type": "expect_x", "meta": {"copydesk": "x"}}]}', "not a Great Expectations suite"),
        ("[" * 100_000, "not a Great Expectations suite"),
        (
            '{"expectations": [{"type": "expect_x"}], "meta": {"copydesk": {"minimum_articles": Infinity}}}',
            "not a Great Expectations suite",
        ),
        (
            '{"expectations": [{"type": "expect_x"}], "meta": {"copydesk": {"minimum_article": 5}}}',
            "meta.copydesk.minimum_article: unknown key; known are over, minimum_articles",
        ),
    ],
)
def test_what_is_no_suite_exits_2(suite: str, says: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    path = contract(tmp_path, "batch")
    (tmp_path / "suite.json").write_text(suite, encoding="utf-8")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", path)
    assert done.code == 2, done.err
    assert says in done.err


def test_a_severity_that_there_is_not_exits_2(check: Callable[..., Finished], tmp_path: Path) -> None:
    odd = {**between("dated_share", 0), "meta": {"copydesk": {"severity": "error"}}}
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", contract(tmp_path, "source", odd, minimum=1))
    assert done.code == 2
    assert "has severity 'error': it must be one of critical, warning, info" in done.err


def test_sources_beyond_those_listed_one_by_one_are_counted(check: Callable[..., Finished], tmp_path: Path) -> None:
    names = [f"s{n:03}" for n in range(suites.FAILING + 5)]
    records = articles(**{name: [None] for name in names})
    asked = contract(tmp_path, "source", between("dated_share", 0.8), minimum=1)
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", asked)
    assert len(done.summary["suites"]) == 1 + suites.FAILING
    assert f"{len(names)} of {len(names)} sources not so: s000 (0 %)" in done.summary["gate"]["reasons"][0]
    assert "and 200 more" in done.summary["gate"]["reasons"][0]


def test_a_rule_that_is_off_is_passed_by_every_source(check: Callable[..., Finished], tmp_path: Path) -> None:
    asked = contract(tmp_path, "source", between("passes_mojibake", 1))
    assert check(write_jsonl(tmp_path / "in.jsonl", articles(a=[DAY] * 2)), "-c", asked).code == 0


def test_a_suite_may_name_expectations_of_ours(check: Callable[..., Finished], tmp_path: Path) -> None:
    own = {
        "type": "expect_sources_to_be_fresh",
        "kwargs": {"column": "published_at", "source_column": "source", "hours": 24},
    }
    done = check(write_jsonl(tmp_path / "in.jsonl", articles(a=[DAY] * 2)), "-c", contract(tmp_path, "batch", own))
    assert done.summary["gate"]["reasons"] == [
        "batch: sources to be fresh (column published_at, source_column source, hours 24): observed 1 of 1 sources not fresh: a",
    ]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.booleans(), st.integers(0, 3)), max_size=30))
@settings(max_examples=50, deadline=None)
def test_groups_say_what_counting_says(rows: list[tuple[str | None, bool, int]]) -> None:
    import polars as pl

    frame = pl.DataFrame(
        {"source": [s for s, _, _ in rows], "accepted": [a for _, a, _ in rows], "text": [t for _, _, t in rows]},
        schema={name: FACTS[name] for name in ("source", "accepted", "text")},
    )
    found = groups.groups(frame.lazy(), "source", ["accepted_share", "own_text_share", "batch_share"], 2)
    expected = {}
    for name in {source for source, _, _ in rows}:
        own = [row for row in rows if row[0] == name]
        if len(own) >= 2:
            shares = sum(row[1] for row in own) / len(own), len({row[2] for row in own}) / len(own)
            expected[name or groups.UNKNOWN_SOURCE] = (len(own), *shares, len(own) / len(rows))
    told = found.select("name", "articles", "accepted_share", "own_text_share", "batch_share").rows()
    assert {name: pytest.approx(values) for name, *values in told} == {n: list(v) for n, v in expected.items()}
    assert found["row"].to_list() == list(range(found.height))
    sizes = groups.sizes(frame.lazy(), "source")
    assert sorted(size for size in sizes if size >= 2) == sorted(found["articles"])


def test_a_run_directory_is_used_again_with_and_without_nested_folders(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", articles(a=[DAY] * 2))
    asked = contract(tmp_path, "batch", {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 2}})
    for options in (["--data-docs"], ["--data-docs"], []):
        done = check(source, "-c", asked, *options)
        assert done.code == 0
        assert main(["verify", str(done.run)]) == 0
        assert (done.run / "data_docs").exists() == bool(options)


def test_one_article_is_fewer_than_a_suite_needs() -> None:
    assert too_few({"articles": 1, "minimum_articles": 100}) == "1 article is fewer than the 100 it is made for"
    assert too_few({"articles": 2, "minimum_articles": 100}) == "2 articles are fewer than the 100 it is made for"


def test_an_expectation_without_a_sentence_says_what_it_asks_and_what_it_found(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    asked = [
        {"type": "expect_column_unique_value_count_to_be_between", "kwargs": {"column": "source", "min_value": 3}},
        {"type": "expect_column_distinct_values_to_be_in_set", "kwargs": {"column": "source", "value_set": ["a"]}},
        {"type": "expect_column_distinct_values_to_contain_set", "kwargs": {"column": "source", "value_set": ["c"]}},
    ]
    done = check(
        write_jsonl(tmp_path / "in.jsonl", articles(a=[DAY], b=[DAY])), "-c", contract(tmp_path, "batch", *asked)
    )
    assert sorted(done.summary["gate"]["reasons"]) == [
        "batch: column distinct values to be in set (column source, value_set ['a']): observed 1 not expected: b",
        "batch: column distinct values to contain set (column source, value_set ['c']): observed 1 missing: c",
        "batch: column unique value count to be between (column source, min_value 3): observed 2",
    ]


def test_a_severity_that_there_is_not_is_named_before_anything_is_read(tmp_path: Path) -> None:
    entry = {**between("dated_share", 0.8), "severity": "error"}
    contract(tmp_path, "source", entry)
    with pytest.raises(ContractError, match="has severity 'error': it must be one of critical, warning, info"):
        suites.read(tmp_path / "suite.json")
