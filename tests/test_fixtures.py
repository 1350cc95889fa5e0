"""Every fixture has the findings that stand beside it, and no others."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Finished

FIXTURES = ROOT / "fixtures"
EXTRAS = ROOT / "tests" / "extras"
"""Inputs that need an optional library, so that `copydesk check fixtures/` needs none."""
GENRES = ROOT / "tests" / "genres.expected.yaml"
"""Stories of a hundred newsrooms in 25 languages that look like something else: tickers, results, recipes, court reports, prose
about cookies, newsletters and photographs. Nothing is wrong with them."""

EXPECTED = sorted([*FIXTURES.glob("*/*.expected.yaml"), *EXTRAS.glob("*/*.expected.yaml"), GENRES])


def input_of(expected: Path) -> Path:
    """The input that ``expected`` speaks of."""
    stem = expected.name.removesuffix(".expected.yaml")
    return next(path for path in expected.parent.glob(f"{stem}.*") if path.suffix != ".yaml")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name.split('.')[0]}")
def test_fixture_has_the_findings_that_stand_beside_it(expected: Path, check: Callable[..., Finished]) -> None:
    wanted = yaml.safe_load(expected.read_text(encoding="utf-8"))
    unreadable = wanted.pop("unreadable", [])
    contract = expected.with_name(expected.name.replace(".expected.", ".contract."))
    done = check(input_of(expected), *(("-c", contract) if contract.is_file() else ()))
    found: dict[str, list[str]] = {name: [] for name in done.articles["article_id"]}
    for name, rule, field, line in done.findings.select("article_id", "rule", "field", "line").iter_rows():
        found[name].append(f"{rule} {field} {line}" if line else f"{rule} {field}")
    assert {name: sorted(entries) for name, entries in found.items()} == {
        name: sorted(entries) for name, entries in wanted.items()
    }
    assert [bad["position"] for bad in done.unreadable] == unreadable


def test_the_clean_set_passes_and_the_defective_one_fails(check: Callable[..., Finished], tmp_path: Path) -> None:
    assert check(FIXTURES / "clean", EXTRAS / "clean", out=tmp_path / "clean").code == 0
    assert check(FIXTURES / "defects", EXTRAS / "defects", out=tmp_path / "defects").code == 1


def test_the_fixtures_need_no_extra(
    check: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("trafilatura", "feedparser", "sqlalchemy", "duckdb"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    assert check(FIXTURES, out=tmp_path / "all").code == 1
    assert check(EXTRAS, out=tmp_path / "extras").code == 3


def test_every_offline_rule_has_a_fixture_that_it_fails() -> None:
    from copydesk.rules import REGISTRY

    shown = {
        entry.split()[0]
        for path in EXPECTED
        for name, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        if name != "unreadable"
        for entry in entries
    }
    assert {slug for slug, rule in REGISTRY.items() if not rule.online} <= shown
