"""Records whose fields do not stand side by side under plain names: tools and standards that nest them, and what tells them.

`of` looks at the names of a record's fields; the view that it gives makes the same record with plain names, before the field
map sees it. `extractor_of` tells by the names which tool has written a record that does not say so itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from copydesk.articles import linked, ninjs, systems

View = Callable[[Mapping[str, Any]], Mapping[str, Any]]

_CONTAINERS: Final = ("article", "data", "_source", "attributes", "node", "metadata", "meta", "html", "source_info")
"""Fields under which others stand: datatrove and Zyte (`metadata`), goose (`meta`), Zyte's API (`article`), fundus (`html`,
`source_info`), answers with one article (`data`), Elasticsearch (`_source`), JSON:API (`attributes`), GraphQL (`node`). A field
of the record itself comes before one of the same name inside of them."""

_RENAMED: Final = {
    ("html", "content"): "html",
    ("source_info", "name"): "publisher",
    ("article", "metadata"): "metadata",
}
_LIFTED: Final = 200
"""Names that are taken out of one container."""

_REALNEWS: Final = frozenset(("url", "domain", "warc_date", "publish_date", "text"))
_MONTH_FIRST: Final = re.compile(r"(\d{2})-(\d{2})-(\d{4})")

_TELLING: Final = {
    "news-please": ("date_download", "date_publish", "maintext", "title_rss", "source_domain"),
    "newspaper4k": ("read_more_link", "meta_site_name", "canonical_link", "top_image"),
    "trafilatura": ("fingerprint", "hostname", "source-hostname", "excerpt"),
    "goose3": ("cleaned_text", "opengraph", "publish_date"),
    "fundus": ("publishing_date", "free_access", "body"),
}
"""Extractor -> names that together only it writes (their sources, see `docs/inputs.md`)."""


@lru_cache(maxsize=4_096)
def of(names: tuple[str, ...], nested: tuple[str, ...] | None = None) -> View | None:
    """How to see records with the fields ``names``; None where these are plain. ``nested`` are those of them that can hold
    others, where that is known."""
    known = frozenset(names)
    if ninjs.is_ninjs(known):
        return ninjs.view
    if known >= _REALNEWS:
        return _realnews
    if linked.is_linked(known):
        return linked.view
    if (view := systems.of(known)) is not None:
        return view
    return _lifted if known.intersection(_CONTAINERS).intersection(names if nested is None else nested) else None


@lru_cache(maxsize=4_096)
def extractor_of(names: tuple[str, ...]) -> str | None:
    """The tool that writes records with the fields ``names``."""
    known = {name.replace("_", "-") for name in names}
    return next((tool for tool, own in _TELLING.items() if known.issuperset(_dashed(own))), None)


def _dashed(names: Iterable[str]) -> set[str]:
    return {name.replace("_", "-") for name in names}


def _lifted(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """``record`` with what its containers hold beside the rest; what has a name that is taken stays where it is."""
    if not any(isinstance(record.get(name), Mapping) for name in _CONTAINERS):
        return record
    made = {key: value for key, value in record.items() if key not in _CONTAINERS or not isinstance(value, Mapping)}
    for name in _CONTAINERS:
        # what an `article` brings along may itself be a container
        container = record.get(name, made.get(name))
        if not isinstance(container, Mapping):
            continue
        if made.get(name) is container:
            del made[name]
        left = {}
        for number, (key, value) in enumerate(container.items()):
            plain = _RENAMED.get((name, key), str(key))
            if number >= _LIFTED or plain in made:
                left[key] = value
            else:
                made[plain] = value
        if left:
            made[f"{name}.left"] = left
    return made


def _realnews(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """RealNews writes the month first, whatever the language: its dates become ISO 8601, so that nobody has to guess."""
    date = record["publish_date"]
    found = _MONTH_FIRST.fullmatch(date.strip()) if isinstance(date, str) else None
    return {**record, "publish_date": f"{found[3]}-{found[1]}-{found[2]}"} if found else record
