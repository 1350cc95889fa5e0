"""copydesk init --from: a draft that says what the sample shows, that is valid, and that the sample passes."""

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import TEXT, record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.cli import main
from copydesk.drafts.bounds import at_least, at_most, interval, round_down

LONG = TEXT + "\n" + "The captain counts the gulls every morning, and the number is never the same.\n" * 5


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sample(count: int = 30) -> list[dict[str, Any]]:
    """Three sources: one prints no bylines, one sends flashes, one is too small to say anything of."""
    records = []
    for number in range(count):
        url = f"example.com/2025/06/14/{number}"
        records += [
            record(
                id=f"m{number}", source="ministry.example", authors=[], url=f"https://m.{url}", text=f"{number} {LONG}"
            ),
            record(
                id=f"f{number}",
                source="flash.example",
                url=f"https://f.{url}",
                text=f"Flash {number}: the ferry runs again, the office says.",
            ),
        ]
    tiny = [
        record(
            id=f"t{n}",
            source="tiny.example",
            authors=[],
            url=f"https://t.example.com/2025/06/14/{n}",
            text=f"{n} {LONG}",
        )
        for n in range(5)
    ]
    return records + tiny


def drafted(*arguments: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """(the contract's text, the contract, the suite)"""
    assert main(["init", *arguments]) == 0
    text = Path("checks/article.yaml").read_text(encoding="utf-8")
    return text, yaml.safe_load(text), json.loads(Path("expectations/batch.json").read_text(encoding="utf-8"))


def test_what_is_peculiar_to_sources_is_drafted_with_its_counts() -> None:
    text, contract, _ = drafted("--from", str(write_jsonl(Path("in.jsonl"), sample())))
    assert contract["sources"] == {
        "flash.example": {"rules": {"body-too-short": {"minimum": 30}}},
        "ministry.example": {"rules": {"byline-missing": False}},
    }
    assert "none of 30 articles has a byline (with 95 % confidence at most 11% of all do)" in text
    assert "30 of 30 texts are shorter than 100" in text
    assert "# Sources (3): " in text


@pytest.mark.parametrize("count", [1, 30, 60])
def test_the_sample_passes_its_own_draft(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    records = sample(count)
    for entry in records[::7]:
        entry["title"] = ""
    path = write_jsonl(Path("in.jsonl"), records)
    drafted("--from", str(path))
    capsys.readouterr()
    assert main(["check", str(path), "-c", "checks/article.yaml", "-o", "run", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["counts"]["quarantined"] > 0
    assert summary["suites"][0]["status"] == ("passed" if count == 60 else "skipped")


def test_thresholds_leave_room_for_the_samples_size() -> None:
    _, few, small = drafted(
        "--from", str(write_jsonl(Path("in.jsonl"), [record(id=n, title="" if n == 0 else "T") for n in range(20)]))
    )
    _, many, large = drafted(
        "--force",
        "--from",
        str(write_jsonl(Path("in.jsonl"), [record(id=n, title="" if n % 20 == 0 else "T") for n in range(2_000)])),
    )
    assert few["gate"]["quarantined"] > many["gate"]["quarantined"] > 0.05
    titles = [
        next(entry["kwargs"]["mostly"] for entry in suite["expectations"] if entry["kwargs"]["column"] == "title")
        for suite in (small, large)
    ]
    assert titles[0] < titles[1] < 0.95


UNKNOWN = {"kop": "title", "tekst": "body", "adres": "original_url", "datum": "published", "wie": "byline"}


def unknown(number: int) -> dict[str, Any]:
    return {
        "nr": number,
        "kop": f"Ferry number {number} runs again",
        "tekst": f"{number} {LONG}",
        "adres": f"https://www.example.com/2025/06/14/ferry-{number}",
        "datum": "14. Juni 2025",
        "wie": "Ana Lindqvist",
        "leer": None,
    }


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv", ".parquet"])
def test_unknown_names_are_guessed_by_their_values(suffix: str) -> None:
    path, records = Path(f"in{suffix}"), [unknown(number) for number in range(40)]
    if suffix == ".jsonl":
        write_jsonl(path, records)
    elif suffix == ".json":
        path.write_text(json.dumps(records))
    elif suffix == ".parquet":
        pl.DataFrame(records).write_parquet(path)
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(records)
    assert not any(map(FieldMap().recognises, UNKNOWN))
    text, contract, _ = drafted("--from", str(path))
    assert contract["fields"] == {field: name for name, field in UNKNOWN.items()}
    assert "40 of 40 values look like dates" in text
    assert main(["check", str(path), "-c", "checks/article.yaml", "-o", "run", "-q"]) == 0


def test_names_that_are_known_are_not_guessed() -> None:
    entries = [{**record(id=n), "seen_on": "https://elsewhere.example/page"} for n in range(20)]
    _, contract, _ = drafted("--from", str(write_jsonl(Path("in.jsonl"), entries)))
    assert "fields" not in contract


def test_hostile_names_do_not_break_the_draft() -> None:
    entries = [record(id=n, source='a"]:\n# {}\u2028\x07é', text=f"{n} {LONG}", authors=[]) for n in range(25)]
    _, contract, _ = drafted("--from", str(write_jsonl(Path("in.jsonl"), entries)))
    [source] = contract["sources"]
    assert source == entries[0]["source"]
    contracts.read(Path("checks/article.yaml"))


def test_names_of_characters_beyond_the_basic_plane_are_drafted_as_they_are() -> None:
    name, source = "📅 wann", "📰 Harbour\U000e0041 Post"
    entries = [record(id=n, source=source, text=f"{n} {LONG}", authors=[]) for n in range(25)]
    for entry in entries:
        entry[name] = entry.pop("date")
    text, contract, _ = drafted("--from", str(write_jsonl(Path("in.jsonl"), entries)))
    assert f'published: "{name}"' in text
    assert (contract["fields"], list(contract["sources"])) == ({"published": name}, [source])
    assert main(["check", "in.jsonl", "-q", "-o", "run"]) == 0


def test_stories_can_be_a_sample() -> None:
    Path("stories").mkdir()
    for number in range(3):
        Path(f"stories/{number}.txt").write_text(f"Ferry {number}\n\nBy Ana Lindqvist\n\nJune 14, 2025\n\n{LONG}")
    _, contract, _ = drafted("--from", "stories")
    assert contract["contract"] == "article"


def test_nothing_is_overwritten_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_jsonl(Path("in.jsonl"), [record()]))
    Path("checks").mkdir()
    Path("checks/article.yaml").write_text("contract: mine\n")
    assert main(["init", "--from", path]) == 2
    assert "checks/article.yaml: there already; --force overwrites" in capsys.readouterr().err
    assert Path("checks/article.yaml").read_text() == "contract: mine\n"
    assert not Path("expectations").exists()
    assert main(["init", "--from", path, "--force"]) == 0
    assert Path("checks/article.yaml").read_text() != "contract: mine\n"


def test_a_sample_that_cannot_be_read_exits_as_check_does() -> None:
    Path("in.jsonl").write_text("\n")
    assert main(["init", "--from", "in.jsonl"]) == 3
    assert main(["init", "--from", "nowhere.jsonl"]) == 3
    assert main(["init", "--from", "-"]) == 2
    assert not Path("checks").exists()


@given(st.integers(1, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_bounds_are_on_the_tolerant_side(sample: tuple[int, int]) -> None:
    hits, of = sample
    low, high = interval(hits, of)
    assert 0 <= at_least(hits, of) <= low <= hits / of + 1e-12 <= high + 2e-12
    assert high <= at_most(hits, of) + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize(
    ("number", "rounded"), [(83, 80), (147, 140), (9.5, 9), (1_234, 1_200), (0.3, 0), (2_900, 2_000)]
)
def test_numbers_are_rounded_down(number: float, rounded: int) -> None:
    assert round_down(number) == rounded
