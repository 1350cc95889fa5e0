"""Two runs beside each other: what is worse beyond chance, what is new and gone, and the page that shows it."""

import json
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PAYLOADS, ROOT, Finished, record, write_jsonl
from copydesk.cli import main
from copydesk.errors import InputError
from copydesk.report import compared, render_again
from copydesk.report.chance import p_value
from copydesk.report.comparison import Change, Comparison, as_json, compare
from test_report_browser import axe_violations, opened_page
from test_report_history import tell


def batch(first: int, bad: int, source: str = "harbour.example", number: int = 60) -> list[dict[str, Any]]:
    """Articles of two sources, half each; the first ``bad`` of ``source`` have no date."""
    entries = []
    for n in range(number):
        own = n % 2 == 0
        name = source if own else "nordlys.example"
        entries.append(
            record(
                id=f"a{first + n}",
                source=name,
                url=f"https://www.{name}/story-{first + n}",
                date="" if own and n // 2 < bad else "2025-06-14T08:30:00Z",
            )
        )
    return entries


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run after a source lost its dates, and the one before; 20 of their articles are the same."""
    folder = tmp_path_factory.mktemp("runs")
    old = [*batch(0, 1), record(id="x", title=""), record(id="y", title="")]
    new = [*batch(40, 24), record(id="x"), record(id="y", title="", date="")]
    for name, entries in (("before", old), ("now", new)):
        write_jsonl(folder / f"{name}.jsonl", entries)
        main(["check", str(folder / f"{name}.jsonl"), "-q", "-o", str(folder / name)])
    return folder / "now", folder / "before"


@pytest.fixture(scope="module")
def found(runs: tuple[Path, Path]) -> Comparison:
    return compare(*runs)


def named(changes: list[Change], name: str) -> Change:
    return next(change for change in changes if change.name == name)


def test_a_rule_that_got_worse_is_marked_and_stands_first(found: Comparison) -> None:
    worst = found.rules[0]
    assert (worst.name, worst.direction, worst.beyond) == ("date-missing", "worse", True)
    assert (worst.now, worst.before) == ((25, 62), (1, 62))
    assert worst.points == pytest.approx(100 * 24 / 62, abs=0.01)
    assert worst.p is not None
    assert worst.p < 1e-5
    title = named(found.rules, "title-missing")
    assert (title.direction, title.beyond) == ("better", False)


def test_the_source_at_fault_is_marked(found: Comparison) -> None:
    worst = found.sources[0]
    assert (worst.name, worst.now, worst.before, worst.beyond) == ("harbour.example", (24, 30), (1, 30), True)
    assert not [change.name for change in found.sources[1:] if change.beyond]


def test_findings_are_new_gone_or_stay_as_a_baseline_would_say(found: Comparison, runs: tuple[Path, Path]) -> None:
    from copydesk.baseline import of_run

    now, before = ({entry.fingerprint: entry.count for entry in of_run(run)} for run in runs)
    new = sum(max(0, count - before.get(key, 0)) for key, count in now.items())
    gone = sum(max(0, count - now.get(key, 0)) for key, count in before.items())
    assert (found.findings.new, found.findings.gone) == (new, gone)
    assert found.findings.stay == sum(now.values()) - new > 0
    assert named(found.rules, "date-missing").new == 25
    assert named(found.rules, "title-missing").gone == 1
    # a40, a42, ... a58 are in both runs, and so is y
    assert found.findings.new_in_both == 11
    assert 0 < found.findings.gone_in_both < found.findings.gone + 1


def test_a_finding_as_often_as_before_is_not_new(check: Callable[..., Finished], tmp_path: Path) -> None:
    line = "Related article: Another story\n"
    once, thrice = (
        check(
            write_jsonl(tmp_path / f"{n}.jsonl", [record(text=line * n + record()["text"])]), out=tmp_path / str(n)
        ).run
        for n in (1, 3)
    )
    worse, better = compare(thrice, once), compare(once, thrice)
    assert worse.findings.gone == 0 < worse.findings.new
    assert (better.findings.gone, better.findings.new) == (worse.findings.new, 0)
    assert worse.findings.stay == better.findings.stay >= 1


def test_an_article_without_id_is_known_by_its_url(check: Callable[..., Finished], tmp_path: Path) -> None:
    def anonymous(**fields: Any) -> dict[str, Any]:
        return {key: value for key, value in record(**fields).items() if key != "id"}

    before = check(write_jsonl(tmp_path / "1.jsonl", [anonymous()]), out=tmp_path / "1").run
    now = check(write_jsonl(tmp_path / "2.jsonl", [anonymous(title="")]), out=tmp_path / "2").run
    assert compare(now, before).findings.new_in_both >= 1


def test_evidence_that_is_a_blank_makes_no_empty_box(check: Callable[..., Finished], tmp_path: Path) -> None:
    runs = [
        check(write_jsonl(tmp_path / "in.jsonl", [record(url=url)]), "--no-history", out=tmp_path / name).run
        for name, url in (("old", "https://example.com/a"), ("new", "https://example.com/a b"))
    ]
    compared.write(compare(runs[1], runs[0]), tmp_path / "two.html")
    page = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert "white space inside the URL" in page
    assert '<p class="quote"><bdi dir="auto"> </bdi></p>' not in page


def test_examples_show_every_rule_before_a_second_of_any(runs: tuple[Path, Path]) -> None:
    shown = compare(*runs, examples=3).examples
    assert len(shown) == 3
    assert shown[0]["rule"] == "date-missing"
    rules = [entry["rule"] for entry in shown]
    assert len(set(rules)) == min(3, len({entry["rule"] for entry in compare(*runs, examples=500).examples}))
    assert compare(*runs, examples=0).examples == []


def test_runs_of_different_contracts_are_compared_and_that_is_said(
    runs: tuple[Path, Path], check: Callable[..., Finished], tmp_path: Path
) -> None:
    contract = tmp_path / "c.yaml"
    contract.write_text("contract: article\nrules:\n  title-missing: off\n", encoding="utf-8")
    other = check(runs[0].with_name("now.jsonl"), "-c", contract)
    tell(other.run, started_at="2999-01-01T00:00:00Z")  # runs may begin in the same second
    found = compare(runs[0], other.run)
    assert {"contract", "rules", "inputs", "order"} == set(found.notes)
    assert named(found.rules, "date-missing").direction == "same"
    only = [change for change in found.rules if change.direction == "added"]
    assert [(change.name, change.points, change.beyond) for change in only] == [("title-missing", None, False)]


def test_the_terminal_the_json_and_the_page(
    runs: tuple[Path, Path], program: Callable[..., Finished], tmp_path: Path
) -> None:
    now, before = runs
    done = program("report", now, "--against", before, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    printed = done.out
    assert "now     FAILED" in printed
    assert "+38.7 points  date-missing: 25 of 62 (40 %), was 1 of 62 (1.6 %)" in printed
    assert "comparison: comparison.html" in printed
    page = tmp_path / "deep" / "two.html"
    page.parent.mkdir()
    done = program("report", now, "--against", before, "-o", page, "--json", "--examples", 1, cwd=tmp_path)
    data = json.loads(done.out)
    assert data["page"] == str(page)
    assert data["rules"][0]["now"] == {"failed": 25, "of": 62}
    assert len(data["examples"]) == 1
    assert data["findings"] == as_json(compare(now, before))["findings"]
    html = page.read_text(encoding="utf-8")
    assert "<li><bdi>25 of 62 records quarantined (40 %), allowed 0 %</bdi></li>" in html
    link = re.search(r'href="(\./[^"]+report\.html)#\?article=\d+"', html)
    assert link
    assert (page.parent / link[1]).resolve() == (now / "report.html").resolve()


def test_what_makes_no_sense_is_wrong_usage(runs: tuple[Path, Path], tmp_path: Path) -> None:
    now, before = map(str, runs)
    mine = tmp_path / "mine.html"
    mine.write_text("my own")
    for arguments in (
        [now, "--against", now, "-o", str(tmp_path / "c.html")],
        [now, "--against", before, "-o", f"{now}/comparison.html"],
        [now, "--against", before, "-o", str(mine)],
        [now, "--json"],
        [now, "-o", str(tmp_path / "c.html")],
    ):
        assert main(["report", *arguments]) == 2
    assert mine.read_text() == "my own"
    assert main(["verify", now]) == 0
    for examples in ("-1", "501", "x", "²"):
        with pytest.raises(SystemExit, match="2"):
            main(["report", now, "--against", before, "--examples", examples])


@pytest.mark.parametrize(
    "broken",
    [{"rules": {"x": {"severity": "worst", "checked": 1, "failed": 1}}}, {"sources": {"s": {"articles": 1, "quarantined": 2}}},
     {"counts": {}}, {"gate": {"passed": 1}}, {"started_at": None}, {"run_id": ["<b>"]}, {"inputs": 5}],
)  # fmt: skip
def test_a_run_that_cannot_be_read_is_named(runs: tuple[Path, Path], broken: dict[str, Any], tmp_path: Path) -> None:
    now, before = runs
    with pytest.raises(InputError, match="nowhere"):
        compare(now, tmp_path / "nowhere")
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("findings.parquet", "articles.parquet"):
        (copy / name).write_bytes((before / name).read_bytes())
    told = json.loads((before / "summary.json").read_text(encoding="utf-8"))
    (copy / "summary.json").write_text(json.dumps({**told, **broken}))
    with pytest.raises(InputError, match="copy"):
        compare(now, copy)
    (copy / "summary.json").write_text(json.dumps(told))
    (copy / "findings.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="copy"):
        compare(now, copy)


def exact(failed: int, of: int, failed_before: int, of_before: int) -> float:
    """Fisher's test by whole numbers."""
    failing, everyone = failed + failed_before, of + of_before
    worse = failed * everyone >= of * failing
    counts = range(failed, min(failing, of) + 1) if worse else range(max(0, failing - of_before), failed + 1)
    ways = sum(math.comb(of, count) * math.comb(of_before, failing - count) for count in counts)
    return min(1.0, 2 * ways / math.comb(everyone, failing))


