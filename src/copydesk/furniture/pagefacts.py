"""What a page says about itself outside its text: metadata, JSON-LD and the addresses of its links."""

import html
import re
from itertools import islice
from typing import Any, Final

import orjson

from copydesk.furniture.links import host, href
from copydesk.furniture.markup import Page, squeezed

_KINDS: Final = {
    "description": "description",
    "og:description": "description",
    "twitter:description": "description",
    "og:title": "title",
    "twitter:title": "title",
    "headline": "title",
    "alternativeheadline": "title",
    "name": "name",
    "author": "name",
    "og:site_name": "name",
    "article:author": "name",
    "keywords": "keyword",
    "news_keywords": "keyword",
    "article:tag": "keyword",
    "article:section": "keyword",
    "articlesection": "keyword",
    "caption": "caption",
    "og:image:alt": "caption",
    "articlebody": "body",
}
FACTS: Final = ("title", "description", "name", "keyword", "caption")
_VALUE: Final = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.ASCII)
_ALT: Final = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*)"|'([^']*)')""", re.ASCII | re.IGNORECASE)
_TOLD: Final = re.compile("(?i:description|title|author|site_name|keywords|article:|image:alt)")
_LONGEST: Final = 20_000
_VALUES: Final = 20_000
"""Values of JSON-LD that are looked at."""
_SHORT: Final = 200
_JSON: Final = 1_000_000
_MOST: Final = 500
"""Values of one kind that are kept, each up to `_LONG_VALUE` characters."""
_LONG_VALUE: Final = 2_000


class Facts:
    """Squeezed texts: of each kind of `FACTS` the set of values, and the story as JSON-LD holds it ("" where it does not)."""

    __slots__ = ("body", "host", "known")

    def __init__(self, page: Page) -> None:
        raw: dict[str, list[str]] = {kind: [] for kind in (*FACTS, "body")}
        if page.title:
            raw["title"].append(page.title)
        self.host = ""
        for element, tag in enumerate(page.tags):
            if tag == "meta" and _TOLD.search(page.attributes[element], 0, _LONGEST):
                values = attributes(page.attributes[element])
                kind = _KINDS.get((values.get("property") or values.get("name") or "").lower())
                if kind:
                    raw[kind].append(values.get("content", ""))
            elif tag == "img":
                if found := _ALT.search(page.attributes[element], 0, _LONGEST):
                    raw["caption"].append(html.unescape(found[1] or found[2] or ""))
            elif tag == "link" and "canonical" in page.attributes[element]:
                self.host = host(href(page.attributes[element]))
        for script in page.scripts:
            _collect(script.text, raw)
        raw["keyword"] = [part for value in raw["keyword"] for part in (value, *value.split(","))]
        for kind in FACTS:
            raw[kind] = [value[:_LONG_VALUE] for value in raw[kind][:_MOST]]
        raw["body"] = [html.unescape(re.sub(r"<[^<>]*>", "", value)) for value in raw["body"]]
        keys = iter(squeezed([value for values in raw.values() for value in values]))
        folded = {kind: list(islice(keys, len(values))) for kind, values in raw.items()}
        self.known = {kind: frozenset(filter(None, folded[kind])) for kind in FACTS}
        body = "".join(folded["body"])
        self.body = body[:_JSON] if len(body) > _SHORT else ""

    def says(self, kind: str, key: str) -> bool:
        """Whether ``key`` is a value of ``kind``, or (when long enough to be no chance) a piece of one or the reverse."""
        values = self.known[kind]
        if key in values:
            return True
        return len(key) >= 20 and any(key in value or (len(value) >= 20 and value in key) for value in values)


def attributes(text: str) -> dict[str, str]:
    """The attributes of a start tag by lower-case name; of repeated ones the first counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _VALUE.findall(text[:_LONGEST]):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found


def _collect(text: str, raw: dict[str, list[str]]) -> None:
    if len(text) > _JSON:
        return
    try:
        stack: list[tuple[str, Any]] = [("", orjson.loads(text.strip().removeprefix("<![CDATA[").removesuffix("]]>")))]
    except orjson.JSONDecodeError:
        try:
            stack = [("", orjson.loads(re.sub(r"[\x00-\x1f]+", " ", text)))]
        except orjson.JSONDecodeError:
            return
    for _ in range(_VALUES):
        if not stack:
            return
        key, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((name.lower(), inner) for name, inner in value.items())
        elif isinstance(value, list):
            stack.extend((key, inner) for inner in value)
        elif isinstance(value, str) and (kind := _KINDS.get(key)):
            raw[kind].append(value)
