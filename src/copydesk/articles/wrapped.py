"""Answers of news APIs, search engines and feeds in JSON: one object that wraps a list of articles, told by what the list holds.

The object is walked by its brackets, without a parser for the whole, so that what precedes the list, its elements and what
follows it are the object byte for byte.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

import orjson

from copydesk.articles.fields import FieldMap
from copydesk.articles.jsonl import AsItCame, Parser
from copydesk.errors import InputError

_STRING: Final = re.compile(rb'"(?>[^"\\]+|\\.)*+"', re.DOTALL)
_BRACKET: Final = re.compile(rb'"(?>[^"\\]+|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A whole string, or one that is never closed: looked for anew at each of its quotes, it would take hours."""
_SCALAR: Final = re.compile(rb"[^\s,\]}]+")
_BLANK: Final = re.compile(rb"[ \t\r\n]*+")
_LIST_OF_OBJECTS: Final = re.compile(rb"\[[ \t\r\n]*+\{")
_BRACE: Final = ord("{")

_LEVELS: Final = 4
"""Objects inside of one another in which a list is looked for: `response.docs`, `hits.hits`, `data.articles.results`."""

_SAMPLE: Final = 8
"""Elements of a list that are looked at; of most of them it must be plain that they are articles."""

_MEMBERS: Final = 1_000
"""Members of an object that are looked at."""

_BRIEF: Final = 4_096
"""Bytes of a nested value (a publisher, metadata) up to which it tells whether the object around it is an article."""

_LISTS: Final = frozenset(
    "articles data docs entries hits items news posts records response results stories @graph".split()  # noqa: SIM905
)
"""Under what names an empty list is the answer of a query that found nothing."""

_DATED: Final = ("published", "byline", "fetched")
"""Of these an article without a body has one, beside title and address; a picture or a link has none."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Where in a document the list of articles is: ``start`` is its bracket, ``end`` the byte behind that which closes it.

    ``name`` are the keys to it, with dots between.
    """

    name: str
    start: int
    end: int


_Member = tuple[str, int, int]
"""Name, and start and end of the value."""

Row = Mapping[str, Any]
"""A record's fields under canonical names."""


@dataclass(frozen=True)
class _Object:
    """An object of the document, outside of lists."""

    document: bytes
    members: list[_Member]
    fields: FieldMap

    @cached_property
    def row(self) -> Row:
        """Its fields, as far as the values say that are no long objects and no lists of any: those may be of articles."""
        values = {}
        for key, start, end in self.members:
            if not _LIST_OF_OBJECTS.match(self.document, start) and (
                self.document[start] != _BRACE or end - start <= _BRIEF
            ):
                try:
                    values[key] = orjson.loads(self.document[start:end])
                except orjson.JSONDecodeError:
                    continue
        return self.fields.frame([values]).row(0, named=True)

    def inside(self, start: int) -> "_Object":
        """The object at ``start``."""
        return _Object(self.document, list(_members(self.document, start)), self.fields)


def wrapping(name: str, document: bytes, fields: FieldMap) -> Wrapping | None:
    """The list of articles that the object ``document`` wraps; None where it is a record itself, or not JSON.

    Raises InputError where it holds several such lists, or articles in another way than as a list; messages call it ``name``.
    """
    start = _blank(document, 0)
    end = _end(document, start)
    return None if end is None or document[end:].strip() else _found(name, document, start, fields)


def is_followed(document: bytes) -> bool:
    """Whether another object follows that with which ``document`` begins."""
    end = _end(document, _blank(document, 0))
    return end is not None and document.startswith(b"{", _blank(document, end))


def note_on(line: bytes) -> str | None:
    """What a person should know of JSON Lines whose first is ``line``, where lines wrap articles; None where they are records."""
    try:
        found = wrapping("", line, FieldMap())
    except InputError:
        return None
    if found is None or _is_empty(line, found):
        return None
    return f"each line is one record, but wraps a list of articles; jq -c '.{found.name}[]' makes a record of each"


def begins_wrapping(head: bytes) -> bool:
    """Whether ``head``, which may be only the beginning of a document, is an object that wraps articles."""
    try:
        return _found("", head, _blank(head, 0), FieldMap()) is not None
    except InputError:
        return True


def _found(name: str, document: bytes, start: int, fields: FieldMap) -> Wrapping | None:
    whole = _Object(document, list(_members(document, start)), fields)
    found = [
        place for place, around in islice(_lists(whole, "", ()), _MEMBERS) if _holds_articles(document, place, around)
    ]
    filled = [place for place in found if not _is_empty(document, place)]
    if len(filled) > 1:
        names = ", ".join(place.name for place in filled[:5])
        raise InputError(
            f"{name}: one object with several lists of articles ({names}); write each into a file of its own, "
            f"as with jq '.{filled[0].name}'"
        )
    if not found:
        _refuse_tables(name, whole)
    fields.take_notes()  # what was looked at will be read again
    return next(iter(filled or found), None)


