"""What a page reserves: robots directives and text-and-data-mining reservations, in its headers and its meta tags."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from copydesk.captures.capture import Capture
from copydesk.pages.metadata import Page

RESERVING: Final[tuple[str, ...]] = ("noai", "noimageai", "noml")
"""Directives of `robots` that reserve the page against machine learning: "noai" and "noimageai" are DeviantArt's (2022),
"noml" is Mojeek's. `noarchive` is none: 45 of 166 news pages have it, for search engines' copies."""

_LONGEST: Final = 500
_BOT: Final = re.compile(r"(?i)[a-z][\w-]{0,40}\s{0,3}:")
_NOT_A_BOT: Final = re.compile(r"(?i)(?:unavailable_after|max-snippet|max-image-preview|max-video-preview)\s{0,3}:")


class Rights(NamedTuple):
    """``noindex`` is a robots directive; ``reserved`` names those of `RESERVING` that are there, and "tdm-reservation"
    (TDMRep, W3C community report of 2024-05-10) where mining is reserved; ``policy`` is the address of its terms."""

    noindex: bool = False
    reserved: tuple[str, ...] = ()
    policy: str | None = None


def rights(capture: Capture, told: Page) -> Rights:
    """The reservations of the page ``told`` and of the headers that it came with; headers win where they differ."""
    headers = [value for name, value in capture.headers if name == "x-robots-tag"]
    directives = set(_directives((*(value for value in headers if _for_all(value)), *told.meta.get("robots", ()))))
    reserved = [name for name in RESERVING if name in directives]
    claim = capture.header("tdm-reservation") or next(told.first(("tdm-reservation",)), None)
    if claim is not None and claim.strip()[:5] == "1":
        reserved.append("tdm-reservation")
    policy = capture.header("tdm-policy") or next(told.first(("tdm-policy",)), None)
    return Rights(
        bool(directives & {"noindex", "none"}), tuple(reserved), policy.strip()[:_LONGEST] if policy else None
    )


def _for_all(value: str) -> bool:
    """Whether a header speaks to every robot: "otherbot: noindex" does not."""
    return not _BOT.match(value.strip()) or bool(_NOT_A_BOT.match(value.strip()))


def _directives(values: Iterable[str]) -> Iterable[str]:
    return (part.strip().lower() for value in values for part in value[:_LONGEST].split(","))
