"""GitHub workflow commands: the worst findings as annotations at the lines of the input.

GitHub shows ten errors and ten warnings of a step (docs.github.com, "Workflow commands"); what is beyond that is counted in one
notice. Every line begins with a command of ours and holds no line break of a record's, so that no record can give a command.
"""

from pathlib import Path
from typing import Final

from copydesk.report.paths import relative
from copydesk.report.plain import line, visible
from copydesk.report.selection import Entry, Selection
from copydesk.wording import plural

ANNOTATIONS: Final = 10
"""Errors, and likewise warnings, that GitHub shows of one step."""

_FILE: Final = 1_000
"""Characters of a path or a title at most."""


def render(selection: Selection, out: Path) -> str:
    """The commands, one a line: the gate, unread inputs, errors, warnings, and a notice of what is left and where it is."""
    gate = selection.summary["gate"]
    commands, shown = [], 0
    if not gate["passed"]:
        commands.append(_command("error", {"title": "copydesk: the gate failed"}, "; ".join(gate["reasons"])))
    if unread := selection.summary["input_errors"]:  # the gate may have passed: the step fails all the same
        commands.append(_command("error", {"title": "copydesk: not every input could be read"}, "; ".join(unread)))
    for severity in ("error", "warning"):
        room = ANNOTATIONS - (len(commands) if severity == "error" else 0)
        chosen = [entry for entry in selection.entries if entry.severity == severity and not entry.more][:room]
        commands += [_annotation(entry) for entry in chosen]
        shown += sum(entry.rule != "unreadable" for entry in chosen)
    counts = selection.summary["counts"]
    left = int(selection.groups["findings"].sum()) - shown
    told = f"{left:,} further {plural(left, 'finding')}" if left else "all findings are shown"
    told += f"; {counts['read']:,} records read, {counts['accepted']:,} accepted, {counts['quarantined']:,} quarantined"
    told += f", {counts['unreadable']:,} unreadable. The report: {out / 'report.html'}"
    return "\n".join([*commands, _command("notice", {"title": "copydesk"}, told), ""])


def _annotation(entry: Entry) -> str:
    path, outside = relative(entry.input)
    place = {"file": path if not outside else entry.input}
    if entry.line is not None:
        place["line"] = str(entry.line)
    text = entry.message + (f": “{entry.evidence}”" if entry.evidence else "")
    article = f" (article {entry.article})" if entry.article else ""
    title = entry.rule if entry.code == entry.rule else f"{entry.code} {entry.rule}"
    return _command(entry.severity, {**place, "title": title}, text + article)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """A command, escaped as the runner reads it (actions/toolkit, packages/core/src/command.ts)."""
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(line(message, 1000))}"


def _data(text: str) -> str:
    """``text`` without line breaks, and without "##[", by which commands of the runner's first version begin anywhere."""
    return text.replace("##[", "# #[").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)[:_FILE]).replace(":", "%3A").replace(",", "%2C")
