"""How a page differs from its record, or from what it was: the JSON of `origin_drift` and `origin_edit` as lines that a person
reads, "− " before what is gone and "+ " before what is new."""

import json
from collections.abc import Iterator
from typing import Any, Final

_FIELDS: Final = ("title", "date", "byline", "publisher")


def differences(told: str) -> str:
    """The lines; empty where nothing differs, ``told`` itself where it is not what copydesk writes."""
    try:
        return "\n".join(_lines(json.loads(told)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return told


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for name in _FIELDS:
        if found.get(name):
            before, after = found[name]
            yield f"{name}: − {before}"
            yield f"{name}: + {after}"
    text = found["text"]
    gone = [*text["removed"], *(before for before, _ in text["edited"])]
    new = [*text["added"], *(after for _, after in text["edited"])]
    for before, after in text["edited"]:
        yield f"− {before}"
        yield f"+ {after}"
    yield from (f"− {sentence}" for sentence in text["removed"])
    yield from (f"+ {sentence}" for sentence in text["added"])
    for sign, count, shown in (("−", text["removed_count"], gone), ("+", text["added_count"], new)):
        if (more := count + text["edited_count"] - len(shown)) > 0:
            yield f"{sign} … ({more})"
