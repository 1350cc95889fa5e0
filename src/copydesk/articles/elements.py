"""XML documents that hold records: an element for each, cut out of the bytes as it stands.

Records are found by their tags alone, without a parser for the whole, so that one that is broken costs itself, and so that
head + records + end are the document byte for byte. Each record is parsed by itself, below a copy of the root's tag for the
namespaces. A document type is never read: what it would declare (entities that multiply, or that name files) does not exist.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from copydesk.articles.fields import FieldMap
from copydesk.articles.raw import RawBatch, Reading, Shape, Unreadable
from copydesk.articles.recognise import root_of
from copydesk.articles.streams import LONGEST, Stream
from copydesk.encoding import Decoder
from copydesk.errors import InputError
from copydesk.pages.charset import codec_of

_RECORD: Final = 4 * 2**20
"""Bytes of one record; an article's text with its mark-up has some hundred thousand."""

_DEPTH: Final = 200
_ATTRIBUTES: Final = 200
_ELEMENTS: Final = 10_000
_BRIEF: Final = 2_000
"""Bounds for one record's elements; the deepest pages have a hundred levels."""

_HEAD: Final = 2**20
"""Bytes before the first record: a feed's own title, links and namespaces."""

_ROOT_TAG: Final = 8_192
"""Bytes of the root's start tag: each record is parsed below a copy of it. Feeds with twenty namespaces have 2,000."""
_PER_BATCH: Final = 512
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_ENTITY: Final = re.compile(rb"<!ENTITY")


@dataclass(frozen=True)
class Document:
    """A document cut into pieces: ``head`` + ``pieces`` + ``end`` is all of it. Each piece is a record, up to the next one.

    ``spans`` are the lengths of the records' own elements at the beginning of their pieces, None for one that is never closed;
    ``root`` is the start tag of the root element, ``name`` its name as written; ``codec`` the encoding.
    """

    name: str
    root: bytes
    head: bytes
    pieces: list[bytes]
    spans: list[int | None]
    end: bytes
    codec: str

    @property
    def complete(self) -> bool:
        """Whether the root element is closed."""
        return f"</{self.name}".encode() in (self.end if self.pieces else self.head)


Parsed = tuple[dict[str, Any] | None, str]
"""A record's fields under plain names, or (None, why it cannot be read)."""


def read(
    stream: Stream,
    fields: FieldMap,
    kind: str,
    tags: Sequence[str],
    parser: Callable[[Document, str], Callable[[str], Parsed]],
) -> Reading:
    """Reads a document of the format ``kind`` whose records are elements called as in ``tags`` (local names).

    ``parser`` is given the document and its head as text, and gives what makes fields of one record's text.
    """
    document = cut(stream, tags)
    return Reading(
        shape_of(document, stream, kind),
        batches(stream, fields, document, parser(document, _text(document, document.head))),
    )


def shape_of(document: Document, stream: Stream, kind: str) -> Shape:
    """How records of ``document`` are written again: between its head and its end."""
    head = stream.mark + stream.restored(document.head)
    return Shape(kind, ".xml", head, stream.encoding, epilogue=stream.restored(document.end))


def cut(stream: Stream, tags: Sequence[str]) -> Document:
    """Cuts the document in ``stream`` into records called as in ``tags``. Raises InputError where it is none."""
    data = stream.whole(LONGEST, "which is too long for XML: split it")
    found = root_of(data[:_HEAD])
    if found is None:
        raise InputError(f"{stream.name}: no root element in the first {_HEAD:,} bytes; is it XML?")
    prefix, local, start = found
    name = f"{prefix}:{local}" if prefix else local
    closing = data.find(b">", start, start + _ROOT_TAG)
    if closing < 0:
        raise InputError(f"{stream.name}: the start tag of <{name}> does not end within {_ROOT_TAG:,} bytes")
    root = data[start : closing + 1]
    if local in tags:  # the document is one record
        spans = _spans(data, {name.encode()}, start)
    else:
        own = [f"{prefix}:{tag}" if prefix else tag for tag in tags]
        own += tags if local == "RDF" else []  # RSS 1.0: rdf:RDF, and items of the default namespace
        spans = _spans(data, {tag.encode() for tag in own}, closing + 1)
    first = spans[0][0] if spans else len(data)
    if _ENTITY.search(data, 0, first):
        raise InputError(
            f"{stream.name}: its document type declares entities, which are not read; write the document without <!DOCTYPE …>"
        )
    if first > _HEAD and spans:
        raise InputError(f"{stream.name}: {first:,} bytes stand before the first record; at most {_HEAD:,} are read")
    last = len(data) if not spans else spans[-1][1] or _end_behind(data, spans[-1][0], name)
    ends = [begin for begin, _ in spans[1:]] + [last]
    pieces = [data[begin:end] for (begin, _), end in zip(spans, ends, strict=False)]
    lengths = [None if end is None else end - begin for begin, end in spans]
    return Document(name, root, data[:first], pieces, lengths, data[last:], _codec(stream, data))


def _end_behind(data: bytes, start: int, name: str) -> int:
    """Where the document's own end begins behind a record at ``start`` that is never closed: it is no part of that record."""
    own = rb"(?:</(?:[\w.-]{1,60}:)?(?:channel|itemSet)\s*>\s*)?</%b\s*>\s*\Z" % re.escape(name.encode())
    found = re.compile(own).search(data, start)
    return found.start() if found else len(data)


def _codec(stream: Stream, data: bytes) -> str:
    """The encoding of ``data``: that which it declares, unless a byte order mark has said it."""
    declared = None if stream.mark else _DECLARED.match(data[:400])
    return (declared and codec_of(declared[1].decode("ascii", "replace"))) or "utf-8"


