"""A loop of `json.loads` and jsonschema."""

import json
from collections import defaultdict

from common import SOURCE, rejected, report, split_lines
from item_schema import schema
from jsonschema import Draft7Validator

NAMES = {
    ("url", "pattern"): "url-malformed", ("authors", "minItems"): "byline-missing", ("authors", "items"): "agency-spelling",
    ("date", "not"): "date-missing", ("text", "minLength"): "body-too-short", ("text", 0): "related-link",
    ("text", 1): "mojibake",
}  # fmt: skip
validator = Draft7Validator(schema())
lines = SOURCE.read_bytes().splitlines(keepends=True)
found = defaultdict(list)
for number, line in enumerate(lines):
    for error in validator.iter_errors(json.loads(line)):
        _, field, *where = error.absolute_schema_path
        found[NAMES[field, where[1] if where[0] == "allOf" else where[0]]].append(number)
split_lines(lines, rejected(found))
report(found)
