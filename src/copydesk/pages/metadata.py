"""What a kept page says of itself: dates, headline, authors, site and canonical address from its metadata.

Read with bounded searches, no tree: a page may be hostile, and both usual native parsers can be brought to quadratic time
by one. A search for the few tags that matter passes over the text once, and nothing in it is run or fetched.
JSON-LD comes before meta tags, for it names what it means; meta tags before `<time>`.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import polars as pl

from copydesk.pages import jsonld
from copydesk.press import dates
from copydesk.press.dates import INSTANT

COLUMNS: Final[dict[str, pl.DataType]] = {
    "page_published_at": INSTANT,
    "page_published_day": pl.Date(),
    "page_modified_at": INSTANT,
    "page_title": pl.String(),
    "page_titles": pl.List(pl.String()),
    "page_authors": pl.List(pl.String()),
    "page_site": pl.String(),
    "page_canonical": pl.String(),
}
"""What `told` gives. ``page_published_day`` is the day as the page writes it, in its own zone;
``page_titles`` are all headlines the page gives itself, the likeliest (``page_title``) first."""

_READ = 4_000_000
"""Characters of a page that are read; the longest of 166 real pages has 1.7 million."""

_TAGS = 20_000
_ATTRIBUTES = 8_000
_SCRIPT = 2_000_000
"""Bounds for tags, one tag's attributes, and one script's characters."""

_TEXT = 1_000
"""Characters of a headline or name."""

_OPEN = re.compile(r"<(?:(!--)|(meta|link|time|script|h1)(?=[\s/>]))", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:.-]{0,60})\s{0,10}=\s{0,10}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_VALUES = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ANY_TAG = re.compile(r"<[^<>]{0,1000}>")
_END_OF_SCRIPT = re.compile("</script", re.IGNORECASE)
_END_OF_HEADING = re.compile("</h1", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article_published_time", "datepublished", "publishdate",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.published", "dcterms.created",
    "dc.date.created", "prism.publicationdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "article.published", "article:publish_time", "og:published_time", "publish_date", "publication_date", "pubdate",
    "publish-date", "date.created", "datecreated", "citation_publication_date", "originalpublicationdate", "dc.date",
    "dcterms.date", "og:pubdate", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article_modified_time", "dc.date.modified",
    "dcterms.modified", "date.modified", "date.updated", "last-modified", "last_updated_date", "revised",
)  # fmt: skip
_TITLE = (
    "og:title",
    "headline",
    "parsely-title",
    "sailthru.title",
    "cxenseparse:title",
    "dc.title",
    "dcterms.title",
    "twitter:title",
)
_AUTHOR = (
    "author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "dc.creator",
    "byl",
    "article:author",
    "dable:author",
)
_SITE = ("og:site_name", "application-name", "publisher", "dc.publisher", "apple-mobile-web-app-title")


@dataclass(slots=True)
class Page:
    """The raw values that a page gives: names of meta tags in lower case, JSON-LD articles, other elements."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    articles: list[Mapping[str, Any]] = field(default_factory=list)
    times: dict[str, str] = field(default_factory=dict)
    headline: str | None = None
    canonical: str | None = None
    credentials: str | None = None

    def first(self, names: tuple[str, ...]) -> Iterator[str]:
        """The values of the meta tags ``names``, in the order of the names."""
        return (value for name in names for value in self.meta.get(name, ()))

    def linked(self, key: str) -> Iterator[str]:
        """The texts that JSON-LD articles give for ``key``."""
        for article in self.articles:
            value = article.get(key)
            if isinstance(value, str):
                yield value


def told(page: Page, language: str | None) -> tuple[Any, ...]:
    """What ``page`` says of itself, a value for each of `COLUMNS`; ``language`` helps to read its dates."""
    published, modified = (_date(found, language) for found in _times(page))
    titles, authors, site = _titles(page), _authors(page), _site(page)
    return (
        published and published[0],
        published and published[1],
        modified and modified[0],
        titles[0] if titles else None,
        titles or None,
        authors or None,
        site,
        page.canonical,
    )


def claimed(page: Page) -> dict[str, str | list[str] | None]:
    """What ``page`` says of its article, as written and under plain names: what a scraper would take from its metadata."""
    published, modified = (next((text for text in found if _date([text], None)), None) for found in _times(page))
    titles = _titles(page)
    section = texts([*page.linked("articleSection"), *page.first(("article:section", "parsely-section"))])
    language = [*page.linked("inLanguage"), *page.first(("og:locale", "content-language", "language", "dc.language"))]
    return {
        "title": titles[0] if titles else None,
        "byline": _authors(page) or None,
        "published": published,
        "modified": modified,
        "source": _site(page),
        "section": section[0] if section else None,
        "language": language[0] if language else None,
        "canonical_url": page.canonical,
    }


