"""The band join: Spark brings the sampled runs of all shares together, and counts which texts hold the same ones.

    samples.parquet of each share -> (hash, row, day, source) -> shuffled by hash -> (first, second, hits)
    -> shuffled by pair and added up -> files of pairs, which the driver reads

The bands are the hashes of the samples (`copydesk.syndication.sketches`), and what each may bring together is bounded by
`copydesk.syndication.candidates.joined`, as on one machine: by days, by templates, and linearly where many texts hold a run.
It asks for all texts of a hash and for nothing else, so that the pairs are the same wherever the hashes are cut apart. Spark
shuffles numbers only; a task that is tried again reads the same files, or the same rows of the shuffle.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from copydesk.engines.spark import files
from copydesk.engines.spark.attempts import ANSWER, answer, leaving
from copydesk.engines.spark.job import known
from copydesk.syndication.candidates import FEWEST, joined, likely
from copydesk.syndication.fingerprints import Places
from copydesk.syndication.sketches import SAMPLES, TEXTS, Sketches
from copydesk.tablefile import Table

if TYPE_CHECKING:
    from copydesk.engines.spark.asking import Asker
    from copydesk.engines.spark.plan import Share

SKETCHED: Final[dict[str, pl.DataType]] = {**TEXTS, "sampled": pl.Int64()}
"""`TEXTS`, and how many runs the sample of each holds."""

_SAMPLE: Final = "hash long, row int, day int, source int"
_PAIR: Final = "first int, second int, hits long"
"""A pair of rows that ``hits`` runs bring together. A row with itself: so many of its runs are its source's template."""

_COUNTED: Final = pl.Schema({"first": pl.Int64(), "second": pl.Int64(), "hits": pl.Int64()})

_TOGETHER: Final = 1_500_000
"""Runs that are joined at once, at most: those of some 70 MB of texts, 30 MB of numbers and several times that while they are."""

_ROWS: Final = 2**16
"""Rows of a batch that goes to Spark."""


class Sketched:
    """The sketches of one share, in files below ``folder``: `sketched.parquet` (`SKETCHED`) and `samples.parquet`."""

    def __init__(self, folder: Path) -> None:
        self._texts = Table(folder / "sketched.parquet", SKETCHED)
        self._samples = Table(folder / "samples.parquet", SAMPLES)

    def take(self, sketches: Sketches) -> None:
        """Adds the sketches of a batch."""
        texts, samples = sketches
        samples = samples.unique(maintain_order=True)
        sampled = samples.group_by("record").agg(pl.len().cast(pl.Int64).alias("sampled"))
        self._texts.write(texts.join(sampled, on="record", how="left").with_columns(pl.col("sampled").fill_null(0)))
        self._samples.write(samples)

    def close(self) -> None:
        """Finishes the files."""
        self._texts.close()
        self._samples.close()


