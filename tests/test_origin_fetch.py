"""One page, whatever its server does: bounded in time, in bytes and in headers, and told apart."""

import ipaddress
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from copydesk.captures.bodies import BODY
from copydesk.captures.capture import Capture
from copydesk.origin.manners import Manners
from copydesk.origin.status import evidence
from copydesk.origin.web.fetch import Fetcher, Journey, Validators
from copydesk.origin.web.guard import Guard
from copydesk.origin.web.lanes import Lanes
from copydesk.origin.web.names import addresses_of
from copydesk.origin.web.patience import retry_after
from copydesk.origin.web.robots import Robots
from web import PAGE, Web, bomb

_NOW = datetime(2025, 6, 14, 8, tzinfo=UTC)
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(hosts=("127.0.0.1", "127.0.0.2")) as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(Guard(LOOPBACK), "copydesk/test", allow=LOOPBACK)
    yield made
    made.close()


def test_a_capture_says_what_came_from_where(web: Web, fetcher: Fetcher) -> None:
    capture = fetcher.get(web.url("/redirect?/ok/page"), 5)
    assert (capture.status, capture.failure, capture.body, capture.truncated) == (200, None, PAGE, False)
    assert (capture.url, capture.final_url) == (web.url("/redirect?/ok/page"), web.url("/ok/page"))
    assert [(hop.url, hop.status) for hop in capture.hops] == [(web.url("/redirect?/ok/page"), 302)]
    assert (capture.header("content-type"), capture.peer) == ("text/html; charset=utf-8", "127.0.0.1")


@pytest.mark.parametrize("path", ["/packed", "/coded?identity", "/coded?"])
def test_bodies_are_freed_of_their_coding(path: str, web: Web, fetcher: Fetcher) -> None:
    assert fetcher.get(web.url(path), 5).body == PAGE


@pytest.mark.parametrize("path", ["/misgzip", "/coded?br", "/coded?zstd", "/coded?gzip,gzip", "/coded?x%00y"])
def test_a_coding_that_cannot_be_read_leaves_the_status(path: str, web: Web, fetcher: Fetcher) -> None:
    capture = fetcher.get(web.url(path), 5)
    assert (capture.status, capture.body) == (200, b"")
    assert "coding" in capture.detail


def test_a_packed_body_that_stops_is_cut(web: Web, fetcher: Fetcher) -> None:
    capture = fetcher.get(web.url("/stopped"), 5)
    assert (capture.status, capture.truncated) == (200, True)
    assert PAGE.startswith(capture.body)


def test_an_interim_answer_is_none(web: Web, fetcher: Fetcher) -> None:
    assert fetcher.get(web.url("/hinted"), 5).body == PAGE
    assert fetcher.get(web.url("/status/404"), 5).status == 404


@pytest.fixture
def peak(fetcher: Fetcher, web: Web) -> Iterator[Callable[[], int]]:
    """Bytes that Python held at most since the test began."""
    bomb()
    fetcher.get(web.url("/ok"), 5)
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("path", ["/endless", "/bomb"])
def test_a_body_is_cut_at_its_bound_and_a_bomb_stays_packed(
    path: str, web: Web, fetcher: Fetcher, peak: Callable[[], int]
) -> None:
    capture = fetcher.get(web.url(path), 20)
    assert (capture.status, len(capture.body), capture.truncated) == (200, BODY, True)
    assert peak() < 10_000_000


def test_the_body_of_a_redirect_is_never_read(web: Web, fetcher: Fetcher, peak: Callable[[], int]) -> None:
    assert fetcher.get(web.url("/bombed?/ok"), 5).status == 200
    assert peak() < 2_000_000


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/reset", "broken"), ("/close", "broken"), ("/garbage", "broken"), ("/headers", "broken"), ("/hundred", "broken"),
        ("/silent", "timeout"), ("/drip", "timeout"), ("/drip-body", "timeout"), ("/loop", "redirects"),
        ("/redirect?http://", "forbidden"), ("/redirect?mailto:jo@example.org", "forbidden"),
    ],
)  # fmt: skip
def test_every_way_to_fail_ends_in_time_and_is_named(path: str, failure: str, web: Web, fetcher: Fetcher) -> None:
    start = time.monotonic()
    capture = fetcher.get(web.url(path), 0.7)
    assert (capture.failure, capture.status, capture.body) == (failure, None, b"")
    assert capture.detail
    assert time.monotonic() - start < 2


