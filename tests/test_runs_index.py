"""The page that lists the runs of a folder: what it tells, what it survives, and that nothing in it runs."""

import json
import os
import re
import threading
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from conftest import PAYLOADS, Finished, copydesk, record, write_jsonl
from copydesk.cli import main
from copydesk.report import index
from test_report_browser import axe_violations, opened_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`reports/runs` after three checks; the second of them failed."""
    here = tmp_path_factory.mktemp("project")
    before = Path.cwd()
    os.chdir(here)
    try:
        for number, title in enumerate(["Ferry", "", "Ferry Resumes"]):
            write_jsonl(here / "in.jsonl", [record(id=str(n), title=title) for n in range(4)])
            code = main(["check", "in.jsonl", "-q", "-o", f"reports/runs/day-{number}"])
            assert code == (1 if number == 1 else 0)
    finally:
        os.chdir(before)
    return here / "reports" / "runs"


def summary(**changed: Any) -> dict[str, Any]:
    """A summary with what the page reads."""
    return {
        "started_at": "2026-06-01T06:00:00+00:00",
        "contract": {"path": "checks/article.yaml", "sha256": "0" * 64},
        "counts": {"read": 10, "accepted": 8, "quarantined": 2, "unreadable": 0},
        "rules": {"date-missing": {"code": "DAT001", "severity": "error", "checked": 10, "failed": 2}},
        "gate": {"passed": False, "reasons": []},
        **changed,
    }


def put(runs: Path, name: str, text: str | dict[str, Any], at: int = 1) -> Path:
    """A run directory with a summary that was written at a second."""
    run = runs / name
    run.mkdir(parents=True)
    path = run / "summary.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    os.utime(path, (at, at))
    return run


def test_each_check_lists_the_runs_newest_first(folder: Path) -> None:
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<a href="\./(day-\d)/report\.html"><time', html) == ["day-2", "day-1", "day-0"]
    assert re.findall(r"badge \w+\">(Passed|Failed)<", html) == ["Passed", "Failed", "Passed"]
    assert "title-missing" in html
    assert "3 runs, newest first" in html
    assert "0 % now; 0 % to 100 % in 3 runs since" in html
    assert {path.name for path in folder.iterdir()} <= {
        ".gitignore",
        "index.html",
        "history.sqlite",
        "day-0",
        "day-1",
        "day-2",
    }


def test_the_first_run_hides_the_folder_from_git_and_no_later_one_does(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    articles, runs = write_jsonl(tmp_path / "in.jsonl", [record()]), tmp_path / "reports" / "runs"
    check(articles, "--no-history", out=runs / "one")
    assert (runs / ".gitignore").read_text(encoding="utf-8") == "*\n"
    (runs / ".gitignore").unlink()
    check(articles, "--no-history", out=runs / "two")
    assert not (runs / ".gitignore").exists()


def test_a_share_is_red_only_where_something_is_quarantined_now(folder: Path, tmp_path: Path) -> None:
    assert '<b aria-hidden="true">0 %</b>' in (folder / "index.html").read_text(encoding="utf-8")
    put(tmp_path, "one", summary())
    put(tmp_path, "two", summary())
    assert '<b aria-hidden="true" class="bad">20 %</b>' in index.write(tmp_path).read_text(encoding="utf-8")


def test_why_the_last_run_failed_is_told_and_what_is_no_reason_is_not(tmp_path: Path) -> None:
    told = [f"drift: <b>{number}</b>" for number in range(6)]
    put(tmp_path, "one", summary(gate={"passed": False, "reasons": [*told, 5, None]}))
    html = index.write(tmp_path, "de").read_text(encoding="utf-8")
    assert re.findall(r"<li><bdi>(.*?)</bdi></li>", html) == [
        *(f"drift: &lt;b&gt;{number}&lt;/b&gt;" for number in range(4)),
        "and 2 more",
    ]
    assert '<ul class="small" lang="en">' in html
    put(tmp_path, "one-more", summary(gate={"passed": False, "reasons": "none"}), at=2)
    assert "<li><bdi>" not in index.write(tmp_path).read_text(encoding="utf-8")


def test_a_run_elsewhere_lists_nothing(check: Callable[..., Finished], tmp_path: Path) -> None:
    check(write_jsonl(tmp_path / "in.jsonl", [record()]), out=tmp_path / "runs" / "one")
    assert not (tmp_path / "runs" / "index.html").exists()


def test_the_list_is_written_on_request_in_any_folder_and_language(tmp_path: Path) -> None:
    put(tmp_path, "one", summary())
    assert main(["report", str(tmp_path), "--language", "de"]) == 0
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="de"' in html
    assert "Nicht bestanden" in html
    assert "2 von 10 Datensätzen (20 %) sind ausgesondert." in html


def test_a_folder_without_runs_is_no_input(tmp_path: Path) -> None:
    assert main(["report", str(tmp_path)]) == 3
    assert not (tmp_path / "index.html").exists()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "[" * 100_000, "\ud83d", '{"counts": NaN}',
        json.dumps(summary(started_at=5)), json.dumps(summary(started_at="yesterday")),
        json.dumps(summary(gate={"passed": "yes"})), json.dumps(summary(history=["article"])),
        json.dumps(summary(counts={"read": -1, "quarantined": 0, "unreadable": 0})),
        json.dumps(summary(counts={"read": 10**400, "quarantined": 0, "unreadable": 0})),
        json.dumps(summary(rules={"x": {"severity": "worst", "checked": 1, "failed": 1}})),
    ],
)  # fmt: skip
def test_a_broken_summary_is_a_line_of_the_page(text: str, tmp_path: Path) -> None:
    run = tmp_path / "broken"
    run.mkdir()
    (run / "summary.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    put(tmp_path, "good", summary())
    runs, count = index.listed(tmp_path)
    assert count == 2
    assert [(found.name, found.trouble) for found in runs] == [
        ("good", None),
        ("broken", "it is no summary of a run"),
    ]
    html = index.write(tmp_path).read_text(encoding="utf-8")
    assert "its summary cannot be read" in html


def test_links_pipes_and_endless_summaries_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = tmp_path / "runs"
    put(tmp_path, "elsewhere", summary())
    put(runs, "good", summary())
    (runs / "linked").symlink_to(tmp_path / "elsewhere")
    (runs / "secret").mkdir()
    (runs / "secret" / "summary.json").symlink_to(tmp_path / "elsewhere" / "summary.json")
    (runs / "pipe").mkdir()
    os.mkfifo(runs / "pipe" / "summary.json")
    monkeypatch.setattr(index, "LARGEST", 2_000)
    put(runs, "large", summary(notes=["x" * 2_000]))
    found, _ = index.listed(runs)
    assert {run.name for run in found if run.trouble is None} == {"good"}
    assert {run.name for run in found if run.trouble} == {"secret", "pipe", "large"}


def test_the_page_is_bounded_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RUNS", 5)
    for number in range(9):
        put(tmp_path, f"r{number}", summary(started_at=f"2026-06-0{number + 1}T00:00:00+00:00"), at=number)
    html = index.write(tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"<bdi>(r\d)</bdi>", html) == ["r8", "r7", "r6", "r5", "r4"]
    assert "The newest 5 of 9 runs" in html
    monkeypatch.setattr(index, "TOGETHER", 3 * len(json.dumps(summary())))
    assert "The newest 3 of 9 runs" in index.write(tmp_path).read_text(encoding="utf-8")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture(scope="module")
def hostile_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Payloads as contract, rule, and name of a run."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, payload in enumerate(PAYLOADS):
        rules = {payload: {"code": payload, "severity": "error", "checked": 9, "failed": 9}}
        told = summary(history={"series": payload}, rules=rules, run_id=payload, language=payload, drift=[payload])
        name = payload.replace("/", "∕").replace("\0", "")[:120]
        run = put(folder, f"{number}{name}", told, at=number)
        (run / "report.html").write_text("")
        put(folder, f"{number}b{name}", payload, at=number)
    run = folder / os.fsdecode(b"\xff\xfe")
    run.mkdir()
    (run / "summary.json").write_text(json.dumps(summary()))
    index.write(folder)
    return folder


def test_no_scraped_text_breaks_out(hostile_runs: Path) -> None:
    html = (hostile_runs / "index.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(html)
    assert not {"script", "img", "iframe", "base", "object", "math", "mi", "b:script"} & set(tags.tags)
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name in ("src", "srcdoc", "style")]
    links = [value or "" for name, value in tags.attributes if name == "href"]
    assert all(link == "#main" or re.fullmatch(r"\./[\w.~%-]+/report\.html", link) for link in links)
    assert len(links) > len(PAYLOADS)


def test_what_is_not_ours_stays_and_no_run_fails_for_it(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", [record()])
    runs = tmp_path / "reports" / "runs"
    runs.mkdir(parents=True)
    (runs / "index.html").write_text("<p>my own</p>")
    done = copydesk("check", "in.jsonl", "-q", cwd=tmp_path)
    assert done.returncode == 0
    assert "the list of runs was not written" in done.stderr.decode()
    assert (runs / "index.html").read_text() == "<p>my own</p>"
    (runs / "index.html").unlink()
    (runs / "index.html").symlink_to(tmp_path / "in.jsonl")
    assert main(["report", str(runs)]) == 2
    assert "ferry" in (tmp_path / "in.jsonl").read_text().lower()


def test_runs_at_the_same_time_are_all_listed(tmp_path: Path) -> None:
    def one(number: int) -> None:
        put(tmp_path, f"r{number}", summary())
        index.write(tmp_path)

    threads = [threading.Thread(target=one, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r"<bdi>(r\d)</bdi>", html)) == {f"r{number}" for number in range(6)}
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"index.html"}


def test_an_own_template_takes_the_place_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "runs", "one", summary())
    own = tmp_path / "reports" / "templates"
    own.mkdir(parents=True)
    (own / "index.html.j2").write_text("mine: {{ count }}")
    monkeypatch.chdir(tmp_path)
    assert index.write(tmp_path / "runs").read_text() == "mine: 1"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_list(folder: Path, browser: Any, scheme: str) -> None:
    with opened_page(browser, folder / "index.html", color_scheme=scheme, bypass_csp=True) as page:
        assert axe_violations(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_list_fits_the_screen_and_nothing_hostile_runs(hostile_runs: Path, browser: Any, width: int) -> None:
    with opened_page(browser, hostile_runs / "index.html", viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title() == "Runs · copydesk"
        assert page.locator("table.runs tbody tr").count() == len(PAYLOADS) + 1


@pytest.mark.browser
def test_a_run_is_one_step_from_its_report(folder: Path, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    page.click("table.runs tbody tr >> nth=1 >> a")
    assert page.url == (folder / "day-1" / "report.html").as_uri()
    assert page.is_visible("text=Failed")
    context.close()
