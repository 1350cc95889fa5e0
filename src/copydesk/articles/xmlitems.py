"""Records as elements of plain XML: Scrapy's XML feeds, what pandas writes with `to_xml`, and lists of `article`.

https://docs.scrapy.org/en/latest/topics/exporters.html#xmlitemexporter
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

_RECORDS: Final = {"items": "item", "data": "row", "articles": "article"}
"""Root element -> the elements that are records."""

_DEEPEST: Final = 20
_ELEMENTS: Final = 1_000


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a document of records; each child of a record is one of its fields."""
    root = root_of(stream.head())
    return read_elements(stream, fields, "xml", (_RECORDS.get(root[1] if root else "", "item"),), _parser)


def _parser(document: Document, head: str) -> Callable[[str], Parsed]:
    def parse(text: str) -> Parsed:
        element = tree(document, text)
        if isinstance(element, str):
            return None, element
        record = _value(element, 0)
        return (
            (record, "")
            if isinstance(record, dict)
            else (None, "the element holds no others, which would be its fields")
        )

    return parse


def _value(element: Element, depth: int) -> Any:
    """The text of an element; a list where it holds nothing but `value`, as Scrapy writes them; else its children by name."""
    children = [child for child in element[:_ELEMENTS] if isinstance(child.tag, str)]
    if not children or depth > _DEEPEST or (element.text or "").strip():
        return "".join(element.itertext()).strip() or None
    values = [(child.tag.rpartition("}")[2], _value(child, depth + 1)) for child in children]
    if all(name == "value" for name, _ in values) and depth:
        return [value for _, value in values]
    found: dict[str, list[Any]] = {}
    for name, value in values:
        found.setdefault(name, []).append(value)
    return {name: several[0] if len(several) == 1 else several for name, several in found.items()}
