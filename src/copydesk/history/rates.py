"""Shares of a source's articles that are unusually high: those that fail a rule, are quarantined, are in another language."""

import sqlite3
from collections.abc import Iterator
from typing import Final

import numpy as np

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

GRAVE: Final = 0.25
"""Points beyond the usual range from which on it is critical: a quarter of the source."""


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
            if failed < max(FEWEST, FLOOR * checked) or source not in self._ground.place or rule is None:
                continue
            if slug not in self._comparable:
                self._comparable[slug] = self._ground.same_rule(slug)
            same, row = self._comparable[slug], self._ground.place[source]
            _, before, _ = self._past.rules.get((source, slug), (0, 0, 0))
            settled = same.all() and (source, measure) not in self._past.flagged
            total = float(articles[row].sum())
            if settled and (
                failed < (before / max(total, 1) + FLOOR) * checked or plainly_usual(failed, checked, before, total)
            ):
                continue
            mask = same & self._ground.usual(source, measure) & (articles[row] > 0)
            if mask.sum() < LEAST:
                continue
            past = failures(self._connection, self._past.runs, source, slug)[mask]
            words = slug.replace("-", " ")
            yield from self._judged(
                source, measure, (failed, checked), past, articles[row][mask], self._pool(slug), f"{words} in {{}}",
                "info" if rule.severity == "info" else None,
            )  # fmt: skip

    def _quarantined(self) -> Iterator[Unusual]:
        articles, bad = self._past.articles, self._past.quarantined
        pool: Pool | None = None
        for source, checked, failed in self._measures.sources.select("source", "articles", "quarantined").iter_rows():
            if failed < max(FEWEST, FLOOR * checked) or source not in self._ground.place:
                continue
            row = self._ground.place[source]
            mask = self._ground.same_settings & self._ground.usual(source, "quarantined") & (articles[row] > 0)
            if mask.sum() < LEAST:
                continue
            if pool is None:
                sources = self._others("quarantined")
                counted, failing = articles[sources], bad[sources]
                squares = (failing**2 / counted.clip(1)).sum(axis=1)
                pool = pooled(failing.sum(axis=1), counted.sum(axis=1), squares, (counted > 0).sum(axis=1))
            yield from self._judged(
                source, "quarantined", (failed, checked), bad[row][mask], articles[row][mask], pool, "{} quarantined"
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
            if sum(other.values()) < max(FEWEST, FLOOR * checked):
                continue
            total: Floats = np.sum([past[language] for language in past], axis=0)
            mask = mask & (total > 0)
            if mask.sum() < LEAST:
                continue
            most = max(other, key=lambda language: (other[language], language))
            yield from self._judged(
                source, "language", (sum(other.values()), checked), (total - past[usual])[mask], total[mask], Pool(),
                f"another language than {usual} ({most} above all) in {{}}",
            )  # fmt: skip

    def _judged(
        self, source: str, measure: str, today: tuple[int, int], past: Floats, checked: Floats, pool: Pool, says: str,
        severity: str | None = None,
    ) -> Iterator[Unusual]:  # fmt: skip
        failed, number = today
        low, high = range_of(past / checked)
        excess = failed / number - max(high, float(past.sum() / checked.sum()))
        if excess < FLOOR:
            return
        p = rate_tail(failed, number, past, checked, pool)
        words = says.format(f"{share(failed / number)} of {number:,} articles") + f", usually {range_said(low, high)}"
        grave = "critical" if excess >= GRAVE else "warning"
        yield Unusual(source, measure, failed / number, number, (low, high), p, severity or grave, words)

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
