"""Compiles checks to a `pandera.polars` schema, and reads pandera's answer record by record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from copydesk.articles.frame import SCRAPED
from copydesk.errors import RuleError
from copydesk.processes import lanes
from copydesk.rules import Rule, Severity
from copydesk.survey import SURVEYED

if TYPE_CHECKING:
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData


@dataclass(frozen=True, slots=True)
class Check:
    """One rule with its parameters and severity, for ``sources`` only, or (``excepted``) for all others."""

    rule: Rule
    severity: Severity
    sources: tuple[str, ...]
    excepted: bool

    @property
    def slug(self) -> str:
        return self.rule.slug

    def passes(self) -> pl.Expr:
        """A boolean per record, as the rule gives it. Raises RuleError where it gives none: rules may be a user's own."""
        try:
            given: object = self.rule.passes()
        except Exception as error:
            raise RuleError(f"the rule {self.slug} crashed: {type(error).__name__}: {error}") from error
        if not isinstance(given, pl.Expr):
            raise RuleError(f"the rule {self.slug} crashed: passes() gives no polars expression but {given!r:.60}")
        return given

    @property
    def surveys(self) -> bool:
        """Whether the rule judges an article by the run's other articles."""
        return self.rule.surveys or not SURVEYED.keys().isdisjoint(self.passes().meta.root_names())

    @property
    def everywhere(self) -> bool:
        """Whether the rule is asked of every record."""
        return self.excepted and not self.sources

    def applies(self) -> pl.Expr:
        """A boolean per record: whether the rule is asked of it."""
        if not self.sources:
            return pl.lit(self.excepted)
        listed = pl.col("source").is_in(list(self.sources)).fill_null(False)
        return ~listed if self.excepted else listed


def outcomes(checks: Sequence[Check]) -> list[pl.Expr]:
    """A boolean column per check, named by its index: whether each record passes or is not asked."""
    return [_outcome(check).alias(str(index)) for index, check in enumerate(checks)]


def _outcome(check: Check) -> pl.Expr:
    passes = check.passes()
    # most are asked of all records: saying so would take polars longer than many rules
    return passes if check.everywhere else ~check.applies() | passes


def compile_schema(checks: Sequence[Check]) -> "pa.DataFrameSchema":
    """One schema for all ``checks``: text columns, and a check per rule, which looks at its column of `outcomes`.

    The checks hang on the column `record`, so that what pandera collects of a failing row is its number and not the
    whole article.
    """
    from copydesk.schema.backend import Column, Schema

    columns = {name: Column(pl.String, nullable=True) for name in SCRAPED}
    rules = [_pandera_check(index, check) for index, check in enumerate(checks)]
    return Schema({"record": Column(pl.Int64, rules), **columns})


def _pandera_check(index: int, check: Check) -> "pa.Check":
    import pandera.polars as pa

    outcome = pl.col(str(index))

    def holds(data: "PolarsData") -> pl.LazyFrame:
        return data.lazyframe.select(outcome)

    return pa.Check(holds, name=str(index), error=check.slug, ignore_na=False)  # else a null would count as a pass


_SEEN: Final = "types"
"""Under which a schema's metadata hold the types of the columns that it has found right."""


def validate(
    schema: "pa.DataFrameSchema", frame: pl.DataFrame, checks: Sequence[Check], expressions: Sequence[pl.Expr]
) -> dict[int, pl.Series]:
    """Validates ``frame`` lazily: index of each check that failed anywhere -> the boolean per row (True = passes).

    ``expressions`` are the `outcomes` of the ``checks`` that ``schema`` was compiled from. Raises RuleError where one of them
    or pandera fails: that must be neither a failed nor a passed article.
    """
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrorReason

    holding = evaluated(frame, checks, expressions)
    broken = {column.name for column in holding if column.all(ignore_nulls=False) is not True}
    # all that is demanded of texts is their type, which the batches of a run share: pandera takes milliseconds for each column
    types = frame.select("record", *SCRAPED).schema
    texts = () if schema.metadata == {_SEEN: types} else SCRAPED
    judged = frame.select("record", *texts).with_columns(holding.select(sorted(broken)))
    failed: dict[int, pl.Series] = {}
    try:
        # set here, so that pandera's environment variables cannot switch the contract off
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            _of_checks(schema, texts, broken).validate(judged, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            check = error.check
            if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK or error.check_output is None:
                cause = error.failure_cases or error.args[0]
                raise RuleError(f"the rule {getattr(check, 'error', None) or check} crashed: {cause}") from None
            failed[int(check.name)] = error.check_output.to_series(0)
    schema.metadata = {_SEEN: types}
    return failed


def _of_checks(schema: "pa.DataFrameSchema", texts: Collection[str], names: Collection[str]) -> "pa.DataFrameSchema":
    """``schema`` with the columns ``texts`` and those of its rules that are called ``names``: pandera takes a millisecond for
    each, and most rules hold of a whole batch, which their columns have shown already."""
    from copydesk.schema.backend import Column, Schema

    rules = [check for check in schema.columns["record"].checks if check.name in names]
    columns = {name: schema.columns[name] for name in texts}
    return Schema({"record": Column(pl.Int64, rules), **columns})


def evaluated(frame: pl.DataFrame, checks: Sequence[Check], expressions: Sequence[pl.Expr]) -> pl.DataFrame:
    """What ``expressions``, the `outcomes` of ``checks``, say of ``frame``. Raises RuleError where one of them fails."""
    try:
        holding = lanes.select(frame, expressions)
    except Exception as error:
        for check, expression in zip(checks, expressions, strict=True):  # all are asked at once: which one was it?
            try:
                frame.select(expression)
            except Exception as cause:
                raise RuleError(f"the rule {check.slug} crashed: {type(cause).__name__}: {cause}") from cause
        raise RuleError(f"the rules crashed: {type(error).__name__}: {error}") from error
    for check, kind in zip(checks, holding.dtypes, strict=True):
        if kind != pl.Boolean:
            raise RuleError(f"the rule {check.slug} crashed: passes() gives {kind} and no booleans")
    return holding
