"""Expectations of whole frames by source."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, ClassVar

from great_expectations.compatibility.sqlalchemy import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import (
    PandasExecutionEngine,
    SparkDFExecutionEngine,
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from copydesk.batch.expectations.columns import latest
from copydesk.batch.expectations.rendering import Rendered

_NAMED = 5


class NewestBySource(TableMetricProvider):
    """How many sources there are, and the names of those whose newest article is older than ``hours``, in order."""

    metric_name = "table.copydesk_stale_sources"
    value_keys = ("column", "source_column", "hours")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any) -> Any:
        import pandas as pd

        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        dates = pd.to_datetime(frame[metric_value_kwargs["column"]], utc=True).dt.tz_localize(None)
        newest = dates.groupby(frame[metric_value_kwargs["source_column"]]).max()
        stale = newest.isna() | (newest < _oldest(metric_value_kwargs))
        return _told(len(newest), newest.index[stale])

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any) -> Any:
        table, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        source, newest = _sql_columns(metric_value_kwargs)
        rows = execution_engine.execute_query(
            sa.select(source, sa.case((newest >= _oldest(metric_value_kwargs), 1), else_=0))
            .select_from(table)
            .where(source.is_not(None))
            .group_by(source)
        ).fetchall()
        return _told(len(rows), [name for name, fresh in rows if not fresh])

    @metric_value(engine=SparkDFExecutionEngine)
    def _spark(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any) -> Any:
        from pyspark.sql import functions

        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        source = functions.col(metric_value_kwargs["source_column"])
        newest = functions.unix_timestamp(functions.max(metric_value_kwargs["column"]).cast("timestamp"))
        rows = frame.where(source.isNotNull()).groupBy(source.alias("source")).agg(newest.alias("newest")).collect()
        oldest = _oldest(metric_value_kwargs).replace(tzinfo=UTC).timestamp()
        return _told(len(rows), [row["source"] for row in rows if row["newest"] is None or row["newest"] < oldest])


def _oldest(given: Mapping[str, Any]) -> Any:
    return latest(0) - timedelta(hours=given["hours"])


def _sql_columns(given: Mapping[str, Any]) -> tuple[Any, Any]:
    """The source, and the newest date as the instant that it is compared with."""
    return sa.column(given["source_column"]), sa.func.max(
        sa.column(given["column"], sa.DateTime()), type_=sa.DateTime()
    )


def _told(sources: int, stale: Any) -> dict[str, Any]:
    return {"sources": sources, "stale": sorted(map(str, stale))}


class ExpectSourcesToBeFresh(Rendered, BatchExpectation):
    """Expect the newest article of each source to be at most ``hours`` old; a source without any date is not fresh.

    Holds where every source has an article of this week, not where one of them has fallen silent.

    Engines: pandas, Spark, SQL. The dates are instants, in UTC.

    Args:
        column: The column of dates.
        source_column: The column that names the source of each article; articles without one are not looked at.
        hours: Hours since the newest article of a source (168, a week).
        mostly: The share of sources that must be fresh, 0 to 1 (1).

    >>> ExpectSourcesToBeFresh(column="published_at", source_column="source", hours=48).expectation_type
    'expect_sources_to_be_fresh'
    """

    column: str
    source_column: str
    hours: int = 168
    mostly: float = 1.0

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.copydesk_stale_sources",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")
    success_keys = ("column", "source_column", "hours", "mostly")
    args_keys = ("column", "source_column", "hours")
    says: ClassVar[str] = "Each source in $source_column must have an article whose $column is at most $hours hours ago"

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = metrics["table.copydesk_stale_sources"]
        sources, stale = found["sources"], found["stale"]
        told = f"{len(stale):,} of {sources:,} sources not fresh"
        if stale:
            more = f" and {len(stale) - _NAMED:,} more" if len(stale) > _NAMED else ""
            told += f": {', '.join(name[:100] for name in stale[:_NAMED])}{more}"
        held = (sources - len(stale)) / sources if sources else 1.0
        return {"success": held >= self.mostly, "result": {"observed_value": told, "details": {"stale": stale}}}
