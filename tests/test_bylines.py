"""Who the byline names: people and agencies, each once, and all of them."""

from typing import Any

import polars as pl
import pytest

from conftest import TEXT, record
from copydesk.press.names import key, people
from copydesk.press.printed import printed_byline
from copydesk.rules import REGISTRY
from test_rules import articles, passes

SITE = "https://www.harbour-post.example/2025/06/14/ferry-resumes"


def failed(**fields: Any) -> set[str]:
    """The byline rules that a record fails."""
    frame = articles(record(**fields))
    return {rule.slug for rule in REGISTRY.values() if rule.code.startswith("BYL") and not passes(rule(), frame)[0]}


def suggestion(slug: str, **fields: Any) -> str | None:
    rule = REGISTRY[slug]()
    frame = articles(record(**fields))
    assert passes(rule, frame) == [False]
    return next(iter(rule.find(frame.to_dicts()[0]))).suggestion


@pytest.mark.parametrize(
    "byline",
    [
        "Name *", "Name (erforderlich)", "No Author", "admin", "By", "Autor", "佚名", "Musterverlag GmbH", "105092",
        "A; n; a;  ; R; o; e", "Sponsored Content", "Usuario", "Нет автора", "[object Object]", "Press Release", "Новости", "we met the captain at dawn and he told us everything he knew about gulls",
    ],
)  # fmt: skip
def test_what_is_neither_a_person_nor_an_agency(byline: str) -> None:
    assert "byline-not-a-name" in failed(byline=byline, authors=None)


@pytest.mark.parametrize(
    ("authors", "title"),
    [
        (["Ferry Resumes After Two Weeks"], "Ferry Resumes After Two Weeks in Dock"),
        (["Ana Roe", "Harbour Post"], "Ferry"),
        (["Ana Roe - Harbour Post"], "Ferry"),
        (["Ana Roe", "Harbour Post Newsroom"], "Ferry"),
    ],
)
def test_the_title_and_the_site_beside_a_person_are_no_authors(authors: list[str], title: str) -> None:
    assert "byline-not-a-name" in failed(authors=authors, title=title, url=SITE)


def test_the_site_beside_a_person_is_cut() -> None:
    assert suggestion("byline-not-a-name", authors=["Ana Roe", "harbour-post.example"], url=SITE) == "Ana Roe"


@pytest.mark.parametrize(
    "byline",
    [
        "Harbour Post", "The Harbour Post", "harbour-post.example", "Redaktion", "Newsroom", "編集部", "Harbour Post Newsroom",
        "Harbour Post Web Desk", "Redaktion Harbour Post", "The Editorial Board", "Sportredaktion", "Nyhetsredaktionen",
        "Staff Writer", "Our Correspondent", "Harbour Post Editorial Board", "编辑部", "Uredništvo", "أسرة التحرير",
        "নিজস্ব প্রতিবেদক", "ऑनलाइन डेस्क", "స్టాఫ్ రిపోర్టర్", "نیوز ڈیسک", "Onze correspondent", "디지털뉴스부",
    ],
)  # fmt: skip
def test_a_site_or_a_desk_alone_is_a_remark(byline: str) -> None:
    assert failed(authors=[byline], url=SITE) == {"byline-names-no-person"}


