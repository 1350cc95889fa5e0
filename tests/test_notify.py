"""A webhook is told of the gate's changes: real servers on loopback, slow, broken, redirecting and untrusted ones included."""

import http.server
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from conftest import Finished, record, serving, write_jsonl
from copydesk import notify as module
from copydesk.contract import read
from copydesk.errors import ContractError
from copydesk.notify import Notify, changed, notify

SECRET = "hooks/T0P-SECRET-9f2c"  # noqa: S105 -- invented
NAME = "COPYDESK_TEST_HOOK"


class Hook(http.server.BaseHTTPRequestHandler):
    """Answers by the path: a status, or slowly."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        kind = self.path.rpartition("/")[2]
        if kind == "silent":
            time.sleep(3)
            return
        if kind == "drip":
            for _ in range(40):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.1)
            return
        self.send_response(int(kind) if kind.isdecimal() else 200)
        if kind == "302":
            self.send_header("Location", "/elsewhere/200")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Serves, and sets the variable to the address with this ending."""
    monkeypatch.setenv("NO_PROXY", "*")
    with serving(Hook) as server:

        def point(kind: str) -> Any:
            monkeypatch.setenv(NAME, f"http://127.0.0.1:{server.server_port}/{SECRET}/{kind}")
            return server.asked  # type: ignore[attr-defined]

        yield point


def summary(passed: bool, previous: bool | None = None, **keys: Any) -> dict[str, Any]:
    before = None if previous is None else {"run_id": "r0", "started_at": "", "passed": previous, "counts": {}}
    return {
        "run_id": "r1",
        "contract": {"path": "c.yaml", "sha256": ""},
        "counts": {"read": 1_200, "accepted": 1_100, "quarantined": 100, "unreadable": 0},
        "gate": {"passed": passed, "reasons": [] if passed else ["100 of 1,200 <!channel> & *bad*\n<https://evil|x>"]},
        "history": {"database": "h", "series": "s", "runs": 1, "previous": before, "usual": None},
        "drift": [],
        **keys,
    }


@pytest.mark.parametrize(
    ("when", "passed", "previous", "told"),
    [
        ("change", False, True, True),
        ("change", True, False, True),
        ("change", True, True, False),
        ("change", False, False, False),
        ("change", False, None, True),
        ("change", True, None, False),
        ("failure", False, False, True),
        ("failure", True, False, False),
        ("always", True, True, True),
    ],
)
def test_it_is_told_when_it_is_due(
    when: Any, passed: bool, previous: bool | None, told: bool, hook: Callable[[str], Any]
) -> None:
    asked = hook("200")
    assert notify(Notify(NAME, when), summary(passed, previous), "run/report.html") is None
    assert len(asked) == told
    if previous is not None:
        assert changed(previous, passed) == (previous != passed)


def test_what_is_posted(hook: Callable[[str], Any]) -> None:
    asked = hook("200")
    drift = [{"says": f"s{n}.example: date missing"} for n in range(12)]
    notify(Notify(NAME, "always"), summary(False, True, drift=drift), "run/report.html")
    notify(Notify(NAME, "always", "slack"), summary(False, True), "run/report.html")
    (_, plain), (_, slack) = asked
    assert (plain["passed"], plain["previous_passed"], plain["counts"]["quarantined"]) == (False, True, 100)
    assert len(plain["drift"]) == 11
    assert plain["drift"][-1] == "and 2 more"
    assert slack["text"].splitlines() == [
        "copydesk: the gate fails now: 100 of 1,200 records quarantined, 0 unreadable",
        "• 100 of 1,200 &lt;!channel&gt; &amp; *\u200bbad*\u200b\\x0a&lt;https://evil|x&gt;",
        "report: run/report.html",
    ]


