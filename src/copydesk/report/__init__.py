"""The reports of a run, one renderer per output. They read the run's tables and nothing else."""

from pathlib import Path

from copydesk.report import github, gitlab, html, junit, markdown, metrics, sarif
from copydesk.report.selection import select
from copydesk.report.view import view
from copydesk.rundir import rewrite


def render(run: Path) -> None:
    """Writes all reports into ``run``, whose tables are complete."""
    for name, text in _reports(run).items():
        (run / name).write_text(text, encoding="utf-8")


def render_again(run: Path) -> Path:
    """Writes the reports of a finished run anew, and their digests into its manifest; returns the report's path."""
    rewrite(run, _reports(run))
    return run / "report.html"


def printed(run: Path, output: str) -> str:
    """What `--output github` or ``gitlab`` prints of a finished run."""
    selection = select(run)
    return github.render(selection, run) if output == "github" else gitlab.render(selection)


def _reports(run: Path) -> dict[str, str]:
    seen, selection = view(run), select(run)
    return {
        "report.html": html.render(seen, own_templates()),
        "summary.md": markdown.render(seen),
        "junit.xml": junit.render(selection),
        "results.sarif": sarif.render(selection),
        "metrics.prom": metrics.render(selection.summary),
    }


def own_templates() -> Path | None:
    """The user's own templates, if the working directory has any."""
    folder = Path("reports", "templates")
    return folder if (folder / "report.html.j2").is_file() or (folder / "report.css").is_file() else None
