"""Shortcuts that make runs faster say what the long way says."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Finished, record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles import credentials
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import expand, reading
from copydesk.contract import Contract
from copydesk.engines import crew as crews
from copydesk.engines.crew import Crew
from copydesk.engines.judging import Judge
from copydesk.origin.means import OFFLINE
from copydesk.provenance import COLUMNS, with_provenance
from copydesk.rules import REGISTRY
from copydesk.schema import validate
from copydesk.tablefile import Table
from copydesk.urls import public_suffixes

NOW = datetime(2026, 1, 5, tzinfo=UTC)
WORLD = ROOT / "fixtures" / "defects" / "world.jsonl"


def scraped(path: Path = WORLD) -> pl.DataFrame:
    """The scraped columns of a file of one batch."""
    with reading(expand([str(path)])[0], FieldMap({})) as (_, read):
        (batch,) = read.batches
        numbers = pl.Series("record", list(batch.numbers), pl.Int64())
        return batch.scraped.with_columns(numbers, pl.lit(path.name).alias("input"), (numbers + 1).alias("position"))


def only(contract: Contract, *slugs: str) -> Contract:
    """``contract`` with some of its rules."""
    return replace(contract, checks=tuple(check for check in contract.checks if check.slug in slugs))


# --- registrable domains without tldextract


def test_every_suffix_of_the_list_is_read_as_tldextract_reads_it() -> None:
    nodes = public_suffixes._nodes()
    assert nodes is not None
    assert len(nodes) > 5_000
    library = public_suffixes._library()
    for suffix in list(nodes)[::7]:
        base = ".".join(
            label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
            for label in suffix.lstrip("!*.").split(".")
        )
        for host in (base, f"a.{base}", f"b.a.{base}", f"www.b.a.{base}"):
            assert public_suffixes.registrable(host) == library(host).top_domain_under_public_suffix, host


@pytest.mark.parametrize(
    "host", ["localhost", "1.2.3.4", "300.1.1", "com.1", "a..1", "0x7f.1", "a.1a", "xn--p1ai", "[::1]", "[::ffff:1.2.3.4]", "com", "a..com", "a.com.", "A.COM", "www.ck", "y.x.ck", "b.xn--p1ai", "xn--0.com", "xn--.xn--p1ai", "", "a.github.io"]
)  # fmt: skip
def test_odd_hosts_are_read_as_tldextract_reads_them(host: str) -> None:
    assert public_suffixes.registrable(host) == public_suffixes._library()(host).top_domain_under_public_suffix


def test_ordinary_hosts_and_addresses_do_not_import_tldextract() -> None:
    code = (
        "import sys\nfrom copydesk.urls.public_suffixes import registrable\n"
        "for host in ('www.example.co.uk', 'a.xn--p1ai', 'localhost', '127.0.0.1', '[::1]'):\n    registrable(host)\n"
        "assert 'tldextract' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- provenance by kinds of articles


def test_articles_of_a_kind_get_what_each_gets_alone() -> None:
    judge = Judge(contracts.read(), NOW)
    examined, _ = judge.examine(scraped())
    articles = examined.articles.drop(list(COLUMNS))[::3]
    together = with_provenance(articles).select(list(COLUMNS))
    alone = pl.concat(with_provenance(articles[row]).select(list(COLUMNS)) for row in range(articles.height))
    assert together["provenance_evidence"].n_unique() > 7
    assert together.equals(alone)


# --- marks for rules that read them


@pytest.mark.parametrize(
    "slugs", [("related-link",), ("read-more", "date-line"), ("template-line",), ("title-missing",)]
)
def test_few_rules_find_what_they_find_among_all(slugs: tuple[str, ...]) -> None:
    contract, batch = contracts.read(), scraped()
    whole = (
        Judge(only(contract, *(slug for slug in REGISTRY if slug != "likely-furniture")), NOW)
        .examine(batch)[0]
        .findings
    )
    few = Judge(only(contract, *slugs), NOW).examine(batch)[0].findings
    assert few.equals(whole.filter(pl.col("rule").is_in(slugs)))


def test_a_rule_of_ones_own_gets_all_marks(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "import polars as pl\n"
        "from copydesk.rules.base import Rule, Severity, Spot, rule\n"
        '@rule("OWN001", "marked", severity=Severity.WARNING, field="body")\n'
        "class Marked(Rule):\n"
        '    """Lines are marked."""\n'
        "    def passes(self) -> pl.Expr:\n"
        '        return pl.col("furniture").list.len() == 0\n'
        "    def find(self, article):\n"
        '        yield Spot("body", article["furniture"][0]["kind"])\n'
    )
    contract = only(contracts.read(rules=[tmp_path / "own.py"]), "marked", "related-link")
    found = Judge(contract, NOW).examine(scraped())[0].findings
    assert found.filter(pl.col("rule") == "marked")["message"].n_unique() >= 5


# --- the types of texts are looked at once


def test_a_batch_with_other_types_is_refused_though_one_before_was_right() -> None:
    contract = only(contracts.read(), "title-missing")
    articles = Judge(contract, NOW).examine(scraped())[0].articles
    assert validate(contract.schema, articles, contract.checks, contract.outcomes)
    spoilt = articles.with_columns(pl.lit(1).alias("extractor"))
    with pytest.raises(Exception, match="Int32"):
        validate(contract.schema, spoilt, contract.checks, contract.outcomes)


# --- credentials


SELECTORS = st.text(st.sampled_from("\ufe00\ufe0e\U000e0100\U000e01ef\ufeffa\n"), max_size=30)


@given(st.lists(SELECTORS | st.sampled_from(["END C2PA MANIFEST", "C2PA MANIFEST", "plain"]), min_size=1, max_size=5))
def test_credentials_are_looked_for_wherever_they_can_be(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String())
    assert credentials._likely(series).to_list() == series.str.contains(credentials._CANDIDATE).arg_true().to_list()


# --- tables in groups, processes in time


def test_tables_keep_their_rows_in_order_across_groups(tmp_path: Path) -> None:
    table = Table(tmp_path / "t.parquet", {"number": pl.Int64()})
    for start in range(0, 40_000, 4_000):
        table.write(pl.DataFrame({"other": range(4_000), "number": range(start, start + 4_000)}))
    table.close()
    assert pl.read_parquet(tmp_path / "t.parquet")["number"].to_list() == list(range(40_000))


def test_processes_start_at_once_for_large_inputs_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(text="The ferry runs again. " * 400)])
    inputs = expand([str(source), str(tmp_path / "absent.jsonl")])
    with Crew(contracts.read(), NOW, tmp_path, jobs=2, means=OFFLINE, whole=False) as crew:
        crew.foresee(inputs)
        assert not crew._workers
        monkeypatch.setattr(crews, "LONG", 1)
        crew.foresee(inputs)
        assert len(crew._workers) == 1


def test_the_environment_has_the_last_word(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMALLOC_PURGE_DELAY", "7")
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    check(write_jsonl(tmp_path / "in.jsonl", [record()]))
    assert (os.environ["MIMALLOC_PURGE_DELAY"], os.environ["MALLOC_ARENA_MAX"]) == ("7", "1")
