"""What a user would write instead: a loop of `json.loads` and a pydantic model that checks the same things.

Usage: python pydantic_loop.py IN.jsonl OUT_DIR. Prints the number of records that each check found, as JSON. It splits
the records as copydesk does; it writes no findings, no tables and no report.
"""

import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ada_url
from pydantic import BaseModel, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from copydesk.articles.agencies import in_byline, misspelt
from copydesk.rules.bylines import _noise_pattern, _prefix_pattern
from copydesk.rules.characters import _MISREAD as _SUSPECT_LINE
from copydesk.rules.markup import _MARKUP_PATTERN
from copydesk.vocabulary import phrases

NOTHING = {"", "None", "null", "NaN"}
QUARANTINE = {
    "date-missing", "date-unparseable", "date-in-future", "url-missing", "url-malformed", "url-white-space",
    "url-relative", "url-scheme", "url-credentials", "url-private-address", "related-link", "read-more",
    "original-url-trailer", "markup", "body-missing", "body-too-short", "mojibake", "title-missing",
}  # fmt: skip


def starts(*kinds: str) -> re.Pattern[str]:
    """Lines that begin with a phrase of some kinds."""
    known = [p.text for p in phrases(*kinds) if p.risk != "high" and p.match in ("prefix", "line")]
    return re.compile(r"(?im)^\W*(?:" + "|".join(sorted(map(re.escape, known), key=len, reverse=True)) + ")")


RELATED, READ_MORE, CREDIT = starts("related-link"), starts("read-more"), starts("photo-credit")
TRAILER = re.compile(r"(?im)^Original url:\s*https?://")
SIGNATURE = re.compile(r"\A[^\n(]{0,60}\(([A-Za-z]{2,9})\) ?[-–—]")
URL_DATE = re.compile(r"/(20\d{2})/(\d{2})/(\d{2})/")
PRIVATE = re.compile(r"^(?:127|10|192\.168|169\.254)\.")


def error(name: str) -> PydanticCustomError:
    """A validation error with the name of a rule."""
    return PydanticCustomError("rule", "{rule}", {"rule": name})  # type: ignore[arg-type]


class Article(BaseModel):
    """An article; one error per check that fails, of each field and of the whole."""

    id: str
    url: str | None
    title: str | None
    authors: list[str]
    date: str | None
    text: str
    crawl_date: datetime

    @field_validator("title")
    @classmethod
    def has_title(cls, value: str | None) -> str | None:
        if value is None or value.strip() in NOTHING:
            raise error("title-missing")
        return value

    @field_validator("url")
    @classmethod
    def is_url(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            raise error("url-missing")
        if re.search(r"\s", value):
            raise error("url-white-space")
        if not re.match(r"[A-Za-z][\w+.-]*:", value):
            raise error("url-relative")
        try:
            url = ada_url.URL(value)
        except ValueError:
            raise error("url-malformed") from None
        if url.protocol not in ("http:", "https:"):
            raise error("url-scheme")
        if value.count("://") > 1:
            raise error("url-malformed")
        if url.username or url.password:
            raise error("url-credentials")
        if PRIVATE.match(url.hostname):
            raise error("url-private-address")
        return value

    @field_validator("authors")
    @classmethod
    def has_names(cls, value: list[str]) -> list[str]:
        byline = "; ".join(value)
        if not byline:
            raise error("byline-missing")
        if _noise_pattern().search(byline):
            raise error("byline-noise")
        if _prefix_pattern().match(byline):
            raise error("byline-prefix")
        if misspelt(byline):
            raise error("agency-spelling")
        return value

    @field_validator("text")
    @classmethod
    def is_clean(cls, value: str) -> str:
        if not value.strip():
            raise error("body-missing")
        if len(value) < 100:
            raise error("body-too-short")
        for name, pattern in (
            ("related-link", RELATED),
            ("read-more", READ_MORE),
            ("photo-credit", CREDIT),
            ("original-url-trailer", TRAILER),
            ("markup", _MARKUP_PATTERN),
            ("mojibake", _SUSPECT_LINE),
        ):
            if pattern.search(value):
                raise error(name)
        return value

    @model_validator(mode="after")
    def is_coherent(self) -> "Article":
        if self.date is None or self.date in NOTHING:
            raise error("date-missing")
        try:
            published = datetime.fromisoformat(self.date)
        except ValueError:
            raise error("date-unparseable") from None
        if published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        if published > self.crawl_date + timedelta(hours=26):
            raise error("date-in-future")
        if found := URL_DATE.search(self.url or ""):
            day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
            if abs((published.date() - day.date()).days) > 1:
                raise error("date-differs-from-url")
        if (signed := SIGNATURE.match(self.text)) and signed[1].lower() not in in_byline("; ".join(self.authors)):
            raise error("agency-not-in-byline")
        return self


def check(source: Path, out: Path) -> Counter[str]:
    """Checks every line of ``source`` and splits the lines into two files."""
    found: Counter[str] = Counter()
    out.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as lines, (out / "good.jsonl").open("wb") as good, (out / "bad.jsonl").open("wb") as bad:
        for line in lines:
            record: dict[str, Any] = json.loads(line)
            rules: set[str] = set()
            try:
                Article.model_validate(record)
            except ValidationError as errors:
                rules = {str(entry["ctx"]["rule"]) for entry in errors.errors(include_url=False, include_input=False)}
            found.update(rules)
            (bad if rules & QUARANTINE else good).write(line)
    return found


if __name__ == "__main__":
    print(json.dumps(check(Path(sys.argv[1]), Path(sys.argv[2])), sort_keys=True))
