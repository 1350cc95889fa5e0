"""Single rules as checks of a user's own `pandera.polars` schema."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk.errors import UsageError
from copydesk.rules.base import Rule
from copydesk.rules.catalogue import catalogue, find_rule

if TYPE_CHECKING:
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData


def check(rule: str, *, columns: Mapping[str, str] | None = None, **parameters: Any) -> "pa.Check":
    """The rule with this slug or code as a check of a `pandera.polars.DataFrameSchema`, of a whole frame or of any column.

    ``columns`` says what the frame calls the canonical fields (``{"body": "text"}``); names that scrapers use are known
    without. What a rule needs beyond its field (dates as instants, agencies, what a URL says) is derived on demand.
    ``parameters`` are the rule's own. Raises UsageError for an unknown rule or parameter, and for rules that need the network or
    all articles of a run.
    """
    import pandera.polars as pa

    judge = _rule(rule, parameters)
    passes = judge.passes().alias(judge.slug)

    def holds(data: "PolarsData") -> pl.LazyFrame:
        return _articles(data.lazyframe, judge, passes, columns or {}).lazy().select(passes)

    return pa.Check(holds, name=judge.slug, error=f"{judge.code} {judge.slug}", ignore_na=False)


def passing(rule: str, frame: pl.DataFrame, **parameters: Any) -> pl.Series:
    """Whether each row of ``frame``, whose columns have canonical names, passes the rule; raises as `check` does."""
    judge = _rule(rule, parameters)
    passes = judge.passes().alias(judge.slug)
    return _articles(frame.lazy(), judge, passes, {}).select(passes).to_series()


def _rule(rule: str, parameters: Mapping[str, Any]) -> Rule:
    found = find_rule(rule, catalogue())
    if found.online:
        raise UsageError(f"{found.slug} asks the network: use copydesk check --online")
    if found.syndicates:
        raise UsageError(f"{found.slug} compares all articles of a run: use a contract that says `syndication: on`")
    try:
        return found(**parameters)
    except TypeError as error:
        raise UsageError(f"{found.slug}: {error}") from None


def _articles(frame: pl.LazyFrame, rule: Rule, passes: pl.Expr, columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns of the article frame that ``passes`` looks at, out of a frame with a user's own names."""
    from copydesk.articles.derive import identify
    from copydesk.articles.fields import FieldMap
    from copydesk.articles.frame import SCRAPED
    from copydesk.articles.parquet import scraped
    from copydesk.preparing import prepare
    from copydesk.survey import Survey

    if unknown := [name for name in columns if name not in SCRAPED]:
        raise UsageError(f"columns: there is no field {unknown[0]!r}; known are {', '.join(SCRAPED)}")
    names = frame.collect_schema().names()
    plan = FieldMap({field: [name] for field, name in columns.items()}).plan(names)
    if rule.field not in plan:
        raise UsageError(f'{rule.slug} needs a column for {rule.field}: columns={{"{rule.field}": "…"}}')
    wanted = set(passes.meta.root_names())
    needs_more = not wanted <= set(SCRAPED)
    fields = [field for field in plan if needs_more or field in wanted]
    # of several names only the one asked for, under its canonical name: the others could stand in for it
    table = frame.select(pl.col(plan[field][0]).alias(field) for field in fields).collect().to_arrow()
    articles = scraped(table, FieldMap())
    if needs_more:
        numbered = articles.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("record"))
        started = datetime.now(UTC)
        return prepare(numbered, started, survey=Survey.of(identify(numbered, started)), judged=rule.judges)
    return articles.with_columns(pl.col([name for name in wanted if name != "body"]).str.strip_chars())
