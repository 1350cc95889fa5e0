"""Linked data of schema.org as records: an article as JSON-LD, alone or among the nodes of a `@graph`."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from copydesk.pages.jsonld import is_article

_NODES: Final = 1_000


def is_linked(names: frozenset[str]) -> bool:
    """Whether a record with the fields ``names`` is linked data."""
    return "@graph" in names or {"@type", "headline"} <= names


def view(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """``record`` with its article's address, and with the names of people and publishers that it refers to by `@id`."""
    graph = record.get("@graph")
    nodes = [node for node in islice(graph, _NODES) if isinstance(node, Mapping)] if isinstance(graph, list) else []
    article = record if not nodes else next((node for node in nodes if is_article(node.get("@type"))), None)
    if article is None:
        return record
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    made = {key: _resolved(value, by_id) if key in ("author", "publisher") else value for key, value in article.items()}
    page = made.get("mainEntityOfPage")
    own = (made.get("url"), page.get("@id") if isinstance(page, Mapping) else page, made.get("@id"))
    address = next(
        (url for url in own if isinstance(url, str) and url.lower().startswith(("http://", "https://"))), None
    )
    made = {**({"original_url": address} if address else {}), **made}
    if not isinstance(graph, list) or not nodes:
        return made
    return {**record, **made, "@graph": [node for node in graph if node is not article]}


def _resolved(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> object:
    """``value`` with references to nodes replaced by these, where they have no name of their own."""
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value[:_NODES] if not isinstance(item, list)]
    if isinstance(value, Mapping) and not value.get("name") and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value
