"""A Parquet file that frames of one schema are streamed into."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

_ROWS: Final = 1_000
"""Rows of a row group at least: each repeats what there is to say of every column, and a live run writes a few rows at a time."""


class Table:
    """Streams frames of one schema into a Parquet file."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType]) -> None:
        self._columns = list(schema)
        self._oldest = pl.CompatLevel.oldest()
        empty = pl.DataFrame(schema=schema).to_arrow(compat_level=self._oldest)
        self._writer = pq.ParquetWriter(path, empty.schema, compression="zstd")
        self._held: list[pl.DataFrame] = []

    def write(self, frame: pl.DataFrame) -> None:
        """Appends the table's columns of ``frame``."""
        if frame.height:
            self._held.append(frame.select(self._columns))
        if sum(held.height for held in self._held) >= _ROWS:
            self._write_held()

    def _write_held(self) -> None:
        if self._held:
            rows = pl.concat(self._held) if len(self._held) > 1 else self._held[0]
            self._held.clear()
            self._writer.write_table(rows.to_arrow(compat_level=self._oldest))

    def close(self) -> None:
        """Finishes the file."""
        self._write_held()
        self._writer.close()
