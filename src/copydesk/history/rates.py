"""Shares of a source's articles that are unusually high: those that fail a rule, are quarantined, are in another language."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.history.drifts import Lately
from copydesk.history.ground import LEAST, Ground, Mask
from copydesk.history.measures import WHOLE, Measures, RunFacts
from copydesk.history.predictive import Pool, plainly_usual, pooled, rate_tail
from copydesk.history.says import range_said, share
from copydesk.history.store import failures
from copydesk.history.tails import Floats
from copydesk.history.unusual import Unusual, range_of

FLOOR: Final = 0.05
"""A share is not called unusual unless it exceeds the usual range by five points: less is not worth a person's morning."""

FEWEST: Final = 3
"""Articles that a share must consist of."""

TOGETHER: Final = 60
"""Articles that tell enough by themselves: a run with fewer has a second look, together with the last runs before it."""

RUNS: Final = 4
"""Runs of the second look, today's included. In simulated nights it finds what half of 8 articles or all of 3 fail within three
runs, and 30 % of 20; without it, what the first night misses counts as usual and is mostly never told of."""

RECENT: Final = 6.5
"""Days of the third look: seven runs, where there is one a night, and not to the minute."""

DISTANT: Final = 3
"""Weeks ago from which on runs are what it is compared with: what gets worse by a point a night is always near the last runs, and
twenty points away from those."""

_SLOW: Final = 10
"""Earlier runs that must be so distant."""

FAR: Final = 0.1
ODDS: Final = 4
"""In weeks, levels wander by themselves: only what is ten points and four times the odds beyond the usual has got worse (1 to
11 %, 5 to 17 %, 20 to 50 %). The odds that `benchmarks/drift_world.py` lets wander move by less than
a factor of 1.6 in sixty runs, two times in three."""

_PLAIN: Final = 0.01
_PLAIN_TOGETHER: Final = 0.1
"""Shares that are no rarer by themselves are not looked at more closely: several runs make more of less."""

GRAVE: Final = 0.25
"""Points beyond the usual range from which on it is critical: a quarter of the source."""


@dataclass(frozen=True, slots=True)
class _Share:
    """``failed`` of a source's ``articles`` today, and ``past`` of ``checked`` in each earlier run; only those that are ``told``
    can be compared with today."""

    source: str
    measure: str
    failed: int
    articles: int
    past: Floats
    checked: Floats
    told: Mask
    pool: Pool
    says: str
    severity: str | None = None

    @property
    def share(self) -> float:
        """Today's share, 0 to 1."""
        return self.failed / self.articles

    def level(self, usual: Mask) -> float:
        """The highest usual share."""
        past, checked = self.past[usual], self.checked[usual]
        return max(range_of(past / checked)[1], float(past.sum() / checked.sum()))

    def unusual(self, usual: Mask) -> Iterator[Unusual]:
        """What today by itself is beside the ``usual`` runs."""
        if self.failed >= FEWEST and self.share - self.level(usual) >= FLOOR:
            yield self._found(usual, self.failed, self.articles)

    def unusual_lately(self, last: NDArray[np.int_], usual: Mask, weeks: int | None = None) -> Iterator[Unusual]:
        """What today and the ``last`` runs as one batch are beside the ``usual`` ones, which ended so many ``weeks`` ago. Today
        by itself must be half as far beyond the usual, so that what has ended is told of no more."""
        level, past = self.level(usual), self.past[last]
        failed, articles = self.failed + int(past.sum()), self.articles + int(self.checked[last].sum())
        excess = failed / articles - level
        if failed < FEWEST or excess < FLOOR or self.share - level < max(FLOOR, excess / 2):
            return
        if weeks and (excess < FAR or failed * (1 - level) < ODDS * level * (articles - failed)):
            return
        calm = np.flatnonzero(past / self.checked[last] < level + FLOOR)
        ill = last[calm[-1] + 1 :] if len(calm) else last
        lately = Lately(len(last) + 1, articles, failed / articles, weeks=weeks)
        yield self._found(usual, failed, articles, int(ill[0]) if len(ill) else None, lately)

    def _found(
        self, usual: Mask, failed: int, articles: int, began: int | None = None, lately: Lately | None = None
    ) -> Unusual:
        past, checked = self.past[usual], self.checked[usual]
        p = rate_tail(failed, articles, past, checked, self.pool, lately.runs if lately else 1)
        low, high = range_of(past / checked)
        words = self.says.format(f"{share(self.share)} of {self.articles:,} articles")
        usually = f"usually {range_said(low, high)}"
        if lately:
            p *= 2  # this look may find as much by chance as the first
            words += f" ({share(lately.observed)} of {articles:,} in the last {lately.runs} runs)"
            usually += f" until {lately.weeks} weeks ago" if lately.weeks else ""
        grave = failed / articles - self.level(usual) >= GRAVE
        return Unusual(
            self.source, self.measure, self.share, self.articles, (low, high), p,
            self.severity or ("critical" if grave else "warning"), f"{words}, {usually}", began, lately,
        )  # fmt: skip


