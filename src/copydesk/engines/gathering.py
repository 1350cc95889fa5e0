"""Small batches that are judged together: a record alone takes a third of the time of five hundred, and a folder may hold a file
for each of its articles."""

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

_RECORDS: Final = 512
_BYTES: Final = 8 * 2**20
"""Records, or bytes of their frames, that are enough."""


class Gathering:
    """Frames of one schema until there are enough of them."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._records = self._bytes = 0

    def take(self, frame: pl.DataFrame) -> None:
        """Puts ``frame`` behind the others."""
        self._frames.append(frame)
        self._records += frame.height
        self._bytes += int(frame.estimated_size())

    @property
    def enough(self) -> bool:
        """Whether it is time for `all`."""
        return self._records >= _RECORDS or self._bytes >= _BYTES

    def all(self) -> pl.DataFrame:
        """What was taken, as one frame; there must be some. It is forgotten then."""
        whole = pl.concat(self._frames)
        self._frames = []
        self._records = self._bytes = 0
        return whole


def together(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """``frames`` in order, small ones in one."""
    gathering, some = Gathering(), False
    for frame in frames:
        gathering.take(frame)
        some = True
        if gathering.enough:
            yield gathering.all()
            some = False
    if some:
        yield gathering.all()
