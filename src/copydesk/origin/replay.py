"""Capture files in place of the network: the same answers as `copydesk.origin.web.check` gives, from the same evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from copydesk.captures.capture import Capture
from copydesk.captures.warc import WarcFiles
from copydesk.origin.status import evidence
from copydesk.origin.web.check import Answer


class Replay:
    """Answers from ``files``. A page that was gone when it was captured is failing: one look does not make it dead."""

    def __init__(self, files: WarcFiles) -> None:
        self.files = files

    def check(
        self, wanted: Iterable[str], near: Mapping[str, datetime]
    ) -> Iterator[tuple[str, tuple[Answer, Capture]]]:
        """The answers for those of ``wanted`` (normal forms) that were captured, each with its whole capture, from the
        captures nearest to the times in ``near``; what was not captured is left out."""
        captures = self.files.captures(dict.fromkeys(wanted), near)
        return ((found.url, (_answer(found), found)) for found in captures if found.failure != "no-capture")


def _answer(capture: Capture) -> Answer:
    said, words = evidence(capture)
    words = f"{words}, captured {capture.fetched_at:%Y-%m-%d}"
    return Answer("failing" if said == "gone" else said, words, replace(capture, body=b""), capture.sha256)
