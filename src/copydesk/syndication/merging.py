"""Makes one of the copies that were found in several parts of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from copydesk.syndication.copies import CLUSTERED, PLACED, RANGE, Copies, in_order, whole_clusters
from copydesk.syndication.telling import together
from copydesk.tablefile import Table

PARTED: Final[dict[str, pl.DataType]] = {**PLACED, "part": pl.Int64()}
"""`PLACED`, and the number of the part in whose file of texts that stands which the member is like."""


def merged(parts: Sequence[Copies], texts: pl.DataFrame, folder: Path) -> Copies:
    """What ``parts`` say together, below ``folder``, which must not be there: what a comparison of all would, but the texts.

    ``texts``: record and row of all texts that are compared (`copydesk.syndication.texts.distinct`). Clusters are numbered as
    their first rows follow each other. The facts have the columns `PARTED`.
    """
    tables, facts = folder / "tables", folder / "facts"
    for place, schema in ((tables, CLUSTERED), (facts, PARTED)):
        place.mkdir(parents=True)
        pl.DataFrame(schema=schema).write_parquet(place / "none.parquet")
    members, counts = _numbered(parts, texts), []
    for number, part in enumerate(parts):
        numbers = members.filter(pl.col("part") == number).unique("own").sort("own")["cluster"]
        _renumbered(pl.read_parquet(part.table), "cluster", numbers).write_parquet(
            tables / f"{number:06}.parquet", row_group_size=RANGE
        )
        told = pl.read_parquet(part.facts).with_columns(pl.lit(number, pl.Int64()).alias("part"))
        _renumbered(told, "copy_cluster", numbers).write_parquet(facts / f"{number:06}.parquet", row_group_size=RANGE)
        own = part.counts()
        largest = [{**entry, "cluster": numbers[entry["cluster"]]} for entry in own["largest"]]
        counts.append({**own, "largest": largest})
    copies = Copies(folder)
    _in_order(tables, copies.table, members.sort("cluster"))
    in_order(facts, copies.facts, PARTED, members["record"])
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


def _in_order(tables: Path, path: Path, members: pl.DataFrame) -> None:
    """Writes the clusters in all ``tables`` to ``path``, one after the other."""
    table, rows = Table(path, CLUSTERED), pl.scan_parquet(tables / "*.parquet")
    for slice_ in whole_clusters(members):
        there = pl.col("cluster").is_between(slice_["cluster"][0], slice_["cluster"][-1])
        table.write(rows.filter(there).collect().sort("cluster", maintain_order=True))
    table.close()
