"""A rule's docstring is its documentation: this reads it, for `copydesk explain`, the report and the tests."""

import inspect
import json
import re
from dataclasses import dataclass
from typing import Any

from copydesk.rules.base import Rule, parameters

_SECTION = re.compile(r"^## +(.+)$", re.MULTILINE)
_JSON = re.compile(r"```json\n(.*?)\n```", re.DOTALL)

SECTIONS = ("What it does", "Why it matters", "What to do", "Example", "Use instead")
"""What the documentation of every rule answers, in this order."""


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's documentation: one line of summary, and Markdown per section of `SECTIONS`."""

    summary: str
    sections: dict[str, str]

    def example(self, section: str) -> dict[str, Any] | None:
        """The record that the section "Example" (fails) or "Use instead" (passes) shows, if it shows one."""
        found = _JSON.search(self.sections[section])
        return json.loads(found[1]) if found else None


def documentation(rule: type[Rule]) -> Documentation:
    """Reads the docstring of ``rule``."""
    own = rule.__dict__.get("__doc__") or ""
    # a class without a docstring gets its signature from dataclass
    text = "" if own.startswith(f"{rule.__name__}(") else inspect.cleandoc(own)
    head, *parts = _SECTION.split(text)
    sections = {name.strip(): text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return Documentation(head.strip(), sections)


def markdown(rule: type[Rule]) -> str:
    """The page that `copydesk explain` prints."""
    docs = documentation(rule)
    fix = {"safe": "a safe fix is suggested", "unsafe": "a fix is suggested, to be reviewed", None: "no fix"}[rule.fix]
    asked = ", asked with --online or --warc only" if rule.online else ""
    asked = ", asked with `syndication: on` only" if rule.syndicates else asked
    lines = [f"# {rule.code} {rule.slug}", "", docs.summary, "", f"Severity {rule.severity}, {fix}{asked}.", ""]
    for name, text in docs.sections.items():
        lines += [f"## {name}", "", text, ""]
    if known := parameters(rule):
        lines += ["## Parameters", ""]
        lines += [
            f"- `{name}` (default {schema['default']}): {schema['description']}" for name, schema in known.items()
        ]
        lines.append("")
    return "\n".join(lines)
