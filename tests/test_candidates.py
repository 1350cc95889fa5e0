"""What is asked of few records only: the few must hold all that the full question would find."""

import json
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT
from copydesk.articles import derive
from copydesk.articles.signs import SIGNS, signs
from copydesk.furniture import bylines, captions, shapes
from copydesk.furniture import phrases as furniture
from copydesk.furniture.lines import lines_of
from copydesk.furniture.marks import MARKS, with_marks
from copydesk.furniture.phrases import index
from copydesk.press import languages, standins
from copydesk.rules import base
from copydesk.rules.base import confirmed, confirmed_rows, holding, narrowed
from copydesk.vocabulary import agencies, current, function_words, page_forms, phrases, using


@pytest.mark.parametrize("codes", [range(0x2200), range(0xFE00, 0xFFFE), range(0xE0000, 0xE0100)], ids=str)
def test_signs_are_those_of_the_patterns(codes: range) -> None:
    chars = list(map(chr, codes))  # apart, for a tag anywhere makes all texts be looked at closely
    letters = "ÂÃÄéåÐŃâ€aЖ漢"
    texts = pl.Series([f"a{lead}{char}b" for char in chars for lead in ("", *letters)])
    found = signs(texts)
    for name, pattern in SIGNS.items():
        assert (found.str.contains(name, literal=True) == texts.str.contains(pattern)).all(), name


def test_texts_without_signs_and_no_texts() -> None:
    assert signs(pl.Series(["a\tb\n", None, ""], dtype=pl.String())).to_list() == ["", "", ""]
    assert signs(pl.Series([], dtype=pl.String())).to_list() == []


@pytest.mark.parametrize("code", ["de", "en", "fr", "ja", "ru", "zh"])
def test_a_glance_finds_no_language_that_a_look_does_not(code: str) -> None:
    words = {"zh": ("水",), "ja": ("の",)}.get(code) or function_words()[code]
    texts = [
        joint.join(words[index % len(words)] for index in range(start, start + count))
        for joint in (" ", ", ", "x ", "", " — ", "1")
        for start in range(3)
        for count in (3, 5, 6, 7, 40)
    ]
    heads = pl.DataFrame({"head": [*texts, *map(str.upper, texts), *(f" {text} " for text in texts)]})
    head = pl.col("head")
    seen = heads.select(
        glance=languages._shows_at_once([code], head).fill_null(False),
        look=languages._shows([code], head).fill_null(False),
    )
    assert seen["glance"].any()
    assert not seen.filter(pl.col("glance") & ~pl.col("look")).height
    plain = languages._plain_words(code)
    spoken = pl.Series([languages._speaks(text, [plain]) for text in heads["head"]])
    assert spoken.any() == bool(plain)
    assert not heads.filter(spoken & ~seen["look"]).height


def test_a_glance_at_few_texts_goes_by_no_word_that_is_a_pattern_or_changes_with_case(tmp_path: Path) -> None:
    rows = tmp_path / "languages.csv"
    rows.write_text("language,words\nxx,the Été x+ d'un l-a on\n", encoding="utf-8")
    with using(current().extended({"languages": [rows]})):
        assert languages._plain_words("xx") == {"the", "on"}


def test_only_candidates_are_asked() -> None:
    asked: list[str] = []

    def test(text: str) -> bool:
        asked.append(text)
        return text == "b"

    frame = pl.DataFrame({"text": ["a", "b", None, "b"], "likely": [True, True, True, None]})
    assert frame.select(confirmed(pl.col("likely"), "text", test)).to_series().to_list() == [False, True, False, False]
    assert asked == ["a", "b"]
    rows = confirmed_rows(pl.col("likely"), ("text",), lambda row: row["text"] is None)
    assert frame.select(rows).to_series().to_list() == [False, False, True, False]
    longer = narrowed(pl.col("likely"), ("text",), pl.col("text") > "a")
    assert frame.select(longer).to_series().to_list() == [False, True, False, False]
    assert frame.head(0).select(longer).to_series().to_list() == []


