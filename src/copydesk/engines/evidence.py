"""Evidence: for each record that fails a rule, where and why."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from copydesk.baseline import fingerprint
from copydesk.contract import Contract
from copydesk.errors import RuleError
from copydesk.findings import CONTEXT, EVIDENCE
from copydesk.rules.base import Article, Spot
from copydesk.schema import Check

PER_RULE: Final = 500
"""Findings of one rule in one article at most; the last one says how many more there are."""


def rows_of_findings(
    articles: pl.DataFrame, contract: Contract, passes: Mapping[int, pl.Series]
) -> Iterator[tuple[Any, ...]]:
    """The rows of `copydesk.findings.FINDINGS`, record by record.

    ``passes`` says per check, by its index in the contract, which records hold; a check that is missing holds of all.
    """
    failing: dict[int, list[Check]] = {}
    for index, passed in passes.items():
        for row in (~passed).arg_true():
            failing.setdefault(row, []).append(contract.checks[index])
    rows = sorted(failing)
    columns = _Columns(articles, rows)
    for number, row in enumerate(rows):
        article = _Row(columns, number)
        head, key = (article["record"], article["article_id"], article["source"]), article["article_key"]
        for check in failing[row]:
            for spot in _spots(check, article):
                yield head + _row(article, key, check, spot)


class _Columns(dict[str, list[Any]]):
    """The columns of some rows as Python lists, each made when it is first asked for: rules read few of them."""

    def __init__(self, frame: pl.DataFrame, rows: list[int]) -> None:
        self.names = frame.columns
        self._frame, self._rows = frame, pl.Series(rows, dtype=pl.UInt32())

    def __missing__(self, name: str) -> list[Any]:
        if name not in self.names:
            raise KeyError(name)
        values = self[name] = self._frame[name].gather(self._rows).to_list()
        return values


class _Row(Mapping[str, Any]):
    """One row of the article frame, read where it is looked at."""

    __slots__ = ("_columns", "_number")

    def __init__(self, columns: _Columns, number: int) -> None:
        self._columns, self._number = columns, number

    def __getitem__(self, name: str) -> Any:
        return self._columns[name][self._number]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.names)

    def __len__(self) -> int:
        return len(self._columns.names)


def _spots(check: Check, article: Article) -> list[Spot]:
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


def _row(article: Article, key: str | None, check: Check, spot: Spot) -> tuple[Any, ...]:
    text = article.get(spot.field)
    text = text if isinstance(text, str) else ""
    line = before = after = None
    evidence = text
    if spot.start is not None and spot.end is not None:
        evidence = text[spot.start : spot.end]
        before, after = text[max(0, spot.start - CONTEXT) : spot.start], text[spot.end : spot.end + CONTEXT]
        line = text.count("\n", 0, spot.start) + 1 if spot.field == "body" else None
    return (
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
        key,
        fingerprint(key, check.slug, spot.field, evidence[:EVIDENCE]),
        False,
        *_repair(check, spot),
    )


def _repair(check: Check, spot: Spot) -> tuple[str | None, bool | None]:
    """The repair and whether it is safe; a cut one would be a wrong one, so one that is too long is left out."""
    if spot.repair is None or check.rule.fix is None or len(spot.repair) > 10 * EVIDENCE:
        return None, None
    return spot.repair, check.rule.fix == "safe" and not spot.review
