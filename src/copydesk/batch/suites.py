"""Suites in Great Expectations' own JSON over the outcomes of a run. Great Expectations is imported only when one applies."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import polars as pl

from copydesk.batch import groups
from copydesk.batch.groups import Over
from copydesk.batch.outcomes import columns
from copydesk.batch.results import SEVERITIES, by_group, expectation
from copydesk.errors import ContractError
from copydesk.rules import REGISTRY

if TYPE_CHECKING:
    import pandas as pd

    from copydesk.batch.validation import Validator

_DEFAULT_MINIMUM = 1
_KEYS: Final = ("over", "minimum_articles")
"""What a suite may say in `meta.copydesk`: a misspelt one would ask the suite of something else, unseen."""

FAILING: Final = 200
"""Sources, and likewise feeds, whose failing expectations a suite lists one by one; those beyond are counted."""


@dataclass(frozen=True)
class Suite:
    """A suite in Great Expectations' own JSON, asked of what it is ``over``.

    ``minimum`` articles make a batch, a source or a feed that it can judge.
    """

    path: Path
    name: str
    over: Over
    minimum: int
    data: dict[str, Any]

    @property
    def columns(self) -> list[str]:
        """The columns of its frame that the suite looks at."""
        return list(
            dict.fromkeys(name for entry in self.data["expectations"] for name in _named(entry.get("kwargs", {})))
        )


def _named(kwargs: Mapping[str, Any]) -> list[str]:
    """The columns that an expectation's arguments name: ``column``, ``column_A``, ``column_list``, ``source_column``."""
    values = [value for key, value in kwargs.items() if key.startswith("column") or key.endswith("_column")]
    names = [name for value in values for name in (value if isinstance(value, list) else [value])]
    return [name for name in names if isinstance(name, str)]


def _kind(entry: Mapping[str, Any]) -> str:
    """The type of an expectation. Raises TypeError or KeyError where something has not the shape that is relied on."""
    meta = entry.get("meta") or {}
    if not (isinstance(entry["type"], str) and isinstance(entry.get("kwargs", {}), dict) and isinstance(meta, dict)):
        raise TypeError
    dict(meta.get("copydesk") or {})
    return entry["type"]


def read(path: Path, rules: Iterable[str] = REGISTRY) -> Suite:
    """Reads a suite; ``rules`` are the slugs that there are.

    Raises ContractError where it is not one, or names a column that its frame does not have."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        kinds = [_kind(entry) for entry in data["expectations"]]
        meta = dict((data.get("meta") or {}).get("copydesk") or {})
        minimum = int(meta.get("minimum_articles", _DEFAULT_MINIMUM))
    except json.JSONDecodeError as error:
        raise ContractError(f"{path}:{error.lineno}: not valid JSON: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot read the suite: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError):
        raise ContractError(
            f"{path}: not a Great Expectations suite: it needs a list `expectations` with `type`s, whose `kwargs` and `meta` "
            "are mappings, and a whole number for `minimum_articles`"
        ) from None
    if unknown := [key for key in meta if key not in _KEYS]:
        raise ContractError(f"{path}: meta.copydesk.{unknown[0]}: unknown key; known are {', '.join(_KEYS)}")
    if (over := meta.get("over", "batch")) not in get_args(Over):
        raise ContractError(f"{path}: meta.copydesk.over is {over!r}: it must be one of {', '.join(get_args(Over))}")
    suite = Suite(path, str(data.get("name", path.stem)), over, minimum, data)
    known = columns(rules) if over == "batch" else groups.columns(rules)
    frame = "outcomes" if over == "batch" else f"outcomes by {over}"
    for name in suite.columns:
        if name not in known:
            raise ContractError(f"{path}: the {frame} have no column {name!r}; they have {', '.join(known)}")
    for kind, entry in zip(kinds, data["expectations"], strict=True):
        if (severity := entry.get("severity") or SEVERITIES[0]) not in SEVERITIES:
            raise ContractError(f"{path}: {kind} has severity {severity!r}: it must be one of {', '.join(SEVERITIES)}")
    if not kinds:
        raise ContractError(f"{path}: the suite holds no expectation")
    return suite


def run(
    suites: Sequence[Suite],
    outcomes: Path,
    articles: int,
    data_docs: Path | None = None,
    run_name: str = "run",
    session: "Session | None" = None,
) -> list[dict[str, Any]]:
    """The results of ``suites`` over the Parquet file ``outcomes``, as they stand in `summary.json`.

    With ``data_docs`` a Great Expectations Data Docs site of them is written into that folder, where they call the run
    ``run_name``; there is none where no suite applies. For each source or feed that fails, a suite over these has a further
    entry that names it. ``session`` may have Great Expectations loaded already.
    """
    session = session or Session()
    results = [entry for suite in suites for entry in _results(suite, outcomes, articles, session)]
    if data_docs is not None and any(entry["status"] != "skipped" for entry in results):
        session.validator().write_docs(data_docs, run_name)
    return results


class Session:
    """The one context of a run's validations, made when the first suite applies."""

    def __init__(self) -> None:
        self._validator: Validator | None = None

    def validator(self) -> "Validator":
        if self._validator is None:
            from copydesk.batch.validation import Validator

            self._validator = Validator()
        return self._validator