def test_nobody_there_is_refused(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert fetcher.get(f"http://127.0.0.1:{port}/", 5).failure == "refused"


def test_connections_are_used_again(web: Web, fetcher: Fetcher) -> None:
    for path in ("/ok", "/packed", "/redirect?/ok", "/status/404", "/tagged"):
        fetcher.get(web.url(path), 5)
        head(fetcher, web.url(path))
    assert web.connections == 1


def head(fetcher: Fetcher, url: str) -> Capture:
    journey = Journey(url, 5, method="HEAD")
    while (capture := fetcher.hop(journey)) is None:
        pass
    return capture


def test_a_journey_goes_hop_by_hop(web: Web, fetcher: Fetcher) -> None:
    journey = Journey(web.url(f"/redirect?{web.url('/ok', host=1)}"), 5)
    assert fetcher.hop(journey) is None
    assert (journey.host, len(web.seen)) == ("127.0.0.2", 1)
    assert 0 < journey.left < 5  # one deadline for all hops
    capture = fetcher.hop(journey)
    assert capture is not None
    assert (capture.status, capture.final_url) == (200, web.url("/ok", host=1))


def test_cookies_live_for_one_journey_and_one_host(web: Web, fetcher: Fetcher) -> None:
    assert fetcher.get(web.url("/cookie"), 5).status == 200
    assert fetcher.get(web.url("/ok"), 5).status == 200
    fetcher.get(web.url(f"/cookie?{web.url('/ok', host=1)}"), 5)
    assert [headers.get("cookie") for _, _, headers in web.seen][:3] == [None, "met=1", None]
    assert all("cookie" not in headers for _, path, headers in web.seen if path.startswith("127.0.0.2"))


def test_head_is_believed_only_when_it_is_good(web: Web, fetcher: Fetcher) -> None:
    for path in ("/ok", "/no-head", "/status/404"):
        head(fetcher, web.url(path))
    assert [method for method, _, _ in web.seen] == ["HEAD", "HEAD", "GET", "HEAD", "GET"]
    web.seen.clear()
    assert head(fetcher, web.url("/redirect?http://10.0.0.1/")).failure == "forbidden"
    assert head(fetcher, web.url("/loop")).failure == "redirects"
    assert {method for method, _, _ in web.seen} == {"HEAD"}  # to ask in another way changes nothing


def test_validators_go_to_the_page_that_they_came_from(web: Web, fetcher: Fetcher) -> None:
    known = Validators(web.url("/tagged"), '"one"', None)
    assert fetcher.get(web.url("/tagged"), 5, known).status == 304
    assert fetcher.get(web.url("/redirect?/tagged"), 5, known).status == 304
    assert "if-none-match" not in web.seen[1][2]


def test_fragments_credentials_and_spellings_are_not_sent(web: Web, fetcher: Fetcher) -> None:
    fetcher.get(web.url("/redirect?/ok/%7Ejo;a=1?q=%2F#part"), 5)
    assert web.seen[-1][1].endswith("/ok/%7Ejo;a=1?q=%2F")


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (200, (), "alive"), (204, (), "alive"), (404, (), "gone"), (410, (), "gone"),
        *[(code, (), "blocked") for code in (401, 402, 403, 407, 429, 451, 999)],
        (503, (("cf-mitigated", "challenge"),), "blocked"), (200, (("cf-mitigated", "challenge"),), "blocked"),
        (500, (), "unknown"), (503, (), "unknown"), (400, (), "unknown"), (301, (), "unknown"), (599, (), "unknown"),
    ],
)  # fmt: skip
def test_what_an_answer_says(status: int, headers: tuple[tuple[str, str], ...], said: str) -> None:
    capture = Capture("http://a.example/", "http://a.example/", _NOW, status=status, headers=headers)
    assert evidence(capture)[0] == said
    assert evidence(capture)[1].startswith(str(status))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), (" 0 ", 0.0), ("Sat, 14 Jun 2025 08:02:00 GMT", 120.0), ("Sat, 14 Jun 2025 07:00:00 GMT", 0.0),
        ("soon", None), ("", None), ("-5", None), ("1" * 400, 111111111.0), ("٣", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    capture = Capture("http://a.example/", "http://a.example/", _NOW, status=429, headers=(("retry-after", value),))
    assert retry_after(capture) == seconds


ROBOTS = [
    ("User-agent: *\nDisallow: /private", "/private/x", False),
    ("User-agent: *\nDisallow: /private", "/x", True),
    ("User-agent: copydesk\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x", True),
    ("User-agent: CopyDesk/2.0\nDisallow: /", "/x", False),
    ("User-agent: copydesker\nDisallow: /", "/x", True),
    ("User-agent: a\nUser-agent: copydesk\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
    ("User-agent: *\nDisallow: /\nAllow: /news/$", "/news/", True),
    ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
    ("User-agent: other\nDisallow: /", "/x", True),
    ("", "/x", True),
    ("<!doctype html><title>Not found</title>", "/x", True),
    ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%C3%A9/menu", False),
]


@pytest.mark.parametrize(("text", "path", "allowed"), ROBOTS)
def test_robots_are_read_as_the_rfc_says(text: str, path: str, allowed: bool) -> None:
    assert Robots(text, "copydesk").allows(f"https://a.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [("User-agent: *\nCrawl-delay: 3", 3.0), ("User-agent: *\nCrawl-delay: 86400", 30.0), ("User-agent: *\nRequest-rate: 1/5", 5.0),
     ("User-agent: *\nCrawl-delay: nan", 0.0), ("User-agent: other\nCrawl-delay: 3", 0.0)],
)  # fmt: skip
def test_a_site_may_ask_for_patience_within_bounds(text: str, delay: float) -> None:
    assert Robots(text, "copydesk").delay == delay


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(16_000)) + "Allow: /\n" * 27_000,
        "User-agent: *\n" + "Disallow: *a*b*c*d*e*f*g\n" * 20_000,
        ":" * 500_000, "User-agent" * 50_000, ("Disallow" + " " * 250) * 2_000, "\r" * 500_000,
    ],
    ids=["agents", "stars", "colons", "unending", "blanks", "lines"],
)  # fmt: skip
def test_a_hostile_robots_txt_costs_little(text: str) -> None:
    start = time.perf_counter()
    Robots(text[:512_000], "copydesk").allows("http://a.example/" + "a" * 8_000)
    assert time.perf_counter() - start < 3


