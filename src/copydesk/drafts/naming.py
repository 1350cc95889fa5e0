"""Guesses which of a sample's fields are what, for names that copydesk does not know: by what the values look like."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson
import pyarrow as pa

from copydesk.articles import delimited
from copydesk.articles.fields import FieldMap, as_text
from copydesk.articles.inputs import Input, reading
from copydesk.articles.raw import RawBatch, Shape
from copydesk.encoding import marked
from copydesk.errors import InputError
from copydesk.press import dates

RECORDS: Final = 500
"""Records that are looked at for names."""

_INPUTS: Final = 20
_SURE: Final = 0.8
"""Share of a field's values that must look alike for it to be taken for something."""

_URL = re.compile(r"\s*https?://[^\s/]+/\S")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_NAMES = re.compile(r"(?:[^\W\d_][\w.'’-]*\s+){1,3}[^\W\d_][\w.'’-]*")


@dataclass(frozen=True)
class Guess:
    """The field called ``name`` is taken for ``field``: ``hits`` of its ``values`` look like it."""

    field: str
    name: str
    hits: int
    values: int
    looks: str


class Anything(FieldMap):
    """A field map that lets every record in: of an unknown table the names are yet to be found."""

    def recognises(self, name: str) -> bool:
        return True

    def plan(self, keys: Iterable[str]) -> dict[str, list[str]]:
        names = list(keys)
        return super().plan(names) or {"extra": names[:1]}


def guesses(inputs: Sequence[Input]) -> tuple[dict[str, str], list[Guess]]:
    """(canonical field -> the known name it comes under, what unknown names are taken for) in the first records."""
    records = list(islice(_records(inputs), RECORDS))
    plan: dict[str, str] = {}
    for record in records:
        for field, names in FieldMap().plan(record).items():
            plan.setdefault(field, names[0])
    known = FieldMap()
    unknown = dict.fromkeys(name for record in records for name in record if not known.recognises(name))
    values = {
        name: [text for record in records if (text := as_text(record.get(name), ", ")) and text.strip()]
        for name in unknown
    }
    found: list[Guess] = []
    for field, looks, test in _LOOKS:
        if field in plan:
            continue
        ranked = [(sum(map(test, texts)), name) for name, texts in values.items() if texts]
        hits, name = max(ranked, default=(0, ""))
        if hits and hits >= _SURE * len(values[name]) and len(values[name]) >= len(records) / 2:
            found.append(Guess(field, name, hits, len(values.pop(name)), looks))
    return plan, found


def _is_body(text: str) -> bool:
    return len(text) >= 300 and " " in text[:300]


def _is_title(text: str) -> bool:
    return 15 <= len(text) <= 200 and "\n" not in text and " " in text and not _NAMES.fullmatch(text.strip())


def _is_date(text: str) -> bool:
    return len(text) <= 60 and dates.parse(text.strip()) is not None


_LOOKS: Final[tuple[tuple[str, str, Callable[[str], bool]], ...]] = (
    ("body", "long texts", _is_body),
    ("original_url", "web addresses", lambda text: bool(_URL.match(text))),
    ("published", "dates", _is_date),
    ("byline", "names of two to four words", lambda text: bool(_NAMES.fullmatch(text.strip()))),
    ("title", "single lines of headline length", _is_title),
    ("language", "language codes", lambda text: bool(_LANGUAGE.fullmatch(text.strip()))),
)
"""What each field looks like, the surest first: a field that is taken is no candidate for the next."""


def _records(inputs: Sequence[Input]) -> Iterator[Mapping[str, Any]]:
    for entry in inputs[:_INPUTS]:
        try:
            with reading(entry, Anything()) as (_, read):
                for batch in read.batches:
                    yield from _parsed(read.shape, batch)
        except InputError:
            continue  # the check of the sample says what is wrong with it


def _parsed(shape: Shape, batch: RawBatch) -> Iterator[Mapping[str, Any]]:
    """The records of a batch under their own names; stories have none."""
    if isinstance(batch.raw, pa.Table):
        yield from batch.raw.slice(0, RECORDS).to_pylist()
    elif shape.format == "csv":
        mark, encoding = marked(shape.preamble)
        names, delimiter = delimited.header_of(shape.preamble[len(mark) :].decode(encoding, "replace"))
        for raw in batch.raw:
            row = next(csv.reader(io.StringIO(raw.decode(encoding, "replace"), newline=""), delimiter=delimiter))
            yield dict(zip(names, row, strict=False))
    elif shape.format in ("jsonl", "json", "json-object"):
        for raw in batch.raw:
            mark, encoding = marked(raw)
            try:
                record = orjson.loads(raw[len(mark) :].decode(shape.encoding if not mark else encoding, "replace"))
            except orjson.JSONDecodeError:
                continue
            yield record
