"""Original URLs are judged as the WHATWG standard does, and never silently changed."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.articles.derive import _PLAIN_URL, _urls
from copydesk.origin import url


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
    href, found_host, day, problems = (series[0] for series in _urls(pl.Series([raw]), ()))
    assert (href, found_host, day, set(problems)) == (slow.href, slow.host, slow.day, slow.problems)


def test_the_fast_path_takes_ordinary_news_urls() -> None:
    assert re.match(_PLAIN_URL, "https://www.example.com/2025/06/14/putin-trump-discuss-a89449")
    assert re.match(_PLAIN_URL, "https://news.example.co.uk/world/story-12345.html")


def test_registrable_domain() -> None:
    assert url.registrable_domain("www.themoscowtimes.com") == "themoscowtimes.com"
    assert url.registrable_domain("a.b.example.co.uk") == "example.co.uk"
    assert url.registrable_domain("127.0.0.1") == "127.0.0.1"
