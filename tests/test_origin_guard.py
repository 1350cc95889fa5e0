"""No forbidden address is ever reached, whatever URLs, redirects, names and certificates say.

The server is a real one on loopback. Every connect() of the process is observed: what goes to the public stand-in address
is led to the server, and anything else is refused, so that a breach shows and harms nobody.
"""

import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
import urllib3

from copydesk.captures.capture import Capture
from copydesk.origin.web.deadline import FORGOTTEN, Deadline, Watchdog
from copydesk.origin.web.fetch import Fetcher
from copydesk.origin.web.guard import Forbidden, Guard, trusted
from copydesk.origin.web.names import Resolve
from copydesk.urls.addresses import is_forbidden
from web import Web

PUBLIC = "93.184.216.34"
"""Stands for a public address; nothing is sent there."""

PUBLIC6 = "2606:2800:220:1::1"

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture
def connects(web: Web, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every address that anything in this process connects to."""
    seen: list[tuple[str, int]] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        seen.append((str(address[0]), int(address[1])))
        if address[0] == PUBLIC or (str(address[0]) == "127.0.0.1" and address[1] == web.port):
            real(self, ("127.0.0.1", web.port))
        else:
            raise ConnectionRefusedError("refused by the test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def resolver(**names: list[list[str]]) -> Resolve:
    """A name service: each look-up of a name gives its next answer. IP literals mean themselves."""
    asked = {name.replace("_", "."): iter([*answers, *[answers[-1]] * 50]) for name, answers in names.items()}

    def resolve(host: str, port: int) -> list[str]:
        if host in asked:
            return next(asked[host])
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(answer[4][0]) for answer in answers]

    return resolve


def names() -> Resolve:
    return resolver(
        public_example=[[PUBLIC]],
        private_example=[["10.1.2.3"]],
        mixed_example=[[PUBLIC, "127.0.0.1"]],
        six_example=[["::1", PUBLIC]],
        mapped_example=[["::ffff:192.168.0.1"]],
        scoped_example=[["fe80::1%lo"]],
        nonsense_example=[["not an address"]],
        empty_example=[[]],
        metadata_google_internal=[["169.254.169.254"]],
        rebinding_example=[["127.0.0.1"], [PUBLIC]],
    )


def get(url: str, resolve: Resolve | None = None, allow: Any = (), seconds: float = 5.0) -> Capture:
    fetcher = Fetcher(Guard(allow, resolve or names()), "copydesk/test", allow=allow)
    try:
        return fetcher.get(url, seconds)
    finally:
        fetcher.close()


LITERALS = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0x7f.1/", "http://0x7f000001/", "http://0x7F.0x0.0x0.0x1/",
    "http://2130706433/", "http://0177.0.0.1/", "http://017700000001/", "http://0177.0x0.0.1/", "http://127.0.0.1./",
    "http://127.255.255.254/", "http://0.0.0.0/", "http://0/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://①②⑦.0.0.1/",
    "http://%31%32%37.0.0.1/", "http://127.0.0.1%2e/", "http://[::1]/", "http://[::]/", "http://[0000::0001]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[0:0:0:0:0:ffff:10.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/",
    "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/",
    "http://[2001:db8::1]/", "http://[2001::1]/", "http://[100::1]/", "http://[3fff::1]/", "http://[5f00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/", "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/",
    "http://172.31.255.255/", "http://192.168.0.1/", "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/",
    "http://0xa9fea9fe/", "http://2852039166/", "http://100.100.100.200/", "http://100.64.0.1/", "http://168.63.129.16/",
    "http://192.0.0.192/", "http://192.0.2.1/", "http://198.18.0.1/", "http://198.51.100.1/", "http://203.0.113.1/",
    "http://192.88.99.1/", "http://224.0.0.1/", "http://239.255.255.255/", "http://240.0.0.1/", "http://255.255.255.255/",
    "https://10.0.0.1/", "https://[::1]:443/", "http://jo:pw@10.0.0.1/", "http://public.example@127.0.0.1/",
]  # fmt: skip

NAMES = [
    "http://private.example/", "http://mixed.example/", "http://six.example/", "http://mapped.example/",
    "http://scoped.example/", "http://nonsense.example/", "http://empty.example/", "http://rebinding.example/",
    "http://metadata.google.internal/computeMetadata/v1/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
    "http://public.example:22/", "http://public.example:25/", "http://public.example:6379/", "http://public.example:11211/",
    "http://public.example:9200/", "http://public.example:0/", f"http://{PUBLIC}:3306/", f"http://[{PUBLIC6}]:2375/",
]  # fmt: skip

REDIRECTS = [
    "http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "//10.0.0.1/x", "http://0x7f.1/", "http://2130706433/",
    "http://[::ffff:10.0.0.1]/", "\\\\10.0.0.1\\x", "file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://10.0.0.1/",
    "data:text/html,x", "http://[fe80::1]/", "http://10.1/", "javascript:alert(1)", "http://private.example/", "http://mixed.example/", "http://jo:pw@10.0.0.1/",
    "http://localhost:6379/", "http://public.example:6379/", "http://１２７.0.0.1/", "https://10.0.0.1/", "http://", "http://%00/",
]  # fmt: skip


def as_parsed(url: str) -> str:
    """What the standard's parser makes of ``url``: only such forms reach the fetcher."""
    from ada_url import URL

    return str(URL(url).href)


def test_the_urllib3_that_was_asked_for_is_in_use() -> None:
    """tests/run.py passes these tests under the oldest version, too."""
    assert urllib3.__version__ == os.environ.get("URLLIB3", urllib3.__version__)


def test_at_least_sixty_hostile_urls_are_tried() -> None:
    assert len({*LITERALS, *NAMES, *REDIRECTS}) >= 100


@pytest.mark.parametrize("url", [*LITERALS, *NAMES])
def test_no_hostile_url_makes_a_forbidden_connect(url: str, connects: list[tuple[str, int]]) -> None:
    capture = get(as_parsed(url))
    assert [address for address, _ in connects if is_forbidden(address)] == []
    assert {port for _, port in connects} <= {80, 443, 8080, 8443}
    assert (capture.status, capture.body) == (None, b"")
    assert capture.failure in ("forbidden", "dns", "timeout")


@pytest.mark.parametrize("target", REDIRECTS)
@pytest.mark.parametrize("kind", ["redirect", "moved"])
def test_no_redirect_leads_to_a_forbidden_connect(kind: str, target: str, connects: list[tuple[str, int]]) -> None:
    capture = get(f"http://public.example/{kind}?{target}")
    assert {address for address, _ in connects} == {PUBLIC}
    assert {port for _, port in connects} == {80}
    assert capture.failure in ("forbidden", "dns")
    assert capture.status is None


@pytest.mark.parametrize(
    "url",
    [
        "http://public.example/ok", "http://public.example:8080/ok?b=c", f"http://{PUBLIC}/ok",
        "http://public.example/redirect?http://public.example:8080/ok", "http://public.example/redirect?/redirect?/ok",
        "http://public.example/redirect?http://jo:pw@public.example/ok", "http://public.example/redirect??/ok",
    ],
)  # fmt: skip
def test_legitimate_urls_are_reached(url: str, connects: list[tuple[str, int]]) -> None:
    assert get(url).status == 200
    assert {address for address, _ in connects} == {PUBLIC}


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_the_ports_on_which_sites_serve_pages_are_connected(port: int, connects: list[tuple[str, int]]) -> None:
    get(f"http://public.example:{port}/ok")
    assert connects == [(PUBLIC, port)]


@pytest.mark.parametrize(
    ("address", "forbidden"),
    [
        ("not an address", True), ("", True), ("93.184.216.34.", True), ("127.0.0.1", True), ("fe80::1%lo", True), ("[::1]", True),
        ("10.1.2.3", False), ("::ffff:10.1.2.3", False), ("::ffff:10.2.0.1", True), ("fd00:1::7", False), ("fd00:2::7", True),
        (PUBLIC, False), (PUBLIC6, False), (f"::ffff:{PUBLIC}", False),
    ],
)  # fmt: skip
def test_what_is_no_public_address_is_forbidden_unless_the_contract_opens_its_network(
    address: str, forbidden: bool
) -> None:
    opened = (ipaddress.ip_network("fd00:1::/32"), ipaddress.ip_network("10.1.0.0/16"))
    assert is_forbidden(address, opened) == forbidden


def test_a_name_that_rebinds_is_connected_at_the_address_that_was_judged(connects: list[tuple[str, int]]) -> None:
    rebinding = resolver(evil_example=[[PUBLIC], ["127.0.0.1"]])
    fetcher = Fetcher(Guard((), rebinding), "copydesk/test")
    for _ in range(3):
        fetcher.get("http://evil.example/close", 5)
    assert {address for address, _ in connects} == {PUBLIC}


def test_a_name_that_rebinds_later_is_judged_again(
    connects: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.origin.web.names.KEPT", 0.0)
    fetcher = Fetcher(Guard((), resolver(evil_example=[[PUBLIC], ["127.0.0.1"]])), "copydesk/test")
    assert fetcher.get("http://evil.example/close", 5).failure == "broken"
    assert fetcher.get("http://evil.example/close", 5).failure == "forbidden"
    assert {address for address, _ in connects} == {PUBLIC}


def test_the_second_address_is_tried_when_the_first_is_down(connects: list[tuple[str, int]]) -> None:
    capture = get("http://two.example/ok", resolver(two_example=[[PUBLIC6, PUBLIC]]))
    assert [address for address, _ in connects] == [PUBLIC6, PUBLIC]
    assert (capture.status, capture.peer) == (200, "127.0.0.1")


def test_of_a_name_with_many_addresses_a_few_are_tried(connects: list[tuple[str, int]]) -> None:
    many = [f"2606:2800:220:1::{number}" for number in range(1, 40)]
    assert get("http://many.example/ok", resolver(many_example=[many])).failure == "refused"
    assert [address for address, _ in connects] == many[:4]


def test_networks_that_the_contract_opens_are_reached_and_no_others(web: Web) -> None:
    assert get(web.url("/ok"), allow=LOOPBACK).status == 200
    assert get(web.url("/redirect?http://10.0.0.1/"), allow=LOOPBACK).failure == "forbidden"
    assert get(web.url("/ok")).failure == "forbidden"


def test_proxies_netrc_and_credentials_are_ignored(
    connects: list[tuple[str, int]], web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    (tmp_path / "netrc").write_text("machine public.example login jo password pw\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert get("http://public.example/redirect?http://jo:pw@public.example/ok").status == 200
    assert {address for address, _ in connects} == {PUBLIC}
    assert [headers.get("authorization") for _, _, headers in web.seen] == [None, None]


def test_a_connection_outside_of_a_deadline_is_refused(web: Web) -> None:
    guard = Guard(LOOPBACK)
    with pytest.raises(Forbidden, match="without a deadline"):
        guard.connect("127.0.0.1", web.port)
    assert Fetcher(guard, "copydesk/test", allow=LOOPBACK).get(web.url("/ok"), 5).status == 200
    with pytest.raises(Forbidden, match="without a deadline"):  # the one of the request is over
        guard.connect("127.0.0.1", web.port)


def test_a_proxy_or_an_unverified_certificate_is_refused() -> None:
    adapter = Fetcher(Guard((), names()), "copydesk/test")._adapter
    with pytest.raises(Forbidden, match="no proxy"):
        adapter.proxy_manager_for("http://127.0.0.1:9")
    with pytest.raises(Forbidden, match="always verified"):
        adapter.cert_verify(None, "https://public.example/", False, None)


def test_a_hanging_look_up_holds_nobody_up(web: Web) -> None:
    import threading

    held = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        if host == "hanging.example":
            held.wait(30)
        return ["127.0.0.1"]

    with Deadline(10) as clock:
        guard = Guard(LOOPBACK, resolve)
        fetcher = Fetcher(guard, "copydesk/test", allow=LOOPBACK)
        capture = fetcher.get(f"http://hanging.example:{web.port}/ok", 0.3)
        assert fetcher.get(f"http://quick.example:{web.port}/ok", 5).status == 200
        assert clock.left > 7
    held.set()
    assert (capture.failure, capture.detail) == ("timeout", "no answer in time")


def test_a_name_that_could_not_be_looked_up_is_looked_up_again(web: Web) -> None:
    failures = iter([socket.gaierror(socket.EAI_AGAIN, "later"), None])

    def resolve(host: str, port: int) -> list[str]:
        if error := next(failures):
            raise error
        return ["127.0.0.1"]

    fetcher = Fetcher(Guard(LOOPBACK, resolve), "copydesk/test", allow=LOOPBACK)
    assert fetcher.get(f"http://a.example:{web.port}/ok", 5).failure == "timeout"
    assert fetcher.get(f"http://a.example:{web.port}/ok", 5).status == 200


def test_a_name_that_was_looked_up_is_not_looked_up_again_at_once(web: Web) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    fetcher = Fetcher(Guard(LOOPBACK, resolve), "copydesk/test", allow=LOOPBACK)
    for name in ("a.example", "b.example", "a.example"):
        fetcher.get(f"http://{name}:{web.port}/close", 5)
    assert (asked, web.connections) == (["a.example", "b.example"], 3)


def test_a_connection_that_nobody_accepts_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy, ExitStack() as waiting, Deadline(60) as clock:
        for _ in range(8):  # more than the system lets wait
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(busy.getsockname())
        capture = get(f"http://127.0.0.1:{busy.getsockname()[1]}/", allow=LOOPBACK, seconds=0.3)
        assert clock.left > 50
    assert capture.failure == "timeout"


def test_a_connection_that_is_opened_too_late_is_shut_at_once(web: Web) -> None:
    with Deadline(60) as deadline, socket.create_connection(("127.0.0.1", web.port)) as opened:
        deadline.expire()
        deadline.watch(opened)
        assert opened.recv(1) == b""


def test_deadlines_that_are_over_are_forgotten() -> None:
    watchdog = Watchdog()
    for _ in range(3 * FORGOTTEN):
        with Deadline(60, watchdog):
            pass
    assert len(watchdog._heap) <= FORGOTTEN


def test_a_deadline_ends_in_time_whichever_were_forgotten_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.origin.web.deadline.FORGOTTEN", 3)
    watchdog = Watchdog()
    with Deadline(5, watchdog):
        pass
    with Deadline(60, watchdog), Deadline(6, watchdog) as next_one, Deadline(90, watchdog):
        assert watchdog._heap[0][2] is next_one  # which is the one that the watchdog waits for


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """A certificate authority that this process trusts beside the usual ones."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    trusted.cache_clear()
    yield made
    trusted.cache_clear()


def server_context(authority: trustme.CA, *identities: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*identities).configure_cert(context)
    return context


def local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_certificates_are_verified_and_must_bear_the_right_name(authority: trustme.CA) -> None:
    with Web(tls=server_context(authority, "right.example")) as web:
        right = get(f"https://right.example:{web.port}/ok", local, LOOPBACK)
        wrong = get(f"https://wrong.example:{web.port}/ok", local, LOOPBACK)
        plain = get(f"http://right.example:{web.port}/ok", local, LOOPBACK)
    assert right.status == 200
    assert wrong.failure == "tls"
    assert "mismatch" in wrong.detail
    assert plain.failure == "broken"


def test_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    stranger = trustme.CA()
    with Web(tls=server_context(stranger, "right.example")) as web:
        capture = get(f"https://right.example:{web.port}/ok", local, LOOPBACK)
        assert not web.seen
    assert capture.failure == "tls"
    assert "certificate" in capture.detail


def test_a_deadline_ends_a_dripping_answer_over_tls(authority: trustme.CA) -> None:
    with Web(tls=server_context(authority, "right.example")) as web:
        fetcher = Fetcher(Guard(LOOPBACK, local), "copydesk/test", allow=LOOPBACK)
        assert fetcher.get(f"https://right.example:{web.port}/ok", 5).status == 200
        with Deadline(30) as clock:
            capture = fetcher.get(f"https://right.example:{web.port}/drip", 0.5)  # on the connection that is kept alive
            assert clock.left > 27
        assert web.connections == 1
    assert capture.failure == "timeout"


def test_one_tls_context_serves_all_connections(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []
    real = ssl.SSLContext.load_verify_locations

    def load(self: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        loads.append(arguments)
        real(self, *arguments, **options)

    with Web(tls=server_context(authority, "right.example")) as web:
        fetcher = Fetcher(Guard(LOOPBACK, local), "copydesk/test", allow=LOOPBACK)
        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
        for path in ("/close", "/ok", "/reset", "/ok"):
            fetcher.get(f"https://right.example:{web.port}{path}", 5)
        assert web.connections >= 3
    assert loads == []


def test_a_resolver_that_breaks_is_no_crash() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise UnicodeError("label too long")

    assert get("http://public.example/", resolve).failure == "dns"
