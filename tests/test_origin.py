"""Asking for original URLs: no forbidden address is ever reached, and blocked is not dead.

The server is a real one on loopback. Every connect() of the process is observed: what goes to the public stand-in address
is led to the server, and anything else is refused, so that a breach shows and harms nobody.
"""

import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from conftest import Finished, record, write_jsonl
from copydesk.origin.addresses import is_forbidden
from copydesk.origin.check import OriginChecker
from copydesk.origin.guard import Guard, guarded_session
from copydesk.origin.manners import Manners

PUBLIC = "93.184.216.34"
"""Stands for a public address; nothing is sent there."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path: /status/404, /redirect?to, /slow, /drip, /head-only-405, /challenge."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers)))  # type: ignore[attr-defined]
        path, _, query = self.path.partition("?")
        code, headers, content = 200, {}, b"an article"
        if path.startswith("/status/"):
            code = int(path.rsplit("/", 1)[1])
        elif path == "/redirect":
            code, headers = 302, {"Location": query}
        elif path == "/loop":
            code, headers = 302, {"Location": "/loop"}
        elif path == "/no-head":
            code = 405 if self.command == "HEAD" else 200
        elif path == "/challenge":
            code, headers = 503, {"cf-mitigated": "challenge"}
        elif path == "/slow":
            time.sleep(3)
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        if path == "/drip":
            for _ in range(60):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX: "[:1])
                time.sleep(0.1)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    """A real server on loopback that remembers what it was asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.seen = []  # type: ignore[attr-defined]
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def connects(server: http.server.ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every address that anything in this process connects to."""
    seen: list[tuple[str, int]] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        seen.append((str(address[0]), int(address[1])))
        if address[0] == PUBLIC or (str(address[0]) == "127.0.0.1" and address[1] == server.server_port):
            real(self, ("127.0.0.1", server.server_port))
        else:
            raise ConnectionRefusedError("refused by the test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def resolver(**names: list[list[str]]) -> Callable[[str, int], list[str]]:
    """A name service: each look-up of a name gives its next answer. IP literals mean themselves."""
    asked = {name.replace("_", "."): iter([*answers, *[answers[-1]] * 50]) for name, answers in names.items()}

    def resolve(host: str, port: int) -> list[str]:
        if host in asked:
            return next(asked[host])
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            return [
                str(answer[4][0])
                for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
            ]

    return resolve


HOSTILE = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0x7f.1/", "http://0x7f000001/", "http://2130706433/",
    "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1./", "http://127.255.255.254/", "http://0.0.0.0/", "http://0/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/",
    "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/",
    "http://[2001:db8::1]/", "http://[2001::1]/", "http://[100::1]/", "http://[3fff::1]/",
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/", "http://100.100.100.200/", "http://100.64.0.1/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://192.0.2.1/", "http://198.18.0.1/", "http://198.51.100.1/",
    "http://203.0.113.1/", "http://192.88.99.1/", "http://224.0.0.1/", "http://239.255.255.255/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://private.example/", "http://mixed.example/", "http://mapped.example/",
    "http://rebinding.example/", "http://public.example:22/", "http://public.example:25/", "http://public.example:6379/",
    "http://public.example:11211/", "https://10.0.0.1/", "https://[::1]:443/",
    "http://public.example/redirect?http://127.0.0.1/", "http://public.example/redirect?http://169.254.169.254/",
    "http://public.example/redirect?http://[::1]/", "http://public.example/redirect?//10.0.0.1/x",
    "http://public.example/redirect?http://0x7f.1/", "http://public.example/redirect?file:///etc/passwd",
    "http://public.example/redirect?gopher://127.0.0.1/", "http://public.example/redirect?http://private.example/",
    "http://public.example/redirect?http://jo:pw@10.0.0.1/", "http://public.example/redirect?http://localhost:6379/",
]  # fmt: skip


def names() -> Callable[[str, int], list[str]]:
    return resolver(
        public_example=[[PUBLIC]],
        private_example=[["10.1.2.3"]],
        mixed_example=[[PUBLIC, "127.0.0.1"]],
        mapped_example=[["::ffff:192.168.0.1"]],
        rebinding_example=[["127.0.0.1"], [PUBLIC]],
    )


@pytest.mark.parametrize("url", HOSTILE)
def test_no_hostile_url_makes_a_forbidden_connect(url: str, connects: list[tuple[str, int]]) -> None:
    checker = OriginChecker(Manners(timeout=5), names())
    answer = checker._follow("GET", url, _deadline())
    assert [address for address, _ in connects if is_forbidden(address)] == []
    assert {port for _, port in connects} <= {80, 443, 8080, 8443}
    assert answer.status != "alive"


def _deadline() -> Any:
    from copydesk.origin.check import Deadline

    deadline = Deadline(30)
    deadline.cancel()
    return deadline


@pytest.mark.parametrize("url", ["http://public.example/", "http://public.example:8080/a?b=c", f"http://{PUBLIC}/"])
def test_legitimate_urls_are_reached(url: str, connects: list[tuple[str, int]]) -> None:
    assert OriginChecker(Manners(), names()).check([url])[url].status == "alive"
    assert {address for address, _ in connects} == {PUBLIC}


def test_a_name_that_rebinds_is_connected_at_the_address_that_was_judged(connects: list[tuple[str, int]]) -> None:
    checker = OriginChecker(Manners(), resolver(evil_example=[[PUBLIC], ["127.0.0.1"]]))
    checker.check(["http://evil.example/"])
    assert {address for address, _ in connects} <= {PUBLIC}


def test_proxies_netrc_and_credentials_of_the_environment_are_ignored(
    connects: list[tuple[str, int]],
    server: http.server.ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    (tmp_path / "netrc").write_text("machine public.example login jo password pw\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert (
        OriginChecker(Manners(), names()).check(["http://public.example/"])["http://public.example/"].status == "alive"
    )
    assert {address for address, _ in connects} == {PUBLIC}
    assert all("Authorization" not in headers for _, _, headers in server.seen)  # type: ignore[attr-defined]


def test_a_proxy_asked_for_explicitly_is_refused() -> None:
    session = guarded_session(Guard(), 1, "test")
    with pytest.raises(Exception, match="no proxy"):
        session.get("http://public.example/", proxies={"http": "http://127.0.0.1:9"})


def test_certificates_cannot_be_left_unverified() -> None:
    session = guarded_session(Guard(resolve=names()), 1, "test")
    with pytest.raises(Exception, match="always verified"):
        session.get("https://public.example/", verify=False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", "alive"),
        ("/no-head", "alive"),
        ("/redirect?/status/200", "alive"),
        ("/status/404", "dead"),
        ("/status/410", "dead"),
        ("/redirect?/status/404", "dead"),
        *[(f"/status/{code}", "blocked") for code in (401, 402, 403, 429, 451, 999)],
        ("/challenge", "blocked"),
        ("/status/500", "unknown"),
        ("/status/503", "unknown"),
        ("/loop", "unknown"),
    ],
)
def test_verdicts(path: str, status: str, server: http.server.ThreadingHTTPServer) -> None:
    manners = Manners(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),))
    url = f"http://127.0.0.1:{server.server_port}{path}"
    answer = OriginChecker(manners).check([url])[url]
    assert answer.status == status, answer.detail
    assert answer.detail


def test_a_name_that_does_not_exist_is_dead_and_a_failing_look_up_is_not() -> None:
    def missing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def failing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    url = "https://gone.example.com/a"
    assert OriginChecker(Manners(), missing).check([url])[url].status == "dead"
    assert OriginChecker(Manners(), failing).check([url])[url].status == "unknown"


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_deadline_ends_what_drips(path: str, server: http.server.ThreadingHTTPServer) -> None:
    manners = Manners(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),), timeout=0.5)
    url = f"http://127.0.0.1:{server.server_port}{path}"
    start = time.monotonic()
    answer = OriginChecker(manners).check([url])[url]
    assert (answer.status, answer.detail) == ("unknown", "no answer in time")
    assert time.monotonic() - start < 2.5


def test_each_url_is_asked_once(server: http.server.ThreadingHTTPServer) -> None:
    checker = OriginChecker(Manners(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),)))
    url = f"http://127.0.0.1:{server.server_port}/a"
    checker.check([url, url])
    checker.check([url])
    assert [(method, path) for method, path, _ in server.seen] == [("HEAD", "/a")]  # type: ignore[attr-defined]


def test_online_runs_quarantine_the_dead_and_not_the_blocked(
    server: http.server.ThreadingHTTPServer, check: Callable[..., Finished], tmp_path: Path
) -> None:
    base = f"http://127.0.0.1:{server.server_port}"
    entries = [record(id=code, url=f"{base}/status/{code}") for code in ("200", "404", "403", "503")]
    (tmp_path / "c.yaml").write_text("contract: x\norigin: {allow_networks: [127.0.0.0/8]}\n")
    done = check(write_jsonl(tmp_path / "in.jsonl", entries), "-c", tmp_path / "c.yaml", "--online")
    assert dict(done.articles.select("article_id", "origin_status").rows()) == {
        "200": "alive", "404": "dead", "403": "blocked", "503": "unknown",
    }  # fmt: skip
    assert done.articles.filter(verdict="quarantined")["article_id"].to_list() == ["404"]
    assert {"origin-dead", "origin-blocked", "origin-unknown"} == done.rules()


def test_without_online_nobody_is_asked(
    server: http.server.ThreadingHTTPServer, check: Callable[..., Finished], tmp_path: Path, connects: list[Any]
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b", url="http://public.example/")]))
    assert connects == []
    assert set(done.articles["origin_status"]) == {"not-checked"}


def test_requests_is_the_client() -> None:
    assert isinstance(guarded_session(Guard(), 1, "test"), requests.Session)
