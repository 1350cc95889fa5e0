"""A table of two articles, as tests put it into databases of every kind."""

import json
from typing import Any

from conftest import Finished, record

SECRET = "s3cr3t-w0rd"  # noqa: S105
COLUMNS = "id text, url text, title text, author text, date text, text text, crawl_date text"

NAMES = ("id", "url", "title", "author", "date", "text", "crawl_date")


def values(**fields: Any) -> tuple[Any, ...]:
    """A row of the table of articles."""
    entry = record(**fields)
    return tuple(entry[name] if name != "author" else entry["authors"][0] for name in NAMES)


ROWS = [values(id="good"), values(id="bad", title="")]


def kept(done: Finished, verdict: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (done.run / f"{verdict}.jsonl").read_text(encoding="utf-8").splitlines()]
