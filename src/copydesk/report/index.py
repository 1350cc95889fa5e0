"""`index.html` of a folder of runs: every run with its verdict, and how the runs went.

Summaries are read as what they are, files that anybody may have put there: bounded, checked field by field, and one that is
broken becomes a line of the page instead of a failure. Nothing but `index.html` is written.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import quote

from copydesk.errors import CopydeskError, InputError
from copydesk.report import html
from copydesk.report.charts import line
from copydesk.report.plain import NAME, cut, reasons
from copydesk.report.publish import publish
from copydesk.report.severities import RANK
from copydesk.texts import ENGLISH, Texts, texts

RUNS: Final = 200
"""Runs that the page lists, the newest ones."""

LARGEST: Final = 8 * 2**20
"""Bytes of a summary that is read: some fifty thousand sources."""

TOGETHER: Final = 64 * 2**20
"""Bytes of all summaries that are read, so that a page takes seconds at most."""

CHARTS: Final = 6
"""Contracts that have a chart, those of the newest runs."""

_PATIENCE: Final = 5.0
"""Seconds that a run waits for another that writes the page; then it writes all the same, which only risks an older list."""

_STYLES: Final = ("base.css", "report.css", "runs.css")
_LARGE: Final = 2**53


@dataclass(frozen=True, slots=True)
class Listed:
    """A run of the list. ``report`` is the relative address of its report (None: it has none), ``worst`` the rule that most
    articles fail (slug, severity, failed, checked), ``trouble`` says why there is nothing else to tell."""

    name: str
    report: str | None
    trouble: str | None = None
    started: datetime | None = None
    passed: bool = False
    contract: str = ""
    language: str = ENGLISH
    read: int = 0
    quarantined: int = 0
    unreadable: int = 0
    worst: tuple[str, str, int, int] | None = None
    drift: int = 0
    reasons: tuple[str, ...] = ()


def is_folder_of_runs(folder: Path) -> bool:
    """Whether some folder directly in ``folder`` holds a summary, and ``folder`` itself none."""
    try:
        return not (folder / "summary.json").exists() and next(_summaries(folder), None) is not None
    except OSError:  # whoever reads it as a run says why it cannot be read
        return False


def write(folder: Path, language: str | None = None) -> Path:
    """Writes `index.html` of ``folder``, at once or not at all; returns its path.

    ``language`` is by default that of the newest run. Raises InputError where the folder cannot be listed, OutputError where
    the page cannot be written, UsageError where an `index.html` is there that is none of ours, or a template does not work.
    """
    with _alone(folder):
        runs, count = listed(folder)
        page = render(runs, count, language)
        return publish(folder / "index.html", page)


def listed(folder: Path) -> tuple[list[Listed], int]:
    """The newest runs directly in ``folder``, newest first, and how many there are in all."""
    try:
        found = sorted(_summaries(folder), reverse=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot list the runs: {error.strerror or error}") from None
    runs, left = [], TOGETHER
    for _, name, size in found[:RUNS]:
        left -= size if size <= LARGEST else 0  # larger ones are not read
        if left < 0:
            break
        runs.append(_listed(folder, name))
    first = datetime.min.replace(tzinfo=UTC)
    runs.sort(key=lambda run: (run.started or first, run.name), reverse=True)
    return runs, len(found)


def render(runs: list[Listed], count: int, language: str | None = None) -> str:
    """The page of ``runs``, the newest of ``count``."""
    told = [run for run in runs if run.trouble is None]
    words = _words(language, told)
    values = {
        "runs": [_row(run, words) for run in told],
        "broken": [run for run in runs if run.trouble is not None],
        "shown_count": len(runs),
        "count": count,
        "last": _row(told[0], words) if told else None,
        "contracts": len({run.contract for run in told}),
        "charts_of": _charts(told, words),
    }
    return html.fill("index.html.j2", words, values, _STYLES, templates=html.own_templates())


def _words(language: str | None, runs: list[Listed]) -> Texts:
    if language is not None:
        return texts(language)
    try:
        return texts(runs[0].language if runs else ENGLISH)
    except CopydeskError:  # a summary may name any language; a page in English is better than none
        return texts()


def _summaries(folder: Path) -> Iterator[tuple[int, str, int]]:
    """When each run directly in ``folder`` was finished (nanoseconds), its name, and the size of its summary. Links are not
    followed: they lead out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                try:
                    found = (Path(entry.path) / "summary.json").lstat()
                except OSError:  # no run, or one that is not finished
                    continue
                yield found.st_mtime_ns, entry.name, found.st_size


