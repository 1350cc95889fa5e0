"""Kinds of batches: where each source, or each group of them, has runs of its own, only runs of the same kind are compared."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final

from copydesk.history.measures import WHOLE

LIKE: Final = 5
"""Runs in a row that are of one kind of batch where a series has one kind only."""


def same_kind(connection: sqlite3.Connection, keys: Sequence[int], sources: Iterable[str]) -> Callable[[int], bool]:
    """Tells of a run of ``keys``, the newest first, whether it is the same kind of batch as today's of ``sources``: half of the
    sources of the smaller are in the larger, so that neither new sources nor silent ones make another of it.

    Where there is none, and the last runs were all of one kind, today's is meant to be, too, whatever has become of its sources.
    """

    @cache
    def there(key: int) -> frozenset[int]:
        rows = connection.execute("select source from sources where run = ?", (key,))
        return frozenset(number for (number,) in rows) - whole

    def alike(one: frozenset[int], other: frozenset[int]) -> bool:
        return 2 * len(one & other) >= min(len(one), len(other)) > 0

    whole, today = (
        frozenset(
            number for name in names for (number,) in connection.execute("select id from names where name = ?", (name,))
        )
        for names in ([WHOLE], [name for name in sources if name != WHOLE])
    )
    last = [there(key) for key in keys[:LIKE]]
    if last and not any(alike(today, there(key)) for key in keys) and all(alike(last[0], other) for other in last):
        today = last[0]
    return lambda key: alike(today, there(key))