@pytest.mark.parametrize(
    "byline",
    [
        "Ana Lindqvist", "AFP", "Ana Roe and Jo Bell", "Ana Roe, AFP", "Edward Said", "Bille August", "Ian MacDonald Roe",
        "Danny DeVito Roe", "Gabriel José de la Concordia García", "José da Silva e Souza", "Le Courrier et AFP", "兰薇", "김수정",
        "محمد علي", "Олег Сорин", "Deutsche Presse-Agentur", "Associated Press of Pakistan", "O'Neill-Roe", "Jo Boutros Boutros-Ghali",
        "Agencia Cubana de Noticias", "St. John Rivers", "Redmond Roe", "Nguyễn Thị Minh Khai", "Reuters Editorial",
        "PA Reporter", "dpa-infocom GmbH", "AFP Staff Writers", "/ritzau/", "Dr. K. P. Nayanar Rao", "KYODO",
        "Prof. Dr. Karl Heinz Brückl", "European Union External Action Service", "Mia", "Di Marlowe Roe",
        "María Luisa de la Cruz Fernández de Soto", "عبد الله بن محمد بن عبد العزيز آل سعود", "Hồng Hạnh - Thanh Tùng",
        "Jo S.A. Bell", "Ana Roe, Bo Bell as told to Jo Moreau Sorin",
    ],
)  # fmt: skip
def test_names_are_left_alone(byline: str) -> None:
    assert failed(authors=[byline], url=SITE) == set()


@pytest.mark.parametrize(
    ("byline", "apart"),
    [
        ("Ana LindqvistJo Moreau", "Ana Lindqvist; Jo Moreau"),
        ("By Ana LindqvistJo Moreau", "By Ana Lindqvist; Jo Moreau"),
        ("Ana Lindqvist Jo Moreau Bell", None),
        ("Ana K. Lindqvist Jo Moreau Bell", None),
        ("Ana Jo Bea Moreau LindqvistBell", None),  # a seam with no name behind it
        ("Олег ПетровичМария Ким", "Олег Петрович; Мария Ким"),
        ("Jana NovotnáPetr Dvořák", "Jana Novotná; Petr Dvořák"),
    ],
)
def test_glued_names(byline: str, apart: str | None) -> None:
    assert suggestion("byline-glued", authors=[byline]) == apart


@pytest.mark.parametrize(
    ("byline", "once"),
    [
        ("Ana Roe Ana Roe", "Ana Roe"),
        ("Ana Roe; ana-roe", "Ana Roe"),
        ("Zoë Roe; ZOE ROE; Jo Bell", "Zoë Roe; Jo Bell"),
        ("Ana Roe; By Ana Roe", "Ana Roe"),
        ("Олег Сорин Олег Сорин", "Олег Сорин"),
    ],
)
def test_repeated_names(byline: str, once: str) -> None:
    assert suggestion("byline-repeated", authors=[byline]) == once


def test_crowded_counts_people_and_not_agencies() -> None:
    people = ["Ana Roe", "Jo Bell", "Max Muster", "Olga Sorin"]
    assert failed(authors=[*people, "AFP"]) == set()
    assert failed(authors=[*people, "Lan Wei"]) == {"byline-crowded"}


def test_a_list_that_was_joined_by_commas_is_crowded_as_the_list_is() -> None:
    people = "Ana Roe, Jo Bell, Max Muster, Olga Sorin"
    assert failed(authors=None, byline=f"{people}, AFP") == set()
    assert failed(authors=None, byline=f"{people}, Lan Wei") == {"byline-crowded"}
    assert failed(authors=None, byline="Roe, Ana, Bell, Jo, Muster, Max") == set()


