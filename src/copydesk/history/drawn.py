"""The history for a terminal: one line a run, sparklines for trends; every name with its control characters shown."""

from collections.abc import Sequence
from typing import Any, Final

from copydesk.history.says import hours
from copydesk.wording import percent, plural, printable

_BARS: Final = "▁▂▃▄▅▆▇█"
_COLOURS: Final = {
    "critical": "31",
    "warning": "33",
    "info": "36",
    "passed": "32",
    "failed": "31",
    "dim": "2",
    "bold": "1",
}
_FIELDS: Final = {
    "title": "title",
    "byline": "byline",
    "published_at": "date",
    "original_url": "original URL",
    "body": "body",
}
_RULES: Final = 15
_LAST: Final = 40
"""Runs that a sparkline has room for."""


class Pen:
    """Writes text in colours, or plain."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def paint(self, text: str, name: str) -> str:
        """``text`` as `_COLOURS` has it."""
        return f"\033[{_COLOURS[name]}m{text}\033[0m" if self._colour and name in _COLOURS else text


def sparkline(values: Sequence[float | None], top: float | None = None) -> str:
    """The last values as small bars from 0 to ``top`` (default: the highest), a dot where there is none."""
    last = list(values)[-_LAST:]
    highest = max([top or 0.0, *(value for value in last if value is not None)]) or 1.0
    steps = len(_BARS) - 1
    return "".join(
        "·" if value is None else _BARS[min(steps, round(steps * max(value, 0) / highest))] for value in last
    )


def runs_drawn(
    series: str, database: str, told: Sequence[dict[str, Any]], unusual: Sequence[dict[str, Any]], pen: Pen
) -> str:
    """All runs: verdict, counts, trend; and what is ``unusual`` by now."""
    shares = [_share(run["counts"]["quarantined"], run["counts"]["read"]) for run in told]
    read = [run["counts"]["read"] for run in told]
    lines = [
        pen.paint(printable(f"{series}: {len(told):,} {'run' if len(told) == 1 else 'runs'} in {database}"), "bold"),
        "",
        f"  read         {sparkline(read)}  {read[-1]:,}",
        f"  quarantined  {sparkline(shares, 0.05)}  {percent(shares[-1] or 0, 1)}",
        "",
        pen.paint(
            f"  {'started (UTC)':<17} {'gate':<7} {'read':>9} {'quarantined':>16} {'unreadable':>11} {'drift':>6}  run",
            "dim",
        ),
    ]
    for run, share in zip(told, shares, strict=True):
        counts, name = run["counts"], "passed" if run["passed"] else "failed"
        quarantined = f"{counts['quarantined']:,} ({percent(share or 0, 1)})"
        drifts = f"{len(run['drift']):,}" if run["drift"] else "-"
        lines.append(
            f"  {_when(run):<17} {pen.paint(f'{name.upper():<7}', name)} {counts['read']:>9,} {quarantined:>16} "
            f"{counts['unreadable']:>11,} {drifts:>6}  {printable(run['run_id'])}"
        )
    if unusual:
        lines += ["", "unusual in the last run:"]
        lines += [
            f"  {pen.paint(entry['severity'].ljust(8), entry['severity'])}  {printable(entry['says'])}"
            for entry in unusual
        ]
    return "\n".join(lines)


def source_drawn(series: str, told: dict[str, Any], pen: Pen) -> str:
    """One source: volume, quarantine, age, length, missing fields and its rules."""
    runs = told["runs"]
    articles = [run["articles"] for run in runs]
    trends: list[tuple[str, Sequence[float | None], str]] = [
        ("articles", articles, f"{articles[-1]:,}"),
        ("quarantined", *_rate([run["quarantined"] for run in runs], articles)),
        ("age", [run["freshness"] for run in runs], _said(runs[-1]["freshness"], hours)),
        (
            "length",
            [run["length"] for run in runs],
            _said(runs[-1]["length"], lambda value: f"{value:,.0f} characters"),
        ),
    ]
    for field, name in _FIELDS.items():
        missing = [run["missing"][field] for run in runs]
        if any(missing):
            trends.append((f"no {name}", *_rate(missing, articles)))
    rules = [(slug, *_rate(failed, articles)) for slug, failed in list(told["rules"].items())[:_RULES]]
    width = max(len(name) for name, _, _ in [*trends, *rules])
    lines = [_headed(told["source"], series, runs, pen), _span(runs), ""]
    lines += [_trend(trend, width) for trend in trends]
    if rules:
        more = len(told["rules"]) - len(rules)
        lines += ["", "rules that it fails:", *(_trend(trend, width) for trend in rules)]
        lines += [f"  and {more:,} more"] if more else []
    return "\n".join(lines)


def rule_drawn(series: str, told: dict[str, Any], pen: Pen) -> str:
    """One rule: its share of failing articles in the whole run and in the sources that fail it most."""
    lines = [_headed(told["rule"], series, told["runs"], pen), _span(told["runs"]), ""]
    entries = [("the whole run", told["whole"])] if told["whole"] else []
    entries += told["sources"].items()
    if not entries:
        return "\n".join([*lines, "  no article has failed it"])
    width = min(max(len(printable(name)) for name, _ in entries), 40)
    return "\n".join(
        [*lines, *(_trend((name, *_rate(entry["failed"], entry["articles"])), width) for name, entry in entries)]
    )


def _headed(what: str, series: str, runs: Sequence[Any], pen: Pen) -> str:
    return pen.paint(printable(f"{what} in {len(runs):,} {plural(len(runs), 'run')} of {series}"), "bold")


def _rate(failed: Sequence[int], articles: Sequence[int]) -> tuple[list[float | None], str]:
    shares = [_share(part, whole) for part, whole in zip(failed, articles, strict=True)]
    last = shares[-1]
    return shares, "no article" if last is None else f"{percent(last, 1)} of {articles[-1]:,}"


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _trend(trend: tuple[str, Sequence[float | None], str], width: int) -> str:
    name, values, last = trend
    return f"  {printable(name)[:width]:<{width}}  {sparkline(values, 0.05 if '%' in last else None)}  {last}"


def _said(value: float | None, said: Any) -> str:
    return "not known" if value is None else str(said(value))


def _span(runs: Sequence[dict[str, Any]]) -> str:
    return f"  from {_when(runs[0])} to {_when(runs[-1])} (UTC), oldest first"


def _when(run: dict[str, Any]) -> str:
    return printable(str(run["started_at"])[:16].replace("T", " "))
