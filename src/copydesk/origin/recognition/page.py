"""What the page behind a URL is: the text that it shows and what it says of itself. Small, and kept in place of the page."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from copydesk.captures.capture import Capture
from copydesk.furniture import markup
from copydesk.pages import metadata
from copydesk.pages.charset import decoded
from copydesk.pages.facts import Facts, canonical, facts
from copydesk.pages.rights import Rights, rights
from copydesk.pages.visible import Line, lines
from copydesk.press.shingles import contained, folded, is_dense, tokens

_LANGUAGE: Final = re.compile(r"(?i)<html[^>]{0,2000}?\slang\s{0,5}=\s{0,5}[\"']?([a-z]{2,3}\b)")
_PASSWORD: Final = re.compile(r"(?i)\btype\s{0,5}=\s{0,5}[\"']?password\b")
_TEXTUAL: Final = re.compile(r"(?i)\s*(?:text/|application/(?:xhtml|xml|json|ld\+json)|application/octet-stream|$)")

_LINES: Final = 5_000
"""Lines that are kept; the page with the most of 166 real ones has 2,900."""

_LINE: Final = 20_000
"""Characters of a line that are kept."""

_TITLE: Final = 1_000
_ONCE: Final = 0.9
"""Containment from which the JSON-LD body only repeats the visible text, and is not kept twice."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one answer gave it. Everything in it is the page's claim, and bounded.

    ``title`` is the `<title>`, ``headlines`` are the other titles that it gives itself (JSON-LD, og:title, h1), likeliest
    first. ``published_day`` is in the page's own zone. ``canonical`` and the addresses of ``facts`` are absolute.
    ``facts.body`` is empty where the visible text holds it; ``body_length`` is its length in characters all the same.
    ``asks_password`` is whether there is a field for one.
    """

    url: str
    charset: str = "utf-8"
    language: str | None = None
    title: str = ""
    headlines: tuple[str, ...] = ()
    canonical: str | None = None
    published_at: datetime | None = None
    published_day: date | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    site: str | None = None
    facts: Facts = field(default_factory=Facts)
    body_length: int = 0
    rights: Rights = field(default_factory=Rights)
    asks_password: bool = False
    lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """The visible text, lines parted by line feeds, and after it what only the JSON-LD body holds."""
        return "\n".join((*(line.text for line in self.lines), self.facts.body))

    def dump(self) -> bytes:
        """The page as bytes for the cache; see `copydesk.origin.recognition.packed`."""
        from copydesk.origin.recognition.packed import packed

        return packed(self)

    @staticmethod
    def load(data: bytes) -> "Page":
        """The page that `dump` wrote. Raises `copydesk.errors.CacheError` for anything else."""
        from copydesk.origin.recognition.packed import unpacked

        return unpacked(data)


def read_page(capture: Capture) -> Page | None:
    """The page that ``capture`` brought; None where there is no body, or none of text.

    Takes time linear in the body, of which at most 8 MB, 100,000 tags and 250,000 characters of text are read.
    """
    if not capture.body or not _TEXTUAL.match((capture.header("content-type") or "")[:200]):
        return None
    source, charset = decoded(capture)
    told = metadata.read(source)
    tree = markup.read_page(source)
    language = found[1].lower() if (found := _LANGUAGE.search(source, 0, 5_000)) else None
    at, day, modified, _, titles, authors, site, _ = metadata.told(told, language)
    known = facts(told, capture.final_url)
    shown = tuple(line._replace(text=line.text[:_LINE]) for line in lines(tree)[:_LINES])
    body = known.body
    return Page(
        url=capture.final_url,
        charset=charset,
        language=language,
        title=" ".join(tree.title[:_TITLE].split()),
        headlines=tuple(titles or ()),
        canonical=canonical(told, capture.final_url),
        published_at=at,
        published_day=day,
        modified_at=modified,
        authors=tuple(authors or ()),
        site=site,
        facts=_without_body(known) if body and _repeats(body, shown) else known,
        body_length=len(body),
        rights=rights(capture, told),
        asks_password=any(
            tag == "input" and _PASSWORD.search(attributes, 0, 2_000) is not None
            for tag, attributes in zip(tree.tags, tree.attributes, strict=True)
        ),
        lines=shown,
    )


def _repeats(body: str, shown: tuple[Line, ...]) -> bool:
    """Whether the visible lines hold ``body``."""
    text = folded(body)
    dense = is_dense(text)
    there = tokens(folded("\n".join(line.text for line in shown)), dense).shingles()
    return contained(tokens(text, dense).shingles(), there) >= _ONCE


def _without_body(known: Facts) -> Facts:
    return replace(known, body="")
