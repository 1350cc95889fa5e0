"""What the HTML report is made of: a run's view, the articles that the page carries, its charts, and the words around them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from copydesk.report.article import named
from copydesk.report.charts import bars, line
from copydesk.report.distributions import LENGTHS, Counts, distributions
from copydesk.report.drifts import drifted
from copydesk.report.sample import Sample, encode, sample
from copydesk.report.severities import RANK
from copydesk.report.trends import Point, Trends, shares, trends
from copydesk.report.view import View, heat, view
from copydesk.texts import ENGLISH, Texts, texts

SECTIONS: Final = 40
"""Sources with a section of their own; the others stand in a table."""

EXAMPLES: Final = 3
"""Examples in the section of a rule, each from another source where there are so many."""

_INPUTS: Final = 100
_AGES: Final = ("future", "6h", "1d", "3d", "1w", "30d", "1y", "older", "none")


@dataclass(frozen=True)
class Page:
    """All that a page says. ``csv`` is whether `findings.csv` lies beside it."""

    view: View
    sample: Sample
    trends: Trends
    lengths: Counts
    ages: Counts
    texts: Texts
    csv: bool


def page(run: Path, language: str | None = None) -> Page:
    """The page of the run directory ``run`` in ``language`` (default: the one that the run was told)."""
    seen = view(run)
    words = texts(language or seen.summary.get("language", ENGLISH))
    for source in (*seen.sources, *(source for rule in seen.rules for source in rule["sources"])):
        source["label"] = named(source["label"], words)
    known = trends(run, [source["name"] for source in seen.sources])
    return Page(seen, sample(run, seen, words), known, *distributions(run), words, (run / "findings.csv").is_file())


def context(page: Page) -> dict[str, Any]:
    """What the templates see."""
    summary, t, seen = page.view.summary, page.texts, page.view
    counts = summary["counts"]
    drift = [drifted(entry, summary, t) for entry in summary.get("drift") or ()]
    copied = ("gate", "counts", "run_id", "contract", "copydesk_version", "suites", "notes", "input_errors")
    return {
        **{key: summary[key] for key in copied},
        "suppressed": summary.get("suppressed", 0),
        "baseline": summary.get("baseline") is not None,
        "started": t.when(summary["started_at"]),
        "finished": t.when(summary["finished_at"]),
        "verdict_sentence": verdict_sentence(summary, t),
        "changes": _changes(summary, t),
        "drift": drift,
        "split": _split(counts),
        "rules": [{**rule, "trend": _rule_trend(page, rule["slug"])} for rule in seen.rules],
        "examples": {rule["slug"]: _examples(page.sample, rule["slug"]) for rule in seen.rules},
        "sources": [_source(page, source, drift) for source in seen.sources],
        "source_sections": SECTIONS,
        "source_count": len(summary["sources"]),
        "asked": _asked(summary["rules"]),
        "articles": counts["accepted"] + counts["quarantined"],
        "passed_over": summary.get("baselined", 0) + summary.get("suppressed", 0),
        "matrix_sources": seen.matrix_sources,
        "matrix": {rule["slug"]: _cells(seen, rule["slug"]) for rule in seen.rules},
        "sample": page.sample,
        "sampled": len(page.sample.articles) < page.sample.articles_in_run,
        "findings": seen.findings,
        "csv": page.csv,
        "trend": _trend(t, "trend.whole", page.trends, shares(page.trends.whole), t.percent),
        "histograms": [chart for chart in (_lengths(page), _ages(page)) if chart],
        "syndication": seen.syndication,
        "unreadable": seen.unreadable,
        "inputs": summary["inputs"][:_INPUTS],
        "input_count": len(summary["inputs"]),
    }


def embedded(page: Page) -> str:
    """The JSON that the page's script reads."""
    seen = page.view
    places = {source["name"]: place for place, source in enumerate(seen.sources)}
    head = {
        "run": seen.summary["run_id"],
        "language": page.texts.language,
        "texts": page.texts.for_script(),
        "rules": {rule["slug"]: {"severity": rule["severity"], "findings": rule["findings"]} for rule in seen.rules},
        "sources": [source["label"] for source in seen.sources],
        "cells": {
            rule: {places[source]: findings for source, (_, findings) in cells.items()}
            for rule, cells in seen.cells.items()
        },
    }
    return f'{{"head":{encode(head)},"articles":[{",".join(page.sample.encoded)}]}}'


