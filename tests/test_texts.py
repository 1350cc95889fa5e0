"""Texts: what is no article, what is not the whole of one, and characters that should not be there."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TEXT, record
from copydesk.articles.signs import SIGNS, signs
from copydesk.press import languages
from copydesk.rules import REGISTRY, unseen
from copydesk.rules.base import Spot
from test_rules import articles, passes

GERMAN = (
    "Die Fähre zur äußeren Insel fährt wieder, nachdem sie zwei Wochen lang im Dock gelegen hat. Das erste Schiff legte bei "
    "Sonnenaufgang mit vierzig Fahrgästen, drei Fahrrädern und der Post ab, und niemand hatte den Kaffee so sehr vermisst "
    "wie der Kapitän, der die Linie seit neunzehn Jahren fährt und nicht ans Aufhören denkt."
)
PROSE = " ".join(TEXT.split("\n"))


def found(slug: str, parameters: dict[str, Any] | None = None, **fields: Any) -> list[Spot]:
    """What the rule ``slug`` finds in a good record changed by ``fields``."""
    rule = REGISTRY[slug](**(parameters or {}))
    frame = articles(record(**fields))
    return [] if passes(rule, frame)[0] else list(rule.find(frame.to_dicts()[0]))


@given(
    st.lists(st.one_of(st.none(), st.text(alphabet=st.sampled_from("aé\x00\x93\u00ad\u200bÃ¼\ufffd\n"), max_size=6)))
)
def test_signs_are_those_that_the_patterns_find(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String())
    for name, pattern in SIGNS.items():
        alone = series.str.contains(pattern).fill_null(False).to_list()
        assert signs(series).str.contains(name, literal=True).to_list() == alone


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("a\x00b", "ab"),
        ("\x84Nein\x93", "„Nein“"),
        ("a\x0bb", "a\nb"),
        ("fer\u00adry", "ferry"),
        ("a\u200b\u200b b", "a b"),
        ("\ufeffHello", "Hello"),
        ("plain\u200e text", "plain text"),
        ("x\U000e0049\U000e0047", "x"),
        ("30\u200c thousand", "30 thousand"),
        ("4321\u202e x", "4321 x"),
        ("\u2066abc\u2069", "abc"),
    ],
)
def test_unseen_characters_are_repaired(text: str, repaired: str) -> None:
    places = sorted([*unseen.controls(text), *unseen.strays(text), *unseen.turns(text)])
    for place in reversed(places):
        text = text[: place.start] + (place.repair or "") + text[place.end :]
    assert text == repaired


@pytest.mark.parametrize(
    "text",
    [
        "می‌رود",  # Persian
        "क्‍ष and र्‍य",  # Indic
        "👨‍👩‍👧 and 🏳️‍🌈",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "ไทย\u200bไทย",
        "שלום\u200f, abc\u200e",
        "\u2067שלום\u2069 abc",
        "\ufeff\ufe00\ufe01",  # a C2PA manifest
        "tab\tand\r\nline",
    ],
)
def test_characters_that_writing_needs_are_left_alone(text: str) -> None:
    assert [*unseen.controls(text), *unseen.strays(text), *unseen.turns(text)] == []


def test_an_override_is_reported_in_right_to_left_text_too() -> None:
    assert len(list(unseen.turns("שלום \u202eabc\u202c"))) == 2


def test_an_unclosed_embedding_is_reported() -> None:
    assert [place.start for place in unseen.turns("שלום \u202babc\nנ")] == [5]


@pytest.mark.parametrize("text", ["Паром снова ходит после ремонта", "Пором знову ходить на острів"])
def test_cyrillic_that_was_read_as_windows_1251_is_mojibake(text: str) -> None:
    [spot] = found("mojibake", body=text.encode().decode("cp1251"))
    assert spot.suggestion == text
    assert not found("mojibake", body=text + ". Рёбра, Рівне, СССР, №5°")


@pytest.mark.parametrize(
    "text", ["Die F√§hre f√§hrt ‚Äúbald‚Äù", "S√£o Jo√£o", "Per√∫", "√úber Bord", "caf√© ‚Ç¨5", "sm√∏rrebr√∏d"]
)
def test_utf8_that_was_read_as_mac_roman_is_mojibake(text: str) -> None:
    [spot] = found("mojibake", body=text)
    assert text[: spot.start] + spot.suggestion + text[spot.end :] == text.encode("mac_roman").decode()


@pytest.mark.parametrize(
    "text", ["2√π, √±5, x√±1 and √∞", "√2 is irrational", "„Das ‚Ärgernis‘ bleibt“", "¬P or ¬Q", "n √ 5"]
)
def test_roots_and_quotes_are_no_mojibake(text: str) -> None:
    assert not found("mojibake", body=text)


def test_a_closing_quotation_mark_without_its_last_byte_is_none_of_a_dagger() -> None:
    [spot] = found("mojibake", body="Sie sagte â€œMoinâ€ und ging.")
    assert spot.suggestion == "“Moin”"


def test_mojibake_suggests_exactly_what_the_span_should_be() -> None:
    title = "Die FÃ¤hre fÃ¤hrt heute"
    [spot] = found("mojibake", title=title)
    assert title[: spot.start] + str(spot.suggestion) + title[spot.end :] == "Die Fähre fährt heute"


@pytest.mark.parametrize(
    "end",
    ["… [+1834 chars]", " […]", " the…\nContinue reading →", " und...\nWeiterlesen", "[+99 chars]\n"],
)
def test_excerpts(end: str) -> None:
    assert found("text-cut-off", text=TEXT + end)


@pytest.mark.parametrize(
    "end",
    ["", " And so it went on…", "\nContinue reading", " […] and more.", "\n[…] " + PROSE],
)
def test_whole_texts_are_no_excerpts(end: str) -> None:
    assert not found("text-cut-off", text=TEXT + end)


def test_a_teaser_below_a_long_text_is_not_its_end() -> None:
    assert not found("text-cut-off", text=f"{TEXT}\n" * 8 + "Another story begins like […]")


@pytest.mark.parametrize("end", [" Nobody had expected that the", " Nobody had expected it, said the baker,"])
def test_texts_that_stop_in_a_sentence(end: str) -> None:
    assert found("text-ends-mid-sentence", text=PROSE + end)


@pytest.mark.parametrize("end", [" Nobody said so", " Photo: Jo Marten", "\nMore on this", " Come in", " He logged on"])
def test_ends_that_are_no_proof(end: str) -> None:
    assert not found("text-ends-mid-sentence", text=PROSE + end)


def test_a_page_that_says_it_is_not_free_may_be_longer() -> None:
    text = "The ferry runs again. " * 50 + "Already a subscriber?"
    html = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    assert not found("paywall-stub", text=text)
    assert found("paywall-stub", text=text, html=html)
    assert not found("paywall-stub", text=PROSE, html=html)


ON_SUBSCRIPTIONS = [
    "The streaming service said that the new film is exclusive to subscribers until June.",
    "The discount is reserved for subscribers, the railway said.", "Passengers can cancel anytime, the company said.",
    "The museum offers start your free trial weeks, as it calls them.",
    "The ferry line plans a subscribers only cabin on each boat.",
    "Das Spiel ist nur für Abonnenten des Senders zu sehen, teilte die Liga mit.",
    "Der Rabatt gilt exklusiv für Abonnenten der Bahn.", "Der Vertrag ist monatlich kündbar, sagt die Verbraucherzentrale.",
    "Die Preise für Abonnenten steigen im Januar um zehn Prozent.", "Ein Probemonat kostet künftig zehn Kronen.",
    "Le match est réservé aux abonnés de la chaîne, a indiqué la ligue.",
    "Le tarif réduit est réservé aux abonnés, précise la compagnie.",
    "El partido es exclusivo para suscriptores de la plataforma, informó la liga.",
    "El descuento es sólo para suscriptores, dijo la empresa.", "Lo sconto è riservato agli abbonati, ha detto la società.",
    "O jogo é exclusivo para assinantes da plataforma, informou a liga.",
    "De wedstrijd is alleen voor abonnees van de zender te zien.", "De prijs voor abonnees stijgt in januari.",
    "Matchen visas bara för prenumeranter, meddelar ligan.", "Prisen for abonnenter stiger i januar, sier selskapet.",
    "Kampen vises kun for abonnenter, oplyser ligaen.", "Ottelu näkyy vain tilaajille, liiga kertoo.",
    "Mecz jest dostępny dla subskrybentów platformy, podała liga.",
    "Цена для подписчиков вырастет в январе, сообщила компания.",
    "Матч доступен только подписчикам платформы, сообщила лига.", "Karşılaşma sadece abonelere açık olacak, dedi lig.",
    "割引は有料会員限定で、六月から始まると会社は発表した。", "경기는 유료 회원 전용으로 중계된다고 리그가 밝혔다.", "المباراة متاحة للمشتركين فقط، بحسب الرابطة.",
    "比赛为会员专享，平台周一表示。", "Readers must sign in to continue their games, the library said.",
    "The council raised the article limit for exports.",
]  # fmt: skip
"""Sentences of stories about channels, railways and prices."""


@pytest.mark.parametrize("sentence", ON_SUBSCRIPTIONS)
def test_a_story_about_subscriptions_is_no_stub(sentence: str) -> None:
    text = f"The harbour office said so on Monday.\n{sentence}\nThe ferry runs again."
    for slug in ("paywall-stub", "paywall-notice"):
        assert not found(slug, text=text)


@pytest.mark.parametrize(
    "offer",
    [
        "Nur für Abonnenten.", "Réservé aux abonnés", "Subscribers only", "1 € im ersten Monat, monatlich kündbar",
        "Start your free trial. Cancel anytime.", "Sign in to continue", "Kostenlos registrieren und weiterlesen",
        "Exklusiv für Abonnenten der Hafenpost", "有料会員限定",
    ],
)  # fmt: skip
def test_an_offer_makes_a_stub(offer: str) -> None:
    assert found("paywall-stub", text=f"The ferry runs again, and not everybody is glad.\n{offer}")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Attention Required! | Cloudflare", "Sorry, you have been blocked. You are unable to access example.com"),
        ("Access Denied", "You don't have permission to access this page on this server. Reference #18"),
        ("Before you go", "We value your privacy. We and our partners store and/or access information on a device."),
        ("Seite nicht gefunden", "Fehler 404: Die gewünschte Seite existiert nicht mehr. Zur Startseite"),
        ("ページが見つかりません", "お探しのページは存在しません。トップページへ戻る"),
        ("页面不存在", "您访问的页面不存在，或者该文章已被删除。"),
    ],
)
def test_error_pages(title: str, text: str) -> None:
    assert found("error-page", title=title, text=text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Access Denied: the story of a password", PROSE),
        ("Why websites say “Page not found”", f"{PROSE} Readers know the words “404 Not Found” well. {PROSE}"),
        ("New rules for cookies", f"{PROSE} “We use cookies” is what every banner says. {PROSE}"),
    ],
)
def test_articles_about_errors_are_articles(title: str, text: str) -> None:
    assert not found("error-page", title=title, text=text)


def test_a_poem_and_an_interview_are_no_lists() -> None:
    poem = "\n".join(["The ferry sings,", "The harbour rings,", "And nobody knows why."] * 5)
    interview = "\n".join(["Why did you stay?", "Because of the gulls, I think.", "And the coffee?", "It was bad."] * 5)
    for text in (poem, interview):
        for slug in ("index-page", "not-prose", "repeated-paragraph"):
            assert not found(slug, text=text), slug


def test_a_live_blog_needs_both_times_and_the_word() -> None:
    text = "It begins.\n" + "\n".join(f"{hour}:05 Something happens." for hour in range(9, 15))
    assert found("live-blog", text=text, url="https://example.com/live/storm")
    assert not found("live-blog", text=text)
    assert not found("live-blog", text=PROSE, url="https://example.com/live/storm")


def test_repeated_paragraphs_are_compared_without_case_and_points() -> None:
    line = "The first boat left at dawn with forty passengers, three bicycles and the post of two long weeks"
    spots = found("repeated-paragraph", text=f"{line}.\nHello.\n{line}.\n\n  {line.upper()}")
    assert [spot.suggestion for spot in spots] == ["", ""]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a": [1, 2, 3], "b": {"c": "d", "e": "f"}}' * 5, "JSON or markup"),
        ("function f() {\n  return 1;\n}\n" * 6, "code"),
        ("\n".join(f"Name {n}: value" for n in range(20)), "a list of keys and values"),
        ("\n".join(["Home", "News", "Sport", "Culture", "Contact us"] * 5), "a list of words"),
        ("=-=-= *** " * 30, "more marks than letters"),
    ],
)
def test_texts_that_are_no_prose(text: str, kind: str) -> None:
    assert [spot.message for spot in found("not-prose", text=text)] == [f"not prose but {kind}"]


@pytest.mark.parametrize(
    "text",
    [
        "渡轮在码头停了两个星期之后，今天又开往外岛。第一班船在黎明时出发，载着四十名乘客。" * 4,
        "เรือข้ามฟากไปเกาะนอกกลับมาแล่นอีกครั้งหลังจากอยู่ในอู่สองสัปดาห์ " * 6,
        "नाव दो हफ़्ते बाद फिर चली। पहली नाव सुबह चालीस यात्रियों के साथ निकली। " * 5,
        PROSE,
    ],
)
def test_prose_in_any_script_is_prose(text: str) -> None:
    assert not found("not-prose", text=text)


@pytest.mark.parametrize("language", ["de", "de-AT", "DE_de", "xx", "deutsch", None])
def test_german_is_german(language: str | None) -> None:
    assert not found("language-differs", text=GERMAN, language=language)


@pytest.mark.parametrize("language", ["en", "fr-FR", "ru", "zh", "ar"])
def test_german_is_nothing_else(language: str) -> None:
    [spot] = found("language-differs", text=GERMAN, language=language)
    assert spot.message == f"the text seems to be de, not {language}"


def test_expected_languages() -> None:
    assert not found("language-differs", {"expected": "en, de"}, text=GERMAN)
    assert not found("language-differs", {"expected": "en, de"}, text=GERMAN, language="de")
    assert found("language-differs", {"expected": "en, fr"}, text=GERMAN)
    [spot] = found("language-differs", {"expected": "en"}, text=GERMAN, language="de")
    assert (spot.field, spot.message) == ("language", "declared as de, expected en")


def test_short_texts_and_kin_have_no_language_to_differ() -> None:
    assert not found("language-differs", text="Die Fähre fährt.", language="en")
    assert not found("language-differs", text=PROSE + " " + PROSE, language="la")


def test_declared_languages_are_read_in_every_spelling() -> None:
    assert languages.codes("en-GB") == ["en"]
    assert languages.codes("pt_BR, es;zho") == ["pt", "es", "zho"]
    assert languages.codes("English") == []


def test_a_title_in_other_words_is_no_other_story() -> None:
    fields = {"url": "https://example.com/news/gulls-missed-more-than-coffee", "title": "Gulls Missed More Than Coffee"}
    assert not found("title-not-in-text", text=PROSE * 4, **fields)  # the gulls are there
    other = "Bakers of the old town warn of a shortage of rye. Three of seven mills stand still. " * 10
    assert found("title-not-in-text", text=other, **fields)
    assert not found("title-not-in-text", text=other, **{**fields, "url": "https://example.com/12345"})


def test_a_slug_of_any_length_is_compared_with_the_title() -> None:
    text = "Bakers of the old town warn of a shortage of rye before the snow. " * 20
    for segment in ("a" * 200_000, "a-" * 100_000):
        url = f"https://example.com/{segment}/ferry-resumes-after-weeks"
        assert found("title-not-in-text", url=url, title="Ferry resumes after two weeks in harbour", text=text)
