"""The articles that a page describes in JSON-LD (schema.org), read from scripts that may be broken or hostile."""

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import orjson

_NODES: Final = 50_000
"""JSON values of one script that are looked at."""

_ARTICLE = re.compile(r"(?i)(?:.*/)?(?:\w*article|\w*posting|report|review|reportage\w*)")
_NOT_THIS = frozenset(
    (
        "itemListElement", "hasPart", "mentions", "isPartOf", "liveBlogUpdate", "comment", "comments", "relatedLink",
        "review", "video", "associatedMedia", "isBasedOn", "citation", "subjectOf",
    )
)  # fmt: skip
"""Keys of JSON-LD under which other works stand."""

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",\s{0,100}([}\]])")
_LOOSE = re.compile(r'"(headline|datePublished|dateModified)"\s{0,20}:\s{0,20}"((?:[^"\\\n]|\\.){1,1000})"')


def articles(text: str) -> list[Mapping[str, Any]]:
    """The objects of a JSON-LD script that describe the page's own article, outermost first."""
    value = _json(text)
    found: list[Mapping[str, Any]] = []
    queue: deque[Any] = deque([value])
    for _ in range(_NODES):
        if not queue:
            break
        node = queue.popleft()
        if isinstance(node, list):
            queue.extend(item for item in node if isinstance(item, list | dict))
        elif isinstance(node, dict):
            if is_article(node.get("@type")):
                found.append(node)
            queue.extend(item for key, item in node.items() if isinstance(item, list | dict) and key not in _NOT_THIS)
    return found


def is_article(kinds: object) -> bool:
    """Whether ``kinds``, the `@type` of a node of JSON-LD, is that of an article."""
    return any(
        isinstance(kind, str) and _ARTICLE.fullmatch(kind[:100]) is not None
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _json(text: str) -> Any:
    """The value of a script; of invalid JSON at least its plain fields."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(_TRAILING_COMMA.sub(r"\1", _WRAPPING.sub("", text)), strict=False)
    except (ValueError, RecursionError):
        pass
    if not re.search(r'"@type"\s{0,20}:\s{0,20}\[?\s{0,20}"\w{0,40}(?:Article|Posting)"', text):
        return None
    fields: dict[str, str] = {"@type": "Article"}
    for found in _LOOSE.finditer(text):
        fields.setdefault(found[1], found[2].replace('\\"', '"').replace("\\/", "/"))
    return fields