def test_candidates_and_columns_may_be_literals() -> None:
    frame = pl.DataFrame({"text": ["a", "b", "a"]})
    every, one = pl.lit(True), pl.lit("x").alias("other")
    for asked in (
        confirmed(every, "text", lambda text: text == "a"),
        confirmed(pl.col("text") == "a", one, lambda text: text == "x"),
        confirmed_rows(every, ("text", one), lambda row: row["text"] == "a" and row["other"] == "x"),
        narrowed(every, ("text",), pl.col("text") == "a"),
    ):
        assert frame.select(asked).to_series().to_list() == [True, False, True]
    assert frame.select(confirmed(~every, "text", lambda _: True)).to_series().to_list() == [False] * 3


def test_few_lines_are_told_what_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    led = [phrase.text for phrase in phrases()]
    texts = [
        line.strip()
        for text in led
        for line in (
            text,
            text.upper(),
            f"  • {text}: The wall",
            f"»» {text} x",
            f"{'-' * 50}{text}",
            f"So {text}, he said.",
        )
    ]
    lines = pl.DataFrame({"text": [text for text in texts if text and "\n" not in text]})
    monkeypatch.setattr(furniture, "FEW", 0)
    many = index().hits(lines)
    monkeypatch.setattr(furniture, "FEW", lines.height)
    assert len(many) > 2_000
    assert index().hits(lines) == many


def test_few_lines_have_the_shapes_that_many_have(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [
        record["text"]
        for path in sorted((ROOT / "fixtures").glob("*/world.jsonl"))
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if record.get("text")
    ]
    odd = 'Home > News > Ferry\n14 June 2025\n10:30\n14.06.2025 · 09:00 a.m.\nHome|News|Ferry\nvar a = {b: "c"};\n{{ x }}\n2025.'
    lines = lines_of(pl.Series([*bodies, odd, odd.replace("\n", "\n2024\n")]))
    printed = pl.Series([None] * len(bodies) + ["10:30", None], dtype=pl.String())
    for part in (shapes, bylines, captions):
        monkeypatch.setattr(part, "FEW", 0)
    many = list(shapes.kinds(lines, printed))
    for part in (shapes, bylines, captions):
        monkeypatch.setattr(part, "FEW", lines.height)
    assert list(shapes.kinds(lines, printed)) == many
    assert {kind for _, kind in many} == {"date-line", "byline-line", "navigation", "code"}


def test_few_texts_hold_the_phrases_that_many_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    known = page_forms(*standins.KINDS)
    frame = pl.DataFrame({"text": [None, "", "The ferry runs again.", *(f"So {text}!" for text in known), "水" * 9]})
    monkeypatch.setattr(base, "_FEW", 0)
    many = frame.select(holding(pl.col("text"), known))
    monkeypatch.setattr(base, "_FEW", frame.height)
    assert frame.select(holding(pl.col("text"), known)).equals(many)
    assert many["text"].to_list()[:3] == [None, False, False]
    assert many["text"].sum() == len(known)


def test_articles_without_marks_have_the_columns_of_those_with_marks() -> None:
    articles = pl.DataFrame({"body": ["Anzeige", "Anzeige", None]})
    one = pl.DataFrame({"row": [1], "line": [1], "start": [0], "end": [7], "kind": ["advert"], "score": [None]}, MARKS)
    marked, unmarked = with_marks(articles, one), with_marks(articles, pl.DataFrame(schema=MARKS))
    assert unmarked.schema == marked.schema
    assert unmarked[0].equals(marked[0])
    assert unmarked["furniture_kinds"].to_list() == [[], [], []]


def test_few_articles_are_told_the_agencies_that_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [spelling for agency in agencies() for spelling in (*agency.bylines, agency.name)]
    prose = "The ferry runs again after two weeks in the dock.\n" * 20
    frame = pl.DataFrame(
        {
            "byline": [*names, *(f"By {name} staff" for name in names), None],
            "body": [f"LIMA ({name}) - {prose}" for name in names]
            + [f"{prose}\n© {name} 2025" for name in names]
            + [None],
        },
        schema={"byline": pl.String(), "body": pl.String()},
    )
    monkeypatch.setattr(derive, "_FEW", 0)
    many = pl.DataFrame(derive._agencies(frame))
    monkeypatch.setattr(derive, "_FEW", frame.height)
    assert pl.DataFrame(derive._agencies(frame)).equals(many)
    assert many["agency"].count() > len(names)
