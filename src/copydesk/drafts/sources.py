"""What is peculiar to single sources of a sample, and what a contract should say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from copydesk.batch.outcomes import column
from copydesk.drafts.bounds import interval, round_down

ENOUGH: Final = 20
"""Articles that a source must have for anything to be said of it: with fewer, "never" may be chance."""

_SYSTEMATIC: Final = 0.2
"""Share of a source's articles beyond which short texts are its way, and not failures of the scraper."""

_ALWAYS: Final = 0.5


@dataclass(frozen=True)
class Peculiarity:
    """A rule's setting for one source (None: only worth a look), and why."""

    source: str
    rule: str
    setting: str | None
    why: str


def peculiarities(outcomes: pl.DataFrame, severities: dict[str, str], minimum: int) -> Iterator[Peculiarity]:
    """What differs from source to source in the outcomes of a sample; ``minimum`` is what `body-too-short` demands."""
    for (source,), rows in sorted(outcomes.drop_nulls("source").group_by("source"), key=lambda item: str(item[0])):
        if rows.height >= ENOUGH:
            yield from _of_one(str(source), rows, severities, minimum)


def _of_one(source: str, rows: pl.DataFrame, severities: dict[str, str], minimum: int) -> Iterator[Peculiarity]:
    count = rows.height
    if rows["byline"].null_count() == count:
        high = interval(0, count)[1]
        why = f"none of {count:,} articles has a byline (with 95 % confidence at most {high:.0%} of all do)"
        yield Peculiarity(source, "byline-missing", "off", why)
    passed = column("body-too-short")
    short = int((~rows[passed]).sum()) if passed in rows.columns else 0
    if short > _SYSTEMATIC * count:
        lengths = rows["body_characters"].filter(rows["body_characters"] > 0)
        least = round_down(0.8 * float(lengths.quantile(0.05) or 0))
        why = f"{short:,} of {count:,} texts are shorter than {minimum}, half of them shorter than {_middle(lengths)}"
        fits = 10 <= least < minimum
        yield Peculiarity(source, "body-too-short", f"{{minimum: {least}}}" if fits else None, why)
    for slug, severity in severities.items():
        name = column(slug)
        if slug in ("byline-missing", "body-too-short") or severity == "info" or name not in rows.columns:
            continue
        failed = int((~rows[name]).sum())
        if failed >= _ALWAYS * count:
            yield Peculiarity(source, slug, None, f"{failed:,} of {count:,} articles fail it: look at the scraper")


def _middle(lengths: pl.Series) -> int:
    return round(float(lengths.median() or 0))  # type: ignore[arg-type]
