"""Recognises what scrapers call their fields, and turns their values into text.

The names are those of trafilatura, newspaper4k, news-please, fundus, goose3, zyte-common-items, common Scrapy items and
the plain ones (`id`, `url`, `title`, `author`, `date`, `text`). A contract's ``fields`` come before them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson
import polars as pl

from copydesk.articles import dialects
from copydesk.articles.fragments import text_of
from copydesk.articles.frame import SCRAPED
from copydesk.articles.literals import LISTED, unlisted

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "article_id": ("article_id", "id", "uuid", "guid", "_id"),
    "source": (
        "source", "source_domain", "domain", "hostname", "source_hostname", "publisher", "site", "sitename",
        "site_name", "meta_site_name", "outlet", "source_name",
    ),
    "title": ("title", "headline", "article_title", "title_page", "html_title", "title_rss", "rss_title", "og_title", "heading"),
    "byline": (
        "byline", "author", "authors", "article_author", "article_authors", "creator", "dc:creator", "writer",
        "authors_byline", "author_name", "journalist", "by",
    ),
    "published": (
        "published", "published_at", "date_time_pub", "date", "date_publish", "publish_date", "publishing_date", "published_date",
        "date_published", "article_publish_date", "publication_date", "pub_date", "date_published_raw",
        "published_time", "published_on", "posted_at", "datetime", "timestamp", "created_at",
    ),
    "modified": (
        "modified", "modified_at", "date_modify", "date_modified", "modified_date", "updated", "updated_at", "lastmod",
        "date_modified_raw",
    ),
    "fetched": (
        "fetched", "fetched_at", "crawl_date", "date_download", "download_date", "warc_date", "filedate", "scraped_at",
        "crawled_at", "crawled", "retrieved_at", "date_downloaded", "seendate",
    ),
    "section": ("section", "category", "categories", "article_section"),
    "language": ("language", "lang", "in_language", "meta_lang"),
    "body": (
        "body", "text", "maintext", "article_text", "article_body", "plain_text", "plaintext", "cleaned_text", "content",
        "body_text", "content_text", "story", "raw_text", "full_text",
        "article_content", "article", "article_body_html", "body_html", "content_html",
    ),
    "original_url": (
        "original_url", "url", "link", "responded_url", "requested_url", "article_url", "source_url", "page_url",
        "web_url", "permalink", "href", "uri",
    ),
    "canonical_url": ("canonical_url", "canonical_link", "canonical"),
    "image_credit": ("image_credit", "photo_credit", "credit_text"),
    "html": ("html", "raw_html", "page_html"),
    "extractor": ("extractor", "scraper", "parser"),
    "extractor_version": ("extractor_version", "scraper_version", "parser_version"),
}  # fmt: skip
"""Canonical field -> names under which it comes, the likeliest first; compared without case, `_`, `-` and blanks."""

JOINTS: Final[Mapping[str, str]] = {"body": "\n", "byline": "; "}
"""How the parts of a list become one text; other fields use a comma."""

MARKED_UP: Final = ("article_body_html", "body_html", "content_html")
"""Names of bodies that are HTML by their name: what a reader sees of them is the body."""

_RENDERED: Final = ("rendered", "processed")
"""Under which WordPress and Drupal give the HTML of a text that they hold."""

_NAMED: Final = ("name", "@name", "display_name", "displayName", "full_name", "fullName")
_PARTED: Final = (
    ("first_name", "last_name"),
    ("firstName", "lastName"),
    ("firstname", "lastname"),
    ("givenName", "familyName"),
)
"""Under which the name of a person stands."""

NOTHING: Final = ("", "None", "none", "null", "NULL", "NaN", "nan", "N/A", "n/a", "NaT")
"""Texts that scrapers write for "no value"; news-please writes the string "None"."""

WEB_ADDRESS: Final = r"(?i)^\s*(https?:)?//"
"""A `source` that is an address: trafilatura calls the page's address so."""

WEB_ADDRESS_PATTERN: Final = re.compile(WEB_ADDRESS)
_FOLDED = re.compile(r"[\s_-]+")


