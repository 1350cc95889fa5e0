"""The texts of a run that may be copies of each other, and the parts into which they fall that have nothing in common."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from copydesk.syndication.clusters import connected
from copydesk.syndication.fingerprints import Places


class Suspects(NamedTuple):
    """``texts`` as `copydesk.syndication.texts.distinct` gives them, of which those that stand for a row are that row's first;
    ``pairs`` of rows that may share enough, ascending, one row below the other."""

    texts: pl.DataFrame
    pairs: Places

    @classmethod
    def of(cls, texts: pl.DataFrame, first: Places, second: Places) -> "Suspects":
        """Those among ``texts`` when samples speak for the pairs of rows ``first`` and ``second``; equal texts are some too."""
        pairs = np.concatenate([np.stack([first, second], 1), _chains(standing(texts)["text"])])
        return cls(texts, np.unique(pairs, axis=0))

    @property
    def _rows(self) -> int:
        return int(self.texts["row"][-1]) + 1 if self.texts.height else 0

    def wanted(self) -> pl.DataFrame:
        """The texts of articles that may be copies."""
        held = np.zeros(self._rows, np.bool_)
        held[self.pairs.ravel()] = True
        several = self.texts.select(pl.len().over("row") > 1).to_series()
        return self.texts.filter(several | pl.Series(held).gather(self.texts["row"]))

    def parts(self, size: int) -> Iterator["Suspects"]:
        """The wanted texts in parts of about ``size`` texts, each with rows of its own: no cluster reaches from one into another.

        What hangs together by its pairs stays together, however much that is.
        """
        texts = self.wanted()
        if texts.is_empty():
            return
        group = connected(self.pairs, self._rows)
        sizes = np.bincount(group[texts["row"].to_numpy()])
        part = (np.cumsum(sizes) - sizes) // size  # by group
        texts = texts.with_columns(pl.Series("part", part[group[texts["row"].to_numpy()]]))
        of_pairs = part[group[self.pairs[:, 0]]]
        order = np.argsort(of_pairs, kind="stable")
        pairs, of_pairs = self.pairs[order], of_pairs[order]
        for (number,), own in sorted(texts.partition_by("part", as_dict=True, include_key=False).items()):
            start, end = np.searchsorted(of_pairs, (number, number + 1))
            rows = own["row"].unique().sort().to_numpy()
            compact = own.with_columns(pl.Series("row", np.searchsorted(rows, own["row"].to_numpy())))
            yield Suspects(compact, np.searchsorted(rows, pairs[start:end]))


def standing(texts: pl.DataFrame) -> pl.DataFrame:
    """The text that stands for each row of ``texts``."""
    return texts.unique("row", keep="first", maintain_order=True).drop("row")


def _chains(texts: pl.Series) -> Places:
    """Pairs of rows with equal texts, each with the next."""
    frame = pl.DataFrame({"text": texts}).with_row_index("row").filter(pl.len().over("text") > 1)
    ordered = frame.sort("text", "row")
    row, text = ordered["row"].to_numpy().astype(np.int64), ordered["text"].to_numpy()
    same = text[1:] == text[:-1]
    return np.stack([row[:-1][same], row[1:][same]], 1)
