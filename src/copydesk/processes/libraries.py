"""Settings of the libraries that copydesk runs on, which they read when they are loaded: call `prepare` before."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from typing import Any, Final

ONE_THREAD: Final = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""The environment of processes of which there are as many as cores."""

_ALLOCATORS: Final = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:500,muzzy_decay_ms:0",  # polars
    "MIMALLOC_PURGE_DELAY": "0",  # pyarrow
    "MALLOC_ARENA_MAX": "1",  # Python, in the processes that a run starts
}
"""They give back soon what a batch has used: 50 MB less at the peak. Polars not at once, or the next batch would have all
of it cleared again, a twentieth of a run."""


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


class _WithoutPandas(MetaPathFinder):
    """Says of pandas what Python says where it is not installed."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=fullname)


def load_pandera() -> None:
    """Loads `pandera.polars` as where pandas is not installed: 0.2 s of CPU in place of 0.8 and 50 MB less, in each process.

    For programs that only run copydesk: pandera stays without its part for pandas, which Great Expectations and rules of a
    user's own can load afterwards. Has no effect where pandas is there already.
    """
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pandera = import_module("pandera.polars")
        frame = import_module("polars").DataFrame({"a": [True]})
        holds = pandera.Check(lambda data: data.lazyframe)
        # with its first check pandera looks for pandas once more
        pandera.DataFrameSchema({"a": pandera.Column(checks=holds)}).validate(frame)
    except ImportError:  # a pandera that needs it: what has been loaded half is loaded again
        for name in [name for name in sys.modules if name.partition(".")[0] == "pandera"]:
            del sys.modules[name]
    finally:
        sys.meta_path.remove(finder)
