"""Two runs beside each other: what got worse, what got better, and which findings are new or gone.

Only the runs' tables are read. A finding is the same in both runs where its fingerprint is (`copydesk.baseline`), as often as it
occurs in each; findings that a baseline knows count like any other, for both runs have them in their tables.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.errors import InputError, UsageError
from copydesk.report.chance import BOUND, p_value
from copydesk.report.severities import RANK, by_severity
from copydesk.wording import first_line

SOURCES: Final = 200
"""Sources that are compared one by one: those whose quarantined articles differ most from what they were."""

_EXAMPLE: Final = ("record", "article_id", "source", "rule", "code", "severity", "field", "evidence", "message")


@dataclass(frozen=True)
class Side:
    """One of the runs: its directory, its summary, and when it began."""

    run: Path
    summary: dict[str, Any]
    started: datetime

    @property
    def passed(self) -> bool:
        """The gate's verdict."""
        return bool(self.summary["gate"]["passed"])


@dataclass(frozen=True)
class Change:
    """A rule or source: articles that fail (are quarantined) of those asked, now and before; None where the run does not know it.

    ``points`` is the difference in percentage points, ``p`` the chance of such a difference where nothing changed (corrected
    for the number of comparisons), and ``beyond`` whether that is below `BOUND`. ``new`` and ``gone`` count a rule's findings.
    """

    name: str
    severity: str | None
    now: tuple[int, int] | None
    before: tuple[int, int] | None
    points: float | None
    p: float | None
    beyond: bool
    new: int = 0
    gone: int = 0

    @property
    def direction(self) -> str:
        """ "worse", "better", "same", or "added" and "dropped" where only one run knows it."""
        if self.points is None:
            return "added" if self.now else "dropped"
        return "worse" if self.points > 0 else "better" if self.points < 0 else "same"


@dataclass(frozen=True)
class Findings:
    """Findings that are ``new``, ``gone`` or stay; of the first two those in articles that are in both runs, which alone tell
    that an article changed."""

    new: int
    new_in_both: int
    gone: int
    gone_in_both: int
    stay: int


@dataclass(frozen=True)
class Comparison:
    """A run and the one it is compared with. ``rules`` and ``sources`` begin with what differs beyond chance and by most;
    ``sources_left_out`` are those beyond `SOURCES`. ``notes`` name what makes the runs unlike: "contract", "version", "rules",
    "baseline", "order", "inputs"."""

    now: Side
    before: Side
    rules: list[Change]
    sources: list[Change]
    sources_left_out: int
    findings: Findings
    examples: list[dict[str, Any]]
    notes: list[str]


def compare(run: Path, against: Path, examples: int = 20) -> Comparison:
    """Compares ``run`` with ``against``. Raises InputError where one is no run directory, UsageError where both are the same."""
    if run.resolve() == against.resolve():
        raise UsageError(f"{run}: a run cannot be compared with itself; --against names another one")
    now, before = _side(run), _side(against)
    try:
        new, gone = _surplus(run, against), _surplus(against, run)
        total = pl.scan_parquet(run / "findings.parquet").select(pl.len()).collect().item()
        shown = _examples(run, new, examples)
        rules = _rules(now, before, new, gone)
        sources, left_out = _sources(now, before)
        notes = list(_notes(now, before))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}, {against}: the tables cannot be read: {first_line(error)}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{run}, {against}: no summaries of runs: {type(error).__name__}: {error}") from None
    counted = Findings(new.height, int(new["both"].sum()), gone.height, int(gone["both"].sum()), total - new.height)
    return Comparison(now, before, rules, sources, left_out, counted, shown, notes)


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "now": _side_json(found.now),
        "before": _side_json(found.before),
        "notes": found.notes,
        "rules": [_change_json(change) for change in found.rules],
        "sources": [_change_json(change) for change in found.sources],
        "sources_left_out": found.sources_left_out,
        "findings": asdict(found.findings),
        "examples": found.examples,
        "method": {"test": "fisher-exact", "correction": "bonferroni", "bound": BOUND},
    }


def _side_json(side: Side) -> dict[str, Any]:
    summary = side.summary
    copied = {key: summary[key] for key in ("run_id", "started_at", "copydesk_version", "contract", "counts")}
    return {"run_dir": str(side.run), **copied, "passed": side.passed}


