"""Reading and writing for the sides that use polars."""

import polars as pl
from common import NOTHING, OUT, SOURCE


def read() -> pl.DataFrame:
    """The records; a list of authors is a byline, and no date is null."""
    frame = pl.read_parquet(SOURCE) if SOURCE.suffix == ".parquet" else pl.read_ndjson(SOURCE, infer_schema_length=None)
    byline = pl.when(pl.col("authors").list.len() > 0).then(pl.col("authors").list.join("; "))
    return frame.with_columns(byline.alias("byline"), pl.col("date").replace(NOTHING, None).alias("published"))


def write(frame: pl.DataFrame, bad: set[int]) -> None:
    """Writes the records by verdict."""
    whole = frame.drop("byline", "published")
    mask = pl.int_range(pl.len()).is_in(list(bad))
    for name, part in (("accepted", whole.filter(~mask)), ("quarantined", whole.filter(mask))):
        if SOURCE.suffix == ".parquet":
            part.write_parquet(OUT / f"{name}.parquet")
        else:
            part.write_ndjson(OUT / f"{name}.jsonl")
