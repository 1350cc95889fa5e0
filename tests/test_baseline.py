"""A baseline: known findings do not count, new ones do, and what is known no more is said."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from conftest import TEXT, Finished, record, write_jsonl
from copydesk import api
from copydesk.baseline import Entry, Ledger, fingerprint, of_run, read, write
from copydesk.cli import main

Check = Callable[..., Finished]
RELATED = "Related article: Harbour Wall Repaired"
ENTRY = '{"article": "a", "rule": "r", "field": "f", "evidence": "e", "fingerprint": "0", "count": 1}'


def test_known_findings_neither_quarantine_nor_gate(check: Check, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(id="a", title=""), record(id="b")])
    done = check(source)
    assert done.code == 1
    known = tmp_path / "known.jsonl"
    assert main(["baseline", str(done.run), "-o", str(known)]) == 0
    again = check(source, "--baseline", known)
    assert again.code == 0
    assert again.articles["verdict"].to_list() == ["accepted", "accepted"]
    assert again.findings.select("article_id", "rule", "baseline").rows() == [("a", "title-missing", True)]
    assert again.summary["baselined"] == 1
    assert again.summary["rules"]["title-missing"]["failed"] == 0
    assert "known findings stand in the baseline" in again.out
    assert pl.read_parquet(again.run / "outcomes.parquet")["passes_title_missing"].all()


def test_new_findings_still_count(check: Check, tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    write(known, of_run(check(write_jsonl(tmp_path / "old.jsonl", [record(id="a", title="")])).run))
    records = [record(id="a", title="", text=f"{TEXT}\n{RELATED}"), record(id="c", title="")]
    done = check(write_jsonl(tmp_path / "new.jsonl", records), "--baseline", known)
    assert done.code == 1
    assert done.findings.filter(~pl.col("baseline"))["rule"].to_list() == ["related-link", "title-missing"]
    assert done.articles["verdict"].to_list() == ["quarantined", "quarantined"]


def test_order_and_lines_may_move(check: Check, tmp_path: Path) -> None:
    first = record(id="a", text=f"{RELATED}\n{TEXT}")
    second = record(id=None, url="https://example.com/2025/06/14/other", text=f"{TEXT}\n{RELATED}")
    known = tmp_path / "known.jsonl"
    write(known, of_run(check(write_jsonl(tmp_path / "old.jsonl", [first, second])).run))
    first["text"] = f"A paragraph was added at the top.\n{TEXT}\n  {RELATED.replace('Harbour ', 'Harbour  ')}\n"
    second["text"] = f"{RELATED}\n{TEXT}\nAnd one at the end."
    done = check(write_jsonl(tmp_path / "new.jsonl", [second, first]), "--baseline", known)
    assert (done.code, done.summary["baselined"], done.summary["baseline"]["stale"]) == (0, 2, [])


def test_a_finding_is_known_as_often_as_it_was_found(check: Check, tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    write(known, of_run(check(write_jsonl(tmp_path / "old.jsonl", [record(text=f"{TEXT}\n{RELATED}")])).run))
    done = check(
        write_jsonl(tmp_path / "new.jsonl", [record(text=f"{RELATED}\n{TEXT}\n{RELATED}")]), "--baseline", known
    )
    assert done.findings["baseline"].to_list() == [True, False]
    assert done.code == 1


def test_what_is_found_no_more_is_said_and_pruned(check: Check, tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    old = [
        record(id="a", title="", text=f"{RELATED}\n{TEXT}\n{RELATED}"),
        record(id="b", title=""),
        record(id="c", title=""),
    ]
    write(known, of_run(check(write_jsonl(tmp_path / "old.jsonl", old)).run))
    new = [record(id="a", title="", text=f"{RELATED}\n{TEXT}"), record(id="b"), record(id="d", title="")]
    done = check(write_jsonl(tmp_path / "new.jsonl", new), "--baseline", known)
    baseline = done.summary["baseline"]
    assert [(entry["article"], entry["rule"], entry["count"]) for entry in baseline["stale"]] == [
        ("a", "related-link", 1),
        ("b", "title-missing", 1),
    ]
    assert baseline["articles_not_in_this_run"] == 1
    assert "2 entries of the baseline" in done.out
    assert main(["baseline", str(done.run), "-o", str(known), "--prune"]) == 0
    assert [(entry.article, entry.rule, entry.count) for entry in read(known)] == [
        ("a", "related-link", 1),
        ("a", "title-missing", 1),
        ("c", "title-missing", 1),
    ]


def test_a_finding_that_stands_in_the_file_twice_is_dropped_once(check: Check, tmp_path: Path) -> None:
    known, source = tmp_path / "known.jsonl", write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    write(known, 2 * of_run(check(source).run))  # as it comes of merging two branches
    done = check(source, "--baseline", known, out=tmp_path / "again")
    assert main(["baseline", str(done.run), "-o", str(known), "--prune"]) == 0
    assert [(entry.rule, entry.count) for entry in read(known)] == [("title-missing", 1)]


def test_the_file_is_sorted_and_the_same_for_the_same_findings(check: Check, tmp_path: Path) -> None:
    records = [record(id=name, title="", authors=["By Jo Marten"]) for name in ("b", "a", "ü")]
    for name, entries in (("one", records), ("two", records[::-1])):
        write(tmp_path / name, of_run(check(write_jsonl(tmp_path / f"{name}.jsonl", entries)).run))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    lines = [json.loads(line) for line in (tmp_path / "one").read_text(encoding="utf-8").splitlines()]
    assert [line["article"] for line in lines] == ["a", "a", "b", "b", "ü", "ü"]
    assert lines[0]["evidence"] == "By"


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_ids_may_hold_line_separators(separator: str, check: Check, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=f"a{separator}1", title="")])
    known = tmp_path / "known.jsonl"
    assert write(known, of_run(check(source).run)) == 1
    assert check(source, "--baseline", known).findings["baseline"].all()


def test_the_contract_may_name_the_baseline(check: Check, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    write(tmp_path / "known.jsonl", of_run(check(source).run))
    (tmp_path / "c.yaml").write_text("contract: x\nbaseline: known.jsonl\n")
    assert check(source, "-c", tmp_path / "c.yaml").code == 0
    assert api.check(source, baseline=tmp_path / "known.jsonl").passed
    (tmp_path / "c.yaml").write_text("contract: x\nbaseline: nowhere.jsonl\n")
    done = check(source, "-c", tmp_path / "c.yaml")
    assert done.code == 2
    assert "c.yaml:2: baseline: the baseline" in done.err


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"article": "a"}',
        '{"fingerprint": 1}',
        ENTRY.replace('"a"', "5"),
        ENTRY.replace('"a"', '"\\ud800"'),
        ENTRY.replace("1}", "true}"),
        ENTRY.replace("1}", "0}"),
    ],
    ids=range(9),
)
def test_a_file_that_is_no_baseline_exits_2(check: Check, tmp_path: Path, line: str) -> None:
    (tmp_path / "known.jsonl").write_text(f"\n{line}\n")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "--baseline", tmp_path / "known.jsonl")
    assert done.code == 2
    assert "known.jsonl:2: not an entry of a baseline" in done.err
    assert "__init__" not in done.err


def test_only_a_run_can_be_recorded_or_prune(check: Check, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", str(tmp_path), "-o", str(tmp_path / "known.jsonl")]) == 3
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]))
    write(tmp_path / "known.jsonl", [])
    assert main(["baseline", str(done.run), "-o", str(tmp_path / "known.jsonl"), "--prune"]) == 3
    (done.run / "summary.json").write_text('{"baseline": {"stale": [{}]}}', encoding="utf-8")
    assert main(["baseline", str(done.run), "-o", str(tmp_path / "known.jsonl"), "--prune"]) == 3
    assert capsys.readouterr().err.count("not a run that was checked with --baseline") == 2


def test_suppressions_that_suppress_nothing_are_said(check: Check, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "contract: x\nsuppress:\n"
        + "".join(f"  - {{id: {name}, rule: title-missing, reason: a photo}}\n" for name in ("a", "b", "elsewhere"))
    )
    source = write_jsonl(tmp_path / "in.jsonl", [record(id="a", title=""), record(id="b")])
    done = check(source, "-c", tmp_path / "c.yaml")
    assert done.summary["suppressed"] == 1
    assert done.summary["stale_suppressions"] == [{"id": "b", "rule": "title-missing"}]
    assert "1 suppression of the contract found nothing any more" in done.out


def test_evidence_is_compared_without_blanks_and_forms() -> None:
    assert fingerprint("a", "r", "f", "Caf\u00e9  x\n") == fingerprint("a", "r", "f", "Cafe\u0301 x")
    assert (
        len({fingerprint(*parts) for parts in (("a", "r", "f", "x"), ("b", "r", "f", "x"), ("a", "r", "f", "y"))}) == 3
    )


def test_a_ledger_knows_an_entry_once_for_each_count() -> None:
    ledger = Ledger(Path("x"), [Entry("a", "r", "f", "e", "1", 2)])
    assert [ledger.takes("1") for _ in range(3)] == [True, True, False]
    assert not ledger.takes("2")
