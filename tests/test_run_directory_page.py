"""docs/run-directory.md has every file that a run writes and every column of its tables, with their types."""

import json
import re

import polars as pl
import pytest

from conftest import ROOT
from copydesk import contract as contracts
from copydesk.batch.outcomes import column
from copydesk.engines.examples import EXAMPLES
from copydesk.engines.tables import ARTICLES, outcome_columns, rule_slugs
from copydesk.findings import FINDINGS
from copydesk.history.trends import SCHEMA as TRENDS
from copydesk.syndication.copies import CLUSTERED

PAGE = (ROOT / "docs" / "run-directory.md").read_text(encoding="utf-8")
CONTRACT = contracts.read(ROOT / "checks" / "article.yaml")
OUTCOMES = {
    name: kind for name, kind in outcome_columns(CONTRACT).items() if name not in set(map(column, rule_slugs(CONTRACT)))
} | {"passes_<rule>": pl.Boolean()}
WORDS = {
    pl.String(): "text",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.UInt64(): "digest",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "instant",
    pl.List(pl.String()): "list",
}


def section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("findings.parquet", FINDINGS),
        ("articles.parquet", ARTICLES),
        ("outcomes.parquet", OUTCOMES),
        ("examples.parquet", EXAMPLES),
        ("trends.parquet", TRENDS),
        ("syndication.parquet", CLUSTERED),
    ],
)
def test_a_table_has_the_columns_of_the_page_in_their_order(name: str, columns: dict[str, pl.DataType]) -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| [^|]+ \|$", section(name), re.MULTILINE)
    assert rows == [(key, WORDS.get(kind, "list of structs")) for key, kind in columns.items()]


def test_the_summary_has_the_keys_of_the_page() -> None:
    schema = json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))
    shown = [
        cell for row in re.findall(r"^\| (`.*?) \|", section("summary.json"), re.MULTILINE) for cell in row.split(", ")
    ]
    assert {cell.strip("`") for cell in shown} == set(schema["properties"]) - {"run_dir"}  # which --json alone prints
