"""The gate: whether a run passes, and if not, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.wording import percent


@dataclass(frozen=True, slots=True)
class Gate:
    """When a run fails. ``quarantined`` and ``unreadable`` are the shares (0 to 1) of the records read that are allowed;
    ``drift`` is the least severity of drift that fails, critical or warning, or never."""

    fail_on: str = "error"
    quarantined: float = 0.0
    unreadable: float = 0.0
    drift: str = "never"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the gate passed, with a sentence for each reason why not."""

    passed: bool
    reasons: tuple[str, ...]


def decide(
    gate: Gate,
    counts: Mapping[str, int],
    warned: int,
    suites: Sequence[Mapping[str, Any]],
    drift: Sequence[Mapping[str, Any]] = (),
) -> Decision:
    """Decides on a run: ``counts`` and ``drift`` as in `summary.json`, ``warned`` articles with warnings, ``suites`` results."""
    if gate.fail_on == "never":
        return Decision(True, ())
    reasons = [
        reason
        for name, allowed in (("quarantined", gate.quarantined), ("unreadable", gate.unreadable))
        if (reason := _share(name, counts[name], counts["read"], allowed))
    ]
    if gate.fail_on == "warning" and warned:
        reasons.append(f"{warned:,} accepted or quarantined articles have warnings")
    failing = ("critical",) if gate.fail_on == "error" else ("critical", "warning")
    for suite in suites:
        if suite.get("source") is not None or suite.get("input") is not None:
            continue  # the suite's own entry names all that fail
        reasons += [
            f"{suite.get('over', 'batch')}: {result['says']}: observed {result['observed']}"
            for result in suite["expectations"]
            if not result["success"] and result["severity"] in failing
        ]
    drifting = {"never": (), "critical": ("critical",), "warning": ("critical", "warning")}[gate.drift]
    reasons += [f"drift: {entry['says']}" for entry in drift if entry["severity"] in drifting]
    return Decision(not reasons, tuple(reasons))


def _share(name: str, count: int, read: int, allowed: float) -> str | None:
    if not count or count / read <= allowed:  # 0.29 * 100 is below 29, 29 / 100 is what 0.29 is read as
        return None
    return f"{count:,} of {read:,} records {name} ({percent(count, read)}), allowed {percent(allowed, 1)}"
