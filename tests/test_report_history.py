"""What the report says of earlier runs, from `trends.parquet` and from what `summary.json` knows of the history."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import Finished, record, write_jsonl
from copydesk.history.trends import SCHEMA
from copydesk.report import render_again
from copydesk.report.charts import HEIGHT, WIDTH, bars, line
from copydesk.report.distributions import distributions
from copydesk.report.trends import shares, trends

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


def remember(run: Path, lines: dict[tuple[str | None, str | None], list[tuple[int, int] | None]]) -> None:
    """Writes `trends.parquet`: for each (source, rule) what it had in each run, as (articles, failed)."""
    rows = [
        (f"r{n}", START + timedelta(days=n), source, rule, *counts, 5.0, 800.0)
        for (source, rule), points in lines.items()
        for n, counts in enumerate(points)
        if counts is not None
    ]
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(run / "trends.parquet")


def tell(run: Path, **known: Any) -> str:
    """The report with what the summary says of the history."""
    path = run / "summary.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **known}), encoding="utf-8")
    return render_again(run).read_text(encoding="utf-8")


@pytest.fixture
def run(check: Callable[..., Finished], tmp_path: Path) -> Path:
    entries = [record(id=str(n), source="one.example", title="" if n < 2 else "Ferry") for n in range(8)]
    return check(write_jsonl(tmp_path / "in.jsonl", entries), "--no-history").run


def test_without_a_history_the_page_says_nothing_of_it(run: Path) -> None:
    html = (run / "report.html").read_text(encoding="utf-8")
    assert not trends(run, ["one.example"]).runs
    assert "last run" not in html
    assert 'class="broke"' not in html
    assert 'class="spark"' not in html
    assert tell(run, history=None, drift=[]) == html


def test_rules_sources_and_the_whole_have_their_lines(run: Path) -> None:
    remember(
        run,
        {
            (None, None): [(100, 2), (100, 4), (8, 2)],
            ("one.example", None): [None, (50, 1), (8, 2)],
            (None, "title-missing"): [(100, 1), (100, 1), (8, 2)],
        },
    )
    found = trends(run, ["one.example"])
    assert shares(found.whole) == [0.02, 0.04, 0.25]
    assert shares(found.sources["one.example"]) == [None, 0.02, 0.25]
    html = tell(run)
    assert "title-missing: 25 % of articles fail now; 1 % to 25 % in 3 runs since 2026-06-01" in html
    assert "Quarantined: 25 % now; 2 % to 25 % in 2 runs since 2026-06-02" in html
    assert "25 % now; 2 % to 25 % in 3 runs since 2026-06-01" in html


def test_the_change_against_the_last_run_and_the_usual_level_are_told(run: Path) -> None:
    previous = {"run_id": "r1", "started_at": START.isoformat(), "passed": True}
    counts = {"read": 100, "accepted": 90, "quarantined": 10, "unreadable": 0}
    history = {"database": "h", "series": "article", "runs": 9, "previous": {**previous, "counts": counts}}
    html = tell(run, history={**history, "usual": {"quarantined_share": [0.02, 0.1]}})
    assert "15 points more quarantined than in the last run (10 %, 2026-06-01 06:00 UTC)" in html.replace("15.0", "15")
    assert "The last run passed" in html
    assert "Usually 2 % to 10 % are quarantined" in html
    steady = tell(run, history={**history, "usual": {"quarantined_share": [0.02, 0.02]}})
    assert "Usually 2 % are quarantined" in steady


def test_what_broke_is_said_with_its_articles_and_nothing_of_it_runs(run: Path) -> None:
    entry = {
        "source": "one.example",
        "measure": "rule:title-missing",
        "severity": "critical",
        "says": "one.example: <b>title</b> missing in 25 % of 8 articles, usually 0–2 %",
    }
    html = tell(run, drift=[entry, {**entry, "source": None, "measure": "silent", "severity": "warning"}])
    assert "&lt;b&gt;title&lt;/b&gt; missing in 25 % of 8 articles" in html
    assert 'data-filter="rule=title-missing&amp;source=one.example"' in html
    assert html.count("usually 0–2 %") == 3  # twice on top, once with its source


@pytest.mark.parametrize(
    ("measure", "observed", "usual", "says"),
    [
        ("rule:title-missing", 0.255, [0, 0.02], "title-missing bei 26 % von 1.200 Artikeln, üblich: 0–2 %"),
        ("quarantined", 0.0005, [0, 0], "unter 0,1 % von 1.200 Artikeln ausgesondert, üblich: 0 %"),
        ("language", 1.0, [0, 0], "eine andere Sprache als sonst bei 100 % von 1.200 Artikeln, üblich: 0 %"),
        ("volume", 1200, [4000, 5000.4], "1.200 Artikel, am Montag üblich: 4.000–5.000"),
        ("silent", 0, [3, 3], "kein Artikel, am Montag üblich: 3"),
        ("freshness", 71.4, [1, 96], "Artikel sind 71 Stunden alt (Median von 1.200), üblich: 1 Stunde–4 Tage"),
        ("length", 60, [1245, 2000], "Texte von 60 Zeichen (Median von 1.200), üblich: 1.245–2.000"),
    ],
)
def test_what_broke_is_said_in_the_language_of_the_report(
    measure: str, observed: float, usual: list[float], says: str, run: Path
) -> None:
    entry = {
        "source": "<b>one</b>.example",
        "measure": measure,
        "observed": observed,
        "articles": 1200,
        "usual": usual,
        "since": "20260601T060000Z-0f0f0f0f",
        "severity": "critical",
        "says": "in English",
    }
    now = {**entry, "source": None, "since": "this run"}
    told = {"language": "de", "started_at": "2026-06-01T06:00:00+00:00", "run_id": "this run"}
    html = tell(run, **told, drift=[entry, now, {**now, "usual": None}])
    assert f"&lt;b&gt;one&lt;/b&gt;.example: {says}, seit Lauf 20260601T060000Z-0f0f0f0f</bdi>" in html
    assert f"der ganze Lauf: {says}, seit diesem Lauf</bdi>" in html
    assert html.count('<bdi dir="auto" lang="en">in English</bdi>') == 1  # its numbers are not all there
    assert "in English</bdi>" in tell(run, language="en", drift=[entry])


@pytest.mark.parametrize(
    ("measure", "observed", "usual", "lately", "says"),
    [
        (
            "rule:title-missing", 0.4, [0, 0.02], {"runs": 4, "articles": 20, "observed": 0.375, "usual": None, "weeks": None},
            "title-missing bei 40 % von 5 Artikeln (38 % von 20 in den letzten 4 Läufen), üblich: 0–2 %",
        ),
        (
            "quarantined", 0.2, [0, 0], {"runs": 7, "articles": 1200, "observed": 0.17, "usual": None, "weeks": 3},
            "20 % von 5 Artikeln ausgesondert (17 % von 1.200 in den letzten 7 Läufen), bis vor 3 Wochen üblich: 0 %",
        ),
        (
            "volume", 5, [9, 14], {"runs": 7, "articles": 41, "observed": 41, "usual": [75.2, 90], "weeks": None},
            "5 Artikel (41 in den letzten 7 Läufen statt 75–90), am Montag üblich: 9–14",
        ),
    ],
)  # fmt: skip
def test_the_last_runs_together_are_said_too(
    measure: str, observed: float, usual: list[float], lately: dict[str, Any], says: str, run: Path
) -> None:
    entry = {
        "source": "one.example",
        "measure": measure,
        "observed": observed,
        "articles": 5,
        "usual": usual,
        "lately": lately,
        "since": "20260601T060000Z-0f0f0f0f",
        "severity": "critical",
        "says": "in English",
    }
    html = tell(run, language="de", started_at="2026-06-01T06:00:00+00:00", drift=[entry])
    assert f"one.example: {says}, seit Lauf 20260601T060000Z-0f0f0f0f</bdi>" in html


def test_a_trends_table_that_is_none_does_no_harm(run: Path) -> None:
    (run / "trends.parquet").write_bytes(b"not a table")
    assert "Failed" in tell(run)


def test_a_line_breaks_where_a_run_is_missing_and_stays_in_its_box() -> None:
    drawn = line([0.0, None, 1.0, 0.5], usual=(0.25, 0.5))
    assert drawn.path.count("M") == 2
    numbers = [float(part.lstrip("ML")) for part in drawn.path.split()]
    assert all(0 <= x <= WIDTH for x in numbers[::2])
    assert all(0 <= y <= HEIGHT for y in numbers[1::2])
    assert drawn.end is not None
    assert drawn.band is not None
    assert line([None]).end is None
    assert line([0, 0]).top == 1.0


def test_one_article_among_a_million_is_seen_in_a_histogram() -> None:
    small, large = bars(["a", "b"], [(1, 0), (500_000, 500_000)])
    assert small.parts[0][1] >= 1
    assert sum(height for _, height in large.parts) == 120


def test_lengths_and_ages_count_every_article_once(run: Path) -> None:
    lengths, ages = distributions(run)
    assert sum(map(sum, lengths)) == sum(map(sum, ages)) == 8
    assert sum(accepted for accepted, _ in lengths) == 6
