"""JUnit XML: a suite per source, a case per rule, so that CI shows what failed where.

The elements and attributes are those that both the schema of Ant's task (github.com/windyroad/JUnit-Schema) and that of
Jenkins (xunit-plugin, junit-10.xsd) allow. A case fails where articles of the source have findings of severity error;
warnings stand in the suite's output. The first suite is the run itself: the gate, what could not be read, the suites of Great
Expectations; where one of these fails for a source, the source's suite has a case that says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from copydesk.report.plain import line
from copydesk.report.selection import Entry, Selection
from copydesk.report.suites import too_few
from copydesk.wording import plural

SOURCES: Final = 200
"""Sources with a suite of their own, those with the most quarantined articles; the others share one."""

EXAMPLES: Final = 3
"""Findings that a failing case shows."""

OTHERS: Final = "(all other sources)"


@dataclass(frozen=True, slots=True)
class _Case:
    """One case: passed without ``failure``; ``kind`` is what failed, ``details`` its lines, ``skipped`` why it was not run."""

    name: str
    failure: str | None = None
    kind: str = ""
    details: Sequence[str] = ()
    skipped: str | None = None


def render(selection: Selection) -> str:
    """The document."""
    summary = selection.summary
    named = list(summary["sources"])[:SOURCES]
    failing, warnings = _groups(selection.groups, named)
    examples = _examples(selection.entries)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    parts += _suite(0, "(run)", list(_run_cases(summary, selection.entries)), summary, summary["notes"])
    shown = [*named, OTHERS] if len(named) < len(summary["sources"]) else named
    for number, source in enumerate(shown, 1):
        cases = [
            _case(slug, rule, source, failing.get((source, slug)), examples.get((source, slug), ()))
            for slug, rule in summary["rules"].items()
        ]
        cases += [case for suite in summary["suites"] if suite.get("source") == source for case in _expectations(suite)]
        parts += _suite(number, _name(source), cases, summary, warnings.get(source, ()))
    return "\n".join([*parts, "</testsuites>", ""])


def _groups(groups: pl.DataFrame, named: list[str]) -> tuple[dict[tuple[str, str], int], dict[str, list[str]]]:
    """Articles that fail with an error by source and rule, and by source what else was found."""
    folded = pl.when(pl.col("source").is_in(named)).then(pl.col("source")).otherwise(pl.lit(OTHERS)).alias("source")
    counts = groups.group_by(folded, "severity", "code", "rule", maintain_order=True).agg(pl.col("articles").sum())
    failing: dict[tuple[str, str], int] = {}
    warnings: dict[str, list[str]] = {}
    for source, severity, code, slug, articles in counts.iter_rows():
        if severity == "error":
            failing[source, slug] = articles
        else:
            warnings.setdefault(source, []).append(f"{severity}: {code} {slug}: {_articles(articles)}")
    return failing, warnings


def _examples(entries: Sequence[Entry]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        lines = found.setdefault((entry.source, entry.rule), [])
        if entry.severity == "error" and not entry.more and len(lines) < EXAMPLES:
            place = f"{entry.input}:{entry.position}" if entry.position else entry.input
            quoted = f": “{line(entry.evidence, 120)}”" if entry.evidence else ""
            lines.append(f"{line(place)}: article {line(entry.article, 100)}: {line(entry.message)}{quoted}")
    return found


def _case(slug: str, rule: dict[str, Any], source: str, articles: int | None, examples: Sequence[str]) -> _Case:
    name = f"{rule['code']} {slug}"
    if not articles:
        return _Case(name)
    return _Case(
        name, f"{_articles(articles)} of {line(source, 200)} fail{'s' if articles == 1 else ''} {slug}", slug, examples
    )


def _articles(number: int) -> str:
    return f"{number:,} {plural(number, 'article')}"


def _run_cases(summary: dict[str, Any], entries: Sequence[Entry]) -> Iterator[_Case]:
    gate, unreadable = summary["gate"], summary["counts"]["unreadable"]
    yield _Case("gate", None if gate["passed"] else "the gate failed", "gate", gate["reasons"])
    if summary["input_errors"]:
        yield _Case("inputs", "inputs could not be read", "input", summary["input_errors"])
    lines = [f"{entry.input}:{entry.position}: {entry.message}" for entry in entries if entry.rule == "unreadable"]
    message = f"{unreadable:,} of {summary['counts']['read']:,} records cannot be read"
    yield _Case("records are readable", message if unreadable else None, "unreadable", lines[:EXAMPLES])
    for suite in summary["suites"]:
        if suite["status"] == "skipped":
            yield _Case(f"suite {line(suite['name'], 100)}", skipped=too_few(suite))
        if suite.get("source") is None:
            yield from _expectations(suite)


def _expectations(suite: dict[str, Any]) -> Iterator[_Case]:
    """A case for each expectation of a suite's entry; what is not critical does not fail. A feed is named."""
    of = f" of {line(suite['input'], 200)}" if suite.get("input") is not None else ""
    for entry in suite["expectations"]:
        failed = not entry["success"] and entry["severity"] == "critical"
        name = f"suite {line(suite['name'], 100)}{of}: {line(entry['says'])}"
        yield _Case(name, f"observed {entry['observed']}" if failed else None, entry["type"])


def _suite(
    number: int, name: str, cases: Sequence[_Case], summary: dict[str, Any], told: Sequence[str]
) -> Iterator[str]:
    """The lines of a suite, in the order that Ant's schema wants."""
    failures = sum(case.failure is not None for case in cases)
    attributes = {
        "name": name,
        "package": "copydesk",
        "id": number,
        "hostname": "localhost",
        "timestamp": summary["started_at"][:19],
        "tests": len(cases),
        "failures": failures,
        "errors": 0,
        "time": 0,
    }
    yield _tag("testsuite", attributes)
    yield "<properties>"
    for key in ("run_id", "copydesk_version"):
        yield _tag("property", {"name": key, "value": summary[key]}, empty=True)
    yield "</properties>"
    for case in cases:
        heading = {"name": case.name, "classname": f"copydesk.{name}", "time": 0}
        if case.failure is not None:
            details = escape("\n".join(line(detail, 600) for detail in case.details))
            failure = _tag("failure", {"type": case.kind, "message": case.failure})
            yield f"{_tag('testcase', heading)}{failure}{details}</failure></testcase>"
        elif case.skipped is not None:
            skipped = _tag("skipped", {"message": case.skipped}, empty=True)
            yield f"{_tag('testcase', heading)}{skipped}</testcase>"
        else:
            yield _tag("testcase", heading, empty=True)
    yield f"<system-out>{escape(chr(10).join(line(text) for text in told))}</system-out>"
    yield "<system-err></system-err>"
    yield "</testsuite>"


def _tag(name: str, attributes: dict[str, Any], empty: bool = False) -> str:
    written = "".join(f" {key}={_quoted(str(value))}" for key, value in attributes.items())
    return f"<{name}{written}{'/' if empty else ''}>"


@lru_cache(maxsize=1_024)
def _quoted(value: str) -> str:
    """A value between quotes; the names of rules and suites come once for each source."""
    return quoteattr(line(value, 1000))


def _name(source: str) -> str:
    """A source as a name, which the schema wants to be more than blanks."""
    return line(source, 200) or "(blank)"
