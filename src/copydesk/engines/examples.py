"""A run's examples: for each rule and source a few articles with what only the records hold, so that reports can show them whole.

Reports read a run's tables, and those leave the texts out. Here the bodies of a bounded number of articles are kept, cut around
their findings, together with what `copydesk fix` would change. Batches come in the order of the input, so the same run keeps
the same examples whatever the number of processes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.articles.fields import NOTHING
from copydesk.articles.frame import SCRAPED
from copydesk.engines.checking import Checked
from copydesk.fixes.repairs import Edit, applied, chosen, with_line_breaks
from copydesk.rules.base import difference
from copydesk.rules.catalogue import Catalogue
from copydesk.tablefile import Table

PER_CELL: Final = 3
"""Articles kept for one rule and source, while the rule has fewer than `PER_RULE`."""

PER_RULE: Final = 60
"""Articles of one rule from which on a source gets only its first, until `SOURCES` sources have one."""

SOURCES: Final = 150
"""Sources for which a rule keeps articles: a run may name a million."""

WHOLE: Final = 3_000
"""Characters up to which a body is kept whole."""

AROUND: Final = 240
"""Characters kept before and after a finding in a longer body, at its start and at its end."""

SPANS: Final = 30
"""Findings, and repairs, of one article that are kept in context."""

_LONGEST: Final = 1_000
"""Characters kept of the text that a repair takes out or puts in."""

_BESIDE: Final = 60
"""Characters kept on either side of a repair."""

_EXTRA: Final = 2_000
"""Characters kept of the fields that have no canonical name."""

_LOST: Final = ("body", "extra", "html", "decoding")
"""Columns that are taken from the batch as it was scraped: when rules have been asked they are gone."""

EXAMPLES: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(),
    "body": pl.List(pl.Struct({"start": pl.Int64(), "text": pl.String()})),
    "body_characters": pl.Int64(),
    "extra": pl.String(),
    "html_characters": pl.Int64(),
    "fixes": pl.List(
        pl.Struct(
            {
                "field": pl.String(),
                "rule": pl.String(),
                "safe": pl.Boolean(),
                "start": pl.Int64(),
                "left": pl.String(),
                "before": pl.String(),
                "after": pl.String(),
                "right": pl.String(),
            }
        )
    ),
}
"""`examples.parquet`: one row per article that is kept. ``body`` are the pieces of the body in order, each with the code point at
which it starts; ``body_characters`` is the length of the whole, ``html_characters`` that of the page that the scraper kept (null
without). ``extra`` is the JSON of all other fields, cut. ``fixes`` are the repairs that `copydesk fix` would apply first: at code
point ``start`` of ``field`` the text ``before`` becomes ``after``, between ``left`` and ``right``; ``safe`` needs no review."""


class Examples:
    """Chooses examples batch by batch and streams them into a table. ``rules`` are the rules of the contract."""

    def __init__(self, path: Path, rules: Catalogue) -> None:
        self._table = Table(path, EXAMPLES)
        self._rules = rules
        self._cells: defaultdict[str, Counter[str | None]] = defaultdict(Counter)

    def take(self, scraped: pl.DataFrame, checked: Checked) -> None:
        """Keeps what is wanted of a batch; ``scraped`` has the columns `copydesk.articles.frame.SCRAPED` and the rows of
        ``checked.articles``."""
        wanted = self._wanted(checked.findings)
        if not wanted:
            return
        rows = checked.articles["record"].is_in(wanted).arg_true()
        texts = scraped[rows].select(_LOST).iter_rows(named=True)
        known = [name for name in checked.articles.columns if name in SCRAPED and name not in _LOST]
        fields = checked.articles[rows].select("record", *known).iter_rows(named=True)
        found = checked.findings.filter(pl.col("record").is_in(wanted))
        spans: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for finding in found.select("record", "rule", "field", "start", "end", "repair", "safe").iter_rows(named=True):
            spans[finding["record"]].append(finding)
        kept = [
            _row({**field, **text}, spans[field["record"]], self._rules)
            for field, text in zip(fields, texts, strict=True)
        ]
        self._table.write(pl.DataFrame(kept, schema=EXAMPLES, orient="row"))

    def close(self) -> None:
        """Finishes the file."""
        self._table.close()

    def _wanted(self, findings: pl.DataFrame) -> list[int]:
        """The records of a batch that are kept, in order."""
        wanted: dict[int, None] = {}
        for record, rule, source in findings.select("record", "rule", "source").unique(maintain_order=True).iter_rows():
            cells = self._cells[rule]
            there = cells[source]
            if there < PER_CELL and (cells.total() < PER_RULE if there else len(cells) <= SOURCES):
                cells[source] = there + 1
                wanted[record] = None
        return list(wanted)


def _row(article: Mapping[str, Any], findings: list[dict[str, Any]], rules: Catalogue) -> tuple[Any, ...]:
    body, html, extra = article["body"] or "", article["html"], article["extra"]
    spans = [(f["start"], f["end"]) for f in findings if f["field"] == "body" and f["start"] is not None]
    return (
        article["record"],
        [{"start": start, "text": body[start:end]} for start, end in pieces(len(body), spans)],
        len(body),
        extra and extra[:_EXTRA],
        html and len(html),
        list(islice(_fixes(article, findings, rules), SPANS)),
    )


def pieces(length: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is kept of a body of ``length`` code points with findings at ``spans``: (start, end) from left to right, apart."""
    if length <= WHOLE:
        return [(0, length)] if length else []
    near = [(max(0, start - AROUND), min(length, end + AROUND)) for start, end in islice(sorted(spans), SPANS)]
    cut = [(start, min(end, start + WHOLE)) for start, end in near]
    kept: list[tuple[int, int]] = []
    for start, end in sorted([(0, AROUND), *cut, (length - AROUND, length)]):
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def _fixes(article: Mapping[str, Any], findings: list[dict[str, Any]], rules: Catalogue) -> Iterator[dict[str, Any]]:
    """The repairs that would be applied together, by field and from left to right."""
    if article["decoding"]:  # `copydesk fix` leaves a record alone whose encoding was guessed
        return
    by_field: dict[str, list[Edit]] = {}
    for finding in findings:
        text = article.get(finding["field"])
        if finding["repair"] is not None and isinstance(text, str):
            start, end = finding["start"], finding["end"]
            start, end = (0, len(text)) if start is None else (start, end)
            edit = Edit(start, end, finding["repair"], rules[finding["rule"]], finding["safe"])
            by_field.setdefault(finding["field"], []).append(edit)
    for name, offered in by_field.items():
        text = article[name]
        edits = chosen(offered)
        if name == "body":
            edits = with_line_breaks(text, edits)
        if applied(text, edits).strip() in NOTHING:
            continue
        for edit in sorted(edits, key=lambda edit: edit.start):
            yield _fix(name, text, edit)


def _fix(name: str, text: str, edit: Edit) -> dict[str, Any]:
    start, end, after = edit.start, edit.end, edit.text
    if after and start < end:  # only what differs
        first, last, after = difference(text[start:end], after)
        start, end = start + first, start + last
    return {
        "field": name,
        "rule": edit.rule.slug,
        "safe": edit.safe,
        "start": start,
        "left": text[max(0, start - _BESIDE) : start],
        "before": text[start:end][:_LONGEST],
        "after": after[:_LONGEST],
        "right": text[end : end + _BESIDE],
    }
