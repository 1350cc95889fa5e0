"""The texts that are compared run by run, kept on disk: as they came, and as the hashes of their runs."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from copydesk.syndication.fingerprints import Numbers, Places, prints

_KEPT: Final = 4_096
"""Texts whose runs stay in memory: some twenty megabytes."""


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

    def add(self, records: pl.Series, bodies: pl.Series) -> None:
        """Keeps some texts; ``records`` come in order."""
        texts, runs = self._files
        found = prints(bodies)
        ends = np.cumsum(np.bincount(found.owners, minlength=len(bodies)))
        order = np.argsort(found.owners, kind="stable")  # dense texts come behind the others of their chunk
        hashes, sizes, lengths = found.hashes[order], [], []
        for start, end, body in zip(ends - np.diff(ends, prepend=0), ends, bodies.to_list(), strict=True):
            unique = np.unique(hashes[start:end])
            sizes.append(len(unique))
            runs.write(unique.tobytes())
            data = (body or "").encode("utf-8", "replace")
            lengths.append(len(data))
            texts.write(data)
        self._known.append(pl.DataFrame({"record": records, "runs": sizes, "bytes": lengths}))

    def close(self) -> None:
        """Finishes writing; from now on it can be read."""
        for file in self._files:
            file.close()
        known = pl.concat([pl.DataFrame(schema=dict.fromkeys(("record", "runs", "bytes"), pl.Int64())), *self._known])
        self._known.clear()
        self._order = known["record"].to_numpy()
        for name in ("runs", "bytes"):
            self._places[name] = np.concatenate([[0], np.cumsum(known[name].to_numpy())])
        self._reader = self._runs.open("rb")

    def _read_runs(self, record: int) -> Numbers:
        """The runs of a text: hashes, ascending and once each."""
        start, end = self._span("runs", record)
        self._reader.seek(8 * start)
        return np.frombuffer(self._reader.read(8 * (end - start)), np.uint64)

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
        places = np.minimum(np.searchsorted(two, one), len(two) - 1)
        common = int((two[places] == one).sum())
        return common / len(one), common / len(two)