def verdict_sentence(summary: Mapping[str, Any], t: Texts) -> str:
    """The verdict in one sentence."""
    counts = summary["counts"]
    read = counts["read"]
    quarantined, unreadable = counts["quarantined"], counts["unreadable"]
    if quarantined == unreadable == 0:
        return t("sentence.all", n=read) if read != 1 else t("sentence.one")
    if not quarantined:
        share = t.percent(unreadable, read)
        told = t("sentence.only.unreadable", unreadable=unreadable, read=read, share=share)
        return told if read != 1 else t("sentence.one.unreadable")
    rules = [(slug, rule) for slug, rule in summary["rules"].items() if rule["failed"] and rule["severity"] == "error"]
    worst = max(rules, key=lambda item: item[1]["failed"], default=None)
    most = t("sentence.worst", rule=worst[0], n=worst[1]["failed"]) if worst else ""
    if read == 1:
        return t("sentence.one.quarantined", worst=most)
    return t(
        "sentence.some",
        n=quarantined,
        quarantined=quarantined,
        read=read,
        share=t.percent(quarantined, read),
        unreadable=t("sentence.unreadable", count=unreadable) if unreadable else "",
        worst=most,
    )


def _changes(summary: Mapping[str, Any], t: Texts) -> list[str]:
    """How this run differs from the last one and from what is usual; nothing where no history is kept."""
    history = summary.get("history")
    if not history:
        return []
    previous, usual = history.get("previous"), history.get("usual")
    said: list[str] = []
    if previous and previous["counts"]["read"]:
        before = previous["counts"]["quarantined"] / previous["counts"]["read"]
        counts = summary["counts"]
        points = 100 * ((counts["quarantined"] / counts["read"] if counts["read"] else 0.0) - before)
        key = "change.same" if abs(points) < 0.05 else "change.up" if points > 0 else "change.down"
        day = t.when(previous["started_at"])
        said.append(t(key, points=t.decimal(abs(points)), share=t.percent(before, 1), day=day))
        said.append(t("change.gate.passed" if previous["passed"] else "change.gate.failed"))
    elif not history.get("runs"):
        said.append(t("change.first"))
    if usual and usual.get("quarantined_share"):
        low, high = usual["quarantined_share"]
        said.append(t("change.usual", range=t.range(t.percent(low, 1), t.percent(high, 1))))
    return said


