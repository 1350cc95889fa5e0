"""The run as an OpenLineage event (openlineage.io, spec 2-0-2), built with the official client's classes. Nothing is sent.

One event of type COMPLETE: inputs with data-quality metrics and an assertion for each rule, accepted and quarantined records as
outputs, gate and suites as tests of the run. A gate that fails is data that is bad, not a job that broke.
"""

import importlib.util
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from copydesk.errors import UsageError
from copydesk.report.plain import line

if TYPE_CHECKING:
    from openlineage.client.event_v2 import InputDataset, OutputDataset, RunEvent
    from openlineage.client.generated.test_run import TestExecution

INPUTS: Final = 100
"""Inputs that stand in an event, those with the most records: with a hundred rules each, more make a consumer refuse it."""

_COLUMNS: Final = ("source", "title", "byline", "agency", "published_at", "language", "original_url")
"""Fields of articles whose nulls and distinct values are counted."""

_SEVERITY: Final = {"error": "error", "critical": "error", "warning": "warn", "info": "warn"}
"""Ours and Great Expectations' severities in OpenLineage's words: what blocks, and what does not."""

_PRODUCER: Final = "https://pypi.org/project/copydesk/"


def require() -> None:
    """Raises UsageError where the client is not installed."""
    if importlib.util.find_spec("openlineage") is None:
        raise UsageError("--openlineage needs OpenLineage's client: pip install 'copydesk[openlineage]'")


def render(run: Path, out: Path, job: str) -> str:
    """The event of the run whose tables lie in ``run`` and will lie in ``out``; ``job`` is the contract's name. JSON."""
    from openlineage.client.serde import Serde

    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    event = Serde.to_dict(_event(run, out, job, summary))
    return json.dumps(event, ensure_ascii=False, indent=2) + "\n"


def _event(run: Path, out: Path, job: str, summary: Mapping[str, Any]) -> "RunEvent":
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.generated.job_type_job import JobTypeJobFacet
    from openlineage.client.generated.nominal_time_run import NominalTimeRunFacet
    from openlineage.client.generated.processing_engine_run import ProcessingEngineRunFacet
    from openlineage.client.generated.test_run import TestRunFacet
    from openlineage.client.uuid import generate_static_uuid

    started = datetime.fromisoformat(summary["started_at"])
    identity = generate_static_uuid(started, summary["run_id"].encode())
    facets = {
        "nominalTime": NominalTimeRunFacet(summary["started_at"], summary["finished_at"]),
        "processing_engine": ProcessingEngineRunFacet(summary["copydesk_version"], "copydesk"),
        "test": TestRunFacet(_tests(summary)),
    }
    kind = JobTypeJobFacet(processingType="BATCH", integration="COPYDESK", jobType="CHECK")
    return RunEvent(
        eventTime=summary["finished_at"],
        producer=_PRODUCER,
        eventType=RunState.COMPLETE,
        run=Run(runId=str(identity), facets=facets),
        job=Job(namespace="copydesk", name=job, facets={"jobType": kind}),
        inputs=_inputs(run, summary),
        outputs=_outputs(run, out, summary),
    )


def _tests(summary: Mapping[str, Any]) -> "list[TestExecution]":
    from openlineage.client.generated.test_run import TestExecution

    gate = summary["gate"]
    tests = [
        TestExecution(
            "gate",
            _status(gate["passed"]),
            "error",
            "gate",
            actual=line("; ".join(gate["reasons"]), 1000) or None,
            params=None,
        ),
    ]
    for suite in summary["suites"]:
        own = suite.get("source") or suite.get("input")
        name = f"suite {line(suite['name'], 100)}" + (f" of {line(own, 100)}" if own else "")
        if suite["status"] == "skipped":
            tests.append(TestExecution(name, "skip", "warn", "suite", params=None))
        tests += [
            TestExecution(
                f"{name}: {line(entry['says'])}",
                _status(entry["success"]),
                _SEVERITY[entry["severity"]],
                entry["type"],
                description=line(entry["says"]),
                actual=line(entry["observed"], 1000),
                params={key: value for key, value in entry["kwargs"].items() if value is not None},
            )
            for entry in suite["expectations"]
        ]
    return tests


