"""The report: every value escaped, nothing executed, nothing requested, nothing hidden."""

import csv
import hashlib
import json
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PAYLOADS, ROOT, Finished, record, write_jsonl
from copydesk.report import listing, markdown
from copydesk.report.markdown import _escaped
from copydesk.report.plain import visible
from copydesk.report.sample import encode
from copydesk.report.shown import INVISIBLE, shown
from copydesk.report.view import view


class Tags(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

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


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        (None, "", "None"),
        (5, "5", "5"),
        ("<b>\u202eA & B\x00", "&lt;b&gt;{U+202E}A &amp; B{U+0000}", "<b><U+202E>A & B<U+0000>"),
        ("\U000e0041\xa0x\ufffd", "{U+E0041}\xa0x\ufffd", "<U+E0041>\xa0x\ufffd"),
        ("one\ttwo\nthree\r", "one\ttwo\nthree{U+000D}", "one\ttwo\nthree<U+000D>"),
        ("می\u200cخواهم ❤\ufe0f", "می\u200cخواهم ❤\ufe0f", "می\u200cخواهم ❤\ufe0f"),
        ("\u200da \u200cb", "{U+200D}a {U+200C}b", "<U+200D>a <U+200C>b"),
        ("a\u200b\u200cb", "a{U+200B}\u200cb", "a<U+200B>\u200cb"),
    ],
)
def test_what_nobody_sees_is_shown_unless_it_joins_letters(text: object, html: str, plain: str) -> None:
    assert shown(text) == re.sub(r"\{(.*?)\}", r'<span class="control">\1</span>', html)
    assert visible(text) == plain


@given(st.text(max_size=80))
def test_markdown_holds_no_markup_of_a_record(text: str) -> None:
    escaped = _escaped(text)
    assert "\n" not in escaped
    assert not re.search(r"[<>`|*\[\]]", escaped)


def test_the_report_holds_no_markup_of_a_record_and_no_address_to_load(hostile: Finished) -> None:
    html = (hostile.run / "report.html").read_text(encoding="utf-8")
    parser = Tags()
    parser.feed(html)
    assert parser.tags.count("script") == 2  # our own, and the data
    assert not {"img", "iframe", "link", "base", "object", "math", "mi"} & set(parser.tags)
    assert "default-src 'none'" in unescape(html)
    assert not [name for name in parser.attributes if name.startswith("on") or name in ("src", "srcdoc", "style")]
    assert re.findall(r'href="(?!#|https?://)[^"]*"', html) == []


def test_nothing_invisible_and_no_markup_stands_in_the_data(hostile: Finished) -> None:
    html = (hostile.run / "report.html").read_text(encoding="utf-8")
    text = html.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert not re.search("[<>&]", text)
    assert not INVISIBLE.search(text)
    carried = {entry["id"] for entry in json.loads(text)["articles"]}
    assert set(PAYLOADS) <= carried  # and nothing is lost


@given(st.text(max_size=100))
def test_encoded_text_is_read_as_it_was(text: str) -> None:
    assert json.loads(encode(text)) == text
    assert not re.search("[<>&\u2028\u2029]", encode(text))


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


def test_the_report_says_how_much_it_shows(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.report.sample.ARTICLES", 40)
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(id=str(n), title="") for n in range(90)]))
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert "Showing 3 of 90 findings" in html
    assert "This page carries 40 of 90 articles with findings" in html
    assert "All findings are in findings.parquet and findings.csv beside it." in html


def test_markdown_and_json_outputs(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="", source="a|b<c>")])
    markdown = check(source, "--output", "markdown").out
    assert markdown.startswith("## copydesk: failed")
    assert "| TTL001 title-missing | error | 1 | 100 % |" in markdown
    assert "a&#124;b&#60;c&#62;" in markdown
    done = check(source, "--json")
    data = json.loads(done.out)
    assert data["gate"]["passed"] is False
    assert data["run_dir"] == str(done.run)


def test_markdown_says_what_it_leaves_out(check: Callable[..., Finished], tmp_path: Path) -> None:
    records = [record(id=str(n), url=f"https://s{n}.example/a", title="") for n in range(12)]
    done = check(write_jsonl(tmp_path / "in.jsonl", records), "--no-history")
    text = (done.run / "summary.md").read_text(encoding="utf-8")
    assert "\n\nand 2 more sources with quarantined articles\n" in text
    assert "more rule" not in text
    summary = done.summary
    told = {f"rule-{n:02}": {**summary["rules"]["title-missing"], "failed": n + 1} for n in range(21)}
    drift = [{"source": None, "measure": "silent", "severity": "critical", "says": f"s{n}: *gone*"} for n in range(21)]
    (done.run / "summary.json").write_text(json.dumps({**summary, "rules": told, "drift": drift}), encoding="utf-8")
    text = markdown.render(view(done.run))
    assert "\n\nand 1 more rule\n" in text
    assert "- critical&#58; s19&#58; &#42;gone&#42;\n- and 1 more\n" in text


def test_a_run_without_a_quarantined_article_has_no_worst_sources(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(authors=[])]))
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert "Worst rules" in html
    assert "Worst sources" not in html
    assert '<li class="quarantined none"><b>0</b>' in html


def test_a_suite_that_was_not_run_says_what_it_is_made_for(check: Callable[..., Finished], tmp_path: Path) -> None:
    records = [record(id=str(n), url=f"https://s{n}.example/a") for n in range(3)]
    done = check(write_jsonl(tmp_path / "in.jsonl", records))
    html = (done.run / "report.html").read_text(encoding="utf-8")
    assert "it is made for 100 articles or more, and this batch has 3." in html
    assert "it judges sources of 30 articles or more, and the largest here has 1." in html
    assert "it judges feeds of 100 articles or more, and the largest here has 3." in html


