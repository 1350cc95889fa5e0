"""Row rules, one module per family. Importing this package registers every built-in rule."""

from copydesk.rules import bylines, dates, origin, residue, texts, titles, urls
from copydesk.rules.base import (
    REGISTRY,
    Article,
    Rule,
    Severity,
    Spot,
    confirmed,
    difference,
    parameter,
    present,
    rule,
    whole,
)
from copydesk.rules.standalone import check

__all__ = [
    "REGISTRY",
    "Article",
    "Rule",
    "Severity",
    "Spot",
    "bylines",
    "check",
    "confirmed",
    "dates",
    "difference",
    "origin",
    "parameter",
    "present",
    "residue",
    "rule",
    "texts",
    "titles",
    "urls",
    "whole",
]
