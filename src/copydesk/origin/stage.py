"""The origin's place in a run: adds what the original URLs answered to a batch of articles."""

from typing import TYPE_CHECKING

import polars as pl

from copydesk.origin.manners import Manners

if TYPE_CHECKING:
    from copydesk.origin.check import Handle, OriginChecker

NOT_CHECKED = "not-checked"


def _checker(manners: Manners, handle: "Handle | None", page_format: str | None) -> "OriginChecker":
    from copydesk.origin.check import OriginChecker  # requests is loaded only where something is asked

    return OriginChecker(manners, handle=handle, page_format=page_format)


class OriginStage:
    """Adds what is known of the pages behind the original URLs; offline `origin_status` and `origin_match` say "not-checked".

    `origin_status` (alive, failing, dead, blocked, unknown), `origin_detail` (its evidence in words), `origin_failure` (why
    there was no answer, see `copydesk.origin.capture.Failure`), `final_url` (where redirects led) and `origin_match`.
    ``handle`` and ``page_format`` are those of `copydesk.origin.check.OriginChecker`.
    """

    def __init__(
        self, manners: Manners, online: bool, handle: "Handle | None" = None, page_format: str | None = None
    ) -> None:
        self._checker = _checker(manners, handle, page_format) if online else None

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with the origin columns; only URLs without problems are asked."""
        status: list[str] = [NOT_CHECKED] * articles.height
        detail: list[str | None] = [None] * articles.height
        failure: list[str | None] = [None] * articles.height
        final: list[str | None] = [None] * articles.height
        if self._checker is not None:
            fit = articles.select(pl.when(pl.col("url_problems").list.len() == 0).then(pl.col("url_href")))["url_href"]
            answers = self._checker.check(url for url in fit if url is not None)
            for row, url in enumerate(fit):
                if url is not None:
                    answer = answers[url]
                    status[row], detail[row], final[row] = answer.status, answer.detail, answer.final_url
                    failure[row] = answer.capture.failure
        return articles.with_columns(
            pl.Series("origin_status", status, pl.String()),
            pl.Series("origin_detail", detail, pl.String()),
            pl.Series("origin_failure", failure, pl.String()),
            pl.Series("final_url", final, pl.String()),
            pl.lit(NOT_CHECKED).alias("origin_match"),
        )

    def notes(self) -> list[str]:
        """What the user must be told of the cache."""
        return [] if self._checker is None else self._checker.cache.notes

    def close(self) -> None:
        """Closes connections and cache."""
        if self._checker is not None:
            self._checker.close()
