"""The batch function: a frame of articles in, verdicts and findings out. Pure, and the same for every engine."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from copydesk.baseline import Ledger
from copydesk.contract import Contract
from copydesk.engines.evidence import rows_of_findings
from copydesk.findings import FINDINGS
from copydesk.rules import Severity
from copydesk.schema import Check, validate


@dataclass(frozen=True)
class Examined:
    """What the rules say of a batch. ``articles`` is the frame or those of its columns that are still needed, ``findings`` has
    the columns `copydesk.findings.FINDINGS`, ``checked`` counts the articles that each rule was asked of."""

    articles: pl.DataFrame
    findings: pl.DataFrame
    checked: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(article id, rule) -> findings that the contract suppresses."""


@dataclass(frozen=True)
class Checked:
    """``articles`` is the frame with `verdict`, `errors` and `warnings`; ``findings`` has the columns `FINDINGS`;
    ``failures`` holds a boolean per record and rule that failed anywhere (True = fails)."""

    articles: pl.DataFrame
    findings: pl.DataFrame
    failures: pl.DataFrame
    checked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)


def examine(articles: pl.DataFrame, contract: Contract) -> Examined:
    """Asks every rule of ``contract`` of ``articles``, a frame with all that `copydesk.engines.judging` adds: nearly all the
    work, and each batch stands for itself."""
    passes = validate(contract.schema, articles, contract.checks, contract.outcomes)
    rows = list(rows_of_findings(articles, contract, passes))
    suppressed = Counter((str(row[1]), row[3]) for row in rows if (str(row[1]), row[3]) in contract.suppress)
    if suppressed:
        rows = [row for row in rows if (str(row[1]), row[3]) not in suppressed]
    checked: Counter[str] = Counter()
    for check in contract.checks:
        checked[check.slug] += _count(articles, check)
    return Examined(articles, pl.DataFrame(rows, schema=FINDINGS, orient="row"), checked, suppressed)


def settle(examined: Examined, ledger: Ledger | None = None) -> Checked:
    """The verdicts on a batch; batches are settled in the order of the input, for each known finding counts once.

    Findings that ``ledger`` knows are marked, and count for no verdict, rule or outcome.
    """
    articles, findings = examined.articles, examined.findings
    if ledger is not None:
        ledger.see(articles["article_key"])
        known = [ledger.takes(fingerprint) for fingerprint in findings["fingerprint"]]
        findings = findings.with_columns(pl.Series("baseline", known, pl.Boolean()))
    new = findings.filter(~pl.col("baseline"))
    failed = Counter(dict(new.group_by("rule").agg(pl.col("record").n_unique()).iter_rows()))
    failures = _failures(articles, new)
    return Checked(_verdicts(articles, new), findings, failures, examined.checked, failed, examined.suppressed)


def _count(articles: pl.DataFrame, check: Check) -> int:
    if check.everywhere:
        return articles.height
    return int(articles.select(check.applies().sum()).item())


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
