"""A comparison for people: `comparison.html`, and the few lines of it that a terminal shows."""

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from copydesk.report import html
from copydesk.report.article import named
from copydesk.report.chance import BOUND
from copydesk.report.comparison import Change, Comparison, Side
from copydesk.report.plain import NAME, cut, reasons
from copydesk.report.publish import publish
from copydesk.texts import ENGLISH, Texts, languages, texts
from copydesk.wording import percent, printable

ROWS: Final = 60
"""Rules and sources of the page's tables, those that changed most; the others are counted."""

_LINES: Final = 8
_STYLES: Final = ("base.css", "report.css", "runs.css")
_COLOURS: Final = {"worse": "31", "better": "32", "dim": "2", "bold": "1", "error": "31", "warning": "33", "info": "36"}
_NOTES: Final = {
    "contract": "the contracts differ: a rule may be asked otherwise",
    "version": "the runs were made by different versions of copydesk",
    "rules": "one of the runs asks rules that the other does not",
    "baseline": "a baseline was used: what it knows is not counted as failing, but is neither new nor gone",
    "order": "the run compared with is the later one",
    "inputs": "both runs checked the same inputs",
}


def write(found: Comparison, path: Path, language: str | None = None) -> Path:
    """Writes the page (default language: that of the newer run). Raises as `copydesk.report.publish.publish` does."""
    told = found.now.summary.get("language", ENGLISH)
    words = texts(language or (told if told in languages() else ENGLISH))
    rules, sources = _table(found.rules, words), _table(found.sources, words)
    values = {
        "now": _side(found.now, path, words),
        "before": _side(found.before, path, words),
        "notes": found.notes,
        "rules": rules[:ROWS],
        "rules_more": len(rules) - len(rules[:ROWS]),
        "sources": sources[:ROWS],
        "sources_more": len(sources) - len(sources[:ROWS]) + found.sources_left_out,
        "findings": found.findings,
        "worse": [change for change in found.rules if change.beyond and change.direction == "worse"],
        "better": [change for change in found.rules if change.beyond and change.direction == "better"],
        "examples": [_example(entry, found.now, path) for entry in found.examples],
        "bound": words.decimal(100 * BOUND, 0),
    }
    page = html.fill("comparison.html.j2", words, values, _STYLES, templates=html.own_templates())
    return publish(path, page)


def _side(side: Side, page: Path, t: Texts) -> dict[str, Any]:
    counts = side.summary["counts"]
    return {
        "passed": side.passed,
        "when": t.when(side.started),
        "machine": side.started.isoformat(),
        "run": side.summary["run_id"],
        "reasons": reasons(side.summary["gate"]),
        "report": _address(side.run / "report.html", page),
        "counts": counts,
        "share": t.percent(counts["quarantined"], counts["read"]),
        "contract": side.summary["contract"]["path"],
        "sha256": side.summary["contract"]["sha256"][:12],
        "version": side.summary["copydesk_version"],
    }


def _table(changes: list[Change], t: Texts) -> list[dict[str, Any]]:
    """Rows with a share before and now, drawn on one scale: 0 to the largest of them."""
    shares = [part[0] / part[1] for change in changes for part in (change.now, change.before) if part and part[1]]
    top = max(shares, default=0.0) or 1.0

    def x(part: tuple[int, int] | None) -> float | None:
        return round(3 + 94 * part[0] / part[1] / top, 2) if part and part[1] else None

    rows = []
    for change in changes:
        sign = {"worse": "+", "better": "−"}.get(change.direction, "±")
        points = None if change.points is None else f"{sign}{t.decimal(abs(change.points))}"
        rows.append(
            {
                "name": named(cut(change.name, NAME), t),
                "severity": change.severity,
                "direction": change.direction,
                "beyond": change.beyond,
                "points": points,
                "now": _share(change.now, t),
                "before": _share(change.before, t),
                "x": (x(change.before), x(change.now)),
                "new": change.new,
                "gone": change.gone,
            }
        )
    return rows


def _share(part: tuple[int, int] | None, t: Texts) -> dict[str, Any] | None:
    return None if part is None else {"failed": part[0], "of": part[1], "share": t.percent(*part)}


def _example(entry: dict[str, Any], now: Side, page: Path) -> dict[str, Any]:
    report = _address(now.run / "report.html", page)
    return {**entry, "link": f"{report}#?article={int(entry['record'])}" if report else None}


def _address(report: Path, page: Path) -> str | None:
    """The address of ``report`` as seen from ``page``; None where it is not there, or no way leads to it."""
    if not report.is_file():
        return None
    try:
        way = os.path.relpath(report.resolve(), page.resolve().parent)
    except ValueError:  # on another drive
        return None
    return "./" + quote(os.fsencode(way.replace(os.sep, "/")))


def drawn(found: Comparison, page: Path, colour: bool) -> str:
    """The comparison for a terminal: verdicts, counts, what differs beyond chance, and new findings."""

    def paint(text: str, name: str) -> str:
        return f"\033[{_COLOURS[name]}m{text}\033[0m" if colour and name in _COLOURS else text

    def side(name: str, run: Side) -> str:
        counts, verdict = run.summary["counts"], paint(*(("PASSED", "better") if run.passed else ("FAILED", "worse")))
        share = percent(counts["quarantined"], counts["read"])
        return (
            f"  {name:<6}  {verdict}  {run.started:%Y-%m-%d %H:%M}  {counts['quarantined']:,} of {counts['read']:,} "
            f"quarantined ({share}), {counts['unreadable']:,} unreadable  {printable(str(run.run))}"
        )

    lines = [paint("copydesk: two runs", "bold"), side("now", found.now), side("before", found.before)]
    lines += [paint(f"note: {_NOTES[note]}", "dim") for note in found.notes]
    for what, changes in (("rules", found.rules), ("sources", found.sources)):
        for direction in ("worse", "better"):
            moved = [change for change in changes if change.direction == direction]
            beyond = [change for change in moved if change.beyond]
            lines += [
                "",
                f"{what} that got {direction}: {len(beyond):,} beyond chance, {len(moved) - len(beyond):,} not",
            ]
            lines += [f"  {paint(_points(change), direction)}  {_said(change)}" for change in beyond[:_LINES]]
            lines += [f"  and {len(beyond) - _LINES:,} more"] if len(beyond) > _LINES else []
    counted = found.findings
    lines += [
        "",
        f"findings: {counted.new:,} new ({counted.new_in_both:,} in articles of both runs), {counted.gone:,} gone "
        f"({counted.gone_in_both:,} in articles of both runs), {counted.stay:,} stay",
    ]
    for entry in found.examples[:_LINES]:
        severity = paint(f"{printable(entry['severity']):<7}", entry["severity"])
        told = f"{printable(entry['rule'])} in {printable(cut(entry['article_id'] or '', 60))}: "
        lines.append(f"  new  {severity}  {told}{printable(cut(entry['message'], 120))}")
    if counted.new > _LINES and found.examples:
        lines.append(f"  and {counted.new - min(_LINES, len(found.examples)):,} more")
    return "\n".join([*lines, "", f"comparison: {printable(str(page))}"])


def _points(change: Change) -> str:
    return f"{change.points or 0.0:>+6.1f} points"


def _said(change: Change) -> str:
    now, before = change.now or (0, 0), change.before or (0, 0)
    name = printable(cut(change.name, 80))
    return (
        f"{name}: {now[0]:,} of {now[1]:,} ({percent(*now)}), was {before[0]:,} of {before[1]:,} ({percent(*before)})"
    )
