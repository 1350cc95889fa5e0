"""Where in a record a canonical field stands: the texts it is made of, and how edits of the whole become edits of those."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.articles.dialects import View
from copydesk.articles.fields import JOINTS, NOTHING, WEB_ADDRESS_PATTERN, FieldMap, as_text, parts_of_block
from copydesk.fixes.repairs import Edit

Path = tuple[str | int, ...]
"""Keys and indexes from a record to one of its values."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text that a canonical field is made of: the value at ``path``.

    ``editable`` is whether it is a text in the record too, and not a number or the like. A leaf ``in_file`` is a span of a
    story that begins at code point ``base``, which is also its path.
    """

    path: Path
    text: str
    editable: bool = True
    in_file: bool = False
    base: int = 0


def leaves_of(record: Mapping[str, Any], field: str, fields: FieldMap, view: View | None = None) -> list[Leaf]:
    """The texts of ``field`` in ``record``, by the same choice as `FieldMap.frame`; ``view`` shows it under plain names."""
    if view is None:
        return _chosen(record, field, fields.plan(record))
    seen = view(record)
    found = _chosen(seen, field, fields.plan(seen))
    # the values that a view shows are the record's own; what it has made stands nowhere
    origin = _origin(record, found[0].path[0], seen) if found else None
    return [] if origin is None else [replace(leaf, path=(*origin, *leaf.path[1:])) for leaf in found]


_LEVELS = 5
"""Levels of a record in which a value is looked for that a view has shown."""


def _origin(record: Mapping[str, Any], key: str | int, seen: Mapping[Any, Any]) -> Path | None:
    """Where the value that is called ``key`` in ``seen`` stands in ``record``."""
    value = seen[key]
    return (key,) if record.get(str(key)) is value else _path_to(value, record, _LEVELS)


def _path_to(value: object, inside: object, levels: int) -> Path | None:
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(inside, Mapping):
        members = inside.items()
    elif isinstance(inside, list):
        members = enumerate(inside)
    for step, member in members:
        if member is value:
            return (step,)
        if levels and (rest := _path_to(value, member, levels - 1)) is not None:
            return (step, *rest)
    return None


def _chosen(record: Mapping[str, Any], field: str, plan: Mapping[str, Sequence[str]]) -> list[Leaf]:
    for key in plan.get(field, ()):
        value = record[key]
        text = as_text(value, joint(field))
        if text is None or text.strip() in NOTHING or (field == "source" and WEB_ADDRESS_PATTERN.match(text)):
            continue
        return _leaves(value, field, (key,))
    if field == "original_url":
        for key in plan.get("source", ()):
            text = as_text(record[key], ", ")
            if text is not None and WEB_ADDRESS_PATTERN.match(text):
                return _leaves(record[key], field, (key,))
    return []


def joint(field: str) -> str:
    """What stands between the texts of ``field``."""
    return JOINTS.get(field, ", ")


def _leaves(value: Any, field: str, path: Path) -> list[Leaf]:
    if isinstance(value, str):
        return [Leaf(path, value)]
    inner: list[Leaf] = []
    if isinstance(value, Mapping):
        names = list(value)
        if field == "byline":
            names = ["name" if value.get("name") else "@name"]
        elif field == "body" and (parts := parts_of_block(value)) is not None:
            names = parts
        inner = [leaf for name in names for leaf in _leaves(value.get(name), field, (*path, name))]
    elif isinstance(value, list | tuple):
        inner = [leaf for index, item in enumerate(value) for leaf in _leaves(item, field, (*path, index))]
    elif (text := as_text(value, joint(field))) is not None:
        inner = [Leaf(path, text, editable=False)]
    return [leaf for leaf in inner if leaf.text.strip()]


def offset_of(leaves: Sequence[Leaf], field: str, canonical: str) -> int | None:
    """Where ``canonical``, the field as rules saw it, begins in the joined texts; None where it is not what they say.

    Metadata have lost the blanks at their ends, so that it begins where it first stands.
    """
    joined = joint(field).join(leaf.text for leaf in leaves)
    start = joined.find(canonical)
    rest = joined[:start] + joined[start + len(canonical) :]
    return start if start >= 0 and (not rest or (rest.isspace() and field != "body")) else None


def on_leaves(leaves: Sequence[Leaf], field: str, edit: Edit, offset: int) -> list[tuple[Leaf, Edit]]:
    """``edit``, whose text begins ``offset`` into the joined texts, as edits of single ones; empty where it cannot be.

    What is taken out may reach over several texts; what takes another's place must lie in one.
    """
    found: list[tuple[Leaf, Edit]] = []
    left = 0
    start, end = edit.start + offset, edit.end + offset
    for leaf in leaves:
        first, last = max(start, left), min(end, left + len(leaf.text))
        if first < last:
            if not leaf.editable:
                return []
            found.append((leaf, replace(edit, start=first - left, end=last - left)))
        left += len(leaf.text) + len(joint(field))
    inside = len(found) == 1 and found[0][1].end - found[0][1].start == end - start
    return found if inside or not edit.text else []


def names_of(leaves: Sequence[Leaf], field: str, text: str) -> dict[Path, str | None] | None:
    """``text``, the field as it is to be, parted among ``leaves`` again; None where its parts cannot be told.

    A list of names stays one: the names of ``text`` take the places of the first ones, and the others go.
    """
    parts = text.split(joint(field))
    places = [leaf.path for leaf in leaves]
    is_list = all(leaf.editable and isinstance(leaf.path[-1], int) and joint(field) not in leaf.text for leaf in leaves)
    if not is_list or len(parts) > len(places):
        return None
    return {place: parts[number] if number < len(parts) else None for number, place in enumerate(places)}
