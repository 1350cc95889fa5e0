"""A loop of `json.loads` and a pydantic model."""

import json
import re
from collections import defaultdict

from common import NOTHING, RULES, SOURCE, rejected, report, split_lines
from pydantic import BaseModel, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

AGENCY, URL, RELATED, MOJIBAKE = (re.compile(RULES[name]) for name in ("agency", "url", "related", "mojibake"))


def error(name: str) -> PydanticCustomError:
    """A validation error with the name of a rule."""
    return PydanticCustomError("rule", "{rule}", {"rule": name})  # type: ignore[arg-type]


class Article(BaseModel):
    """An article."""

    url: str
    authors: list[str]
    date: str | None
    text: str
    crawl_date: str

    @field_validator("authors")
    @classmethod
    def _authors(cls, authors: list[str]) -> list[str]:
        if not authors:
            raise error("byline-missing")
        if any(map(AGENCY.search, authors)):
            raise error("agency-spelling")
        return authors

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        if not URL.search(url):
            raise error("url-malformed")
        return url

    @field_validator("date")
    @classmethod
    def _date(cls, date: str | None) -> str | None:
        if date is None or date == NOTHING:
            raise error("date-missing")
        return date

    @field_validator("text")
    @classmethod
    def _text(cls, text: str) -> str:
        if len(text) < RULES["shortest"]:
            raise error("body-too-short")
        if RELATED.search(text):
            raise error("related-link")
        if MOJIBAKE.search(text):
            raise error("mojibake")
        return text

    @model_validator(mode="after")
    def _in_time(self) -> "Article":
        if self.date is not None and self.date > self.crawl_date:
            raise error("date-in-future")
        return self


lines = SOURCE.read_bytes().splitlines(keepends=True)
found = defaultdict(list)
for number, line in enumerate(lines):
    try:
        Article(**json.loads(line))
    except ValidationError as errors:
        for problem in errors.errors(include_url=False):
            found[problem["ctx"]["rule"]].append(number)
split_lines(lines, rejected(found))
report(found)
