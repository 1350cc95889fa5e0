"""trust.txt: parsed with bounds, asked once for each domain, and confirmed only by the other side."""

import http.server
import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import serving
from copydesk.origin.web.fetch import Fetcher
from copydesk.origin.web.guard import Guard
from copydesk.origin.web.trust import Trust, parse

FILES = {
    "/post.example/trust.txt": "# The Harbour Post\nbelongto=https://guild.example/\ncontrolledby=https://owner.example\nsocial=https://x.example/post\n",
    "/guild.example/.well-known/trust.txt": "member=https://post.example\nmember=other.example\n",
    "/owner.example/trust.txt": "control=https://somebody-else.example\n",
    "/liar.example/trust.txt": "belongto=guild.example\nbelongto=gone.example\nbelongto=liar.example\n",
}


class Texts(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = FILES.get(self.path, "").encode()
        soft = "soft.example" in self.path
        self.send_response(200 if body or soft else 404)
        self.send_header("Content-Type", "text/html" if soft else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def trust() -> Iterator[Trust]:
    allow = (ipaddress.ip_network("127.0.0.0/8"),)
    with serving(Texts) as running:
        made = Trust(
            Fetcher(Guard(allow), "copydesk test", allow=allow), f"http://127.0.0.1:{running.server_port}/{{domain}}"
        )
        made.asked = running.asked  # type: ignore[attr-defined]
        yield made


def test_a_relation_counts_as_confirmed_only_where_both_sides_state_it(trust: Trust) -> None:
    found = trust.relations(["post.example", "liar.example", "soft.example", "nobody.example"])
    assert found["post.example"] == [
        "trust.txt: post.example is controlled by owner.example, which does not say so",
        "trust.txt: post.example belongs to guild.example, which confirms it",
    ]
    assert found["liar.example"] == [
        "trust.txt: liar.example belongs to guild.example, which does not say so",
        "trust.txt: liar.example belongs to gone.example, whose own cannot be read",
    ]
    assert set(found) == {"post.example", "liar.example"}


def test_every_domain_is_asked_once_in_a_run(trust: Trust) -> None:
    for _ in range(3):
        trust.relations(["post.example", "liar.example"])
    asked = trust.asked  # type: ignore[attr-defined]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("text", ["", "\0\0", "member", "=x", "unknown=x", "# member=x", "member=\n", "<html>member=x"])
def test_what_is_no_claim_is_left_out(text: str) -> None:
    assert parse(text) == {}


def test_an_endless_file_is_read_to_its_bound() -> None:
    found = parse("\n".join(f"member=https://{n}.example" for n in range(1_000_000)))
    assert 0 < len(found["member"]) <= 2_000
    assert parse("MEMBER = https://a.example \r\nmember=https://a.example")["member"] == ("https://a.example",)


def test_nobody_is_asked_beyond_the_run_s_time(trust: Trust) -> None:
    trust._end = 0.0
    assert trust.relations(["post.example", "liar.example"]) == {}
    assert trust.asked == []  # type: ignore[attr-defined]