def _spans(data: bytes, tags: set[bytes], start: int) -> list[tuple[int, int | None]]:
    """(start, end) of the elements called as in ``tags``; the end is None where another begins before, or nothing closes it."""
    names = b"|".join(map(re.escape, sorted(tags)))
    tag = re.compile(rb"<(?:(!--)|(!\[CDATA\[)|(/?)(?:%b)(?=[\s/>]))" % names)
    spans: list[tuple[int, int | None]] = []
    opened: int | None = None
    closers = {b"-->": True, b"]]>": True}
    at, bracket = start, 0
    while found := tag.search(data, at):
        at = found.end()
        if found[1] or found[2]:
            closer = b"-->" if found[1] else b"]]>"
            end = data.find(closer, at) if closers[closer] else -1
            closers[closer] = end >= 0  # what is not closed once is not looked for again
            at = end + 3 if end >= 0 else at
            continue
        if 0 <= bracket < at:  # else it is the one that was found before: the search goes over no byte twice
            bracket = data.find(b">", at)
        if not found[3]:
            if opened is not None:
                spans.append((opened, None))
            opened = found.start()
            if bracket > 0 and data[bracket - 1 : bracket] == b"/":
                spans.append((opened, bracket + 1))
                opened = None
        elif opened is not None:
            spans.append((opened, bracket + 1 if bracket >= 0 else None))
            opened = None
    if opened is not None:
        spans.append((opened, None))
    return spans


def batches(stream: Stream, fields: FieldMap, document: Document, parse: Callable[[str], Parsed]) -> Iterator[RawBatch]:
    """The records of ``document``; raises InputError after them where it is cut off."""
    decoder = Decoder()
    line = document.head.count(b"\n") + 1
    for first in range(0, len(document.pieces), _PER_BATCH):
        rows: list[Mapping[str, Any]] = []
        numbers, positions, raws, unreadable = [], [], [], []
        decodings: dict[int, str] = {}
        for number in range(first, min(first + _PER_BATCH, len(document.pieces))):
            piece, span = document.pieces[number], document.spans[number]
            raw = stream.restored(piece)
            text, decoding = _decoded(piece[:span], document.codec, decoder)
            row, reason = (None, _unread(span)) if span is None or span > _RECORD else parse(text)
            if row is None:
                unreadable.append(Unreadable(number, line, reason, raw))
            else:
                if decoding:
                    decodings[len(rows)] = decoding
                rows.append(row)
                numbers.append(number)
                positions.append(line)
                raws.append(raw)
            line += piece.count(b"\n")
        yield RawBatch(fields.frame(rows, decodings), numbers, positions, raws, unreadable, fields.take_notes())
    if not document.complete and not (document.name.rpartition(":")[2] and _is_single(document)):
        raise InputError(f"{stream.name}: <{document.name}> is not closed: the file is cut off; fetch it again")


def _is_single(document: Document) -> bool:
    """Whether the root element is itself the record, whose own end was looked for already."""
    return len(document.pieces) == 1 and document.pieces[0].startswith(document.root)


def _unread(span: int | None) -> str:
    return "the element is not closed" if span is None else f"longer than {_RECORD >> 20} MiB: no article"


def _decoded(piece: bytes, codec: str, decoder: Decoder) -> tuple[str, str | None]:
    if codec == "utf-8":
        return decoder.decode(piece)
    text = piece.decode(codec, "replace")
    lost = text.count("\ufffd")
    return text, f"{codec} with {lost} invalid bytes" if lost else None


def _text(document: Document, piece: bytes) -> str:
    return piece.decode(document.codec, "replace")


def tree(document: Document, text: str) -> ET.Element | str:
    """The element that ``text`` is, parsed with the namespaces of the root; else why it is not well-formed.

    There is no document type in what is parsed, so no entity but the five of XML; expat is not recursive.
    """
    root = _text(document, document.root)
    alone = text.startswith(root)
    wrapped = text if alone else f"{root.removesuffix('>').removesuffix('/')}>{text}</{document.name}>"
    data = wrapped.encode("utf-8", "replace")
    if reason := unsound(data):
        return reason
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 -- see above
    try:
        parser.feed(data)
        element = parser.close()
    except ET.ParseError as error:  # over a namespace with a brace in it, which parts names here
        return f"not well-formed XML: {error}"
    return element if alone else element[0]


def unsound(data: bytes, brief: frozenset[str] = frozenset()) -> str | None:
    """Why ``data`` (UTF-8) is no well-formed XML, or is none that is parsed any further; None where it is sound.

    ``brief`` are local names, in lower case, of elements that hold at most `_BRIEF` characters.
    """
    opened: list[str] = []
    count = inside = held = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, inside
        opened.append(name.rpartition(" ")[2].lower())
        count += 1
        inside += opened[-1] in brief
        if len(opened) > _DEPTH or count > _ELEMENTS or len(attributes) > _ATTRIBUTES:
            raise ValueError(
                f"more than {_DEPTH} levels, {_ELEMENTS:,} elements or {_ATTRIBUTES} attributes of one element"
            )

    def ends(name: str) -> None:
        nonlocal inside, held
        inside -= opened.pop() in brief
        held = held if inside else 0

    def holds(text: str) -> None:
        nonlocal held
        held += len(text) if inside else 0
        if held > _BRIEF:
            raise ValueError(f"a name or address has more than {_BRIEF:,} characters")

    def refuses(*_: object) -> None:
        raise ValueError("a document type stands in it")

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler = holds if brief else None
    parser.StartDoctypeDeclHandler = refuses
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return f"not well-formed XML: {error}"
    except ValueError as error:
        return f"no XML that is read: {error}"
    return None
