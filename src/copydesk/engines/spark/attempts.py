"""What an attempt at a task leaves: files in a folder that has the attempt's own name, and one row that says where it is."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from copydesk.engines.spark import files

ANSWER: Final = "share long, told string"
"""The row that a task answers with: the number of its share, and JSON."""

Told = dict[str, Any]


def answer(number: int, told: Told) -> pa.RecordBatch:
    """An `ANSWER`."""
    return pa.RecordBatch.from_pydict({"share": [number], "told": [json.dumps(told)]})


@contextmanager
def leaving(scratch: str, number: int) -> Iterator[tuple[Path, Callable[[], str]]]:
    """A folder for this attempt, and a function that brings it to where the driver finds it and says where that is."""
    from pyspark import TaskContext

    context = TaskContext.get()
    attempt = context.taskAttemptId() if context is not None else 0
    place = files.inside(scratch, f"{number:06}-{attempt}")
    files.make_folder(place)
    if (path := files.local(place)) is not None:
        yield path, lambda: place
        return
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:

        def left() -> str:
            for file in Path(folder).iterdir():
                files.put(file, files.inside(place, file.name))
            return place

        yield Path(folder), left
