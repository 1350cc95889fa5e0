"""Whether a page carries an article: in every script, after edits, and never another article of the same site."""

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from copydesk.origin.recognition.match import Claim, Shown
from copydesk.origin.recognition.page import Page
from copydesk.origin.recognition.siblings import KEPT, Siblings, sibling
from copydesk.origin.recognition.verdict import Sibling, Verdict, judge
from origin_pages import ARTICLES, BRIDGES, OTHERS, URL, body, capture, claim, page, shown, source

LANGUAGES = list(ARTICLES)
FILLER = "".join(f"<p>{text}</p>" for text in OTHERS)
LONG = f"<main>{FILLER}</main>"


def verdict(
    text: str, record: Claim | None = None, final: str | None = None, gathered: int = 1, sibling: Sibling | None = None,
    **headers: str,
) -> Verdict:  # fmt: skip
    """What the page ``text`` is to ``record``."""
    answer = capture(text, final=final, **headers)
    return judge(record or claim(), answer, shown(text, **headers), gathered, sibling)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_found_on_its_own_page(language: str) -> None:
    found = verdict(source(language), claim(language))
    assert (found.match, found.standing) == ("same", "alive")
    assert found.likeness is not None
    assert (found.likeness.containment, found.likeness.title) == (1.0, 1.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_not_found_on_the_page_of_another(language: str) -> None:
    for other in LANGUAGES:
        if other != language:
            found = verdict(source(other, paragraphs=[*ARTICLES[other][1], *OTHERS]), claim(language))
            assert found.match == "different", (language, other)


@pytest.mark.parametrize("language", list(BRIDGES))
def test_articles_of_one_script_are_told_apart(language: str) -> None:
    title, paragraphs = BRIDGES[language]
    text = source(language, paragraphs=ARTICLES[language][1] * 2)
    found = verdict(text, claim(language, title=title, body="\n".join(paragraphs)))
    assert found.match == "different"
    assert found.likeness is not None
    assert found.likeness.containment is not None
    assert found.likeness.containment < 0.1


def test_the_same_page_in_other_spelling() -> None:
    record = claim(body=body().upper().replace("“", '"').replace("”", '"').replace("’", "'").replace("\n", "  "))
    assert verdict(source(), record).match == "same"
    decomposed = claim("de", body=body("de").replace("ä", "a\u0308").replace("ß", "ß\u00ad"))
    found = verdict(source("de"), decomposed)
    assert found.likeness is not None
    assert found.likeness.containment == 1.0


WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=5, max_size=60)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_any_text_is_the_same_on_its_own_page(paragraphs: list[list[str]]) -> None:
    texts = [" ".join(words) for words in paragraphs]
    record = claim(body="\n".join(texts))
    assume(len(record.shingles) > 0)
    assert verdict(source(paragraphs=texts), record).match == "same"


@given(st.text(), st.text())
@settings(deadline=None)
def test_any_record_gets_a_verdict_with_evidence(title: str, text: str) -> None:
    found = verdict(source(), claim(title=title, body=text))
    assert found.evidence
    assert found.match in ("different", "not-checked", "same")


def test_a_shortened_page_is_the_same_and_a_teaser_says_so() -> None:
    own = ARTICLES["en"][1]
    assert verdict(source(paragraphs=[*own[:3], *OTHERS])).match == "same"
    long = claim(body="\n".join((*own, *(f"{text} It goes on." for text in OTHERS * 3))))
    assert verdict(source(paragraphs=own[:3]), long).match == "same-teaser"
    going_on = " ".join(f"And on day {number} it went on." for number in range(200))
    untitled = verdict(source(paragraphs=[*own[:3], *OTHERS]), claim(title=None, body="\n".join((*own[:3], going_on))))
    assert untitled.match == "not-checked"  # the beginning alone may be the site's own phrases


def test_a_short_text_needs_the_title() -> None:
    notice = "The Quay is printed on the quay. All rights reserved by the printers and their heirs."
    record = claim(title="Bridge over the Tarn closes", body=notice)
    assert verdict(source(paragraphs=[*ARTICLES["en"][1], *OTHERS]), record).match == "different"
    assert verdict(source(), claim(body=notice)).match == "same"


def test_a_body_that_only_scripts_would_show_counts() -> None:
    built = source(paragraphs=[], articleBody=body())
    assert verdict(built).match == "same"


def test_a_rewritten_article_is_probably_the_same() -> None:
    found = verdict(source(paragraphs=list(OTHERS)))
    assert (found.match, found.standing) == ("probably-same", "alive")
    nearly = verdict(
        source(paragraphs=list(OTHERS)), claim(title="Ferry to the outer island sails again after three months")
    )
    assert nearly.match == "not-checked"


