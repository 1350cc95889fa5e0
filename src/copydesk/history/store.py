"""Runs go into the history and come out of it: all SQL of the history is here, and every value is a parameter."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from copydesk.history.database import transaction
from copydesk.history.drifts import Drift
from copydesk.history.kinds import same_kind
from copydesk.history.measures import FIELDS, WHOLE, Measures, RunFacts
from copydesk.history.tails import Floats

RUNS: Final = 60
"""Earlier runs that today is compared with: two months of daily ones. Where they are many a day, more: those of `SPAN`."""

SPAN: Final = timedelta(days=14)
MOST: Final = 240

REACH: Final = 6_000
"""Runs among which those of today's sources are looked for: two months of a hundred files that have a run each."""

KEPT: Final = 400
"""Runs of a series whose sources and rules are kept; of older ones the totals stay."""

ROOM: Final = 20_000
"""Sources of runs that are kept even beyond `KEPT` runs: many small runs take no more room than a few large ones."""

_QUARTILES: Final = ("freshness_low", "freshness_high", "length_low", "length_high")
MEDIANS: Final = ("freshness", "freshness_low", "freshness_high", "length", "length_low", "length_high")

_FORGETTING: Final = (
    "delete from asked where run = ?",
    "delete from sources where run = ?",
    "delete from rules where run = ?",
    "delete from languages where run = ?",
    "delete from drift where run = ?",
)


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run of the history."""

    key: int
    run_id: str
    started: datetime
    version: str
    settings: str
    inputs: str
    complete: bool
    passed: bool
    counts: dict[str, int]


@dataclass(slots=True)
class Past:
    """Earlier runs, oldest first, in arrays of a row per source of ``names`` and a column per run; nan where a
    source had no article.

    ``rules`` holds [runs, failed, Σ failed²/checked] over all of them by (source, rule), ``asked`` the rules' settings by run,
    ``flagged`` the runs in which (source, measure) was unusual, each with the run since which, ``levels`` since when they hold.
    """

    runs: list[EarlierRun]
    names: list[str]
    articles: Floats
    quarantined: Floats
    medians: dict[str, Floats]
    asked: list[dict[str, str]]
    rules: dict[tuple[str, str], list[float]]
    languages: dict[str, dict[str, Floats]]
    flagged: dict[tuple[str, str], dict[int, tuple[str, str]]] = field(default_factory=dict)
    levels: dict[tuple[str, str], str] = field(default_factory=dict)


def stamp(moment: datetime) -> str:
    """A moment in UTC as it stands in the history: text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def enter(
    connection: sqlite3.Connection, run: RunFacts, measures: Measures, drift: Sequence[Drift], passed: bool
) -> bool:
    """Enters a finished run, all of it or nothing; returns whether it was new. Runs may be entered in any order, and twice."""
    with transaction(connection):
        counts = run.counts
        values = (
            run.run_id, run.series, stamp(run.started), run.version, run.settings, run.inputs, run.complete, passed,
            counts["read"], counts["accepted"], counts["quarantined"], counts["unreadable"],
        )  # fmt: skip
        new = connection.execute(
            "insert or ignore into runs (run_id, series, started_at, version, settings, inputs, complete, passed, "
            "read, accepted, quarantined, unreadable) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        if not new.rowcount:
            return False
        key = new.lastrowid
        names = _numbers(
            connection,
            [*measures.sources["source"], *measures.rules["rule"], *run.asked, *measures.languages["language"],
             *(entry.source or WHOLE for entry in drift)],
        )  # fmt: skip
        connection.executemany(
            "insert into asked values (?, ?, ?, ?)",
            [(key, names[slug], rule.setting, rule.severity) for slug, rule in run.asked.items()],
        )
        columns = ("articles", "quarantined", "freshness", "length", *FIELDS, *_QUARTILES)
        connection.executemany(
            "insert into sources values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(key, names[row[0]], *row[1:]) for row in measures.sources.select("source", *columns).iter_rows()],
        )
        connection.executemany(
            "insert into rules values (?, ?, ?, ?, ?)",
            [(key, names[source], names[rule], *numbers) for source, rule, *numbers in measures.rules.iter_rows()],
        )
        connection.executemany(
            "insert into languages values (?, ?, ?, ?)",
            [(key, names[source], names[spoken], number) for source, spoken, number in measures.languages.iter_rows()],
        )
        connection.executemany(
            "insert into drift values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key, names[entry.source or WHOLE], entry.measure, entry.observed, entry.articles,
                 *(entry.usual or (None, None)), entry.since, entry.since_at, entry.p, entry.severity, entry.says)
                for entry in drift
            ],
        )  # fmt: skip
        _forget(connection, run.series)
    return True


