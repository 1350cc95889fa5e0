"""A run that is interrupted while it asks the web: it ends soon, says so, and leaves nothing but the cache."""

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import record, write_jsonl
from copydesk.captures.capture import Capture
from copydesk.origin.web.cache import Cache, Known
from test_recording import contract
from web import Web

_RUN = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from copydesk.cli import main; sys.exit(main())"
"""Programs in the background of a shell ignore SIGINT; this one does not."""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_soon_and_leaves_nothing(sent: signal.Signals, tmp_path: Path) -> None:
    out, kept = tmp_path / "run", tmp_path / "kept.warc.gz"
    with Web() as web:
        path = write_jsonl(tmp_path / "in.jsonl", [record(id=str(n), url=web.url(f"/silent/{n}")) for n in range(200)])
        rules = contract(tmp_path, timeout=20, concurrency=4, per_host=4, cache=tmp_path / "cache.sqlite3")
        command = [sys.executable, "-c", _RUN, "check", path, "-c", rules, "-o", out, "--online", "--record", kept]
        with subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE) as running:
            end = time.monotonic() + 30
            while not web.paths() and time.monotonic() < end:
                time.sleep(0.05)
            running.send_signal(sent)
            started = time.monotonic()
            _, said = running.communicate(timeout=60)
    assert time.monotonic() - started < 5
    assert (running.returncode, said) == (4, b"copydesk: interrupted; nothing was written\n")
    assert not out.exists() or not list(out.iterdir())
    assert {entry.name.split(".")[0] for entry in tmp_path.iterdir()} <= {"in", "contract", "cache", "run"}


def test_an_answer_that_comes_after_the_end_does_not_break_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    cache = Cache(str(path))
    cache.close()
    at = datetime(2025, 6, 14, tzinfo=UTC)
    late = Capture("https://a.example/1", "https://a.example/1", at, 200)
    cache.put(Known(late, None, at.timestamp(), None), None)
    assert cache.get("https://a.example/1") is None
    assert not list(tmp_path.glob("*.broken-*"))
    with sqlite3.connect(path) as kept:
        assert kept.execute("select count(*) from answers").fetchone() == (0,)
