"""Copies are found whatever was done to them, nothing else is, and what is said of them does not depend on how they came."""

import json
import random
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Finished, record, write_jsonl
from copydesk import contract as contracts
from copydesk.press.shingles import tokens_each
from copydesk.syndication.changes import changes
from copydesk.syndication.fingerprints import prints

FIXTURE = ROOT / "fixtures" / "copies" / "wires.jsonl"
FIXTURE_CONTRACT = FIXTURE.with_name("wires.contract.yaml")
CONTRACT = "contract: copies\nsyndication: on\n"


def words(seed: object, number: int = 12) -> list[str]:
    """Paragraphs of invented words, other ones for each seed."""
    chance = random.Random(str(seed))  # noqa: S311
    syllables = ["mar", "lin", "ost", "vel", "tor", "qui", "nag", "eben", "cal", "hvi", "da", "ro"]
    paragraphs = []
    for _ in range(number):
        line = ["".join(chance.choices(syllables, k=2)) for _ in range(25)]
        paragraphs.append(" ".join(line).capitalize() + ".")
    return paragraphs


def article(name: str, text: Iterable[str], site: str, hour: int = 8, **more: Any) -> dict[str, Any]:
    return record(
        id=name, url=f"https://{site}.example/{name}", source=f"{site}.example", text="\n".join(text),
        title=f"Title of {name}", date=f"2025-06-14T{hour:02}:30:00Z", **more,
    )  # fmt: skip


@pytest.fixture
def clusters(check: Callable[..., Finished], tmp_path: Path) -> Callable[..., list[list[str]]]:
    """The ids of each cluster that a run over some records finds, sorted."""

    def run(records: list[dict[str, Any]]) -> list[list[str]]:
        contract = tmp_path / "contract.yaml"
        contract.write_text(f"{CONTRACT}rules: {{likely-furniture: off}}\n", encoding="utf-8")
        done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never")
        table = pl.read_parquet(done.run / "syndication.parquet")
        assert done.summary["syndication"]["articles"] == table.height
        return sorted(sorted(group["article_id"].to_list()) for _, group in table.group_by("cluster"))

    return run


def test_copies_are_found_whatever_was_done_to_them(clusters: Callable[..., list[list[str]]]) -> None:
    text, new = words("story"), words("new")
    records = [
        article("whole", text, "a"),
        article("half", text[:6], "b"),
        article("new-lead", [new[0], *text[1:]], "c"),
        article("inserted", [*text[:4], *new[:3], *text[4:]], "d"),
        article("styled", [line.upper().replace(" ", "  ").replace(".", " —") for line in text], "e"),
        article("other", words("other"), "f"),
        article("background", [text[3], *words("third")], "g"),
    ]
    assert clusters(records) == [["half", "inserted", "new-lead", "styled", "whole"]]


def test_scripts_without_blanks_are_compared_letter_by_letter(clusters: Callable[..., list[list[str]]]) -> None:
    chance = random.Random(1)  # noqa: S311
    for start in (0x4E00, 0x3042, 0x0E01):
        letters = [chr(start + number) for number in range(40)]
        text = ["".join(chance.choices(letters, k=60)) + "。" for _ in range(6)]
        other = ["".join(chance.choices(letters, k=60)) + "。" for _ in range(6)]
        records = [article("one", text, "a"), article("two", text[1:5], "b"), article("other", other, "c")]
        assert clusters(records) == [["one", "two"]]


def test_one_page_read_twice_is_one_article(clusters: Callable[..., list[list[str]]]) -> None:
    text = words("page")
    records = [article("page", text, "a"), {**article("page", text[:8], "a"), "id": "other-extractor"}]
    assert clusters(records) == []


def test_a_form_that_a_source_fills_in_each_day_makes_no_copies(clusters: Callable[..., list[list[str]]]) -> None:
    form = words("form", 8)
    records = [
        article(f"day-{day}", [f"{line} {day} {day * 7 + 1} {words((day, number), 1)[0][:40]}" for number, line in enumerate(form)], "a")
        | {"date": f"2025-06-{day + 10}T08:30:00Z"}
        for day in range(6)
    ]  # fmt: skip
    assert clusters(records) == []


def test_a_digest_of_stories_does_not_make_them_one(clusters: Callable[..., list[list[str]]]) -> None:
    stories = [words(number) for number in range(5)]
    records = [article(f"{name}{number}", text, name) for number, text in enumerate(stories) for name in "ab"]
    digest = article("digest", [line for text in stories for line in text], "c", hour=12)
    found = clusters([*records, digest])
    assert len(found) == 5
    assert sum("digest" in cluster for cluster in found) == 1