def fold(name: str) -> str:
    """The form in which field names are compared: ``datePublished`` = ``date_published`` = ``Date published``."""
    return _FOLDED.sub("", name).casefold()


_REMEMBERED: Final = 200_000
"""Keys of records whose places are remembered: a hostile input may have new ones on every line."""

_FEW: Final = 20
"""Records of which polars makes a frame faster row by row."""


class FieldMap:
    """Maps the names of records onto canonical fields.

    ``mapping`` is the contract's ``fields``: canonical field -> the names to try first.
    """

    def __init__(self, mapping: Mapping[str, Sequence[str]] | None = None) -> None:
        self.mapping = mapping or {}
        self._names = {
            field: [fold(name) for name in (*self.mapping.get(field, ()), *known)] for field, known in NAMES.items()
        }
        self._known = frozenset(name for names in self._names.values() for name in names)
        self._plans: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._room = _REMEMBERED
        self._notes: set[str] = set()

    def recognises(self, name: str) -> bool:
        """Whether a field called ``name`` has a canonical place."""
        return fold(name) in self._known

    def plan(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Canonical field -> the record's own keys that may hold it, the likeliest first."""
        shape = tuple(keys)
        if (known := self._plans.get(shape)) is not None:
            return known
        by_name: dict[str, list[str]] = {}
        for key in shape:  # `Title` and `title` may stand side by side
            by_name.setdefault(fold(key), []).append(key)
        plan = {
            field: [key for name in dict.fromkeys(names) for key in by_name.get(name, ())]
            for field, names in self._names.items()
        }
        plan = {field: found for field, found in plan.items() if found}
        if len(shape) < self._room:
            self._room -= len(shape) + 1
            self._plans[shape] = plan
        return plan

    def take_notes(self) -> frozenset[str]:
        """What a person should know of the values mapped since the last call."""
        notes = frozenset(self._notes)
        self._notes.clear()
        return notes

    def note_nested(self, key: str) -> None:
        """Remembers that the field ``key`` holds a body in parts."""
        self._notes.add(f"the field {key!r} is nested: its texts were joined line by line")

    def frame(self, records: Sequence[Mapping[str, Any]], decodings: Mapping[int, str] | None = None) -> pl.DataFrame:
        """The scraped columns of ``records``, one row each; ``decodings`` says which rows were decoded how."""
        columns: dict[str, list[str | None]] = {field: [None] * len(records) for field in SCRAPED}
        for row, how in (decodings or {}).items():
            columns["decoding"][row] = how
        shapes: dict[tuple[str, ...], list[int]] = {}
        for row, record in enumerate(records):
            shapes.setdefault(tuple(record), []).append(row)
        for shape, rows in shapes.items():
            if (view := dialects.of(shape)) is None:
                self._fill(columns, records, self.plan(shape), rows)
            else:
                self._fill_seen(columns, {row: view(records[row]) for row in rows})
            if (tool := dialects.extractor_of(shape)) is not None:
                for row in rows:
                    columns["extractor"][row] = columns["extractor"][row] or tool
        if len(records) <= _FEW:
            return pl.from_dicts(
                [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)], SCRAPED
            )
        return pl.DataFrame(columns, schema=SCRAPED)

    def _fill_seen(self, columns: dict[str, list[str | None]], records: Mapping[int, Mapping[str, Any]]) -> None:
        """Fills the rows of ``records``, which are views of nested ones: each may have other names."""
        shapes: dict[tuple[str, ...], list[int]] = {}
        for row, record in records.items():
            shapes.setdefault(tuple(record), []).append(row)
        for shape, rows in shapes.items():
            self._fill(columns, records, self.plan(shape), rows)

    def _fill(
        self,
        columns: dict[str, list[str | None]],
        records: Sequence[Mapping[str, Any]] | Mapping[int, Mapping[str, Any]],
        plan: Mapping[str, list[str]],
        rows: list[int],
    ) -> None:
        """Fills ``columns`` at ``rows``, whose records all have the fields that ``plan`` maps."""
        addresses: dict[int, str] = {}
        for field, keys in plan.items():
            column, lists = columns[field], field in LISTED
            for key in keys:
                plain = not is_marked_up(field, key)
                for row in rows:
                    if column[row] is not None:
                        continue
                    value = records[row][key]
                    text = value if plain and type(value) is str else self._text(value, field, key)
                    if lists and text and text.startswith("["):
                        text = unlisted(text, JOINTS.get(field, ", "))
                    if text is None or ((len(text) < 5 or text.isspace()) and text.strip() in NOTHING):
                        continue
                    if field == "source" and WEB_ADDRESS_PATTERN.match(text):
                        addresses[row] = text  # trafilatura's `source` is the address of the page
                        continue
                    column[row] = text
        for row, address in addresses.items():
            columns["original_url"][row] = columns["original_url"][row] or address
        mapped = {keys[0] for keys in plan.values()}
        rest = [key for key in records[rows[0]] if key not in mapped]
        if rest:
            for row in rows:
                columns["extra"][row] = as_json({key: records[row][key] for key in rest})

    def _text(self, value: object, field: str, key: str) -> str | None:
        if field == "body" and isinstance(value, dict | list) and rendered(value) is None:
            self.note_nested(key)
        text = as_text(value, JOINTS.get(field, ", "))
        return text_of(text) if text and is_marked_up(field, key) else text


