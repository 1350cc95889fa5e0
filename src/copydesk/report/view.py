"""Reads a run's tables and arranges what the reports show. Renderers turn a view into text and compute nothing."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.errors import InputError
from copydesk.report.plain import NAME, cut
from copydesk.report.selection import UNKNOWN, UNREADABLE, documented, summary_of, unreadable
from copydesk.report.severities import RANK
from copydesk.report.syndication import syndication
from copydesk.wording import first_line

SOURCES: Final = 200
"""Sources that a report speaks of, worst first; a run may name a million."""

MATRIX: Final = 24
"""Sources that the matrix shows: more columns than fit on a screen are not looked at."""

WORST: Final = 6
"""Rules of a source, and sources of a rule, that are named with it."""


Cells = dict[str, dict[str, tuple[int, int]]]
"""rule -> source -> (articles that fail, findings)"""


@dataclass(frozen=True)
class View:
    """A run, arranged for reading. Rules are those that failed, worst first; sources the `SOURCES` worst, worst first, each with
    the ``label`` that it is shown by and the ``anchor`` of its section."""

    summary: dict[str, Any]
    rules: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    cells: Cells
    unreadable: list[dict[str, Any]]
    syndication: dict[str, Any] | None

    @property
    def matrix_sources(self) -> list[dict[str, Any]]:
        """The sources that the matrix shows."""
        return [source for source in self.sources if source["failing"]][:MATRIX]

    @property
    def findings(self) -> int:
        """New findings in the whole run."""
        return sum(rule["findings"] for rule in self.rules)


def view(run: Path) -> View:
    """Reads the run directory ``run`` (or a run still being written)."""
    summary = summary_of(run)
    try:
        findings = pl.scan_parquet(run / "findings.parquet").filter(~pl.col("baseline"))  # known ones are no news
        counted = _counted(findings)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}: not a run directory: {first_line(error)}") from None
    sources = _sources(summary, counted)
    cells: Cells = {}
    shown = counted.filter(pl.col("source").is_in([source["name"] for source in sources]))
    for rule, source, articles, number in shown.iter_rows():
        cells.setdefault(rule, {})[source] = articles, number
    totals = dict(counted.group_by("rule").agg(pl.col("findings").sum()).iter_rows())
    rules = [_rule(slug, rule, totals, cells) for slug, rule in summary["rules"].items() if rule["failed"]]
    rules.sort(key=lambda rule: (RANK[rule["severity"]], -rule["failed"], rule["slug"]))
    severities = {rule["slug"]: rule["severity"] for rule in rules}
    for source in sources:
        own = [(rule, cells[rule][source["name"]][0]) for rule in severities if source["name"] in cells.get(rule, ())]
        own.sort(key=lambda entry: (RANK[severities[entry[0]]], -entry[1]))
        source["rules"] = [{"slug": slug, "severity": severities[slug], "failed": count} for slug, count in own[:WORST]]
        source["more_rules"] = max(0, len(own) - WORST)
    named = [{**bad, "start": cut(bad.get("raw") or bad["raw_base64"], 80)} for bad in unreadable(run, UNREADABLE)]
    return View(summary, rules, sources, cells, named, syndication(run, summary))


def _counted(findings: pl.LazyFrame) -> pl.DataFrame:
    """A row per rule and source: rule, source, articles that fail, findings."""
    grouped = findings.group_by("rule", pl.col("source").fill_null(UNKNOWN)).agg(
        pl.col("record").n_unique().cast(pl.Int64).alias("articles"), pl.len().cast(pl.Int64).alias("findings")
    )
    return grouped.sort("rule", "source").collect(engine="streaming")


def _sources(summary: dict[str, Any], counted: pl.DataFrame) -> list[dict[str, Any]]:
    """The sources with the most quarantined articles, then with the most failing ones over all rules."""
    failing = dict(counted.group_by("source").agg(pl.col("articles").sum()).iter_rows())
    ranked = sorted(
        summary["sources"].items(), key=lambda item: (-item[1]["quarantined"], -failing.get(item[0], 0), item[0])
    )
    return [
        {
            "name": name,
            "label": cut(name, NAME),
            **numbers,
            "failing": failing.get(name, 0),
            "anchor": f"source-{place}",
        }
        for place, (name, numbers) in enumerate(ranked[:SOURCES])
    ]


def _rule(slug: str, rule: dict[str, Any], totals: dict[str, int], cells: Cells) -> dict[str, Any]:
    summary, sections = documented(rule)
    worst = sorted(cells.get(slug, {}).items(), key=lambda item: (-item[1][0], item[0]))
    return {
        "slug": slug,
        **rule,
        "anchor": f"rule-{slug}",
        "summary": summary,
        "why": _plain(sections.get("Why it matters", "")),
        "todo": _plain(sections.get("What to do", "")),
        "findings": totals.get(slug, 0),
        "sources": [{"label": cut(name, NAME), "failed": articles} for name, (articles, _) in worst[:WORST]],
        "more_sources": max(0, len(worst) - WORST),
    }


def heat(count: int, of: int) -> int:
    """Five steps by the share of a source's articles, 0 for none; one article in a hundred is already visible."""
    if not count:
        return 0
    share = count / of if of else 1.0
    return 1 + sum(share > step for step in (0.02, 0.1, 0.3, 0.6))


def _plain(markdown: str) -> str:
    return re.sub(r"\s+", " ", markdown.replace("`", ""))