def _lists(inner: _Object, above: str, around: tuple[_Object, ...]) -> Iterator[tuple[Wrapping, tuple[_Object, ...]]]:
    """The lists below ``inner`` that may be of articles, each with the objects that it stands in."""
    around = (*around, inner)
    for key, start, end in inner.members:
        name = f"{above}.{key}" if above else key
        opening = inner.document[start : start + 1]
        if opening == b"{" and len(around) < _LEVELS:
            yield from _lists(inner.inside(start), name, around)
        elif opening == b"[":
            at = _blank(inner.document, start + 1)
            first = inner.document[at : at + 1]
            if first == b"{" or (first == b"]" and key.casefold() in _LISTS):
                yield Wrapping(name, start, end), around


def _holds_articles(document: bytes, place: Wrapping, around: tuple[_Object, ...]) -> bool:
    """Whether a list is one of articles, and none of what belongs to an article that it stands in."""
    if _is_empty(document, place):
        return not any(_says_something(outer.row) for outer in around)
    raws = [document[first:last] for _, first, last in islice(_members(document, place.start), _SAMPLE)]
    articles = [row for row in _rows(raws, around[0].fields) if _is_article(row)]
    if 2 * len(articles) <= len(raws):
        return False
    if any(outer.row["body"] and _is_article(outer.row) for outer in around):
        return False
    # a feed has a title, too; but a list without bodies may be of pictures, or of links
    return all(row["body"] for row in articles) or not any(_says_something(outer.row) for outer in around)


def _says_something(row: Row) -> bool:
    return bool(row["title"] or row["body"])


def _is_empty(document: bytes, place: Wrapping) -> bool:
    return not document[place.start + 1 : place.end - 1].strip()


def _rows(raws: list[bytes], fields: FieldMap) -> Iterator[Row]:
    return Parser().batch(AsItCame(), fields, raws, 0, range(len(raws))).scraped.iter_rows(named=True)


def _is_article(row: Row) -> bool:
    """Whether it is plain that ``row`` is an article; comments and paragraphs have less."""
    if row["body"]:
        return bool(row["title"] or row["original_url"])
    return bool(row["title"] and row["original_url"] and any(row[field] for field in _DATED))


def _refuse_tables(name: str, whole: _Object) -> None:
    """Raises InputError for articles that stand in an object column by column, or each under a key of its own."""
    document = whole.document
    keys = [key for key, _, _ in whole.members]
    shown = ", ".join(keys)[:120]
    remedy = 'pandas writes what is read with to_json(…, orient="records", lines=True)'
    all_objects = all(document[start : start + 1] == b"{" for _, start, _ in whole.members)
    if set(keys) == {"columns", "index", "data"} or (all_objects and _has_columns(whole)):
        raise InputError(f"{name}: a table written column by column ({shown}); {remedy}")
    if all_objects and len(keys) > 1:
        raws = [document[start:end] for _, start, end in whole.members[:_SAMPLE]]
        if all(_is_article(row) for row in _rows(raws, whole.fields)):
            raise InputError(
                f"{name}: an object of articles under keys of their own ({shown}); "
                f"jq -c '.[]' makes JSON Lines of it, and {remedy}"
            )


def _has_columns(whole: _Object) -> bool:
    """Whether the members are columns of a table: objects of values under the numbers of their rows."""
    rows = [
        [key for key, _, _ in islice(_members(whole.document, start), _SAMPLE)]
        for _, start, _ in whole.members[:_SAMPLE]
    ]
    numbered = bool(rows and rows[0]) and all(key.isdigit() for key in rows[0])
    return (
        numbered and all(row == rows[0] for row in rows) and bool(whole.fields.plan(key for key, _, _ in whole.members))
    )


def _members(document: bytes, at: int) -> Iterator[_Member]:
    """The members of the object or list at ``at``, as far as it goes; those of a list are called by their number."""
    if document[at : at + 1] not in (b"{", b"["):
        return
    is_object = document[at : at + 1] == b"{"
    at = _blank(document, at + 1)
    for number in range(_MEMBERS):
        key = str(number)
        if is_object:
            named = _STRING.match(document, at)
            if named is None:
                return
            key = named[0][1:-1].decode("utf-8", "replace")
            at = _blank(document, named.end())
            if document[at : at + 1] != b":":
                return
            at = _blank(document, at + 1)
        if document[at : at + 1] in (b"]", b"}", b""):
            return
        end = _end(document, at)
        yield key, at, len(document) if end is None else end
        if end is None:
            return
        at = _blank(document, end)
        if document[at : at + 1] != b",":
            return
        at = _blank(document, at + 1)


def _end(document: bytes, at: int) -> int | None:
    """Where the value at ``at`` ends; None where it is cut off."""
    if document[at : at + 1] not in (b"{", b"["):
        found = (_STRING if document[at : at + 1] == b'"' else _SCALAR).match(document, at)
        return found.end() if found else None
    depth = 0
    for token in _BRACKET.finditer(document, at):
        depth += _STEP.get(token[0], 0)
        if not depth:
            return token.end()
    return None


_STEP: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def _blank(document: bytes, at: int) -> int:
    found = _BLANK.match(document, at)
    return found.end() if found else at
