"""Original URLs are judged as the WHATWG standard does, and never silently changed."""

import re
import time
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import record
from copydesk.articles.derive import _FEW, _PLAIN_URL, _urls
from copydesk.rules import REGISTRY
from copydesk.urls import hosts, listings, url, variants
from test_rules import articles, passes


@pytest.mark.parametrize(
    ("raw", "problems"),
    [
        ("https://example.com/2025/06/14/ferry", set()),
        ("HTTPS://EXAMPLE.com", set()),
        ("https://例え.jp/記事?id=5#top", set()),
        ("https://example.com/a b", {"white-space"}),
        ("https://example.com/a\nb", {"white-space"}),
        ("http:// example .com/x", {"white-space"}),
        ("/news/ferry", {"relative"}),
        ("//example.com/ferry", {"relative"}),
        ("www.example.com/ferry", {"relative"}),
        ("example.com:8080/ferry", {"relative"}),
        ("not a url at all", {"malformed"}),
        ("None of these", {"malformed"}),
        ("http://http://example.com", {"malformed"}),
        ("https:/example.com", {"malformed"}),
        ("https://exa mple.com\\x", {"white-space", "malformed"}),
        ("http://example.com:99999/", {"malformed"}),
        ("https://", {"malformed"}),
        ("ftp://example.com/a", {"scheme"}),
        ("javascript:alert(1)", {"scheme"}),
        ("data:text/html,x", {"scheme"}),
        ("https://jo:pw@example.com/", {"credentials"}),
        ("https://bbc.co.uk@example.com/", {"credentials"}),
        ("http://127.0.0.1/", {"private-address"}),
        ("http://127.1/", {"private-address"}),
        ("http://0x7f.1/", {"private-address"}),
        ("http://2130706433/", {"private-address"}),
        ("http://0177.0.0.1/", {"private-address"}),
        ("http://１２７.０.０.１/", {"private-address"}),
        ("http://[::1]/", {"private-address"}),
        ("http://[::ffff:10.0.0.1]/", {"private-address"}),
        ("http://[fec0::1]/", {"private-address"}),
        ("http://169.254.169.254/latest/meta-data", {"private-address"}),
        ("http://100.100.100.200/", {"private-address"}),
        ("http://192.0.0.192/", {"private-address"}),
        ("http://168.63.129.16/", {"private-address"}),
        ("http://localhost/", {"private-address"}),
        ("http://cms.internal/", {"private-address"}),
        ("http://intranet/", {"private-address"}),
        ('https://example.com/ferry">Ferry</a>', {"malformed"}),
        ("https://example.com/news/{{slug}}", {"malformed"}),
        ("https://example.com/article/{4F2A-11}", set()),
        ("https://example.com/می\u200cرود", set()),
        ("https://example.com/ක්\u200dරියා", set()),
        ("https://example.com/fer\u200cry", {"white-space"}),
        ("http://localhost./", {"private-address"}),
    ],
)
def test_problems(raw: str, problems: set[str]) -> None:
    assert url.read(raw).problems == problems


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("https://example.com/kremlin -a89449", "https://example.com/kremlin-a89449"),
        ("https://example.com/a\n b", "https://example.com/ab"),
        ("http://http://example.com/a", "http://example.com/a"),
        ("//example.com/a", "https://example.com/a"),
        ("www.example.com/a", "https://www.example.com/a"),
        ("https://jo:pw@example.com/a", "https://example.com/a"),
        ("/news/ferry", None),
        ("javascript:alert(1)", None),
        ("http://127.1/", None),
        ("https://example.com/fine", None),
    ],
)
def test_repairs(raw: str, repaired: str | None) -> None:
    assert url.repaired(raw) == repaired


@given(st.text(max_size=60))
def test_a_repair_has_no_problem_left(raw: str) -> None:
    text = url.repaired("https://example.com/" + raw)
    assert text is None or not url.read(text).problems


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("https://example.com/2025/06/14/ferry", date(2025, 6, 14)),
        ("https://example.com/2025-06-14/ferry", date(2025, 6, 14)),
        ("https://example.com/news/2025-06-14-ferry", date(2025, 6, 14)),
        ("https://example.com/news/ferry-20250614.html", date(2025, 6, 14)),
        ("https://example.com/2025/06/14", date(2025, 6, 14)),
        ("https://example.com/2023/12/16-new-officers", None),
        ("https://example.com/2016/05/147553/", None),
        ("https://example.com/2025/6/14/ferry", None),
        ("https://example.com/2025/02/30/ferry", None),
        ("https://example.com/the-battle-of-1947-09-13", None),
        ("https://example.com/kali-linux-2026-1-release", None),
    ],
)
def test_day_in_path(raw: str, day: date | None) -> None:
    assert url.day_in_path(raw) == day


