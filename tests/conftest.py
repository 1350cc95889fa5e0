"""What many tests need: a good record, runs of the real program, and the tables a run leaves."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

ROOT = Path(__file__).resolve().parent.parent

with suppress(ImportError):  # the orchestrators' environments have no hypothesis
    from hypothesis import settings

    # how long an example takes says how busy the machine is: what must be quick has a test of its own
    settings.register_profile("copydesk", deadline=None)
    settings.load_profile("copydesk")

TEXT = (
    "The ferry to the outer island runs again after two weeks in the dock.\n"
    "The first boat left at dawn with forty passengers, three bicycles and the post.\n"
    "“We missed the gulls,” said the captain, who has steered the line for years."
)


def record(**fields: Any) -> dict[str, Any]:
    """A record without any defect, changed by ``fields``."""
    return {
        "id": "a1",
        "url": "https://www.example.com/2025/06/14/ferry-resumes",
        "title": "Ferry Resumes",
        "authors": ["Ana Lindqvist"],
        "date": "2025-06-14T08:30:00Z",
        "text": TEXT,
        "crawl_date": "2025-06-20",
        **fields,
    }


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    """Writes records as JSON lines."""
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in records), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def no_cache_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What runs keep of the network goes into a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True, scope="session")
def no_history_of_the_checkout_for_shared_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same for the runs of fixtures that several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("copydesk.history.place.DEFAULT", tmp_path_factory.mktemp("history") / "history.sqlite")
        yield


@pytest.fixture(autouse=True)
def no_history_of_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Runs of this process that name no history keep theirs in a folder of the test."""
    monkeypatch.setattr("copydesk.history.place.DEFAULT", tmp_path_factory.mktemp("history") / "history.sqlite")


@dataclass
class Finished:
    """What the program did: exit code, output, and its run directory."""

    code: int
    out: str
    err: str
    run: Path

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.run / "summary.json").read_text(encoding="utf-8")))

    @property
    def findings(self) -> pl.DataFrame:
        return pl.read_parquet(self.run / "findings.parquet")

    @property
    def articles(self) -> pl.DataFrame:
        return pl.read_parquet(self.run / "articles.parquet")

    @property
    def unreadable(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.run / "unreadable.jsonl").read_text(encoding="utf-8").splitlines()]

    def rules(self) -> set[str]:
        """The rules that found anything."""
        return set(self.findings["rule"])


def copydesk(
    *arguments: object, cwd: Path | None = None, stdin: bytes | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Runs the real program in a process of its own; without ``cwd`` it keeps no history, which would lie in the checkout."""
    command = [sys.executable, "-m", "copydesk", *map(str, arguments)]
    if command[3:4] == ["check"] and cwd is None and "--history" not in command:
        command.insert(4, "--no-history")
    return subprocess.run(command, capture_output=True, cwd=cwd, input=stdin, timeout=300, check=False)


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[http.server.ThreadingHTTPServer]:
    """A web server on loopback; handlers put what they were asked into its list ``asked``."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.asked = []  # type: ignore[attr-defined]
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield running
        finally:
            running.shutdown()


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Finished]:
    """Runs `copydesk check` in this process: as the program does, but without starting one."""
    from copydesk.cli import main

    def run(*arguments: object, out: Path | None = None) -> Finished:
        folder = out or tmp_path / "run"
        capsys.readouterr()
        code = main(["check", *map(str, arguments), "-o", str(folder)])
        printed = capsys.readouterr()
        return Finished(code, printed.out, printed.err, folder)

    return run


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Callable[..., Finished]:
    """Runs any command of `copydesk` in this process, below ``cwd`` if that is given: a process of its own takes seconds to start."""
    from copydesk.cli import main

    def run(*arguments: object, cwd: Path | None = None) -> Finished:
        capsys.readouterr()
        with chdir(cwd or Path.cwd()):
            try:
                code = main(list(map(str, arguments)))
            except SystemExit as done:  # wrong usage
                code = int(done.code or 0)
        printed = capsys.readouterr()
        return Finished(code, printed.out, printed.err, cwd or Path.cwd())

    return run


PAYLOADS = [
    "<script>document.title='owned'</script>",
    "</script><img src=x onerror=document.body.remove()>",
    "</style><script>document.title='owned'</script>",
    "<svg onload=document.title='owned'>",
    "<math><mi xlink:href='javascript:document.title=1'>",
    "\"><a href=javascript:document.title='owned'>x</a>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>{% raw %}",
    "<img src=https://tracker.example/x.gif>",
    "<iframe srcdoc='<script>top.document.title=1</script>'>",
    "\u202eevil\u2066\u200b\x00\x07\x1b[31m",
    "javascript:document.title='owned'",
    "data:text/html,<script>parent.document.title='owned'</script>",
    "line\u2028separator\u2029 \\u003cscript\\u003e",
    "--><!--<base href=//evil.example>",
    "&lt;script&gt;&#x3c;b&#x3e;",
]
"""What no report may obey, and every report must show."""


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run whose records are payloads in every field, rules' evidence included."""
    from copydesk.cli import main

    tmp_path = tmp_path_factory.mktemp("hostile")
    entries: list[dict[str, Any]] = []
    for number, payload in enumerate(PAYLOADS):
        fields = dict.fromkeys(("id", "title", "date", "source", "section", "language", "url", "summary"), payload)
        entries.append(
            record(
                **fields,
                authors=[payload + " @x"],
                canonical_url=payload,
                text=f"Read more: {payload}\n{payload}",
                **{payload: payload},
            )
        )
        entries.append(
            record(id=f"{number}", url=f"https://example.com/{payload}", text=f"{payload} <p> Related: {payload}")
        )
    source = tmp_path / "<b>in.jsonl"
    write_jsonl(source, entries)
    source.write_text(
        source.read_text(encoding="utf-8") + "".join(f"{payload}\n" for payload in PAYLOADS), encoding="utf-8"
    )
    return Finished(main(["check", str(source), "-o", str(tmp_path / "run"), "-q"]), "", "", tmp_path / "run")


CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Real Chromium."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium: the browser tests did not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--disable-sync",
        ]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()
