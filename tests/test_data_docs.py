"""Data Docs: a real site of a run's suites, in which no record's text can do anything."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import PAYLOADS, Finished, record, write_jsonl
from copydesk.cli import main
from copydesk.rules import REGISTRY


def expectation(kind: str, **kwargs: object) -> dict[str, object]:
    return {"type": kind, "kwargs": kwargs, "description": "as it should be"}


@pytest.fixture
def site(check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site of a run in which sources, inputs and values that are found at fault are payloads."""
    monkeypatch.chdir(tmp_path)
    hostile = "<img src=x onerror=document.title='owned'>.jsonl"
    records = [
        record(id=str(n), source=payload, url=f"https://x.example/{n}", date=None) for n, payload in enumerate(PAYLOADS)
    ]
    write_jsonl(Path(hostile), records)
    share = {"column": "dated_share", "min_value": 0.8}
    suites = {
        "source": [expectation("expect_column_values_to_be_between", **share)],
        "feed": [expectation("expect_column_values_to_be_between", **share)],
        "batch": [
            expectation("expect_column_values_to_be_in_set", column="source", value_set=["a.example"]),
            expectation("expect_column_values_to_match_regex", column="input", regex="^good"),
            expectation("expect_column_distinct_values_to_be_in_set", column="source", value_set=["a.example"]),
            expectation("expect_column_most_common_value_to_be_in_set", column="source", value_set=["a.example"]),
            expectation("expect_column_value_lengths_to_be_between", column="source", max_value=2),
            expectation("expect_sources_to_be_fresh", column="published_at", source_column="source", hours=1),
        ],
    }
    for over, expectations in suites.items():
        suite = {"name": f"{over}/../x", "expectations": expectations, "meta": {"copydesk": {"over": over}}}
        Path(f"{over}.json").write_text(json.dumps(suite))
    rules = dict.fromkeys(REGISTRY, "off")
    named = {"contract": "x", "rules": rules, "suites": [f"{over}.json" for over in suites], "outputs": ["data-docs"]}
    Path("c.json").write_text(json.dumps(named))
    done = check(hostile, "-c", "c.json", out=Path("run"))
    assert done.code == 1
    return tmp_path / "run" / "data_docs"


def test_the_site_is_in_the_manifest_and_says_what_was_found(site: Path) -> None:
    named = json.loads((site.parent / "manifest.json").read_text())["files"]
    pages = sorted(path.relative_to(site.parent).as_posix() for path in site.rglob("*.html"))
    assert "data_docs/index.html" in pages
    assert len(pages) == 7  # the index, and for each suite itself and its result
    assert set(pages) <= named.keys()
    assert main(["verify", str(site.parent)]) == 0
    [result] = site.glob("validations/source*/**/*.html")
    assert "as it should be" in result.read_text(encoding="utf-8")
    assert "·script·document.title=·owned··/script·" in result.read_text(encoding="utf-8")


def test_nothing_of_a_record_is_markup_in_any_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:img|svg|math|iframe|base)\b[^>]*(?:onerror|onload|owned|srcdoc|tracker)", text)
        assert "owned'" not in text
        assert "document.body.remove()>" not in text
        assert "great-expectations-web-assets" not in text  # the logo, which told its host when a page is looked at


@pytest.mark.browser
def test_a_browser_runs_nothing_of_a_record(site: Path, browser: Any) -> None:
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page = browser.new_page()
    page.route(re.compile("^https?:"), refuse)
    for path in site.rglob("*.html"):
        page.goto(path.as_uri(), wait_until="load")
        assert "owned" not in page.title()
        assert page.locator("body").inner_text().strip()
        assert page.locator("[onerror], [onload], iframe, math").count() == 0
    page.close()
    hosts = {url.split("/")[2] for url in asked}
    assert "code.jquery.com" in hosts  # it is a real site, which wants its public CDNs
    assert not [host for host in hosts if "example" in host or "amazonaws" in host]
