"""What the sides of `bench.py` share: how they are called, and how they say what they found.

Each is a program of its own: `python SIDE.py IN RULES.json OUT` reads the records of IN (Parquet or JSON Lines), checks six things,
writes accepted and quarantined records to OUT in the same format, and `found.json`: rule -> the records that break it, by
position. RULES.json holds the patterns, the same for all.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

QUARANTINING = ("date-missing", "date-in-future", "url-malformed", "related-link", "mojibake", "body-too-short")
"""Rules whose records are kept out; those of the byline only warn."""

SOURCE, OUT = Path(sys.argv[1]), Path(sys.argv[3])
RULES: dict[str, Any] = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
NOTHING = "None"
"""What scrapers write for a date that is not there."""


def report(found: Mapping[str, Iterable[int]]) -> None:
    """Writes what was found."""
    places = {rule: sorted(map(int, records)) for rule, records in found.items()}
    (OUT / "found.json").write_text(json.dumps(places), encoding="utf-8")


def rejected(found: Mapping[str, Iterable[int]]) -> set[int]:
    """The records to quarantine."""
    return {int(record) for rule in QUARANTINING for record in found.get(rule, ())}


def split_lines(lines: list[bytes], bad: set[int]) -> None:
    """Writes lines by verdict."""
    with (OUT / "accepted.jsonl").open("wb") as accepted, (OUT / "quarantined.jsonl").open("wb") as quarantined:
        for number, line in enumerate(lines):
            (quarantined if number in bad else accepted).write(line)
