"""`examples.parquet`: a bounded number of articles for each rule and source, cut around what was found."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TEXT, Finished, record, write_jsonl
from copydesk.engines import examples
from copydesk.engines.examples import PER_CELL, WHOLE, pieces


def kept(run: Path) -> pl.DataFrame:
    return pl.read_parquet(run / "examples.parquet")


def test_each_rule_and_source_keeps_a_few_articles(check: Callable[..., Finished], tmp_path: Path) -> None:
    sources = ["one.example"] * 9 + ["two.example"] * 9 + ["three.example"]
    entries = [record(id=str(n), source=source, title="") for n, source in enumerate(sources)]
    done = check(write_jsonl(tmp_path / "in.jsonl", entries))
    assert kept(done.run)["record"].to_list() == [0, 1, 2, 9, 10, 11, 18]
    assert PER_CELL == 3


def test_no_number_of_sources_makes_the_table_grow(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examples, "SOURCES", 10)
    monkeypatch.setattr(examples, "PER_RULE", 5)
    entries = [record(id=str(n), source=f"s{n // 2}.example", title="") for n in range(60)]
    done = check(write_jsonl(tmp_path / "in.jsonl", entries))
    assert kept(done.run).height == 13  # five, then one for each source but the first, until there are ten


def test_an_example_says_what_only_the_record_holds(check: Callable[..., Finished], tmp_path: Path) -> None:
    text = "Related article: Other Story\n" + TEXT
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(text=text, mood="calm", html="<p>" + TEXT)]))
    [row] = kept(done.run).to_dicts()
    assert row["body"] == [{"start": 0, "text": text}]
    assert row["body_characters"] == len(text)
    assert '"mood"' in row["extra"]
    assert row["html_characters"] == len(TEXT) + 3
    fix = next(fix for fix in row["fixes"] if fix["rule"] == "related-link")
    assert (fix["field"], fix["safe"], fix["before"], fix["after"]) == (
        "body",
        True,
        "Related article: Other Story\n",
        "",
    )


def test_what_a_fix_would_change_is_what_fix_changes(check: Callable[..., Finished], tmp_path: Path) -> None:
    import json

    from copydesk.cli import main

    source = write_jsonl(tmp_path / "in.jsonl", [record(url="https://www.example.com/2025/06/14/ferry- resumes")])
    done = check(source)
    assert main(["fix", str(source), "-o", str(tmp_path / "fixed.jsonl"), "-q"]) == 0
    after = json.loads((tmp_path / "fixed.jsonl").read_text())["url"]
    [row] = kept(done.run).to_dicts()
    [fix] = [fix for fix in row["fixes"] if fix["field"] == "original_url"]
    before = record()["url"].replace("ferry-", "ferry- ")
    assert before[: fix["start"]] + fix["after"] + before[fix["start"] + len(fix["before"]) :] == after


@given(st.integers(0, 20_000), st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 3_000)), max_size=40))
def test_pieces_are_apart_bounded_and_hold_the_start_of_findings(length: int, drawn: list[tuple[int, int]]) -> None:
    spans = [(start, min(length, start + size)) for start, size in drawn if start < length]
    found = pieces(length, spans)
    assert all(0 <= start < end <= length for start, end in found)
    assert all(left[1] < right[0] for left, right in pairwise(found))
    if length <= WHOLE:
        assert found == ([(0, length)] if length else [])
    for start, _ in sorted(spans)[: examples.SPANS]:
        assert any(begin <= start < end for begin, end in found)


def test_the_same_examples_whatever_the_number_of_processes(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.engines.crew.LONG", 0)
    monkeypatch.setattr("copydesk.articles.streams.BLOCK", 8_192)
    entries = [record(id=str(n), source=f"s{n % 7}.example", title="" if n % 3 else "Ferry") for n in range(400)]
    source = write_jsonl(tmp_path / "in.jsonl", entries)
    one, two = (kept(check(source, "--jobs", jobs, out=tmp_path / f"run{jobs}").run) for jobs in (1, 2))
    assert one.height > 10
    assert one.equals(two)
