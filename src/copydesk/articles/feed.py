"""RSS and Atom, read with `feedparser`: each entry is a record, its body the full content, else the summary.

feedparser is given single entries below the feed's own root tag, as a stream in memory: of a text it would otherwise think
that it may name a file or an address.
"""

import html
import io
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Final

from copydesk.articles.elements import Document, Parsed, unsound
from copydesk.articles.elements import read as read_elements
from copydesk.articles.fields import FieldMap
from copydesk.articles.fragments import text_of
from copydesk.articles.raw import Reading
from copydesk.articles.streams import Stream
from copydesk.encoding import SURROGATE, with_joined_halves
from copydesk.errors import InputError

_HEADERS: Final = {"content-type": "application/xml; charset=utf-8"}
_LOOSE: Final = 2**15
"""Characters of an entry that may be no well-formed XML: feedparser then reads it in quadratic time. Stray ampersands and
entities of HTML are common, entries of this length are not."""

_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_LAST: Final = 0x10FFFF
_DIGITS: Final = 10
"""Digits of a reference to a character; leading zeros apart it has seven at most."""

_RUN: Final = re.compile(r"[A-Za-z0-9_.+-]{2000,}")
_PEOPLE: Final = frozenset(
    ("author", "creator", "managingeditor", "webmaster", "name", "email", "contributor", "publisher", "owner")
)
"""Elements in which feedparser looks for an e-mail address, with an expression that takes quadratic time
over a run of letters; in an entry that is not well-formed, no such run may stand anywhere."""

_LIST: Final = 100
"""Authors, tags or links of one entry that are read."""


def read(stream: Stream, fields: FieldMap) -> Reading:
    """Reads a feed. Raises InputError where it is none, or feedparser is not installed."""
    if find_spec("feedparser") is None:
        raise InputError(f"{stream.name}: a feed, which needs feedparser: pip install 'copydesk[feeds]'")
    return read_elements(stream, fields, "feed", ("item", "entry"), _parser)


def _parser(document: Document, head: str) -> Callable[[str], Parsed]:
    root = document.root.decode(document.codec, "replace").removesuffix(">").removesuffix("/") + ">"
    inner, outer = ("<channel>", "</channel>") if document.name == "rss" else ("", "")
    closing = f"{outer}</{document.name}>"
    own = head[head.find(root.removesuffix(">")) :] if root.removesuffix(">") in head else root
    end = document.end.decode(document.codec, "replace") if document.pieces else ""
    around = _with_characters(f"{own}{end if document.complete else closing}")
    feed = {} if _costly(around) else _parsed(around).get("feed", {})

    def parse(text: str) -> Parsed:
        wrapped = _with_characters(f"{root}{inner}{text}{closing}")
        if reason := _costly(wrapped):
            return None, reason
        parsed = _parsed(wrapped)
        entries = parsed.get("entries") or []
        if not entries:
            return None, f"not a readable entry: {parsed.get('bozo_exception') or 'there is nothing in it'}"[:300]
        return _record(entries[0], feed), ""

    return parse


def _costly(document: str) -> str | None:
    """Why ``document`` is not given to feedparser, whose time would grow with the square of its length; else None."""
    reason = unsound(document.encode("utf-8", "replace"), _PEOPLE)
    if reason and len(document) <= _LOOSE and not _RUN.search(html.unescape(html.unescape(document))):
        return None
    return reason


def _parsed(document: str) -> Mapping[str, Any]:
    import feedparser

    try:
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers=_HEADERS,
            sanitize_html=False,  # only the text is taken
            resolve_relative_uris=False,
        )
    except Exception as error:  # its reader of what is no XML breaks on some of it, in ways of its own
        return {"bozo_exception": f"feedparser fails on it ({type(error).__name__})"}
    return found


def _with_characters(document: str) -> str:
    """``document`` with what refers to half a character, as old programs write emoji (`&#55357;&#56834;`), as the characters that
    the halves make; U+FFFD for what refers to none: no parser takes either."""
    return with_joined_halves(_REFERENCE.sub(_meant, document))


def _meant(reference: re.Match[str]) -> str:
    digits = (reference[1] or reference[2]).lstrip("0")
    code = int(digits or "0", 16 if reference[1] else 10) if len(digits) <= _DIGITS else _LAST + 1
    if SURROGATE.match(half := chr(min(code, _LAST))):
        return half
    return reference[0] if code <= _LAST else "\ufffd"


def _record(entry: dict[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    """An entry under plain names: those of copydesk's fields, and `summary`, `tags`, `enclosures`, `rights` for the rest."""
    contents = [part for part in entry.get("content", [])[:_LIST] if part.get("value")]
    content = max(contents, key=lambda part: len(part["value"]), default=None)
    summary = entry.get("summary")
    body = (content or {}).get("value") or summary
    names = [author["name"] for author in entry.get("authors", [])[:_LIST] if author.get("name")]
    tags = [tag["term"] for tag in entry.get("tags", [])[:_LIST] if tag.get("term")]
    record = {
        "article_id": entry.get("id"),
        "source": (entry.get("source") or {}).get("title") or feed.get("title"),
        "title": text_of(entry["title"]) if entry.get("title") else None,
        "byline": names or entry.get("author"),
        "published": entry.get("published"),
        "modified": dict.get(entry, "updated"),  # not its own get(), which would give the publication's
        "section": tags[:1],
        "language": (content or {}).get("language") or entry.get("language") or feed.get("language"),
        "body": text_of(body) if body else None,
        "original_url": entry.get("feedburner_origlink") or entry.get("link"),
        "image_credit": ", ".join(
            credit["content"] for credit in entry.get("media_credit", [])[:_LIST] if credit.get("content")
        ),
    }
    rest = {
        "summary": text_of(summary) if content and summary else None,
        "tags": tags,
        "enclosures": [link["href"] for link in entry.get("enclosures", [])[:_LIST] if link.get("href")],
        "rights": entry.get("rights") or feed.get("rights"),
    }
    return record | {name: value for name, value in rest.items() if value}