@pytest.mark.parametrize(
    "byline",
    [
        "jo42 says:", "Ana Roe December", "Ana Roe Twitter", "Ana Roe +Follow", "Ana Roe Follow", "投稿者 Ana Roe", "More stories by Ana Roe",
        "Ana Roe Übersetzt von Jo Bell", "Ana Roe and Jo Bell, Staff Writers", "Ana Roe, 12h ago", "/author/ana-roe",
        "Νίκος Δήμου, δημοσιογράφος", "Photo of Ana Roe", "Ana Roe and 2 more", "Ana Roe et 3 autres", "Ana Roe (She/Her)", "ana_roe",
        "Edited by Jo Bell", "oprac. Anna Lis", "Připravila: Anna Lis", "Trần Sóng - Ảnh: Nguyễn An", "Ana Silva Siga-nos",
    ],
)  # fmt: skip
def test_noise(byline: str) -> None:
    assert "byline-noise" in failed(authors=[byline])


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Roe, Political Correspondent", "Ana Roe"),
        ("Ana Roe, senior political correspondent", "Ana Roe"),
        ("Ana Roe, AP Medical Writer", "Ana Roe, AP"),
        ("Ana Roe | June 14, 2025", "Ana Roe"),
        ("Ana Roe - 2 hours ago", "Ana Roe"),
        ("Ana Roe 14 June 2025", "Ana Roe"),
        ("Bille August 2025", "Bille August"),
        ("Ana&nbsp;Roe", "Ana Roe"),
        ('<a href="/ana">Ana Roe</a>', "Ana Roe"),
        ("محمد علي، مراسل", "محمد علي"),
        ("记者 王小明", "王小明"),
        ("新华社记者 王小明", "新华社 王小明"),
        ("Guest columnist Ana Roe", None),
        ("Ana Roe; Bell, reporter", "Ana Roe; Bell"),
        ("Ana Roe Read full bio", "Ana Roe"),
        ("港花子（はな新聞記者）", "港花子"),
        ("Ana Roe Political Correspondent", "Ana Roe"),
        ("Ana Roe, Chief Business Reporter", "Ana Roe"),
        ("Maria Ana Roe Correspondent", "Maria Ana Roe"),
        ("ANA ROE AP Medical Writer", "ANA ROE, AP"),
        ("Ana Roe; AP National Security Writer @anaroe", "Ana Roe; AP"),
        ("Ana Roe (senior staff writer)", "Ana Roe"),
        ("(Ana Roe, staff writer)", "Ana Roe"),
        ("記者蘭薇／港都報導", "蘭薇"),
        ("〔記者蘭薇／港都報導〕", "蘭薇"),
        ("(서울=연합뉴스) 김수정 기자", "(서울=연합뉴스) 김수정"),
        ("[김수정 기자]", "김수정"),
        ("Frau_Roe", None),
        ("Ana Roe, ana_roe", "Ana Roe"),
        ("June 14, 2025 8:00 am", None),
        ("Ana Roe\nPolitical editor", "Ana Roe"),
    ],
)
def test_names_are_what_is_left_without_noise(byline: str, names: str | None) -> None:
    assert suggestion("byline-noise", authors=[byline]) == names


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("Por: Ana Ruiz", "Ana Ruiz"),
        ("Von: Max Muster", "Max Muster"),
        ("Par : Anne Royer", "Anne Royer"),
        ("Author: Ana Roe", "Ana Roe"),
        ("بقلم: محمد علي", "محمد علي"),
        ("מאת: דוד לוי", "דוד לוי"),
        ("di Anna Rossetti", "Anna Rossetti"),
        ("Words by Ana Roe", "Ana Roe"),
        ("كتبت - سلمى البحر", "سلمى البحر"),
        ("글·사진 김수정", "김수정"),
        ("文/图 兰薇", "兰薇"),
        ("Автор Олег Сорин", "Олег Сорин"),
        ("Di Marlowe Roe", None),
        ("Oleh Sorin", None),
    ],
)
def test_a_word_before_the_name(byline: str, name: str | None) -> None:
    if name is None:
        assert "byline-prefix" not in failed(authors=[byline])
    else:
        assert suggestion("byline-prefix", authors=[byline]) == name


@pytest.mark.parametrize(
    ("byline", "language", "review"),
    [
        ("Oleh Ivanovych Petrenko", "uk", True),
        ("Oleh Budi Santoso", "id-ID", False),
        ("Oleh: Budi Santoso", None, False),
        ("Par Singh Roe", None, True),
        ("par Anne Royer", None, False),
        ("Par Anne Royer", "de, fr", False),
        ("Von Dale Miller", "en", True),
        ("Por Ana Ruiz", "pt", False),
        ("By Ana Lindqvist", None, False),
        ("Propos recueillis par Anne Royer", None, False),
    ],
)
def test_a_word_that_may_be_a_given_name_is_cut_after_review(byline: str, language: str | None, review: bool) -> None:
    frame = articles(record(authors=[byline], language=language))
    [spot] = REGISTRY["byline-prefix"]().find(frame.to_dicts()[0])
    assert spot.review is review


