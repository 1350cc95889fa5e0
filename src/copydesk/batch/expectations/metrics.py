"""The metrics behind the expectations of this package, for each engine that can compute them."""

from collections.abc import Callable
from typing import Any

from great_expectations.execution_engine import (
    PandasExecutionEngine,
    SparkDFExecutionEngine,
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    ColumnPairMapMetricProvider,
    column_condition_partial,
    column_pair_condition_partial,
)

from copydesk.batch.values import Judge, of_pandas, of_spark

Condition = Callable[..., Any]
"""From a column and the metric's parameters to a condition that holds where a value is as expected."""


def column_metric(
    name: str,
    judge: Judge,
    parameters: tuple[str, ...] = (),
    *,
    sql: Condition | None = None,
    spark: Condition | None = None,
) -> str:
    """Registers the metric ``name`` of one column and returns its name.

    ``judge`` decides on pandas columns, and on Spark's where there is no ``spark``; without ``sql`` a database that is asked
    says that SQL cannot.
    """

    class Metric(ColumnMapMetricProvider):
        condition_metric_name = name
        condition_value_keys = parameters

        @column_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column: Any, **kwargs: Any) -> Any:
            return of_pandas(judge, (column,), _given(parameters, kwargs))

        @column_condition_partial(engine=SparkDFExecutionEngine)
        def _spark(cls, column: Any, **kwargs: Any) -> Any:
            given = _given(parameters, kwargs)
            return of_spark(judge, (column,), given) if spark is None else spark(column, **given)

        @column_condition_partial(engine=SqlAlchemyExecutionEngine)
        def _sqlalchemy(cls, column: Any, **kwargs: Any) -> Any:
            if sql is None:
                raise NotImplementedError(not_in_sql(name))
            return sql(column, **_given(parameters, kwargs))

    return Metric.condition_metric_name


def pair_metric(name: str, judge: Judge) -> str:
    """Registers the metric ``name`` of a pair of columns and returns its name; no database can compute it."""

    class Metric(ColumnPairMapMetricProvider):
        condition_metric_name = name
        condition_domain_keys = (
            "batch_id",
            "table",
            "column_A",
            "column_B",
            "row_condition",
            "condition_parser",
            "ignore_row_if",
        )
        condition_value_keys = ()

        @column_pair_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column_A: Any, column_B: Any, **kwargs: Any) -> Any:  # noqa: N803 -- Great Expectations' names
            return of_pandas(judge, (column_A, column_B), {})

        @column_pair_condition_partial(engine=SparkDFExecutionEngine)
        def _spark(cls, column_A: Any, column_B: Any, **kwargs: Any) -> Any:  # noqa: N803
            return of_spark(judge, (column_A, column_B), {})

        @column_pair_condition_partial(engine=SqlAlchemyExecutionEngine)
        def _sqlalchemy(cls, column_A: Any, column_B: Any, **kwargs: Any) -> Any:  # noqa: N803
            raise NotImplementedError(not_in_sql(name))

    return Metric.condition_metric_name


def not_in_sql(name: str) -> str:
    """Why a database cannot compute a metric, and what to do."""
    what = name.rpartition(".")[2].removeprefix("copydesk_").replace("_", " ")
    return f"SQL cannot express '{what}': validate the column in a pandas or Spark frame (docs/great-expectations.md)"


def _given(parameters: tuple[str, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: kwargs[name] for name in parameters if kwargs.get(name) is not None}
