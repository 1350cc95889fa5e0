"""Compares texts that may be copies, run by run, and tells of the clusters that they make."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from copydesk.press.dates import INSTANT
from copydesk.syndication.clusters import clustered, links, nearest
from copydesk.syndication.copies import CLUSTERED, PLACED, RANGE, Copies
from copydesk.syndication.cores import beyond_cores
from copydesk.syndication.forms import beyond_forms
from copydesk.syndication.library import Library, shelved
from copydesk.syndication.suspects import Suspects, standing
from copydesk.syndication.telling import Telling
from copydesk.tablefile import Table

MEMBERS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(), "article_id": pl.String(), "source": pl.String(), "title": pl.String(), "byline": pl.String(),
    "published_at": INSTANT, "published_precision": pl.String(), "url_href": pl.String(), "agencies": pl.List(pl.String()),
    "likely_agency": pl.String(), "likely_agency_signals": pl.List(pl.String()), "canonical_site": pl.String(),
}  # fmt: skip
"""What is asked of articles that may be copies: columns of the article frame and of `copydesk.provenance.attribution`."""

Looked = tuple[pl.DataFrame, ...]
"""What is seen of articles that may be copies: `MEMBERS`, and their texts as the library keeps them."""


def looked(articles: pl.DataFrame) -> Looked:
    """What a `Comparison` takes of ``articles``: columns `MEMBERS` and body."""
    return articles.select(*MEMBERS), *shelved(articles["record"], articles["body"])


_TOGETHER: Final = 20_000
"""Members that are told of at once: so many lie in memory."""


class Comparison:
    """The comparison of ``suspects``, its files below ``folder``, which is there."""

    def __init__(self, folder: Path, suspects: Suspects) -> None:
        self._folder, self._suspects = folder, suspects
        self.wanted = suspects.wanted()["record"].sort()
        """The records whose articles `look` asks for (`looked`)."""
        self._members = Table(folder / "members.parquet", MEMBERS)
        self._library = Library(folder)

    def look(self, seen: Looked) -> None:
        """Takes the wanted articles of a batch, in the order of the input."""
        members, texts, runs = seen
        self._members.write(members)
        self._library.add((texts, runs))

    def copies(self) -> Copies:
        """The clusters, once all wanted articles are taken."""
        self._members.close()
        self._library.close()
        texts, pairs = self._suspects
        rows = standing(texts)
        records, sources, units = (rows[name].to_numpy() for name in ("record", "source", "units"))
        found = links(pairs, records, sources, self._library)
        for beyond in (beyond_forms, beyond_cores):
            found = beyond(found, records, self._library)

        def shares(one: int, other: int) -> float:
            return self._library.shared(int(records[one]), int(records[other]))[0]

        placed = texts.with_columns(
            pl.Series("cluster", clustered(found, units, shares)).gather(texts["row"]),
            pl.Series("stands", records).gather(texts["row"]),
            pl.Series("near", nearest(found, len(records))).gather(texts["row"]),
        ).filter(pl.len().over("cluster") > 1)
        placed = placed.sort("cluster", "record").with_columns(pl.col("cluster").rank("dense").cast(pl.Int64) - 1)
        copies = Copies(self._folder)
        self._tell(placed.select("cluster", "record", "row", "text", "units", "stands", "near"), copies)
        return copies

    def _tell(self, placed: pl.DataFrame, copies: Copies) -> None:
        table, parts = Table(copies.table, CLUSTERED), self._folder / "parts"
        telling = Telling(self._library)
        parts.mkdir()
        pl.DataFrame(schema=PLACED).write_parquet(parts / "0.parquet")
        for number, part in enumerate(_whole_clusters(placed), 1):
            rows, facts = telling.tell(self._asked(part))
            table.write(rows)
            facts.sort("record").write_parquet(parts / f"{number}.parquet", row_group_size=RANGE)
        table.close()
        _in_order(parts, copies.facts, placed["record"])
        copies.tell(telling.counts())

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
    for number in (records // RANGE).unique().sort().to_list():
        there = pl.col("record").is_between(number * RANGE, (number + 1) * RANGE - 1)
        table.write(facts.filter(there).collect().sort("record"))
    table.close()


def _whole_clusters(placed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``placed``, ordered by cluster, in slices of whole clusters of about `_TOGETHER` members."""
    numbers = placed["cluster"].to_numpy()
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(numbers)) + 1]) if len(numbers) else np.zeros(0, np.int64)
    cuts = firsts[np.unique(firsts // _TOGETHER, return_index=True)[1]]
    for start, end in pairwise([*cuts.tolist(), placed.height]):
        yield placed[start:end]
