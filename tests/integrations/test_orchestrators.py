"""Dagster, Airflow and Prefect, each in its own test mode. They pin what others need, so `run.py` beside gives each a place of
its own; where one is absent, its tests are skipped, aloud."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TEXT = (
    "The ferry to the outer island runs again after two weeks in the dock.\n"
    "The first boat left at dawn with forty passengers, three bicycles and the post.\n"
    "“We missed the gulls,” said the captain, who has steered the line for years."
)
Make = Callable[..., tuple[str, str, str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a record and a contract; gives the input, the contract and a run directory."""

    def write(fail_on: str = "error", **fields: Any) -> tuple[str, str, str]:
        entry = {
            "id": "a1", "url": "https://www.example.com/2025/06/14/ferry-resumes", "title": "Ferry Resumes",
            "authors": ["Ana Lindqvist"], "date": "2025-06-14T08:30:00Z", "text": TEXT, **fields,
        }  # fmt: skip
        (tmp_path / "in.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
        (tmp_path / "c.yaml").write_text(f"contract: x\ngate: {{fail_on: {fail_on}}}\n", encoding="utf-8")
        return str(tmp_path / "in.jsonl"), str(tmp_path / "c.yaml"), str(tmp_path / "run")

    return write


BAD: dict[str, Any] = {"title": ""}
WARNED: dict[str, Any] = {"authors": []}


class TestDagster:
    @pytest.mark.parametrize(
        ("fail_on", "fields", "passed", "severity", "downstream"),
        [
            ("error", {}, True, "ERROR", True),
            ("error", WARNED, True, "ERROR", True),
            ("warning", WARNED, False, "WARN", True),
            ("error", BAD, False, "ERROR", False),
        ],
    )
    def test_the_gate_is_an_asset_check(
        self, fail_on: str, fields: dict[str, Any], passed: bool, severity: str, downstream: bool, make: Make
    ) -> None:
        dagster = pytest.importorskip("dagster")
        from copydesk.integrations.dagster import articles_check

        source, contract, run = make(fail_on, **fields)

        @dagster.asset  # type: ignore[untyped-decorator]
        def articles() -> None: ...

        @dagster.asset(deps=[articles])  # type: ignore[untyped-decorator]
        def index() -> None: ...

        check = articles_check(articles, lambda: source, contract, run)
        done = dagster.materialize([articles, index, check], raise_on_error=False)
        [evaluation] = done.get_asset_check_evaluations()
        assert (evaluation.passed, evaluation.severity.value) == (passed, severity)
        assert evaluation.metadata["read"].value == 1
        assert Path(evaluation.metadata["report"].value).is_file()
        assert (
            "index" in {event.asset_key.path[-1] for event in done.get_asset_materialization_events()}
        ) == downstream

    def test_what_cannot_be_read_is_no_result(self, make: Make) -> None:
        dagster = pytest.importorskip("dagster")
        from copydesk.integrations.dagster import articles_check

        _, contract, run = make()

        @dagster.asset  # type: ignore[untyped-decorator]
        def articles() -> None: ...

        done = dagster.materialize(
            [articles, articles_check(articles, "no.jsonl", contract, run)], raise_on_error=False
        )
        assert not done.success
        assert done.get_asset_check_evaluations() == []


class TestAirflow:
    def run(self, *where: str, **fields: Any) -> tuple[str, Any]:
        """The state of the task in a run of a DAG, as `dag.test()` leaves it, and its return value."""
        pytest.importorskip("airflow.sdk")
        from airflow.configuration import conf

        arguments = dict(zip(("inputs", "contract", "run_dir"), where, strict=True)) | fields
        folder = Path(conf.get("core", "dags_folder"))  # where Airflow looks for it again
        folder.mkdir(parents=True, exist_ok=True)
        name = f"copydesk_{len(list(folder.iterdir()))}"
        file = folder / f"{name}.py"
        file.write_text(
            "from airflow.sdk import DAG\nfrom copydesk.integrations.airflow import CopydeskOperator\n"
            f"with DAG({name!r}, schedule=None) as dag:\n    CopydeskOperator(task_id='check', **{arguments!r})\n"
        )
        names = runpy.run_path(str(file))
        done = names["dag"].test()
        [instance] = done.get_task_instances()
        return str(instance.state), instance.xcom_pull(task_ids="check")

    def test_the_gate_is_the_state_of_the_task(self, make: Make) -> None:
        state, facts = self.run(*make())
        assert state == "success"
        assert facts["accepted"] == 1
        assert (Path(facts["run_dir"]) / "report.html").is_file()
        assert self.run(*make(**WARNED))[0] == "success"
        assert self.run(*make("warning", **WARNED), retries=2)[0] == "failed"
        assert self.run(*make(**BAD), retries=2)[0] == "failed"  # at once: the data stay bad

    def test_what_may_be_there_later_is_tried_again(self, make: Make) -> None:
        pytest.importorskip("airflow.sdk")
        from airflow.sdk.exceptions import AirflowException, AirflowFailException

        from copydesk.integrations.airflow import CopydeskOperator

        _, contract, run = make()
        with pytest.raises(AirflowException, match=r"no such file") as raised:
            CopydeskOperator(task_id="check", inputs="no.jsonl", contract=contract, run_dir=run).execute({})
        assert not isinstance(raised.value, AirflowFailException)
        with pytest.raises(AirflowFailException, match="cannot read the contract"):
            CopydeskOperator(task_id="check", inputs="no.jsonl", contract="no.yaml", run_dir=run).execute({})


class TestPrefect:
    def test_the_gate_is_the_state_of_the_task(self, make: Make, tmp_path: Path) -> None:
        prefect = pytest.importorskip("prefect")
        from prefect.testing.utilities import prefect_test_harness

        from copydesk.integrations.prefect import check_articles

        @prefect.flow  # type: ignore[untyped-decorator]
        def ingest(source: str, contract: str, run: str) -> Any:
            return check_articles(source, contract, run)

        with prefect_test_harness(server_startup_timeout=120):
            good = ingest(*make())
            assert good["accepted"] == 1
            for fields, fail_on, said in (
                (BAD, "error", "error: 1 of 1 records"),
                (WARNED, "warning", "warning: 1 accepted"),
            ):
                state = ingest(*make(fail_on, **fields), return_state=True)
                assert state.is_failed()
                assert said in str(state.message)
            assert ingest(*make(**WARNED))["passed"]
