"""How many articles a source has: volume drops, and sources that have gone silent."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from copydesk.history.ground import LEAST, Ground, Mask
from copydesk.history.measures import WHOLE, Measures
from copydesk.history.predictive import volume_tail
from copydesk.history.says import DAYS, count_range
from copydesk.history.tails import Floats
from copydesk.history.unusual import Unusual, range_of

HALF: Final = 0.5
"""A volume is not called unusual above half of what the weekday lets expect, and of the least that it has had."""

_TOGETHER: Final = 5
"""Sources that must be comparable before what they all do is taken for the day's and not for theirs (a holiday)."""

_ORDINARY: Final = 0.8
"""From this part of what they lead to expect on, all sources together show an ordinary day."""


class Volumes:
    """Compares today's number of articles by source with earlier ones, weekday by weekday."""

    def __init__(self, ground: Ground, measures: Measures) -> None:
        self._ground = ground
        past = ground.past.articles
        today = dict(measures.sources.select("source", "articles").iter_rows())
        self._today = np.array([today.get(name, 0) for name in ground.past.names], dtype=float)
        self._taken = self._ordinary(past)
        self._runs = self._taken.sum(axis=1)
        self._mean = (past * self._taken).sum(axis=1) / self._runs.clip(1)
        self._days = np.stack([(self._taken & (ground.weekdays == day)).sum(axis=1) for day in range(7)], axis=1)
        self._factors = self._of_weekdays(past)
        self._day = self._of_runs(past)

    def _ordinary(self, past: Floats) -> Mask:
        """The runs that tell a source's volume: complete ones since it was first seen, not those in which it has been away
        up to now, and not the unusual ones."""
        ground, runs = self._ground, past.shape[1]
        seen = past > 0
        began = np.where(seen.any(axis=1), seen.argmax(axis=1), runs)
        ended = np.where(seen.any(axis=1), runs - seen[:, ::-1].argmax(axis=1), 0)
        numbers = np.arange(runs)
        taken: Mask = (
            (numbers >= began[:, None]) & (numbers < ended[:, None]) & ground.complete & ~ground.whole_run_unusual()
        )
        special = {
            source for source, measure in (*ground.past.flagged, *ground.past.levels) if measure in ("volume", "silent")
        }
        for source in special & ground.place.keys():
            taken[ground.place[source]] &= ground.usual(source, "volume") & ground.usual(source, "silent")
        return taken

    def _of_weekdays(self, past: Floats) -> Floats:
        """A factor per source and weekday: its own mean there, drawn to that of all sources as by one more such day."""
        sums = np.stack(
            [(past * (self._taken & (self._ground.weekdays == day))).sum(axis=1) for day in range(7)], axis=1
        )
        mean = self._mean[:, None].clip(1e-9)
        own = sums / self._days.clip(1) / mean
        all_days: Floats = np.ones(7)
        weight = 0.3
        for day in range(7):
            telling = (self._days[:, day] > 0) & (self._mean >= 3) & (self._runs >= LEAST)
            if telling.sum() >= _TOGETHER:
                all_days[day], weight = max(float(np.median(own[telling, day])), 0.02), 1.0
        result: Floats = (sums + weight * all_days * mean) / ((self._days + weight) * mean)
        return result.clip(0.01)

    def _of_runs(self, past: Floats) -> Floats:
        """A factor per earlier run: what all sources had of what their weekday let expect, where that is little (a holiday)."""
        factors = np.ones(past.shape[1])
        expected = self._mean[:, None] * self._factors[:, self._ground.weekdays]
        for run in range(past.shape[1]):
            common = self._common(
                past[:, run] / expected[:, run].clip(1e-9), self._taken[:, run] & (expected[:, run] >= 3)
            )
            factors[run] = common if common is not None and common < _ORDINARY else 1.0
        return factors.clip(0.01)

    def _common(self, ratio: Floats, compared: Mask) -> float | None:
        """What part of the expected most sources had; None where too few can be compared."""
        others = np.array([name != WHOLE for name in self._ground.past.names], dtype=bool)
        chosen = ratio[compared & others & (self._runs >= LEAST)]
        return min(1.0, float(np.median(chosen))) if len(chosen) >= _TOGETHER else None

    def find(self) -> Iterator[Unusual]:
        """Every volume that may be unusual."""
        ground = self._ground
        expected = self._mean * self._factors[:, ground.today]
        tells = (self._runs >= LEAST) & (self._mean > 0)
        together = self._common(self._today / expected.clip(1e-9), expected >= 3)
        if together is None or together < _ORDINARY:  # a weekday that is new to a source may be its quiet one
            tells &= self._days[:, ground.today] > 0
        common = 1.0 if together is None else together
        for row in np.flatnonzero(tells & (self._today <= HALF * expected)).tolist():
            name = ground.past.names[row]
            yield from self._judged(row, name, float(expected[row]), 1.0 if name == WHOLE else common)

    def _judged(self, row: int, name: str, expected: float, common: float) -> Iterator[Unusual]:
        ground, taken = self._ground, self._taken[row]
        past, days = ground.past.articles[row][taken], ground.weekdays[taken]
        factor, factors = self._factors[row, ground.today], self._factors[row][days]
        if name != WHOLE:
            factors = factors * self._day[taken]
        count = int(self._today[row])
        if count > HALF * common * min(expected, float(past[days == ground.today].min(initial=expected))):
            return
        low, high = range_of(past / factors * factor)
        said = f"usually {count_range(low, high)} on a {DAYS[ground.today]}"
        if count:
            p = volume_tail(count, factor * common, past, factors)
            severity = "critical" if count <= 0.2 * min(low, expected) else "warning"
            yield Unusual(name, "volume", count, count, (low, high), p, severity, f"{count:,} articles, {said}")
            return
        away = self._away(row)
        p = volume_tail(0, factor * common + away, past, factors)
        yield Unusual(name, "silent", 0, 0, (low, high), p, "critical", f"no article, {said}")

    def _away(self, row: int) -> float:
        """What was to be expected of the runs in which the source has been away up to now, as a part of its level."""
        ground = self._ground
        last = np.flatnonzero(ground.past.articles[row] > 0)[-1]
        gone = (np.arange(len(ground.past.runs)) > last) & ground.complete & ~ground.whole_run_unusual()
        days = ground.weekdays[gone]
        return float(self._factors[row][days][self._days[row][days] > 0].sum())