def test_texts_weeks_apart_are_not_compared_unless_they_are_equal(clusters: Callable[..., list[list[str]]]) -> None:
    text = words("old")
    late = {"date": "2025-05-14T08:30:00Z"}
    assert clusters([article("one", text, "a"), article("two", text[:8], "b") | late]) == []
    assert clusters([article("one", text, "a"), article("two", text, "b") | late]) == [["one", "two"]]
    undated = {"date": None, "crawl_date": None}
    assert clusters([article("one", text, "a"), article("two", text[:8], "b") | undated]) == [["one", "two"]]


def test_short_texts_are_not_compared(clusters: Callable[..., list[list[str]]]) -> None:
    assert clusters([article(name, words("short", 1), name) for name in "ab"]) == []


def _told(run: Path) -> list[tuple[Any, ...]]:
    table = pl.read_parquet(run / "syndication.parquet").select(
        "article_id", "role", "containment", "like", "difference", "agency", "likely_agency"
    )
    return sorted(table.rows(), key=str)


def test_order_division_and_processes_change_nothing(check: Callable[..., Finished], tmp_path: Path) -> None:
    lines = FIXTURE.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    for number, line in enumerate(lines):
        (tmp_path / "parts" / f"{number:03}.jsonl").write_text(line, encoding="utf-8")
    random.Random(3).shuffle(lines)  # noqa: S311
    (tmp_path / "shuffled.jsonl").write_text("".join(lines), encoding="utf-8")
    runs = [
        check(source, "-c", FIXTURE_CONTRACT, "--jobs", jobs, out=tmp_path / str(number))
        for number, (source, jobs) in enumerate(
            [(FIXTURE, 1), (tmp_path / "parts", 2), (tmp_path / "shuffled.jsonl", 1)]
        )
    ]
    told = [_told(run.run) for run in runs]
    assert told[0] == told[1] == told[2]
    findings = [sorted(run.findings.select("article_id", "rule", "message").rows()) for run in runs]
    assert findings[0] == findings[1] == findings[2]


def test_nothing_is_looked_for_unless_the_contract_says_so(check: Callable[..., Finished], tmp_path: Path) -> None:
    text = words("story")
    source = write_jsonl(tmp_path / "in.jsonl", [article("one", text, "a"), article("two", text, "b")])
    done = check(source, "--fail-on", "never")
    assert done.summary["syndication"] is None
    assert not (done.run / "syndication.parquet").exists()
    assert not any(check.rule.syndicates for check in contracts.read().checks)
    assert "Who printed what when" not in (done.run / "report.html").read_text(encoding="utf-8")


def test_frames_are_compared_too(tmp_path: Path) -> None:
    import copydesk

    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    text = words("story")
    records = [article("one", text, "a", authors=["AFP"]), article("two", text, "a", hour=9)]
    _, _, findings = copydesk.split(pl.DataFrame(records), contract=contract)
    assert "copy-in-source" in findings["rule"].to_list()