def _change_json(change: Change) -> dict[str, Any]:
    told = {**asdict(change), "direction": change.direction}
    for key in ("now", "before"):
        told[key] = None if told[key] is None else {"failed": told[key][0], "of": told[key][1]}
    return told


def _side(run: Path) -> Side:
    """Reads a summary. Raises InputError where it is none, or says odd things of what is compared."""
    try:
        summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
        started = datetime.fromisoformat(summary["started_at"])
        counted = [summary["counts"][name] for name in ("read", "quarantined", "unreadable")]
        for rule in summary["rules"].values():
            counted += rule["checked"], rule["failed"], rule["checked"] - rule["failed"], RANK[rule["severity"]]
        for source in summary["sources"].values():
            counted += source["articles"], source["quarantined"], source["articles"] - source["quarantined"]
        texts = [
            summary["run_id"],
            summary["copydesk_version"],
            *(summary["contract"][key] for key in ("path", "sha256")),
        ]
        if not (
            isinstance(summary["gate"]["passed"], bool)
            and all(isinstance(text, str) for text in texts)
            and all(type(count) is int and 0 <= count < 2**53 for count in counted)
        ):
            raise ValueError("its summary is not one of copydesk")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise InputError(f"{run}: not a run directory: its summary.json cannot be read: {told}") from None
    return Side(run, summary, (started if started.tzinfo else started.replace(tzinfo=UTC)).astimezone(UTC))


def _surplus(run: Path, other: Path) -> pl.DataFrame:
    """The findings of ``run`` that ``other`` has not, or not as often: row, rule, severity, and whether their article is in
    ``both``. Texts stay on the disk."""
    counts = pl.scan_parquet(other / "findings.parquet").group_by("fingerprint").agg(pl.len().alias("there"))
    findings = pl.scan_parquet(run / "findings.parquet").select(
        "fingerprint", "rule", "severity", "record", "article_id", "article_key"
    )
    surplus = (
        findings.with_row_index("row")
        .join(counts, on="fingerprint", how="left", maintain_order="left")
        # a finding that stands twice and was there once is new once
        .filter(pl.col("there").is_null() | (pl.int_range(pl.len()).over("fingerprint") >= pl.col("there")))
        .select("row", "rule", "severity", "record", "article_id", "article_key")
        .collect()
    )
    own_id = pl.col("article_key") == pl.col("article_id")
    same = _there(surplus.lazy(), other, "article_id")
    # an article without an id of its own is known by its URL, for its derived id changes with its text
    nameless = surplus.lazy().filter(~own_id).select("record").unique()
    addresses = pl.scan_parquet(run / "articles.parquet").select("record", "original_url")
    same |= _there(addresses.join(nameless, on="record", how="semi"), other, "original_url")
    both = pl.col("record").is_in(list(same))
    return surplus.select("row", "rule", "severity", both.alias("both"))


def _there(mine: pl.LazyFrame, other: Path, column: str) -> set[int]:
    """The records of ``mine`` whose ``column`` is one of an article of ``other``."""
    wanted = mine.select("record", column).drop_nulls().unique().collect()
    theirs = pl.scan_parquet(other / "articles.parquet").select(column)
    known = (
        theirs.join(wanted.lazy().select(column).unique(), on=column, how="semi").unique().collect(engine="streaming")
    )
    return set(wanted.join(known, on=column, how="semi")["record"].to_list())


