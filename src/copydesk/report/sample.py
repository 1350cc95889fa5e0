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
from copydesk.report.shown import INVISIBLE
from copydesk.report.view import View

ARTICLES: Final = 600
"""Articles at most. With all that is known of them they take some two megabytes."""

KNOWN: Final = 60
"""Articles of which all findings are known, if there is a baseline."""

BYTES: Final = 2_800_000
"""Bytes of articles at most: the page is to stay below five megabytes, and texts in other scripts take three bytes a letter."""

_CANDIDATES: Final = 100_000
"""Findings that are considered: a hundred times what is shown."""

_RANK: Final = {"error": 0, "warning": 1, "info": 2}


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


def sample(run: Path, seen: View) -> Sample:
    """Chooses and reads the articles that the page of the run directory ``run`` carries."""
    table = pl.scan_parquet(run / "findings.parquet")
    keys = (
        table.select("record", "rule", pl.col("source").fill_null(UNKNOWN), "severity", "baseline")
        .unique()
        .collect(engine="streaming")
    )
    new, known = keys.filter(~pl.col("baseline")), keys.filter("baseline")
    examples = _examples(run)
    records = _chosen(new, examples, seen)
    listed = known.filter(~pl.col("record").is_in(new["record"].unique().implode()))["record"].unique().sort()
    records += listed.head(KNOWN).to_list()
    wanted = pl.Series(records, dtype=pl.Int64()).implode()
    findings: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = table.filter(pl.col("record").is_in(wanted)).collect(engine="streaming")
    rank = pl.col("severity").replace_strict(_RANK, default=3, return_dtype=pl.Int64)
    for row in rows.sort("record", "baseline", rank, "field", "start", maintain_order=True).iter_rows(named=True):
        findings[row["record"]].append(row)
    fields = _by_record(pl.scan_parquet(run / "articles.parquet"), wanted)
    kept = {} if examples is None else _by_record(examples, wanted)
    articles, encoded, size = [], [], 0
    for record in records:
        shown = article(fields[record], findings[record], kept.get(record))
        text = encode(shown)
        size += len(text.encode())
        if size > BYTES:
            break
        articles.append(shown)
        encoded.append(text)
    return Sample(articles, encoded, new["record"].n_unique())


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


def _chosen(keys: pl.DataFrame, examples: pl.LazyFrame | None, seen: View) -> list[int]:
    """The records, in the order in which they matter: each rule and source its first before any its second.

    ``keys`` has a row per record and rule: record, rule, source, severity.
    """
    order = {source["name"]: place for place, source in enumerate(seen.sources)}
    weights = {rule["slug"]: rule["failed"] for rule in seen.rules}
    whole = pl.DataFrame({"record": []}, schema={"record": pl.Int64()}).lazy() if examples is None else examples
    with_body = whole.select("record").collect()["record"]
    candidates = (
        keys.filter(pl.col("source").is_in(list(order)))
        .sort(~pl.col("record").is_in(with_body.implode()), "record", "rule")
        .with_columns(pl.int_range(pl.len()).over("rule", "source").alias("nth"))
        .filter(pl.col("nth") < ARTICLES)
        .with_columns(
            pl.col("severity").replace_strict(_RANK, default=3, return_dtype=pl.Int64).alias("rank"),
            pl.col("rule").replace_strict(weights, default=0, return_dtype=pl.Int64).alias("weight"),
            pl.col("source").replace_strict(order, default=len(order), return_dtype=pl.Int64).alias("place"),
        )
        .sort("nth", "rank", -pl.col("weight"), "place", "record", "rule")
        .head(_CANDIDATES)
    )
    cells: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for record, rule, source in candidates.select("record", "rule", "source").iter_rows():
        cells[record].append((rule, source))
    covered: Counter[tuple[str, str]] = Counter()
    chosen: dict[int, None] = {}
    rows = list(candidates.select("record", "rule", "source", "nth").iter_rows())
    for fill in (False, True):  # first so that every rule and source is covered, then whatever there is room for
        for record, rule, source, nth in rows:
            if len(chosen) >= ARTICLES:
                break
            if record not in chosen and (fill or covered[rule, source] <= nth):
                chosen[record] = None
                covered.update(cells[record])
    return list(chosen)
