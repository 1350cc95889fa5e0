"""The report: every value escaped, nothing executed, nothing requested, nothing hidden."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Finished, copydesk, record, write_jsonl
from copydesk.report.markdown import _escaped
from copydesk.report.shown import shown

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
    "--><!--<base href=//evil.example>",
    "&lt;script&gt;&#x3c;b&#x3e;",
]


class Tags(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(max_size=200))
def test_shown_text_is_escaped_and_nothing_of_it_is_lost(text: str) -> None:
    parser = Tags()
    parser.feed(str(shown(text)))
    parser.close()
    assert set(parser.tags) <= {"span"}
    restored = re.sub(r"U\+([0-9A-F]{4,6})(?![0-9A-F])", lambda found: found[0], parser.text)
    for char in text:
        assert char in restored or f"U+{ord(char):04X}" in restored or char == "\r"


@given(st.text(max_size=80))
def test_markdown_holds_no_markup_of_a_record(text: str) -> None:
    escaped = _escaped(text)
    assert "\n" not in escaped
    assert not re.search(r"[<>`|*\[\]]", escaped)


@pytest.fixture
def hostile(check: Callable[..., Finished], tmp_path: Path) -> Finished:
    """A run whose records are payloads in every field, rules' evidence included."""
    entries: list[dict[str, Any]] = []
    for number, payload in enumerate(PAYLOADS):
        entries.append(
            record(
                id=payload,
                title=payload,
                authors=[payload + " @x"],
                date=payload,
                source=payload,
                section=payload,
                text=f"Read more: {payload}\n{payload}",
                url=payload,
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
    return check(source)


def test_the_report_is_one_file_without_script_or_address_to_load(hostile: Finished) -> None:
    html = (hostile.run / "report.html").read_text(encoding="utf-8")
    parser = Tags()
    parser.feed(html)
    assert not {"script", "img", "iframe", "link", "base", "object", "form", "math", "input"} & set(parser.tags)
    assert "default-src 'none'" in html
    assert not re.search(r"<[^>]*\s(src|onerror|onload|style)\s*=", html)
    assert re.findall(r'href="(?!#|https?://)[^"]*"', html) == []


def test_every_finding_is_shown_with_title_id_url_and_marked_span(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    done = check(
        write_jsonl(tmp_path / "in.jsonl", [record(text="First.\nRelated article: Other & Story\n" + "Last. " * 30)])
    )
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert "<mark>Related article: Other &amp; Story</mark>" in html
    for needed in (
        "Ferry Resumes",
        "a1",
        "https://www.example.com/2025/06/14/ferry-resumes",
        "What to do.",
        "Why it matters.",
    ):
        assert needed in html
    assert "0 accepted + 1 quarantined + 0 unreadable = 1 read" in html


def test_the_report_says_how_much_it_shows(check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(id=str(n), title="") for n in range(90)]))
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert "Showing 40 of 90 findings" in html


def test_markdown_and_json_outputs(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="", source="a|b<c>")])
    markdown = copydesk("check", source, "-o", tmp_path / "r", "--output", "markdown").stdout.decode()
    assert markdown.startswith("## copydesk: failed")
    assert "| TTL001 title-missing | error | 1 | 100 % |" in markdown
    assert "a&#124;b&#60;c&#62;" in markdown
    data = json.loads(copydesk("check", source, "-o", tmp_path / "r", "--json").stdout)
    assert data["gate"]["passed"] is False
    assert data["run_dir"] == str(tmp_path / "r")


def test_the_terminal_shows_control_characters_instead_of_obeying_them(tmp_path: Path) -> None:
    entries = [record(id=str(n), title="", source=f"evil\x1b[2J{n}\u202e") for n in range(3)]
    printed = copydesk("check", write_jsonl(tmp_path / "in.jsonl", entries), "-o", tmp_path / "r").stdout.decode()
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "\\x1b[2J" in printed


def test_a_report_can_be_rendered_again_with_own_templates(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title="")]))
    before = (done.run / "report.html").read_bytes()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports" / "templates").mkdir(parents=True)
    (tmp_path / "reports" / "templates" / "report.html.j2").write_text("<p>mine: {{ shown(run_id) }}</p>")
    again = copydesk("report", done.run, cwd=tmp_path)
    assert again.returncode == 0
    assert (done.run / "report.html").read_text().startswith("<p>mine: ")
    assert (done.run / "report.html").read_bytes() != before
    manifest = json.loads((done.run / "manifest.json").read_text())
    import hashlib

    assert manifest["files"]["report.html"] == hashlib.sha256((done.run / "report.html").read_bytes()).hexdigest()


CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


@pytest.fixture(scope="module")
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


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_nothing_runs_nothing_is_requested_and_nothing_is_hidden(
    hostile: Finished, browser: Any, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)
    requests: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: messages.append(dialog.message))
    url = (hostile.run / "report.html").as_uri()
    page.goto(url)
    assert requests == [url]
    assert messages == []
    assert page.title().startswith("failed")
    text = page.inner_text("body")
    assert "document.title='owned'" in text
    assert "U+202E" in text
    assert "U+0000" in text
    assert "{{ 7*7 }}" in text
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_fits_the_screen(hostile: Finished, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((hostile.run / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.browser
def test_the_keyboard_reaches_what_the_mouse_does(hostile: Finished, browser: Any) -> None:
    page = browser.new_page()
    page.goto((hostile.run / "report.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    links = page.locator(".matrix td a")
    assert links.count() > 0
    target = links.first.get_attribute("href")
    links.first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(target)
    assert page.locator(target).count() == 1
    page.close()
