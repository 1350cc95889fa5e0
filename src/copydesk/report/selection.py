"""Which findings the machine outputs hold: a run may have a million, and what reads them stops at some thousands.

The worst severity comes first, and every rule and source gets its share: the first findings of each stand for themselves, the
others of that rule and source are counted in one further entry. So nothing is left out without being said.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.encoding import short_digest
from copydesk.errors import InputError
from copydesk.report.severities import by_severity
from copydesk.wording import first_line, plural

ENTRIES: Final = 5_000
"""Entries at most: GitHub shows the first 5,000 results of an upload and refuses one of more than 25,000
(docs.github.com, "SARIF support for code scanning")."""

UNREADABLE: Final = 50
"""Unreadable records that are named; they are all in `unreadable.jsonl`."""

UNKNOWN: Final = "(unknown)"
"""What summaries call the source of articles that have none."""

_TEXT_FORMATS: Final = ("jsonl", "json", "json-object", "csv", "story", "html", "feed", "sitemap", "newsml", "xml")
_COMPRESSED: Final = (".gz", ".zst")
_GROUP: Final = ("severity", "rule", "code", "source")


_SHAPE: Final[dict[str, type]] = {
    "run_id": str, "started_at": str, "finished_at": str, "copydesk_version": str, "contract": dict, "counts": dict,
    "gate": dict, "rules": dict, "sources": dict, "inputs": list, "input_errors": list, "notes": list, "suites": list,
}  # fmt: skip
"""What reports rely on in a summary, of which there are others in the world."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a machine output: a finding, an unreadable record, or (``more`` > 0) the further findings of a rule and source.

    ``position`` is the 1-based line or row of ``input``, ``line`` the same where the input is text that can be opened at a
    line. ``fingerprint`` is that of the finding, with the number of its occurrence ("5eea60bd0fcac223:1"), so that it is
    one of a kind in its run and the same in the next. ``more_articles`` are the articles of a group, those that stand for
    themselves included.
    """

    severity: str
    rule: str
    code: str
    source: str
    message: str
    fingerprint: str
    input: str
    position: int | None = None
    line: int | None = None
    article: str | None = None
    record: int | None = None
    field: str | None = None
    evidence: str | None = None
    suggestion: str | None = None
    more: int = 0
    more_articles: int = 0


@dataclass(frozen=True)
class Selection:
    """What the machine outputs show of a run.

    ``entries`` are `ENTRIES` at most: unreadable records, then findings by severity, so that the first of them show as many
    rules as possible. ``groups`` has a row per severity, rule and source: severity, rule, code, source, findings, articles.
    ``left_out`` counts the findings of rules and sources for which not even one entry was left.
    """

    summary: dict[str, Any]
    entries: list[Entry]
    groups: pl.DataFrame
    left_out: int

    def findings(self, severity: str) -> int:
        """New findings of a severity in the whole run."""
        return int(self.groups.filter(pl.col("severity") == severity)["findings"].sum())


def select(run: Path, entries: int = ENTRIES) -> Selection:
    """Reads the run directory ``run`` (or a run still being written). Raises InputError where it is none."""
    summary = summary_of(run)
    try:
        known = pl.scan_parquet(run / "findings.parquet").filter(~pl.col("baseline"))  # known ones are no news
        findings = known.with_columns(pl.col("source").fill_null(UNKNOWN)).with_row_index("row")
        articles = pl.scan_parquet(run / "articles.parquet").select("record", "input", "position")
        groups = _groups(findings)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}: not a run directory: {first_line(error)}") from None
    formats = {entry["path"]: entry.get("format") for entry in summary["inputs"]}
    named = list(_unreadable(run, formats))
    shown = _per_group(groups["findings"].to_numpy(), entries - len(named))
    chosen = _first(findings, shown)
    rest = groups.filter(pl.col("findings") > shown).head(entries - len(named) - chosen.height)
    records = pl.concat([chosen["record"], rest["record"]]).unique()
    places = articles.filter(pl.col("record").is_in(records.implode())).collect(engine="streaming")
    listed = [*named, *_single(chosen, places, groups, formats), *_further(rest, places, shown, formats)]
    counted = int(rest["findings"].sum()) - shown * rest.height
    left_out = int(groups["findings"].sum()) - chosen.height - counted
    return Selection(summary, listed, groups.drop("record"), left_out)


def summary_of(run: Path) -> dict[str, Any]:
    """`summary.json` of the run directory ``run``. Raises InputError where it is none of copydesk's."""
    try:
        summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
        if odd := [name for name, kind in _SHAPE.items() if not isinstance(summary[name], kind)]:
            raise ValueError(f"its summary.json has another {odd[0]}")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        said = f"its summary.json has no {error}" if isinstance(error, KeyError) else str(error)
        if isinstance(error, OSError):
            said = f"its summary.json cannot be read: {error.strerror or error}"
        raise InputError(f"{run}: not a run directory: {said}") from None
    return dict(summary)


