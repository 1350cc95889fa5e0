"""Runs Great Expectations suites over the outcomes of a run. Great Expectations is imported only when one applies."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk.batch.outcomes import columns
from copydesk.errors import ContractError
from copydesk.rules import REGISTRY

if TYPE_CHECKING:
    import pandas as pd

_DEFAULT_MINIMUM = 1


@dataclass(frozen=True)
class Suite:
    """A suite in Great Expectations' own JSON. ``minimum`` articles make a batch that it can judge."""

    path: Path
    name: str
    minimum: int
    data: dict[str, Any]

    @property
    def columns(self) -> list[str]:
        """The columns of the outcomes frame that the suite looks at."""
        named = (expectation.get("kwargs", {}).get("column") for expectation in self.data["expectations"])
        return list(dict.fromkeys(filter(None, named)))


def read(path: Path, rules: Iterable[str] = REGISTRY) -> Suite:
    """Reads a suite; ``rules`` are the slugs that there are.

    Raises ContractError where it is not one, or names a column that outcomes do not have."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        expectations = data["expectations"]
        kinds = [expectation["type"] for expectation in expectations]
    except json.JSONDecodeError as error:
        raise ContractError(f"{path}:{error.lineno}: not valid JSON: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot read the suite: {error}") from None
    except (KeyError, TypeError, AttributeError):
        raise ContractError(
            f"{path}: not a Great Expectations suite: it needs a list `expectations` with `type`s"
        ) from None
    meta = (data.get("meta") or {}).get("copydesk") or {}
    suite = Suite(path, str(data.get("name", path.stem)), int(meta.get("minimum_articles", _DEFAULT_MINIMUM)), data)
    for name in suite.columns:
        if name not in (known := columns(rules)):
            raise ContractError(f"{path}: the outcomes have no column {name!r}; they have {', '.join(known)}")
    if not kinds:
        raise ContractError(f"{path}: the suite holds no expectation")
    return suite


def run(suites: Sequence[Suite], outcomes: Path, articles: int) -> list[dict[str, Any]]:
    """The results of ``suites`` over the Parquet file ``outcomes``, as they stand in `summary.json`."""
    return [_result(suite, outcomes, articles) for suite in suites]


def _result(suite: Suite, outcomes: Path, articles: int) -> dict[str, Any]:
    result = {"name": suite.name, "path": str(suite.path), "minimum_articles": suite.minimum, "articles": articles}
    if articles < suite.minimum:
        return {**result, "status": "skipped", "expectations": []}
    _give_back_memory()
    expectations = [_expectation(entry) for entry in _validate(suite, _frame(suite, outcomes))]
    failed = any(not entry["success"] for entry in expectations)
    return {**result, "status": "failed" if failed else "passed", "expectations": expectations}


def _frame(suite: Suite, outcomes: Path) -> "pd.DataFrame":
    wanted = suite.columns
    lazy = pl.scan_parquet(outcomes)
    if "source_share" in wanted:
        lazy = lazy.with_columns((pl.len().over("source") / pl.len()).alias("source_share"))
    known = lazy.collect_schema().names()
    # a rule that the contract switches off leaves no column: nobody fails it
    missing = [pl.lit(True).alias(name) for name in wanted if name not in known]
    frame = lazy.with_columns(missing).select(wanted or [pl.col("record")]).collect()
    if "published_at" in frame.columns:
        frame = frame.with_columns(pl.col("published_at").dt.replace_time_zone(None))
    return frame.to_pandas()


def _give_back_memory() -> None:
    """Returns to the system what the run has freed: Great Expectations and pandas need some 200 MB of their own."""
    import ctypes
    import gc

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)


def _validate(suite: Suite, frame: "pd.DataFrame") -> list[Mapping[str, Any]]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # copydesk reports to nobody
    import logging

    logging.getLogger("great_expectations").setLevel(
        logging.CRITICAL
    )  # before its import, which logs hundreds of lines
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    try:
        loaded = gx.ExpectationSuite(
            name=suite.name, expectations=suite.data["expectations"], meta=suite.data.get("meta") or {}
        )
    except Exception as error:  # whatever it rejects, the file is at fault
        raise ContractError(f"{suite.path}: Great Expectations cannot load it: {error}") from None
    kept = Counter(expectation.expectation_type for expectation in loaded.expectations)
    if dropped := Counter(entry["type"] for entry in suite.data["expectations"]) - kept:
        # Great Expectations logs what it cannot load and goes on without it: that would pass silently
        raise ContractError(
            f"{suite.path}: Great Expectations cannot load {', '.join(dropped)}: unknown, or wrong kwargs"
        )
    definition = (
        context.data_sources.add_pandas("outcomes")
        .add_dataframe_asset("run")
        .add_batch_definition_whole_dataframe("all")
    )
    batch = definition.get_batch(batch_parameters={"dataframe": frame})
    validation = batch.validate(loaded, result_format="BASIC")
    return [entry.to_json_dict() for entry in validation.results]


def _expectation(entry: Mapping[str, Any]) -> dict[str, Any]:
    config, result = entry["expectation_config"], entry["result"]
    trouble = entry.get("exception_info") or {}
    if trouble.get("raised_exception"):
        raise ContractError(f"the expectation {config['type']} cannot be evaluated: {trouble.get('exception_message')}")
    own = (config.get("meta") or {}).get("copydesk") or {}
    kwargs = {key: value for key, value in config["kwargs"].items() if key != "batch_id"}
    return {
        "type": config["type"],
        "column": kwargs.get("column"),
        "kwargs": kwargs,
        "says": own.get("says") or config["type"].removeprefix("expect_").replace("_", " "),
        "severity": own.get("severity") or config.get("severity") or "critical",
        "success": bool(entry["success"]),
        "observed": _observed(result),
    }


def _observed(result: Mapping[str, Any]) -> str:
    if "unexpected_percent" in result and result.get("unexpected_percent") is not None:
        return f"{result['unexpected_count']:,} of {result['element_count']:,} not so ({result['unexpected_percent']:.3g} %)"
    value = result.get("observed_value")
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
