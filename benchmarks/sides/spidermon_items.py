"""A loop of `json.loads` and Spidermon's validator, as its item pipeline calls it."""

import json
from collections import defaultdict

from common import RULES, SOURCE, rejected, report, split_lines
from item_schema import schema
from spidermon.contrib.validation import JSONSchemaValidator

BY_FIELD = {"url": "url-malformed", "authors": "byline-missing", "date": "date-missing"}


def name_of(field: str, message: str) -> str:
    """The rule that an error stands for: Spidermon names the field, and the text of the message tells the rest."""
    if field.startswith("authors."):
        return "agency-spelling"
    if field != "text":
        return BY_FIELD[field]
    if message.endswith(str({"pattern": RULES["mojibake"]})):
        return "mojibake"
    return "related-link" if message.endswith("}") else "body-too-short"


validator = JSONSchemaValidator(schema(), use_default_translator=False)
lines = SOURCE.read_bytes().splitlines(keepends=True)
found = defaultdict(list)
for number, line in enumerate(lines):
    _, errors = validator.validate(json.loads(line))
    for field, messages in errors.items():
        for message in messages:
            found[name_of(field, message)].append(number)
split_lines(lines, rejected(found))
report(found)
