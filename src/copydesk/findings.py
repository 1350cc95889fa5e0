"""The table of findings: what engines write of each, and reports read."""

from typing import Final

import polars as pl

FINDINGS: Final[dict[str, pl.DataType]] = {
    "record": pl.Int64(),
    "article_id": pl.String(),
    "source": pl.String(),
    "rule": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
    "field": pl.String(),
    "line": pl.Int64(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "evidence": pl.String(),
    "message": pl.String(),
    "suggestion": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "score": pl.Float64(),
    "article_key": pl.String(),
    "fingerprint": pl.String(),
    "baseline": pl.Boolean(),
    "repair": pl.String(),
    "safe": pl.Boolean(),
}
"""One row per finding. ``start`` and ``end`` are code points in ``field``, ``line`` is 1-based in the body (null
elsewhere), ``before`` and ``after`` are the text around the span, ``score`` is null where no model speaks. ``baseline`` is
whether the finding was known before the run, by its ``fingerprint`` (see `copydesk.baseline`); such findings count nowhere
but in this table. ``repair`` is what `copydesk fix` would put in place of the span or the whole field (null: nothing, or too
long to be kept here), ``safe`` whether it would without being told to (null without a repair)."""

EVIDENCE: Final = 200
"""Characters of evidence at most, and of a suggestion ten times as many."""

CONTEXT: Final = 90
"""Characters kept before and after a span."""
