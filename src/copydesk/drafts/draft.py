"""Drafts a contract and a suite from a sample: checks it twice, first to learn, then to measure what the draft lets through."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from copydesk import contract as contracts
from copydesk.articles.inputs import Input
from copydesk.drafts.bounds import at_most
from copydesk.drafts.naming import Guess, guesses
from copydesk.drafts.sources import Peculiarity, peculiarities
from copydesk.drafts.suite import suite
from copydesk.engines.local import run
from copydesk.errors import InputError
from copydesk.wording import printable

_LANGUAGES = 12
_SOURCES = 20


@dataclass
class _Draft:
    """What is known of the sample so far."""

    names: dict[str, str]
    guessed: list[Guess]
    settings: list[Peculiarity] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    articles: pl.DataFrame = field(default_factory=pl.DataFrame)
    outcomes: pl.DataFrame = field(default_factory=pl.DataFrame)


def draft(inputs: Sequence[Input]) -> tuple[str, str]:
    """(contract as commented YAML, suite as JSON) for records like those of ``inputs``.

    Raises InputError where no record can be read.
    """
    names, guessed = guesses(inputs)
    learnt = _Draft(names, guessed)
    with tempfile.TemporaryDirectory(prefix="copydesk-init-") as folder:
        _check(learnt, inputs, Path(folder))
        severities = {slug: rule["severity"] for slug, rule in learnt.summary["rules"].items()}
        learnt.settings = list(peculiarities(learnt.outcomes, severities, _minimum()))
        if any(entry.setting for entry in learnt.settings):
            _check(learnt, inputs, Path(folder))
    return _contract(learnt), json.dumps(suite(learnt.outcomes), ensure_ascii=False, indent=2) + "\n"


def _minimum() -> int:
    from copydesk.rules import REGISTRY
    from copydesk.rules.base import parameters

    return int(parameters(REGISTRY["body-too-short"])["minimum"]["default"])


def _check(learnt: _Draft, inputs: Sequence[Input], folder: Path) -> None:
    path = folder / "contract.yaml"
    path.write_text(_contract(learnt, final=False), encoding="utf-8")
    contract = replace(contracts.read(path), suites=())
    result = run(inputs, contract, folder / "run")
    if result.input_errors:
        raise InputError("\n".join(result.input_errors))
    learnt.summary = result.summary
    learnt.articles = pl.read_parquet(folder / "run" / "articles.parquet", columns=["language"])
    learnt.outcomes = pl.read_parquet(folder / "run" / "outcomes.parquet")


def _contract(learnt: _Draft, final: bool = True) -> str:
    """The contract as YAML; before it is ``final`` it has what the sample is checked with."""
    lines = ["contract: article", "version: 1", *_fields(learnt), *_sources(learnt.settings)]
    if final:
        lines = [
            *_head(learnt),
            *lines,
            *_rules(),
            *_gate(learnt),
            "",
            "suites:",
            "  - ../expectations/batch.json",
            *_tail(),
        ]
    return "\n".join(lines) + "\n"


def _head(learnt: _Draft) -> list[str]:
    counts, articles = learnt.summary["counts"], learnt.outcomes.height
    sources, languages = learnt.summary["sources"], learnt.articles["language"].value_counts(sort=True)
    shown = ", ".join(f"{name} {entry['articles']:,}" for name, entry in _largest(sources))
    spoken = ", ".join(f"{name or 'none given'} {count:,}" for name, count in languages.head(_LANGUAGES).iter_rows())
    return [
        "# yaml-language-server: $schema=article.schema.json",
        f"# Drafted by `copydesk init --from` out of {counts['read']:,} records ({articles:,} articles).",
        "# Read it, change it, keep it.",
        "# `copydesk rules` lists every rule, `copydesk explain RULE` tells all about one.",
        f"# Sources ({len(sources):,}): {_comment(shown)}",
        f"# Languages as declared: {_comment(spoken)}",
    ]


def _largest(sources: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(sources.items(), key=lambda item: -item[1]["articles"])[:_SOURCES]


def _fields(learnt: _Draft) -> list[str]:
    lines = [
        "",
        "# Known without a word here: "
        + _comment(", ".join(f"{name} = {field}" for field, name in learnt.names.items())),
    ]
    if not learnt.names:  # stories: their layout names the fields
        lines = []
    if learnt.guessed:
        lines += ["", "# Guessed by what the values look like; take out what is wrong:", "fields:"]
        lines += [
            f"  {guess.field}: {_quoted(guess.name)}  # {guess.hits:,} of {guess.values:,} values look like {guess.looks}"
            for guess in learnt.guessed
        ]
    return lines


def _sources(settings: list[Peculiarity]) -> list[str]:
    if not settings:
        return []
    lines = ["", "# What is peculiar to single sources:"]
    lines += ["sources:"] if any(entry.setting for entry in settings) else []
    for source in dict.fromkeys(entry.source for entry in settings):
        own = [entry for entry in settings if entry.source == source]
        chosen = any(entry.setting for entry in own)
        lines += [f"  {_quoted(source)}:", "    rules:"] if chosen else [f"  # {_comment(source)}:"]
        for entry in own:
            lines.append(f"      # {_comment(entry.why)}")
            lines.append(f"      {entry.rule}: {entry.setting}" if entry.setting else f"      # {entry.rule}")
    return lines


def _rules() -> list[str]:
    return [
        "",
        "# A rule is on with its own severity unless it stands here:",
        "#   slug: error | warning | info | off",
        "#   slug: {severity: warning, parameter: value}",
        "rules: {}",
    ]


def _gate(learnt: _Draft) -> list[str]:
    counts = learnt.summary["counts"]
    shares = {
        name: at_most(counts[name], counts["read"]) if counts[name] else 0 for name in ("quarantined", "unreadable")
    }
    seen = {name: f"{counts[name]:,} of {counts['read']:,} in the sample" for name in shares}
    return [
        "",
        "# When a run fails. The shares are the upper ends of the sample's 95 % intervals, rounded up: lower them when the",
        "# scrapers get better.",
        "gate:",
        "  fail_on: error",
        *(f"  {name}: {share:g}  # {seen[name]}" for name, share in shares.items()),
    ]


def _tail() -> list[str]:
    return [
        "",
        "# Findings that are known and accepted:",
        "# suppress:",
        '#   - {id: "a-17", rule: byline-missing, reason: "the ministry prints no names"}',
    ]


def _quoted(text: str) -> str:
    """``text`` as a YAML scalar: a JSON string, but what cannot be seen is escaped as YAML does, in one piece."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in written)


def _comment(text: str) -> str:
    """Scraped names in a comment: one line, and not endless."""
    return printable(text)[:1_000]
