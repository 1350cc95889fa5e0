"""The summary in Markdown, for pull requests and job summaries.

GitHub takes a step summary of 1 MiB at most and drops a larger one (docs.github.com, "Workflow commands"). Every list is bounded
here, and every text of it: with all of them full of characters that are escaped the summary is below half of that.
"""

from typing import Any

from copydesk.report.drifts import told_first
from copydesk.report.page import verdict_sentence
from copydesk.report.suites import of_one
from copydesk.report.view import View
from copydesk.texts import texts
from copydesk.wording import percent, plural, printable

_RULES = 20
_SOURCES = 10
_REASONS = 50
_DRIFT = 20
_EXPECTATIONS = 50
_CHARACTERS = 500
_SPECIAL = {ord(char): f"&#{ord(char)};" for char in "\\`*_{}[]<>()#+!|~@:&"}


def render(view: View) -> str:
    """Verdict, counts, rules and sources as GitHub-flavoured Markdown."""
    summary = view.summary
    counts, gate = summary["counts"], summary["gate"]
    lines = [
        f"## copydesk: {'passed' if gate['passed'] else 'failed'}"
        + ("; not every input could be read" if summary["input_errors"] else ""),
        "",
        str(verdict_sentence(summary, texts())),
        "",
        *_listed([*gate["reasons"], *summary["input_errors"]], _REASONS),
        "",
        "| read | accepted | quarantined | unreadable |",
        "|--:|--:|--:|--:|",
        f"| {counts['read']:,} | {counts['accepted']:,} | {counts['quarantined']:,} | {counts['unreadable']:,} |",
    ]
    if view.rules:
        lines += ["", "| rule | severity | articles | share |", "|---|---|--:|--:|"]
        lines += [
            f"| {rule['code']} {rule['slug']} | {rule['severity']} | {rule['failed']:,} "
            f"| {percent(rule['failed'], rule['checked'])} |"
            for rule in view.rules[:_RULES]
        ]
        more = len(view.rules) - _RULES
        lines += ["", f"and {more:,} more {plural(more, 'rule')}"] if more > 0 else []
    bad = [source for source in view.sources if source["quarantined"]][:_SOURCES]
    if bad:
        lines += ["", "| source | articles | quarantined | share |", "|---|--:|--:|--:|"]
        lines += [
            f"| {_escaped(source['name'])} | {source['articles']:,} | {source['quarantined']:,} "
            f"| {percent(source['quarantined'], source['articles'])} |"
            for source in bad
        ]
        more = sum(source["quarantined"] > 0 for source in summary["sources"].values()) - len(bad)
        lines += ["", f"and {more:,} more {plural(more, 'source')} with quarantined articles"] if more > 0 else []
    if drift := summary.get("drift"):
        lines += ["", "Unusual against the past:", ""]
        first = [f"{entry['severity']}: {entry['says']}" for entry in told_first(drift, _DRIFT)]
        lines += _listed(first, _DRIFT)
        lines += [f"- and {len(drift) - _DRIFT:,} more"] if len(drift) > _DRIFT else []
    return "\n".join([*lines, *_suites(summary["suites"])]) + "\n"


def _suites(suites: list[dict[str, Any]]) -> list[str]:
    """The expectations that do not hold; what is observed names the sources and feeds at fault."""
    failing = [
        (suite, entry)
        for suite in suites
        if not of_one(suite)
        for entry in suite["expectations"]
        if not entry["success"]
    ]
    if not failing:
        return []
    lines = ["", "| suite | expectation | severity | observed |", "|---|---|---|---|"]
    lines += [
        f"| {_escaped(suite['name'])} | {_escaped(entry['says'])} | {entry['severity']} | {_escaped(entry['observed'])} |"
        for suite, entry in failing[:_EXPECTATIONS]
    ]
    more = len(failing) - _EXPECTATIONS
    return [*lines, "", f"and {more:,} more expectations that do not hold"] if more > 0 else lines


def _listed(entries: list[str], most: int) -> list[str]:
    """A list of the first entries, with a line for the others."""
    listed = [f"- {_escaped(entry)}" for entry in entries[:most]]
    more = len(entries) - most
    return [*listed, f"- and {more:,} more"] if more > 0 else listed


def _escaped(text: str) -> str:
    """Scraped names as plain text: no markup, no HTML, no mentions, no line breaks, `_CHARACTERS` at most."""
    shown = printable(text)
    cut = shown if len(shown) <= _CHARACTERS else shown[: _CHARACTERS - 1] + "…"
    return cut.translate(_SPECIAL)
