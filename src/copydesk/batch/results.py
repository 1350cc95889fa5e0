"""What Great Expectations found, in the words of `summary.json`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from copydesk.batch.groups import Over, is_share
from copydesk.errors import ContractError
from copydesk.wording import percent, plural

NAMED: Final = 5
"""Sources or feeds that an expectation's ``observed`` names; the others are counted."""

SEVERITIES: Final = ("critical", "warning", "info")
"""Great Expectations' own, worst first."""

_LONGEST_NAME: Final = 100

_LONGEST_ASKED: Final = 200

_OF_THE_COLUMN: Final = tuple(f"expect_column_{of}_to_be_between" for of in ("min", "max", "mean", "median", "stdev"))
"""Expectations whose observed value is one of the column, so that its unit can be said."""


def expectation(entry: Mapping[str, Any], names: pl.Series | None = None, over: Over = "batch") -> dict[str, Any]:
    """An expectation's result; ``names`` are those of the rows of a frame of groups.

    Raises ContractError where it could not be evaluated: then it has neither held nor failed.
    """
    config, result = entry["expectation_config"], entry["result"]
    raised = _raised(entry.get("exception_info") or {})
    if raised is not None:
        raise ContractError(f"the expectation {config['type']} cannot be evaluated: {raised}")
    own = (config.get("meta") or {}).get("copydesk") or {}
    severity = own.get("severity") or config.get("severity") or "critical"
    if severity not in SEVERITIES:
        raise ContractError(
            f"the expectation {config['type']} has severity {severity!r}: it must be one of {', '.join(SEVERITIES)}"
        )
    kwargs = {key: value for key, value in config["kwargs"].items() if key != "batch_id"}
    return {
        "type": config["type"],
        "column": kwargs.get("column"),
        "kwargs": kwargs,
        "says": own.get("says") or config.get("description") or _says(config["type"], kwargs),
        "severity": severity,
        "success": bool(entry["success"]),
        "observed": _observed(config["type"], result, kwargs)
        if names is None
        else _observed_of_groups(config["type"], result, kwargs, names, over),
    }


def _says(kind: str, kwargs: Mapping[str, Any]) -> str:
    """The sentence of an expectation that brings none: what it is called and asked with, "column max to be between (column
    age_hours, max_value 48)"."""
    asked = ", ".join(f"{key} {value}" for key, value in kwargs.items() if value is not None)
    asked = asked if len(asked) <= _LONGEST_ASKED else asked[: _LONGEST_ASKED - 1] + "…"
    return kind.removeprefix("expect_").replace("_", " ") + (f" ({asked})" if asked else "")


def by_group(entries: Sequence[Mapping[str, Any]], names: pl.Series) -> dict[int, list[dict[str, Any]]]:
    """The expectations of each group that fails one, by the number of its row; ``observed`` is its own value."""
    values = [_failing(entry["result"], str(entry["expectation_config"]["kwargs"].get("column"))) for entry in entries]
    failing = sorted({row for found in values for row in found})
    told = [expectation(entry, names) for entry in entries]
    return {
        row: [
            {**about, "success": row not in found, "observed": _value(about["column"], found[row])}
            for about, found in zip(told, values, strict=True)
            if row in found
        ]
        for row in failing
    }


def _raised(info: Mapping[str, Any]) -> str | None:
    """The message of what an expectation raised; Great Expectations gives one mapping, or one for each metric."""
    for trouble in (info, *(value for value in info.values() if isinstance(value, Mapping))):
        if trouble.get("raised_exception"):
            return str(trouble.get("exception_message"))
    return None


def _failing(result: Mapping[str, Any], column: str) -> dict[int, Any]:
    """Row -> value of the groups that an expectation of single values found at fault; empty for other expectations."""
    return {int(found["row"]): found.get(column) for found in result.get("unexpected_index_list") or ()}


def _observed_of_groups(
    kind: str, result: Mapping[str, Any], kwargs: Mapping[str, Any], names: pl.Series, over: Over
) -> str:
    if result.get("unexpected_percent") is None:
        return _observed(kind, result, kwargs)
    column = str(kwargs.get("column"))
    found = _failing(result, column)
    told = f"{len(found):,} of {len(names):,} {plural(len(names), over)} not so"
    if not found:
        return told
    listed = [f"{_name(names[row])} ({_value(column, value)})" for row, value in list(found.items())[:NAMED]]
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f"{told}: {', '.join(listed)}{more}"


def _name(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _value(column: str | None, value: Any) -> str:
    """A value of a column, with the unit that the column's name gives."""
    if column is None or isinstance(value, bool) or not isinstance(value, int | float):
        return _number(value)
    if is_share(column):
        return percent(value, 1)
    if column.endswith("_hours"):
        return f"{value:,.0f} hours" if abs(value) < 72 else f"{value / 24:,.1f} days"
    return f"{_number(value)} characters" if column.endswith("_characters") else _number(value)


def _observed(kind: str, result: Mapping[str, Any], kwargs: Mapping[str, Any]) -> str:
    if result.get("unexpected_percent") is not None:
        # the share is that of the values that there are, and so must be the number that stands beside it
        count, of = result["unexpected_count"], result["element_count"] - (result.get("missing_count") or 0)
        return f"{count:,} of {of:,} not so ({result['unexpected_percent']:.3g} %)"
    value = result.get("observed_value")
    for what, key in (("not expected", "unexpected"), ("missing", "missing")):
        if value is None and (listed := result.get(f"partial_{key}_list")):
            count, named = result[f"{key}_count"], ", ".join(_name(str(entry)) for entry in listed[:NAMED])
            return f"{count:,} {what}: {named}" + (f" and {count - NAMED:,} more" if count > NAMED else "")
    return _value(kwargs.get("column"), value) if kind in _OF_THE_COLUMN else _number(value)


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
