"""Reads the files of vocabularies, those that ship and those of contracts, and merges their rows."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from copydesk.errors import ContractError
from copydesk.resources import shipped

Row = Mapping[str, str]
"""A row of a vocabulary file, by column."""


@dataclass(frozen=True)
class _File:
    """One kind of vocabulary: its columns, those that must not be empty, what makes two rows the same fact, and the
    column whose word "off" takes a fact out: of every kind, where the column is part of the fact."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    same: tuple[str, ...]
    switch: str
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: str = ""

    @property
    def told_off(self) -> tuple[str, ...]:
        """The columns by which a row that says "off" names what it takes out."""
        return tuple(name for name in self.same if name != self.switch)


FILES: Final[Mapping[str, _File]] = {
    "agencies": _File(
        ("id", "name", "country", "languages", "website", "bylines", "signatures", "ambiguity", "note"),
        ("id", "name", "bylines"), ("id",), "ambiguity", {"ambiguity": ("low", "medium", "high")}, "signatures",
    ),
    "residue": _File(
        ("language", "phrase", "kind", "match", "risk"),
        ("phrase", "kind"), ("phrase",), "match",
        {
            "kind": (
                "advert", "byline-noise", "comment", "cookie", "copyright", "correction", "date-line", "navigation",
                "newsletter", "original-url", "paywall", "photo-credit", "read-more", "related-link", "social-share",
            ),
            "match": ("prefix", "line", "contains", "regex"),
            "risk": ("low", "medium", "high"),
        },
    ),
    "bylines": _File(
        ("kind", "language", "phrase"), ("phrase",), ("phrase",), "kind",
        {
            "kind": (
                "prefix", "lead", "role", "field", "label", "action", "network", "speech", "attribution", "placeholder", "desk",
                "company",
            )
        },
    ),
    "titles": _File(
        ("kind", "language", "phrase"), ("phrase",), ("kind", "phrase"), "kind", {"kind": ("outlet", "section", "generic")}
    ),
    "urls": _File(
        ("kind", "match", "text"), ("kind", "text"), ("kind", "match", "text"), "kind",
        {
            "kind": (
                "category", "channel", "consent", "error", "intermediary", "listing", "login", "referral", "section",
                "tracking", "unfilled",
            ),
            "match": ("host", "name", "prefix", "segment", "word"),
        },
    ),
    "pages": _File(
        ("language", "phrase", "kind", "strength"), ("phrase", "kind"), ("phrase",), "kind",
        {
            "kind": ("challenge", "consent", "error", "gone", "more", "paywall", "refused", "script"),
            "strength": ("strong", "weak"),
        },
    ),
    "languages": _File(("language", "words"), ("language",), ("language",), "words"),
    "months": _File(
        ("language", "month", "name"), ("language", "name"), ("language", "name"), "month",
        {"month": tuple(map(str, range(1, 13)))},
    ),
}  # fmt: skip
"""The kinds of vocabulary that a contract can add to, by the name of their file."""


def read_shipped(kind: str) -> tuple[Row, ...]:
    """The rows of ``kind`` that ship."""
    with shipped("checks", "vocabulary", f"{kind}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def merged(kind: str, known: tuple[Row, ...], path: Path) -> tuple[Row, ...]:
    """``known`` rows of ``kind`` and those of the file ``path``, which stand first.

    A row replaces one for the same fact (agencies by id, months by language and name, titles by kind and phrase, URLs by
    all they have, else the phrase); with "off" in the column that says how it counts (`match`, `kind`, `ambiguity`,
    `month`, `words`) it takes the fact out. Raises ContractError that names file and line where a row cannot be used.
    """
    shape = FILES[kind]
    there = {_named(row, shape.told_off) for row in known}
    own, off = [], set()
    for line, row in _read(path, shape):
        if row[shape.switch] != "off":
            own.append(row)
            continue
        if _named(row, shape.told_off) not in there:
            what = ", ".join(row[name] for name in shape.told_off)
            raise ContractError(f"{path}:{line}: {what!r} is switched off, but it is not there")
        off.add(_named(row, shape.told_off))
    facts = {_named(row, shape.same) for row in own}
    kept = (row for row in known if _named(row, shape.same) not in facts and _named(row, shape.told_off) not in off)
    return (*own, *kept)


def _named(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row[name].casefold() for name in columns)


def _read(path: Path, shape: _File) -> Iterator[tuple[int, Row]]:
    """(line, row) for each row of a user's file, checked."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot read the vocabulary: {error}") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)  # splitlines() ends a line at U+2028 too
    try:
        if set(reader.fieldnames or ()) != set(shape.columns):
            raise ContractError(f"{path}:1: the columns must be {','.join(shape.columns)}")
        for row in reader:
            if None in row or None in row.values():
                raise ContractError(f"{path}:{reader.line_num}: the row has more or fewer fields than the first line")
            clean = {name: value.strip() for name, value in row.items()}
            if problem := _problem(clean, shape):
                raise ContractError(f"{path}:{reader.line_num}: {problem}")
            yield reader.line_num, clean
    except csv.Error as error:
        raise ContractError(f"{path}:{reader.line_num}: not valid CSV: {error}") from None


def _problem(row: Row, shape: _File) -> str | None:
    """What is wrong with a row, if anything is."""
    off = row[shape.switch] == "off"
    for name in shape.told_off if off else shape.needed:
        if not row[name].strip("; "):  # which part the names of an agency
            return f"{name} is empty"
    if off:
        return None
    for name, choices in shape.choices.items():
        if row[name] not in choices:
            off_too = ", or off" if name == shape.switch else ""
            return f"{name} is {row[name]!r}; it must be {', '.join(choices)}{off_too}"
    patterns = (
        row[shape.patterns].split(";;") if shape.patterns else [row["phrase"]] if row.get("match") == "regex" else []
    )
    for pattern in filter(None, patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            return f"{pattern!r} is not a regular expression: {error}"
        if not shape.patterns and not _linear(pattern):
            return f"{pattern!r} cannot be matched in linear time: no look-around and no back references, please"
    return None


def _linear(pattern: str) -> bool:
    """Whether polars can match ``pattern``, by which it looks through the lines of all articles."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        return False
    return True