@pytest.mark.parametrize(
    ("kind", "says"),
    [("500", "it answered 500"), ("404", "it answered 404"), ("302", "redirect (302), which is not followed")],
)
def test_a_refusal_is_told_without_the_address(kind: str, says: str, hook: Callable[[str], Any]) -> None:
    asked = hook(kind)
    trouble = notify(Notify(NAME, "always"), summary(False), "r")
    assert trouble is not None
    assert says in trouble
    assert SECRET not in trouble
    assert len(asked) == 1


@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_a_slow_server_does_not_hold_the_run(
    kind: str, hook: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 1.0)
    hook(kind)
    started = time.monotonic()
    trouble = notify(Notify(NAME, "always"), summary(False), "r")
    assert time.monotonic() - started < 2.5
    assert trouble is not None
    assert "did not answer" in trouble
    assert SECRET not in trouble


def test_a_certificate_that_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.asked = []  # type: ignore[attr-defined]
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(NAME, f"https://127.0.0.1:{server.server_port}/{SECRET}")
        trouble = notify(Notify(NAME, "always"), summary(False), "r")
        server.shutdown()
    assert trouble == f"the webhook of {NAME} was not notified: its certificate is not trusted"
    assert server.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "is not set"),
        ("file:///etc/passwd", "holds no http(s) address"),
        (SECRET, "holds no http(s) address"),
        (f"http://127.0.0.1:1/{SECRET}", "cannot be reached"),
        (f"http://[{SECRET}", "not valid"),
        (f"https://x:99999/{SECRET}", "not valid"),
    ],
)
def test_an_address_that_is_none_is_not_printed(value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv(NAME, value)
    trouble = notify(Notify(NAME, "always"), summary(False), "r")
    assert trouble is not None
    assert says in trouble
    assert SECRET not in trouble


def test_a_run_notifies_and_its_exit_code_and_files_know_nothing_of_it(
    check: Callable[..., Finished], tmp_path: Path, hook: Callable[[str], Any]
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    for kind, warned in (("200", False), ("500", True)):
        asked = hook(kind)
        done = check(source, "--no-history", "--notify-url-env", NAME)
        assert done.code == 1
        assert ("warning: the webhook" in done.err) == warned
        assert SECRET not in done.err + done.out
        written = b"".join(path.read_bytes() for path in done.run.rglob("*") if path.is_file())
        assert SECRET.encode() not in written
    assert [entry["passed"] for _, entry in asked] == [False, False]
    assert asked[0][1]["report"] == str(done.run / "report.html")


def test_the_contract_may_name_the_variable_and_a_passed_address_is_not_echoed(
    check: Callable[..., Finished], tmp_path: Path, hook: Callable[[str], Any]
) -> None:
    asked = hook("200")
    told = {"url_env": NAME, "when": "always", "style": "slack"}
    (tmp_path / "c.json").write_text(json.dumps({"contract": "x", "notify": told}))
    assert read(tmp_path / "c.json").notify == Notify(NAME, "always", "slack")
    assert check(write_jsonl(tmp_path / "in.jsonl", [record()]), "-c", tmp_path / "c.json").code == 0
    assert [entry["text"].partition(":")[0] for _, entry in asked] == ["copydesk"]
    (tmp_path / "c.json").write_text(json.dumps({"contract": "x", "notify": {"url_env": f"https://x/{SECRET}"}}))
    with pytest.raises(ContractError) as raised:
        read(tmp_path / "c.json")
    assert SECRET not in str(raised.value)
    command = [sys.executable, "-m", "copydesk", "check", "x", "--notify-url-env", f"https://x/{SECRET}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert SECRET not in done.stderr


def test_a_stream_notifies_too(tmp_path: Path, hook: Callable[[str], Any]) -> None:
    asked = hook("200")
    options = ["--no-history", "-o", str(tmp_path / "run"), "--notify-url-env", NAME, "-q"]
    command = [sys.executable, "-m", "copydesk", "check", "-", "--accepted", "-", *options]
    story = (json.dumps(record(title="")) + "\n").encode()
    done = subprocess.run(command, input=story, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert [entry["passed"] for _, entry in asked] == [False]
