"""The origin's place in a run: adds what the original URLs answered to a batch of articles."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from copydesk.articles.frame import INSTANT
from copydesk.origin.manners import Manners
from copydesk.origin.means import OFFLINE, Means

if TYPE_CHECKING:
    from copydesk.origin.archive import Archive
    from copydesk.origin.capture import Capture
    from copydesk.origin.check import Answer, OriginChecker
    from copydesk.origin.recording import Recording
    from copydesk.origin.replay import Replay

NOT_CHECKED = "not-checked"

COLUMNS: Final[dict[str, pl.DataType]] = {
    "origin_status": pl.String(),
    "origin_detail": pl.String(),
    "origin_failure": pl.String(),
    "final_url": pl.String(),
    "origin_by": pl.String(),
    "origin_sha256": pl.String(),
    "origin_fetched_at": INSTANT,
    "origin_peer": pl.String(),
    "origin_kept": pl.Boolean(),
}


def _checker(manners: Manners, record: "Recording | None") -> "OriginChecker":
    from copydesk.origin.check import OriginChecker  # requests is loaded only where something is asked

    return OriginChecker(manners, record=record.take if record else None)


def _replay(means: Means, scratch: Path) -> "Replay":
    from copydesk.origin.replay import Replay
    from copydesk.origin.warc import WarcFiles

    return Replay(WarcFiles(means.warc, scratch / "captures"))


class OriginStage:
    """Adds what is known of the pages behind the original URLs; offline `origin_status` and `origin_match` say "not-checked".

    `origin_status` (alive, failing, dead, blocked, unknown), `origin_detail` (its evidence in words), `origin_failure` (why
    there was no answer, see `copydesk.origin.capture.Failure`), `final_url` (where redirects led) and `origin_match`; of the
    capture that was looked at `origin_by` (network, warc, archive), the digest of its body, its time and peer, and whether this
    run keeps it in a recording. Captures in files come first, then the network, and for what is gone an archive.
    """

    def __init__(self, manners: Manners, means: Means = OFFLINE, scratch: Path | None = None) -> None:
        self._recording = self._checker = self._replay = self._archive = None
        if means.warc and scratch is not None:
            self._replay = _replay(means, scratch)
        if means.online:
            self._recording = _recording(means)
            self._checker = _checker(manners, self._recording)
            self._archive = _archive(manners, self._checker)

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with the origin columns; only URLs without problems are asked."""
        rows: list[tuple[object, ...]] = [(NOT_CHECKED, *[None] * (len(COLUMNS) - 1))] * articles.height
        if self._checker is not None or self._replay is not None:
            fit = articles.select(
                pl.when(pl.col("url_problems").list.len() == 0).then(pl.col("url_href")), "published_at"
            )
            dated = fit.drop_nulls().group_by("url_href").agg(pl.col("published_at").min())
            answers = self._answers(fit["url_href"].drop_nulls().unique(maintain_order=True), dict(dated.iter_rows()))
            for row, url in enumerate(fit["url_href"]):
                if url is not None and url in answers:
                    rows[row] = self._row(answers[url])
        found = pl.DataFrame(rows, schema=COLUMNS, orient="row")
        return articles.with_columns(*found.get_columns(), pl.lit(NOT_CHECKED).alias("origin_match"))

    def _answers(self, wanted: pl.Series, near: Mapping[str, datetime]) -> "dict[str, Answer]":
        """What is known of each of ``wanted``; what no file holds is left out where the network is not asked."""
        found = {url: answer for url, (answer, _) in self._replay.check(wanted, near).items()} if self._replay else {}
        if self._checker is not None:
            found |= self._checker.check(url for url in wanted if url not in found)
        if self._archive is not None:
            gone = [url for url, answer in found.items() if answer.status in ("dead", "failing")]
            for capture in self._archive.captures(gone, near):
                if capture.failure is None:
                    found[capture.url] = _archived(found[capture.url], capture)
        return found

    def _row(self, answer: "Answer") -> tuple[object, ...]:
        capture = answer.capture
        kept = self._recording is not None and capture.by == "network" and answer.sha256 is not None
        return (
            answer.status, answer.detail, capture.failure, answer.final_url, capture.by, answer.sha256,
            capture.fetched_at, capture.peer, kept,
        )  # fmt: skip

    @property
    def captures(self) -> list[dict[str, Any]]:
        """The capture files that were read or, last, recorded: path, number of captures, whether it was recorded."""
        found = [{**entry, "recorded": False} for entry in self._replay.files.files] if self._replay else []
        if self._recording is not None:
            found.append({"path": str(self._recording.path), "captures": self._recording.count, "recorded": True})
        return found

    @property
    def errors(self) -> list[str]:
        """What could not be read of the capture files."""
        return self._replay.files.errors if self._replay else []

    def notes(self) -> list[str]:
        """What the user must be told of the cache."""
        return [] if self._checker is None else self._checker.cache.notes

    def commit(self) -> None:
        """Finishes the recording, if there is one."""
        if self._recording is not None:
            self._recording.commit()

    def close(self) -> None:
        """Closes connections, cache and files; a recording that was not finished is thrown away."""
        if self._checker is not None:
            self._checker.close()
        if self._recording is not None:
            self._recording.close()
        if self._replay is not None:
            self._replay.files.close()


def _recording(means: Means) -> "Recording | None":
    from copydesk.origin.recording import Recording

    return Recording(means.record) if means.record is not None else None


def _archive(manners: Manners, checker: "OriginChecker") -> "Archive | None":
    from copydesk.origin.archive import Archive

    if manners.archive is None:
        return None
    return Archive(manners.archive, checker.fetcher, manners.archive_rate, manners.timeout)


def _archived(answer: "Answer", capture: "Capture") -> "Answer":
    """``answer`` of a page that is gone, with the archive's capture to look at."""
    told = f"{answer.detail}; {capture.detail}, captured {capture.fetched_at:%Y-%m-%d}"
    return replace(answer, detail=told, capture=replace(capture, body=b""), sha256=capture.sha256)