def unreadable(run: Path, most: int) -> list[dict[str, Any]]:
    """The first ``most`` records of `unreadable.jsonl`; runs of other programs have none."""
    path = run / "unreadable.jsonl"
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in islice(lines, most)]
    except ValueError as error:
        raise InputError(f"{run}: its unreadable.jsonl is damaged: {error}") from None


def documented(rule: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Summary and sections of the documentation that a rule of `summary.json` brings along; empty where it brings none."""
    docs = rule.get("documentation") or {"summary": "", "sections": {}}
    return docs["summary"], docs["sections"]


def _groups(findings: pl.LazyFrame) -> pl.DataFrame:
    """Findings and articles per severity, rule and source, worst and largest first; ``record`` is the first of each."""
    counted = findings.group_by(_GROUP).agg(
        pl.len().cast(pl.Int64).alias("findings"),
        pl.col("record").n_unique().cast(pl.Int64).alias("articles"),
        pl.col("record").min(),
    )
    ordered = counted.sort(by_severity(), -pl.col("findings"), "rule", "source")
    return ordered.collect(engine="streaming")


def _first(findings: pl.LazyFrame, shown: int) -> pl.DataFrame:
    """The first ``shown`` findings of each group, chosen by a number a row: the texts of all findings together are large."""
    keys = findings.select("row", pl.struct(_GROUP).hash().alias("group")).collect(engine="streaming")
    rows = keys.filter(pl.int_range(pl.len()).over("group") < shown)["row"]
    return findings.filter(pl.col("row").is_in(rows.implode())).collect(engine="streaming")


def _per_group(sizes: npt.NDArray[Any], entries: int) -> int:
    """How many findings of each group stand for themselves when all groups together may have ``entries`` entries."""
    least, most = 0, int(sizes.max(initial=0))
    if int(sizes.sum()) <= entries:
        return most
    while least < most:  # the more for each, the more in all: halve
        middle = (least + most + 1) // 2
        needed = int(np.minimum(sizes, middle).sum() + (sizes > middle).sum())
        least, most = (middle, most) if needed <= entries else (least, middle - 1)
    return least


def _single(
    chosen: pl.DataFrame, places: pl.DataFrame, groups: pl.DataFrame, formats: dict[str, str | None]
) -> list[Entry]:
    """Findings, the first of every rule before the second of any."""
    weights = groups.group_by("rule").agg(pl.col("findings").sum().alias("weight"))
    ordered = (
        chosen.join(places, on="record", how="left", maintain_order="left")
        .join(weights, on="rule", how="left", maintain_order="left")
        .with_columns(
            pl.int_range(pl.len()).over("severity", "rule").alias("nth"),
            (1 + pl.int_range(pl.len()).over("fingerprint")).alias("occurrence"),
        )
        .sort(by_severity(), "nth", -pl.col("weight"), "rule")
    )
    return [
        Entry(
            **{name: row[name] for name in (*_GROUP, "message", "record", "field", "evidence", "suggestion")},
            article=row["article_id"],
            fingerprint=f"{row['fingerprint']}:{row['occurrence']}",
            **_place(row, formats),
        )
        for row in ordered.iter_rows(named=True)
    ]


def _further(rest: pl.DataFrame, places: pl.DataFrame, shown: int, formats: dict[str, str | None]) -> Iterator[Entry]:
    """One entry for each group of which not all findings stand for themselves."""
    for row in rest.join(places, on="record", how="left", maintain_order="left").iter_rows(named=True):
        more, articles = row["findings"] - shown, row["articles"]
        findings = plural(more, "further finding" if shown else "finding")
        yield Entry(
            **{name: row[name] for name in _GROUP},
            message=f"{more:,} {findings} of {row['rule']} in {row['source']}; {articles:,} of its articles fail in all",
            fingerprint=f"{short_digest('group', row['severity'], row['rule'], row['source'])}:1",
            **{**_place(row, formats), "line": None, "position": None},
            more=more,
            more_articles=articles,
        )


def _unreadable(run: Path, formats: dict[str, str | None]) -> Iterator[Entry]:
    """The first unreadable records: no rule could be asked of them."""
    seen: Counter[str] = Counter()
    for bad in unreadable(run, UNREADABLE):
        fingerprint = short_digest("unreadable", bad.get("raw") or bad["raw_base64"])
        seen[fingerprint] += 1
        yield Entry(
            severity="error",
            rule="unreadable",
            code="unreadable",
            source=UNKNOWN,
            message=f"the record cannot be read: {bad['reason']}",
            fingerprint=f"{fingerprint}:{seen[fingerprint]}",
            record=bad["record"],
            **_place(bad, formats),
        )


def _place(row: dict[str, Any], formats: dict[str, str | None]) -> dict[str, Any]:
    """Where a record stands; a line only in text that is not compressed, for only there can one be opened."""
    name, position = str(row["input"]), row["position"]
    text = formats.get(name) in _TEXT_FORMATS and not name.lower().endswith(_COMPRESSED)
    return {"input": name, "position": position, "line": max(1, position) if text and position is not None else None}