def _times(page: Page) -> tuple[list[str], list[str]]:
    """When ``page`` says that it was published, and modified: what is likeliest first."""
    return (
        [*page.linked("datePublished"), *page.first(_PUBLISHED), *_time(page, "datepublished")],
        [*page.linked("dateModified"), *page.first(_MODIFIED), *_time(page, "datemodified")],
    )


def _titles(page: Page) -> list[str]:
    return texts([*page.linked("headline"), *page.first(_TITLE[:1]), page.headline or "", *page.first(_TITLE[1:])])


def _authors(page: Page) -> list[str]:
    return texts(names(page, "author")) or texts(page.first(_AUTHOR))


def _site(page: Page) -> str | None:
    return next(iter(texts([*page.first(_SITE[:1]), *names(page, "publisher"), *page.first(_SITE[1:])])), None)


def read(text: str) -> Page:
    """Collects the metadata of a page in one pass over at most `_READ` characters."""
    text = text[:_READ]
    page, position = Page(), 0
    for _ in range(_TAGS):
        found = _OPEN.search(text, position)
        if found is None:
            break
        if found[1]:
            end = text.find("-->", found.end())
            position = end + 3
        else:
            end = _tag_end(text, found.end())
            position = end + 1
        if end < 0:
            break
        if not found[1]:
            attributes = _attributes(text[found.end() : min(end, found.end() + _ATTRIBUTES)])
            position = _element(page, found[2].lower(), attributes, text, position)
    return page


def _tag_end(text: str, start: int) -> int:
    """Where the tag that begins before ``start`` ends: a ``>`` inside a quoted value does not end it."""
    end = text.find(">", start)
    if end < 0 or (text.find('"', start, end) < 0 and text.find("'", start, end) < 0):
        return end
    closed = _VALUES.match(text, start, start + _ATTRIBUTES)
    return closed.end() - 1 if closed else end


def _attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "").strip()
        for found in _ATTRIBUTE.finditer(text)
    }


def _element(page: Page, tag: str, attributes: dict[str, str], text: str, position: int) -> int:
    """Notes one element; gives the position after what was read of it."""
    if tag == "meta":
        for key in ("property", "name", "itemprop"):
            if (name := attributes.get(key)) and (content := attributes.get("content")):
                page.meta.setdefault(name.lower(), []).append(content[: _TEXT * 2])
    elif tag == "link":
        rel = attributes.get("rel", "").lower().split()
        if "canonical" in rel:
            page.canonical = page.canonical or attributes.get("href") or None
        elif "c2pa-manifest" in rel:
            page.credentials = page.credentials or attributes.get("href", "")[: 2 * _TEXT] or None
    elif tag == "time":
        kind = "datepublished" if "pubdate" in attributes else attributes.get("itemprop", "").lower()
        if kind and (when := attributes.get("datetime")):
            page.times.setdefault(kind, when)
    elif tag == "h1":
        if page.headline is None and (closing := _END_OF_HEADING.search(text, position, position + 5 * _TEXT)):
            page.headline = _ANY_TAG.sub(" ", text[position : closing.start()]).strip() or None
    elif tag == "script" and "ld+json" in attributes.get("type", "").lower():
        closing = _END_OF_SCRIPT.search(text, position)
        if closing is None:
            return len(text)  # as a browser would: all that follows is script
        page.articles.extend(jsonld.articles(text[position : min(closing.start(), position + _SCRIPT)]))
        return closing.end()
    return position


def _time(page: Page, kind: str) -> Iterator[str]:
    return (when for name, when in page.times.items() if name == kind)


def _date(texts: list[str], language: str | None) -> tuple[Any, date] | None:
    """The first readable date: (its instant, its day as it is written)."""
    for text in texts:
        if when := dates.parse(text, language):
            return when.at, dates.written_day(text, when)
    return None


def names(page: Page, key: str) -> Iterator[str]:
    """The names of persons or organisations under ``key`` of the JSON-LD articles."""
    for article in page.articles:
        value = article.get(key)
        for item in (value if isinstance(value, list) else [value])[:100]:
            name = item.get("name") if isinstance(item, dict) else item
            for text in (name if isinstance(name, list) else [name])[:20]:
                if isinstance(text, str):
                    yield text


def texts(values: Iterable[str]) -> list[str]:
    """Distinct texts, entities decoded, blanks made one; addresses are none."""
    found = (" ".join(html.unescape(value[: 2 * _TEXT]).split())[:_TEXT] for value in values)
    return list(dict.fromkeys(text for text in found if text and not text.startswith(("http://", "https://"))))[:50]
