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

_threads: list[ThreadPoolExecutor] = []


def select(frame: pl.DataFrame, expressions: Sequence[pl.Expr]) -> pl.DataFrame:
    """``frame.select(expressions)``, of expressions that give as many rows as ``frame`` has."""
    if len(expressions) <= SHARE:
        return frame.select_seq(expressions)
    shares = [expressions[start : start + SHARE] for start in range(0, len(expressions), SHARE)]
    asked = [_thread(number).submit(frame.select_seq, share) for number, share in enumerate(shares)]
    answers = [answer.result() for answer in asked]
    return pl.concat(answers, how="horizontal")


def _thread(number: int) -> ThreadPoolExecutor:
    while number >= len(_threads):
        _threads.append(ThreadPoolExecutor(1, thread_name_prefix="lane"))
    return _threads[number]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.clear)  # threads stay behind when a process forks
