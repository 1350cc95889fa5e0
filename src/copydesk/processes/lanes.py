"""Evaluates many expressions over a frame, always the same ones in the same thread.

polars compiles a regular expression when a query first comes to it, and each thread remembers the last 32 (its
`polars-utils/src/regex_cache.rs`). The rules of a contract have three times as many: asked in one thread, each would be compiled
anew for every batch, which takes longer than to match it against a thousand articles.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

SHARE: Final = 28
"""Expressions of one thread. They have a pattern or two each, many have none."""

_MANY: Final = 5_000
"""Rows that are worth all of polars' threads: beside them it does not matter what takes how long to compile."""

_threads: dict[int | str, ThreadPoolExecutor] = {}


def select(frame: pl.DataFrame, expressions: Sequence[pl.Expr]) -> pl.DataFrame:
    """``frame.select(expressions)``, of expressions that give as many rows as ``frame`` has."""
    if len(expressions) <= SHARE:
        return frame.select_seq(expressions)
    size = -(-len(expressions) // -(-len(expressions) // SHARE))  # as even as they can be
    shares = [expressions[start : start + size] for start in range(0, len(expressions), size)]
    asked = [_thread(number).submit(frame.select_seq, share) for number, share in enumerate(shares)]
    answers = [answer.result() for answer in asked]
    return pl.concat(answers, how="horizontal")


def apart(frame: pl.DataFrame, expressions: Sequence[pl.Expr], lane: str) -> pl.DataFrame:
    """``frame.select(expressions)``, at most `SHARE`, in a thread called ``lane`` that is asked nothing else.

    The caller's thread, or those of polars, would forget what else they have compiled, and this the next time.
    """
    if frame.height > _MANY:
        return frame.select(expressions)
    return _thread(lane).submit(frame.select_seq, expressions).result()


def _thread(lane: int | str) -> ThreadPoolExecutor:
    if lane not in _threads:
        _threads[lane] = ThreadPoolExecutor(1, thread_name_prefix="lane")
    return _threads[lane]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.clear)  # threads stay behind when a process forks
