"""SARIF 2.1.0 (docs.oasis-open.org/sarif), as GitHub's code scanning and other viewers take it.

At most `selection.ENTRIES` results, so that an upload is neither refused nor cut. `primaryLocationLineHash` is the fingerprint by
which GitHub knows an alert again: it holds no line, so that records that move are no news.
"""

import json
import re
from typing import Any, Final
from urllib.parse import quote

from copydesk.report.paths import relative
from copydesk.report.plain import line, visible
from copydesk.report.selection import Entry, Selection, documented

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_MARKS: Final = re.compile(r"```\w*\n?|`|^## ", re.MULTILINE)
_UNREADABLE: Final = "The record cannot be read: no rule could be asked of it."


def render(selection: Selection) -> str:
    """The document: one run of one tool."""
    summary, entries = selection.summary, selection.entries
    rules = list(dict.fromkeys(entry.rule for entry in entries))
    numbers = {slug: number for number, slug in enumerate(rules)}
    files = list(dict.fromkeys(entry.input for entry in entries))
    locations = {name: {**_location(name), "index": number} for number, name in enumerate(files)}
    digests = {item["path"]: item["sha256"] for item in summary["inputs"]}
    run = {
        "tool": {
            "driver": {
                "name": "copydesk",
                "semanticVersion": summary["copydesk_version"],
                "rules": [_rule(slug, summary["rules"].get(slug)) for slug in rules],
            }
        },
        "automationDetails": {"id": f"copydesk/{summary['run_id']}"},
        "invocations": [_invocation(selection)],
        "artifacts": [_artifact(name, digests.get(name)) for name in files],
        "results": [_result(entry, numbers[entry.rule], locations[entry.input]) for entry in entries],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False) + "\n"


def _rule(slug: str, rule: dict[str, Any] | None) -> dict[str, Any]:
    """A rule with its documentation as help, in plain text and in Markdown."""
    if rule is None:  # unreadable records are no rule's
        level = {"level": "error"}
        return {"id": slug, "name": slug, "shortDescription": {"text": _UNREADABLE}, "defaultConfiguration": level}
    summary, sections = documented(rule)
    described: dict[str, Any] = {
        "id": rule["code"],
        "name": slug,
        "shortDescription": {"text": summary or slug},
        "defaultConfiguration": {"level": _LEVELS[rule["severity"]]},
    }
    if sections:
        markdown = "\n\n".join(f"## {name}\n\n{text}" for name, text in sections.items())
        described["fullDescription"] = {"text": sections.get("What it does", summary)}
        described["help"] = {"text": _MARKS.sub("", markdown), "markdown": markdown}
    return described


def _invocation(selection: Selection) -> dict[str, Any]:
    """That the check itself succeeded, whatever the data; and what stands in no result."""
    summary = selection.summary
    told = [("error", message) for message in summary["input_errors"]]
    told += [("error", f"gate: {reason}") for reason in summary["gate"]["reasons"]]
    if selection.left_out:
        told.append(("warning", f"{selection.left_out:,} further findings are in findings.parquet only"))
    return {
        "executionSuccessful": not summary["input_errors"],
        "startTimeUtc": _utc(summary["started_at"]),
        "endTimeUtc": _utc(summary["finished_at"]),
        "toolExecutionNotifications": [{"level": level, "message": _message(text)} for level, text in told],
    }


def _utc(iso: str) -> str:
    return iso[:19] + "Z"


def _artifact(name: str, digest: str | None) -> dict[str, Any]:
    hashes = {"hashes": {"sha-256": digest}} if digest else {}
    return {"location": _location(name), "roles": ["analysisTarget"], **hashes}


def _location(name: str) -> dict[str, Any]:
    """Where an input lies: below the working directory of the run, else with its whole path."""
    path, outside = relative(name)
    if outside:
        return {"uri": f"file://{quote(path, safe='/')}"}
    return {"uri": quote(path, safe="/"), "uriBaseId": "%SRCROOT%"}


def _result(entry: Entry, rule: int, file: dict[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": file}
    if entry.line is not None:
        place["region"] = {"startLine": entry.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if entry.record is not None:
        name = line(entry.article, 200) if entry.article else f"record {entry.record}"
        location["logicalLocations"] = [{"name": name, "kind": "object"}]
    result: dict[str, Any] = {
        "ruleId": entry.code,
        "ruleIndex": rule,
        "level": _LEVELS[entry.severity],
        "message": _message(_sentence(entry)),
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": entry.fingerprint},
    }
    if entry.more:
        result["occurrenceCount"] = entry.more
    return result


def _sentence(entry: Entry) -> str:
    """What was found, where, and what would be better; a row is named where no line can be pointed at."""
    parts = [entry.message]
    if entry.evidence:
        parts.append(f"“{line(entry.evidence)}”")
    text = ": ".join(parts)
    if entry.field and entry.article:
        text += f" ({entry.field} of article {line(entry.article, 200)}"
        text += f", row {entry.position:,})" if entry.line is None and entry.position else ")"
    return text + (f". Suggested: “{line(entry.suggestion)}”" if entry.suggestion else "")


def _message(text: str) -> dict[str, str]:
    """Plain text: brackets would make links, braces placeholders (SARIF 3.11.5 and 3.11.6)."""
    escaped = visible(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": escaped.replace("{", "{{").replace("}", "}}")}