class Looked(NamedTuple):
    """What the first job has told of the shares: of each the number of its first record, and the folder with its `Sketched`."""

    shares: "tuple[Share, ...]"
    firsts: tuple[int, ...]
    folders: tuple[str, ...]

    def sliced(self, frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
        """What of ``frame``, ordered by record, belongs to each share."""
        bounds = np.searchsorted(frame["record"].to_numpy(), self.firsts).tolist()
        for number, (start, end) in enumerate(pairwise([*bounds, frame.height])):
            yield number, frame[start:end]


def pairs(asker: "Asker", looked: Looked, rows: pl.DataFrame) -> tuple[Places, Places]:
    """Pairs of ``rows`` (the texts that stand for one, `SKETCHED` as `copydesk.syndication.texts.distinct` gives them), the first
    before the second, whose samples look as if they shared enough: what `copydesk.syndication.candidates.Index` finds."""
    from pyspark.sql import functions as sql

    count = len(looked.shares)
    parts = max(count, -(-int(rows["sampled"].sum()) // _TOGETHER))
    handed = asker.hand("rows", _by_share(rows.with_row_index("row"), looked))
    scratch = asker.tell("pairs", looked.shares, range(count), handed=handed, folders=looked.folders)
    counted = (
        asker.tasks(count)
        .mapInArrow(partial(_samples, scratch), _SAMPLE)
        .repartition(parts, "hash")
        .mapInArrow(_joined, _PAIR)
        .repartition(parts, "first", "second")
        .groupBy("first", "second")
        .agg(sql.sum("hits").alias("hits"))
        .where((sql.col("hits") >= FEWEST) | (sql.col("first") == sql.col("second")))
    )
    answers = asker.answers(counted.mapInArrow(partial(_left, scratch), ANSWER))
    places = [asker.fetched(told["folder"], "pairs.parquet", number) for number, told in sorted(answers.items())]
    return _likely(pl.concat([pl.DataFrame(schema=_COUNTED), *map(pl.read_parquet, places)]), rows)


def _likely(found: pl.DataFrame, rows: pl.DataFrame) -> tuple[Places, Places]:
    """Of what was ``found`` (`_COUNTED`) the pairs that share enough, in order."""
    first, second, hits = (found[name].to_numpy() for name in ("first", "second", "hits"))
    sampled, units, sources = (rows[name].to_numpy() for name in ("sampled", "units", "source"))
    template = first == second
    held = sampled.copy()
    held[first[template]] -= hits[template]
    first, second, hits = first[~template], second[~template], hits[~template]
    enough = likely(first, second, hits, held, units, sources)
    order = np.lexsort((second[enough], first[enough]))
    return first[enough][order], second[enough][order]


def _by_share(rows: pl.DataFrame, looked: Looked) -> Iterator[tuple[str, pl.DataFrame]]:
    """What each share must know of the rows that stand in it, by the number of the record within it."""
    for number, own in looked.sliced(rows.select("record", "row", "day", "source").sort("record")):
        yield f"{number:06}", own.with_columns(pl.col("record") - looked.firsts[number])


def _samples(scratch: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The runs of the shares in ``batches``, of texts that stand for a row."""
    job = known(scratch)
    for batch in batches:
        for number in batch.column(0).to_pylist():
            with files.reading(files.inside(job.folders[number], "samples.parquet")) as file:
                samples = pl.read_parquet(file)
            runs = samples.join(job.frame(f"{number:06}"), on="record")
            yield from _batches(
                {"hash": runs["hash"].to_numpy().view(np.int64),
                 **{name: runs[name].to_numpy().astype(np.int32) for name in ("row", "day", "source")}}
            )  # fmt: skip


def _joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The pairs that the runs in ``batches`` bring together: all runs of each hash, or none."""
    runs = [[column.to_numpy() for column in batch.columns] for batch in batches]
    if not runs:
        return
    hashes, rows, days, sources = (np.concatenate(column).astype(np.int64) for column in zip(*runs, strict=True))
    # those that are here, numbered anew in the same order, which is that of their days
    rows, at, places = np.unique(rows, return_index=True, return_inverse=True)
    found = joined(hashes.view(np.uint64), places, days[at], sources[at])
    formal = found.rows[found.templates]
    both = np.concatenate([found.first, formal]) * len(rows) + np.concatenate([found.second, formal])
    both, hits = np.unique(both, return_counts=True)
    first, second = (rows[place].astype(np.int32) for place in np.divmod(both, len(rows)))
    yield from _batches({"first": first, "second": second, "hits": hits.astype(np.int64)})


def _left(scratch: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Leaves the pairs in ``batches`` in a file of this attempt's, and says where."""
    from pyspark import TaskContext

    context = TaskContext.get()
    assert context is not None
    frames = [pl.DataFrame(pa.Table.from_batches([batch])) for batch in batches]
    if frames:
        with leaving(scratch, number := context.partitionId()) as (folder, left):
            pl.concat(frames).cast(_COUNTED).write_parquet(folder / "pairs.parquet")
            yield answer(number, {"folder": left()})


def _batches(columns: dict[str, np.ndarray]) -> Iterator[pa.RecordBatch]:
    yield from pa.table(columns).to_batches(_ROWS)
