"""The report's words: every language says everything, and each is chosen where it should be."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Finished, record, write_jsonl
from copydesk.errors import UsageError
from copydesk.report.chain import COLUMNS as CHAIN
from copydesk.report.chain import chain
from copydesk.texts import texts

CATALOGUES = sorted((ROOT / "reports" / "texts").glob("*.yaml"))
ENGLISH = yaml.safe_load((ROOT / "reports" / "texts" / "en.yaml").read_text(encoding="utf-8"))


def forms(entry: str | dict[str, str]) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"": entry}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_language_has_every_text_with_its_placeholders(path: Path) -> None:
    catalogue = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert catalogue.keys() == ENGLISH.keys()
    for key, entry in catalogue.items():
        assert forms(entry).keys() == forms(ENGLISH[key]).keys(), key
        for form, text in forms(entry).items():
            wanted = set(re.findall(r"\{\w+\}", forms(ENGLISH[key])[form]))
            assert set(re.findall(r"\{\w+\}", text)) == wanted, key


def test_every_text_is_said_somewhere() -> None:
    pages = [
        ROOT / "src/copydesk/report" / name
        for name in ("page.py", "chain.py", "drifts.py", "index.py", "compared.py", "article.py")
    ]
    parts = [*(ROOT / "reports" / "templates").iterdir(), *pages]
    said = "".join(path.read_text(encoding="utf-8") for path in [*parts, ROOT / "src/copydesk/texts.py"])
    built = r"^(?:severity|verdict|nav|sort|place|age|chain|script\.theme|change|direction|number|date)\b|^compare\.(note|worse|better|same|added|dropped)\b|\.unit$|script\.(line|row)$|^drift\.(day|quarantined|language|volume|silent|freshness|length)\b|^copies\.differs|^suite\.skipped|^link\.by\b"
    assert [key for key in ENGLISH if f'"{key}"' not in said and not re.search(built, key)] == []


def test_values_are_escaped_and_numbers_written_as_the_language_does() -> None:
    english, german = texts(), texts("de")
    assert english("rule.all", rule="<b>") == "Browse the articles that fail &lt;b&gt;"
    assert english("rule.findings", n=1) == "1 finding"
    assert english("rule.findings", n=1234) == "1,234 findings"
    assert german("rule.findings", n=1234) == "1.234 Befunde"
    assert (english.percent(1, 3000), german.percent(1, 3000)) == ("below 0.1 %", "unter 0,1 %")
    assert (english.percent(1, 30), german.percent(1, 30)) == ("3.3 %", "3,3 %")


def test_the_contract_or_the_command_line_chooses_the_language(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    contract = tmp_path / "c.yaml"
    contract.write_text("contract: article\nlanguage: de\n", encoding="utf-8")
    done = check(source, "-c", contract)
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert '<html lang="de" dir="ltr">' in html
    assert "Nicht bestanden" in html
    assert '<div lang="en"><p>The article has no title' in html
    done = check(source, "-c", contract, "--language", "en", out=tmp_path / "english")
    assert '<html lang="en" dir="ltr">' in (done.run / "report.html").read_text(encoding="utf-8")


def test_an_own_language_takes_the_place_of_english_where_it_speaks(
    program: Callable[..., Finished], tmp_path: Path
) -> None:
    folder = tmp_path / "reports" / "texts"
    folder.mkdir(parents=True)
    (folder / "he.yaml").write_text("direction: rtl\ngate.failed: נכשל\n", encoding="utf-8")
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    assert program("check", source, "-o", "run", "--language", "he", cwd=tmp_path).code == 1
    html = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="he" dir="rtl">' in html
    assert "נכשל" in html
    assert "Worst rules" in html


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- a", "mapping"),
        ("a: 1", "a: a text"),
        ("a: {one: x}", "a: a text"),
        ("a: [", "cannot read"),
        ("[" * 1500, "cannot read"),
        ("a: 2025-13-45", "cannot read"),
        ("rule.all: 'see {ruel}'", r"rule\.all: there is no {ruel} to put in; there is {rule}"),
        ("verdict.read: {one: read, other: read}", r"verdict\.read: there is no {n} to put in; there is nothing"),
    ],
)
def test_a_catalogue_that_does_not_parse_is_named(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reports" / "texts").mkdir(parents=True)
    (tmp_path / "reports" / "texts" / "xx.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=complaint):
        texts("xx")


def test_an_unknown_language_is_wrong_usage(program: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    done = program("check", source, "-o", tmp_path / "run", "--language", "../en", cwd=tmp_path)
    assert done.code == 2
    assert "only in de, en" in done.err


def test_the_chain_of_an_article_is_told_in_the_language_of_the_report() -> None:
    row = {
        **dict.fromkeys(CHAIN),
        "likely_agency": "pamedia",
        "likely_agency_confidence": 0.9996,
        "origin_by": "warc",
        "origin_fetched_at": datetime(2026, 6, 1, 6, 5, tzinfo=UTC),
        "record": 1200,
        "input": "in.jsonl",
    }
    agency, _, capture, last = chain(row, texts("de"))
    assert agency["name"] == "PA Media"
    assert agency["detail"] == "zu über 99,9 % wahrscheinlich"
    assert capture["name"] == "01.06.2026 06:05 UTC, aus einer Aufnahmedatei"
    assert (last["name"], last["detail"]) == ("Datensatz 1.200", "in.jsonl")
    assert chain(row, texts())[0]["detail"] == "above 99.9 % likely"