HOSTS = st.lists(st.text("abcxn019-", min_size=1, max_size=6), min_size=1, max_size=4).map(".".join)
PATHS = st.text("abz019/-_~.%?#é ", max_size=30)


@given(st.sampled_from(["http", "https", "HTTP", "ftp"]), HOSTS, PATHS)
def test_the_fast_path_for_plain_urls_agrees_with_the_parser(scheme: str, host: str, path: str) -> None:
    raw = f"{scheme}://{host}/{path}".strip()
    slow = url.read(raw)
    href, found_host, day, problems = (series[0] for series in _urls(pl.Series([raw] * (_FEW + 1)), ()))
    assert (href, found_host, day, set(problems)) == (slow.href, slow.host, slow.day, slow.problems)


def test_the_fast_path_takes_ordinary_news_urls() -> None:
    assert re.match(_PLAIN_URL, "https://www.example.com/2025/06/14/putin-trump-discuss-a89449")
    assert re.match(_PLAIN_URL, "https://news.example.co.uk/world/story-12345.html")


def test_registrable_domain() -> None:
    assert url.registrable_domain("www.themoscowtimes.com") == "themoscowtimes.com"
    assert url.registrable_domain("a.b.example.co.uk") == "example.co.uk"
    assert url.registrable_domain("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://example.com/a?utm_source=x&id=5", "https://example.com/a?id=5"),
        ("https://example.com/a?id=5&amp;utm_medium=y", "https://example.com/a?id=5"),
        ("https://example.com/a?fbclid=1", "https://example.com/a"),
        ("https://example.com/a?from=rss", "https://example.com/a"),
        ("https://example.com/a#xtor=RSS-1", "https://example.com/a"),
        ("https://example.com/a?b=%2F&gclid=1#top", "https://example.com/a?b=%2F#top"),
    ],
)
def test_tracking_is_cut_and_nothing_else(address: str, clean: str) -> None:
    assert variants.untracked(address) == clean


@pytest.mark.parametrize(
    "query", ["?p=123", "?id=7&story=9", "?from=2024", "?source=5", "?article=utm", "#top", "?", ""]
)
def test_parameters_that_name_the_article_stay(query: str) -> None:
    assert variants.untracked("https://example.com/a" + query) == "https://example.com/a" + query


@given(st.text(alphabet="abutm_source=&?#;/%5fbclid", max_size=40))
def test_a_clean_address_has_nothing_more_to_clean(rest: str) -> None:
    clean = variants.untracked("https://example.com/" + rest)
    assert variants.untracked(clean) == clean


@pytest.mark.parametrize(
    ("address", "kind", "standard"),
    [
        ("https://amp.example.com/a", "an AMP", "https://www.example.com/a"),
        ("https://example.com/a/amp/", "an AMP", "https://example.com/a"),
        ("https://example.com/a.amp.html", "an AMP", "https://example.com/a.html"),
        ("https://example.com/a?outputType=amp&id=4", "an AMP", "https://example.com/a?id=4"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "an AMP", "https://example.com/a"),
        ("https://www.google.com/amp/s/example.com/a", "an AMP", "https://example.com/a"),
        ("https://m.example.co.uk/a", "a mobile", "https://www.example.co.uk/a"),
        ("https://de.m.example.org/a", "a mobile", "https://de.example.org/a"),
        ("https://example.com/a/print", "a print", "https://example.com/a"),
    ],
)
def test_variants(address: str, kind: str, standard: str) -> None:
    assert variants.variant(address) == (kind, standard)


@pytest.mark.parametrize(
    "address",
    [
        "https://m.com/a", "https://example.com/amplifier", "https://example.com/camp/", "https://example.com/print-is-dead",
        "https://example.com/a?m=12", "https://mobile.com/a", "https://example.com/?p=5",
    ],
)  # fmt: skip
def test_no_variants(address: str) -> None:
    assert variants.variant(address) is None


