"""Fixes the records of one batch: applies repairs, looks again at what changed, and ends when nothing changes any more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl

from copydesk.articles.fields import NOTHING
from copydesk.articles.frame import SCRAPED
from copydesk.contract import Contract
from copydesk.errors import RuleError
from copydesk.fixes.editors import Editor
from copydesk.fixes.leaves import Leaf, Path, names_of, offset_of, on_leaves
from copydesk.fixes.repairs import Edit, applied, chosen, edit_of, window, with_line_breaks
from copydesk.origin.stage import OriginStage
from copydesk.preparing import prepare
from copydesk.rules.base import Rule
from copydesk.schema import Check, compile_schema, outcomes, validate
from copydesk.vocabulary import using

ROUNDS: Final = 10
"""Looks at one record at most; one that still changes then is left as it came."""

GUESSED: Final = "the record was decoded by a guess"
NOWHERE: Final = "the record has no text of its own for the field"
PARTS: Final = "what is to be replaced reaches over several values"
NOTHING_LEFT: Final = "nothing would be left of the field"
OTHERWISE: Final = "the record would be read otherwise"
UNSETTLED: Final = "the repairs undo one another"


@dataclass(frozen=True, slots=True)
class Change:
    """One repair that was applied: the ``before`` at code point ``start`` of the value at ``key`` became ``after``.

    ``key`` is a JSON pointer into the record, with ``item`` set where a list's item was taken out; for a story it is "",
    the whole file, where every line break counts as one.
    """

    row: int
    field: str
    rule: type[Rule]
    safe: bool
    key: str
    start: int
    before: str
    after: str
    item: bool = False


@dataclass
class Fixed:
    """What became of a batch: its changes in the order in which they were made, and by row the repairs that were not."""

    changes: dict[int, list[Change]] = field(default_factory=dict)
    refused: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    to_review: dict[int, list[str]] = field(default_factory=dict)


class Fixer:
    """Applies the repairs of a contract's rules; ``unsafe`` adds those that need review."""

    def __init__(self, contract: Contract, unsafe: bool, now: datetime) -> None:
        self._contract, self._unsafe, self._now = contract, unsafe, now
        self._checks = tuple(check for check in contract.checks if check.rule.fix and not check.rule.online)
        with using(contract.vocabulary):
            self._schema = compile_schema(self._checks)
        self._outcomes = outcomes(self._checks)
        self._origin = OriginStage(contract.origin)

    def fix(self, scraped: pl.DataFrame, editor: Editor) -> tuple[Fixed, pl.Series]:
        """Fixes all records of a batch in ``editor``; ``scraped`` is the batch's frame. (What was done, the articles' ids.)"""
        done = Fixed()
        articles = self._articles(scraped, range(scraped.height))
        ids = articles["article_id"]
        originals: dict[int, Any] = {}
        last: list[_Attempt] = []
        for _ in range(ROUNDS):
            tried = [
                attempt
                for article, edits in self._wanted(articles, done)
                if (attempt := _attempt(editor, article, edits, done)) is not None
            ]
            now = editor.scraped([attempt.row for attempt in tried])
            held = [
                _holds(attempt, row, editor, done)
                for attempt, row in zip(tried, now.iter_rows(named=True), strict=True)
            ]
            last = [attempt for attempt, holds in zip(tried, held, strict=True) if holds]
            if not last:
                return done, ids
            for attempt in last:
                originals.setdefault(attempt.row, attempt.before)
            articles = self._articles(
                now.filter(pl.Series(held, dtype=pl.Boolean())), [attempt.row for attempt in last]
            )
        for row in (attempt.row for attempt in last):
            editor.restore(row, originals[row])
            done.refused[row] = [(change.rule.slug, UNSETTLED) for change in done.changes.pop(row)]
        return done, ids

    def _articles(self, scraped: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
        placed = scraped.with_columns(
            pl.Series("record", list(rows), pl.Int64()),
            pl.lit("").alias("input"),
            pl.lit(0, pl.Int64()).alias("position"),
        )
        return self._origin.add(prepare(placed, self._now, self._contract.origin.allow_networks, judged=self._unsafe))

    def _wanted(self, articles: pl.DataFrame, done: Fixed) -> Iterator[tuple[dict[str, Any], dict[str, list[Edit]]]]:
        """The failing articles, each with the edits to apply, by field; what needs review is only counted."""
        failing: dict[int, list[Check]] = {}
        for index, passed in validate(self._schema, articles, self._checks, self._outcomes).items():
            for row in (~passed).arg_true():
                failing.setdefault(row, []).append(self._checks[index])
        rows = sorted(failing)
        for number in articles["record"]:
            done.refused.pop(number, None)
            done.to_review.pop(number, None)
        for row, article in zip(rows, articles[rows].iter_rows(named=True), strict=True):
            edits: dict[str, list[Edit]] = {}
            for name, edit in self._edits(article, failing[row]):
                if edit.safe or self._unsafe:
                    edits.setdefault(name, []).append(edit)
                else:
                    done.to_review.setdefault(article["record"], []).append(edit.rule.slug)
            if edits:
                yield article, edits

    def _edits(self, article: Mapping[str, Any], checks: Sequence[Check]) -> Iterator[tuple[str, Edit]]:
        for check in checks:
            if (str(article["article_id"]), check.slug) in self._contract.suppress:
                continue  # known and accepted
            try:
                spots = list(check.rule.find(article))
            except Exception as error:
                raise RuleError(f"the rule {check.slug} crashed: {type(error).__name__}: {error}") from error
            for spot in spots:
                text = article.get(spot.field)
                if spot.field in SCRAPED and isinstance(text, str):
                    edit = edit_of(spot, type(check.rule), len(text))
                    if edit and text[edit.start : edit.end] != edit.text:
                        yield spot.field, edit


@dataclass(frozen=True)
class _Attempt:
    """A record that has been changed and must yet be read again: how it was ``before``, and what its fields are to say."""

    row: int
    article: Mapping[str, Any]
    before: Any
    changes: list[Change]
    meant: dict[str, str]


def _attempt(
    editor: Editor, article: Mapping[str, Any], wanted: Mapping[str, list[Edit]], done: Fixed
) -> _Attempt | None:
    """Applies edits, by field, to one record; None where it stays as it is."""
    row = article["record"]
    refused = done.refused.setdefault(row, [])
    changes: list[Change] = []
    values: dict[Path, str | None] = {}
    meant: dict[str, str] = {}
    for name, candidates in wanted.items():
        text = article[name]
        edits = with_line_breaks(text, chosen(candidates)) if name == "body" else chosen(candidates)
        reason = NOTHING_LEFT if applied(text, edits).strip() in NOTHING else GUESSED if article["decoding"] else ""
        found = None if reason else _placed(editor, row, name, text, edits)
        if found is None:
            refused += [(edit.rule.slug, reason or NOWHERE) for edit in edits]
            continue
        refused += [(edit.rule.slug, PARTS) for edit in found.refused]
        if not found.values:
            continue
        changes += found.changes
        values |= found.values
        refusals = set(found.refused)
        meant[name] = applied(text, [edit for edit in edits if edit not in refusals])
    if not values:
        return None
    if changes[0].key == "":  # one text for all fields: undoing goes backwards, so from right to left here as well
        changes.sort(key=lambda change: -change.start)
    before = editor.snapshot(row)
    if editor.change(row, values):
        return _Attempt(row, article, before, changes, meant)
    refused += [(change.rule.slug, OTHERWISE) for change in changes]
    return None


def _holds(attempt: _Attempt, now: Mapping[str, Any], editor: Editor, done: Fixed) -> bool:
    """Whether the record, read again, says what was meant and nothing else has moved; if not, the attempt is taken back."""
    for name in SCRAPED:
        if name in ("article_id", "source", "extra", "html", "decoding"):  # filled in, or the rest
            continue
        if _words(now[name]) != _words(attempt.meant.get(name, attempt.article[name])):
            editor.restore(attempt.row, attempt.before)
            done.refused[attempt.row] += [(change.rule.slug, OTHERWISE) for change in attempt.changes]
            return False
    done.changes.setdefault(attempt.row, []).extend(attempt.changes)
    return True


def _words(text: str | None) -> list[str]:
    return (text or "").split()


@dataclass
class _Placed:
    """Edits of one field as changes of the record's own texts."""

    values: dict[Path, str | None] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    refused: list[Edit] = field(default_factory=list)


def _placed(editor: Editor, row: int, name: str, text: str, edits: Sequence[Edit]) -> _Placed | None:
    """``edits`` of the field ``name``, which reads ``text``, on the record's own texts; None where it is not made of any."""
    leaves = editor.leaves(row, name)
    offset = offset_of(leaves, name, text)
    if offset is None:
        return None
    placed = _Placed()
    by_leaf: dict[Path, list[Edit]] = {}
    texts = {leaf.path: leaf for leaf in leaves}
    for edit in edits:
        parts = on_leaves(leaves, name, edit, offset)
        if not parts:
            placed.refused.append(edit)
        for leaf, part in parts:
            by_leaf.setdefault(leaf.path, []).append(part)
    if placed.refused and len(edits) == 1 and (names := names_of(leaves, name, applied(text, edits))):
        return _replaced(texts, names, name, row, edits[0])
    for path, own in reversed(by_leaf.items()):  # so that undoing, which goes backwards, finds every item's index
        new = _steps(placed, texts[path], own, name, row)
        placed.values[path] = None if _is_item(texts[path]) and not new.strip() else new
    return placed


def _replaced(texts: Mapping[Path, Leaf], names: Mapping[Path, str | None], name: str, row: int, edit: Edit) -> _Placed:
    """One edit that parts a list's texts anew."""
    placed = _Placed()
    for path, new in reversed(list(names.items())):
        if new != texts[path].text:
            placed.values[path] = new
            placed.changes.append(
                Change(row, name, edit.rule, edit.safe, pointer(path), 0, texts[path].text, new or "", new is None)
            )
    return placed


def _steps(placed: _Placed, leaf: Leaf, edits: Sequence[Edit], name: str, row: int) -> str:
    """The text of ``leaf`` after ``edits``, with a change for each: from right to left, so that offsets stay right."""
    text = leaf.text
    key = "" if leaf.in_file else pointer(leaf.path)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        start, end = window(text, edit)
        after = text[start : edit.start] + edit.text + text[edit.end : end]
        new = text[:start] + after + text[end:]
        item = _is_item(leaf) and not new.strip()
        if item:
            start, end, after, new = 0, len(text), "", ""
        change = Change(row, name, edit.rule, edit.safe, key, leaf.base + start, text[start:end], after, item)
        placed.changes.append(change)
        text = new
    return text


def _is_item(leaf: Leaf) -> bool:
    """Whether ``leaf`` is an item of a list, which goes when nothing is left of it."""
    return isinstance(leaf.path[-1], int) and not leaf.in_file


def pointer(path: Path) -> str:
    """``path`` as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
