"""Reads a run's tables and arranges what the reports show. Renderers turn a view into text and compute nothing."""

import json
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.errors import InputError
from copydesk.report.chain import COLUMNS as CHAIN
from copydesk.report.chain import chain
from copydesk.report.selection import documented
from copydesk.report.syndication import syndication

PER_RULE: Final = 40
"""Findings of one rule that a report shows; all are in `findings.parquet`."""

PER_SOURCE: Final = 3
"""Findings of one rule and source that are open at once; the others are folded."""

SOURCES: Final = 12
"""Sources that the matrix shows: more columns than fit on a screen are not looked at."""

_UNREADABLE = 50
_INPUTS = 100
_RANK = {"error": 0, "warning": 1, "info": 2}
_LINK = re.compile(r"(?i)https?://[^\s<>\"'\\^`{|}\x00-\x20]+")


@dataclass(frozen=True)
class View:
    """A run, arranged for reading. The attributes are documented by the functions that fill them."""

    summary: dict[str, Any]
    rules: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    matrix_sources: list[dict[str, Any]]
    unreadable: list[dict[str, Any]]
    syndication: dict[str, Any] | None


def view(run: Path) -> View:
    """Reads the run directory ``run`` (or a run still being written)."""
    try:
        summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
        findings = pl.scan_parquet(run / "findings.parquet").filter(~pl.col("baseline"))  # known ones are no news
        articles = pl.scan_parquet(run / "articles.parquet")
        findings.collect_schema()
        articles.collect_schema()
    except (OSError, json.JSONDecodeError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}: not a run directory: {error}") from None
    counts = _counts(findings)
    sources = [{"name": name, **numbers} for name, numbers in summary["sources"].items()]
    chosen = _matrix_sources(sources, counts)
    rules = [_rule(slug, rule, counts, chosen) for slug, rule in summary["rules"].items() if rule["failed"]]
    rules.sort(key=lambda rule: (_RANK[rule["severity"]], -rule["failed"], rule["slug"]))
    shown = _shown(findings, articles)
    for rule in rules:
        _add_groups(rule, shown.get(rule["slug"], []), chosen)
    _draw_once(rules)
    return View(summary, rules, sources, chosen, _unreadable(run / "unreadable.jsonl"), syndication(run, summary))


Counts = dict[tuple[str, str], tuple[int, int]]
"""(rule, source) -> (articles that fail, findings)."""


def _counts(findings: pl.LazyFrame) -> Counts:
    grouped = findings.group_by("rule", pl.col("source").fill_null("(unknown)")).agg(
        pl.col("record").n_unique().alias("articles"), pl.len().alias("findings")
    )
    return {(rule, source): (articles, number) for rule, source, articles, number in grouped.collect().iter_rows()}


def _matrix_sources(sources: list[dict[str, Any]], counts: Counts) -> list[dict[str, Any]]:
    """The sources with the most failing articles over all rules, worst first."""
    failures: dict[str, int] = {}
    for (_, source), (articles, _) in counts.items():
        failures[source] = failures.get(source, 0) + articles
    ranked = sorted(
        sources, key=lambda source: (-source["quarantined"], -failures.get(source["name"], 0), source["name"])
    )
    return [source for source in ranked if failures.get(source["name"])][:SOURCES]


def _rule(slug: str, rule: dict[str, Any], counts: Counts, sources: list[dict[str, Any]]) -> dict[str, Any]:
    docs = documented(slug, rule)
    cells = []
    for source in sources:
        count, _ = counts.get((slug, source["name"]), (0, 0))
        heat = _heat(count, source["articles"])
        cells.append({"count": count, "of": source["articles"], "heat": heat, "source": source["name"]})
    return {
        "slug": slug,
        **rule,
        "anchor": f"rule-{slug}",
        "summary": docs.summary if docs else "",
        "why": _plain(docs.sections.get("Why it matters", "")) if docs else "",
        "todo": _plain(docs.sections.get("What to do", "")) if docs else "",
        "findings": sum(number for (name, _), (_, number) in counts.items() if name == slug),
        "cells": cells,
    }


