"""Items of Python programs as JSON lines, so that they are read like the records of a file."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import orjson

from copydesk.errors import UsageError

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def line_of(item: object) -> bytes:
    """``item`` as a JSON line: a mapping, or an object of a class made with dataclasses, attrs, pydantic or Scrapy.

    What JSON has no word for becomes text (dates in ISO 8601). Raises UsageError for what has no fields, and for what is
    nested too deeply to be written.
    """
    if not isinstance(item, Mapping | list | tuple):
        item = _fields(item) or _refuse(item)
    try:
        return orjson.dumps(item, default=_plain, option=_OPTIONS) + b"\n"
    except (
        TypeError,
        ValueError,
        RecursionError,
    ):  # integers beyond 64 bits, lone surrogates, nesting beyond 254 levels
        pass
    try:
        return json.dumps(item, default=_plain).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"an item that cannot be written as JSON: {str(error)[:200]}") from None


def _refuse(item: object) -> Mapping[str, Any]:
    raise UsageError(
        f"an item must be a mapping or an object with fields (dataclass, attrs, pydantic, Scrapy), not {type(item).__name__}"
    )


def _fields(value: object) -> Mapping[str, Any] | None:
    """The fields of an object, by the conventions that item classes follow; None of one that follows none."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if (fields := getattr(type(value), "__attrs_attrs__", None)) is not None:
        return {field.name: getattr(value, field.name, None) for field in fields}
    if callable(dump := getattr(type(value), "model_dump", None)):
        dumped: Mapping[str, Any] = dump(value)
        return dumped
    return None


def _plain(value: object) -> object:
    """What stands in for a value that JSON does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return _fields(value) or str(value)
