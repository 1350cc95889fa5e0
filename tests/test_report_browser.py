"""The report in real Chromium: nothing scraped runs or is hidden, and everybody can use it."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import PAYLOADS, ROOT, TEXT, Finished, record, write_jsonl
from copydesk.report.shown import INVISIBLE
from test_report_history import remember, tell

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect  # it waits without `eval`, which the report's policy forbids


@contextmanager
def opened_page(browser: Any, path: Path, fragment: str = "", **options: Any) -> Iterator[Any]:
    """A page with the file at ``path``; leaving it fails if anything was asked for or complained about."""
    context = browser.new_context(**options)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    url = path.as_uri()
    page.goto(url + fragment)
    try:
        yield page
        assert {address.partition("#")[0] for address in asked if not address.startswith("blob:")} == {url}
        assert said == []
    finally:
        context.close()


def opened(browser: Any, run: Path, fragment: str = "", **options: Any) -> Any:
    """The report of ``run``, as `opened_page` does it."""
    return opened_page(browser, run / "report.html", fragment, **options)


def axe_violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe finds wrong; the page must bypass its policy, which allows no script but its own."""
    import axe_playwright_python

    page.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found["violations"]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run over some of the fixtures of many languages: with a baseline that knows one finding, and with earlier runs. It is
    small, for axe looks at every element."""
    from copydesk.cli import main

    folder = tmp_path_factory.mktemp("world")
    known = write_jsonl(folder / "known.jsonl", [record(id="known", title="")])
    assert main(["check", str(known), "-o", str(folder / "first"), "-q"]) == 1
    assert main(["baseline", str(folder / "first"), "-o", str(folder / "baseline.jsonl")]) == 0
    lines = (ROOT / "fixtures" / "defects" / "world.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    few = [line for number, line in enumerate(lines) if number % 6 == 0 or '"related-ar"' in line]
    source = folder / "in.jsonl"
    source.write_text("".join([*few, "no record\n"]), encoding="utf-8")
    out = folder / "run"
    baseline = ["--baseline", str(folder / "baseline.jsonl")]
    assert main(["check", str(source), str(known), "-o", str(out), "-q", *baseline]) == 1
    remember(out, {(None, None): [(20, 1), (20, 9)], ("example.com", None): [(9, 0), (9, 4)]})
    drift = {"source": "example.com", "measure": "quarantined", "severity": "critical", "says": "example.com: 4 of 9"}
    tell(out, drift=[drift])
    return Finished(1, "", "", out)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hostile_runs_or_leaves_its_box_and_all_of_it_is_shown(
    hostile: Finished, browser: Any, scheme: str
) -> None:
    records = json.loads((hostile.run / "report.html").read_text().split('id="data">')[1].split("</script>")[0])
    with opened(browser, hostile.run, color_scheme=scheme) as page:
        title = page.title()
        for article in [entry for entry in records["articles"] if entry["id"] in PAYLOADS]:
            page.evaluate("hash => { location.hash = hash }", f"#?article={article['record']}")
            expect(page.locator("dialog")).to_contain_text(f"record {article['record']:,}")
            text = page.text_content("dialog")
            visible = INVISIBLE.sub(lambda found: f"U+{ord(found.group()):04X}", article["id"])
            assert text.count(visible) >= 4  # id, title, body, further fields
            assert (
                page.evaluate("document.querySelectorAll('dialog :is(script, img, svg, math, iframe, base)').length")
                == 0
            )
        assert page.title() == title
        assert page.evaluate("[...document.links].every(a => /^(https?:|file:.*#)/.test(a.href))")
        assert page.evaluate("document.querySelectorAll('script').length") == 2


def test_the_script_shows_the_same_characters_as_the_page(world: Finished, browser: Any) -> None:
    source = (ROOT / "reports" / "templates" / "dom.js").read_text(encoding="utf-8")
    pattern = re.search(r"INVISIBLE = /(.*)/gu;", source)
    assert pattern
    with opened(browser, world.run) as page:
        boxed = page.evaluate(
            "pattern => { const seen = [], sign = new RegExp(pattern, 'u');"
            " for (let c = 0; c < 0x110000; c++) if (sign.test(String.fromCodePoint(c))) seen.push(c); return seen }",
            pattern[1],
        )
    assert boxed == [code for code in range(0x110000) if INVISIBLE.match(chr(code))]


@pytest.mark.parametrize(
    ("fragment", "scheme"),
    [
        ("", "light"),
        ("", "dark"),
        ("#?q=nothing-here", "light"),
        ("#?article=ARTICLE", "light"),
        ("#?article=ARTICLE", "dark"),
    ],
)
def test_axe_finds_no_violation(world: Finished, browser: Any, fragment: str, scheme: str) -> None:
    article = world.findings.filter(field="body")["record"][0]
    options = {"color_scheme": scheme, "bypass_csp": True}
    with opened(browser, world.run, fragment.replace("ARTICLE", str(article)), **options) as page:
        assert axe_violations(page) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
@pytest.mark.parametrize("fragment", ["", "#?article=0"])
def test_the_page_fits_the_screen(hostile: Finished, browser: Any, width: int, fragment: str) -> None:
    with opened(browser, hostile.run, fragment, viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if fragment:
            assert page.evaluate("(d => d.open && d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")


def test_paper_shows_the_whole_matrix(check: Callable[..., Finished], tmp_path: Path, browser: Any) -> None:
    """Twenty-four sources on A4, which cannot be scrolled."""
    entries = [
        record(id=str(number), url=f"https://paper{number % 24:02}.example/2025/06/14/ferry-{number}", text="")
        for number in range(24 * 12)
    ]
    done = check(write_jsonl(tmp_path / "in.jsonl", entries), "--no-history")
    with opened(browser, done.run, viewport={"width": 718, "height": 1000}) as page:
        page.emulate_media(media="print")
        assert page.locator(".matrix thead th.source").count() == 24
        assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.scroll.tall'))")


def test_a_cell_of_the_matrix_leads_to_its_articles_and_the_address_says_so(world: Finished, browser: Any) -> None:
    with opened(browser, world.run) as page:
        cell = page.locator(".matrix td[class^=heat] a").first
        count, said = cell.inner_text(), cell.get_attribute("title")
        cell.focus()
        page.keyboard.press("Enter")
        expect(page.locator("select[name=rule]")).not_to_have_value("")
        assert page.text_content("#status").startswith(f"{count} article")
        rule = page.input_value("select[name=rule]")
        assert said.startswith(f"{rule}, {page.input_value('select[name=source]')}:")
        address = page.url
        assert f"rule={rule}" in address
    with opened(browser, world.run, "#" + address.partition("#")[2]) as again:
        assert again.input_value("select[name=rule]") == rule


def test_search_and_filters_find_and_say_how_many(world: Finished, browser: Any) -> None:
    with opened(browser, world.run) as page:
        page.fill("input[name=q]", "ferry")
        expect(page).to_have_url(re.compile("q=ferry"))  # the list waits until nobody types any more
        assert "article" in page.text_content("#status")
        page.fill("input[name=q]", "no-such-word")
        expect(page.locator("#status")).to_have_text(re.compile("^0 articles"))
        assert page.is_visible(".empty")
        page.click("#reset")
        page.select_option("select[name=known]", "known")
        expect(page.locator("#status")).to_have_text(re.compile("^1 article"))
        assert page.locator("#results .card").count() == 1


def test_an_article_is_shown_with_its_spans_fixes_and_chain_and_goes_back_to_the_list(
    check: Callable[..., Finished], tmp_path: Path, browser: Any
) -> None:
    text = "😀 First.\nRelated article: Other & Story\n" + TEXT
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(text=text), record(id="b", title="")]))
    with opened(browser, done.run) as page:
        page.click("#results h3 a >> nth=0")
        dialog = page.locator("dialog[open]")
        assert dialog.locator(".body mark").first.inner_text().startswith("Related article: Other & Story")
        assert "Related article: Other & Story" in dialog.locator(".diff del").first.inner_text()
        assert dialog.locator(".chain > li").count() == 4
        assert "https://www.example.com/2025/06/14/ferry-resumes" in dialog.inner_text()
        page.click("dialog button >> text=Next")
        expect(dialog.locator(".place")).to_have_text("2 of 2")
        page.keyboard.press("Escape")
        expect(page).not_to_have_url(re.compile("article="))
        expect(page.locator("dialog")).to_be_hidden()


def test_what_is_filtered_is_saved_as_csv_and_json(hostile: Finished, browser: Any) -> None:
    with opened(browser, hostile.run, "#?severity=error") as page:
        found = {}
        for name in ("csv", "json"):
            with page.expect_download() as saved:
                page.click(f"#{name}")
            found[name] = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    rows = json.loads(found["json"])
    cells = list(csv.DictReader(io.StringIO(found["csv"], newline="")))
    assert len(rows) == len(cells) > 0
    assert {row["severity"] for row in rows} == {"error"}
    assert [row["evidence"] or "" for row in rows] == [row["evidence"].removeprefix("'") for row in cells]
    assert not [cell for row in cells for cell in row.values() if cell.startswith(tuple("=+-@\t\r\n"))]


def test_without_script_the_essentials_are_there(world: Finished, browser: Any) -> None:
    with opened(browser, world.run, java_script_enabled=False) as page:
        assert page.is_visible("text=Failed")
        assert page.is_visible(".matrix")
        assert page.is_visible("noscript p")
        assert page.locator("section.rule .card").count() > 5
        target = page.locator(".matrix td a").first.get_attribute("href")
        assert page.locator(target).count() == 1


def test_the_keyboard_reaches_the_content_first(world: Finished, browser: Any) -> None:
    with opened(browser, world.run) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")


def test_themes_can_be_forced(world: Finished, browser: Any) -> None:
    with opened(browser, world.run, color_scheme="light") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.click("#theme")
        assert page.evaluate(paper) == light
        page.click("#theme")
        assert page.evaluate(paper) != light


def test_right_to_left_text_finds_its_direction(world: Finished, browser: Any) -> None:
    rtl = world.findings.filter(article_id="related-ar")["record"][0]
    with opened(browser, world.run, f"#?article={rtl}") as page:
        assert page.evaluate("getComputedStyle(document.querySelector('dialog h2 bdi')).direction") == "rtl"


def test_the_page_of_another_language_says_what_is_english(world: Finished, browser: Any, tmp_path: Path) -> None:
    from copydesk.report import html
    from copydesk.report.page import page as page_of

    (tmp_path / "report.html").write_text(html.render(page_of(world.run, "de")), encoding="utf-8")
    with opened(browser, tmp_path) as page:
        assert page.evaluate("document.documentElement.lang") == "de"
        assert page.is_visible("text=Nicht bestanden")
        assert page.evaluate("document.querySelector('section.rule .why > div').lang") == "en"
        assert "Artikel" in page.text_content("#status")
