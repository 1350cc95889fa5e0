"""The run as Prometheus metrics, for the textfile collector of node_exporter (prometheus.io, "Exposition formats").

Series stay the same from run to run and are bounded: three per rule and source, whatever a run finds.
"""

from collections import Counter
from datetime import datetime
from typing import Any, Final

from copydesk.report.plain import line
from copydesk.report.suites import of_one

SOURCES: Final = 100
"""Sources with series of their own, the largest; the others are summed, so that hostile names do not fill a server."""

OTHERS: Final = "(others)"

Series = list[tuple[dict[str, str], float]]
"""Labels and value of each series of a metric."""


def render(summary: dict[str, Any]) -> str:
    """The metrics of ``summary``, all of them gauges: they speak of the last run."""
    counts = summary["counts"]
    started, finished = (datetime.fromisoformat(summary[name]) for name in ("started_at", "finished_at"))
    rules = [
        ({"rule": slug, "code": rule["code"], "severity": rule["severity"]}, rule)
        for slug, rule in summary["rules"].items()
    ]
    metrics: list[tuple[str, str, Series]] = [
        ("run_info", "The copydesk and the contract of the last run.", [(_info(summary), 1)]),
        ("run_timestamp_seconds", "When the last run ended, in seconds since 1970.", [({}, finished.timestamp())]),
        ("run_duration_seconds", "How long the last run took.", [({}, (finished - started).total_seconds())]),
        ("gate_passed", "Whether the gate passed (1) or not (0).", [({}, summary["gate"]["passed"])]),
        ("records_read", "Records read.", [({}, counts["read"])]),
        (
            "records",
            "Records by what became of them.",
            [({"verdict": verdict}, counts[verdict]) for verdict in ("accepted", "quarantined", "unreadable")],
        ),
        (
            "rule_checked_articles",
            "Articles that a rule was asked of.",
            [(labels, r["checked"]) for labels, r in rules],
        ),
        ("rule_failed_articles", "Articles that fail a rule.", [(labels, r["failed"]) for labels, r in rules]),
        ("source_articles", "Articles of a source by verdict.", _sources(summary["sources"])),
        (
            "expectation_met",
            "Whether an expectation of a suite is met (1) or not (0).",
            _expectations([suite for suite in summary["suites"] if not of_one(suite)]),
        ),
        (
            "source_expectations_unmet",
            "Expectations of suites that a source's articles do not meet.",
            _unmet(summary["sources"], summary["suites"]),
        ),
    ]
    lines: list[str] = []
    for name, told, series in metrics:
        lines += [f"# HELP copydesk_{name} {told}", f"# TYPE copydesk_{name} gauge"]
        lines += [f"copydesk_{name}{_labels(labels)} {_number(value)}" for labels, value in series]
    return "\n".join(lines) + "\n"


def _info(summary: dict[str, Any]) -> dict[str, str]:
    return {"version": summary["copydesk_version"], "contract_sha256": summary["contract"]["sha256"]}


def _sources(sources: dict[str, dict[str, int]]) -> Series:
    """Two series a source. Names that are shown alike share one, for no two series may have the same labels."""
    named = _named(sources)
    summed: Counter[tuple[str, str]] = Counter()
    for name, numbers in sources.items():
        for verdict in ("accepted", "quarantined"):
            summed[named.get(name, OTHERS), verdict] += numbers[verdict]
    return [({"source": name, "verdict": verdict}, number) for (name, verdict), number in sorted(summed.items())]


def _unmet(sources: dict[str, dict[str, int]], suites: list[dict[str, Any]]) -> Series:
    """A series a source and severity, for the sources that `_sources` names; none where no suite was asked of sources."""
    if not any(suite.get("over") == "source" and suite["status"] != "skipped" for suite in suites):
        return []
    named = _named(sources)
    unmet = Counter({(name, severity): 0 for name in named.values() for severity in ("critical", "warning")})
    for suite in suites:
        if (source := suite.get("source")) is not None:
            for entry in suite["expectations"]:
                unmet[named.get(source, OTHERS), entry["severity"]] += not entry["success"]
    return [({"source": name, "severity": severity}, number) for (name, severity), number in sorted(unmet.items())]


def _named(sources: dict[str, dict[str, int]]) -> dict[str, str]:
    """The largest sources and what their series call them."""
    largest = sorted(sources, key=lambda name: (-sources[name]["articles"], name))[:SOURCES]
    return {name: line(name, 200) for name in largest}


def _expectations(suites: list[dict[str, Any]]) -> Series:
    """A series an expectation; one that stands in a suite several times is met when all of them are."""
    met: dict[tuple[str, str, str], bool] = {}
    for suite in suites:
        for entry in suite["expectations"]:
            key = (line(suite["name"], 100), line(entry["says"], 200), entry["severity"])
            met[key] = met.get(key, True) and entry["success"]
    return [
        ({"suite": suite, "says": says, "severity": severity}, met[suite, says, severity])
        for suite, says, severity in met
    ]


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
