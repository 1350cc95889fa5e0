"""What the report says of runs that are not like most: nothing readable, a single record, no source, nothing new."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Finished, record, write_jsonl
from copydesk.report.article import _text
from copydesk.report.chain import COLUMNS as CHAIN
from copydesk.report.chain import chain
from copydesk.texts import texts
from copydesk.wording import percent


def page(done: Finished) -> str:
    return (done.run / "report.html").read_text(encoding="utf-8")


def test_a_run_of_which_nothing_could_be_read_claims_nothing_of_its_articles(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("no record\n" * 3, encoding="utf-8")
    html = page(check(source))
    assert "3 of 3 records (100 %) cannot be read; none is quarantined." in html
    assert "No rule was asked, for no article could be read." in html
    assert "No source is known, for no article could be read." in html
    assert "holds to every rule" not in html


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{}"], "The record is quarantined; the most frequent error is"),
        (["no record"], "The record cannot be read."),
        (["{}", "no record"], "1 of 2 records (50 %) is quarantined and 1 cannot be read"),
    ],
)
def test_the_verdict_speaks_of_one_record_as_of_one(
    lines: list[str], said: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert said in page(check(source))


def test_a_run_whose_findings_are_all_known_says_that_none_is_new(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    done = check(source, "--no-history")
    assert program("baseline", done.run, "-o", tmp_path / "known.jsonl").code == 0
    html = page(check(source, "--no-history", "--baseline", tmp_path / "known.jsonl"))
    assert "No new findings. What was found stands in the baseline" in html
    assert "holds to every rule" not in html


def test_articles_without_a_source_are_told_of_in_the_language_of_the_report(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    html = page(check(write_jsonl(tmp_path / "in.jsonl", [record(url=None)]), "--language", "de"))
    assert "(unbekannt)" in html
    assert '"source":"(unbekannt)"' in html  # so that the filter of the matrix finds them
    assert "(unknown)" not in html


def test_a_chain_holds_as_much_of_a_name_as_the_rest_of_the_page() -> None:
    row = dict.fromkeys(CHAIN) | {"source": "n" * 5_000, "final_url": "u" * 5_000, "record": 1, "input": "i" * 5_000}
    told = [text for link in chain(row, texts()) for text in (link["name"], link["detail"]) if text]
    assert [len(text) for text in told if text[0] in "nui"] == [200, 200, 200]


def test_a_field_that_is_true_or_false_says_so_as_its_table_does() -> None:
    assert [_text(value) for value in (True, False, None, "", 0, 0.25)] == ["true", "false", None, None, "0", "0.25"]


def test_a_share_is_whole_where_it_only_looks_broken_to_the_machine() -> None:
    assert 100 * 0.07 != 7
    assert texts().percent(0.07, 1) == percent(0.07, 1) == "7 %"
    assert texts().percent(9.97, 100) == percent(9.97, 100) == "10 %"
    assert texts("de").percent(1, 40) == "2,5 %"


def test_the_first_screen_says_what_was_checked_against_what_and_how_many_rules_were_asked(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="", authors=[])])
    done = check(source, "--no-history")
    first = page(done).split("</header>")[0]
    asked = [rule for rule in done.summary["rules"].values() if rule["checked"]]
    assert "in.jsonl" in first
    assert f"contract <bdi>{done.summary['contract']['path']}</bdi>" in first
    assert f"2 of {len(asked)} rules that were asked found something:" in first
    assert '<span class="badge error">error</span> 1' in first
    assert '<span class="badge warning">warning</span> 1' in first
    assert f"{len(asked) - 2} rules that were asked found nothing new" in page(done)
    assert '<span class="mono soft">DAT001</span> date-missing</li>' in page(done)
    both = page(check(source, write_jsonl(tmp_path / "more.jsonl", [record(id="b")]), "--no-history"))
    assert '<a href="#inputs">2 inputs</a>' in both


def test_a_run_without_findings_says_how_many_rules_were_asked(check: Callable[..., Finished], tmp_path: Path) -> None:
    html = page(check(write_jsonl(tmp_path / "in.jsonl", [record()]), "--no-history"))
    assert "rules were asked; none found anything new." in html
    assert 'href="#rules">Rules' in html
    assert 'href="#matrix"' not in html
