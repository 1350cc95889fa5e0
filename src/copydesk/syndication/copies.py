"""What a run has learned of its copies, and how each article hears of it: tables on disk, read batch by batch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.press.dates import INSTANT

CLUSTERED: Final[dict[str, pl.DataType]] = {
    "cluster": pl.Int64(), "record": pl.Int64(), "article_id": pl.String(), "source": pl.String(), "title": pl.String(),
    "url": pl.String(), "published_at": INSTANT, "published_precision": pl.String(), "agency": pl.String(),
    "role": pl.String(), "containment": pl.Float64(), "like": pl.String(), "like_record": pl.Int64(), "difference": pl.String(),
    "units": pl.Int64(), "likely_agency": pl.String(), "because": pl.List(pl.String()),
}  # fmt: skip
"""`syndication.parquet`: a row per member, cluster by cluster, in the order of publication. ``published_precision`` is
instant, local or day, ``agency`` what the member credits, ``like`` (``like_record``) the member that it is compared with,
``containment`` the share of the shorter one's runs that is in the other, ``units`` its words (letters in scripts without
blanks); ``likely_agency`` and ``because`` are the cluster's."""

FACTS: Final[dict[str, pl.DataType]] = {
    "copy_cluster": pl.Int64(), "copy_sources": pl.Int64(), "copy_role": pl.String(), "copy_containment": pl.Float64(),
    "copy_like": pl.String(), "copy_credited": pl.List(pl.String()), "copy_agency": pl.String(),
    "copy_credits": pl.List(pl.String()), "copy_agencies": pl.List(pl.String()), "copy_people": pl.List(pl.String()),
    "copy_twin": pl.String(), "copy_twin_containment": pl.Float64(),
}  # fmt: skip
"""What a member hears: its cluster, how many sources that has, its own ``role``; the member that it is ``like`` and how much of
the shorter one is in the other; the agencies that it has ``credited`` itself; the ``agency`` that most other sources credit,
some of those, and all agencies and people in the credits of other members; the first article of its own source, if it is not
that itself."""

PLACED: Final[dict[str, pl.DataType]] = {"record": pl.Int64(), **FACTS, "start": pl.Int64(), "bytes": pl.Int64()}
"""`FACTS`, and where in the file of texts that stands which the member is like."""

COPIES: Final[dict[str, pl.DataType]] = {**FACTS, "copy_like_body": pl.String()}
"""What `Copies.add` adds: `FACTS` and the text that the article is like; all null for articles that are in no cluster."""

RANGE: Final = 2**14
"""Records of which the facts are ordered at once, and read at once when batches are judged."""


@dataclass(frozen=True)
class Copies:
    """The clusters of a run, in files below ``folder``."""

    folder: Path

    @property
    def table(self) -> Path:
        """The table `CLUSTERED`."""
        return self.folder / "syndication.parquet"

    @property
    def facts(self) -> Path:
        """The table `PLACED`, ordered by record."""
        return self.folder / "facts.parquet"

    def tell(self, counts: dict[str, Any]) -> None:
        """Keeps the counts."""
        (self.folder / "counts.json").write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")

    def counts(self) -> dict[str, Any]:
        """`syndication` of `summary.json`."""
        return dict(json.loads((self.folder / "counts.json").read_text(encoding="utf-8")))

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with `COPIES`."""
        records = articles["record"]
        facts = (
            pl.scan_parquet(self.facts)  # ordered by record: other row groups are not read
            .filter(pl.col("record").is_between(records.min(), records.max()))
            .collect()
        )
        texts = pl.Series("copy_like_body", self._texts(facts), pl.String())
        return articles.join(
            facts.with_columns(texts).select("record", *COPIES), on="record", how="left", maintain_order="left"
        )

    def _texts(self, facts: pl.DataFrame) -> list[str | None]:
        """The texts that members are like, where they are not the same."""
        texts: list[str | None] = []
        with (self.folder / "texts.bin").open("rb") as file:
            for start, size in facts.select("start", "bytes").iter_rows():
                if start is None:
                    texts.append(None)
                    continue
                file.seek(start)
                texts.append(file.read(size).decode("utf-8"))
        return texts


def with_copies(articles: pl.DataFrame, copies: Copies | None) -> pl.DataFrame:
    """``articles`` with `COPIES`, which are null where nothing was looked for."""
    if copies is not None:
        return copies.add(articles)
    return articles.with_columns(_UNKNOWN)


_UNKNOWN: Final = [pl.lit(None, dtype).alias(name) for name, dtype in COPIES.items()]
