"""A sample of each text's runs, the same runs in every text, so that what two texts share shows in what their samples share.

Runs are chosen by their hash (FracMinHash: Irber et al. 2022, doi:10.1101/2022.01.11.475838) and not, as MinHash does it, so
many for each text: the share of one text that is in another, longer one can be read off such samples whatever their lengths.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.notes import url_keys
from copydesk.syndication.fingerprints import Places, prints

LEAST: Final = 40
"""Words (or letters, in scripts without blanks) of a text that is compared: in shorter ones, two of which are often alike by
chance or by form, half of the runs are fewer than twenty."""

RATE: Final = 1 / 8
"""Share of a text's runs in its sample; `FEW` for short texts. Of two texts of 100 words that share half of their runs, one in
500 pairs then shares fewer than two of the sample."""

FEW: Final = 32
"""Runs that the sample of a short text holds."""

UNDATED: Final = 2**22
"""The day of articles that give none, behind all others."""

TEXTS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(), "text": pl.UInt64(), "units": pl.Int64(), "day": pl.Int64(), "source": pl.String(),
    "url": pl.UInt64(),
}  # fmt: skip
"""A text of `LEAST` units: a number for the whole of it, its size, the day of its publication or else its crawl (days since
1970, or `UNDATED`), its source and a number for its URL."""

SAMPLES: Final[dict[str, pl.DataType]] = {"record": pl.Int64(), "hash": pl.UInt64()}
"""A run in the sample of a text."""

Sketches = tuple[pl.DataFrame, pl.DataFrame]
"""Of a batch: its texts (`TEXTS`) and the runs of their samples (`SAMPLES`)."""


def sketch(articles: pl.DataFrame) -> Sketches:
    """The sketches of ``articles``, a frame that `copydesk.articles.derive.identify` made."""
    found = prints(articles["body"])
    long = found.units >= LEAST
    limits = np.minimum(rates(found.units) * 2.0**64, 2.0**64 - 2**12).astype(np.uint64)  # the largest float below 2^64
    kept = (found.hashes < limits[found.owners]) & long[found.owners]
    day = pl.coalesce("published_day", pl.col("fetched_at").dt.date()).to_physical().cast(pl.Int64)
    texts = (
        articles.select("record", "source", day.fill_null(UNDATED).clip(-UNDATED, UNDATED).alias("day"))
        .with_columns(url_keys(articles), pl.Series("text", found.keys), pl.Series("units", found.units))
        .filter(pl.Series(long))
    )
    records = articles["record"].to_numpy()
    samples = {"record": records[found.owners[kept]], "hash": found.hashes[kept]}
    return texts.select(*TEXTS), pl.DataFrame(samples, schema=SAMPLES)


def rates(units: Places) -> npt.NDArray[np.float64]:
    """The share of its runs that the sample of a text of so many ``units`` holds."""
    return np.clip(FEW / np.maximum(units, 1), RATE, 1.0)