def _asked(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was asked of the articles: how many rules, how many of each severity found something, and those that found nothing,
    by their codes. A rule that no article was there for was not asked."""
    asked = {slug: rule for slug, rule in rules.items() if rule["checked"]}
    failing = Counter(rule["severity"] for rule in asked.values() if rule["failed"])
    held = [{"slug": slug, "code": rule["code"]} for slug, rule in asked.items() if not rule["failed"]]
    return {
        "count": len(asked),
        "failing": failing.total(),
        "severities": [(severity, failing[severity]) for severity in RANK if failing[severity]],
        "held": sorted(held, key=itemgetter("code", "slug")),
    }


def _split(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    parts, x = [], 0.0
    for name in ("accepted", "quarantined", "unreadable"):
        width = 1000 * counts[name] / counts["read"] if counts["read"] else 0.0
        parts.append({"name": name, "x": round(x, 2), "width": round(width, 2)})
        x += width
    return parts


def _cells(seen: View, rule: str) -> list[dict[str, Any]]:
    """A rule's row of the matrix."""
    cells = []
    for source in seen.matrix_sources:
        count, _ = seen.cells.get(rule, {}).get(source["name"], (0, 0))
        of = source["articles"]
        cells.append({"source": source["label"], "count": count, "of": of, "heat": heat(count, of)})
    return cells


def _examples(chosen: Sample, rule: str) -> list[dict[str, Any]]:
    """The first finding of a rule in a few articles, of different sources if possible."""
    found = [
        {"article": article, "finding": finding}
        for article in chosen.articles
        if (finding := next((f for f in article["findings"] if f["rule"] == rule and not f.get("known")), None))
    ]
    firsts = {example["article"]["source"]: example for example in reversed(found)}
    others = [example for example in found if firsts[example["article"]["source"]] is not example]
    return [*sorted(firsts.values(), key=found.index), *others][:EXAMPLES]


def _source(page: Page, source: dict[str, Any], drift: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    t, points = page.texts, page.trends.sources.get(source["name"], [])
    health = (
        _trend(t, "trend.quarantined", page.trends, shares(points), t.percent),
        _trend(t, "trend.volume", page.trends, _measure(points, "articles"), _rounded(t)),
        _trend(t, "trend.length", page.trends, _measure(points, "length"), _rounded(t)),
    )
    return {
        **source,
        "drift": [entry for entry in drift if entry["source"] == source["name"]][:3],
        "health": [chart for chart in health if chart],
    }


def _rounded(t: Texts) -> Any:
    return lambda value, _: t.number(round(value))


def _measure(points: list[Point], name: str) -> list[float | None]:
    return [point[name] if point else None for point in points]


def _rule_trend(page: Page, rule: str) -> dict[str, Any] | None:
    t = page.texts
    return _trend(t, "trend.rule", page.trends, shares(page.trends.rules.get(rule, [])), t.percent, rule)


def _trend(
    t: Texts, title: str, known: Trends, values: list[float | None], said: Any, rule: str | None = None
) -> dict[str, Any] | None:
    """A line through the runs, with its title and a sentence that says the same; None where there is nothing to draw."""
    there = [value for value in values if value is not None]
    if len(there) < 2:
        return None
    numbers = {"last": said(there[-1], 1), "range": t.range(said(min(there), 1), said(max(there), 1))}
    first = next(run for run, value in zip(known.runs, values, strict=True) if value is not None)
    words = {**numbers, "n": t.number(len(there)), "day": t.day(first)}
    says = t("trend.rule", rule=rule, **words) if rule else t("trend.says", **words)
    short = t("trend.short", **numbers).replace(" %", "\u00a0%")  # it stands in a narrow column
    return {"title": "" if rule else t(title), "line": line(values), "says": says, "short": short}


def _lengths(page: Page) -> dict[str, Any] | None:
    t = page.texts
    edges = [t.number(edge) if edge < 1_000 else t("chart.thousand", n=edge // 1_000) for edge in LENGTHS[2:]]
    labels: list[str] = [
        t("chart.empty"),
        *(t("chart.below", edge=edge) for edge in edges),
        t("chart.from", edge=edges[-1]),
    ]
    return _histogram(t, "chart.length", labels, page.lengths)


def _ages(page: Page) -> dict[str, Any] | None:
    return _histogram(page.texts, "chart.age", [page.texts(f"age.{name}") for name in _AGES], page.ages)


def _histogram(t: Texts, key: str, labels: list[str], counts: Counts) -> dict[str, Any] | None:
    total = sum(map(sum, counts))
    if not total:
        return None
    sizes = [sum(parts) for parts in counts]
    largest = max(range(len(sizes)), key=sizes.__getitem__)
    title = t(key)
    says = t("chart.says", title=title, count=sizes[largest], of=total, **{"class": labels[largest]})
    return {"title": title, "unit": t(f"{key}.unit"), "bars": bars(labels, counts), "says": says}
