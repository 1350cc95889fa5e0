"""`findings.csv`: every finding of a run as a table that spreadsheets open, and that runs nothing there.

A cell that begins with what a spreadsheet takes for a formula gets an apostrophe in front (OWASP, "CSV Injection": = + - @, tab,
carriage return, line feed, and their full-width forms), and so does one that begins with an apostrophe: take one leading
apostrophe off, and every cell is again what it was.
"""

from pathlib import Path
from typing import Final

import polars as pl

DANGEROUS: Final = "=+\\-@\t\r\n＝＋－＠'"
"""What an apostrophe is put in front of, as it stands in a class of a regular expression."""

_OF_FINDINGS: Final = (
    "record", "article_id", "source", "rule", "code", "severity", "field", "line", "start", "end", "evidence", "message",
    "suggestion",
)  # fmt: skip
_OF_ARTICLES: Final = ("title", "original_url", "input", "position")


_ROWS: Final = 16_384
"""Findings that are written at once, so that their number costs no memory."""


def write(run: Path) -> None:
    """Writes `findings.csv` into the run directory ``run``: UTF-8 with a byte order mark, all texts quoted (RFC 4180)."""
    findings = pl.scan_parquet(run / "findings.parquet").select(*_OF_FINDINGS, pl.col("baseline").alias("known"))
    articles = pl.scan_parquet(run / "articles.parquet").select("record", *_OF_ARTICLES)
    height = findings.select(pl.len()).collect().item()
    with (run / "findings.csv").open("wb") as out:
        for first in range(0, max(height, 1), _ROWS):
            some = findings.slice(first, _ROWS).collect()
            near = articles.filter(pl.col("record").is_between(some["record"].min(), some["record"].max()))
            theirs = near.join(some.select("record").lazy(), on="record", how="semi").collect(engine="streaming")
            some.join(theirs, on="record", how="left", maintain_order="left").with_columns(
                safe(pl.selectors.string())
            ).write_csv(
                out,
                include_header=first == 0,
                include_bom=first == 0,
                quote_style="non_numeric",
                line_terminator="\r\n",
            )


def safe(text: pl.Expr) -> pl.Expr:
    """Texts as cells that no spreadsheet takes for formulas."""
    return pl.when(text.str.contains(f"^[{DANGEROUS}]")).then(pl.lit("'") + text).otherwise(text).name.keep()