def _heat(count: int, of: int) -> str:
    """Five steps by the share of a source's articles; one article in a hundred is already visible."""
    if not count:
        return ""
    share = count / of if of else 1.0
    return f"heat-{1 + sum(share > step for step in (0.02, 0.1, 0.3, 0.6))}"


def _plain(markdown: str) -> str:
    return re.sub(r"\s+", " ", markdown.replace("`", ""))


def _shown(findings: pl.LazyFrame, articles: pl.LazyFrame) -> dict[str, list[dict[str, Any]]]:
    """The first findings of each rule and source, `PER_RULE` a rule at most, with their articles' fields."""
    # chosen by their keys first: the texts of all findings together are large
    keys = findings.select("rule", "source").with_row_index("row").collect()
    nth = pl.int_range(pl.len()).over("rule", "source").alias("nth")
    first = keys.with_columns(nth).filter(pl.col("nth") < PER_RULE).sort("nth", "row").group_by("rule").head(PER_RULE)
    chosen = (
        findings.with_row_index("row").filter(pl.col("row").is_in(first["row"].implode())).collect(engine="streaming")
    )
    known = articles.collect_schema().names()  # runs of earlier versions have no chain
    chained = CHAIN if set(CHAIN) <= set(known) else ()
    own = [name for name in chained if name != "source"]
    fields = articles.select("record", "input", "position", "title", "original_url", *own)
    joined = chosen.join(
        fields.filter(pl.col("record").is_in(chosen["record"].unique().implode())).collect(), on="record", how="left"
    )
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for row in joined.sort("source", "record", "start", maintain_order=True).iter_rows(named=True):
        by_rule.setdefault(row["rule"], []).append(_finding(row))
    return by_rule


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    links = chain(row) if "provenance_evidence" in row else []
    url = row["original_url"]
    length = (row["end"] or 0) - (row["start"] or 0)
    return {
        **row,
        "chain": links,
        "url": url,
        "link": url if url and _LINK.fullmatch(url) else None,
        "place": _place(str(row["input"]), row["position"]),
        "cut": len(row["evidence"] or "") < length or (row["start"] is None and len(row["evidence"] or "") >= 200),
        "cut_before": (row["start"] or 0) > len(row["before"] or ""),
        "cut_after": len(row["after"] or "") >= 90,
    }


def _place(name: str, position: int) -> str:
    """Where in its input a record stands; a story is the whole of its file."""
    suffixes = name.lower().split(".")[1:]
    if "txt" in suffixes or "text" in suffixes:
        return ""
    return f"row {position:,}" if "parquet" in suffixes else f"line {position:,}"


def _add_groups(rule: dict[str, Any], findings: list[dict[str, Any]], sources: list[dict[str, Any]]) -> None:
    """Arranges a rule's findings by source, the matrix's order first, and points the matrix's cells at them."""
    order = {source["name"]: place for place, source in enumerate(sources)}
    by_source: dict[str, list[dict[str, Any]]] = {}
    for finding in findings:
        by_source.setdefault(finding["source"] or "(unknown)", []).append(finding)
    groups = []
    for number, (name, entries) in enumerate(
        sorted(by_source.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    ):
        anchor = f"{rule['anchor']}-{number}"
        groups.append({"name": name, "anchor": anchor, "open": entries[:PER_SOURCE], "folded": entries[PER_SOURCE:]})
    anchors = {group["name"]: group["anchor"] for group in groups}
    for cell in rule["cells"]:
        cell["anchor"] = anchors.get(cell["source"], rule["anchor"])
    rule["groups"] = groups
    rule["shown"] = len(findings)


def _draw_once(rules: list[dict[str, Any]]) -> None:
    """The chain of an article stands at the first of its findings; the others point there."""
    drawn: set[int] = set()
    for rule in rules:
        for finding in (card for group in rule["groups"] for card in (*group["open"], *group["folded"])):
            finding["drawn"] = finding["record"] in drawn
            drawn.add(finding["record"])


def _unreadable(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, _UNREADABLE)]
    return [{**bad, "start": (bad.get("raw") or bad.get("raw_base64") or "")[:80]} for bad in records]


def inputs(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs that a report lists."""
    return list(summary["inputs"][:_INPUTS])
