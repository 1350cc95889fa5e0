"""Makes one of the copies that were found in several parts of a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from copydesk.syndication.copies import CLUSTERED, PLACED, Copies
from copydesk.syndication.telling import together
from copydesk.tablefile import Table

PARTED: Final[dict[str, pl.DataType]] = {**PLACED, "part": pl.Int64()}
"""`PLACED`, and the number of the part in whose file of texts that stands which the member is like."""

_BINS: Final = 16
"""Bins in which rows are ordered: a million articles that are all copies put 60,000 members into each, some 30 MB."""


def merged(parts: Sequence[Copies], texts: pl.DataFrame, folder: Path) -> Copies:
    """What ``parts`` say together, below ``folder``, which must not be there: what a comparison of all would, but the texts.

    ``texts``: record and row of all texts that are compared (`copydesk.syndication.texts.distinct`). Clusters are numbered as
    their first rows follow each other. The facts have the columns `PARTED`.
    """
    members, counts = _numbered(parts, texts), []
    clusters = _Bins(folder / "clusters", CLUSTERED, members["cluster"])
    facts = _Bins(folder / "facts", PARTED, members["record"])
    for number, part in enumerate(parts):
        numbers = members.filter(pl.col("part") == number).unique("own").sort("own")["cluster"]
        clusters.put(_renumbered(pl.read_parquet(part.table), "cluster", numbers))
        told = pl.read_parquet(part.facts).with_columns(pl.lit(number, pl.Int64()).alias("part"))
        facts.put(_renumbered(told, "copy_cluster", numbers))
        own = part.counts()
        largest = [{**entry, "cluster": numbers[entry["cluster"]]} for entry in own["largest"]]
        counts.append({**own, "largest": largest})
    copies = Copies(folder)
    clusters.write(copies.table)
    facts.write(copies.facts)
    copies.tell(together(counts))
    return copies


def _numbered(parts: Sequence[Copies], texts: pl.DataFrame) -> pl.DataFrame:
    """Of each member: record, part, the number of its cluster in that (``own``) and in the whole run (``cluster``)."""
    read = [pl.DataFrame(schema={name: pl.Int64() for name in ("own", "record", "part")})]
    for number, part in enumerate(parts):
        own = pl.read_parquet(part.table, columns=["cluster", "record"]).rename({"cluster": "own"})
        read.append(own.with_columns(pl.lit(number, pl.Int64()).alias("part")))
    members = pl.concat(read).join(texts.select("record", "row"), on="record")
    first = pl.col("row").min().over("part", "own")
    return members.select("own", "record", "part", (first.rank("dense").cast(pl.Int64) - 1).alias("cluster"))


def _renumbered(table: pl.DataFrame, column: str, numbers: pl.Series) -> pl.DataFrame:
    return table.with_columns(numbers.gather(table[column]).alias(column))


class _Bins:
    """Rows (``schema``) parted by a number, their ``numbers`` in all, so that each bin can be ordered in memory."""

    def __init__(self, folder: Path, schema: Mapping[str, pl.DataType], numbers: pl.Series) -> None:
        folder.mkdir(parents=True)
        self._schema, self._by = schema, str(numbers.name)
        ordered = numbers.sort()
        self._bounds = [ordered[len(ordered) * number // _BINS] for number in range(1, _BINS)] if len(ordered) else []
        self._paths = [folder / f"{number:02}.parquet" for number in range(_BINS)]
        self._tables = [Table(path, schema) for path in self._paths]

    def put(self, rows: pl.DataFrame) -> None:
        """Adds some rows; rows of one number stay in the order in which they come."""
        bins = pl.Series("bin", np.searchsorted(self._bounds, rows[self._by].to_numpy(), side="right"))
        for (number,), own in rows.with_columns(bins).partition_by("bin", as_dict=True, maintain_order=True).items():
            self._tables[int(number)].write(own)

    def write(self, path: Path) -> None:
        """Writes all rows to ``path``, ordered by their number."""
        table = Table(path, self._schema)
        for own, path_ in zip(self._tables, self._paths, strict=True):
            own.close()
            table.write(pl.read_parquet(path_).sort(self._by, maintain_order=True))
        table.close()