@pytest.mark.parametrize(
    "byline",
    [
        "Олег Сорин и",
        "Ana Roe with",
        "Kis Ana és",
        "AFP/Reuters/",
        "Le Courrier et",
        "© -infocom",
        "Ana Roe und",
        "Ana Roe /",
        "FR mit",
    ],
)
def test_rests_of_a_deleted_agency(byline: str) -> None:
    assert "byline-lost-in-extraction" in failed(authors=[byline])


SIGNED = f"LIMA (AFP) - The tram has won.\n{TEXT}"


@pytest.mark.parametrize("byline", ["Karthik E", "Suresh Y", "Hoàng Như Y", "THU E"])
def test_a_name_that_ends_in_an_initial_is_whole(byline: str) -> None:
    assert failed(authors=[byline]) == set()


@pytest.mark.parametrize(
    ("extractor", "rules"),
    [
        ("newspaper4k", {"byline-lost-in-extraction"}),
        ("newsplease", {"byline-lost-in-extraction"}),
        ("trafilatura", {"agency-not-in-byline"}),
        (None, {"agency-not-in-byline"}),
    ],
)
def test_lost_where_the_extractor_deletes_that_agency_else_absent(extractor: str | None, rules: set[str]) -> None:
    assert failed(text=SIGNED, extractor=extractor) == rules
    assert failed(text=SIGNED, extractor=extractor, authors=["Ana Roe, AFP"]) == set()


def test_conflicting_agencies() -> None:
    assert failed(text=SIGNED, authors=["Reuters"]) == {"agency-conflict"}
    assert failed(text=SIGNED, authors=["Reuters", "AFP"]) == set()


@pytest.mark.parametrize(
    "byline",
    [
        "picture alliance/dpa", "REUTERS/Jo Marten", "Getty Images", "Foto: Ana Roe", "写真：兰薇", "Bild: Max Muster",
        "Photograph: Ana Roe", "Photo credit: Ana Roe", "Crédit photo : Anne Royer", "Fotografía: Ana Ruiz", "Kuva: Ana Ruus",
        "Jo Marten/Getty Images", "사진=김수정", "Photo by Ana Roe",
    ],
)  # fmt: skip
def test_photo_credits(byline: str) -> None:
    assert "photo-credit-as-byline" in failed(authors=[byline])


@pytest.mark.parametrize("byline", ["Nasir Alamyar", "Jo Christock", "Foto Demirel", "Bild", "Image Devi"])
def test_names_that_hold_a_word_of_photo_credits_are_none(byline: str) -> None:
    assert failed(authors=[byline]) == set()


def page(byline: str, page_authors: list[str] | None, extractor: str = "goose3") -> pl.DataFrame:
    """A record whose page names ``page_authors``."""
    return articles(record(authors=[byline], extractor=extractor)).with_columns(
        pl.Series("page_authors", [page_authors], pl.List(pl.String()))
    )


@pytest.mark.parametrize(
    ("byline", "authors", "fine"),
    [
        ("Ana Roe", ["Ana Roe", "AFP"], False),
        ("Ana Roe", ["Ana Roe", "Jo Bell"], False),
        ("AFP", ["Agence France-Presse"], True),
        ("A. Roe", ["Ana Roe"], True),
        ("By ANA ROE", ["Ana Roe"], True),
        ("Ana Roe", ["Ana Roe", "https://example.com/ana"], True),
        ("Ana Roe", ["Ana Roe", "Example", "Redaktion"], True),
        ("Ana Roe", None, True),
        ("Ana Roe", [], True),
    ],
)
def test_what_the_page_names_and_the_byline_does_not_is_lost(
    byline: str, authors: list[str] | None, fine: bool
) -> None:
    rule = REGISTRY["byline-lost-in-extraction"]()
    frame = page(byline, authors)
    assert passes(rule, frame) == [fine]
    if not fine:
        [spot] = rule.find(frame.to_dicts()[0])
        assert authors
        assert spot.suggestion == f"{byline}; {authors[-1]}"


