"""Each rule is documented, its examples hold, and its evidence agrees with its verdict."""

import time
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import ROOT, TEXT, record
from copydesk.articles.derive import identify
from copydesk.articles.fields import FieldMap
from copydesk.origin.manners import Manners
from copydesk.origin.stage import OriginStage
from copydesk.preparing import prepare
from copydesk.rule_pages import pages
from copydesk.rules import REGISTRY
from copydesk.rules.base import Rule, parameters
from copydesk.rules.documentation import SECTIONS, documentation, markdown
from copydesk.survey import Survey

OFFLINE = [rule for rule in REGISTRY.values() if not rule.online]


def articles(*records: dict[str, Any]) -> pl.DataFrame:
    """The article frame of some records, with what a survey of them says."""
    scraped = FieldMap().frame(records).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    started = datetime.now(UTC)
    prepared = prepare(scraped, started, survey=Survey.of(identify(scraped, started)))
    return OriginStage(Manners()).add(prepared)


def passes(rule: Rule, frame: pl.DataFrame) -> list[bool]:
    return frame.select(rule.passes().alias("passes"))["passes"].to_list()


@pytest.mark.parametrize("rule", REGISTRY.values(), ids=list(REGISTRY))
def test_documentation_is_complete(rule: type[Rule]) -> None:
    docs = documentation(rule)
    assert docs.summary.endswith(".")
    assert tuple(docs.sections) == SECTIONS
    assert all(docs.sections.values())
    assert rule.slug in markdown(rule)
    assert all(schema["description"] for schema in parameters(rule).values())


# the example of a rule about bytes is no record: its fixture shows it
SHOWN = [rule for rule in OFFLINE if documentation(rule).example("Example")]


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.slug)
def test_documented_examples_hold(rule: type[Rule]) -> None:
    docs = documentation(rule)
    bad, good = docs.example("Example"), docs.example("Use instead")
    assert bad is not None
    assert good is not None
    frame = articles(bad, good)
    assert passes(rule(), frame) == [False, True]
    spots = list(rule().find(frame.to_dicts()[0]))
    assert spots
    for spot in spots:
        if spot.start is not None and spot.end is not None:
            assert 0 <= spot.start < spot.end <= len(frame[spot.field][0])


def test_codes_and_slugs_are_well_formed_and_unique() -> None:
    codes = [rule.code for rule in REGISTRY.values()]
    assert len(set(codes)) == len(codes)
    for slug, rule in REGISTRY.items():
        assert rule.slug == slug
        assert slug == slug.lower().replace(" ", "-")


def test_the_good_record_fails_no_rule() -> None:
    frame = articles(record())
    assert [rule.slug for rule in OFFLINE if not passes(rule(), frame)[0]] == []


LINES = st.sampled_from(
    [
        "Related article: Something Else", "related", "– Read more: x", "Read more than ever", "Photo: Jo / Desk", "Ａ", "",
        "  ", "Lesen Sie auch: Neues", "関連記事", "Кстати", "Читайте также", "مقالات ذات صلة", "<p>", "&nbsp;", "a < b",
        "FÃ¤hre", "\ufffd", "«È vero…»", "Source:", "https://example.com/x", "Quelle: https://example.com/y", "(AFP)",
        "LIMA (AFP) - Text", "– Reuters", "İstanbul", "ﬃ", "\u200b", "\x00", "\u2028", "x" * 400, TEXT,
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.none(), st.text(max_size=80), st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=6).map("\n".join)
)


