"""The report for people who do not use a mouse, or not these colours, in real Chromium."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Finished, record, write_jsonl
from test_report_browser import axe_violations, expect, opened

pytestmark = pytest.mark.browser

COVERED = """() => {
  const seen = document.activeElement.getBoundingClientRect();
  const top = document.elementFromPoint(seen.left + seen.width / 2, seen.top + seen.height / 2);
  return !(top && (top.contains(document.activeElement) || document.activeElement.contains(top)));
}"""
"""Whether something lies over what has the focus (WCAG 2.2, 2.4.11)."""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of thirty sources and a dozen rules: its matrix and its list are longer than any window."""
    from copydesk.cli import main

    folder = tmp_path_factory.mktemp("wide")
    spoilt: list[dict[str, Any]] = [
        {"title": ""},
        {"text": ""},
        {"authors": []},
        {"date": None},
        {"authors": ["By Ana Lindqvist"]},
        {"date": "soon"},
        {"title": "Ferry Resumes | Harbour Post"},
        {"text": "Read more: the other pier\n" * 3},
    ]
    entries = [
        record(**{"id": f"{number}", "url": f"https://paper{number % 30:02}.example/a-ferry-{number}"} | change)
        for number in range(90)
        for change in (spoilt[(number + number // 30) % len(spoilt)],)
    ]
    source = write_jsonl(folder / "in.jsonl", entries)
    assert main(["check", str(source), "-o", str(folder / "run"), "--no-history", "-q"]) == 1
    return folder / "run"


@pytest.mark.parametrize(("width", "direction"), [(390, "ltr"), (1280, "ltr"), (1280, "rtl")])
def test_what_has_the_focus_is_never_below_a_head_that_stays(
    wide: Path, browser: Any, width: int, direction: str
) -> None:
    with opened(browser, wide, viewport={"width": width, "height": 700}) as page:
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        cells = page.locator(".matrix td[class^=heat] a")
        assert cells.count() > 40
        for place in range(cells.count() - 1, -1, -7):  # upwards and to where the lines begin, below the heads
            cells.nth(place).focus()
            assert not page.evaluate(COVERED), place
        links = page.locator("#results h3 a")
        for place in range(links.count() - 1, -1, -3):
            links.nth(place).focus()
            assert not page.evaluate(COVERED), place


def test_forced_colours_keep_what_only_the_colour_says(wide: Path, browser: Any) -> None:
    with opened(browser, wide, forced_colors="active") as page:
        fills = page.evaluate(
            "[1, 2, 3, 4, 5].map(step => getComputedStyle(document.querySelector(`.scale .heat-${step}`)).backgroundColor)"
        )
        assert len(set(fills)) == 5


def test_headings_of_figures_can_be_seen_and_bars_have_the_colour_of_their_severity(
    check: Callable[..., Finished], tmp_path: Path, browser: Any
) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title=""), record(id="b", authors=[])]), "--no-history")
    with opened(browser, done.run, bypass_csp=True) as page:
        for table in page.locator(".ranked").all():
            for head in table.locator("th.number").all():
                box = head.bounding_box()
                assert box["width"] > 20
                assert box["height"] > 10
        colours = {
            severity: page.evaluate(
                "name => getComputedStyle(document.querySelector(`.ranked rect.${name}`)).fill", severity
            )
            for severity in ("error", "warning")
        }
        assert colours["error"] != colours["warning"]
        assert axe_violations(page) == []


def test_long_names_of_sources_take_two_lines_of_the_ranking(
    check: Callable[..., Finished], tmp_path: Path, browser: Any
) -> None:
    name = "The Daily Messenger of the Harbour, the Outer Islands and the Parishes around Them, Evening Edition " * 2
    done = check(
        write_jsonl(tmp_path / "in.jsonl", [record(title="", source=name), record(title="", source="n" * 190)])
    )
    with opened(browser, done.run, viewport={"width": 390, "height": 800}) as page:
        links = page.locator(".ranked").last.locator("th a").all()
        assert len(links) == 2
        for link in links:
            assert link.bounding_box()["height"] < 60
            assert len(link.get_attribute("title")) >= 190


def test_the_focus_follows_to_the_list_and_stays_on_the_way_through_the_articles(wide: Path, browser: Any) -> None:
    with opened(browser, wide) as page:
        page.locator(".matrix td.all a").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#articles")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("input[name=q]")).to_be_focused()
        opener = page.locator("#results h3 a").first
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog[open]")
        expect(dialog.get_by_role("button", name="Close")).to_be_focused()
        count = page.locator("#results > li").count()
        assert count > 1
        dialog.get_by_role("button", name="Next").focus()
        for place in range(2, count + 1):
            page.keyboard.press("Enter")
            expect(dialog.locator(".place")).to_have_text(f"{place} of {count}")
            last = place == count  # where there is no next one
            expect(dialog.get_by_role("button", name="Close" if last else "Next")).to_be_focused()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()


def test_on_paper_what_is_small_on_the_screen_is_small_and_what_is_pressed_is_gone(wide: Path, browser: Any) -> None:
    with opened(browser, wide, viewport={"width": 718, "height": 1000}) as page:
        page.emulate_media(media="print")
        size = "selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
        body = page.evaluate(size, "body")
        for selector in (".badge", ".small", ".ranked"):
            assert page.evaluate(size, selector) < body, selector
        assert not page.is_visible(".bar nav")
        assert not page.is_visible("#theme")