def test_the_terminal_shows_control_characters_instead_of_obeying_them(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    entries = [record(id=str(n), title="", source=f"evil\x1b[2J{n}\u202e##[error]") for n in range(3)]
    printed = check(write_jsonl(tmp_path / "in.jsonl", entries)).out
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "\\x1b[2J" in printed
    assert "# #[error]" in printed
    assert "##[" not in printed


def test_a_report_can_be_rendered_again_with_own_templates(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title="")]))
    before = (done.run / "report.html").read_bytes()
    (tmp_path / "reports" / "templates").mkdir(parents=True)
    (tmp_path / "reports" / "templates" / "report.html.j2").write_text("<p>mine: {{ shown(run_id) }}</p>")
    assert program("report", done.run, cwd=tmp_path).code == 0
    assert (done.run / "report.html").read_text().startswith("<p>mine: ")
    assert (done.run / "report.html").read_bytes() != before
    manifest = json.loads((done.run / "manifest.json").read_text())
    assert manifest["files"]["report.html"] == hashlib.sha256((done.run / "report.html").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["charts.html.j2", "verdict.html.j2", "base.css", "report.js"])
def test_every_part_of_the_page_can_be_replaced_by_an_own_one(
    name: str, check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports" / "templates").mkdir(parents=True)
    part = (ROOT / "reports" / "templates" / name).read_text(encoding="utf-8")
    (tmp_path / "reports" / "templates" / name).write_text(part + "/* mine */")
    assert ("mine" in (check(source).run / "report.html").read_text()) == (name != "charts.html.j2")


def test_a_copy_that_init_wrote_gives_way_to_what_ships_until_it_is_changed(
    program: Callable[..., Finished], tmp_path: Path
) -> None:
    """What an earlier version shipped may ask for what there is no more."""
    run, reports = tmp_path / "run", tmp_path / "reports"
    assert program("check", write_jsonl(tmp_path / "in.jsonl", [record()]), "-o", run, cwd=tmp_path).code == 0
    shipped = (run / "report.html").read_bytes()
    older = {
        reports / "templates" / "verdict.html.j2": "{{ t('of.old') }}",
        reports / "texts" / "en.yaml": "rule.all: '{of_old}'",
    }
    for file, text in older.items():
        file.parent.mkdir(parents=True)
        file.write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        (file.parent / "SHA256SUMS").write_text(f"{digest}  {file.name}\n")
    for _ in range(2):
        done = program("report", run, cwd=tmp_path)
        assert (done.code, (run / "report.html").read_bytes()) == (0, shipped), done.err
        assert program("init", "--ci", "none", cwd=tmp_path).code == 0
    for file, text in older.items():
        assert file.read_text() == text
        file.write_text(f"{text} ")
        done = program("report", run, cwd=tmp_path)
        assert (done.code, file.name in done.err) == (2, True), done.err


def test_an_own_template_that_does_not_work_is_named(program: Callable[..., Finished], tmp_path: Path) -> None:
    run, templates = tmp_path / "run", tmp_path / "reports" / "templates"
    assert program("check", write_jsonl(tmp_path / "in.jsonl", [record()]), "-o", run, cwd=tmp_path).code == 0
    templates.mkdir(parents=True)
    own = templates / "verdict.html.j2"
    for text in ("{% if %}", "{{ t('no.such.text') }}", "{{ t('rule.all') }}", "{{ 1 / 0 }}", "{{ nothing.at.all }}"):
        own.write_text(f"fine\n{text}")
        done = program("report", run, cwd=tmp_path)
        assert done.code == 2, done.err
        assert "verdict.html.j2:2" in done.err
    for name, data in (
        ("verdict.html.j2", b"{% include 'verdict.html.j2' %}"),
        ("verdict.html.j2", b"\xff"),
        ("base.css", b"\xff"),
    ):
        own.unlink(missing_ok=True)
        (templates / name).write_bytes(data)
        done = program("report", run, cwd=tmp_path)
        assert done.code == 2, done.err
        assert "reports/templates" in done.err


def test_a_template_of_the_working_directory_cannot_reach_the_program(
    program: Callable[..., Finished], tmp_path: Path
) -> None:
    run, templates = tmp_path / "run", tmp_path / "reports" / "templates"
    assert program("check", write_jsonl(tmp_path / "in.jsonl", [record()]), "-o", run, cwd=tmp_path).code == 0
    templates.mkdir(parents=True)
    (templates / "verdict.html.j2").write_text("{{ shown.__globals__ }}{{ t.__class__.__init__.__globals__ }}")
    done = program("report", run, cwd=tmp_path)
    assert done.code == 2
    assert "unsafe" in done.err


def unsafe(cell: str) -> bool:
    """Whether a spreadsheet takes a cell for a formula."""
    return cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


def test_the_list_of_findings_runs_nothing_in_a_spreadsheet_and_loses_nothing(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    titles = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "'=1", "＝1", '"=1', "a,=1", "plain"]
    entries = [record(id=title, title=title, text=f"Read more: {title}") for title in titles]
    done = check(write_jsonl(tmp_path / "in.jsonl", entries))
    with (done.run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not [cell for row in rows for cell in row.values() if unsafe(cell)]
    assert {row["article_id"].removeprefix("'") for row in rows} == {title.strip() for title in titles}
    assert len(rows) == done.findings.height
    assert [row["evidence"].removeprefix("'") for row in rows] == done.findings["evidence"].to_list()


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_cells_are_recovered_by_taking_an_apostrophe_off(texts: list[str]) -> None:
    found = pl.DataFrame({"text": texts}).with_columns(listing.safe(pl.col("text")))["text"].to_list()
    assert not [cell for cell in found if unsafe(cell)]
    assert [cell.removeprefix("'") for cell in found] == texts