def _status(passed: bool) -> str:
    return "pass" if passed else "fail"


def _inputs(run: Path, summary: Mapping[str, Any]) -> "list[InputDataset]":
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.generated.data_quality_assertions_dataset import (
        Assertion,
        DataQualityAssertionsDatasetFacet,
    )
    from openlineage.client.generated.data_quality_metrics_input_dataset import (
        ColumnMetrics,
        DataQualityMetricsInputDatasetFacet,
    )

    largest = sorted(summary["inputs"], key=lambda entry: -int(entry["records"]))[:INPUTS]
    metrics, failed, fields = _measured(run)
    datasets = []
    for entry in largest:
        path = Path(entry["path"])
        measured = metrics.get(entry["path"], {})
        articles = measured.get("articles", 0)
        columns = {
            name: ColumnMetrics(measured[f"{name}_null"], measured[f"{name}_distinct"], quantiles=None)
            for name in _COLUMNS
            if measured
        }
        size = path.stat().st_size if path.is_file() else None
        assertions = [
            Assertion(
                assertion=slug,
                success=not (count := failed.get((entry["path"], slug), 0)),
                column=fields.get(slug),
                severity=_SEVERITY[rule["severity"]],
                name=f"{rule['code']} {slug}",
                actual=f"{count} of {articles} articles",
                params=None,
            )
            for slug, rule in summary["rules"].items()
        ]
        facets = {
            "dataQualityMetrics": DataQualityMetricsInputDatasetFacet(columns, rowCount=entry["records"], bytes=size),
            "dataQualityAssertions": DataQualityAssertionsDatasetFacet(assertions),
        }
        datasets.append(InputDataset(namespace="file", name=_name(path), inputFacets=facets))
    return datasets


def _measured(run: Path) -> tuple[dict[str, dict[str, int]], dict[tuple[str, str], int], dict[str, str]]:
    """Counts of articles and fields by input, articles that fail by input and rule, and the field that a failing rule judges."""
    articles = pl.scan_parquet(run / "articles.parquet")
    findings = pl.scan_parquet(run / "findings.parquet").filter(~pl.col("baseline"))
    nulls = [pl.col(name).null_count().alias(f"{name}_null") for name in _COLUMNS]
    distinct = [pl.col(name).drop_nulls().n_unique().alias(f"{name}_distinct") for name in _COLUMNS]
    metrics = articles.group_by("input").agg(pl.len().alias("articles"), *nulls, *distinct).collect()
    failed = (
        findings.select("record", "rule", "field")
        .join(articles.select("record", "input"), on="record")
        .group_by("input", "rule")
        .agg(pl.col("record").n_unique().alias("articles"), pl.col("field").mode().min())
        .collect()
    )
    return (
        {row["input"]: row for row in metrics.iter_rows(named=True)},
        {(row["input"], row["rule"]): row["articles"] for row in failed.iter_rows(named=True)},
        {row["rule"]: row["field"] for row in failed.sort("input").iter_rows(named=True)},
    )


def _outputs(run: Path, out: Path, summary: Mapping[str, Any]) -> "list[OutputDataset]":
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet

    datasets = []
    for verdict in ("accepted", "quarantined"):
        found = sorted(path for path in run.iterdir() if path.name == verdict or path.name.startswith(f"{verdict}."))
        for place in found:
            files = [path for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file()]
            statistics = OutputStatisticsOutputDatasetFacet(
                # an output of mixed formats is several files, and nobody counted the records of each
                rowCount=summary["counts"][verdict] if len(found) == 1 else None,
                size=sum(path.stat().st_size for path in files),
                fileCount=len(files),
            )
            name = _name(out / place.name)
            datasets.append(OutputDataset(namespace="file", name=name, outputFacets={"outputStatistics": statistics}))
    return datasets


def _name(path: Path) -> str:
    """A local file as OpenLineage names it ("Naming conventions"): its absolute path; standard input stays "-"."""
    return str(path.resolve()) if str(path) != "-" else "-"
