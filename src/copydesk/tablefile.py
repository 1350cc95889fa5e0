"""A Parquet file that frames of one schema are streamed into."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

_GROUP: Final = 16_384
"""Rows that are written at once: a run's tables are many narrow columns, and each piece of one costs as much as its rows."""

_PIECES: Final = 128
"""Frames that wait to be written apart: one of a single row takes as much memory as one of hundreds."""


class Table:
    """Streams frames of one schema into a Parquet file."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType]) -> None:
        self._columns = list(schema)
        self._oldest = pl.CompatLevel.oldest()
        empty = pl.DataFrame(schema=schema).to_arrow(compat_level=self._oldest)
        self._writer = pq.ParquetWriter(path, empty.schema, compression="zstd")
        self._waiting: list[pa.Table] = []

    def write(self, frame: pl.DataFrame) -> None:
        """Appends the table's columns of ``frame``."""
        if frame.height:
            self._waiting.append(frame.select(self._columns).to_arrow(compat_level=self._oldest))
            if sum(table.num_rows for table in self._waiting) >= _GROUP:
                self._flush()
            elif len(self._waiting) >= _PIECES:
                self._waiting = [pa.concat_tables(self._waiting).combine_chunks()]

    def _flush(self) -> None:
        if self._waiting:
            # in one piece, since each chunk of a column would be encoded by itself
            self._writer.write_table(pa.concat_tables(self._waiting).combine_chunks())
            self._waiting.clear()

    def close(self) -> None:
        """Finishes the file."""
        self._flush()
        self._writer.close()