def test_more_than_the_page_names() -> None:
    rule = REGISTRY["byline-differs-on-same-page"]()
    assert passes(rule, page("Ana Roe; Jo Bell", ["Ana Roe"])) == [False]
    assert passes(rule, page("Somebody Else", ["Ana Roe"])) == [False]
    assert passes(rule, page("Ana Roe and AFP", ["Ana Roe"])) == [True]
    assert passes(rule, page("Ana Roe", ["Ana Roe", "Jo Bell"])) == [True]
    assert passes(rule, page("Ana Roe", ["Example"])) == [True]
    assert passes(rule, page("Example", ["Ana Roe"])) == [False]


def test_more_than_other_records_of_the_url_have() -> None:
    rule = REGISTRY["byline-differs-on-same-page"]()
    bylines = ["Ana Roe", "By ANA ROE", "Ana Roe; Jo Bell; Max Muster", "Ana Roe, AFP"]
    frame = articles(*(record(id=str(number), authors=[byline]) for number, byline in enumerate(bylines)))
    assert passes(rule, frame) == [True, True, False, True]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("By Jo Moreau\nThe ferry.", "Jo Moreau"),
        ("Die Fähre fährt.\nVon Max Muster", "Max Muster"),
        ("文/兰薇\n渡轮恢复。", "兰薇"),
        ("The ferry.\n(ana)", "ana"),
        ("By Jo Moreau and Ana de la Roe\nThe ferry.", "Jo Moreau and Ana de la Roe"),
        ("By Friday the ferry had left.", None),
        ("By the sea\nThe ferry.", None),
        ("The ferry.", None),
        ("", None),
    ],
)
def test_the_byline_that_the_text_prints(body: str, name: str | None) -> None:
    found = printed_byline(body)
    assert (found and found[0]) == name
    if found:
        assert body[found[1] : found[2]] == name


def test_a_missing_byline_is_suggested_from_the_text() -> None:
    assert suggestion("byline-missing", authors=[], text=f"By Jo Moreau\n{TEXT}") == "Jo Moreau"
    assert suggestion("byline-missing", authors=[]) is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Robert E Lee", ("robert e lee",)),
        ("JANE E SMITH", ("jane e smith",)),
        ("Anna E Lee and Robert E Lee", ("anna e lee", "robert e lee")),
        ("José Ortega y Gasset", ("jose ortega y gasset",)),
        ("Ana Ruiz y Juan Paz", ("ana ruiz", "juan paz")),
        ("ANA RUIZ Y JUAN PAZ", ("ana ruiz", "juan paz")),
        ("Ana Ruiz y EFE", ("ana ruiz",)),
        ("Kovács Anna és Nagy Béla", ("kovacs anna", "nagy bela")),
        ("Ana Popescu și Ion Ionescu", ("ana popescu", "ion ionescu")),
        ("Jana Nováková a Petr Svoboda", ("jana novakova", "petr svoboda")),
        ("Marek Lis i Ewa Bór", ("marek lis", "ewa bor")),
        ("Nguyễn An và Trần Bình", ("nguyen an", "tran binh")),
        ("علی رضایی و مریم احمدی", ("علی رضایی", "مریم احمدی")),
        ("अनीता रॉय और राम दास", ("अनीता रॉय", "राम दास")),
        ("Олег Сорин и Анна Лис", ("олег сорин", "анна лис")),
    ],
)
def test_words_for_and_part_names_and_initials_do_not(byline: str, names: tuple[str, ...]) -> None:
    assert people(byline) == tuple(map(key, names))


def test_key_and_people() -> None:
    assert key("By Zoë Müller-Roe") == key("zoe-muller-roe") == "zoe muller roe"
    assert people("Jo Roe and AFP; By Ana Abel") == ("jo roe", "ana abel")