def accept(connection: sqlite3.Connection, series: str, levels: Iterable[tuple[str, str, str]], at: datetime) -> None:
    """From now on (source, measure) is compared with runs since the given time only."""
    rows = list(levels)
    with transaction(connection):
        names = _numbers(connection, [source for source, _, _ in rows])
        connection.executemany(
            "insert or replace into levels values (?, ?, ?, ?, ?)",
            [(series, names[source], measure, since, stamp(at)) for source, measure, since in rows],
        )


def earlier(
    connection: sqlite3.Connection, series: str, before: datetime, inputs: str, sources: Iterable[str] | None = None
) -> list[EarlierRun]:
    """The last runs (`RUNS`) of ``series`` that began before ``before``, oldest first.

    Runs over the very same ``inputs`` as today, or as a later run, are left out: to check a batch again tells nothing new.
    So are other kinds of batches than today's of ``sources`` (`same_kind`; None: of any).
    """
    rows = connection.execute(
        "select id, run_id, started_at, version, settings, inputs, complete, passed, read, accepted, quarantined, unreadable "
        "from runs where series = ? and started_at < ? order by started_at desc, run_id desc limit ?",
        (series, stamp(before), REACH),
    ).fetchall()
    like = None if sources is None else same_kind(connection, [row[0] for row in rows], sources)
    seen = {inputs}
    runs: list[EarlierRun] = []
    for row in rows:
        enough = len(runs) >= RUNS and row[2] < stamp(before - SPAN)
        if len(runs) < MOST and not enough and row[5] not in seen and (like is None or like(row[0])):
            seen.add(row[5])
            counts = dict(zip(("read", "accepted", "quarantined", "unreadable"), row[8:], strict=True))
            runs.append(
                EarlierRun(row[0], row[1], moment(row[2]), row[3], row[4], row[5], bool(row[6]), bool(row[7]), counts)
            )
    return runs[::-1]


def checked_before(connection: sqlite3.Connection, run: RunFacts) -> dict[tuple[str, str], tuple[str, str]]:
    """Since when each (source, measure) was unusual in the last run over the very same inputs, if there was one
    before ``run``."""
    rows = connection.execute(
        "select name, measure, since, since_at from drift join names on names.id = source where run = (select id from runs "
        "where series = ? and inputs = ? and started_at < ? order by started_at desc, run_id desc limit 1)",
        (run.series, run.inputs, stamp(run.started)),
    )
    return {(source, measure): (since, since_at) for source, measure, since, since_at in rows}


def previous(connection: sqlite3.Connection, series: str, before: datetime) -> dict[str, Any] | None:
    """The last run of ``series`` that began before ``before``, whatever it read, as `summary.json` has it."""
    row = connection.execute(
        "select run_id, started_at, passed, read, accepted, quarantined, unreadable from runs "
        "where series = ? and started_at < ? order by started_at desc, run_id desc limit 1",
        (series, stamp(before)),
    ).fetchone()
    if row is None:
        return None
    counts = dict(zip(("read", "accepted", "quarantined", "unreadable"), row[3:], strict=True))
    started = moment(row[1]).isoformat(timespec="seconds")
    return {"run_id": row[0], "started_at": started, "passed": bool(row[2]), "counts": counts}


