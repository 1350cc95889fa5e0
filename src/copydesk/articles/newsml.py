"""NewsML-G2: news items by the IPTC's standard, one a file or many in a message.

https://iptc.org/std/NewsML-G2/2.34/ (document structure) and its guidelines. The text is XHTML, NITF or plain text inside of
`contentSet`; descriptions and links to other renditions are kept as they are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import Element

from copydesk.articles.elements import Document, Parsed, batches, cut, shape_of, tree
from copydesk.articles.fields import FieldMap
from copydesk.articles.fragments import text_of
from copydesk.articles.raw import Reading, Shape
from copydesk.articles.streams import Stream
from copydesk.errors import InputError

_ITEMS: Final = ("newsItem",)
_OTHER: Final = ("packageItem", "knowledgeItem", "conceptItem", "planningItem", "catalogItem")
_INLINE: Final = re.compile(r"<(?:[\w.-]{1,60}:)?inline(XML|Data)(?=[\s>])[^>]{0,4000}>")
_CONTENT: Final = re.compile(r"<(?:[\w.-]{1,60}:)?body\.content(?=[\s>])")
_PREFIXED: Final = re.compile(r"(</?)[\w.-]{1,60}:(?=[A-Za-z])")
_ADDRESS: Final = re.compile(r"(?i)\s*https?://")
_ELEMENTS: Final = 5_000
_CONTENTS: Final = 20
"""Renditions of one item in which its text is looked for."""


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a news item, or a message of them. A single item comes out as the file that it is."""
    document = cut(stream, _ITEMS)
    local = document.name.rpartition(":")[2]
    if local in _OTHER:
        raise InputError(f"{stream.name}: a <{local}> of NewsML-G2, which holds no news item of its own")
    if local != "newsItem":
        shape = shape_of(document, stream, "newsml")
        return Reading(shape, batches(stream, fields, document, _parser(document)))
    return Reading(Shape("newsml", ".xml", whole=True), _single(stream, fields, document))


def _single(stream: Stream, fields: FieldMap, document: Document) -> Iterator[Any]:
    for batch in batches(stream, fields, document, _parser(document)):
        around = stream.mark + stream.restored(document.head), stream.restored(document.end)
        raw = [around[0] + piece + around[1] for piece in batch.raw]
        bad = [replace(record, raw=around[0] + record.raw + around[1]) for record in batch.unreadable]
        yield replace(batch, raw=raw, unreadable=bad)


def _parser(document: Document) -> Callable[[str], Parsed]:
    def parse(text: str) -> Parsed:
        item = tree(document, text)
        return (None, item) if isinstance(item, str) else (_record(item, text), "")

    return parse


def _record(item: Element, text: str) -> dict[str, Any]:
    """A news item under plain names; its class, status, urgency and rights go to the rest."""
    guid = item.get("guid", "")
    alternatives = [guid, *(child.text or "" for child in _all(item, "altId"))]
    record: dict[str, Any] = {
        "article_id": guid,
        "source": _name(item, "provider") or _name(item, "infoSource"),
        "title": _text(item, "headline") or _text(item, "title"),
        "byline": _text(item, "by") or [name for name in _names(item, "creator") if name],
        "published": _text(item, "contentCreated") or _text(item, "firstCreated") or _text(item, "versionCreated"),
        "modified": _text(item, "contentModified") or _text(item, "versionCreated"),
        "section": [name for name in _names(item, "subject") if name][:1],
        "language": next((child.get("tag") for child in _all(item, "language") if child.get("tag")), None),
        "body": _body(text),
        "original_url": next((address for address in alternatives if _ADDRESS.match(address)), None),
        "image_credit": None,
    }
    rest = {
        "version": item.get("version"),
        "slugline": _text(item, "slugline"),
        "creditline": _text(item, "creditline"),
        "description": _text(item, "description"),
        "located": _name(item, "located"),
        "item_class": next((child.get("qcode") for child in _all(item, "itemClass")), None),
        "pub_status": next((child.get("qcode") for child in _all(item, "pubStatus")), None),
        "urgency": _text(item, "urgency"),
        "copyright": _name(item, "copyrightHolder") or _text(item, "copyrightNotice"),
        "usage_terms": _text(item, "usageTerms"),
        "ed_note": _text(item, "edNote"),
    }
    return record | {name: value for name, value in rest.items() if value}


def _all(item: Element, local: str) -> Iterator[Element]:
    """The elements called ``local`` in the item's metadata, in order; what stands in the content is not its metadata."""
    queue = list(item)[:_ELEMENTS]
    for element in queue:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name == local:
            yield element
        if name in ("itemMeta", "contentMeta", "rightsInfo"):
            queue.extend(list(element)[:_ELEMENTS])


def _text(item: Element, local: str) -> str | None:
    """The text of the first element called ``local`` that has any."""
    return next((text for element in _all(item, local) if (text := _plain(element))), None)


def _plain(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _names(item: Element, local: str) -> Iterator[str | None]:
    """The names of the persons, organisations or subjects called ``local``: their names, else their literal or code."""
    for element in _all(item, local):
        named = next((child for child in element if str(child.tag).rpartition("}")[2] == "name"), None)
        text = _plain(named) if named is not None else ""
        code = element.get("qcode", "").partition(":")[2]
        yield text or element.get("literal") or code or None


def _name(item: Element, local: str) -> str | None:
    return next((name for name in _names(item, local) if name), None)


def _body(text: str) -> str | None:
    """The text of the first content that has any: NITF from its `body.content`, else all of it."""
    for found in islice(_INLINE.finditer(text), _CONTENTS):
        end = text.find(f"inline{found[1]}>", found.end())
        content = text[found.end() : end if end >= 0 else len(text)].rpartition("</")[0]
        start = _CONTENT.search(content)
        if body := text_of(_PREFIXED.sub(r"\1", content[start.start() :] if start else content)):
            return body
    return None
