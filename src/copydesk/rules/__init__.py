"""Row rules, one module per family. Importing this package registers every built-in rule."""

from copydesk.rules import (
    bylines,
    characters,
    dates,
    excerpts,
    origin,
    pages,
    prose,
    residue,
    texts,
    titles,
    url_forms,
    url_places,
    urls,
)
from copydesk.rules.base import REGISTRY, Rule, Severity

__all__ = [
    "REGISTRY",
    "Rule",
    "Severity",
    "bylines",
    "characters",
    "dates",
    "excerpts",
    "origin",
    "pages",
    "prose",
    "residue",
    "texts",
    "titles",
    "url_forms",
    "url_places",
    "urls",
]