def _examples(run: Path, new: pl.DataFrame, most: int) -> list[dict[str, Any]]:
    """New findings to look at: one of each rule before a second of any, the worst first, articles of both runs before others."""
    chosen = (
        new.sort(~pl.col("both"), maintain_order=True)
        .with_columns(pl.int_range(pl.len()).over("rule").alias("nth"), pl.len().over("rule").alias("weight"))
        .sort("nth", by_severity(), -pl.col("weight").cast(pl.Int64), "rule")
        .head(most)
        .select("row", "both", pl.int_range(pl.len()).alias("place"))
    )
    findings = pl.scan_parquet(run / "findings.parquet").select(*_EXAMPLE).with_row_index("row")
    rows = findings.filter(pl.col("row").is_in(chosen["row"].implode())).collect(engine="streaming")
    articles = pl.scan_parquet(run / "articles.parquet").select("record", "title")
    titles = articles.filter(pl.col("record").is_in(rows["record"].unique().implode())).collect(engine="streaming")
    joined = chosen.join(rows, on="row").join(titles, on="record", how="left").sort("place")
    known = pl.when(pl.col("severity").is_in(list(RANK))).then("severity").otherwise(pl.lit("info"))
    return joined.select(*_EXAMPLE, "title", "both").with_columns(known.alias("severity")).to_dicts()


def _rules(now: Side, before: Side, new: pl.DataFrame, gone: pl.DataFrame) -> list[Change]:
    """The rules that fail in either run or that only one of them asked."""
    here, there = now.summary["rules"], before.summary["rules"]
    counts = [dict(frame.group_by("rule").len().iter_rows()) for frame in (new, gone)]
    common = len(here.keys() & there.keys())
    changes = []
    for slug in sorted(here.keys() | there.keys()):
        mine, theirs = ((run[slug]["failed"], run[slug]["checked"]) if slug in run else None for run in (here, there))
        if (mine and mine[0]) or (theirs and theirs[0]) or counts[0].get(slug) or counts[1].get(slug):
            severity = (here if mine else there)[slug]["severity"]
            changes.append(_change(slug, severity, mine, theirs, common, [each.get(slug, 0) for each in counts]))
    return sorted(changes, key=_order)


def _sources(now: Side, before: Side) -> tuple[list[Change], int]:
    """The sources that differ most, and how many others there are."""
    here, there = now.summary["sources"], before.summary["sources"]
    pairs = [
        (name, *((run[name]["quarantined"], run[name]["articles"]) if name in run else None for run in (here, there)))
        for name in here.keys() | there.keys()
    ]
    pairs.sort(key=lambda pair: (-_moved(pair[1], pair[2]), pair[0]))
    common = len(here.keys() & there.keys())
    changes = [_change(name, None, mine, theirs, common) for name, mine, theirs in pairs[:SOURCES]]
    return sorted(changes, key=_order), max(0, len(pairs) - SOURCES)


def _moved(now: tuple[int, int] | None, before: tuple[int, int] | None) -> float:
    """How many articles more or fewer are quarantined now than if the share had stayed; all of them where there was none."""
    if now is None or before is None or not before[1]:
        return float((now or before or (0, 0))[0])
    return abs(now[0] - now[1] * before[0] / before[1])


def _change(
    name: str,
    severity: str | None,
    now: tuple[int, int] | None,
    before: tuple[int, int] | None,
    comparisons: int,
    findings: Iterable[int] = (0, 0),
) -> Change:
    new, gone = findings
    if now is None or before is None or not now[1] or not before[1]:
        return Change(name, severity, now, before, None, None, False, new, gone)
    points = 100 * (now[0] / now[1] - before[0] / before[1])
    p = min(1.0, comparisons * p_value(*now, *before))
    return Change(name, severity, now, before, round(points, 3), p, p <= BOUND, new, gone)


def _order(change: Change) -> tuple[Any, ...]:
    """What differs beyond chance first, what is worse before what is better, then by how much."""
    rank = ("worse", "added", "better", "dropped", "same").index(change.direction)
    return not change.beyond, rank, -abs(change.points or 0.0), RANK.get(change.severity or "", len(RANK)), change.name


def _notes(now: Side, before: Side) -> Iterable[str]:
    """What makes the runs unlike, or alike."""
    here, there = now.summary, before.summary
    if here["contract"]["sha256"] != there["contract"]["sha256"]:
        yield "contract"
    if here["copydesk_version"] != there["copydesk_version"]:
        yield "version"
    if here["rules"].keys() != there["rules"].keys():
        yield "rules"
    if here.get("baseline") is not None or there.get("baseline") is not None:
        yield "baseline"
    if now.started < before.started:
        yield "order"
    if {entry["sha256"] for entry in here["inputs"]} == {entry["sha256"] for entry in there["inputs"]}:
        yield "inputs"
