"""Row rules, one module per family. Importing this package registers every built-in rule."""

from copydesk.rules import (
    bylines,
    dates,
    dates_evidence,
    dates_forms,
    origin,
    residue,
    texts,
    titles,
    titles_endings,
    titles_evidence,
    urls,
)
from copydesk.rules.base import REGISTRY, Rule, Severity

__all__ = [
    "REGISTRY",
    "Rule",
    "Severity",
    "bylines",
    "dates",
    "dates_evidence",
    "dates_forms",
    "origin",
    "residue",
    "texts",
    "titles",
    "titles_endings",
    "titles_evidence",
    "urls",
]