def _listed(folder: Path, name: str) -> Listed:
    report = folder / name / "report.html"
    address = f"./{quote(os.fsencode(name))}/report.html" if report.is_file() and not report.is_symlink() else None
    try:
        return _told(name, address, json.loads(_bytes(folder / name / "summary.json"), parse_constant=_refuse))
    except OSError as error:
        return Listed(name, address, error.strerror or str(error))
    except _TooLargeError as error:
        return Listed(name, address, str(error))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Listed(name, address, "it is no summary of a run")


class _TooLargeError(ValueError):
    """A summary larger than is read."""


def _bytes(path: Path) -> bytes:
    """The content of a regular file; neither a link nor a pipe that would never end."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 -- Path.open takes no flags
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no regular file")
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _TooLargeError(f"it is larger than {LARGEST // 2**20} MiB")
    return data


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _told(name: str, report: str | None, summary: dict[str, Any]) -> Listed:
    """What the page tells of a summary. Raises ValueError, KeyError or TypeError where something is missing or odd."""
    started = datetime.fromisoformat(_text(summary["started_at"]))
    started = (started if started.tzinfo else started.replace(tzinfo=UTC)).astimezone(UTC)
    counts = summary["counts"]
    history = summary.get("history")
    contract = history["series"] if history else summary["contract"]["path"]
    passed = summary["gate"]["passed"]
    if not isinstance(passed, bool):
        raise TypeError("a verdict is yes or no")
    return Listed(
        name,
        report,
        started=started,
        passed=passed,
        contract=cut(_text(contract), NAME),
        language=_text(summary.get("language", ENGLISH)),
        read=_number(counts["read"]),
        quarantined=_number(counts["quarantined"]),
        unreadable=_number(counts["unreadable"]),
        worst=_worst(summary["rules"]),
        drift=len(list(summary.get("drift") or ())),
        reasons=tuple(reasons(summary["gate"])),
    )


def _worst(rules: dict[str, Any]) -> tuple[str, str, int, int] | None:
    """The failed rule of the worst severity that most articles fail."""
    failed = [
        (RANK[rule["severity"]], -_number(rule["failed"]), cut(_text(slug), NAME), _number(rule["checked"]))
        for slug, rule in rules.items()
        if rule["failed"]
    ]
    if not failed:
        return None
    rank, less, slug, checked = min(failed)
    return slug, next(name for name, place in RANK.items() if place == rank), -less, checked


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGE:
        raise TypeError("a count is wanted")
    return value


def _row(run: Listed, t: Texts) -> dict[str, Any]:
    assert run.started is not None  # only of runs that could be read
    return {
        "name": run.name,
        "report": run.report,
        "passed": run.passed,
        "when": t.when(run.started),
        "machine": run.started.isoformat(),
        "contract": run.contract,
        "read": run.read,
        "quarantined": run.quarantined,
        "unreadable": run.unreadable,
        "worst": run.worst,
        "drift": run.drift,
        "reasons": run.reasons,
    }


def _charts(runs: list[Listed], t: Texts) -> list[dict[str, Any]]:
    """For each contract a line of quarantined shares, with the same in words; a single run makes no line."""
    series: dict[str, list[Listed]] = {}
    for run in runs:
        series.setdefault(run.contract, []).append(run)
    drawn = []
    for contract, own in list(series.items())[:CHARTS]:
        past = [run for run in reversed(own) if run.read and run.started]
        shares = [run.quarantined / run.read for run in past]
        if len(shares) < 2:
            continue
        said = {
            "last": t.percent(shares[-1], 1),
            "range": t.range(t.percent(min(shares), 1), t.percent(max(shares), 1)),
        }
        assert past[0].started is not None
        says = t("trend.says", **said, n=t.number(len(shares)), day=t.day(past[0].started))
        bad = {"bad": any(shares), "now_bad": shares[-1] > 0}
        drawn.append({"contract": contract, "line": line(shares), "says": says, "last": said["last"], **bad})
    return drawn


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder against other runs that write its page, so that the last page knows all runs. A lock on the folder
    itself, which leaves nothing behind."""
    try:
        import fcntl
    except ImportError:  # not on Windows: the page is whole all the same, it may lack the other run until the next
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(f"{folder}: cannot list the runs: {error.strerror or error}") from None
    try:
        until = monotonic() + _PATIENCE
        while monotonic() < until:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                sleep(0.05)
        yield
    finally:
        os.close(handle)
