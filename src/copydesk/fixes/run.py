"""`copydesk fix`: streams inputs through the repairs of a contract's rules into one output."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.articles.raw import RawBatch, Reading
from copydesk.contract import Contract
from copydesk.errors import InputError
from copydesk.fixes.batch import Fixed, Fixer
from copydesk.fixes.editors import editor
from copydesk.fixes.output import FixedOutput, changes_path
from copydesk.vocabulary import using

Progress = Callable[[str, int, int | None], None]


@dataclass
class Tally:
    """What has been counted so far. Rules are slugs."""

    read: int = 0
    unreadable: int = 0
    changed: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    to_review: Counter[str] = field(default_factory=Counter)
    safe: dict[str, bool] = field(default_factory=dict)

    def add(self, fixed: Fixed) -> None:
        """Counts a batch."""
        self.changed += len(fixed.changes)
        for changes in fixed.changes.values():
            self.applied.update(change.rule.slug for change in changes)
            self.records.update({change.rule.slug for change in changes})
            for change in changes:
                self.safe[change.rule.slug] = self.safe.get(change.rule.slug, True) and change.safe
        self.refused.update(pair for pairs in fixed.refused.values() for pair in pairs)
        self.to_review.update(slug for slugs in fixed.to_review.values() for slug in slugs)


def fix(
    inputs: Sequence[Input],
    contract: Contract,
    output: Path,
    *,
    unsafe: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> dict[str, Any]:
    """Writes the records of ``inputs`` with the repairs of ``contract``'s rules applied to ``output``; returns a summary.

    Beside ``output`` stands the list of changes. Raises UsageError where ``output`` is an input, InputError where an input
    cannot be read to its end: nothing is written then.
    """
    fixer = Fixer(contract, unsafe, datetime.now(UTC))
    fields = FieldMap(contract.fields)
    tally = Tally()
    with using(contract.vocabulary), FixedOutput(output, inputs) as written:
        for entry in inputs:
            with reading(entry, fields) as (stream, read):
                written.open(read.shape, entry.name)
                start = tally.read
                for batch in read.batches:
                    _fix_batch(fixer, fields, entry, read, batch, start, tally, written)
                    progress(entry.name, stream.consumed, stream.size)
        if not tally.read:
            raise InputError("the inputs hold no record")
        written.commit()
    return _summary(tally, contract, inputs, output, unsafe)


def _fix_batch(
    fixer: Fixer,
    fields: FieldMap,
    entry: Input,
    read: Reading,
    batch: RawBatch,
    start: int,
    tally: Tally,
    written: FixedOutput,
) -> None:
    tally.read += batch.size
    tally.unreadable += len(batch.unreadable)
    if batch.numbers:
        opened = editor(read.shape, batch, fields)
        fixed, ids = fixer.fix(batch.scraped, opened)
        tally.add(fixed)
        for row in sorted(fixed.changes):
            for change in fixed.changes[row]:
                written.note(
                    {
                        "record": start + batch.numbers[row],
                        "article_id": ids[row],
                        "input": entry.name,
                        "position": batch.positions[row],
                        "field": change.field,
                        "rule": change.rule.slug,
                        "safe": change.safe,
                        "before": change.before,
                        "after": change.after,
                        "key": change.key,
                        "start": change.start,
                        "item": change.item,
                    }
                )
        if fixed.changes:
            batch = dataclasses.replace(batch, raw=opened.raw())
    written.write(batch, entry.file_name)


def _summary(tally: Tally, contract: Contract, inputs: Sequence[Input], output: Path, unsafe: bool) -> dict[str, Any]:
    return {
        "output": str(output),
        "changes": str(changes_path(output)),
        "contract": {"path": contract.path, "sha256": contract.sha256},
        "inputs": [entry.name for entry in inputs],
        "unsafe": unsafe,
        "counts": {"read": tally.read, "changed": tally.changed, "unreadable": tally.unreadable},
        "rules": {
            slug: {"applied": count, "records": tally.records[slug], "safe": tally.safe[slug]}
            for slug, count in tally.applied.most_common()
        },
        "to_review": dict(tally.to_review.most_common()),
        "not_applied": [
            {"rule": slug, "reason": reason, "repairs": count} for (slug, reason), count in tally.refused.most_common()
        ],
    }
