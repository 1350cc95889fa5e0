"""How many articles a source has: volume drops, and sources that have gone silent."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from copydesk.history.drifts import Lately
from copydesk.history.ground import LEAST, Ground, Mask
from copydesk.history.measures import WHOLE, Measures
from copydesk.history.predictive import volume_tail
from copydesk.history.says import DAYS, count_range
from copydesk.history.tails import Floats
from copydesk.history.unusual import Unusual, range_of

HALF: Final = 0.5
"""A volume is not called unusual above half of what the weekday lets expect, and of the least that it has had."""

RUNS: Final = 14
"""Runs of the second look, today's included: two weeks of daily ones, so that a slack week is not enough. In simulated nights
(`benchmarks/drift_lasting.py`) it finds within two weeks that half of the articles are missing, which no single night shows."""

LACKING: Final = 0.4
"""The last runs together are not called unusual unless this part is missing: half, less what chance and the runs before it began
take off."""

_STEEP: Final = 0.7
"""Nor above this part of the least that as many runs in a row had before: a volume that moves with a season has been nearly as
low."""

_APART: Final = RUNS / 2
"""Runs that move by themselves among these: a busy day leaves something for the next."""

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
        for row in np.flatnonzero(tells & (self._today < expected)).tolist():
            name = ground.past.names[row]
            if self._today[row] <= HALF * expected[row]:
                yield from self._judged(row, name, float(expected[row]), 1.0 if name == WHOLE else common)
            if name != WHOLE and self._today[row]:  # a slack week of all sources is no break
                yield from self._together(row, name, common)

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

    def _together(self, row: int, name: str, common: float) -> Iterator[Unusual]:
        """The last runs as one. Today by itself must be half as far below the usual: what has ended is told of no more."""
        ground, past = self._ground, self._ground.past.articles[row]
        shares = self._factors[row][ground.weekdays] * self._day
        told = ground.complete & ~ground.whole_run_unusual() & ground.usual(name, "silent") & (past.cumsum() > 0)
        last = ground.last(name, "volume", told)[-(RUNS - 1) :]
        usual = self._taken[row].copy()
        usual[last] = False
        if len(last) < RUNS - 1 or usual.sum() <= RUNS:
            return
        before, parts = past[usual], shares[usual]
        factor, count, level = self._factors[row, ground.today], int(self._today[row]), before.sum() / parts.sum()
        part, articles = float(factor * common + shares[last].sum()), count + int(past[last].sum())
        others = _in_a_row(before) / _in_a_row(parts) * part
        lacking = 1 - articles / (part * level)
        if lacking < LACKING or articles > _STEEP * others.min() or count > (1 - lacking / 2) * factor * common * level:
            return
        p = 2 * volume_tail(articles, part, before, parts, _APART)  # it may find as much by chance as the first look
        missed = np.cumsum(((1 - lacking / 2) * level * shares[last] - past[last])[::-1])
        began = int(last[-1 - missed.argmax()]) if missed.max() > 0 else None
        (low, high), instead = range_of(before / parts * factor), range_of(others)
        yield Unusual(
            name, "volume", count, count, (low, high), p, "warning",
            f"{count:,} articles ({articles:,} in the last {RUNS} runs instead of {count_range(*instead)}), "
            f"usually {count_range(low, high)} on a {DAYS[ground.today]}", began, Lately(RUNS, articles, articles, instead),
        )  # fmt: skip

    def _away(self, row: int) -> float:
        """What was to be expected of the runs in which the source has been away up to now, as a part of its level."""
        ground = self._ground
        last = np.flatnonzero(ground.past.articles[row] > 0)[-1]
        gone = (np.arange(len(ground.past.runs)) > last) & ground.complete & ~ground.whole_run_unusual()
        days = ground.weekdays[gone]
        return float(self._factors[row][days][self._days[row][days] > 0].sum())


def _in_a_row(values: Floats) -> Floats:
    """The sum of every `RUNS` values in a row."""
    return np.convolve(values, np.ones(RUNS), "valid")
