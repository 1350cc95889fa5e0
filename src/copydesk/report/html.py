"""The HTML report: one file, without script, without any request."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from copydesk.gate import percent
from copydesk.report.shown import shown
from copydesk.report.view import View, inputs
from copydesk.resources import shipped


def render(view: View, templates: Path | None = None) -> str:
    """Renders a view with the templates in ``templates`` (default: those that ship)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    folders = [folder for folder in (templates, shipped("reports", "templates")) if folder is not None]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(shown=shown, percent=percent, n=lambda number: f"{number:,}")
    style = next(path for folder in folders if (path := folder / "report.css").is_file()).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    summary = view.summary
    return environment.get_template("report.html.j2").render(
        **{
            key: summary[key] for key in ("gate", "counts", "run_id", "contract", "copydesk_version", "suites", "notes")
        },
        input_errors=summary["input_errors"],
        suppressed=summary["suppressed"],
        started=_when(summary["started_at"]),
        finished=_when(summary["finished_at"]),
        verdict_sentence=verdict_sentence(summary),
        split=_split(summary["counts"]),
        rules=view.rules,
        worst_sources=[source for source in view.sources if source["quarantined"]][:5] or view.matrix_sources[:5],
        matrix_sources=view.matrix_sources,
        source_count=len(view.sources),
        more_sources=len(view.matrix_sources) < len(view.sources),
        unreadable=view.unreadable,
        syndication=view.syndication,
        inputs=inputs(summary),
        input_count=len(summary["inputs"]),
        style=Markup(style),  # noqa: S704 -- our own file; it must not be escaped, or its digest would not fit
        style_hash=f"sha256-{digest}",
    )


def verdict_sentence(summary: dict[str, Any]) -> str:
    """The verdict in one sentence."""
    counts = summary["counts"]
    read = counts["read"]
    if counts["quarantined"] == counts["unreadable"] == 0:
        return f"All {read:,} records are accepted." if read != 1 else "The record is accepted."
    rules = [(slug, rule) for slug, rule in summary["rules"].items() if rule["failed"] and rule["severity"] == "error"]
    worst = max(rules, key=lambda item: item[1]["failed"], default=None)
    sentence = f"{counts['quarantined']:,} of {read:,} records ({percent(counts['quarantined'], read)}) are quarantined"
    if counts["unreadable"]:
        sentence += f" and {counts['unreadable']:,} cannot be read"
    if worst:
        noun = "article" if worst[1]["failed"] == 1 else "articles"
        sentence += f"; the most frequent error is {worst[0]} ({worst[1]['failed']:,} {noun})"
    return sentence + "."


def _split(counts: dict[str, int]) -> list[dict[str, Any]]:
    parts, x = [], 0.0
    for name in ("accepted", "quarantined", "unreadable"):
        width = 1000 * counts[name] / counts["read"] if counts["read"] else 0.0
        parts.append({"name": name, "x": round(x, 2), "width": round(width, 2)})
        x += width
    return parts


def _when(iso: str) -> str:
    return iso[:16].replace("T", " ") + " UTC"
