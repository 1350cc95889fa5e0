"""The origin's place in a run: adds what the original URLs answered to a batch of articles."""

import polars as pl

from copydesk.origin.columns import judged
from copydesk.origin.manners import Manners

NOT_CHECKED = "not-checked"


class OriginStage:
    """Adds `origin_status`, `origin_detail` and the columns of `copydesk.origin.columns`; offline they say "not-checked"."""

    def __init__(self, manners: Manners, online: bool) -> None:
        self._checker = None
        if online:
            from copydesk.origin.check import OriginChecker

            self._checker = OriginChecker(manners)

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with the origin columns; only URLs without problems are asked."""
        status: list[str] = [NOT_CHECKED] * articles.height
        detail: list[str | None] = [None] * articles.height
        if self._checker is not None:
            fit = articles.select(pl.when(pl.col("url_problems").list.len() == 0).then(pl.col("url_href")))["url_href"]
            answers = self._checker.check(url for url in fit if url is not None)
            for row, url in enumerate(fit):
                if url is not None:
                    status[row], detail[row] = answers[url].status, answers[url].detail
        return judged(articles, {}).with_columns(
            pl.Series("origin_status", status, pl.String()),
            pl.Series("origin_detail", detail, pl.String()),
        )
