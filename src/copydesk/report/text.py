"""The summary for a terminal."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copydesk.report.drifts import told_first
from copydesk.report.selection import unreadable
from copydesk.report.severities import RANK
from copydesk.report.suites import of_one, too_few
from copydesk.wording import percent, plural, printable

_COLOURS = {"error": "31", "warning": "33", "info": "36", "passed": "32", "failed": "31", "dim": "2", "bold": "1"}

_RULES = 20
"""Rules that are listed: the verdict stands above them, and must be on the screen when the list ends."""

_UNREADABLE = 3
"""Unreadable records that are named; one reason is often that of all."""

_DRIFTS = 10

Paint = Callable[[str, str], str]
"""Gives a text the colour of a name in `_COLOURS`, where colours are wanted."""

_DRIFT = {"critical": "error", "warning": "warning", "info": "info"}


def terminal_summary(summary: dict[str, Any], out: Path, colour: bool) -> str:
    """Verdict first, then the counts, the worst rules and sources, and where the report is."""

    def paint(text: str, name: str) -> str:
        return f"\033[{_COLOURS[name]}m{text}\033[0m" if colour else text

    counts, gate = summary["counts"], summary["gate"]
    verdict = paint("PASSED", "passed") if gate["passed"] else paint("FAILED", "failed")
    lines = [
        f"{paint('copydesk', 'bold')}: {verdict}{'; not every input could be read' if summary['input_errors'] else ''}",
        *(f"  {printable(reason)}" for reason in gate["reasons"]),
        "",
        f"{counts['read']:,} read = {counts['accepted']:,} accepted + {counts['quarantined']:,} quarantined "
        f"+ {counts['unreadable']:,} unreadable",
    ]
    lines += _rules(summary, paint)
    lines += _unreadable(out, counts["unreadable"])
    lines += _sources(summary["sources"])
    lines += _drifts(summary.get("drift") or [], paint)
    for suite in summary["suites"]:
        if not of_one(suite):  # the suite's own entry names it
            lines += _suite(suite, paint)
    lines += [paint(f"note: {printable(note)}", "dim") for note in summary["notes"]]
    lines += ["", f"report: {printable(str(out / 'report.html'))}"]
    return "\n".join(lines)


def _rules(summary: dict[str, Any], paint: Paint) -> list[str]:
    """The worst rules."""
    failing = [(slug, rule) for slug, rule in summary["rules"].items() if rule["failed"]]
    if not failing:
        return []
    failing.sort(key=lambda item: (RANK[item[1]["severity"]], -item[1]["failed"]))
    width = max(len(slug) for slug, _ in failing)
    listed = [
        f"  {paint(rule['severity'].ljust(7), rule['severity'])}  {rule['code']}  {slug:<{width}}  "
        f"{rule['failed']:>7,} of {rule['checked']:,} {plural(rule['checked'], 'article')}"
        for slug, rule in failing[:_RULES]
    ]
    return ["", *listed, *_more(Counter(rule["severity"] for _, rule in failing[_RULES:]))]


def _sources(sources: dict[str, dict[str, int]]) -> list[str]:
    """The worst sources, where there are several."""
    bad = [(name, source) for name, source in sources.items() if source["quarantined"]]
    if len(sources) < 2 or not bad:
        return []
    listed = [
        # our words first: a line that began with a source's name could be a command to the runner of a CI
        f"  {source['quarantined']:,} of {source['articles']:,} quarantined "
        f"({percent(source['quarantined'], source['articles'])}): {printable(name)}"
        for name, source in bad[:5]
    ]
    return ["", "worst sources:", *listed]


def _drifts(drift: list[dict[str, Any]], paint: Paint) -> list[str]:
    """What is unusual against the past."""
    if not drift:
        return []
    listed = [
        f"  {paint(entry['severity'].ljust(8), _DRIFT[entry['severity']])}  {printable(entry['says'])}"
        for entry in told_first(drift, _DRIFTS)
    ]
    more = f"and {len(drift) - _DRIFTS:,} more, all of them in the report; " if len(drift) > _DRIFTS else ""
    further = f"  {more}`copydesk history --source NAME` shows a source's past, `--accept` takes its level for usual"
    return ["", "unusual against the past:", *listed, further]


def _more(left: Counter[str]) -> list[str]:
    """How many rules of each severity are not listed."""
    if not left:
        return []
    told = ", ".join(f"{count} {severity}" for severity, count in left.items())
    return [f"  and {left.total()} more rules ({told}), all of them in the report"]


def _unreadable(out: Path, count: int) -> list[str]:
    """The first records that could not be read, where, and why."""
    first = unreadable(out, _UNREADABLE)
    if not first:
        return []
    told = [f"  at {bad['position']:,} in {printable(bad['input'])}: {printable(bad['reason'])}" for bad in first]
    more = (
        [f"  and {count - len(first):,} more, all of them in {printable(str(out / 'unreadable.jsonl'))}"]
        if count > len(first)
        else []
    )
    return ["", "unreadable:", *told, *more]


def _suite(suite: dict[str, Any], paint: Paint) -> list[str]:
    """What became of a suite, and which of its expectations failed."""
    failed = [
        f"  {paint(entry['severity'].ljust(8), 'warning')}  "
        f"{printable(entry['says'])}: observed {printable(entry['observed'])}"
        for entry in suite["expectations"]
        if not entry["success"]
    ]
    return ["", _outcome(suite), *failed]


def _outcome(suite: dict[str, Any]) -> str:
    if suite["status"] == "skipped":
        return f"suite {printable(suite['name'])}: not run, {too_few(suite)}"
    held = sum(entry["success"] for entry in suite["expectations"])
    told = (
        f"suite {printable(suite['name'])}: {suite['status']}, {held} of {len(suite['expectations'])} expectations hold"
    )
    if suite.get("judged") is None:
        return told
    left = f"; {suite['left_out']:,} with fewer than {suite['minimum_articles']:,} articles left out"
    groups = f"{suite['judged']:,} {plural(suite['judged'], suite['over'])}"
    return f"{told} for {groups}{left if suite['left_out'] else ''}"