def test_names_are_looked_up_for_all_addresses() -> None:
    assert "127.0.0.1" in addresses_of("localhost", 80)


def test_hosts_take_turns_and_keep_their_pace() -> None:
    lanes: Lanes[int] = Lanes(per_host=1, delay=0.2)
    for number in range(3):
        for host in ("a", "b"):
            lanes.add(host, number)
    order, start = [], time.monotonic()
    while (taken := lanes.take()) is not None:
        order.append((taken, time.monotonic() - start))
        lanes.done(taken[0])
    assert [taken for taken, _ in order] == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert all(at >= number * 0.2 for (_, number), at in order)
    assert order[-1][1] < 0.8  # one host after the other would take as long


def test_a_lane_that_is_closed_or_over_time_hands_everything_out_at_once() -> None:
    lanes: Lanes[int] = Lanes(per_host=2, delay=60.0, end=time.monotonic() + 0.3)
    for number in range(20):
        lanes.add("closed" if number % 2 else "late", number)
    lanes.close("closed", ("unasked", "silent"))
    start = time.monotonic()
    taken = []
    while (entry := lanes.take()) is not None:
        taken.append(entry[1])
        lanes.done(entry[0])
    assert sorted(taken) == list(range(20))
    assert 0.2 < time.monotonic() - start < 2


@pytest.mark.parametrize(("said", "token"), [("Quay-Bot/2 (x)", "Quay-Bot"), ("Quay Bot", "Quay"), ("/quay", "")])
def test_a_robots_txt_knows_the_first_word_of_the_introduction(said: str, token: str) -> None:
    assert Manners(user_agent=said).token == token
