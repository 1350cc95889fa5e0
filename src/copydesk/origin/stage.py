"""The origin's place in a run: adds what the pages behind the original URLs answered, and what they are."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from copydesk.errors import InputError
from copydesk.origin.columns import COLUMNS as PAGES
from copydesk.origin.manners import Manners
from copydesk.origin.means import OFFLINE, Means
from copydesk.press.dates import INSTANT
from copydesk.urls.url import asked, digest_of, registrable_domain

if TYPE_CHECKING:
    from copydesk.captures.capture import Capture
    from copydesk.captures.recording import Recording
    from copydesk.origin.archive import Archive
    from copydesk.origin.judged import Dump
    from copydesk.origin.recognition.page import Page
    from copydesk.origin.replay import Replay
    from copydesk.origin.web.check import Answer, OriginChecker
    from copydesk.origin.web.trust import Trust

NOT_CHECKED = "not-checked"

PAGE_FORMAT: Final = "1"
"""What `copydesk.origin.recognition.page` makes of a page; pages of another form are fetched again."""

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
    "trust": pl.List(pl.String()),
}
"""What the answers say: `origin_status` (alive, failing, dead, blocked, unknown, not-checked) with its evidence in words;
`origin_failure` (why there was no answer, see `copydesk.captures.capture.Failure`); `final_url` (where redirects led); of the
capture that was looked at `origin_by` (network, warc, archive), the digest of its body (hex), its time and peer, and whether
this run keeps it in a recording; ``trust`` what trust.txt files say of the host, where the contract has them asked."""

_UNASKED: Final = [
    pl.lit(NOT_CHECKED if name in ("origin_status", "origin_match") else None, kind).alias(name)
    for name, kind in {**COLUMNS, **PAGES}.items()
]
"""The columns of a run that asks nobody."""

_NOTHING: Final = (NOT_CHECKED, *[None] * (len(COLUMNS) - 1))


class OriginStage:
    """Adds `COLUMNS` and those of `copydesk.origin.columns`; offline `origin_status` and `origin_match` say "not-checked".

    Captures in files come first, then the network, and for what is gone an archive.
    """

    def __init__(self, manners: Manners, means: Means = OFFLINE, scratch: Path | None = None) -> None:
        self._recording: Recording | None = None
        self._checker: OriginChecker | None = None
        self._replay: Replay | None = None
        self._archive: Archive | None = None
        self._sibling: Callable[[str], Page | None] | None = None
        self._trust: Trust | None = None
        self._recognises = manners.recognise
        self._edited: dict[bytes, float] = {}  # asked again in this run and changed: later batches are told as well
        if means.warc and scratch is not None:
            self._replay = _replay(means, scratch)
        if means.online:
            self._recording = _recording(means)
            self._checker = _checker(manners, self._recording)
            self._archive = _archive(manners, self._checker)
            self._trust = _trust(manners, self._checker)
        if self._checker is not None or self._replay is not None:
            self._sibling = _siblings(self._replay, self._checker)

    def add(self, articles: pl.DataFrame) -> pl.DataFrame:
        """``articles`` with the origin columns; only URLs without problems are asked."""
        if self._checker is None and self._replay is None:
            return articles.with_columns(_UNASKED)
        from copydesk.origin.judged import judged

        fit = articles.select(pl.when(pl.col("url_problems").list.len() == 0).then(pl.col("url_href")), "published_at")
        dated = fit.drop_nulls().group_by("url_href").agg(pl.col("published_at").min())
        wanted = fit["url_href"].drop_nulls().unique(maintain_order=True)
        before = self._asked_at(wanted)
        answers, pages = self._answers(wanted, dict(dated.iter_rows()))
        found = judged(
            articles,
            {url: (answer.capture, pages.get(url)) for url, answer in answers.items()},
            self._earlier(before),
            self._sibling,
        )
        settled = self._settled(answers, found.select("url_href", "origin_standing", "origin_evidence"))
        trust = self._relations(articles["url_host"])
        rows = [
            self._row(settled[url], trust.get(host)) if url in settled else _NOTHING
            for url, host in zip(fit["url_href"], articles["url_host"], strict=True)
        ]
        return _filled(found, rows)

    def _answers(self, wanted: pl.Series, near: Mapping[str, datetime]) -> "tuple[dict[str, Answer], dict[str, Dump]]":
        """What is known of each of ``wanted``, and its page; what no file holds is left out where the network is not asked."""
        answers: dict[str, Answer] = {}
        pages: dict[str, Dump] = {}
        if self._replay is not None:
            for url, (answer, capture) in self._replay.check(wanted, near):
                answers[url], pages[url] = answer, self._dump(capture)
        if self._checker is not None:
            found = self._checker.check(url for url in wanted if url not in answers)
            pages |= {url: self._checker.cache.page(answer.capture.url) for url, answer in found.items()}
            answers |= found
        if self._archive is not None:
            gone = [url for url, answer in answers.items() if answer.status in ("dead", "failing")]
            for capture in self._archive.captures(gone, near):
                if capture.failure is None:
                    answers[capture.url] = _archived(answers[capture.url], capture)
                    pages[capture.url] = self._dump(replace(capture, final_url=capture.url))
        return answers, pages

    def _asked_at(self, wanted: pl.Series) -> dict[str, float]:
        """When each of ``wanted`` was asked last, in UNIX time, by this run or an earlier one."""
        if self._checker is None or not self._recognises:
            return {}
        known = ((url, self._checker.cache.get(asked(url))) for url in wanted)
        before = {url: entry.asked_at for url, entry in known if entry is not None}
        return before | {url: at for url in before if (at := self._edited.get(digest_of(url))) is not None}

    def _earlier(self, before: dict[str, float]) -> "dict[str, Page]":
        """The pages as they were when they were asked ``before``, of those that have been changed since."""
        from copydesk.origin.recognition.page import Page

        found = {}
        for url, at in before.items():
            previous = self._checker.cache.previous(asked(url)) if self._checker else None
            if previous is not None and abs(previous[1].timestamp() - at) < 0.001:  # an older change was told of then
                self._edited[digest_of(url)] = at
                with suppress(InputError):
                    found[url] = Page.load(previous[0])
        return found

    def _dump(self, capture: "Capture") -> "Dump":
        return _dump(capture) if self._recognises else None

    def _settled(self, answers: "dict[str, Answer]", found: pl.DataFrame) -> "dict[str, Answer]":
        """The answers once their pages have been looked at: a page that answers may still be gone, or closed to programs."""
        standings: dict[str, dict[str, str]] = {}
        for url, standing, evidence in found.iter_rows():
            if url in answers and standing is not None:
                standings.setdefault(url, {}).setdefault(standing, evidence)
        return {url: self._settle(answer, standings.get(url, {})) for url, answer in answers.items()}

    def _settle(self, answer: "Answer", standings: dict[str, str]) -> "Answer":
        if answer.status != "alive" or not self._recognises:
            return answer
        network = self._checker if answer.capture.by == "network" else None
        if "alive" in standings or not standings:  # a page that is no text is there all the same
            return network.settle(answer, None) if network else answer
        if (why := standings.get("dead")) is not None:
            return network.settle(answer, why) if network else replace(answer, status="failing", detail=why)
        if (why := standings.get("blocked")) is not None:
            return replace(answer, status="blocked", detail=why)
        return replace(answer, status="unknown", detail=standings["unknown"])

    def _relations(self, hosts: pl.Series) -> dict[str, list[str]]:
        """What trust.txt files say of each of ``hosts``; nothing where they are not asked."""
        if self._trust is None:
            return {}
        domains = {host: registrable_domain(host) for host in hosts.drop_nulls().unique(maintain_order=True)}
        found = self._trust.relations(domains.values())
        return {host: found[domain] for host, domain in domains.items() if domain in found}

    def _row(self, answer: "Answer", trust: list[str] | None) -> tuple[object, ...]:
        capture = answer.capture
        kept = self._recording is not None and capture.by == "network" and answer.sha256 is not None
        return (
            answer.status, answer.detail, capture.failure, answer.final_url, capture.by, answer.sha256,
            capture.fetched_at, capture.peer, kept, trust,
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


def _filled(articles: pl.DataFrame, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return articles.with_columns(pl.DataFrame(rows, schema=COLUMNS, orient="row").get_columns())


# what asks, reads WARC files and parses pages is loaded only where something is asked


def _checker(manners: Manners, record: "Recording | None") -> "OriginChecker":
    from copydesk.origin.web.check import OriginChecker

    return OriginChecker(manners, handle=_dump, page_format=PAGE_FORMAT, record=record.take if record else None)


def _replay(means: Means, scratch: Path) -> "Replay":
    from copydesk.captures.warc import WarcFiles
    from copydesk.origin.replay import Replay

    return Replay(WarcFiles(means.warc, scratch / "captures"))


def _recording(means: Means) -> "Recording | None":
    from copydesk.captures.recording import Recording

    return Recording(means.record) if means.record is not None else None


def _archive(manners: Manners, checker: "OriginChecker") -> "Archive | None":
    from copydesk.origin.archive import Archive

    if manners.archive is None:
        return None
    return Archive(manners.archive, checker.fetcher, manners.archive_rate, manners.timeout, checker.end)


def _trust(manners: Manners, checker: "OriginChecker") -> "Trust | None":
    from copydesk.origin.web.trust import Trust

    return Trust(checker.fetcher, end=checker.end) if manners.trust_txt else None


def _siblings(replay: "Replay | None", checker: "OriginChecker | None") -> "Callable[[str], Page | None]":
    """Neighbours out of the files, where the run that recorded them asked for some, or else from the network."""
    from copydesk.origin.recognition.page import Page
    from copydesk.origin.recognition.siblings import Siblings

    def ask(address: str) -> Page | None:
        dump = None
        for _, (_, capture) in replay.check([address], {}) if replay else ():
            return Page.load(dump) if _answered(capture) and (dump := _dump(capture)) is not None else None
        if checker is not None and _answered(capture := checker.check([address])[address].capture):
            dump = checker.cache.page(capture.url)
        return Page.load(dump) if dump is not None else None

    return Siblings(ask)


def _answered(capture: "Capture") -> bool:
    return capture.status is not None and capture.status < 300


def _dump(capture: "Capture") -> bytes | None:
    from copydesk.origin.recognition.page import read_page

    page = read_page(capture)
    return None if page is None else page.dump()


def _archived(answer: "Answer", capture: "Capture") -> "Answer":
    """``answer`` of a page that is gone, with the archive's capture to look at."""
    told = f"{answer.detail}; {capture.detail}, captured {capture.fetched_at:%Y-%m-%d}"
    return replace(answer, detail=told, capture=replace(capture, body=b""), sha256=capture.sha256)
