"""A Great Expectations suite fitted to the outcomes of a sample."""

from typing import Any

import polars as pl

from copydesk.batch.outcomes import column
from copydesk.drafts.bounds import at_least, at_most, interval, round_down

_MINIMUM = 100
"""Articles of a batch that shares can be judged on."""


def suite(outcomes: pl.DataFrame) -> dict[str, Any]:
    """Expectations that batches like the sample meet: shares below what it shows by its own uncertainty, and rounded."""
    count = outcomes.height
    expectations = [
        _not_null(outcomes, "published_at", "a readable date", "critical"),
        _not_null(outcomes, "title", "a title", "critical"),
        _not_null(outcomes, "byline", "a byline", "warning"),
        _not_null(outcomes, "original_url", "an original URL", "critical"),
        _true(outcomes, "accepted", "are accepted", "critical"),
        *(
            _true(outcomes, column(slug), f"pass {slug}", "warning")
            for slug in ("related-link", "read-more", "mojibake", "markup")
            if column(slug) in outcomes.columns
        ),
        _unique(outcomes, "original_url", "a URL of their own"),
        _unique(outcomes, "text", "a text of their own"),
        _median(outcomes),
    ]
    largest = int(outcomes["source"].drop_nulls().value_counts()["count"].max() or 0)  # type: ignore[arg-type]
    if outcomes["source"].n_unique() > 1 and (share := at_most(largest, count)) < 1:
        expectations.append(
            _entry(
                "expect_column_max_to_be_between",
                {"column": "source_share", "max_value": share},
                f"No source has more than {share:.0%} of the articles",
                "info",
            )
        )
    kept = [entry for entry in expectations if entry is not None]
    return {
        "name": "batch",
        "expectations": kept,
        "meta": {"copydesk": {"over": "batch", "minimum_articles": _MINIMUM}},
    }


def _entry(kind: str, kwargs: dict[str, Any], says: str, severity: str) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs, "description": says, "severity": severity}


def _share(of: int, hits: int, kind: str, name: str, says: str, severity: str) -> dict[str, Any] | None:
    """None where the sample is too small, or the share too low, for a demand that means anything."""
    mostly = at_least(hits, of)
    kwargs: dict[str, Any] = {"column": name, "mostly": mostly}
    if kind.endswith("in_set"):
        kwargs["value_set"] = [True]
    low, high = interval(hits, of)
    seen = f"the sample: {hits:,} of {of:,}, {low:.0%} to {high:.0%}"
    return (
        _entry(kind, kwargs, f"At least {mostly:.0%} of the articles {says} ({seen})", severity) if mostly > 0 else None
    )


def _not_null(outcomes: pl.DataFrame, name: str, what: str, severity: str) -> dict[str, Any] | None:
    hits = outcomes.height - outcomes[name].null_count()
    return _share(outcomes.height, hits, "expect_column_values_to_not_be_null", name, f"have {what}", severity)


def _true(outcomes: pl.DataFrame, name: str, says: str, severity: str) -> dict[str, Any] | None:
    return _share(outcomes.height, int(outcomes[name].sum()), "expect_column_values_to_be_in_set", name, says, severity)


def _unique(outcomes: pl.DataFrame, name: str, what: str) -> dict[str, Any] | None:
    values = outcomes[name].drop_nulls()
    hits = int(values.is_unique().sum())
    return _share(len(values), hits, "expect_column_values_to_be_unique", name, f"have {what}", "critical")


def _median(outcomes: pl.DataFrame) -> dict[str, Any] | None:
    least = round_down(float(outcomes["body_characters"].median() or 0) / 2)  # type: ignore[arg-type]
    says = f"Half of the articles have {least:,} characters or more (half of the sample's median)"
    kwargs = {"column": "body_characters", "min_value": least}
    return _entry("expect_column_median_to_be_between", kwargs, says, "warning") if least else None
