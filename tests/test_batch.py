"""Suites run over outcomes by the real Great Expectations, and only where the batch is large enough."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import ROOT, TEXT, Finished, copydesk, record, write_jsonl
from copydesk.batch import suites
from copydesk.errors import ContractError


def contract_with(tmp_path: Path, suite: object) -> Path:
    (tmp_path / "suite.json").write_text(json.dumps(suite))
    (tmp_path / "c.yaml").write_text("contract: x\nsuites: [suite.json]\n")
    return tmp_path / "c.yaml"


def expectation(kind: str, severity: str = "critical", **kwargs: object) -> dict[str, object]:
    return {"type": kind, "kwargs": kwargs, "meta": {"copydesk": {"says": "it holds", "severity": severity}}}


def suite(*expectations: object, minimum: int = 2) -> dict[str, object]:
    return {"name": "s", "expectations": expectations, "meta": {"copydesk": {"minimum_articles": minimum}}}


def test_great_expectations_is_not_imported_below_the_smallest_batch(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    code = (
        "import sys; from copydesk.cli import main; "
        f"code = main(['check', {str(source)!r}, '-o', {str(tmp_path / 'run')!r}, '-q']); "
        "assert 'great_expectations' not in sys.modules, 'imported'; sys.exit(code)"
    )
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["suites"][0]["status"] == "skipped"


def test_a_batch_that_holds_to_the_shipped_suite_passes(check: Callable[..., Finished], tmp_path: Path) -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC).isoformat(timespec="seconds")
    records = [
        record(
            id=str(n),
            url=f"https://www.{'abcd'[n % 4]}.example/x{n}",
            text=f"{TEXT} {n} " * 3,
            date=now,
            crawl_date=now,
        )
        for n in range(120)
    ]
    done = check(write_jsonl(tmp_path / "in.jsonl", records))
    results = done.summary["suites"]
    assert [entry["says"] for result in results for entry in result["expectations"] if not entry["success"]] == []
    asked = [(result["name"], result["status"], len(result["expectations"])) for result in results]
    assert (done.code, asked) == (0, [("batch", "passed", 14), ("source", "passed", 11), ("feed", "passed", 7)])


def test_a_failing_expectation_fails_the_gate_and_says_what_was_observed(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    contract = contract_with(tmp_path, suite(expectation("expect_column_values_to_be_unique", column="text")))
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b")]), "-c", contract)
    assert done.code == 1
    assert done.summary["gate"]["reasons"] == ["batch: it holds: observed 2 of 2 not so (100 %)"]
    assert "it holds" in (done.run / "report.html").read_text()


def test_a_share_stands_beside_the_number_that_it_is_of(check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = contract_with(tmp_path, suite(expectation("expect_column_values_to_be_unique", column="text")))
    records = [record(), record(id="b"), record(id="c", text=f"{TEXT} other"), record(id="d", text="")]
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract)
    assert "batch: it holds: observed 2 of 3 not so (66.7 %)" in done.summary["gate"]["reasons"]


def test_what_is_observed_has_the_unit_of_its_column(check: Callable[..., Finished], tmp_path: Path) -> None:
    """An age under "at most 7 days old" must not come as a bare number of hours."""
    limits = [
        expectation("expect_column_min_to_be_between", column="age_hours", max_value=168),
        expectation("expect_column_median_to_be_between", column="body_characters", max_value=1),
        expectation("expect_column_max_to_be_between", column="source_share", max_value=0.5),
        expectation("expect_column_unique_value_count_to_be_between", column="body_characters", max_value=0),
    ]
    contract = contract_with(tmp_path, suite(*limits))
    date = (datetime.now(UTC) - timedelta(days=10)).isoformat()
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(date=date), record(id="b", date=date)]), "-c", contract)
    observed = {entry["type"]: entry["observed"] for entry in done.summary["suites"][0]["expectations"]}
    assert observed == {
        "expect_column_min_to_be_between": "10.0 days",
        "expect_column_median_to_be_between": f"{len(TEXT)} characters",
        "expect_column_max_to_be_between": "100 %",
        "expect_column_unique_value_count_to_be_between": "1",
    }


def test_severities_of_expectations_are_obeyed(check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = contract_with(
        tmp_path, suite(expectation("expect_column_values_to_be_unique", "warning", column="text"))
    )
    source = write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b")])
    assert check(source, "-c", contract).code == 0
    assert check(source, "-c", contract, "--fail-on", "warning").code == 1


def test_duplicate_ids_are_counted(check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = contract_with(tmp_path, suite(expectation("expect_column_values_to_be_unique", column="article_id")))
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(), record(id="b")]), "-c", contract)
    assert "2 of 3 not so" in done.summary["gate"]["reasons"][0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "suite.json:1: not valid JSON"),
        ("[]", "not a Great Expectations suite"),
        (json.dumps(suite()), "holds no expectation"),
        (json.dumps(suite(expectation("expect_column_values_to_be_unique", column="txt"))), "no column 'txt'"),
        (json.dumps(suite(expectation("expect_the_unexpected"), minimum=1)), "cannot load expect_the_unexpected"),
    ],
)
def test_a_suite_that_is_wrong_exits_2(content: str, says: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = contract_with(tmp_path, {})
    (tmp_path / "suite.json").write_text(content)
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", contract)
    assert done.code == 2
    assert says in done.err
    assert not done.run.exists() or not list(done.run.iterdir())


@pytest.mark.parametrize("name", ["batch", "source", "feed"])
def test_a_shipped_suite_loads_in_great_expectations_itself(name: str) -> None:
    import great_expectations as gx

    data = json.loads((ROOT / "expectations" / f"{name}.json").read_text())
    loaded = gx.ExpectationSuite(**data)
    assert [(kept.description, str(kept.severity.value)) for kept in loaded.expectations] == [
        (entry["description"], entry["severity"]) for entry in data["expectations"]
    ]


def test_reading_a_suite_names_its_columns() -> None:
    shipped = suites.read(ROOT / "expectations" / "batch.json")
    assert shipped.minimum == 100
    assert "age_hours" in shipped.columns
    with pytest.raises(ContractError):
        suites.read(ROOT / "expectations" / "nowhere.json")


def test_nothing_of_great_expectations_reaches_the_terminal(tmp_path: Path) -> None:
    contract = contract_with(tmp_path, suite(expectation("expect_column_values_to_not_be_null", column="title")))
    done = copydesk(
        "check",
        write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b")]),
        "-c",
        contract,
        "-o",
        tmp_path / "r",
        "--json",
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert json.loads(done.stdout)["suites"][0]["status"] == "passed"
