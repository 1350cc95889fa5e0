"""Which articles the page carries: a run may have a million findings, and a page of some megabytes shows a few hundred articles.

Every rule and source gets its share, the worst first; all findings are in `findings.parquet` and `findings.csv` beside the page.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.report.article import article
from copydesk.report.selection import UNKNOWN
from copydesk.report.severities import by_severity
from copydesk.report.shown import INVISIBLE
from copydesk.report.view import View
from copydesk.texts import Texts

ARTICLES: Final = 600
"""Articles at most. With all that is known of them they take some two megabytes."""

KNOWN: Final = 60
"""Articles of which all findings are known, if there is a baseline."""

BYTES: Final = 2_800_000
"""Bytes of articles at most: the page is to stay below five megabytes, and texts in other scripts take three bytes a letter."""

_CANDIDATES: Final = 100_000
"""Findings that are considered: a hundred times what is shown."""


@dataclass(frozen=True)
class Sample:
    """Articles as `copydesk.report.article` gives them, the worst first, and the JSON of each.

    ``articles_in_run`` is how many articles of the run have new findings."""

    articles: list[dict[str, Any]]
    encoded: list[str]
    articles_in_run: int

    @property
    def findings(self) -> int:
        """New findings that the page carries."""
        return sum(not finding.get("known") for entry in self.articles for finding in entry["findings"])


def sample(run: Path, seen: View, t: Texts) -> Sample:
    """Chooses and reads the articles that the page of the run directory ``run`` carries, with the words of ``t``."""
    table = pl.scan_parquet(run / "findings.parquet")
    examples = _examples(run)
    records = _chosen(_keys(table.filter(~pl.col("baseline")), seen), examples)
    known = table.group_by("record").agg(pl.col("baseline").all()).filter("baseline").select("record").sort("record")
    records += known.head(KNOWN).collect(engine="streaming")["record"].to_list()
    wanted = pl.Series(records, dtype=pl.Int64()).implode()
    findings: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = table.filter(pl.col("record").is_in(wanted)).collect(engine="streaming")
    order = ("record", "baseline", by_severity(), "field", "start")
    for row in rows.sort(*order, maintain_order=True).iter_rows(named=True):
        findings[row["record"]].append(row)
    fields = _by_record(pl.scan_parquet(run / "articles.parquet"), wanted)
    kept = {} if examples is None else _by_record(examples, wanted)
    articles, encoded, size = [], [], 0
    for record in records:
        shown = article(fields[record], findings[record], kept.get(record), t)
        text = encode(shown)
        size += len(text.encode())
        if size > BYTES:
            break
        articles.append(shown)
        encoded.append(text)
    failing = table.filter(~pl.col("baseline")).select(pl.col("record").n_unique())
    return Sample(articles, encoded, int(failing.collect(engine="streaming").item()))


def encode(value: Any) -> str:
    """JSON that can stand in a page's script element: no markup and nothing invisible is left in it as it is."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return INVISIBLE.sub(lambda found: json.dumps(found.group())[1:-1], text)


def _examples(run: Path) -> pl.LazyFrame | None:
    """The run's examples; runs of earlier versions have none."""
    path = run / "examples.parquet"
    return pl.scan_parquet(path) if path.is_file() else None


def _by_record(table: pl.LazyFrame, wanted: pl.Series) -> dict[int, dict[str, Any]]:
    rows = table.filter(pl.col("record").is_in(wanted)).collect(engine="streaming")
    return {row["record"]: row for row in rows.iter_rows(named=True)}


def _keys(findings: pl.LazyFrame, seen: View) -> pl.DataFrame:
    """A row per article and rule that it fails: record, and the places of rule and source in the view, the worst first."""
    rules = {rule["slug"]: place for place, rule in enumerate(seen.rules)}
    sources = {source["name"]: place for place, source in enumerate(seen.sources)}
    placed = findings.select(
        "record",
        pl.col("rule").replace_strict(rules, default=None, return_dtype=pl.Int32),
        pl.col("source").fill_null(UNKNOWN).replace_strict(sources, default=None, return_dtype=pl.Int32),
    )
    return placed.drop_nulls().unique().collect(engine="streaming")


def _chosen(keys: pl.DataFrame, examples: pl.LazyFrame | None) -> list[int]:
    """The records, in the order in which they matter: each rule and source its first before any its second, and those first
    whose text is at hand. ``keys`` are those of `_keys`."""
    nobody = pl.LazyFrame(schema={"record": pl.Int64()})
    kept = (nobody if examples is None else examples.select("record")).collect()["record"]
    candidates = (
        keys.with_columns((~pl.col("record").is_in(kept.implode())).alias("bare"))
        .sort("bare", "record", "rule")
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int32).over("rule", "source").alias("nth"))
        .filter(pl.col("nth") < ARTICLES)
        .sort("nth", "rule", "source", "record")
        .head(_CANDIDATES)
    )
    rows = list(candidates.select("record", "rule", "source", "nth").iter_rows())
    cells: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for record, rule, source, _ in rows:
        cells[record].append((rule, source))
    covered: Counter[tuple[int, int]] = Counter()
    chosen: dict[int, None] = {}
    for fill in (False, True):  # first so that every rule and source is covered, then whatever there is room for
        for record, rule, source, nth in rows:
            if len(chosen) >= ARTICLES:
                break
            if record not in chosen and (fill or covered[rule, source] <= nth):
                chosen[record] = None
                covered.update(cells[record])
    return list(chosen)
