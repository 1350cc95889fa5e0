"""The floor: polars reads the file and writes it back."""

import polars as pl
from common import OUT, SOURCE

if SOURCE.suffix == ".parquet":
    pl.read_parquet(SOURCE).write_parquet(OUT / "accepted.parquet")
else:
    pl.read_ndjson(SOURCE, infer_schema_length=None).write_ndjson(OUT / "accepted.jsonl")
