"""The batch function: a frame of articles in, verdicts and findings out. Pure, and the same for every engine."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from copydesk.baseline import Ledger, fingerprint
from copydesk.contract import Contract
from copydesk.errors import RuleError
from copydesk.rules import Severity
from copydesk.rules.base import Spot
from copydesk.schema import Check, validate

FINDINGS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(),
    "article_id": pl.String(),
    "source": pl.String(),
    "rule": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
    "field": pl.String(),
    "line": pl.Int64(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "evidence": pl.String(),
    "message": pl.String(),
    "suggestion": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "score": pl.Float64(),
    "article_key": pl.String(),
    "fingerprint": pl.String(),
    "baseline": pl.Boolean(),
}
"""One row per finding. ``start`` and ``end`` are code points in ``field``, ``line`` is 1-based in the body (null
elsewhere), ``before`` and ``after`` are the text around the span, ``score`` is null where no model speaks. ``baseline`` is
whether the finding was known before the run, by its ``fingerprint`` (see `copydesk.baseline`); such findings count nowhere
but in this table."""

EVIDENCE: Final = 200
"""Characters of evidence at most, and of a suggestion ten times as many."""

CONTEXT: Final = 90
"""Characters kept before and after a span."""

PER_RULE: Final = 500
"""Findings of one rule in one article at most; the last one says how many more there are."""


@dataclass(frozen=True)
class Checked:
    """``articles`` is the input frame with `verdict`, `errors` and `warnings`; ``findings`` has the columns `FINDINGS`;
    ``failures`` holds a boolean per record and rule that failed anywhere (True = fails)."""

    articles: pl.DataFrame
    findings: pl.DataFrame
    failures: pl.DataFrame
    checked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(article id, rule) -> findings that the contract suppresses."""


def check_batch(articles: pl.DataFrame, contract: Contract, ledger: Ledger | None = None) -> Checked:
    """Checks ``articles`` (the article frame of `copydesk.preparing`) against ``contract``.

    Findings that ``ledger`` knows are marked, and count for no verdict, rule or outcome.
    """
    passes = validate(contract.schema, articles, contract.checks, contract.outcomes)
    rows = list(_findings(articles, contract, passes))
    suppressed = Counter((str(row[1]), row[3]) for row in rows if (str(row[1]), row[3]) in contract.suppress)
    kept = [row for row in rows if (str(row[1]), row[3]) not in suppressed]
    if ledger is not None:
        ledger.see(articles["article_key"])
        kept = [(*row[:-1], ledger.takes(row[-2])) for row in kept]
    findings = pl.DataFrame(kept, schema=FINDINGS, orient="row")
    new = findings.filter(~pl.col("baseline"))
    failures = _failures(articles, new)
    checked: Counter[str] = Counter()
    for check in contract.checks:
        checked[check.slug] += _count(articles, check)
    failed = Counter(dict(new.group_by("rule").agg(pl.col("record").n_unique()).iter_rows()))
    return Checked(_verdicts(articles, new), findings, failures, checked, failed, suppressed)


def _count(articles: pl.DataFrame, check: Check) -> int:
    if not check.sources:
        return articles.height if check.excepted else 0
    return int(articles.select(check.applies().sum()).item())


def _findings(articles: pl.DataFrame, contract: Contract, passes: dict[int, pl.Series]) -> Iterator[tuple[Any, ...]]:
    """Evidence for every record that fails, record by record."""
    failing: dict[int, list[Check]] = {}
    for index, passed in passes.items():
        for row in (~passed).arg_true():
            failing.setdefault(row, []).append(contract.checks[index])
    rows = sorted(failing)
    needed = articles.drop("html", "extra", strict=False)
    for row, article in zip(rows, needed[rows].iter_rows(named=True), strict=True):
        for check in failing[row]:
            for spot in _spots(check, article):
                yield _row(article, check, spot)


def _spots(check: Check, article: dict[str, Any]) -> list[Spot]:
    try:
        spots = list(check.rule.find(article))
    except Exception as error:
        raise RuleError(
            f"the rule {check.slug} crashed on record {article['record']} of {article['input']}: "
            f"{type(error).__name__}: {error}"
        ) from error
    # without a spot the expression and the evidence disagree: the finding stands, on the whole field
    return _capped(spots) or [Spot(check.rule.field, "the rule does not hold")]


def _capped(spots: list[Spot]) -> list[Spot]:
    if len(spots) <= PER_RULE:
        return spots
    last = spots[PER_RULE - 1]
    more = f"{last.message} (and {len(spots) - PER_RULE} more in this article)"
    return [*spots[: PER_RULE - 1], Spot(last.field, more, last.start, last.end, last.suggestion)]


def _row(article: dict[str, Any], check: Check, spot: Spot) -> tuple[Any, ...]:
    text = article.get(spot.field)
    text = text if isinstance(text, str) else ""
    line = before = after = None
    evidence = text
    if spot.start is not None and spot.end is not None:
        evidence = text[spot.start : spot.end]
        before, after = text[max(0, spot.start - CONTEXT) : spot.start], text[spot.end : spot.end + CONTEXT]
        line = text.count("\n", 0, spot.start) + 1 if spot.field == "body" else None
    return (
        article["record"],
        article["article_id"],
        article["source"],
        check.slug,
        check.rule.code,
        str(check.severity),
        spot.field,
        line,
        spot.start,
        spot.end,
        evidence[:EVIDENCE],
        spot.message,
        spot.suggestion and spot.suggestion[: 10 * EVIDENCE],
        before,
        after,
        spot.score,
        article["article_key"],
        fingerprint(article["article_key"], check.slug, spot.field, evidence[:EVIDENCE]),
        False,
    )


def _failures(articles: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """A boolean per record and rule: whether the record has a finding of it. Columns: the rules that have any."""
    hits = findings.select("record", "rule").unique()
    return articles.select("record").with_columns(
        pl.col("record").is_in(group["record"].implode()).alias(str(slug))
        for (slug,), group in sorted(hits.partition_by("rule", as_dict=True).items())
    )


def _verdicts(articles: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    counts = findings.group_by("record").agg(
        (pl.col("severity") == Severity.ERROR).sum().cast(pl.Int64).alias("errors"),
        (pl.col("severity") == Severity.WARNING).sum().cast(pl.Int64).alias("warnings"),
    )
    judged = articles.join(counts, on="record", how="left", maintain_order="left").with_columns(
        pl.col("errors", "warnings").fill_null(0)
    )
    verdict = pl.when(pl.col("errors") > 0).then(pl.lit("quarantined")).otherwise(pl.lit("accepted"))
    return judged.with_columns(verdict.alias("verdict"))
