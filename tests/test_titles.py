"""Headlines and what stands around them."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import record
from copydesk.press.headlines import PROOF, Site, cut
from copydesk.press.sites import is_outlet, likeness
from copydesk.rules import REGISTRY
from test_rules import articles, passes


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("The Harbour Post", "www.harbourpost.com"),
        ("Harbour Post", "harbour-post.co.uk"),
        ("HarbourPost.com", "sport.otherhost.com"),
        ("www.harbourpost.com", "www.harbourpost.com"),
        ("Neue Hafen-Zeitung", "www.nhz.ch"),
        ("The New Harbour Times", "www.nhtimes.com"),
        ("Kölner Hafenblatt", "koelner-hafenblatt.de"),
        ("Гавань", "gavan.ru"),
        ("Λιμάνι", "limani.gr"),
        ("HP", "hp.de"),
        ("Blog vom Kai", "blogvomkai.wordpress.com"),
    ],
)
def test_names_that_are_the_sites(text: str, host: str) -> None:
    assert likeness(text, host) == "same"


@pytest.mark.parametrize(
    "title",
    ["Паром «Чайка» вернулся", "Die Fähre »Möwe« fährt wieder", "Le « Goéland » et son capitaine reprennent la mer",
     "«Wir haben gewartet» sagt Kapitän", "Die ‹Möwe› fährt wieder", "Le débat « pont | tunnel » reprend"],
)  # fmt: skip
def test_marks_in_pairs_quote(title: str) -> None:
    assert cut(title, Site("harbourpost.com")) is None


@pytest.mark.parametrize(
    "title",
    ["Ferry resumes » Harbour Post", "Ferry resumes « Harbour Post", "Ferry resumes - Local News - Harbour Post - harbourpost.com",
     "Ferry «Gull» resumes | Harbour Post"],
)  # fmt: skip
def test_marks_that_part_and_names_of_sections(title: str) -> None:
    found = cut(title, Site("harbourpost.com"))
    assert found is not None
    assert title[found.start : found.end] in ("Ferry resumes", "Ferry «Gull» resumes")


@pytest.mark.parametrize(
    "title", ["Home | Harbour Post", "Harbour Post - Home", "404 - Harbour Post", "Menu – Harbour Post"]
)
def test_short_titles_of_no_article_beside_the_site(title: str) -> None:
    frame = articles(record(url="https://harbourpost.com/ferry", title=title), record(title="Home – at last"))
    assert passes(REGISTRY["title-generic"](), frame) == [False, True]


@pytest.mark.parametrize(
    ("text", "host"),
    [("Harbour Post Online", "www.harbourpost.com"), ("HPN Sport", "hpn.de")],
)
def test_names_that_hold_the_sites_or_are_held_by_it(text: str, host: str) -> None:
    assert likeness(text, host) in ("same", "part")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Ferry resumes", "www.harbourpost.com"),
        ("Hvidvik independent at last", "www.independent.com"),
        ("bad news for gulls", "www.news.com"),
        ("", "harbourpost.com"),
        ("2025", "harbourpost.com"),
        ("Harbour Post", None),
        ("渡し船が運航を再開", "harbourpost.jp"),
    ],
)
def test_other_words_are_not_the_sites(text: str, host: str | None) -> None:
    assert likeness(text, host) == "none"


def test_what_record_and_page_call_the_site_counts() -> None:
    assert likeness("Hafenbote", "x1.de") == "none"
    assert likeness("Hafenbote", "x1.de", "Hafenbote") == "same"
    assert likeness("Der Hafenbote", "x1.de", None, "Hafenbote") == "same"


@pytest.mark.parametrize(
    "text", ["Evening News", "港湾新聞", "港湾新聞オンライン", "Порт Новости", "Hafen-Zeitung", "항구일보"]
)
def test_names_of_outlets(text: str) -> None:
    assert is_outlet(text)


@pytest.mark.parametrize("text", ["good news for gulls", "News", "Ferry resumes", "", "渡し船が再開"])
def test_what_is_no_outlets_name(text: str) -> None:
    assert not is_outlet(text)


SITE = Site("www.harbourpost.com")


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Ferry Resumes After Two Weeks | The Harbour Post", "Ferry Resumes After Two Weeks"),
        ("Ferry Resumes After Two Weeks - Local - Harbour Post", "Ferry Resumes After Two Weeks"),
        ("Ferry Resumes After Two Weeks | Island | Harbour Post", "Ferry Resumes After Two Weeks"),
        ("Ferry Resumes – Gulls Are Back – Harbour Post – 14.06.2025", "Ferry Resumes – Gulls Are Back"),
        ("Ferry Resumes • Harbour Post • All News, Weather and Tides", "Ferry Resumes"),
        ("Ferry: Two Weeks Later » HarbourPost", "Ferry: Two Weeks Later"),
        ("Ferry Resumes After Two Weeks: Harbour Post", "Ferry Resumes After Two Weeks"),
        ("Harbour Post | Ferry Resumes After Two Weeks", "Ferry Resumes After Two Weeks"),
        ("渡し船、二週間ぶりに運航を再開-HarbourPost", "渡し船、二週間ぶりに運航を再開"),
        ("Ferry Resumes - www.harbourpost.com", "Ferry Resumes"),
    ],
)
def test_the_sites_name_is_cut_off(title: str, headline: str) -> None:
    found = cut(title, SITE)
    assert found is not None
    assert found.reason in PROOF
    assert title[found.start : found.end] == headline


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("渡し船、二週間ぶりに運航を再開：港湾新聞", "渡し船、二週間ぶりに運航を再開"),
        ("Ferry Resumes After Two Weeks in Dock | Island Life", "Ferry Resumes After Two Weeks in Dock"),
        ("Ferry Resumes After Two Weeks - Page 2", "Ferry Resumes After Two Weeks"),
        ("Паром снова ходит - Новости", "Паром снова ходит"),
        ("Ferry Resumes After Two Weeks – Evening News", "Ferry Resumes After Two Weeks"),
        ("Ferry Resumes After Two Weeks |", "Ferry Resumes After Two Weeks"),
        ("| Ferry Resumes After Two Weeks", "Ferry Resumes After Two Weeks"),
    ],
)
def test_likely_endings_are_cut_off_without_proof(title: str, headline: str) -> None:
    found = cut(title, SITE)
    assert found is not None
    assert found.reason not in PROOF
    assert title[found.start : found.end] == headline


@pytest.mark.parametrize(
    "title",
    [
        "Ferry resumes – and the gulls are back", "Île du large : le bac navigue à nouveau", "Ferry resumes - at last",
        "Harbour Post: the story of a newspaper", "Two-week break ends", "BUDGET | Island gets four million for a new ferry quay",
        "Fähre: Hafen und Werft - wer zahlt?", "Why the Harbour Post - and its rivals - lose readers in winter",
        "2 : 1", "Islanders 57 : 33 Mainland", "渡し船 - 二週間ぶりの再開に島民は喜ぶ", "«Паром» — так назвали новый роман",
        "Harbour and Post: News of developments on the quay", "|", "- -", "", "Harbour Post", "News - Harbour Post",
        "Ferry resumes after two weeks – video", "The night the ferry sank – podcast",
    ],
)  # fmt: skip
def test_separators_inside_headlines_stay(title: str) -> None:
    assert cut(title, SITE) is None


def test_endings_shared_by_a_source_are_cut_off() -> None:
    found = cut("Ferry Resumes - Wir am Kai", Site("x1.de", endings=("Wir am Kai",)))
    assert found is not None
    assert (found.end, found.reason) == (13, "shared")


def test_other_records_of_the_page_prove_an_ending() -> None:
    title = "Ferry resumes after two weeks - gnaddrig kai"
    assert cut(title, SITE) is None
    found = cut(title, SITE, ("Ferry resumes after two weeks",))
    assert found is not None
    assert found.reason == "other-record"
    assert cut(title, SITE, ("Ferry resumes after two weeks", title)) is None


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_title_crashes(title: str, host: str) -> None:
    found = cut(title, Site(host, host, host, (title,)), (title[:9],))
    if found:
        assert 0 <= found.start < found.end <= len(title)
        assert title[found.start : found.end].strip()


@pytest.mark.parametrize("title", ["| " * 200_000, "a - " * 200_000, "www." * 100_000, "-" * 500_000, "ä|" * 200_000])
def test_hostile_titles_take_no_time(title: str) -> None:
    cut(title, SITE)


def failing(**fields: Any) -> set[str]:
    frame = articles(record(url="https://www.harbourpost.com/2025/06/14/ferry", **fields))
    return {slug for slug in REGISTRY if slug.startswith("title") and not passes(REGISTRY[slug](), frame)[0]}


@pytest.mark.parametrize(
    "title",
    ["404", "404 Not Found", "Page not found!", "ACCESS DENIED", "Access Denied | Harbour Post", "Страница не найдена",
     "ページが見つかりません", "Nur einen Moment…", "الصفحة غير موجودة", "Attention Required! | Cloudflare",
        # marks inside the phrase, letters with vowel signs
        "Sorry, this page isn't available", "पेज नहीं मिला", "ไม่พบหน้าที่คุณต้องการ", "Stran ni bila najdena", "Faqja nuk u gjet",
        "undefined", "[object Object]", "제목 없음", "Bez tytułu",
    ],
)  # fmt: skip
def test_generic_titles(title: str) -> None:
    assert "title-generic" in failing(title=title)


@pytest.mark.parametrize(
    "title", ["Home at last", "Error costs island its ferry", "404 islanders found", "Loading dock rebuilt"]
)
def test_headlines_with_generic_words(title: str) -> None:
    assert failing(title=title) == set()


@pytest.mark.parametrize("title", ["NATO", "渡し船が再開", "الباخرة تعود", "NATO und EU", "2025", "ÅRETS FÄRJA är här"])
def test_titles_that_are_not_set_in_capitals(title: str) -> None:
    assert "title-all-capitals" not in failing(title=title)


def test_the_cut_off_end_is_shown() -> None:
    frame = articles(record(title="The ferry to the outer island runs again after two weeks, and the [...]"))
    [spot] = REGISTRY["title-truncated"]().find(frame.to_dicts()[0])
    assert (spot.start, spot.end) == (len(frame["title"][0]) - 5, len(frame["title"][0]))


def test_a_title_of_the_page_itself_passes_with_and_without_the_sites_name() -> None:
    html = "<title>x</title><h1 class='a>b'>Ferry <b>Resumes</b></h1><meta content='Harbour: Ferry' property=og:title>"
    for title in ("FERRY RESUMES", "Harbour: Ferry", "Ferry Resumes | Harbour Post"):
        assert "title-differs-from-page" not in failing(title=title, html=html)
    assert "title-differs-from-page" in failing(title="Most read", html=html)
    assert "title-differs-from-page" not in failing(title="Most read", html="<p>no headline</p>")


def test_a_surveys_endings_and_other_records_titles_reach_the_rules() -> None:
    url = "https://x1.example.com/ferry"
    frame = articles(
        record(id="a", url=url, title="Ferry resumes after two weeks - gnaddrig kai"),
        record(id="b", url=f"{url}#top", title="Ferry resumes after two weeks"),
        record(id="c", url=f"{url}-2", title="Gulls are back - wir am kai"),
    )
    assert frame["url_titles"].to_list() == [["Ferry resumes after two weeks"], [frame["title"][0]], []]
    assert passes(REGISTRY["title-with-ending"](), frame) == [False, True, True]
    surveyed = frame.with_columns(source_title_suffixes=pl.Series([["wir am kai"]] * 3))
    assert passes(REGISTRY["title-with-site"](), surveyed) == [True, True, False]
    [spot] = REGISTRY["title-with-site"]().find(surveyed.to_dicts()[2])
    assert (spot.start, spot.suggestion) == (14, "Gulls are back")


def test_many_records_of_one_page_keep_few_titles() -> None:
    frame = articles(
        *(record(id=str(row), title=f"Ferry {row}", date=f"2025-06-{row % 28 + 1:02}") for row in range(60))
    )
    assert set(frame["url_titles"].list.len()) <= {19, 20}
    assert set(frame["url_days"].list.len()) <= {19, 20}
