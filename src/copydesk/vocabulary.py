"""Reads the vocabularies in `checks/vocabulary/`: facts that a non-programmer can extend."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from copydesk.resources import shipped


@dataclass(frozen=True, slots=True)
class Agency:
    """A news agency or press-release wire.

    ``bylines`` are the spellings seen in bylines, ``signatures`` Python regular expressions for sentences
    that only its copy carries, ``ambiguity`` (low, medium, high) how often its short forms mean something else.
    """

    id: str
    name: str
    bylines: tuple[str, ...]
    signatures: tuple[str, ...]
    ambiguity: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of page furniture: how it is matched (prefix, line, contains, regex) and how risky a hit is."""

    language: str
    text: str
    kind: str
    match: str
    risk: str


SENTENCE_END = re.compile(r"[.!?…。！？।؟]['\"”’»)]*$")
"""How a line of prose ends in the scripts of the vocabulary, closing quotes included."""


def escape(text: str) -> str:
    """`re.escape`, but only for what Rust and Python both call special."""
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", text)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with shipped("checks", "vocabulary", name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def agencies() -> tuple[Agency, ...]:
    """All agencies, in the order of the file: the first one claims a spelling that several share."""
    return tuple(
        Agency(
            row["id"],
            row["name"],
            tuple(filter(None, row["bylines"].split(";"))),
            tuple(filter(None, row["signatures"].split(";;"))),
            row["ambiguity"],
        )
        for row in _rows("agencies.csv")
    )


@cache
def phrases(*kinds: str) -> tuple[Phrase, ...]:
    """The phrases of the given kinds, e.g. ``phrases("related-link", "read-more")``."""
    return tuple(
        Phrase(row["language"], row["phrase"], row["kind"], row["match"], row["risk"])
        for row in _rows("residue.csv")
        if row["kind"] in kinds
    )


@cache
def byline_words(kind: str) -> tuple[str, ...]:
    """What stands around names in bylines; ``kind`` is prefix, role, label or action."""
    return tuple(dict.fromkeys(row["phrase"] for row in _rows("bylines.csv") if row["kind"] == kind))


@cache
def months() -> dict[str, dict[str, int]]:
    """Month names: ``{name in casefold: {language: month number}}``."""
    names: dict[str, dict[str, int]] = {}
    for row in _rows("months.csv"):
        names.setdefault(row["name"], {})[row["language"]] = int(row["month"])
    return names


@cache
def url_words(kind: str, match: str = "") -> frozenset[str]:
    """Words of URLs; ``kind`` and ``match`` as in `checks/vocabulary/urls.csv`, an empty ``match`` means any."""
    return frozenset(row["text"] for row in _rows("urls.csv") if row["kind"] == kind and match in ("", row["match"]))


@cache
def page_phrases(*kinds: str) -> dict[str, bool]:
    """Phrases of pages that are no articles -> whether each is strong evidence.

    ``kinds`` are those of `checks/vocabulary/pages.csv`, e.g. ``page_phrases("challenge", "error")``.
    """
    return {row["phrase"]: row["strength"] == "strong" for row in _rows("pages.csv") if row["kind"] in kinds}


@cache
def function_words() -> dict[str, tuple[str, ...]]:
    """Language -> the words that stand in nearly every one of its sentences."""
    return {row["language"]: tuple(row["words"].split()) for row in _rows("languages.csv")}
