"""What `copydesk history` shows, as plain data: the same for the terminal and for `--json`."""

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any, Final

from copydesk.errors import UsageError
from copydesk.history.drifts import RANK
from copydesk.history.measures import FIELDS, WHOLE
from copydesk.history.store import moment, stamp
from copydesk.wording import near

_COUNTS: Final = ("read", "accepted", "quarantined", "unreadable")


def series_of(connection: sqlite3.Connection, asked: str | None, usual: str) -> str:
    """The series to show: the one that is ``asked``, else the contract's ``usual`` one if there are runs of it, else
    the last run's.

    Raises UsageError where there is none of that name.
    """
    rows = connection.execute(
        "select series from runs group by series order by max(started_at) desc limit 100"
    ).fetchall()
    known = [name for (name,) in rows]
    if not known:
        raise UsageError("the history holds no run yet: `copydesk check` enters one")
    if asked is not None and asked not in known:
        raise UsageError(f"there is no series {asked!r}; known are {', '.join(known)}")
    return asked or (usual if usual in known else known[0])


def runs(connection: sqlite3.Connection, series: str, most: int) -> list[dict[str, Any]]:
    """The last ``most`` runs of ``series``, oldest first, with their counts and what drifted."""
    rows = connection.execute(
        "select id, run_id, started_at, version, passed, read, accepted, quarantined, unreadable from runs where series = ? "
        "order by started_at desc, run_id desc limit ?",
        (series, most),
    ).fetchall()
    return [
        {
            "run_id": run_id,
            "started_at": started,
            "copydesk_version": version,
            "passed": bool(passed),
            "counts": dict(zip(_COUNTS, counts, strict=True)),
            "drift": drift(connection, key),
        }
        for key, run_id, started, version, passed, *counts in rows[::-1]
    ]


def drift(connection: sqlite3.Connection, key: int) -> list[dict[str, Any]]:
    """What drifted in the run with the number ``key``, worst first."""
    rows = connection.execute(
        "select name, measure, severity, since, since_at, says from drift join names on names.id = source where run = ? "
        "order by instr('critical warning info', severity), p, name limit 500",
        (key,),
    )
    return [
        {"source": name if name != WHOLE else None, "measure": measure, "severity": severity, "since": since,
         "since_at": since_at,
         "says": says}
        for name, measure, severity, since, since_at, says in rows
    ]  # fmt: skip


def unusual(connection: sqlite3.Connection, series: str, now: datetime) -> list[dict[str, Any]]:
    """What is unusual in the last run of each source, worst first: of the runs of the day that ended with the last one, since a
    night's files may have a run each. Runs that a wrong clock has put after ``now`` are not the last."""
    rows = connection.execute(
        "select id, started_at from runs where series = ? and started_at <= ? order by started_at desc, run_id desc limit 400",
        (series, stamp(now)),
    ).fetchall()
    found: list[dict[str, Any]] = []
    told: set[str] = set()
    for key, started in rows:
        if started < stamp(moment(rows[0][1]) - timedelta(days=1)):
            break
        entries = drift(connection, key)
        found += [entry for entry in entries if (entry["source"] or WHOLE) not in told]
        there = connection.execute("select name from sources join names on names.id = source where run = ?", (key,))
        told |= {name for (name,) in there} | {entry["source"] or WHOLE for entry in entries}
    return sorted(found, key=lambda entry: RANK.get(entry["severity"], len(RANK)))


def source(connection: sqlite3.Connection, series: str, name: str, most: int) -> dict[str, Any]:
    """The trend of a source: its counts by run, and the rules that it failed most. Raises UsageError for one that is
    not known."""
    columns = ("articles", "quarantined", "freshness", "length")
    rows = connection.execute(
        "select runs.run_id, runs.started_at, sources.articles, sources.quarantined, freshness, length, title, "
        "byline, published_at, "
        "original_url, body from runs "
        "join sources on sources.run = runs.id and sources.source = (select id from names where name = ?) "
        "where series = ? order by runs.started_at desc, runs.run_id desc limit ?",
        (name, series, most),
    ).fetchall()
    if not rows:
        raise UsageError(f"no run of {series} has a source {name!r}{_near(connection, series, name)}")
    shown = [
        {
            "run_id": row[0],
            "started_at": row[1],
            **dict(zip(columns, row[2:6], strict=True)),
            "missing": dict(zip(FIELDS, row[6:], strict=True)),
        }
        for row in rows[::-1]
    ]
    failed = connection.execute(
        "select r.name, runs.run_id, failed from runs join rules on rules.run = runs.id "
        "and rules.source = (select id from names where name = ?) join names r on r.id = rules.rule "
        "where runs.series = ? and runs.started_at >= ? order by r.name",
        (name, series, shown[0]["started_at"]),
    ).fetchall()
    place = {entry["run_id"]: number for number, entry in enumerate(shown)}
    rules: dict[str, list[int]] = {}
    for rule, run, number in failed:
        if run in place:
            rules.setdefault(rule, [0] * len(shown))[place[run]] = number
    return {
        "source": name,
        "runs": shown,
        "rules": dict(sorted(rules.items(), key=lambda item: (-sum(item[1]), item[0]))),
    }


def rule(connection: sqlite3.Connection, series: str, slug: str, most: int) -> dict[str, Any]:
    """The trend of a rule: articles and failures by run, for the whole run and for the sources that fail it most."""
    keys = connection.execute(
        "select id, run_id, started_at from runs join asked on asked.run = runs.id and rule = (select id from names "
        "where name = ?) "
        "where series = ? order by started_at desc, run_id desc limit ?",
        (slug, series, most),
    ).fetchall()[::-1]
    if not keys:
        raise UsageError(f"no run of {series} asked a rule {slug!r}: `copydesk rules` lists them")
    place = {key: number for number, (key, _, _) in enumerate(keys)}
    chosen = json.dumps(list(place))
    sources: dict[str, dict[str, list[int]]] = {}
    worst = connection.execute(
        "select source from rules where rule = (select id from names where name = ?) "
        "and run in (select value from json_each(?)) group by source order by sum(failed) desc, source limit 30",
        (slug, chosen),
    ).fetchall()
    for (number,) in worst:
        told = {"articles": [0] * len(keys), "failed": [0] * len(keys)}
        counted = connection.execute(
            "select s.run, s.articles, coalesce(failed, 0) from sources s left join rules on rules.run = s.run and "
            "rules.source = s.source "
            "and rules.rule = (select id from names where name = ?) where s.source = ? and s.run in (select value "
            "from json_each(?))",
            (slug, number, chosen),
        )
        for key, articles, failed in counted:
            told["articles"][place[key]], told["failed"][place[key]] = articles, failed
        (name,) = connection.execute("select name from names where id = ?", (number,)).fetchone()
        sources[name] = told
    whole = sources.pop(WHOLE, None)
    runs = [{"run_id": run_id, "started_at": started} for _, run_id, started in keys]
    return {"rule": slug, "runs": runs, "whole": whole, "sources": sources}


def _near(connection: sqlite3.Connection, series: str, name: str) -> str:
    """A hint at the source that may have been meant."""
    rows = connection.execute(
        "select distinct name from runs join sources on sources.run = runs.id join names on names.id = source where series = ? "
        "and name <> ? limit 5000",
        (series, WHOLE),
    )
    return near(name, (known for (known,) in rows))
