"""Checker: the verdict on one item is that of a run of this item alone, whatever it is made of."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pydantic
import pytest
import scrapy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zyte_common_items import Article, Author

import copydesk
from conftest import ROOT, TEXT, Finished, record, write_jsonl
from copydesk import Checker
from copydesk import contract as contracts
from copydesk.checker import Verdict
from copydesk.errors import RuleError, UsageError

FIXTURES = [
    json.loads(line)
    for path in sorted((ROOT / "fixtures").glob("*/*.jsonl"))
    if path.name not in ("broken.jsonl", "utf16.jsonl", "latin1.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip()
]
COLUMNS = ("rule", "code", "severity", "field", "message", "line", "start", "end", "evidence", "suggestion",
           "before", "after", "score", "fingerprint")  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def told(verdicts: list[Verdict]) -> list[tuple[Any, ...]]:
    """All findings with the place of their item."""
    return [
        (place, *(getattr(finding, name) for name in COLUMNS))
        for place, verdict in enumerate(verdicts)
        for finding in verdict.findings
    ]


def test_it_finds_what_a_run_finds(checker: Checker, check: Callable[..., Finished], tmp_path: Path) -> None:
    rules = tmp_path / "alone.yaml"
    off = {item.slug for item in contracts.read().checks} - {item.slug for item in checker.contract.checks}
    rules.write_text("contract: alone\nrules: {" + ", ".join(f"{slug}: off" for slug in sorted(off)) + "}\n")
    verdicts = checker.check_many(FIXTURES)
    done = check(write_jsonl(tmp_path / "in.jsonl", FIXTURES), "-c", rules)
    findings = done.findings.select("record", *COLUMNS)
    # what these three say rests on other records of the run, too; and so do a few words and suggestions
    more = ("likely-furniture", "title-with-site", "title-with-ending")
    words = ("message", "suggestion")
    kept = [place for place, name in enumerate(("record", *COLUMNS)) if name not in words]
    found = [tuple(row[place] for place in kept) for row in told(verdicts) if row[1] not in more]
    assert found == findings.filter(~pl.col("rule").is_in(more)).drop(words).rows()
    verdicts_of_run = done.findings.filter(pl.col("severity") == "error", ~pl.col("rule").is_in(more))["record"]
    held = {
        at
        for at, found in enumerate(verdicts)
        if any(f.severity == "error" and f.rule not in more for f in found.findings)
    }
    assert held == set(verdicts_of_run)
    assert len(findings) > 100


@pytest.mark.parametrize("start", range(0, len(FIXTURES), 40))
def test_each_item_is_judged_as_a_run_of_it_alone_would(checker: Checker, start: int) -> None:
    item = FIXTURES[start]
    frame = pl.DataFrame({name: [value] for name, value in item.items()}, strict=False)
    _, _, findings = copydesk.split(frame)
    assert [row[1:] for row in told([checker.check(item)])] == findings.select(COLUMNS).rows()


text = st.text(st.characters(codec="utf-8"), max_size=60)
items = st.fixed_dictionaries(
    {"url": st.one_of(text, st.just("https://www.example.com/2025/06/14/x"), st.none())},
    optional={
        "title": text,
        "authors": st.lists(text, max_size=3),
        "date": st.one_of(text, st.datetimes(), st.integers(), st.floats()),
        "text": st.lists(
            st.one_of(text, st.sampled_from([*TEXT.split("\n"), "Read more", "Share this"])), max_size=6
        ).map("\n".join),
        "other": st.recursive(st.one_of(st.none(), text, st.integers(), st.binary(max_size=5)), st.lists, max_leaves=5),
    },
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(items, min_size=2, max_size=5))
def test_many_say_what_each_says_alone(checker: Checker, several: list[dict[str, Any]]) -> None:
    assert checker.check_many(several) == [checker.check(item) for item in several]


def test_a_rule_that_needs_others_finds_nothing_in_an_item_alone(checker: Checker) -> None:
    """What `Rule.alone` says is so: the rules that are left out would have found nothing."""
    asked = {item.slug for item in checker.contract.checks}
    everything = contracts.read()
    for item in FIXTURES[::25]:
        frame = pl.DataFrame({name: [value] for name, value in item.items()}, strict=False)
        assert set(copydesk.split(frame)[2]["rule"]) <= asked
    left_out = {item.slug for item in everything.checks} - asked
    assert left_out == {
        "byline-differs-on-same-page", "date-differs-from-other-records", "template-line", "crawl-time-as-date",
        "body-short-for-source", "url-shared",
    }  # fmt: skip


@dataclasses.dataclass
class DataclassItem:
    url: str
    title: str
    authors: list[str]
    date: datetime
    text: str


@attrs.define
class AttrsItem:
    url: str
    title: str
    authors: list[str]
    date: datetime
    text: str


class PydanticItem(pydantic.BaseModel):
    url: str
    title: str
    authors: list[str]
    date: datetime
    text: str


class ScrapyItem(scrapy.Item):  # type: ignore[misc]
    url = scrapy.Field()
    title = scrapy.Field()
    authors = scrapy.Field()
    date = scrapy.Field()
    text = scrapy.Field()


def fields(**changed: Any) -> dict[str, Any]:
    entry = record(**changed)
    return {
        **{key: entry[key] for key in ("url", "title", "authors", "text")},
        "date": datetime(2025, 6, 14, 8, 30, tzinfo=UTC),
    }


@pytest.mark.parametrize("kind", [dict, DataclassItem, AttrsItem, PydanticItem, ScrapyItem])
def test_items_of_every_kind(checker: Checker, kind: Callable[..., Any]) -> None:
    assert checker.check(kind(**fields())).accepted
    assert "title-missing" in checker.check(kind(**fields(title=""))).rules


def test_zyte_common_items(checker: Checker) -> None:
    item = Article(
        url=record()["url"], headline="Ferry Resumes", authors=[Author(name="Ana Lindqvist")],
        datePublished="2025-06-14T08:30:00Z", articleBody=TEXT,
    )  # fmt: skip
    assert checker.check(item).accepted
    assert "byline-missing" in checker.check(attrs.evolve(item, authors=None)).rules


@pytest.mark.parametrize("item", ["a text", 5, None, [1]])
def test_what_has_no_fields_is_refused(checker: Checker, item: object) -> None:
    with pytest.raises(UsageError):
        checker.check(item)


def test_hostile_values(checker: Checker) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    assert checker.check({**record(), "other": deep}).accepted
    assert checker.check({**record(), "n": 10**40, 3: float("nan")}).accepted
    assert not checker.check({**record(), "title": "Ferry \ud800 Resumes"}).accepted
    assert checker.check_many([]) == []


def test_a_contract_of_plain_fields_finds_the_same(check: Callable[..., Finished], tmp_path: Path) -> None:
    """Such items are accepted without anything being derived; those with a finding go the whole way."""
    asked = (
        "title-missing",
        "byline-missing",
        "date-missing",
        "title-in-body",
        "index-page",
        "live-blog",
        "body-missing",
    )
    off = {item.slug for item in contracts.read().checks} - {*asked}
    rules = tmp_path / "plain.yaml"
    rules.write_text("contract: plain\nrules: {" + ", ".join(f"{slug}: off" for slug in sorted(off)) + "}\n")
    done = check(write_jsonl(tmp_path / "in.jsonl", FIXTURES), "-c", rules)
    plain = Checker(rules)
    assert plain._plain
    single = [plain.check(item) for item in FIXTURES[:40]]
    assert plain.check_many(FIXTURES)[:40] == single
    assert {at for at, verdict in enumerate(plain.check_many(FIXTURES)) if verdict.findings} == set(
        done.findings["record"]
    )


def test_threads_do_not_mix(checker: Checker) -> None:
    several = [FIXTURES[start : start + 2] for start in range(0, 24, 2)]
    alone = [checker.check_many(few) for few in several]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(checker.check_many, several)) == alone


def test_suppressions_and_parameters_of_the_contract_hold(tmp_path: Path) -> None:
    rules = tmp_path / "c.yaml"
    rules.write_text(
        "contract: x\nrules: {title-missing: warning}\nsuppress: [{id: a1, rule: byline-missing, reason: known}]\n"
    )
    verdict = Checker(rules).check(record(title="", authors=[]))
    assert verdict.accepted
    assert verdict.rules == ("title-missing",)


def test_a_crashing_rule_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import polars as pl\nfrom copydesk.rules import Rule, Severity, rule\n"
        "@rule('X001', 'crashes', severity=Severity.ERROR, field='title')\nclass Crashes(Rule):\n"
        '    """Crashes."""\n    def passes(self):\n        return pl.col("no_such_column").is_null()\n'
    )
    (tmp_path / "c.yaml").write_text("contract: x\nplugins: [mine.py]\n")
    with pytest.raises(RuleError, match="crashes"):
        Checker(tmp_path / "c.yaml").check(record())


def test_great_expectations_is_not_imported_and_no_address_is_asked() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\nsocket.getaddrinfo = refuse\n"
        "import copydesk\n"
        f"assert copydesk.Checker().check({record()!r}).accepted\n"
        "assert not {'great_expectations', 'pandas'} & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