def test_the_address_alone_proves_nothing() -> None:
    # a list that slipped by one: every page names its own address as canonical
    record = claim(title="Bridge over the Tarn closes", body="\n".join(OTHERS))
    assert (
        verdict(source(paragraphs=[*ARTICLES["en"][1], *(text.upper() for text in ARTICLES["de"][1])]), record).match
        == "different"
    )
    thin = source(paragraphs=[])
    assert (
        verdict(thin, claim(title=ARTICLES["en"][0].replace("weeks", "days"), body="\n".join(OTHERS))).match
        == "probably-same"
    )
    assert verdict(thin, record).match == "not-checked"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Page not found"), ("en", "404 Not Found"), ("de", "Seite nicht gefunden"), ("fr", "Page introuvable"),
        ("es", "Página no encontrada"), ("ru", "Страница не найдена"), ("zh", "页面不存在"), ("ja", "ページが見つかりません"),
        ("ko", "페이지를 찾을 수 없습니다"), ("ar", "الصفحة غير موجودة"), ("th", "ไม่พบหน้านี้"), ("hi", "पेज नहीं मिला"),
        ("en", "404"), ("en", "This article has expired"), ("de", "Artikel nicht gefunden"), ("es", "Noticia no encontrada"),
        ("it", "Articolo non disponibile"), ("pl", "Strona nie istnieje"), ("ru", "Материал не найден"), ("sv", "Sidan finns inte"),
        ("zh", "文章不存在"), ("bg", "Страницата не е намерена"), ("ca", "Pàgina no trobada"), ("ka", "გვერდი ვერ მოიძებნა"),
    ],
)  # fmt: skip
def test_soft_404_by_the_title_in_many_languages(language: str, title: str) -> None:
    found = verdict(f"<title>{title} | The Quay</title><h1>{title}</h1>{LONG}")
    assert (found.match, found.standing) == ("soft-404", "dead"), found
    assert title.casefold() in found.evidence[0].casefold()


def test_phrases_in_the_text_or_within_a_headline_are_no_soft_404() -> None:
    text = f"<title>Bridge</title><h1>Bridge</h1><p>Page not found</p>{LONG}"
    assert verdict(text).match == "different"
    long = "Why “Page not found” became the most famous error message of the whole web"
    assert verdict(f"<title>{long}</title><h1>{long}</h1>{LONG}").match == "different"


@pytest.mark.parametrize("title", ["Oops! That page can’t be found.", "Cette page n’existe pas"])
def test_apostrophes_of_both_kinds_are_one(title: str) -> None:
    assert verdict(f"<title>{title}</title>{LONG}").match == "soft-404"


@pytest.mark.parametrize(
    "text", ["This domain is for sale!", "Diese Domain steht zum Verkauf.", "Sorry, we couldn’t find that page."]
)
def test_a_page_without_prose_is_believed_when_it_says_that_it_is_not_there(text: str) -> None:
    found = verdict(f"<title>quay.example</title><p>{text}</p>")
    assert (found.match, found.standing) == ("soft-404", "dead"), found
    assert verdict(f"<title>{ARTICLES['en'][0]}</title><p>{text}</p>").match == "probably-same"


@pytest.mark.parametrize(
    ("title", "match", "standing"),
    [
        ("Just a moment...", "not-checked", "blocked"), ("Access Denied", "not-checked", "blocked"),
        ("503 Service Unavailable", "not-checked", "unknown"), ("We’ll be back soon!", "not-checked", "unknown"),
        ("Wartungsarbeiten", "not-checked", "unknown"), ("Unavailable for legal reasons", "not-checked", "blocked"),
    ],
)  # fmt: skip
def test_what_stands_in_for_the_page(title: str, match: str, standing: str) -> None:
    found = verdict(f"<title>{title}</title><p>Please wait.</p>")
    assert (found.match, found.standing) == (match, standing)


def test_a_challenge_by_its_header_and_by_its_text() -> None:
    assert verdict("<p>x</p>", cf_mitigated="challenge").standing == "blocked"
    text = "<title>quay.example</title><p>Verify you are human by completing the action below. Cloudflare Ray ID</p>"
    assert verdict(text).standing == "blocked"


@pytest.mark.parametrize(
    "final",
    ["https://www.quay.example/", "https://www.quay.example/index.html", "https://www.quay.example/sport/",
     "https://www.quay.example/2025/06/", "https://www.quay.example/404", "https://www.quay.example/error/not-found.html"],
)  # fmt: skip
def test_redirects_to_home_sections_and_folders(final: str) -> None:
    found = verdict(f"<title>The Quay</title>{LONG}", final=final)
    assert (found.match, found.standing) == ("redirected-away", "dead")


def test_redirects_to_the_article_itself_are_none() -> None:
    assert verdict(source(), final="https://www.quay.example/a/4711").match == "same"
    assert verdict(source(), final="https://www.quay.example/").match == "same"
    assert verdict(f"<title>x</title>{LONG}", final=URL + "?utm_source=rss").match == "different"
    assert (
        verdict(f"<title>x</title>{LONG}", final="https://www.quay.example/2025/06/14/ferry-resumes/").match
        == "different"
    )


def test_an_article_may_have_the_number_404() -> None:
    numbered = replace(claim(), url="https://www.quay.example/ferry-404")
    assert verdict(f"<title>x</title>{LONG}", numbered, final="https://www.quay.example/2025/404").match == "different"


