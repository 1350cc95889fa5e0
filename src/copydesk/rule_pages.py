"""Writes one Markdown page per rule, from the rules' own documentation: `python -m copydesk.rule_pages docs/rules`."""

import sys
from itertools import groupby
from pathlib import Path

from copydesk.rules import REGISTRY, Rule
from copydesk.rules.documentation import documentation, markdown

FAMILIES = {
    "BYL": "Byline and agency",
    "DAT": "Dates",
    "ORG": "Origin (with `--online` or `--warc`)",
    "PRV": "Provenance: the record against its page (all but PRV101 with `--online` or `--warc`)",
    "SYN": "Copies among the articles of a run (with `syndication: on`)",
    "RES": "Residue: page furniture left in the text",
    "TTL": "Title",
    "TXT": "Text",
    "URL": "Original URL",
}
"""Code family -> what it judges."""


def pages() -> dict[str, str]:
    """File name -> Markdown: a page per rule, and `README.md`, which lists them."""
    rules = sorted(REGISTRY.values(), key=lambda rule: rule.code)
    return {"README.md": _index(rules), **{f"{rule.slug}.md": markdown(rule).rstrip() + "\n" for rule in rules}}


def _index(rules: list[type[Rule]]) -> str:
    lines = [
        "# Rules",
        "",
        f"The {len(rules)} rules that ship. These pages are generated from the rules' own documentation "
        "(`python -m copydesk.rule_pages docs/rules`); `copydesk explain RULE` prints one.",
        "",
    ]
    for family, members in groupby(rules, key=lambda rule: rule.code[:3]):
        lines += [f"## {FAMILIES.get(family, family)}", "", "| code | rule | severity | fix | what it reports |"]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| {rule.code} | [{rule.slug}]({rule.slug}.md) | {rule.severity} | {rule.fix or '–'} | "
            f"{documentation(rule).summary.replace('|', chr(92) + '|')} |"
            for rule in members
        ]
        lines.append("")
    return "\n".join(lines)


def write(folder: Path) -> None:
    """Writes the pages below ``folder``, and removes those of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    current = pages()
    for old in folder.glob("*.md"):
        if old.name not in current:
            old.unlink()
    for name, text in current.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
