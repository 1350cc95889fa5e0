"""IPTC ninjs, versions 1 to 3: news items as JSON, seen under plain names.

https://iptc.org/std/ninjs/ (schemas 1.4, 2.1 and 3.0). Version 1 has lower-case names and `body_text`, `body_html`; from
version 2 on names are in camel case, and headlines and bodies are lists with roles.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from copydesk.articles.fragments import text_of

_TELLING: Final = (
    frozenset(("uri", "versioncreated")),
    frozenset(("uri", "firstcreated")),
    frozenset(("uri", "versionCreated")),
    frozenset(("uri", "contentCreated")),
    frozenset(("uri", "bodies")),
    frozenset(("uri", "pubstatus")),
    frozenset(("uri", "pubStatus")),
    frozenset(("uri", "standard")),
)
_LIST: Final = 200
_SOURCES: Final = ("infoSources", "infosource", "organisations", "organisation", "copyrightHolder", "copyrightholder")
_CONSUMED: Final = frozenset(
    (
        "uri", "headline", "headlines", "title", "by", "byline", "bylines", "body_text", "body_html", "body_xhtml", "bodies",
        "contentCreated", "contentcreated", "firstCreated", "firstcreated", "versionCreated", "versioncreated", "language",
    )
)  # fmt: skip
"""What the view says under plain names; everything else stays as it is."""


def is_ninjs(names: frozenset[str]) -> bool:
    """Whether a record with the fields ``names`` is a ninjs item: `uri` is required, the others are seldom absent."""
    return any(names >= telling for telling in _TELLING)


def view(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """``item`` under plain names. Its `uri` is its id, and its URL only where it is a web address."""
    addresses = [item.get("uri"), *_values(item.get("altIds")), *_values(item.get("altids"))]
    created = _first(item, "contentCreated", "contentcreated", "firstCreated", "firstcreated")
    version = _first(item, "versionCreated", "versioncreated")
    made = {
        "article_id": item.get("uri"),
        "source": _named(item, *_SOURCES),
        "title": _main(item.get("headlines"), "main") or _text(item.get("headline")) or _text(item.get("title")),
        "byline": _text(item.get("by")) or _text(item.get("byline")) or list(_names(item.get("bylines"))),
        "published": created or version,
        "modified": version if created else None,
        "section": next(_names(item.get("subjects") or item.get("subject")), None),
        "language": item.get("language"),
        "body": _body(item),
        "original_url": next((text for text in addresses if _is_address(text)), None),
        "image_credit": next(_credits(item.get("associations")), None),
    }  # fmt: skip
    return {**made, **{key: value for key, value in item.items() if key not in _CONSUMED and key not in made}}


def _first(item: Mapping[str, Any], *names: str) -> str | None:
    return next((text for name in names if (text := _text(item.get(name)))), None)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.lower().startswith(("http://", "https://"))


def _entries(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, or of a mapping of names to objects (associations until version 2)."""
    values = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return (entry for entry in values[:_LIST] if isinstance(entry, Mapping))


def _values(value: object) -> Iterator[object]:
    """Alternative ids: a mapping of role to id until version 2, then a list of roles and values."""
    if isinstance(value, Mapping):
        yield from list(value.values())[:_LIST]
    yield from (entry.get("value") for entry in _entries(value) if isinstance(value, list))


def _names(value: object) -> Iterator[str]:
    return (name for entry in _entries(value) if (name := _text(entry.get("name")) or _text(entry.get("value"))))


def _named(item: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        if found := _text(item.get(name)) or next(_names(item.get(name)), None):
            return found
    return None


def _main(value: object, role: str) -> str | None:
    """The value of the entry with ``role``, else of the first that has any."""
    entries = [entry for entry in _entries(value) if _text(entry.get("value"))]
    chosen = next((entry for entry in entries if entry.get("role") == role), entries[0] if entries else None)
    return None if chosen is None else _text(chosen["value"])


def _body(item: Mapping[str, Any]) -> str | None:
    """The text: plain before marked up, the main body before others."""
    bodies = [entry for entry in _entries(item.get("bodies")) if _text(entry.get("value"))]
    plain = [entry for entry in bodies if str(entry.get("contentType") or "").startswith("text/plain")]
    if text := _main(plain, "main"):
        return text
    marked = _main(bodies, "main")
    for text in (_text(item.get("body_text")), marked, _text(item.get("body_xhtml")), _text(item.get("body_html"))):
        if text:
            return text if text == item.get("body_text") else text_of(text)
    return None


def _credits(value: object) -> Iterator[str]:
    for entry in _entries(value):
        for name in ("creditline", "creditLine", "by", "byline"):
            if text := _text(entry.get(name)):
                yield text
