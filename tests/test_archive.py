"""Pages that are gone, asked of a web archive: a real server on loopback that answers as the Wayback Machine does."""

import http.server
import ipaddress
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from conftest import serving
from copydesk.origin.archive import Archive
from copydesk.origin.web.fetch import Fetcher
from copydesk.origin.web.guard import Guard

GONE = "https://www.example.com/2025/06/14/ferry-resumes?id=2"
DAY = datetime(2025, 6, 14, 12, tzinfo=UTC)
PAGE = b"<title>Ferry Resumes</title>"


class Memento(http.server.BaseHTTPRequestHandler):
    """Answers by the archived URL: the nearest capture, none, too many requests, an error, another host."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, time.monotonic()))  # type: ignore[attr-defined]
        _, _, stamp, address = self.path.split("/", 3)
        code, headers, body = 404, {}, b"the archive has no such page"
        if "ferry" in address and stamp != "20250615101112id_":
            code, headers, body = 302, {"Location": f"/web/20250615101112id_/{address}"}, b""
        elif "ferry" in address:
            headers = {"Memento-Datetime": "Sun, 15 Jun 2025 10:11:12 GMT", "X-Archive-Orig-Server": "harbour"}
            code, body = 200, PAGE
        elif "unlabelled" in address:
            code, headers, body = (200, {}, PAGE) if "id_" in stamp and stamp < "2025061412" else (302, {}, b"")
            headers = {} if code == 200 else {"Location": f"/web/20250613000000id_/{address}"}
        elif "was-gone" in address:
            code, headers = 404, {"Memento-Datetime": "Sun, 15 Jun 2025 10:11:12 GMT"}
        elif "busy" in address and len(self.server.asked) == 1:  # type: ignore[attr-defined]
            code, headers = 429, {"Retry-After": "1"}
        elif "busy" in address:
            code, headers, body = 200, {"Memento-Datetime": "Sun, 15 Jun 2025 10:11:12 GMT"}, PAGE
        elif "closed" in address:
            code, headers = 429, {"Retry-After": "86400"}
        elif "broken" in address:
            code = 500
        elif "away" in address:
            code, headers = 302, {"Location": f"http://localhost:{self.server.server_port}/web/1id_/ferry"}
        self.send_response(code)
        for name, value in {"Content-Type": "text/html", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    with serving(Memento) as running:
        yield running


def archive(server: http.server.ThreadingHTTPServer, rate: float = 60_000, opened: bool = True) -> Archive:
    allow = (ipaddress.ip_network("127.0.0.0/8"),) if opened else ()
    fetcher = Fetcher(Guard(allow), "copydesk test", allow=allow)
    return Archive(f"http://127.0.0.1:{server.server_port}/web/", fetcher, rate, 5)


def test_the_capture_nearest_to_the_publication_is_the_origin(server: http.server.ThreadingHTTPServer) -> None:
    found = archive(server).capture(GONE, DAY)
    assert (found.status, found.body, found.by, found.url) == (200, PAGE, "archive", GONE)
    assert found.fetched_at == datetime(2025, 6, 15, 10, 11, 12, tzinfo=UTC)
    assert found.final_url.endswith(f"/web/20250615101112id_/{GONE}")
    assert (found.header("content-type"), found.header("server")) == ("text/html", "harbour")
    assert server.asked[0][0] == f"/web/20250614120000id_/{GONE}"  # type: ignore[attr-defined]


def test_a_capture_without_its_header_is_dated_by_its_address(server: http.server.ThreadingHTTPServer) -> None:
    found = archive(server).capture("https://www.example.com/unlabelled", DAY)
    assert (found.status, found.fetched_at) == (200, datetime(2025, 6, 13, tzinfo=UTC))


def test_a_page_that_was_gone_when_it_was_captured_is_not_the_archive_s_own_404(
    server: http.server.ThreadingHTTPServer,
) -> None:
    asked = archive(server)
    assert asked.capture("https://www.example.com/was-gone", DAY).status == 404
    none = asked.capture("https://www.example.com/nowhere", DAY)
    assert (none.status, none.failure, none.by) == (None, "no-capture", "archive")


def test_requests_keep_the_distance_that_the_rate_sets(server: http.server.ThreadingHTTPServer) -> None:
    asked = archive(server, rate=300)
    wanted = [f"https://www.example.com/nowhere/{n}" for n in range(4)]
    started = time.monotonic()
    assert [found.failure for found in asked.captures(wanted)] == ["no-capture"] * 4
    assert time.monotonic() - started >= 3 * 0.2  # as the asking side sees it: arrivals jitter with the machine's load


def test_an_archive_that_asks_to_wait_is_waited_for(server: http.server.ThreadingHTTPServer) -> None:
    started = time.monotonic()
    assert archive(server).capture("https://www.example.com/busy", DAY).status == 200
    assert time.monotonic() - started > 0.9


@pytest.mark.parametrize(("page", "requests"), [("closed", 1), ("broken", 3)])
def test_an_archive_that_fails_is_given_up_for_the_run(
    server: http.server.ThreadingHTTPServer, page: str, requests: int
) -> None:
    asked = archive(server)
    wanted = [f"https://www.example.com/{page}/{n}" for n in range(10)]
    assert [found.failure for found in asked.captures(wanted)] == ["no-capture"] * 10
    assert len(server.asked) == requests  # type: ignore[attr-defined]
    assert "given up" in asked.capture(GONE, DAY).detail


def test_an_archive_that_leads_elsewhere_is_not_believed(server: http.server.ThreadingHTTPServer) -> None:
    assert archive(server).capture("https://www.example.com/away", DAY).failure == "no-capture"


def test_an_archive_in_a_private_network_is_not_reached(server: http.server.ThreadingHTTPServer) -> None:
    assert archive(server, opened=False).capture(GONE, DAY).failure == "no-capture"
    assert server.asked == []  # type: ignore[attr-defined]


def test_no_archive_is_asked_or_waited_for_beyond_the_run_s_time(server: http.server.ThreadingHTTPServer) -> None:
    allow = (ipaddress.ip_network("127.0.0.0/8"),)
    base, started = f"http://127.0.0.1:{server.server_port}/web", time.monotonic()
    asked = Archive(base, Fetcher(Guard(allow), "copydesk test", allow=allow), 30, 5, end=started + 1)
    found = [asked.capture(f"https://www.example.com/ferry/{n}", DAY) for n in range(20)]
    assert [answer.failure for answer in found] == [None, *["no-capture"] * 19]
    assert "time was over" in found[-1].detail
    assert time.monotonic() - started < 1