def test_the_report_shows_hostile_members_as_text(check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    payload = '"><script>alert(1)</script><svg onload=alert(2)>\u202e'
    records = [
        article(f"{payload}{name}", words("story"), name) | {"title": payload, "source": payload + name}
        for name in "ab"
    ]
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never")
    page = (done.run / "report.html").read_text(encoding="utf-8")
    assert "Who printed what when" in page
    assert page.count("<script") == 2  # the page's data and its own script
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    shown = page[: page.index('<script type="application/json"')]
    assert "\u202e" not in shown


def test_the_report_tells_of_copies_in_its_own_language(check: Callable[..., Finished], tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    texts = {"a": words("story"), "b": words("story"), "c": words("story", 1)}
    records = [article(name, text, name, hour=8 + number) for number, (name, text) in enumerate(texts.items())]
    records.append(article("again", words("story"), "a", hour=12))
    source = write_jsonl(tmp_path / "in.jsonl", records)
    page = (check(source, "-c", contract).run / "report.html").read_text(encoding="utf-8")
    assert "in 1 cluster. 1 of them repeats an article of its own source." in page
    page = (check(source, "-c", contract, "--language", "de").run / "report.html").read_text(encoding="utf-8")
    section = page.partition('<h2 id="syndication">')[2].partition("<h2")[0]
    assert "Wer was wann gedruckt hat" in section
    assert "in 1 Gruppe. 1 davon wiederholt einen Artikel der eigenen Quelle." in section
    assert '<bdi lang="en">published first, 60 minutes before the next</bdi>' in section
    assert 'aria-label="Von ' in section
    assert "gleich, 100 % gemeinsam mit" in section
    assert not re.search(
        r"(?i)\b(articles?|source|shared|probably|first|unknown)\b", re.sub(r"<bdi lang.*?</bdi>|<[^>]*>", "", section)
    )


def test_a_report_is_written_anew_without_the_contract_that_knows_the_agency(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    columns = "id,name,country,languages,website,bylines,signatures,ambiguity,note"
    (tmp_path / "own.csv").write_text(
        f"{columns}\nquill,Quill Wire,XX,en,quill.example,QUILL,,low,\n", encoding="utf-8"
    )
    contract = tmp_path / "contract.yaml"
    contract.write_text(f"{CONTRACT}vocabulary:\n  agencies: [own.csv]\n", encoding="utf-8")
    records = [article(name, words("story"), name, authors=["QUILL"]) for name in "ab"]
    run = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never").run
    assert pl.read_parquet(run / "syndication.parquet")["agency"].to_list() == ["quill", "quill"]
    done = program("report", run, cwd=tmp_path)
    assert done.code == 0, done.err


@pytest.mark.parametrize("many", [3_000])
def test_many_copies_of_one_text_take_linear_time(clusters: Callable[..., list[list[str]]], many: int) -> None:
    text = words("story", 4)
    records = [
        article(f"n{number}", [*text, f"Line number {number} of its own."], f"s{number}") for number in range(many)
    ]
    [found] = clusters(records)
    assert len(found) >= many - 1


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=6))
@settings(max_examples=80, deadline=None)
def test_texts_have_the_same_numbers_alone_and_among_others(texts: list[str]) -> None:
    together = prints(pl.Series(texts, dtype=pl.String()))
    for row, text in enumerate(texts):
        alone = prints(pl.Series([text]))
        assert alone.keys[0] == together.keys[row]
        assert alone.units[0] == together.units[row]
        assert np.array_equal(alone.hashes, together.hashes[together.owners == row])


@pytest.mark.parametrize(
    "text",
    ["The ferry, which was “lost”, is back: 1,200 people saw it.", "Паром вернулся в гавань, сказал капитан.", "渡轮载着十二名乘客回到了林比港。",
     "عاد القارب إلى الميناء يوم الاثنين مع اثني عشر راكبا", "เรือข้ามฟากกลับมาถึงท่าเรือแล้ว", "नाव सोमवार को बंदरगाह पर लौट आई।", "배가 항구로 돌아왔다고 선장이 말했다."],
)  # fmt: skip
def test_units_are_those_by_which_pages_are_recognised(text: str) -> None:
    [units] = [tokens.units for tokens in tokens_each([text], text[0] in "渡เ")]
    assert prints(pl.Series([text])).units[0] == len(units)


SAID = "The ferry ran for 12 weeks, said Jo Marten in Lindby, and the council has not approved the 1,200 crowns that she asked for."


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SAID.replace("12 weeks", "21 weeks"), [("number", "12", "21")]),
        (SAID.replace("Jo Marten", "Ines Caldera"), [("name", "Jo Marten", "Ines Caldera")]),
        (SAID.replace("has not approved", "has approved"), [("negation", "not", "")]),
        (SAID.replace("1,200", "1.200"), []),
        (SAID.replace("1,200", "1\u00a0200"), []),
        (SAID.replace("Marten", "Martens"), []),
        (SAID.replace("has not", "hasn't"), []),
        (SAID.replace("said", "says"), []),
        (SAID.upper(), []),
        ("Something else altogether stands in this text.", []),
    ],
)
def test_changed_facts_are_told_from_the_house_style(other: str, expected: list[tuple[str, str, str]]) -> None:
    found = changes(SAID, other)
    assert [(change.kind, change.here, change.there) for change in found] == expected
    assert all(SAID[change.start : change.end] == change.here for change in found)


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_changes_stand_where_they_say(here: str, there: str) -> None:
    for change in changes(here + SAID, SAID.replace("12", "13") + there):
        assert (here + SAID)[change.start : change.end] == change.here
    assert changes(here, here) == []


@pytest.mark.parametrize("text", ["a" * 300_000, "1 " * 100_000, "not " * 100_000, "Ab Cd " * 50_000, "不" * 200_000])
def test_hostile_texts_are_compared_in_linear_time(text: str) -> None:
    assert isinstance(changes(text, text[:-7] + "x 7 " + text), list)
    assert prints(pl.Series([text])).units[0] > 0


def test_summaries_list_twenty_clusters(check: Callable[..., Finished], tmp_path: Path) -> None:
    records = [article(f"{site}{number}", words(number, 2), site) for number in range(25) for site in "ab"]
    found = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", FIXTURE_CONTRACT).summary["syndication"]
    assert found["clusters"] == 25
    assert [entry["cluster"] for entry in found["largest"]] == list(range(20))


def test_summaries_count_and_name_the_largest(check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(FIXTURE, "-c", FIXTURE_CONTRACT)
    found = done.summary["syndication"]
    assert (found["clusters"], found["articles"], found["duplicates"]) == (2, 9, 1)
    largest = found["largest"][0]
    assert largest["earliest"]["article_id"] == "first"
    assert largest["credits"] == {"afp": 3, "reuters": 1}
    assert json.loads((done.run / "manifest.json").read_text())["files"]["syndication.parquet"]
    assert datetime.fromisoformat(largest["earliest"]["published_at"]).tzinfo == UTC
