"""Settings of the libraries that copydesk runs on, which they read when they are loaded: call `prepare` before."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ALLOCATORS: Final = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:100,muzzy_decay_ms:0",  # polars
    "MIMALLOC_PURGE_DELAY": "0",  # pyarrow
    "MALLOC_ARENA_MAX": "1",  # Python, in the processes that a run starts
}
"""They give back what a batch has used before the next one comes: 50 MB less at the peak, for no time that can be measured."""


def prepare(jobs: int | None) -> None:
    """Settings for a program that only runs copydesk, with ``jobs`` processes; what the environment says already is left."""
    if jobs != 1:  # processes share the cores: polars' own threads would take an eighth of the speed from them
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
    for allocator, setting in _ALLOCATORS.items():
        os.environ.setdefault(allocator, setting)


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded inside stays: it is not searched for garbage, neither while it grows (a thirtieth of a short run) nor later
    (3 % of a long one)."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searched:
            gc.enable()
