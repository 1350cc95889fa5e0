"""Finds a run's clusters of copies: sketches of all texts first, then the few texts that may be alike, run by run."""

from pathlib import Path

import polars as pl

from copydesk.syndication.candidates import Index
from copydesk.syndication.comparing import Comparison
from copydesk.syndication.sketches import TEXTS, Sketches
from copydesk.syndication.suspects import Suspects, standing
from copydesk.syndication.texts import distinct
from copydesk.tablefile import Table


class Finder:
    """The way from sketches to the texts that must be compared, its files below ``folder``, which must not be there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._sketched = Table(folder / "sketched.parquet", TEXTS)
        self._index = Index(folder)

    def take(self, sketches: Sketches) -> None:
        """Adds the sketches of a batch."""
        texts, samples = sketches
        self._sketched.write(texts)
        self._index.add(samples)

    def comparison(self) -> Comparison:
        """What is left to do, once all sketches are taken."""
        self._sketched.close()
        texts = distinct(pl.scan_parquet(self._folder / "sketched.parquet"))
        return Comparison(self._folder, Suspects.of(texts, *self._index.pairs(standing(texts))))
