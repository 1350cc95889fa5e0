"""The texts that are compared run by run, kept on disk: as they came, and as the hashes of their runs."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from copydesk.syndication.fingerprints import NUMBERED, Flags, Numbers, Places, prints

_KEPT: Final = 4_096
"""Texts whose runs stay in memory: some twenty megabytes."""

_TELLING: Final = 8
"""Runs with numbers that are enough to tell: about two numbers."""

_AS_MANY: Final = 0.7
"""Share of them that is in both, to that of all runs, from which numbers are kept."""


Shelved = tuple[pl.DataFrame, pl.DataFrame]
"""Texts as a library keeps them: ``record``, ``body`` and the number of its ``runs``; and their runs, text after text: each
``hash`` of a text once, ascending."""


def shelved(records: pl.Series, bodies: pl.Series) -> Shelved:
    """What a `Library` keeps of some texts."""
    found = prints(bodies)
    order = np.argsort(found.owners, kind="stable")  # dense texts come behind the others of their chunk
    ends = np.cumsum(np.bincount(found.owners, minlength=len(bodies)))
    runs = [_once(part) for part in np.split(found.hashes[order], ends[:-1])] if len(bodies) else []
    sizes = pl.Series("runs", [len(part) for part in runs], pl.Int64())
    hashes = np.concatenate([np.zeros(0, np.uint64), *runs])
    texts = pl.DataFrame([records.alias("record"), bodies.fill_null("").alias("body"), sizes])
    return texts, pl.DataFrame({"hash": hashes})


def _once(hashes: Numbers) -> Numbers:
    """``hashes`` ascending and once each; `np.unique` takes five times as long for a text's."""
    ordered = np.sort(hashes)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


class Library:
    """Bodies below ``folder``, found again by their record."""

    def __init__(self, folder: Path) -> None:
        self.texts = folder / "texts.bin"
        self._runs = folder / "runs.bin"
        self._files = self.texts.open("wb"), self._runs.open("wb")
        self._known: list[pl.DataFrame] = []
        self._places: dict[str, Places] = {}
        self._order = np.zeros(0, np.int64)
        self.runs = lru_cache(_KEPT)(self._read_runs)
        self.numbered = lru_cache(_KEPT)(self._read_numbered)

    def add(self, shelved: Shelved) -> None:
        """Keeps some texts, which come in the order of their records."""
        texts, runs = shelved
        bodies, hashes = self._files
        bodies.write("".join(texts["body"].to_list()).encode())
        hashes.write(runs["hash"].to_numpy().tobytes())
        sizes = pl.col("body").str.len_bytes().cast(pl.Int64).alias("bytes")
        self._known.append(texts.select("record", "runs", sizes))

    def close(self) -> None:
        """Finishes writing; from now on it can be read."""
        for file in self._files:
            file.close()
        known = pl.concat([pl.DataFrame(schema=dict.fromkeys(("record", "runs", "bytes"), pl.Int64())), *self._known])
        self._known.clear()
        self._order = known["record"].to_numpy()
        for name in ("runs", "bytes"):
            self._places[name] = np.concatenate([[0], np.cumsum(known[name].to_numpy())])
        self._reader, self._texts = self._runs.open("rb"), self.texts.open("rb")

    def _read_runs(self, record: int) -> Numbers:
        """The runs of a text: hashes, ascending and once each."""
        start, end = self._span("runs", record)
        self._reader.seek(8 * start)
        return np.frombuffer(self._reader.read(8 * (end - start)), np.uint64)

    def text(self, record: int) -> str:
        """A text as it came."""
        start, size = self.place(record)
        self._texts.seek(start)
        return self._texts.read(size).decode()

    def place(self, record: int) -> tuple[int, int]:
        """(offset, bytes) of a text in the file `texts`."""
        start, end = self._span("bytes", record)
        return start, end - start

    def _span(self, name: str, record: int) -> tuple[int, int]:
        at = int(np.searchsorted(self._order, record))
        return int(self._places[name][at]), int(self._places[name][at + 1])

    def shared(self, first: int, second: int) -> tuple[float, float]:
        """(containment, cover): the share of the shorter text's runs that is in the other, and of the longer one's."""
        one, two = sorted((self.runs(first), self.runs(second)), key=len)
        if not len(one):
            return 0.0, 0.0
        shared = common(one, two)
        return shared / len(one), shared / len(two)

    def keeps_numbers(self, first: int, second: int, containment: float) -> bool:
        """Whether two texts with this ``containment`` share of the runs with numbers about as many: not so where they are fills
        of one form, or one house writes numbers otherwise."""
        one, two = sorted((self.numbered(first), self.numbered(second)), key=len)
        return len(one) < _TELLING or common(one, two) >= _AS_MANY * containment * len(one)

    def _read_numbered(self, record: int) -> Numbers:
        """The runs of a text that hold numbers."""
        runs = self.runs(record)
        numbered: Numbers = runs[runs & NUMBERED != 0]
        return numbered


def within(few: Numbers, many: Numbers) -> Flags:
    """Which of ``few`` are among ``many``, both ascending."""
    if not len(many):
        return np.zeros(len(few), np.bool_)
    found: Flags = many[np.minimum(np.searchsorted(many, few), len(many) - 1)] == few
    return found


def common(few: Numbers, many: Numbers) -> int:
    """How many of ``few`` are among ``many``, both ascending."""
    return int(np.count_nonzero(within(few, many)))
