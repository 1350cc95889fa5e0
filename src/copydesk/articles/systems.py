"""Items of content systems and news services that nest what an article says: WordPress, the Guardian, the New York Times.

Each view puts the article's fields beside the item's own ones, under canonical names.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from copydesk.articles.fragments import text_of

View = Callable[[Mapping[str, Any]], Mapping[str, Any]]

_LIST: Final = 200
_ZONE: Final = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


def of(names: frozenset[str]) -> View | None:
    """How to see an item with the fields ``names``; None where it is of none of these."""
    return next((view for view, telling in _TELLING for own in telling if names >= own), None)


def _wordpress(post: Mapping[str, Any]) -> Mapping[str, Any]:
    """A post of the REST API (`/wp-json/wp/v2/posts`). Its author and categories are numbers there, unless they are embedded;
    `date` is the site's own time without zone, `date_gmt` UTC.

    https://developer.wordpress.org/rest-api/reference/posts/
    """
    embedded, head = _object(post.get("_embedded")), _object(post.get("yoast_head_json"))
    terms = [term for group in _list(embedded.get("wp:term")) for term in _list(group) if isinstance(term, Mapping)]
    made = {
        "byline": [name for person in _list(embedded.get("author")) if (name := _text(_object(person).get("name")))]
        or _text(head.get("author")),
        "section": next((term.get("name") for term in terms if term.get("taxonomy") == "category"), None),
        "published": _utc(post.get("date_gmt")) or post.get("date"),
        "modified": _utc(post.get("modified_gmt")) or post.get("modified"),
        "source": _text(head.get("og_site_name")),
        "canonical_url": _text(head.get("canonical")),
    }
    numbers = {"author": "author.id", "categories": "categories.ids"}
    return _beside(made, {numbers.get(key, key): value for key, value in post.items()})


def _utc(value: object) -> str | None:
    text = _text(value)
    return text and (text if _ZONE.search(text) else f"{text}Z")


def _guardian(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item of the Content API; `fields` and `blocks` are there if they were asked for.

    https://open-platform.theguardian.com/documentation/search
    """
    fields = _object(item.get("fields"))
    blocks = [_object(block).get("bodyTextSummary") for block in _list(_object(item.get("blocks")).get("body"))]
    made = {
        "article_id": item.get("id"),
        "title": _text(fields.get("headline")) or item.get("webTitle"),
        "byline": fields.get("byline"),
        "body": _text(fields.get("bodyText"))
        or text_of(_text(fields.get("body")) or "")
        or "\n".join(filter(None, map(_text, blocks))),
        "published": item.get("webPublicationDate"),
        "modified": fields.get("lastModified"),
        "section": item.get("sectionName"),
        "source": fields.get("publication"),
        "original_url": item.get("webUrl"),
    }
    return _beside(made, item)


def _new_york_times(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document of the Article Search API, which has no bodies.

    https://developer.nytimes.com/docs/articlesearch-product/1/overview
    """
    headline, byline = item.get("headline"), item.get("byline")
    made = {
        "article_id": item.get("_id"),
        "title": _object(headline).get("main") or _text(headline),
        "byline": _object(byline).get("original") or _text(byline),
        "published": item.get("pub_date"),
        "section": item.get("section_name"),
        "original_url": item.get("web_url"),
    }
    return _beside(made, {key: value for key, value in item.items() if key != "headline"})


_TELLING: Final[tuple[tuple[View, tuple[frozenset[str], ...]], ...]] = (
    (
        _wordpress,
        (frozenset(("link", "date_gmt")), frozenset(("link", "_embedded")), frozenset(("link", "yoast_head_json"))),
    ),
    (_guardian, (frozenset(("webTitle", "webUrl")),)),
    (_new_york_times, (frozenset(("web_url", "headline", "pub_date")),)),
)
"""View -> the names that tell such an item."""


def _beside(made: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    """``made``, without what is nothing, and what ``item`` has under other names."""
    found = {key: value for key, value in made.items() if value}
    return {**found, **{key: value for key, value in item.items() if key not in found}}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Iterator[Any]:
    return iter(value[:_LIST] if isinstance(value, list) else ())


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
