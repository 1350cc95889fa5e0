"""What a run learns of its sources and pages: the same in one input or many, and never at a price that an attacker sets."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT, TEXT, Finished, copydesk, record, write_jsonl
from copydesk import contract
from copydesk import survey as surveys
from copydesk.articles.derive import derive, identify
from copydesk.articles.fields import FieldMap
from copydesk.survey import SURVEYED, Survey

SOURCES = ROOT / "fixtures" / "defects" / "sources.jsonl"


def survey(records: list[dict[str, object]]) -> tuple[Survey, pl.DataFrame]:
    """The survey of some records, and their frame with what it says of them."""
    numbers = pl.Series("record", range(len(records)), pl.Int64())
    scraped = FieldMap().frame(records).with_columns(numbers)
    started = datetime.now(UTC)
    known = Survey.of(identify(scraped, started))
    return known, known.add(derive(scraped, started))


def test_one_input_or_many_one_batch_or_many_give_the_same(check: Callable[..., Finished], tmp_path: Path) -> None:
    lines = SOURCES.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    for number, line in enumerate(lines):
        (tmp_path / "parts" / f"{number:03}.jsonl").write_text(line, encoding="utf-8")
    whole = check(SOURCES, out=tmp_path / "whole").findings
    parts = check(tmp_path / "parts", out=tmp_path / "in-parts").findings
    assert whole.height > 0
    assert whole.equals(parts)


def test_standard_input_is_read_twice_too(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = copydesk("check", "-", "-o", out, "--fail-on", "never", stdin=SOURCES.read_bytes())
    assert done.returncode == 0
    assert "template-line" in pl.read_parquet(out / "findings.parquet")["rule"].to_list()
    assert not (out / ".copydesk-scratch").exists()


def test_one_source_does_not_lend_its_template_to_another() -> None:
    line = "News from the quay since 1901"
    records = [
        record(
            url=f"https://{site}.example/{n}",
            title=f"Story {n} of {site}",
            text=f"Boat {chr(97 + n)} left at dawn.\n{line}",
        )
        for n, site in enumerate(["quay"] * 5 + ["mill", "moor"])
    ]
    known, _ = survey(records)
    assert len(known.templates) == 1


def test_lines_that_are_counted_in_parts_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    records: list[dict[str, object]] = [
        record(
            url=f"https://{n % 3}.example/{n}",
            title=f"Title {n}",
            text=f"Line {n % 5}.\nAll the news, {n % 2}.\n{'x' * n} y",
        )
        for n in range(60)
    ]
    whole = survey(records)[0].templates
    monkeypatch.setattr(surveys, "_COUNTED", 20)
    assert survey(records)[0].templates.equals(whole)
    assert len(whole) > 5


def test_the_same_story_under_several_urls_or_titles_counts_once() -> None:
    again = [record(url=f"https://quay.example/story?from={n}", text=f"{TEXT}\nA line of its own") for n in range(9)]
    retold = [
        record(url="https://quay.example/other", title=f"Title {n}", text=f"{TEXT}\nA line too") for n in range(9)
    ]
    known, _ = survey([*again, *retold])
    assert known.templates.is_empty()


def test_an_article_hears_what_others_of_its_url_say_and_not_itself(tmp_path: Path) -> None:
    dates = ["2025-06-14", "2025-06-14", "2025-06-15", None]
    records = [
        record(url="https://quay.example/a#top" if n else "http://www.quay.example/a/", date=day)
        for n, day in enumerate(dates)
    ]
    _, frame = survey([*records, record(url="https://quay.example/b")])
    days = [[day.isoformat() for day in row] for row in frame["url_days"].to_list()]
    assert days == [
        ["2025-06-14", "2025-06-15"],
        ["2025-06-14", "2025-06-15"],
        ["2025-06-14"],
        ["2025-06-14", "2025-06-15"],
        [],
    ]
    assert frame["url_day_votes"].to_list() == [[1, 1], [1, 1], [2], [2, 1], []]


def test_nothing_is_known_without_a_survey() -> None:
    scraped = FieldMap().frame([record()]).with_columns(pl.Series("record", [0], pl.Int64()))
    frame = Survey.nothing().add(derive(scraped, datetime.now(UTC)))
    assert {name: frame.schema[name] for name in SURVEYED} == SURVEYED
    assert frame["source_articles"].to_list() == [None]


@pytest.mark.parametrize("same", ["url", "title", "text"])
def test_many_records_alike_are_no_trap(same: str, tmp_path: Path) -> None:
    values = {"url": "https://quay.example/{}", "title": "Story {}", "text": TEXT + " {}"}
    records = [
        record(**{name: text.format(0 if name == same else n) for name, text in values.items()}) for n in range(20_000)
    ]
    _, frame = survey(records)
    assert frame.height == 20_000


def test_inputs_are_read_once_where_no_rule_asks_for_a_survey(check: Callable[..., Finished], tmp_path: Path) -> None:
    slugs = [check.slug for check in contract.read().checks if check.surveys]
    assert "template-line" in slugs
    path = tmp_path / "plain.yaml"
    path.write_text("contract: plain\nrules:\n" + "".join(f"  {slug}: off\n" for slug in slugs), encoding="utf-8")
    assert not contract.read(path).surveys
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    done = check(source, "-c", path)
    assert done.summary["gate"]["passed"], done.err


def test_texts_of_shared_urls_do_not_keep_their_batch_in_memory() -> None:
    body = "The boat left at dawn. " * 100
    shared = [record(url="https://quay.example/1", text=f"{number} {body}") for number in range(2)]
    others = [record(url=f"https://quay.example/other-{number}", text=f"{number} {body}") for number in range(500)]
    known, _ = survey(shared + others)
    assert known.texts.height == 2
    texts = known.texts["body"].to_arrow(compat_level=pl.CompatLevel.newest())
    assert sum(buffer.size for buffer in texts.buffers() if buffer is not None) < 5 * len(body)
