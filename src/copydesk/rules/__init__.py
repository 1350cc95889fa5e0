"""Row rules, one module per family. Importing this package registers every built-in rule."""

from copydesk.rules import (
    bylines,
    dates,
    markup,
    notices,
    origin,
    page_parts,
    residue,
    sources,
    texts,
    titles,
    urls,
)
from copydesk.rules.base import REGISTRY, Rule, Severity

__all__ = [
    "REGISTRY",
    "Rule",
    "Severity",
    "bylines",
    "dates",
    "markup",
    "notices",
    "origin",
    "page_parts",
    "residue",
    "sources",
    "texts",
    "titles",
    "urls",
]
