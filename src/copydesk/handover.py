"""A contract as a plain `pandera.polars` schema, for those who validate with pandera and not with the command line."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

import polars as pl

from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.articles.parquet import frame_of
from copydesk.contract import Contract
from copydesk.engines.judging import Judge
from copydesk.engines.surveying import survey_frame
from copydesk.schema import evaluated
from copydesk.vocabulary import using

if TYPE_CHECKING:
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData


def pandera_schema(
    contract: str | Path | None = None, columns: Mapping[str, str] | None = None
) -> "pa.DataFrameSchema":
    """The contract as a schema for frames of scraped articles with a scraper's own column names.

    ``columns`` says what the frame calls the canonical fields (``{"body": "text"}``); names that scrapers use are known without.
    Each rule is one check, named by its slug. pandera knows no severity that keeps the rows, so rules of severity error fail the
    validation and warnings and infos are left out. Validate eager frames, with ``lazy=True`` to see all rules that do not hold.
    """
    import pandera.polars as pa

    outcomes = _Outcomes(contracts.read(contract), columns or {})
    checks = [
        _check(outcomes, index) for index, rule in enumerate(outcomes.contract.checks) if rule.severity == "error"
    ]
    return pa.DataFrameSchema(checks=checks, name=outcomes.contract.name)


def _check(outcomes: "_Outcomes", index: int) -> "pa.Check":
    import pandera.polars as pa

    rule = outcomes.contract.checks[index].rule

    def holds(data: "PolarsData") -> pl.LazyFrame:
        return outcomes.of(data.lazyframe).lazy().select(pl.col(str(index)).alias(rule.slug))

    return pa.Check(holds, name=rule.slug, error=f"{rule.code} {rule.slug}", ignore_na=False)


class _Outcomes:
    """What all rules say of a frame, asked once for all checks of one validation."""

    def __init__(self, contract: Contract, columns: Mapping[str, str]) -> None:
        self.contract = contract
        self._fields = FieldMap({**contract.fields, **{field: [name] for field, name in columns.items()}})
        self._last: tuple[ReferenceType[pl.LazyFrame], pl.DataFrame] | None = None

    def of(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """A boolean per record and rule, named by the rule's place in the contract."""
        last = self._last
        if last is not None and last[0]() is frame:
            return last[1]
        answer = self._asked(frame)
        self._last = ref(frame), answer
        return answer

    def _asked(self, frame: pl.LazyFrame) -> pl.DataFrame:
        articles = frame_of(frame.collect().to_arrow(), self._fields)
        judge = Judge(self.contract, datetime.now(UTC))
        with tempfile.TemporaryDirectory(prefix="copydesk-") as scratch, using(self.contract.vocabulary):
            judge.survey = survey_frame(articles, self.contract, judge, Path(scratch))
            return evaluated(judge.prepared(articles), self.contract.checks, self.contract.outcomes)
