"""The tables of a run: their columns."""

from typing import Final

import polars as pl

from copydesk.articles.derive import DERIVED
from copydesk.articles.frame import FIELDS, POSITION, SCRAPED, TEXTS
from copydesk.batch.outcomes import FACTS, column
from copydesk.contract import Contract
from copydesk.origin.columns import COLUMNS as PAGES
from copydesk.origin.stage import COLUMNS as ANSWERS
from copydesk.provenance import COLUMNS as PROVENANCE
from copydesk.provenance import ORIGIN

_FIELD_TYPES = {**SCRAPED, **DERIVED}

ARTICLES: Final[dict[str, pl.DataType]] = {
    **POSITION,
    **{name: _FIELD_TYPES[name] for name in FIELDS if name not in TEXTS},
    "published_precision": pl.String(),
    "verdict": pl.String(),
    "errors": pl.Int64(),
    "warnings": pl.Int64(),
    **ANSWERS,
    **PAGES,
    "credentials": pl.String(),
    **ORIGIN,
    **PROVENANCE,
}
"""One row per readable record: where it stood, its fields without the long texts, what the page behind its URL is (see
`copydesk.origin.columns`), and what became of it."""

NEEDED: Final = (*(name for name in ARTICLES if name not in ("verdict", "errors", "warnings")), "article_key")
"""Columns of the article frame that are still needed when the rules have been asked."""


def outcome_columns(contract: Contract) -> dict[str, pl.DataType]:
    """The outcomes of a run: facts, and a boolean per rule of the contract."""
    return {**FACTS, **{column(slug): pl.Boolean() for slug in rule_slugs(contract)}}


def rule_slugs(contract: Contract) -> list[str]:
    """The rules that a contract asks of anything, once each."""
    return list(dict.fromkeys(check.slug for check in contract.checks))