def test_a_page_that_was_not_read_whole_is_no_other_text() -> None:
    answer = replace(capture(other := f"<title>x</title>{LONG}"), truncated=True)
    assert judge(claim(), answer, shown(other)).match == "not-checked"
    assert judge(claim(), replace(answer, truncated=False), shown(other)).match == "different"


def test_many_addresses_that_lead_to_one_page() -> None:
    final = "https://www.quay.example/2025/06/14/we-have-moved-to-a-new-site"
    assert verdict(f"<title>x</title>{LONG}", final=final, gathered=2).match == "different"
    assert verdict(f"<title>x</title>{LONG}", final=final, gathered=3).match == "redirected-away"


def test_walls() -> None:
    consent = "<title>The Quay</title><h1>We value your privacy</h1><p>We and our partners store cookies.</p>"
    assert (verdict(consent).match, verdict(consent).standing) == ("consent-wall", "unknown")
    long = f"<title>The Quay</title>{LONG}<p>We value your privacy. We use cookies. Accept all cookies.</p>"
    assert verdict(long).match == "consent-wall"
    assert verdict(f"{long}{LONG * 8}").match == "different"
    host = verdict(f"<title>Before</title>{LONG}", final="https://consent.quay.example/ask?to=x")
    assert host.match == "consent-wall"
    root = verdict(f"<title>Before</title>{LONG}", final="https://consent.quay.example/")
    assert (root.match, root.standing) == ("consent-wall", "unknown")
    counted = verdict("<title>The Quay</title><p>We and our 834 partners store and access personal data.</p>")
    assert counted.match == "consent-wall"
    login = verdict('<title>The Quay</title><p>Welcome back, reader.</p><form><input type="password"></form>')
    assert (login.match, login.evidence[0]) == ("consent-wall", "asks for a password")
    article = source(head="<style>.x</style>").replace(
        "<main>", "<div>We value your privacy. We use cookies.</div><main>"
    )
    assert verdict(article).match == "same"


def test_the_home_page_at_the_address_of_an_article() -> None:
    home = f'<title>The Quay</title><link rel="canonical" href="/">{LONG}'
    found = verdict(home)
    assert (found.match, found.standing) == ("soft-404", "dead")
    assert "the home page" in found.evidence[0]


def test_menus_are_no_text_that_contradicts() -> None:
    menu = "".join(f"<li><a href='/{n}'>Harbour news and weather {n}</a>" for n in range(60))
    found = verdict(f"<title>x</title><ul>{menu}</ul><div id=app></div>", claim(title=None))
    assert (found.match, found.standing) == ("not-checked", "alive")


def test_soft_404_by_noindex_and_by_a_random_neighbour() -> None:
    assert verdict(f'<title>x</title><meta name="robots" content="noindex">{LONG}').match == "soft-404"
    text = f"<title>What else is new</title>{LONG}"
    asked: list[str] = []

    def ask(address: str) -> Page | None:
        asked.append(address)
        return page(text)

    neighbours = Siblings(ask)
    assert verdict(text, sibling=neighbours).match == "soft-404"
    again = replace(claim(), url=URL.replace("ferry", "bridge"))
    assert verdict(text, again, sibling=neighbours).match == "soft-404"
    assert len(asked) == 1
    assert verdict(text, sibling=lambda _: None).match == "different"
    assert verdict(text, sibling=lambda _: page(source("de"))).match == "different"
    assert verdict(source(), sibling=pytest.fail).match == "same"  # never asked where the text tells


def test_few_neighbours_are_held_however_many_folders_there_are() -> None:
    asked: list[str] = []
    neighbours = Siblings(lambda address: asked.append(address))
    for number in range(3 * KEPT):
        neighbours(f"https://www.quay.example/{number}/ferry")
    assert len(neighbours._known) <= KEPT
    neighbours(f"https://www.quay.example/{3 * KEPT - 1}/bridge")
    assert len(asked) == 3 * KEPT


def test_the_neighbour_is_of_the_same_directory() -> None:
    made = sibling(URL)
    assert made is not None
    assert made.startswith("https://www.quay.example/2025/06/14/")
    assert made == sibling(URL + "-again")
    assert sibling("https://www.quay.example/a/b.html").endswith(".html")  # type: ignore[union-attr]
    assert sibling("https://www.quay.example/") is None
    assert sibling("no address") is None


def test_no_answer_no_text_no_verdict() -> None:
    answer = replace(capture("", status=404), body=b"")
    assert judge(claim(), answer, None) == Verdict("not-checked", None, ("no page to compare: 404",))
    assert judge(claim(), capture("x"), None).match == "not-checked"
    assert verdict(source(paragraphs=list(OTHERS)), claim(title="Another", body=None)).match == "not-checked"


@pytest.mark.parametrize("text", ["word " * 400_000, "語" * 1_000_000, "a" * 1_000_000, "é́" * 500_000, "x. " * 300_000])
def test_hostile_texts_are_compared_in_linear_time(text: str) -> None:
    started = time.perf_counter()
    judge(
        claim(body=text, title=text[:100_000]),
        capture("x"),
        Shown(replace(page(source()), title=text, headlines=(text,))),
    )
    verdict(source(paragraphs=[text]), claim(body=text))
    assert time.perf_counter() - started < 6
