"""GitLab's code-quality report (docs.gitlab.com, "Code Quality", "Code Quality report format"): an array of findings.

GitLab wants a line for each: where the input has none that can be opened, it is the first.
"""

from typing import Any, Final

from copydesk.report.paths import relative
from copydesk.report.plain import line
from copydesk.report.selection import Entry, Selection
from copydesk.wording import as_json

_SEVERITIES: Final = {"error": "major", "warning": "minor", "info": "info"}
"""Ours -> GitLab's. An unreadable record is a "blocker": nothing at all is known of it."""


def render(selection: Selection) -> str:
    """The report."""
    issues = [as_json(_issue(entry)) for entry in selection.entries]
    return "[" + ",\n ".join(issues) + "]\n"


def _issue(entry: Entry) -> dict[str, Any]:
    text = line(entry.message) + (f": “{line(entry.evidence)}”" if entry.evidence else "")
    article = f" (article {line(entry.article, 200)})" if entry.article else ""
    path, outside = relative(entry.input)
    return {
        "description": text + article,
        "check_name": entry.rule,
        "fingerprint": entry.fingerprint,
        "severity": "blocker" if entry.rule == "unreadable" else _SEVERITIES[entry.severity],
        "location": {"path": entry.input if outside else path, "lines": {"begin": entry.line or 1}},
    }
