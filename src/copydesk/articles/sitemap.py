"""Sitemaps, with the extension for news: what a site says of its newest articles. They have no text.

https://www.sitemaps.org/protocol.html and https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from collections.abc import Callable
from typing import Any, Final
from xml.etree.ElementTree import Element

from copydesk.articles.elements import Document, Parsed, tree
from copydesk.articles.elements import read as read_elements
from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import Reading
from copydesk.articles.recognise import root_of
from copydesk.articles.streams import Stream
from copydesk.errors import InputError

_NAMES: Final = {
    "loc": "url",
    "lastmod": "lastmod",
    "news/publication/name": "source",
    "news/publication/language": "language",
    "news/publication_date": "published",
    "news/title": "title",
    "news/genres": "genres",
    "news/keywords": "keywords",
    "image/loc": "image_url",
    "image/caption": "image_caption",
}
"""Path of local names below `url` -> the field's plain name."""

_DEEPEST: Final = 4
_ELEMENTS: Final = 1_000


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a sitemap; each `url` is a record. Raises InputError for an index, which only names other sitemaps."""
    root = root_of(stream.head())
    if root is not None and root[1] == "sitemapindex":
        raise InputError(
            f"{stream.name}: an index of sitemaps, which holds no article; fetch the sitemaps that it names and check those"
        )
    return read_elements(stream, fields, "sitemap", ("url",), _parser)


def _parser(document: Document, head: str) -> Callable[[str], Parsed]:
    def parse(text: str) -> Parsed:
        element = tree(document, text)
        if isinstance(element, str):
            return None, element
        record: dict[str, Any] = {}
        _collect(element, "", record, 0)
        return record, ""

    return parse


def _collect(element: Element, path: str, record: dict[str, Any], depth: int) -> None:
    for child in element[:_ELEMENTS]:
        name = f"{path}{child.tag.rpartition('}')[2]}" if isinstance(child.tag, str) else ""
        text = (child.text or "").strip()
        if text and name:
            record.setdefault(_NAMES.get(name, name), text)
        if depth < _DEEPEST:
            _collect(child, f"{name}/", record, depth + 1)
