"""What orchestrators make of a run: whether it failed, how badly, and a few facts to show."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk import contract as contracts
from copydesk.api import check
from copydesk.errors import CopydeskError
from copydesk.gate import decide
from copydesk.rules import Severity
from copydesk.rundir import folder_by_time
from copydesk.wording import printable

Paths = str | Path | Sequence[str | Path]
"""Files, folders or globs."""


class GateError(CopydeskError):
    """The data is bad: trying again with the same data does not help."""

    exit_code = 1


@dataclass(frozen=True)
class Outcome:
    """A finished run. ``severity`` is that of what failed the gate: None where it passed, warning where a gate that fails on
    errors only would have passed. ``facts`` are counts, `run_dir`, `passed` and the rules that failed most."""

    run_dir: Path
    severity: Severity | None
    reasons: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def markdown(self) -> str:
        """The run's summary for people."""
        return (self.run_dir / "summary.md").read_text(encoding="utf-8")

    def told(self) -> str:
        """The gate's reasons in one line, or that it passed."""
        return printable(f"{'; '.join(self.reasons) or 'the gate passed'} ({self.run_dir / 'report.html'})")


def outcome(inputs: Paths, contract: str | Path | None = None, run_dir: str | Path | None = None) -> Outcome:
    """Checks ``inputs`` and writes ``run_dir`` (default: `reports/runs/<UTC time>`). Raises what `copydesk.check` raises."""
    folder = Path(run_dir or folder_by_time())
    summary = check(inputs, contract, out=folder).summary
    severity = None
    if not summary["gate"]["passed"]:
        lenient = dataclasses.replace(contracts.read(contract).gate, fail_on="error")
        passed = decide(lenient, summary["counts"], 0, summary["suites"]).passed
        severity = Severity.WARNING if passed else Severity.ERROR
    worst = sorted(summary["rules"].items(), key=lambda rule: -rule[1]["failed"])[:5]
    facts = {
        **summary["counts"],
        "passed": summary["gate"]["passed"],
        "run_dir": str(folder),
        "worst_rules": {slug: rule["failed"] for slug, rule in worst if rule["failed"]},
    }
    return Outcome(folder, severity, tuple(summary["gate"]["reasons"]), facts)
