"""The OpenLineage event: against a golden file, and through the official client's own classes."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Finished, record, write_jsonl
from copydesk.rules import REGISTRY

pytest.importorskip("openlineage.client")

ON = {"title-missing": "error", "byline-missing": "warning"}


@pytest.fixture
def event(check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The event of a run over two inputs, one of them hostile by name and source."""
    monkeypatch.chdir(tmp_path)
    write_jsonl(Path("good.jsonl"), [record(), record(id="b", url="https://b.example/2", authors=[])])
    write_jsonl(Path("<b>é.jsonl"), [record(id="c", title="", source="evil\n<img src=x>")])
    rules = {slug: ON.get(slug, "off") for slug in REGISTRY}
    share = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "title_share", "min_value": 0.5},
        "description": "titles",
    }
    meta = {"copydesk": {"over": "source"}}
    Path("s.json").write_text(json.dumps({"name": "s", "expectations": [share], "meta": meta}))
    Path("c.json").write_text(json.dumps({"contract": "desk", "rules": rules, "suites": ["s.json"]}))
    done = check("good.jsonl", "<b>é.jsonl", "-c", "c.json", "--openlineage", out=Path("run"))
    assert done.code == 1
    assert "openlineage.json" in json.loads((done.run / "manifest.json").read_text())["files"]
    return dict(json.loads((done.run / "openlineage.json").read_text(encoding="utf-8")))


def test_the_event_is_as_its_golden_file(event: dict[str, Any], tmp_path: Path) -> None:
    text = json.dumps(event, ensure_ascii=False, indent=1).replace(str(tmp_path.resolve()), "/data")
    known = json.loads(text)
    known["eventTime"] = "2025-06-14T08:30:02+00:00"
    known["run"]["runId"] = "00000000-0000-7000-8000-000000000000"
    known["run"]["facets"]["nominalTime"].update(nominalStartTime="2025-06-14T08:30:00+00:00")
    known["run"]["facets"]["nominalTime"].update(nominalEndTime="2025-06-14T08:30:02+00:00")
    known["run"]["facets"]["processing_engine"]["version"] = "1.2.3"
    _without_client_version(known)
    text = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    golden = ROOT / "tests" / "golden" / "openlineage.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def _without_client_version(value: Any) -> None:
    """Versions of facets' schemas and of the client change with its releases."""
    if isinstance(value, dict):
        for key in ("_producer", "_schemaURL", "schemaURL"):
            if key in value:
                value[key] = value[key].rpartition("/")[2]
        for item in value.values():
            _without_client_version(item)
    elif isinstance(value, list):
        for item in value:
            _without_client_version(item)


def test_the_event_goes_through_the_official_clients_classes(event: dict[str, Any]) -> None:
    """Every part is accepted by the class of its schema, whose validators look at dates, ids and addresses."""
    from openlineage.client import event_v2 as ol
    from openlineage.client.generated import data_quality_assertions_dataset as assertions
    from openlineage.client.generated import data_quality_metrics_input_dataset as metrics
    from openlineage.client.generated import nominal_time_run, output_statistics_output_dataset, test_run
    from openlineage.client.serde import Serde

    def plain(facet: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in facet.items() if not key.startswith("_")}

    facets = event["run"]["facets"]
    nominal_time_run.NominalTimeRunFacet(**plain(facets["nominalTime"]))
    tests = [test_run.TestExecution(**entry) for entry in facets["test"]["tests"]]
    for dataset in event["inputs"]:
        [assertions.Assertion(**entry) for entry in dataset["inputFacets"]["dataQualityAssertions"]["assertions"]]
        metrics.DataQualityMetricsInputDatasetFacet(**plain(dataset["inputFacets"]["dataQualityMetrics"]))
    for dataset in event["outputs"]:
        statistics = plain(dataset["outputFacets"]["outputStatistics"])
        output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(**statistics)
    again = ol.RunEvent(
        eventTime=event["eventTime"],
        producer=event["producer"],
        eventType=ol.RunState(event["eventType"]),
        run=ol.Run(runId=event["run"]["runId"], facets=facets),
        job=ol.Job(**event["job"]),
        inputs=[ol.InputDataset(**dataset) for dataset in event["inputs"]],
        outputs=[ol.OutputDataset(**dataset) for dataset in event["outputs"]],
    )
    assert json.loads(Serde.to_json(again)) == event
    assert {(test.name, test.status) for test in tests} >= {("gate", "fail"), ("suite s: titles", "fail")}


def test_inputs_outputs_and_rules_are_counted(event: dict[str, Any], tmp_path: Path) -> None:
    good, hostile = event["inputs"]
    assert good["name"] == str(tmp_path.resolve() / "good.jsonl")
    told = {entry["assertion"]: entry for entry in good["inputFacets"]["dataQualityAssertions"]["assertions"]}
    assert (told["title-missing"]["success"], told["byline-missing"]["success"]) == (True, False)
    assert (told["byline-missing"]["actual"], told["byline-missing"]["severity"]) == ("1 of 2 articles", "warn")
    [missing] = [e for e in hostile["inputFacets"]["dataQualityAssertions"]["assertions"] if not e["success"]]
    assert (missing["assertion"], missing["column"]) == ("title-missing", "title")
    assert good["inputFacets"]["dataQualityMetrics"]["columnMetrics"]["byline"]["nullCount"] == 1
    rows = {Path(out["name"]).name: out["outputFacets"]["outputStatistics"]["rowCount"] for out in event["outputs"]}
    assert rows == {"accepted.jsonl": 2, "quarantined.jsonl": 1}


def test_without_the_client_the_extra_is_named_before_anything_is_read(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    for name in [name for name in sys.modules if name.split(".")[0] == "openlineage"]:
        monkeypatch.delitem(sys.modules, name)
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "--openlineage")
    assert (done.code, done.run.exists()) == (2, False)
    assert "pip install 'copydesk[openlineage]'" in done.err