def past(connection: sqlite3.Connection, series: str, runs: list[EarlierRun], today: Iterable[str]) -> Past:
    """What ``runs`` were like, for their sources and those of ``today``."""
    place = {run.key: number for number, run in enumerate(runs)}
    keys = json.dumps(list(place))
    rows = connection.execute(
        "select run, name, articles, quarantined, freshness, freshness_low, freshness_high, length, length_low, length_high "
        "from sources join names on names.id = source where run in (select value from json_each(?))",
        (keys,),
    ).fetchall()
    names = list(dict.fromkeys([*today, *(row[1] for row in rows)]))
    number = {name: index for index, name in enumerate(names)}
    shape = (len(names), len(runs))
    known = Past(
        runs, names, np.zeros(shape), np.zeros(shape), {name: np.full(shape, np.nan) for name in MEDIANS},
        [{} for _ in runs], {}, {},
    )  # fmt: skip
    if rows:
        table = np.array([(place[row[0]], number[row[1]], *row[2:]) for row in rows], dtype=np.float64)
        at = (table[:, 1].astype(int), table[:, 0].astype(int))
        table[:, 2:] = table[:, 2:].clip(0, 1e9)  # nobody vouches for what the file says
        known.articles[at], known.quarantined[at] = table[:, 2], table[:, 3]
        for index, name in enumerate(MEDIANS):
            known.medians[name][at] = table[:, 4 + index]
    for run, rule, setting in connection.execute(
        "select run, name, setting from asked join names on names.id = rule where run in (select value from json_each(?))",
        (keys,),
    ):
        known.asked[place[run]][rule] = setting
    known.rules = _summed(connection, keys)
    for run, source, language, articles in connection.execute(
        "select run, s.name, l.name, articles from languages join names s on s.id = source join names l on l.id = language "
        "where run in (select value from json_each(?))",
        (keys,),
    ):
        known.languages.setdefault(source, {}).setdefault(language, np.zeros(len(runs)))[place[run]] = max(articles, 0)
    for run, source, measure, since, since_at in connection.execute(
        "select run, name, measure, since, since_at from drift join names on names.id = source "
        "where run in (select value from json_each(?))",
        (keys,),
    ):
        known.flagged.setdefault((source, measure), {})[place[run]] = (since, since_at)
    known.levels = {
        (source, measure): since_at
        for source, measure, since_at in connection.execute(
            "select name, measure, since_at from levels join names on names.id = source where series = ?", (series,)
        )
    }
    return known


def failures(connection: sqlite3.Connection, runs: Sequence[EarlierRun], source: str, rule: str) -> Floats:
    """How many articles of ``source`` failed ``rule`` in each of ``runs``."""
    found = np.zeros(len(runs))
    place = {run.key: number for number, run in enumerate(runs)}
    rows = connection.execute(
        "select run, failed from rules where source = (select id from names where name = ?) and rule = (select id from names "
        "where name = ?) and run in (select value from json_each(?))",
        (source, rule, json.dumps(list(place))),
    )
    for run, failed in rows:
        found[place[run]] = max(failed, 0)
    return found


def _summed(connection: sqlite3.Connection, keys: str) -> dict[tuple[str, str], list[float]]:
    rows = connection.execute(
        "select s.name, r.name, runs, failed, squares from (select source, rule, count(*) runs, total(failed) failed, "
        "total(1.0 * failed * failed / max(checked, 1)) squares from rules where run in (select value from json_each(?)) "
        "group by source, rule) join names s on s.id = source join names r on r.id = rule",
        (keys,),
    )
    return {(source, rule): numbers for source, rule, *numbers in rows}


def _numbers(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """The numbers by which the tables call names; new names get one."""
    wanted = list(dict.fromkeys(names))
    connection.executemany("insert or ignore into names (name) values (?)", [(name,) for name in wanted])
    found = (connection.execute("select id from names where name = ?", (name,)).fetchone() for name in wanted)
    return {name: number for name, (number,) in zip(wanted, found, strict=True)}


def _forget(connection: sqlite3.Connection, series: str) -> None:
    """Drops the details of runs beyond `KEPT` and `ROOM`."""
    old = connection.execute(
        "select id from (select id, row_number() over newest place, sum(held) over newest room, held from "
        "(select id, started_at, run_id, (select count(*) from sources where run = runs.id) held from runs where series = ?) "
        "window newest as (order by started_at desc, run_id desc)) where place > ? and room > ? and held limit 50",
        (series, KEPT, ROOM),
    ).fetchall()
    for statement in _FORGETTING:
        connection.executemany(statement, old)


def moment(text: str) -> datetime:
    """The moment that stands in the history as ``text``."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise sqlite3.DatabaseError(f"{text[:40]!r} is no time") from None
