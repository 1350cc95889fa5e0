"""Agencies in bylines and in the text's own signature."""

import re

import polars as pl
import pytest

from copydesk.articles import signatures
from copydesk.articles.agencies import in_byline, misspelt
from copydesk.articles.signatures import literal, signed
from copydesk.vocabulary import agencies


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("By AFP", ("afp",)),
        ("AFP", ("afp",)),
        ("Afp", ("afp",)),
        ("Jane Roe and Reuters", ("reuters",)),
        ("Le Courrier et AFP", ("afp",)),
        ("Von Max Muster, dpa", ("dpa",)),
        ("Олег Сорин; ТАСС", ("tass",)),
        ("新华社", ("xinhua",)),
        ("وكالة فرانس برس", ("afp",)),
        ("By JO MARTEN, AP Sports Writer", ("ap",)),
        ("dpa/AFP", ("dpa", "afp")),
        ("Reuters Staff", ("reuters",)),
        ("ap", ()),
        ("Ani Petrosyan", ()),
        ("Sid Marlow", ()),
        ("picture alliance/dpa", ()),
        ("Photo: REUTERS/Jo Marten", ()),
        ("Petra Abel", ()),
        ("", ()),
    ],
)
def test_in_byline(byline: str, found: tuple[str, ...]) -> None:
    assert in_byline(byline) == found


@pytest.mark.parametrize("agency", agencies(), ids=lambda agency: agency.id)
def test_every_spelling_of_the_vocabulary_is_recognised_as_some_agency(agency: object) -> None:
    shared = {"CNA", "KNA", "ACN", "APA", "APS", "PC"}  # several agencies use them: the first in the file has it
    for spelling in agency.bylines:  # type: ignore[attr-defined]
        found = in_byline(spelling)
        assert found, spelling
        assert agency.id in found or spelling in shared or len(found) == 1  # type: ignore[attr-defined]


def test_misspelt() -> None:
    assert misspelt("Afp") == (("Afp", "AFP"),)
    assert misspelt("AFP") == ()
    assert misspelt("Jane Roe") == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("LIMA (AFP) - A tram has won.", ["afp"]),
        ("MOSCOW, June 14 (Reuters) — The tram.", ["reuters"]),
        ("Berlin (dpa) – Die Bahn.", ["dpa"]),
        ("ОСТРАВА, 14 июня. /ТАСС/. Трамвай.", ["tass"]),
        ("(ANSA) - ROMA, 14 GIU - Il tram.", ["ansa"]),
        ("Mumbai (Maharashtra) [India], Jan 13 (ANI): The tram.", ["ani"]),
        ("(서울=연합뉴스) 한소라 기자 = 전차가", ["yonhap"]),
        ("新华社北京4月24日电 电车", ["xinhua"]),
        ("The tram has won.\n(Reporting by Jo Marten; Editing by Ana Roe)", ["reuters"]),
        ("Die Bahn.\n© dpa-infocom, dpa:250614-99-53606/3", ["dpa"]),
        ("Die Bahn.\n(Quelle: APA/dpa)", ["dpa", "apa"]),
        ("The tram.\nsak/Reuters", ["reuters"]),
        ("The tram.\nWith inputs from PTI", ["pti"]),
        ("The tram.\nAFP", ["afp"]),
        ("The tram.\nFoto: REUTERS/Jo Marten", []),
        ("The tram.\n(AP Photo/Jo Marten)", []),
        ("The Administración Nacional de Puertos (ANP) has said so.", []),
        ("Most pilots wear boots (and socks).", []),
        ("She reads Reuters every day.", []),
        ("Madrid, 14 jun (EFE).- El tranvía.", ["efe"]),
        ("He worked for the Palestinian Authority (PA) – backed by donors.", []),
        ("Seventh-day Adventists (SDA): a survey of the village.", []),
        ("He was missing in action (MIA). Nobody knew.", []),
        ("The German Press Agency (dpa) – founded after the war – has moved.", []),
        ("", []),
    ],
)
def test_signed(body: str, found: list[str]) -> None:
    assert [agency for agency, _, _ in signed(body)] == found
    hinted = pl.select(pl.lit("\n" + body + "\n" + body).str.contains(signatures.hint())).item()
    assert hinted or not found, "the cheap question must let every signed text through"


def test_every_signature_pattern_has_a_literal_to_look_for() -> None:
    for agency in agencies():
        for pattern in agency.signatures:
            assert re.compile(pattern)
            assert len(literal(pattern)) >= 3, pattern
