"""Web pages as they were fetched, one a file."""

import codecs
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from copydesk.articles.extraction import NOTE, demand, extracted
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Reading, Shape
from copydesk.articles.scraping import LONGEST, record
from copydesk.articles.streams import Stream
from copydesk.captures.capture import Capture
from copydesk.pages.charset import decoded

_FILE: Final = 64 * 2**20
"""Bytes of a file that is taken for one page."""


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads one page. Raises InputError where trafilatura is not installed, or the file is too long for a page."""
    demand(stream.name)
    return Reading(Shape("html", ".html", whole=True), _batches(stream, fields))


def _batches(stream: Stream, fields: FieldMap) -> Iterator[RawBatch]:
    document = stream.whole(_FILE, "which is no page; if it holds many, split it")
    notes = set()
    if len(document) > LONGEST:
        notes.add(f"only the first {LONGEST:,} bytes of the page were read")
    text, decoding = text_of(codecs.BOM_UTF8 + document if stream.mark else document)
    [answer] = extracted([(text, None)])
    if answer.get("failed"):
        notes.add(NOTE)
    frame = fields.frame([record(text, answer)], {0: decoding} if decoding else {})
    raw = stream.mark + stream.restored(document)
    yield RawBatch(frame, [0], [1], [raw], notes=frozenset(notes | fields.take_notes()))


def text_of(body: bytes, content_type: str | None = None) -> tuple[str, str | None]:
    """(text, how it was decoded) of a page; the second is None unless that was a guess."""
    headers = (("content-type", content_type),) if content_type else ()
    text, encoding = decoded(Capture("", "", datetime(1970, 1, 1, tzinfo=UTC), headers=headers, body=body))
    return text, encoding if "guess" in encoding or "invalid" in encoding else None