@pytest.mark.parametrize(
    "path",
    [
        "/", "", "/index.html", "/en/", "/news/", "/news/europe", "/tag/ferries", "/news/tag/ferries/page/2",
        "/author/jane-doe", "/category/politics/local", "/search?q=ferry", "/?s=ferry", "/?utm_source=x",
        "/author/jane-doe-4711", "/autor/4711", "/tag/euro-2024/page/2", "/yazar/jane-doe", "/2025/06/14/", "/2025/06", "/rss.xml",
        "/news?page=2", "/404", "/404.html", "/page-not-found", "/news/undefined", "/2025/06/14/null", "/news/[object%20Object]",
        "/a-b-c-d-e/%7Bslug%7D/", "/view.do?articleId=undefined", "/?p=null&lang=en",
    ],
)  # fmt: skip
def test_addresses_of_listings(path: str) -> None:
    address = "https://example.com" + path
    assert listings.listing(address)
    assert passes(REGISTRY["url-not-article"](), articles(record(url=address))) == [False]


@pytest.mark.parametrize(
    "path",
    [
        "/news/ferry-resumes", "/?p=123", "/news?id=7", "/822", "/category/news/ferry-back-in-the-dock-again", "/tags-are-back",
        "/topic/iran/a-long-story-about-it-all", "/news/2025/06/14/ferry", "/author/jane/20250614", "/themen/ferry-is-back",
        "/2025", "/2025/06/4711", "/ferry?page=2", "/?page=2", "/news?p=2", "/journalists/two-held-after-ferry-protest-2025",
        "/news/404", "/news/undefined-terms", "/null-and-void", "/news/undefined/ferry-resumes", "/ferry?ref=undefined", "/#!/news/ferry",
        "/#/news/ferry",
    ],
)  # fmt: skip
def test_addresses_of_articles(path: str) -> None:
    assert listings.listing("https://example.com" + path) is None


@pytest.mark.parametrize(
    ("name", "imitated"),
    [
        ("аррӏе.com", "apple.com"), ("bbс.co.uk", "bbc.co.uk"), ("пример.рф", None), ("münchen.de", None),
        ("例え.jp", None), ("日本ナビa.jp", None), ("example.com", None), ("почта.com", None),
        ("ラーメン.jp", None), ("ニュース.com", None), ("東京ニュース.jp", None), ("佐々木.jp", None), ("hawaiʻi.com", None),
        ("новости.com", None), ("вести.com", None), ("τεχνη.com", None), ("뉴스abc.com", None), ("東京аbc.jp", "東京abc.jp"),
        ("ѕсоре.com", "scope.com"),
    ],
)  # fmt: skip
def test_homographs(name: str, imitated: str | None) -> None:
    host = url.read(f"https://{name}/").host
    assert host is not None
    assert hosts.shown(host) == name
    assert hosts.imitated(host) == imitated


@pytest.mark.parametrize("host", ["example..com", "-a.com", "a-.com", "my_site.com", "a.123", "a" * 64 + ".com"])
def test_impossible_hosts(host: str) -> None:
    assert hosts.is_impossible(host)


@pytest.mark.parametrize("host", ["example.com", "a_b.example.com", "xn--mnchen-3ya.de", "a--b.com"])
def test_possible_hosts(host: str) -> None:
    assert not hosts.is_impossible(host)


def test_many_encoded_blanks_take_linear_time() -> None:
    began = time.process_time()
    assert variants.encoded_blanks("https://example.com/a" + "%20" * 50_000 + "b") == []
    assert time.process_time() - began < 2


def test_encoded_blanks_between_words_stay() -> None:
    assert variants.encoded_blanks("https://example.com/a%20b/c.html") == []
    assert variants.encoded_blanks("https://example.com/a%20-%20b.pdf") == []
    assert variants.encoded_blanks("https://example.com/a%20-b") == [(21, 24)]
    assert variants.encoded_blanks("https://example.com/a-%20b") == [(22, 25)]
    assert variants.encoded_blanks("https://example.com/a%20") == [(21, 24)]
    assert variants.encoded_blanks("https://example.com/a%0Ab?q=%20") == [(21, 24)]


def test_joiners_are_letters_where_scripts_join() -> None:
    assert variants.encoded_blanks("https://example.com/%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D8%AF") == []
    assert variants.encoded_blanks("https://example.com/%e0%b6%9a%e0%b7%8a%e2%80%8d%e0%b6%bb") == []
    assert variants.encoded_blanks("https://example.com/fer%E2%80%8Cry") == [(23, 32)]


@pytest.mark.parametrize("host", ["web.archive.org", "news.google.com", "t.co", "www-a-com.translate.goog"])
def test_intermediaries(host: str) -> None:
    assert variants.is_intermediary(host)
    assert not variants.is_intermediary(host + ".example.com")