class Rates:
    """Compares the shares of today's ``measures`` with earlier ones."""

    def __init__(self, connection: sqlite3.Connection, ground: Ground, run: RunFacts, measures: Measures) -> None:
        self._connection, self._ground, self._run, self._measures = connection, ground, run, measures
        self._past = ground.past
        self._pools: dict[str, Pool] = {}
        self._comparable: dict[str, Mask] = {}

    def find(self) -> Iterator[Unusual]:
        """Every share that may be unusual."""
        yield from self._rules()
        yield from self._quarantined()
        yield from self._languages()

    def _rules(self) -> Iterator[Unusual]:
        articles = self._past.articles
        for source, slug, checked, failed in self._measures.rules.iter_rows():
            measure, rule = f"rule:{slug}", self._run.asked.get(slug)
            if failed < FLOOR * checked or source not in self._ground.place or rule is None:
                continue
            if slug not in self._comparable:
                self._comparable[slug] = self._ground.same_rule(slug)
            same, row = self._comparable[slug], self._ground.place[source]
            _, before, _ = self._past.rules.get((source, slug), (0, 0, 0))
            settled = same.all() and (source, measure) not in self._past.flagged
            total, least = float(articles[row].sum()), _PLAIN if checked >= TOGETHER else _PLAIN_TOGETHER
            if settled and (
                failed < (before / max(total, 1) + FLOOR) * checked
                or plainly_usual(failed, checked, before, total, least)
            ):
                continue
            told = same & (articles[row] > 0)
            if (told & self._ground.usual(source, measure)).sum() < LEAST:
                continue
            past = failures(self._connection, self._past.runs, source, slug)
            words = slug.replace("-", " ")
            yield from self._judged(_Share(
                source, measure, failed, checked, past, articles[row], told, self._pool(slug), f"{words} in {{}}",
                "info" if rule.severity == "info" else None,
            ))  # fmt: skip

    def _quarantined(self) -> Iterator[Unusual]:
        articles, bad = self._past.articles, self._past.quarantined
        pool: Pool | None = None
        for source, checked, failed in self._measures.sources.select("source", "articles", "quarantined").iter_rows():
            if failed < max(1, FLOOR * checked) or source not in self._ground.place:
                continue
            row = self._ground.place[source]
            told = self._ground.same_settings & (articles[row] > 0)
            if pool is None:
                sources = self._others("quarantined")
                counted, failing = articles[sources], bad[sources]
                squares = (failing**2 / counted.clip(1)).sum(axis=1)
                pool = pooled(failing.sum(axis=1), counted.sum(axis=1), squares, (counted > 0).sum(axis=1))
            yield from self._judged(
                _Share(source, "quarantined", failed, checked, bad[row], articles[row], told, pool, "{} quarantined")
            )

    def _languages(self) -> Iterator[Unusual]:
        spoken: dict[str, dict[str, int]] = {}
        for source, language, articles in self._measures.languages.iter_rows():
            spoken.setdefault(source, {})[language] = articles
        for source, today in spoken.items():
            past = self._past.languages.get(source)
            if past is None:
                continue
            checked = sum(today.values())
            mask = self._ground.usual(source, "language")
            usual = max(past, key=lambda language: (past[language][mask].sum(), language))
            other = {language: number for language, number in today.items() if language != usual}
            if not other or sum(other.values()) < FLOOR * checked:
                continue
            total: Floats = np.sum([past[language] for language in past], axis=0)
            most = max(other, key=lambda language: (other[language], language))
            yield from self._judged(_Share(
                source, "language", sum(other.values()), checked, total - past[usual], total, total > 0, Pool(),
                f"another language than {usual} ({most} above all) in {{}}",
            ))  # fmt: skip

    def _judged(self, today: _Share) -> Iterator[Unusual]:
        """The share by itself, where that is few articles together with the last runs, and that of the last week beside runs long
        ago."""
        ground = self._ground
        usual = today.told & ground.usual(today.source, today.measure)
        if usual.sum() < LEAST:
            return
        yield from today.unusual(usual)
        if today.articles < TOGETHER:
            last = ground.last(today.source, today.measure, today.told)[-(RUNS - 1) :]
            before = usual.copy()
            before[last] = False
            if len(last) and before.sum() >= LEAST:
                yield from today.unusual_lately(last, before)
        last = ground.last(today.source, today.measure, today.told & (ground.ages <= RECENT))
        before = usual & (ground.ages >= 7 * DISTANT)
        if len(last) and before.sum() >= _SLOW:
            yield from today.unusual_lately(last, before, DISTANT)

    def _others(self, measure: str) -> list[int]:
        """The sources whose past says what is common: not the whole run, and none that is or was broken."""
        flagged = self._past.flagged
        return [row for name, row in self._ground.place.items() if name != WHOLE and (name, measure) not in flagged]

    def _pool(self, slug: str) -> Pool:
        if slug not in self._pools:
            rows = self._others(f"rule:{slug}")
            sums = np.array(
                [self._past.rules.get((self._past.names[row], slug), (0, 0, 0)) for row in rows], dtype=float
            )
            counted = self._past.articles[rows][:, self._comparable[slug]]
            if len(rows) and self._comparable[slug].all():
                self._pools[slug] = pooled(
                    sums[:, 1], counted.sum(axis=1), sums[:, 2], (counted > 0).sum(axis=1).astype(float)
                )
            else:  # sums over runs of other settings say nothing
                self._pools[slug] = Pool()
        return self._pools[slug]
