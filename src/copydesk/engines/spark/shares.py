"""What tasks read of the inputs."""

from collections.abc import Iterator
from gzip import BadGzipFile

import polars as pl
import pyarrow as pa

from copydesk.articles.fields import FieldMap
from copydesk.engines.spark.job import Job
from copydesk.engines.spark.plan import opened
from copydesk.errors import InputError


def scraped(job: Job, number: int) -> Iterator[pl.DataFrame]:
    """The scraped columns and `record` of every batch of a share."""
    first = job.starts[number][0]
    for piece in job.shares[number].pieces:
        start = first
        try:
            with opened(piece, FieldMap(job.contract.fields)) as found:
                for batch in found.reading.batches:
                    first += batch.size
                    yield batch.placed(start)
        except InputError as broken:
            lasting(broken)


def lasting(broken: InputError) -> str:
    """What is wrong with an input. Raises what the file system said where trying again may help: Spark tries again."""
    cause = broken.__context__
    if isinstance(cause, OSError) and not isinstance(cause, BadGzipFile | pa.ArrowException):
        raise cause
    return str(broken)
