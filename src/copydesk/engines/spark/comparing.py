"""What executors do for copies, once the driver knows which texts may be some: bring them together, compare them, hear of them.

Texts go from task to task in files, and never through Spark: whoever reads a share parts what is wanted of it (`credit`), and
whoever compares a part reads that part out of every share's file (`compare`), with the code that compares a whole run on one
machine. What a part says of its members, and the texts that they are like, are read where members are judged (`heard`).
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from copydesk.engines.judging import Judge
from copydesk.engines.spark import files
from copydesk.engines.spark.attempts import Told
from copydesk.engines.spark.job import Job
from copydesk.engines.spark.shares import scraped
from copydesk.syndication.comparing import MEMBERS, Comparison, looked
from copydesk.syndication.copies import PLACED, RANGE, Copies
from copydesk.syndication.suspects import Suspects

PARTED: Final[dict[str, pl.DataType]] = {"part": pl.Int64(), **MEMBERS, "body": pl.String()}
"""`parted.parquet`: articles of a share that may be copies, and the part in which each is compared. The rows of a row group are
of one part; those of a part are in the order of the input."""

SAID: Final = ("syndication.parquet", "facts.parquet", "counts.json")
"""What is said of a part: `Copies` without the texts, which are left beside them as `texts.bin`."""

_OLDEST: Final = pl.CompatLevel.oldest()

_HELD: Final = 64 * 2**20
"""Bytes of articles that are parted at once: those of a share that can be cut."""


def credit(job: Job, number: int, folder: Path) -> Told:
    """The articles of a share that may be copies, with what they say of who wrote them (`PARTED`)."""
    wanted, judge = job.frame(f"{number:06}"), Judge(job.contract, job.started)
    held: list[pl.DataFrame] = []
    empty = pl.DataFrame(schema=PARTED).to_arrow(compat_level=_OLDEST)
    with pq.ParquetWriter(folder / "parted.parquet", empty.schema, compression="zstd") as writer:
        for batch in scraped(job, number):
            own = batch.filter(pl.col("record").is_in(wanted["record"].implode()))
            if own.height:
                held.append(judge.credit(own).join(wanted, on="record", maintain_order="left").select(*PARTED))
            if sum(frame.estimated_size() for frame in held) > _HELD:
                _part(held, writer)
                held.clear()
        _part(held, writer)
    return {}


def _part(held: list[pl.DataFrame], writer: pq.ParquetWriter) -> None:
    """Writes a row group for each part."""
    for frame in pl.concat(held).partition_by("part", maintain_order=True) if held else ():
        writer.write_table(frame.to_arrow(compat_level=_OLDEST), row_group_size=frame.height)


def compare(job: Job, number: int, folder: Path) -> Told:
    """The copies among the texts of a part: the files `SAID`, and the texts."""
    texts, pairs = job.frame(f"{number:06}-texts"), job.frame(f"{number:06}-pairs")
    firsts = np.array([record for record, _ in job.starts])
    shares = np.unique(np.searchsorted(firsts, texts["record"].to_numpy(), side="right") - 1)
    with tempfile.TemporaryDirectory(prefix="copydesk-") as scratch:
        comparison = Comparison(Path(scratch), Suspects(texts, pairs.to_numpy()))
        for share in shares.tolist():
            for articles in _of_part(files.inside(job.folders[share], "parted.parquet"), number):
                comparison.look(looked(articles))
        comparison.copies()
        for name in (*SAID, "texts.bin"):
            shutil.move(Path(scratch) / name, folder / name)
    return {}


def _of_part(place: str, part: int) -> Iterator[pl.DataFrame]:
    """The articles of a part in one share's `PARTED`; others are not read."""
    with files.reading(place) as file:
        read = pq.ParquetFile(file)
        for group in range(read.metadata.num_row_groups):
            if read.metadata.row_group(group).column(0).statistics.min == part:
                yield pl.DataFrame(read.read_row_group(group))


def heard(job: Job, number: int, folder: Path) -> Copies:
    """What the members in a share hear, below ``folder``: their facts (`PLACED` and `part`), and the texts that they are like."""
    folder.mkdir()
    facts = job.frame(f"{number:06}")
    places = facts.select("part", "start", "bytes").drop_nulls().unique().sort("part", "start")
    at, ends = 0, []
    with (folder / "texts.bin").open("wb") as texts:
        for (part,), own in places.partition_by("part", as_dict=True, maintain_order=True).items():
            with files.reading(files.inside(job.folders[int(part)], "texts.bin")) as file:
                for start, size in own.select("start", "bytes").iter_rows():
                    file.seek(start)
                    at += texts.write(file.read(size))
                    ends.append(at)
    moved = places.with_columns((pl.Series("to", ends, pl.Int64()) - pl.col("bytes")).alias("to"))
    facts = facts.join(moved, on=["part", "start", "bytes"], how="left", maintain_order="left")
    facts = facts.with_columns(pl.col("to").alias("start")).select(*PLACED)
    facts.write_parquet(folder / "facts.parquet", row_group_size=RANGE)
    return Copies(folder)
