"""The reports of a run, one renderer per output. They read the run's tables and nothing else."""

import os
from contextlib import nullcontext
from pathlib import Path

import polars as pl

from copydesk.errors import InputError
from copydesk.report import github, gitlab, html, junit, listing, markdown, metrics, sarif
from copydesk.report.page import page
from copydesk.report.selection import select
from copydesk.rundir import held, rewrite
from copydesk.wording import first_line


def render(run: Path) -> None:
    """Writes all reports into ``run``, whose tables are complete."""
    listing.write(run)
    for name, text in _reports(run).items():
        (run / name).write_text(text, encoding="utf-8")


def render_again(run: Path, language: str | None = None) -> Path:
    """Writes the reports of a finished run anew, and their digests into its manifest; returns the report's path.

    ``language`` is that of the HTML report (default: the one that the run was told).
    """
    # a run that comes to its end meanwhile must not be given the reports of the one before; and what is no run is not written to
    with held(run) if os.path.lexists(run / "manifest.json") else nullcontext():
        try:
            reports = _reports(run, language)
        except pl.exceptions.PolarsError as error:
            raise InputError(f"{run}: its tables cannot be read: {first_line(error)}") from None
        rewrite(run, reports)
    return run / "report.html"


def printed(run: Path, output: str) -> str:
    """What `--output github` or ``gitlab`` prints of a finished run."""
    selection = select(run)
    return github.render(selection, run) if output == "github" else gitlab.render(selection)


def _reports(run: Path, language: str | None = None) -> dict[str, str]:
    seen, selection = page(run, language), select(run)
    return {
        "report.html": html.render(seen, html.own_templates()),
        "summary.md": markdown.render(seen.view),
        "junit.xml": junit.render(selection),
        "results.sarif": sarif.render(selection),
        "metrics.prom": metrics.render(selection.summary),
    }
