"""The summary in Markdown, for pull requests and job summaries."""

from copydesk.gate import percent
from copydesk.report.html import verdict_sentence
from copydesk.report.view import View

_RULES = 20
_SOURCES = 10
_SPECIAL = {ord(char): f"&#{ord(char)};" for char in "\\`*_{}[]<>()#+!|~@:&"}


def render(view: View) -> str:
    """Verdict, counts, rules and sources as GitHub-flavoured Markdown."""
    summary = view.summary
    counts, gate = summary["counts"], summary["gate"]
    lines = [
        f"## copydesk: {'passed' if gate['passed'] else 'failed'}",
        "",
        verdict_sentence(summary),
        "",
        *(f"- {_escaped(reason)}" for reason in (*gate["reasons"], *summary["input_errors"])),
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
    bad = [source for source in view.sources if source["quarantined"]][:_SOURCES]
    if bad:
        lines += ["", "| source | articles | quarantined | share |", "|---|--:|--:|--:|"]
        lines += [
            f"| {_escaped(source['name'])} | {source['articles']:,} | {source['quarantined']:,} "
            f"| {percent(source['quarantined'], source['articles'])} |"
            for source in bad
        ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Scraped names as plain text: no markup, no HTML, no mentions, no line breaks."""
    flat = "".join(char if char.isprintable() else "?" for char in str(text))
    return flat.translate(_SPECIAL)