_MARKED_UP: Final = frozenset(map(fold, MARKED_UP))


def is_marked_up(field: str, key: str) -> bool:
    """Whether the record's own field ``key`` holds the canonical ``field`` as HTML, by its name."""
    return field == "body" and fold(key) in _MARKED_UP


def rendered(value: object) -> str | None:
    """The HTML of a text that a content system gives beside how it is made (`{"rendered": …}`); None where it is no such."""
    if not isinstance(value, Mapping):
        return None
    return next((value[name] for name in _RENDERED if isinstance(value.get(name), str)), None)


_DEEPEST = 40
"""Levels of a nested value that are read; fundus bodies have four."""


def as_text(value: object, joint: str, depth: int = 0) -> str | None:
    """A scraped value as text: lists joined by ``joint``, nested bodies (fundus) paragraph by paragraph, NaN as null."""
    if value is None or value != value or depth > _DEEPEST:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        if (marked := rendered(value)) is not None:
            return text_of(marked)
        if joint == JOINTS["body"] and (parts := parts_of_block(value)) is not None:
            text = as_text([value[part] for part in parts], joint, depth + 1)
            return text_of(text) if text and "html" in value["type"] else text
        name = _name_of(value) or (value.get("title") if joint not in JOINTS.values() else None)
        if joint == JOINTS["byline"] or (name and joint != JOINTS["body"]):  # a person, an organisation
            return as_text(name, joint, depth + 1)
        return _joined(value.values(), joint, depth)
    if joint == JOINTS["byline"] and isinstance(value, int | float):  # an author's number is no name
        return None
    if isinstance(value, list | tuple):
        return _joined(value, joint, depth)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


_BLOCK: Final = ("text", "value", "content")


def parts_of_block(block: Mapping[str, Any]) -> list[str] | None:
    """Under what name the text of a block of a body stands (`{"type": "p", "text": …}`), none of pictures; None of no block."""
    if not isinstance(block.get("type"), str) or any(isinstance(value, Mapping | list) for value in block.values()):
        return None
    return [name for name in _BLOCK if isinstance(block.get(name), str)][:1]


def _name_of(value: Mapping[str, Any]) -> object:
    """The name of a person or an organisation, None without one."""
    if name := next((value[key] for key in _NAMED if value.get(key)), None):
        return name
    for first, last in _PARTED:
        if value.get(last):
            return " ".join(str(part) for part in (value.get(first), value[last]) if part)
    return None


def _joined(values: Iterable[object], joint: str, depth: int) -> str | None:
    texts = [text for value in values if (text := as_text(value, joint, depth + 1)) is not None and text.strip()]
    return joint.join(texts) if texts else None


def as_json(value: object) -> str:
    """``value`` as JSON, whatever it is made of: what JSON cannot say becomes text."""
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError, RecursionError):  # numbers beyond 64 bits, nesting beyond 254 levels
        pass
    try:
        return json.dumps(value, default=str, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError):
        return json.dumps("(not kept: nested too deeply)")
