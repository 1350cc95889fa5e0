"""The lines of many bodies as one frame: what phrase rules, the line model and the survey of a run look at."""

from typing import Final

import numpy as np
import numpy.typing as npt
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
    split = bodies.to_frame("raw").select_seq(raw.str.split("\n"))
    counts = split.select_seq(raw.list.len().fill_null(1)).to_series().to_numpy()  # of a null one line that is null
    stripped = (
        split["raw"]
        .explode()
        .to_frame()
        .select_seq(raw, raw.str.strip_chars().alias("text"), raw.str.len_chars().fill_null(0).alias("size"))
    )
    sizes = stripped["size"].to_numpy().astype(np.int64) + 1
    # counted with numpy: a window over rows costs polars more than all the rest
    firsts = np.cumsum(counts, dtype=np.int64) - counts
    ends = np.cumsum(sizes)
    begins = ends - sizes
    rows = np.repeat(np.arange(len(bodies), dtype=np.uint32), counts)
    text = pl.col("text")
    told = stripped.select_seq(
        (text != "").fill_null(False).alias("kept"), (raw.str.len_bytes() != text.str.len_bytes()).alias("cut")
    )
    kept = told["kept"]
    at = np.flatnonzero(kept.to_numpy())
    row = rows[at]
    first = firsts[row]
    start = begins[at] - begins[first] + _indents(stripped["raw"].filter(kept), told["cut"].filter(kept))
    return pl.DataFrame(
        {
            "row": row,
            "line": (at - first + 1).astype(np.uint32),
            "start": start.astype(np.uint32),
            "text": stripped["text"].filter(kept),
        }
    )


def _indents(raw: pl.Series, cut: pl.Series) -> npt.NDArray[np.int64]:
    """How many characters of white space each ``raw`` line begins with; only those that are ``cut`` have any at an end."""
    found = np.zeros(len(raw), np.int64)
    if cut.any():
        wide = raw.filter(cut)
        found[cut.to_numpy()] = (wide.str.len_chars() - wide.str.strip_chars_start().str.len_chars()).to_numpy()
    return found


def line_keys(lines: pl.DataFrame, sources: pl.Series) -> pl.Series:
    """What lines of one source share when they differ in digits only; ``sources`` are those of the rows."""
    text = lines["text"]
    numbered = text.str.contains("[0-9]")
    keys = text.hash().to_numpy().copy()
    if numbered.any():
        keys[numbered.to_numpy()] = text.filter(numbered).str.replace_all("[0-9]+", "0").hash().to_numpy()
    seeds = sources.fill_null("").hash().gather(lines["row"])
    return (pl.Series(keys) ^ seeds).rename("key")