@settings(max_examples=50)  # of several records each: a frame costs the same whether it has one row or twelve
@given(
    st.lists(
        st.fixed_dictionaries({"text": TEXTS, "title": TEXTS, "authors": TEXTS, "date": TEXTS, "url": TEXTS}),
        min_size=3,
        max_size=12,
    )
)
@example([{"text": "Related", "title": "", "authors": "By", "date": "1", "url": "//"}])
def test_evidence_agrees_with_the_verdict(records: list[dict[str, Any]]) -> None:
    frame = articles(*records)
    rows = frame.to_dicts()
    verdicts = frame.select(rule().passes().alias(rule.slug) for rule in OFFLINE)
    for rule in OFFLINE:
        for fine, row in zip(verdicts[rule.slug], rows, strict=True):
            assert fine is not None, f"{rule.slug} gives null"
            if not fine:
                spots = list(rule().find(row))
                assert spots, f"{rule.slug} fails without evidence"
                for spot in spots:
                    if spot.start is not None and spot.end is not None:
                        assert 0 <= spot.start < spot.end <= len(row[spot.field])


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "<" * 100_000,
        "Read more " * 50_000,
        "\n" * 200_000,
        "́" * 300_000,
        "((((" * 50_000,
        "Ã" * 200_000,
        "@" * 300_000,
        "a b" * 100_000,
    ],
    ids=["one line", "brackets", "phrase", "newlines", "combining", "parentheses", "lead bytes", "handles", "blanks"],
)
def test_hostile_text_is_judged_in_linear_time(text: str) -> None:
    frame = articles(
        record(text=text, title=text[:50_000], authors=[text[:50_000]], url="https://example.com/" + text[:50_000])
    )
    row = frame.to_dicts()[0]
    began = time.process_time()
    for rule in OFFLINE:
        if not passes(rule(), frame)[0]:
            assert list(rule().find(row)) is not None
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "line",
    [
        "“Keep reading,” he said.", "Keep reading and you will learn.", "Story continues to puzzle police.",
        "Also on the boat was a dog.", "Leia mais livros, pediu ela.", "Mehr erfahren wollte er nicht.",
        "Voir aussi loin que possible, dit-il.", "Leggi di più, dice la maestra.", "Läs mer böcker, säger hon.",
        "Photo by photo, the town came back.", "3 < 4 and a <b and c> d.", "Source of the river: unknown.",
    ],
)  # fmt: skip
def test_sentences_that_begin_like_furniture_are_left_alone(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}\n{TEXT}"))
    assert [rule.slug for rule in OFFLINE if not passes(rule(), frame)[0]] == []


@pytest.mark.parametrize(
    "byline",
    [
        "Maria Dela Cruz", "김수정", "La Stampa", "Park Print", "Oleh Zakharov", "Von der Leyen", "Door van Dijk",
        "Av Westin", "Par Lagerkvist", "Theo Abel", "Di Marzio", "viktor hedlund", "BR24",
        "Will Follow", "Jo Story", "Ana Share", "Anna World", "Kim Live", "Ana Maria Dela",
    ],
)  # fmt: skip
def test_names_are_not_taken_for_noise_or_prefixes(byline: str) -> None:
    frame = articles(record(authors=[byline]))
    assert [rule.slug for rule in OFFLINE if not passes(rule(), frame)[0]] == []


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By Ana Roe", "Ana Roe"),
        ("BY JO", "JO"),
        ("Von Max Muster", "Max Muster"),
        ("Автор: Олег Сорин", "Олег Сорин"),
        ("文：兰薇", "兰薇"),
    ],
)
def test_prefixes_are_cut(byline: str, name: str) -> None:
    frame = articles(record(authors=[byline]))
    rule = REGISTRY["byline-prefix"]()
    assert passes(rule, frame) == [False]
    assert [spot.suggestion for spot in rule.find(frame.to_dicts()[0])] == [name]


@pytest.mark.parametrize(
    "line", ["A boat at dawn. (AP Photo/Jo Marten)", "Jo Marten via Getty Images", "图片来源：兰薇", "Foto: Jo Marten"]
)
def test_photo_credits_at_either_end_of_a_line(line: str) -> None:
    frame = articles(record(text=f"{TEXT}\n{line}\n{TEXT}"))
    rule = REGISTRY["photo-credit"]()
    assert passes(rule, frame) == [False]
    [spot] = rule.find(frame.to_dicts()[0])
    assert frame["body"][0][spot.start : spot.end] == line


def test_the_published_pages_are_those_of_the_rules() -> None:
    folder = ROOT / "docs" / "rules"
    published = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert published == pages(), "run: python -m copydesk.rule_pages docs/rules"
