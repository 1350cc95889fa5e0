"""What readers give and writers take: batches of records, scraped fields beside raw form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be parsed: its 0-based number and 1-based position in the input, why, and its bytes."""

    number: int
    position: int
    reason: str
    raw: bytes


@dataclass(frozen=True)
class RawBatch:
    """Some records of one input, in order.

    ``scraped`` has the columns of `copydesk.articles.frame.SCRAPED`, one row per readable record; ``numbers`` are these
    records' 0-based numbers in the input (unreadable ones counted) and ``positions`` their 1-based lines or rows;
    ``raw`` are the records as they came, to be written again.
    """

    scraped: pl.DataFrame
    numbers: Sequence[int]
    positions: Sequence[int]
    raw: "list[bytes] | pa.Table"
    unreadable: list[Unreadable] = field(default_factory=list)
    notes: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Records in this batch, unreadable ones included."""
        return len(self.numbers) + len(self.unreadable)

    def placed(self, first: int) -> pl.DataFrame:
        """``scraped`` with `record`, the records' numbers in a run whose record ``first`` is the input's first."""
        numbers = [first + number for number in self.numbers]
        return self.scraped.with_columns(pl.Series("record", numbers, pl.Int64()))


@dataclass(frozen=True)
class Shape:
    """How the records of an input are written again: inputs of the same shape share one output.

    ``preamble`` is what stands before the first record (byte order mark, CSV header, a list's bracket, a feed's own elements),
    ``epilogue`` what stands behind the last; ``encoding`` that of records kept as bytes; ``schema`` a Parquet schema.
    ``whole`` says that each record is a file of its own.
    """

    format: str
    suffix: str
    preamble: bytes = b""
    encoding: str = "utf-8"
    schema: "pa.Schema | None" = None
    epilogue: bytes = b""
    whole: bool = False

    @property
    def key(self) -> tuple[str, str, bytes, bytes, str]:
        return self.format, self.suffix, self.preamble, self.epilogue, str(self.schema)


@dataclass(frozen=True)
class Reading:
    """An input being read: how to write its records again, and its batches."""

    shape: Shape
    batches: Iterator[RawBatch]
