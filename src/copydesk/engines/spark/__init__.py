"""The Spark engine: the same batch function on many machines, and one session for many runs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.contract import Contract
from copydesk.engines.local import Result
from copydesk.engines.spark import files
from copydesk.engines.spark.session import session
from copydesk.errors import CopydeskError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run(
    inputs: Sequence[str],
    contract: Contract,
    out: str,
    *,
    master: str | None = None,
    format_name: str | None = None,
    provenance: bool = False,
    history: Path | None = None,
    share: int | None = None,
) -> Result:
    """Checks ``inputs`` (paths, folders, globs, URIs) on Spark and writes the run directory ``out`` (see
    `copydesk.engines.spark.runner.run_in`), in this program's session if it has one, else in one of its own."""
    with session(master) as spark:
        from copydesk.engines.spark.runner import run_in

        return run_in(
            spark, inputs, contract, out, format_name=format_name, provenance=provenance, history=history, share=share
        )


def run_many(
    feeds: Mapping[str, Sequence[str] | str],
    contract: Contract,
    out: str,
    *,
    master: str | None = None,
    at_a_time: int = 4,
    share: int | None = None,
) -> dict[str, Result | CopydeskError]:
    """Checks many feeds in one session, each with a run directory of its own below ``out``, called like the feed.

    ``feeds`` are the inputs by name. ``at_a_time`` runs share the executors, so that small feeds keep them busy. A feed that
    fails stands in the answer as its error, and the others go on.
    """
    for name in feeds:
        if not name or name.startswith(".") or any(char in name for char in "/\\:\0"):
            raise UsageError(f"the feed {name!r} cannot be the name of a folder")
    with session(master) as spark, ThreadPoolExecutor(at_a_time) as pool:
        futures = {
            name: pool.submit(_one, spark, [inputs] if isinstance(inputs, str) else inputs, contract,
                              files.inside(out, name), share)
            for name, inputs in feeds.items()
        }  # fmt: skip
        return {name: future.result() for name, future in futures.items()}


def _one(
    spark: "SparkSession", inputs: Sequence[str], contract: Contract, out: str, share: int | None
) -> Result | CopydeskError:
    from copydesk.engines.spark.runner import run_in

    try:
        return run_in(spark, inputs, contract, out, share=share)
    except CopydeskError as error:
        return error


__all__ = ["run", "run_many"]
