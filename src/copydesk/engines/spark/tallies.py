"""Counts of single shares, told as JSON and added up: bounded by rules and sources, whatever the input holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from copydesk.baseline import Entry
from copydesk.engines.tally import Tally


def as_told(tally: Tally) -> dict[str, Any]:
    """What `Tally` counted, as JSON; notes and inputs are told by whoever looks at the inputs."""
    return {
        "read": tally.read,
        "unreadable": tally.unreadable,
        "warned": tally.warned,
        "suppressed": [[*key, count] for key, count in tally.suppressed.items()],
        "suppressed_ids_seen": sorted(tally.suppressed_ids_seen),
        "checked": tally.checked,
        "failed": tally.failed,
        "sources": tally.sources,
    }


def add(tally: Tally, told: Mapping[str, Any]) -> None:
    """Adds what a share counted."""
    tally.read += told["read"]
    tally.unreadable += told["unreadable"]
    tally.warned += told["warned"]
    tally.suppressed.update({(article, rule): count for article, rule, count in told["suppressed"]})
    tally.suppressed_ids_seen.update(told["suppressed_ids_seen"])
    tally.checked.update(told["checked"])
    tally.failed.update(told["failed"])
    for source, verdicts in told["sources"].items():
        tally.sources.setdefault(source, Counter()).update(verdicts)


def reduced(entries: Iterable[Entry], spent: Mapping[str, int]) -> list[Entry]:
    """A baseline when ``spent`` of its findings (by fingerprint) have been met already."""
    left = Counter(spent)
    kept = []
    for entry in entries:
        used = min(entry.count, left[entry.fingerprint])
        left[entry.fingerprint] -= used
        kept.append(replace(entry, count=entry.count - used))
    return kept


def overdrawn(entries: Iterable[Entry], met: Mapping[int, Mapping[str, int]]) -> dict[int, dict[str, int]]:
    """The shares that took more of a baseline than was left for them, with what earlier shares had met.

    ``met`` says per share how often each fingerprint of the baseline was met; each share was given the whole baseline. Known
    findings are used up in the order of the run, so that only these must be judged again.
    """
    allowed: Counter[str] = Counter()
    for entry in entries:
        allowed[entry.fingerprint] += entry.count
    before: Counter[str] = Counter()
    again: dict[int, dict[str, int]] = {}
    for share in sorted(met):
        own = met[share]
        if any(before[name] and before[name] + count > allowed[name] for name, count in own.items()):
            again[share] = {name: before[name] for name in own if before[name]}
        before.update(own)
    return again
