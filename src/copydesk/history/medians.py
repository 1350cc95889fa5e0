"""How old a source's articles are, and how long: medians that have moved."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from copydesk.history.ground import LEAST, Ground
from copydesk.history.measures import Measures
from copydesk.history.predictive import median_tails
from copydesk.history.says import hours, range_said_of
from copydesk.history.unusual import Unusual, range_of

FEWEST: Final = 8
"""Articles without which a median says nothing."""

SPREAD: Final = {"freshness": 0.4, "length": 0.15}
"""What medians of single runs usually differ by, in logarithms, before a source has shown its own."""

LONGER: Final = 1.5
"""A length is not called unusual unless it is beyond the usual range by half."""

OLDER: Final = 2.0
"""An age is not called unusual unless it is twice the highest usual one, and by half a day."""

_HALF_DAY: Final = 12.0


def medians(ground: Ground, measures: Measures) -> Iterator[Unusual]:
    """Every median age that may be unusually high, and every median length that may be unusual."""
    for measure in ("freshness", "length"):
        yield from _of(measure, ground, measures)


def _of(measure: str, ground: Ground, measures: Measures) -> Iterator[Unusual]:
    named = measures.sources.select("source", "articles", measure, f"{measure}_low", f"{measure}_high")
    today = [row for row in named.drop_nulls().iter_rows() if row[0] in ground.place and row[1] >= FEWEST]
    if not today:
        return
    rows = [ground.place[row[0]] for row in today]
    numbers = np.array([row[1:] for row in today], dtype=float)
    value, low, high = (np.log1p(numbers[:, column].clip(0)) for column in (1, 2, 3))
    error = 1.2533 * (high - low) / 1.349 / np.sqrt(numbers[:, 0])
    past = np.log1p(ground.past.medians[measure][rows])
    past[ground.past.articles[rows] < FEWEST] = np.nan
    for number, (source, *_) in enumerate(today):
        if (source, measure) in ground.past.flagged or (source, measure) in ground.past.levels:
            past[number, ~ground.usual(source, measure)] = np.nan
    enough = np.flatnonzero((~np.isnan(past)).sum(axis=1) >= LEAST)
    if not len(enough):
        return
    above, below, _ = median_tails(value[enough], error[enough], past[enough], SPREAD[measure])
    for place, row in enumerate(enough):
        source, articles, observed, *_ = today[row]
        usual = range_of(np.expm1(past[row][~np.isnan(past[row])]))
        beyond = _beyond(measure, max(float(observed), 0.0), usual)
        if beyond is None:
            continue
        p = float(above[place]) if measure == "freshness" else 2 * float(min(above[place], below[place]))
        yield Unusual(
            source, measure, float(observed), int(articles), usual, p, beyond, _says(measure, observed, articles, usual)
        )


def _beyond(measure: str, observed: float, usual: tuple[float, float]) -> str | None:
    """How grave it is; None where it is not far enough from the usual."""
    low, high = usual
    if measure == "freshness":
        return "warning" if observed >= max(OLDER * high, high + _HALF_DAY) else None
    if observed * LONGER <= low:
        return "critical" if observed * 4 <= low else "warning"
    return "warning" if observed >= LONGER * high else None


def _says(measure: str, observed: float, articles: int, usual: tuple[float, float]) -> str:
    if measure == "freshness":
        return f"articles are {hours(observed)} old (median of {articles:,}), usually {range_said_of(usual, hours)}"
    said = range_said_of(usual, lambda value: f"{value:,.0f}")
    return f"bodies of {observed:,.0f} characters (median of {articles:,}), usually {said}"
