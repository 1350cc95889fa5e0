"""Judges items one at a time or in small batches, inside another program.

>>> from copydesk import Checker
>>> verdict = Checker().check({"url": "https://harbour.example/ferry", "title": "", "text": "…"})  # doctest: +SKIP
>>> verdict.accepted, [finding.rule for finding in verdict.findings]  # doctest: +SKIP
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from copydesk import contract as contracts
from copydesk.articles.derive import trimmed
from copydesk.articles.fields import FieldMap
from copydesk.articles.frame import SCRAPED
from copydesk.articles.items import line_of
from copydesk.articles.jsonl import AsItCame, Parser
from copydesk.contract import Contract
from copydesk.engines.evidence import rows_of_findings
from copydesk.engines.judging import Judge
from copydesk.errors import UsageError
from copydesk.findings import FINDINGS
from copydesk.provenance import COLUMNS
from copydesk.rules import Severity
from copydesk.schema import evaluated
from copydesk.vocabulary import using


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule does not hold. ``start`` and ``end`` are code points in ``field``, ``line`` is 1-based and of the
    body, ``before`` and ``after`` are the text around the span; ``score`` is the line model's, null where no model speaks."""

    rule: str
    code: str
    severity: str
    field: str
    message: str
    line: int | None
    start: int | None
    end: int | None
    evidence: str
    suggestion: str | None
    before: str | None
    after: str | None
    score: float | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the contract says of one item."""

    findings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether no finding is of severity error."""
        return not self.quarantined

    @property
    def quarantined(self) -> bool:
        """Whether a finding is of severity error."""
        return any(finding.severity == Severity.ERROR for finding in self.findings)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that do not hold, each once, in the order of their findings."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))


class Checker:
    """Judges items by a contract (default: as the command line finds one), in any number of threads.

    Every item is judged as a run of that item alone would judge it, now: rules that need other articles beside it are not
    asked (`Contract.alone`), nor are those that ask the network; a baseline is not looked at. Great Expectations is never
    imported, and nothing is written.
    """

    def __init__(self, contract: str | Path | None = None) -> None:
        self._contract = contracts.read(contract).alone()
        self._fields = FieldMap(self._contract.fields)
        read = {name for outcome in self._contract.outcomes for name in outcome.meta.root_names()}
        # rules that read nothing but scraped fields need nothing derived, as long as none of them is broken
        self._plain = read <= SCRAPED.keys()
        self._traced = not read.isdisjoint(COLUMNS)

    @property
    def contract(self) -> Contract:
        """The contract, with the rules that are asked."""
        return self._contract

    def check(self, item: object) -> Verdict:
        """The verdict on one item: a mapping, or an object made with dataclasses, attrs, pydantic or Scrapy.

        Raises UsageError for anything else, and RuleError where a rule crashes.
        """
        return self.check_many([item])[0]

    def check_many(self, items: Iterable[object]) -> list[Verdict]:
        """The verdicts on ``items``, in their order: the same as `check` gives for each, in a fraction of the time."""
        scraped = self._scraped([line_of(item) for item in items])
        with using(self._contract.vocabulary):
            if scraped.is_empty() or (self._plain and not _broken(trimmed(scraped), self._contract)):
                return [Verdict()] * scraped.height
            found = self._found(scraped)
        return [Verdict(tuple(found.get(number, ()))) for number in range(scraped.height)]

    def _found(self, scraped: pl.DataFrame) -> dict[int, list[Finding]]:
        """The findings by the number of their item."""
        contract = self._contract
        judge = Judge(contract, datetime.now(UTC))
        articles = judge.prepared(scraped) if self._traced else judge.plain(scraped)
        found: dict[int, list[Finding]] = {}
        for values in rows_of_findings(articles, contract, _broken(articles, contract)):
            row = dict(zip(FINDINGS, values, strict=True))
            if (str(row["article_id"]), row["rule"]) not in contract.suppress:
                found.setdefault(row["record"], []).append(finding_of(row))
        return found

    def _scraped(self, lines: Sequence[bytes]) -> pl.DataFrame:
        batch = Parser().batch(AsItCame(), self._fields, list(lines), 0, range(1, len(lines) + 1))
        for bad in batch.unreadable:
            raise UsageError(f"item {bad.number}: {bad.reason}")
        numbers = pl.Series("record", batch.numbers, pl.Int64())
        names = pl.Series("input", ["item"] * len(numbers))
        return batch.scraped.hstack([numbers, names, (numbers + 1).alias("position")])


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A row of `copydesk.findings.FINDINGS` as a finding."""
    return Finding(**{name: row[name] for name in Finding.__slots__})


def _broken(articles: pl.DataFrame, contract: Contract) -> dict[int, pl.Series]:
    """What `copydesk.schema.validate` answers, read off the same columns that pandera would be shown.

    pandera takes milliseconds for each frame however small, and its answer on a column of booleans is that column; that both
    say the same is tested on every fixture.
    """
    holding = evaluated(articles, contract.checks, contract.outcomes)
    return {index: column for index, column in enumerate(holding) if column.all(ignore_nulls=False) is not True}
