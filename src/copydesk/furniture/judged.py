"""Marks the lines that the line model takes for furniture, where no phrase and no shape has spoken."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture import shapes
from copydesk.furniture.marks import MARKS
from copydesk.furniture.siblings import siblings

KIND: Final = "likely"

_ON_PAGE: Final = 0.5
"""Share of a body's lines that must be found on the kept page; 98 in 100 are, whatever the extractor."""

LEAST: Final = 0.5
"""Scores below it are not kept: more likely than not, the line is text."""


def with_judged(
    marks: pl.DataFrame, lines: pl.DataFrame, articles: pl.DataFrame, urls: pl.Series, texts: pl.DataFrame
) -> pl.DataFrame:
    """``marks`` (see `copydesk.furniture.marks`) and those of kind `KIND`, each with its score.

    ``urls`` are the articles' `copydesk.notes.url_keys`; ``texts`` what the run's records of shared URLs hold
    (`copydesk.furniture.siblings.SHARED`). Where the page's HTML was kept, it is looked at too.
    """
    from copydesk.furniture.dom import FEATURES, dom_features
    from copydesk.furniture.judge import judge

    if lines.is_empty():
        return marks
    dom = None
    if articles["html"].null_count() < articles.height:
        dom = dom_features(articles["html"], lines)
        dom[_strange(lines, dom[:, FEATURES.index("found")])] = np.nan
    beside = siblings(lines, urls, articles["body"], texts) if texts.height else None
    scores = np.nan_to_num(judge(lines, articles, dom, beside), nan=0.0)
    scores[shapes.ticking(lines)] = 0.0
    flagged = np.flatnonzero(scores >= LEAST)
    if not len(flagged):
        return marks
    size = pl.col("text").str.len_chars().cast(pl.Int64)
    likely = (
        lines[flagged]
        .with_columns(pl.Series("score", scores[flagged], pl.Float64()))
        .join(marks.select("row", "line"), on=["row", pl.col("line").cast(pl.Int64)], how="anti")
        .with_columns(pl.col("line", "start").cast(pl.Int64), pl.lit(KIND).alias("kind"))
        .with_columns((pl.col("start") + size).alias("end"))
    )
    return pl.concat([marks.select(*MARKS), likely.select(*MARKS)])


def _strange(lines: pl.DataFrame, found: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Lines of bodies that are mostly not on their page, which is built by script then, or another page."""
    share = pl.DataFrame({"row": lines["row"], "found": np.nan_to_num(found, nan=0.0)})
    return share.select(pl.col("found").mean().over("row") < _ON_PAGE)["found"].to_numpy()
