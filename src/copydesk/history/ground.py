"""What today is compared with: which earlier runs speak for a measure of a source, and since when it has been unusual."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.history.measures import WHOLE, RunFacts
from copydesk.history.store import Past, stamp

LEAST: Final = 3
"""Earlier runs without which nothing is called unusual."""

SETTLED: Final = 20
"""Unusual runs in a row after which their level is taken for the usual one: some weeks of daily runs."""

LONG: Final = timedelta(days=9)
"""So long at least, where runs are many a day: twenty hourly ones would be over before anybody has seen the first."""

_SEASON: Final = timedelta(days=35)
Mask = NDArray[np.bool_]


class Ground:
    """The earlier runs behind ``run``, and which of them are taken for each measure. ``again`` is what
    `store.checked_before` says."""

    def __init__(self, past: Past, run: RunFacts, again: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        self.past, self._run, self._again = past, run, again
        self.place = {name: number for number, name in enumerate(past.names)}
        self._stamps = [stamp(earlier.started) for earlier in past.runs]
        self.weekdays = np.array([earlier.started.weekday() for earlier in past.runs], dtype=int)
        self.today = run.started.weekday()
        self.ages = np.array([(run.started - earlier.started) / timedelta(days=1) for earlier in past.runs])
        self.complete: Mask = np.array([earlier.complete for earlier in past.runs], dtype=bool)
        self.same_settings: Mask = np.array([earlier.settings == run.settings for earlier in past.runs], dtype=bool)

    def same_rule(self, slug: str) -> Mask:
        """The runs that asked the rule with the same parameters of the same sources: others are no measure for today."""
        setting = self._run.asked[slug].setting
        return np.array([asked.get(slug) == setting for asked in self.past.asked], dtype=bool)

    def usual(self, source: str, measure: str) -> Mask:
        """The runs that show what is usual: not the unusual ones, else a break would become usual by lasting.

        Those come back where their level was accepted, and, for what comes and goes with the week, where they ended
        before today and were on today's weekday within five weeks.
        """
        runs = self.past.runs
        mask: Mask = np.ones(len(runs), dtype=bool)
        level = self.past.levels.get((source, measure))
        if level is not None:
            mask[: bisect_left(self._stamps, level)] = False
        flags = self.past.flagged.get((source, measure), {})
        present = self._stretch(source, measure)
        for last, (_, since_at) in flags.items():
            accepted = level is not None and since_at <= level
            for number in range(min(bisect_left(self._stamps, since_at), last), last + 1):
                recent = self._run.started - runs[number].started <= _SEASON
                weekly = since_at != present and recent and self.weekdays[number] == self.today
                mask[number] &= accepted or weekly
        return mask

    def last(self, source: str, measure: str, told: Mask) -> NDArray[np.int_]:
        """The places of the runs that are ``told`` of and at today's level."""
        level = self.past.levels.get((source, measure), "")
        found = np.flatnonzero(told)
        return found[found >= bisect_left(self._stamps, level)]

    def since(self, source: str, measure: str, began: int | None = None) -> tuple[str, str]:
        """The run, and its time, since which a measure that is unusual today has been so without a break. ``began`` is the
        place of the run in which it began unseen."""
        if self.lasts(source, measure):
            return self.past.flagged[source, measure][self._last(source, measure)]
        if (source, measure) in self._again:
            return self._again[source, measure]
        if began is not None:
            return self.past.runs[began].run_id, self._stamps[began]
        return self._run.run_id, stamp(self._run.started)

    def lasts(self, source: str, measure: str) -> bool:
        """Whether it was unusual in the last run too, at a level that nobody has accepted."""
        began = self._stretch(source, measure)
        return began is not None and began > self.past.levels.get((source, measure), "")

    def settled(self, source: str, measure: str, since_at: str) -> bool:
        """Whether it has been unusual for so many runs that the level is taken for the usual one."""
        flags = self.past.flagged.get((source, measure), {})
        long = since_at <= stamp(self._run.started - LONG)
        return long and sum(began == since_at for _, began in flags.values()) >= SETTLED

    def _stretch(self, source: str, measure: str) -> str | None:
        """Since when the last run that tells has been unusual; None where it was not."""
        flags = self.past.flagged.get((source, measure), {})
        last = self._last(source, measure)
        return flags[last][1] if last in flags else None

    def _last(self, source: str, measure: str) -> int:
        """The last run that tells something of the measure."""
        if measure in ("volume", "silent"):
            told = self.complete
        else:
            told = self.past.articles[self.place[source]] > 0 if source in self.place else self.complete[:0]
        found = np.flatnonzero(told)
        return int(found[-1]) if len(found) else -1

    def whole_run_unusual(self) -> Mask:
        """Runs that were no ordinary ones at all, and say nothing of a single source's volume."""
        mask: Mask = ~self.usual(WHOLE, "volume")
        return mask