@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_chance_is_what_counting_says(of: int, of_before: int, data: st.DataObject) -> None:
    failed, failed_before = data.draw(st.integers(0, of)), data.draw(st.integers(0, of_before))
    wanted = exact(failed, of, failed_before, of_before)
    assert p_value(failed, of, failed_before, of_before) == pytest.approx(wanted, rel=1e-7)


def test_chance_holds_where_counts_are_far_apart_or_large() -> None:
    assert p_value(1, 1_000, 0, 1_000_000) == pytest.approx(2 * 1_000 / 1_001_000, rel=1e-6)
    assert p_value(0, 0, 5, 10) == 1.0
    assert p_value(500_000, 10**6, 500_000, 10**6) > 0.9
    assert p_value(510_000, 10**6, 500_000, 10**6) < 1e-30
    assert p_value(10**8, 10**9, 10**8, 10**9) > 0.9


@pytest.fixture(scope="module")
def pages(runs: tuple[Path, Path], hostile: Finished, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The comparison of the two runs, and that of fixtures of many languages and payloads in every field."""
    folder = tmp_path_factory.mktemp("pages")
    world = folder / "world"
    main(["check", str(ROOT / "fixtures" / "defects" / "world.jsonl"), "-q", "-o", str(world)])
    compared = {"two": runs, "hostile": (hostile.run, world), "turned": (world, hostile.run)}
    for name, (now, before) in compared.items():
        assert main(["report", str(now), "--against", str(before), "-o", str(folder / f"{name}.html")]) == 0
    return {name: folder / f"{name}.html" for name in compared}


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["two", "hostile"])
def test_axe_finds_no_violation_in_the_comparison(pages: dict[str, Path], browser: Any, name: str, scheme: str) -> None:
    with opened_page(browser, pages[name], color_scheme=scheme, bypass_csp=True) as page:
        assert axe_violations(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("name", ["two", "hostile", "turned"])
def test_the_comparison_fits_the_screen_and_nothing_hostile_runs(
    pages: dict[str, Path], browser: Any, name: str, width: int
) -> None:
    with opened_page(browser, pages[name], viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title() == "Two runs · copydesk"
        assert page.locator(":is(script, img, iframe, base, math, object)").count() == 0
        if name == "hostile":
            assert PAYLOADS[0] in page.text_content("main")


@pytest.mark.browser
def test_signs_and_bars_stand_where_a_language_from_right_to_left_begins(
    runs: tuple[Path, Path], browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports" / "texts").mkdir(parents=True)
    (tmp_path / "reports" / "texts" / "he.yaml").write_text("direction: rtl\n", encoding="utf-8")
    compared.write(compare(*runs), tmp_path / "two.html", "he")
    with opened_page(browser, tmp_path / "two.html") as page:
        left = """(at) => {
            const text = document.querySelector(".delta b").firstChild;
            const range = document.createRange();
            range.setStart(text, at); range.setEnd(text, at + 1);
            return range.getBoundingClientRect().left;
        }"""
        assert page.evaluate(left, 0) < page.evaluate(left, 1)  # "+12.1", not "12.1+"
    shutil.copytree(runs[0], tmp_path / "run")
    render_again(tmp_path / "run", "he")
    with opened_page(browser, tmp_path / "run" / "report.html") as page:
        accepted, quarantined = (
            page.locator(f"svg.split rect.{name}").bounding_box()["x"] for name in ("accepted", "quarantined")
        )
        assert quarantined < accepted


@pytest.mark.browser
@pytest.mark.parametrize("name", ["two", "hostile"])
def test_on_paper_the_comparison_has_tables(pages: dict[str, Path], browser: Any, name: str) -> None:
    """Cards as on a phone would take a page for seven sources."""
    with opened_page(browser, pages[name], viewport={"width": 718, "height": 1000}) as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('table.runs tbody tr')).display") == "table-row"
        assert page.evaluate("document.documentElement.scrollWidth") <= 718


@pytest.mark.browser
def test_an_example_leads_to_its_article_in_the_newer_report(pages: dict[str, Path], browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(pages["two"].as_uri())
    page.click(".examples h3 a >> nth=0")
    assert "no publication date" in page.locator("dialog[open]").text_content()
    context.close()
