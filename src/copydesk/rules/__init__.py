"""Row rules, one module per family. Importing this package registers every built-in rule."""

from copydesk.rules import (
    agency_credits,
    author_lists,
    authorship,
    bylines,
    dates,
    origin,
    residue,
    texts,
    titles,
    urls,
)
from copydesk.rules.base import REGISTRY, Rule, Severity

__all__ = [
    "REGISTRY",
    "Rule",
    "Severity",
    "agency_credits",
    "author_lists",
    "authorship",
    "bylines",
    "dates",
    "origin",
    "residue",
    "texts",
    "titles",
    "urls",
]
