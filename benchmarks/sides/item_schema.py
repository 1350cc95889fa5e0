"""The rules as a JSON Schema, for jsonschema and Spidermon. It cannot compare two fields: `date-in-future` is left out."""

from typing import Any

from common import NOTHING, RULES


def schema() -> dict[str, Any]:
    """The schema of an item."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["url", "authors", "date", "text"],
        "properties": {
            "url": {"type": "string", "pattern": RULES["url"]},
            "authors": {"type": "array", "minItems": 1, "items": {"not": {"pattern": RULES["agency"]}}},
            "date": {"type": "string", "not": {"const": NOTHING}},
            "text": {
                "type": "string",
                "minLength": RULES["shortest"],
                "allOf": [{"not": {"pattern": RULES["related"]}}, {"not": {"pattern": RULES["mojibake"]}}],
            },
        },
    }