def _results(suite: Suite, outcomes: Path, articles: int, session: Session) -> list[dict[str, Any]]:
    result: dict[str, Any] = {
        "name": suite.name,
        "path": str(suite.path),
        "over": suite.over,
        "source": None,
        "input": None,
        "minimum_articles": suite.minimum,
        "articles": articles,
    }
    lazy = pl.scan_parquet(outcomes)
    if suite.over == "batch":
        if articles < suite.minimum:
            return [{**result, "status": "skipped", "expectations": []}]
        entries = session.validator().validate(suite, _frame(suite, lazy))
        return [_judged(result, [expectation(entry) for entry in entries])]
    sizes = groups.sizes(lazy, suite.over)
    judged = sum(size >= suite.minimum for size in sizes)
    result.update(judged=judged, left_out=len(sizes) - judged)
    if not judged:
        return [{**result, "articles": max(sizes, default=0), "status": "skipped", "expectations": []}]
    result["articles"] = sum(size for size in sizes if size >= suite.minimum)
    frame = groups.groups(lazy, suite.over, suite.columns, suite.minimum)
    entries = session.validator().validate(suite, frame.drop("name").to_pandas(), frame["name"].to_list())
    whole = _judged(result, [expectation(entry, frame["name"], suite.over) for entry in entries])
    failing = by_group(entries, frame["name"])
    worst = sorted(failing, key=lambda row: (-_weight(failing[row]), row))[:FAILING]
    key = groups.KEYS[suite.over]
    each = [
        {
            **_judged({**result, key: frame["name"][row], "articles": frame["articles"][row]}, failing[row]),
            "judged": None,
            "left_out": None,
        }
        for row in worst
    ]
    return [whole, *each]


def _judged(result: Mapping[str, Any], expectations: list[dict[str, Any]]) -> dict[str, Any]:
    failed = any(not entry["success"] for entry in expectations)
    return {**result, "status": "failed" if failed else "passed", "expectations": expectations}


def _weight(expectations: Iterable[Mapping[str, Any]]) -> int:
    """How bad a group is: a critical expectation that it fails outweighs all others."""
    worth = {"critical": 10_000, "warning": 100, "info": 1}
    return sum(worth[entry["severity"]] for entry in expectations if not entry["success"])


def _frame(suite: Suite, lazy: pl.LazyFrame) -> "pd.DataFrame":
    wanted = suite.columns
    if "source_share" in wanted:
        lazy = lazy.with_columns((pl.len().over("source") / pl.len()).alias("source_share"))
    known = lazy.collect_schema().names()
    # a rule that the contract switches off leaves no column: nobody fails it
    missing = [pl.lit(True).alias(name) for name in wanted if name not in known]
    frame = lazy.with_columns(missing).select(wanted or [pl.col("record")]).collect()
    if "published_at" in frame.columns:
        frame = frame.with_columns(pl.col("published_at").dt.replace_time_zone(None))
    return frame.to_pandas()
