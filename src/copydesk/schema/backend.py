"""pandera's polars backend as a run asks it: a boolean per record and check, without the accounts of failures.

For each check that fails pandera collects failing values, counts and words them for a reader, some ten queries and three
milliseconds each, in every batch. copydesk's findings say all that and more, and read nothing of it but the booleans.
"""

from collections.abc import Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.checks import Check
from pandera.backends.base import CoreCheckResult
from pandera.backends.polars.components import ColumnBackend
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import FailureCaseMetadata, SchemaError, SchemaErrorReason


class Schema(pa.DataFrameSchema):
    """A schema whose errors carry `check_output` and nothing else."""


class Column(pa.Column):
    """A column of `Schema`."""


class _Plain:
    """What both backends do otherwise than pandera's own."""

    def run_check(
        self, check_obj: pl.LazyFrame, schema: Any, check: Check, check_index: int, *args: Any
    ) -> CoreCheckResult:
        """Asks ``check`` of ``check_obj``; a null is a failure, as `ignore_na` is False for all checks of a contract."""
        output = check(check_obj, *args).check_output.collect()
        return CoreCheckResult(
            passed=bool(output.to_series().all(ignore_nulls=False)),
            check=check,
            check_index=check_index,
            check_output=output,
            reason_code=SchemaErrorReason.DATAFRAME_CHECK,
            message=f"{schema.name} failed {check}",
        )

    def failure_cases_metadata(self, schema_name: str, schema_errors: Sequence[SchemaError]) -> FailureCaseMetadata:
        """Nothing: what failed is told by ``schema_errors`` themselves."""
        return FailureCaseMetadata(pl.DataFrame(), {}, {})


class _SchemaBackend(_Plain, DataFrameSchemaBackend):
    pass


class _ColumnBackend(_Plain, ColumnBackend):
    pass


Schema.register_backend(pl.DataFrame, _SchemaBackend)
Schema.register_backend(pl.LazyFrame, _SchemaBackend)
Column.register_backend(pl.LazyFrame, _ColumnBackend)
