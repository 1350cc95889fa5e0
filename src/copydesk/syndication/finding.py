"""Finds a run's clusters of copies: sketches of all texts first, then the few texts that may be alike, run by run."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from copydesk.articles.frame import INSTANT
from copydesk.syndication.candidates import Index
from copydesk.syndication.clusters import clustered, links, nearest
from copydesk.syndication.copies import CLUSTERED, PLACED, Copies
from copydesk.syndication.fingerprints import Places
from copydesk.syndication.library import Library
from copydesk.syndication.sketches import TEXTS, Sketches
from copydesk.syndication.telling import Telling
from copydesk.syndication.texts import distinct
from copydesk.tablefile import Table

MEMBERS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(), "article_id": pl.String(), "source": pl.String(), "title": pl.String(), "byline": pl.String(),
    "published_at": INSTANT, "url_href": pl.String(), "agencies": pl.List(pl.String()), "likely_agency": pl.String(),
    "likely_agency_signals": pl.List(pl.String()), "canonical_site": pl.String(),
}  # fmt: skip
"""What is asked of articles that may be copies: columns of the article frame and of `copydesk.attribution`."""

_TOGETHER: Final = 20_000
"""Members that are told of at once: so many lie in memory."""

_RANGE: Final = 2**14
"""Records of which the facts are ordered at once, and read at once when batches are judged."""


class Finder:
    """The way from sketches to clusters, its files below ``folder``, which must not be there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._sketched = Table(folder / "sketched.parquet", TEXTS)
        self._index = Index(folder)
        self._members = Table(folder / "members.parquet", MEMBERS)
        self._library = Library(folder)

    def take(self, sketches: Sketches) -> None:
        """Adds the sketches of a batch."""
        texts, samples = sketches
        self._sketched.write(texts)
        self._index.add(samples)

    def wanted(self) -> pl.Series:
        """The records that may be copies, ascending, once all sketches are taken: `look` asks for their articles."""
        self._sketched.close()
        self._texts = distinct(self._folder / "sketched.parquet")
        self._rows = self._texts.unique("row", keep="first", maintain_order=True).drop("row")
        first, second = self._index.pairs(self._rows)
        self._pairs = np.unique(np.concatenate([np.stack([first, second], 1), _chains(self._rows["text"])]), axis=0)
        held = np.zeros(self._rows.height, np.bool_)
        held[self._pairs.ravel()] = True
        several = self._texts.select(pl.len().over("row") > 1).to_series()
        return self._texts.filter(several | pl.Series(held).gather(self._texts["row"]))["record"].sort()

    def look(self, articles: pl.DataFrame) -> None:
        """Takes the wanted articles of a batch, in the order of the input: columns `MEMBERS` and body."""
        self._members.write(articles)
        self._library.add(articles["record"], articles["body"])

    def copies(self) -> Copies:
        """The clusters, once all wanted articles are taken."""
        self._members.close()
        self._library.close()
        records, sources = self._rows["record"].to_numpy(), self._rows["source"].to_numpy()
        found = links(self._pairs, records, sources, self._library)
        rows = self._rows.height
        placed = self._texts.with_columns(
            pl.Series("cluster", clustered(found, self._rows["units"].to_numpy())).gather(self._texts["row"]),
            pl.Series("stands", records).gather(self._texts["row"]),
            pl.Series("near", nearest(found, rows)).gather(self._texts["row"]),
        ).filter(pl.len().over("cluster") > 1)
        placed = placed.sort("cluster", "record").with_columns(pl.col("cluster").rank("dense").cast(pl.Int64) - 1)
        self._tell(placed.select("cluster", "record", "row", "text", "units", "stands", "near"))
        return Copies(self._folder)

    def _tell(self, placed: pl.DataFrame) -> None:
        table, parts = Table(self._folder / "syndication.parquet", CLUSTERED), self._folder / "parts"
        telling = Telling(self._library)
        parts.mkdir()
        pl.DataFrame(schema=PLACED).write_parquet(parts / "0.parquet")
        for number, part in enumerate(_parts(placed), 1):
            rows, facts = telling.tell(self._asked(part))
            table.write(rows)
            facts.sort("record").write_parquet(parts / f"{number}.parquet", row_group_size=_RANGE)
        table.close()
        _in_order(parts, self._folder / "facts.parquet", placed["record"])
        (self._folder / "counts.json").write_text(json.dumps(telling.counts(), ensure_ascii=False), encoding="utf-8")

    def _asked(self, part: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
        """The members of each cluster in ``part``."""
        members = (
            pl.scan_parquet(self._folder / "members.parquet")
            .filter(pl.col("record").is_in(part["record"].implode()))
            .collect(engine="streaming")
        )
        joined = part.join(members, on="record", maintain_order="left")
        for _, rows in joined.group_by("cluster", maintain_order=True):
            yield rows.to_dicts()


def _in_order(parts: Path, path: Path, records: pl.Series) -> None:
    """Writes the `PLACED` of all ``parts``, each ordered by record, to ``path``, ordered by record: range by range."""
    table, facts = Table(path, PLACED), pl.scan_parquet(parts / "*.parquet")
    for number in (records // _RANGE).unique().sort().to_list():
        there = pl.col("record").is_between(number * _RANGE, (number + 1) * _RANGE - 1)
        table.write(facts.filter(there).collect().sort("record"))
    table.close()


def _chains(texts: pl.Series) -> Places:
    """Pairs of rows with equal texts, each with the next."""
    frame = pl.DataFrame({"text": texts}).with_row_index("row").filter(pl.len().over("text") > 1)
    ordered = frame.sort("text", "row")
    row, text = ordered["row"].to_numpy().astype(np.int64), ordered["text"].to_numpy()
    same = text[1:] == text[:-1]
    return np.stack([row[:-1][same], row[1:][same]], 1)


def _parts(placed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``placed``, ordered by cluster, in parts of whole clusters of about `_TOGETHER` members."""
    numbers = placed["cluster"].to_numpy()
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(numbers)) + 1]) if len(numbers) else np.zeros(0, np.int64)
    cuts = firsts[np.unique(firsts // _TOGETHER, return_index=True)[1]]
    for start, end in pairwise([*cuts.tolist(), placed.height]):
        yield placed[start:end]
