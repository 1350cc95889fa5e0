"""Changes single texts inside JSON and leaves every other byte of it alone: numbers, escapes, order, blanks, repeated keys."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from copydesk.fixes.leaves import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?>[^"\\]+|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]+")
_TOKEN = re.compile(r'"(?>[^"\\]+|\\.)*+"|[\[\]{}]', re.DOTALL)
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")

Cut = tuple[int, int, str]
"""Code points of the JSON text, and what takes their place."""


def changed(text: str, changes: Mapping[Path, str | None]) -> str:
    """``text``, one valid JSON object, with the strings at ``changes`` replaced; None takes a list's item out."""
    wanted: dict[Any, Any] = {}
    for path, new in changes.items():
        branch = wanted
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = (new,)
    start = text.index("{")
    for first, last, new in sorted(_cuts(text, start, wanted), reverse=True):
        text = text[:first] + new + text[last:]
    return text


def _cuts(text: str, at: int, wanted: Mapping[Any, Any]) -> Iterator[Cut]:
    members = list(_members(text, at))
    by_name = {name: number for number, (name, _, _) in enumerate(members)}  # of repeated keys the last one counts
    dropped = set()
    for name, what in wanted.items():
        _, start, end = members[by_name[name]]
        if isinstance(what, dict):
            yield from _cuts(text, start, what)
        elif what[0] is None:
            dropped.add(by_name[name])
        else:
            ascii_only = text[start:end].isascii() and bool(_ESCAPED.search(text, start, end))
            yield start, end, json.dumps(what[0], ensure_ascii=ascii_only)
    yield from _dropped(members, dropped)


def _dropped(members: list[tuple[Any, int, int]], dropped: set[int]) -> Iterator[Cut]:
    """Items with the comma that parts them from those that stay."""
    kept = [number for number in range(len(members)) if number not in dropped]
    for number in dropped:
        _, start, end = members[number]
        if kept and number > kept[-1]:
            start = members[number - 1][2]
        elif number + 1 < len(members):
            end = members[number + 1][1]
        yield start, end, ""


def _members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """(key or index, start, end of the value) for each member of the object or array that begins at ``at``."""
    is_object = text[at] == "{"
    at, index = _blank(text, at + 1), 0
    while text[at] not in "]}":
        name: str | int = index
        if is_object:
            end = _end(text, at)
            name = json.loads(text[at:end])
            at = _blank(text, _blank(text, end) + 1)  # the colon
        end = _end(text, at)
        yield name, at, end
        at, index = _blank(text, end), index + 1
        if text[at] == ",":
            at = _blank(text, at + 1)


def _blank(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _end(text: str, at: int) -> int:
    """Where the value that begins at ``at`` ends."""
    if text[at] not in "[{":
        found = (_STRING if text[at] == '"' else _SCALAR).match(text, at)
        assert found is not None  # the text has been parsed before
        return found.end()
    depth = 0
    for token in _TOKEN.finditer(text, at):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
        if not depth:
            return token.end()
    raise ValueError("not valid JSON")
