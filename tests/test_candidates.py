"""What is asked of few records only: the few must hold all that the full question would find."""

import polars as pl
import pytest

from copydesk.articles import derive, languages
from copydesk.articles.signs import SIGNS, signs
from copydesk.furniture import phrases as furniture
from copydesk.furniture.phrases import index
from copydesk.rules.base import confirmed, confirmed_rows, narrowed
from copydesk.vocabulary import agencies, function_words, phrases


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
    monkeypatch.setattr(furniture, "_FEW", 0)
    many = index().hits(lines)
    monkeypatch.setattr(furniture, "_FEW", lines.height)
    assert len(many) > 2_000
    assert index().hits(lines) == many


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
