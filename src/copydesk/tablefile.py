"""A Parquet file that frames of one schema are streamed into."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq


class Table:
    """Streams frames of one schema into a Parquet file."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType]) -> None:
        self._columns = list(schema)
        self._oldest = pl.CompatLevel.oldest()
        empty = pl.DataFrame(schema=schema).to_arrow(compat_level=self._oldest)
        self._writer = pq.ParquetWriter(path, empty.schema, compression="zstd")

    def write(self, frame: pl.DataFrame) -> None:
        """Appends the table's columns of ``frame``."""
        if frame.height:
            self._writer.write_table(frame.select(self._columns).to_arrow(compat_level=self._oldest))

    def close(self) -> None:
        """Finishes the file."""
        self._writer.close()
