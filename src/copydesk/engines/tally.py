"""What a run counts, and the summary that it makes of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from copydesk import __version__
from copydesk.baseline import Ledger
from copydesk.batch.groups import UNKNOWN_SOURCE
from copydesk.contract import Contract
from copydesk.engines.checking import Checked
from copydesk.engines.tables import rule_slugs
from copydesk.gate import Decision
from copydesk.history.drifts import Comparison
from copydesk.rules.documentation import documentation


@dataclass
class Tally:
    """What a run has counted so far."""

    read: int = 0
    unreadable: int = 0
    warned: int = 0
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    sources: dict[str, Counter[str]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    syndication: dict[str, Any] | None = None
    inputs: list[dict[str, Any]] = field(default_factory=list)
    suppressed_ids_seen: set[str] = field(default_factory=set)
    """Articles of the contract's suppressions that were among those checked."""

    @property
    def articles(self) -> int:
        """Readable records."""
        return self.read - self.unreadable

    def note(self, notes: Iterable[str]) -> None:
        """Keeps what a reader of the report should know, once each, in the order told."""
        self.notes.update(dict.fromkeys(notes))

    @property
    def counts(self) -> dict[str, int]:
        """`counts` of `summary.json`."""
        verdicts = {
            verdict: sum(source[verdict] for source in self.sources.values()) for verdict in ("accepted", "quarantined")
        }
        return {"read": self.read, **verdicts, "unreadable": self.unreadable}

    def add(self, checked: Checked) -> None:
        """Counts a checked batch."""
        self.suppressed.update(checked.suppressed)
        self.checked.update(checked.checked)
        self.failed.update(checked.failed)
        self.warned += checked.articles.filter(pl.col("warnings") > 0).height
        for source, verdict, number in checked.articles.group_by("source", "verdict").len().iter_rows():
            self.sources.setdefault(source or UNKNOWN_SOURCE, Counter())[verdict] += number


def run_id(contract: Contract, started: datetime) -> str:
    """The name of a run: when it began, and a digest that tells runs of one second apart."""
    contract_id = hashlib.sha256(f"{started.isoformat()}{contract.sha256}".encode()).hexdigest()[:8]
    return f"{started:%Y%m%dT%H%M%SZ}-{contract_id}"


def summary_of(
    contract: Contract,
    tally: Tally,
    started: datetime,
    results: list[dict[str, Any]],
    decision: Decision,
    errors: Sequence[str],
    ledger: Ledger | None,
    stale_suppressions: list[dict[str, str]],
    captures: list[dict[str, Any]],
    compared: Comparison,
) -> dict[str, Any]:
    """`summary.json`."""
    return {
        "run_id": run_id(contract, started),
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "copydesk_version": __version__,
        "contract": {"path": contract.path, "sha256": contract.sha256},
        "language": contract.language,
        "inputs": tally.inputs,
        "captures": captures,
        "input_errors": list(errors),
        "notes": list(tally.notes),
        "counts": tally.counts,
        "suppressed": tally.suppressed.total(),
        "stale_suppressions": stale_suppressions,
        "baselined": ledger.matched if ledger else 0,
        "baseline": ledger.summary() if ledger else None,
        "rules": {
            slug: _rule(contract, slug, tally.checked[slug], tally.failed[slug]) for slug in rule_slugs(contract)
        },
        "sources": {
            source: {"articles": counts.total(), "accepted": counts["accepted"], "quarantined": counts["quarantined"]}
            for source, counts in sorted(tally.sources.items(), key=lambda item: (-item[1]["quarantined"], item[0]))
        },
        "suites": results,
        "history": compared.history,
        "drift": list(compared.drift),
        "syndication": tally.syndication,
        "gate": {"passed": decision.passed, "reasons": list(decision.reasons)},
    }


def _rule(contract: Contract, slug: str, checked: int, failed: int) -> dict[str, Any]:
    """What a run says of a rule: the severity is the one that most sources get it with; where articles fail it, reports need
    its documentation."""
    check = next(check for check in contract.checks if check.slug == slug)
    told: dict[str, Any] = {
        "code": check.rule.code, "severity": str(check.severity), "checked": checked, "failed": failed,
    }  # fmt: skip
    return {**told, "documentation": asdict(documentation(type(check.rule)))} if failed else told
