"""The lines of many bodies as one frame: what phrase rules, the line model and the survey of a run look at."""

from typing import Final

import polars as pl

LINES: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),
    "line": pl.UInt32(),
    "start": pl.UInt32(),
    "text": pl.String(),
}
"""``row`` is the body's position in the series, ``line`` the 1-based number among all lines of the body, ``start`` the
code point in the body at which ``text`` begins; ``text`` has no white space at its ends and is never empty."""


def lines_of(bodies: pl.Series) -> pl.DataFrame:
    """The lines of ``bodies`` that are not blank, in order; a null body has none. Columns: `LINES`."""
    raw = pl.col("raw")
    frame = (
        pl.DataFrame({"raw": bodies.str.split("\n")})
        .with_row_index("row")
        .explode("raw")
        .filter(raw.is_not_null())
        .with_columns((raw.str.len_chars() + 1).alias("size"))
        .with_columns(
            (pl.int_range(pl.len(), dtype=pl.UInt32).over("row") + 1).alias("line"),
            (pl.col("size").cum_sum().over("row") - pl.col("size")).alias("start"),
            raw.str.strip_chars().alias("text"),
        )
        .filter(pl.col("text") != "")
    )
    indent = (
        pl.when(raw.str.len_bytes() == pl.col("text").str.len_bytes())
        .then(0)
        .otherwise(raw.str.len_chars() - raw.str.strip_chars_start().str.len_chars())
    )
    return frame.select("row", "line", (pl.col("start") + indent).cast(pl.UInt32).alias("start"), "text")


def line_keys(lines: pl.DataFrame, sources: pl.Series) -> pl.Series:
    """What lines of one source share when they differ in digits only; ``sources`` are those of the rows."""
    text = lines["text"]
    numbered = text.str.contains(
        "[0-9]"
    ).arg_true()  # masked apart: a branch of an expression is computed for all lines
    keys = text.hash().scatter(numbered, text.gather(numbered).str.replace_all("[0-9]+", "0").hash())
    seeds = sources.fill_null("").hash().gather(lines["row"])
    return (keys ^ seeds).rename("key")
