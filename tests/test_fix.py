"""copydesk fix: applies what rules offer, changes nothing else, can be undone, and has nothing to do the second time."""

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import ROOT, TEXT, record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input
from copydesk.articles.raw import RawBatch, Shape
from copydesk.cli import main
from copydesk.fixes import jsontext
from copydesk.fixes.batch import Fixer
from copydesk.fixes.editors import editor
from copydesk.fixes.repairs import Edit, applied, chosen, edit_of, with_line_breaks
from copydesk.fixes.run import fix
from copydesk.origin.manners import Manners
from copydesk.origin.stage import OriginStage
from copydesk.preparing import prepare
from copydesk.rules import REGISTRY
from copydesk.rules.base import Rule, difference
from copydesk.rules.documentation import documentation

RELATED = "Related article: Harbour Wall Repaired"
CONTRACT = contracts.read(ROOT / "checks" / "article.yaml")

namespace: dict[str, Callable[[list[Any], list[Any]], None]] = {}
exec(  # noqa: S102 -- what the documentation shows
    re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "fixing.md").read_text(encoding="utf-8"), re.DOTALL)[0],
    namespace,
)
undo = namespace["undo"]


def fixed(source: Path, output: Path, *options: str) -> list[dict[str, Any]]:
    """Fixes a file; the changes."""
    assert main(["fix", str(source), "-o", str(output), "-q", *options]) == 0
    changes = output.with_name(output.name + ".changes.jsonl")
    return [json.loads(line) for line in changes.read_text(encoding="utf-8").splitlines()]


def test_safe_repairs_are_applied_and_listed(tmp_path: Path) -> None:
    bad = record(
        url="https://desk:pw@www.example.com/2025/06/14/ferry -a1",
        title="Tom &amp; Jerry im CafÃ©",
        authors=["By Ana Lindqvist", "Afp"],
        text=f"One line of text that is long enough.\n\n{RELATED}\n\n{TEXT}\nRead more: Who paints the gulls?",
    )
    changes = fixed(write_jsonl(tmp_path / "in.jsonl", [bad]), tmp_path / "out.jsonl")
    after = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert after == {
        **bad,
        "url": "https://www.example.com/2025/06/14/ferry-a1",
        "title": "Tom & Jerry im Café",
        "authors": ["Ana Lindqvist", "AFP"],
        "text": f"One line of text that is long enough.\n\n{TEXT}",
    }
    assert {(change["field"], change["rule"]) for change in changes} == {
        ("original_url", "url-white-space"),
        ("original_url", "url-credentials"),
        ("title", "markup"),
        ("title", "mojibake"),
        ("byline", "byline-prefix"),
        ("byline", "agency-spelling"),
        ("body", "related-link"),
        ("body", "read-more"),
    }
    assert {(change["record"], change["article_id"], change["safe"]) for change in changes} == {(0, "a1", True)}
    assert [change["before"] for change in changes if change["rule"] == "related-link"] == [f"{RELATED}\n\n"]


def test_repairs_to_be_reviewed_wait_for_unsafe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(authors=["Ana Lindqvist, Staff Writer", "@analind"])])
    assert main(["fix", str(source), "-o", str(tmp_path / "safe.jsonl")]) == 0
    assert (tmp_path / "safe.jsonl").read_bytes() == source.read_bytes()
    assert "with --unsafe also: byline-noise" in capsys.readouterr().out
    changes = fixed(source, tmp_path / "out.jsonl", "--unsafe")
    assert json.loads((tmp_path / "out.jsonl").read_text())["authors"] == ["Ana Lindqvist"]
    assert {change["safe"] for change in changes} == {False}
    assert main(["fix", str(source), "-o", str(tmp_path / "out.jsonl"), "--unsafe"]) == 0
    assert "byline-noise        2 repairs in 1 record  (to be reviewed)" in capsys.readouterr().out
    safe = write_jsonl(tmp_path / "title.jsonl", [record(title="A &amp; B &amp; C")])
    assert main(["fix", str(safe), "-o", str(tmp_path / "out.jsonl")]) == 0
    assert "markup        2 repairs in 1 record\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("claimed", "safe", "unsafe"),
    [
        ("https://example.com/a/ferry-resumes -a89", "https://example.com/a/ferry-resumes-a89", None),
        ("https://example.com/a/ ferry", "https://example.com/a/ferry", None),
        ("https://example.com/a/fer\n  ry", "https://example.com/a/ferry", None),
        ("https:// www.example.com /a/ferry", "https://www.example.com/a/ferry", None),
        ("https://example.com/a/ferry resumes", "https://example.com/a/ferryresumes", None),
        (
            "https://example.com/a/ferry resumes-on-monday.html",
            "https://example.com/a/ferryresumes-on-monday.html",
            None,
        ),
        ("https://example.com/a/Ferry Resumes.pdf", None, "https://example.com/a/Ferry%20Resumes.pdf"),
        ("https://example.com/a/Ferry - Part 2.pdf", None, "https://example.com/a/Ferry%20-%20Part%202.pdf"),
        ("https://example.com/a/view?title=ferry resumes", None, "https://example.com/a/view?title=ferry%20resumes"),
        ("https://example.com/a/ferry https://example.com/a/gulls", None, None),
    ],
)
def test_only_white_space_that_came_from_outside_is_deleted_unseen(
    claimed: str, safe: str | None, unsafe: str | None, tmp_path: Path
) -> None:
    """A blank between two words may belong to a file's name, which browsers ask for with %20."""
    source = write_jsonl(tmp_path / "in.jsonl", [record(url=claimed)])
    fixed(source, tmp_path / "safe.jsonl")
    assert json.loads((tmp_path / "safe.jsonl").read_text())["url"] == (safe or claimed)
    fixed(source, tmp_path / "out.jsonl", "--unsafe")
    assert json.loads((tmp_path / "out.jsonl").read_text())["url"] == (safe or unsafe or claimed)


def test_only_the_repaired_text_of_a_record_changes(tmp_path: Path) -> None:
    bad = (
        '{"id" : 1.00, "big": 12345678901234567890, "title":"x", "title": "Tom &amp; Zo\\u00eb", "n":{"a":[1E5,null]},'
        f' "url":"https://example.com/2025/06/14/x", "text":{json.dumps(TEXT)}, "date":"2025-06-14T08:30:00Z"}}'
    )
    (tmp_path / "in.jsonl").write_bytes(f"{bad}\r\n\n{{broken\n{bad}".encode())
    fixed(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    good = bad.replace("&amp;", "&")
    assert (tmp_path / "out.jsonl").read_bytes() == f"{good}\r\n{{broken\n{good}".encode()


def test_lists_lose_what_is_taken_out_of_them(tmp_path: Path) -> None:
    bad = record(text=["The first paragraph of the text.", RELATED, TEXT, "&nbsp;", "Read more: x"])
    changes = fixed(write_jsonl(tmp_path / "in.jsonl", [bad]), tmp_path / "out.jsonl")
    after = json.loads((tmp_path / "out.jsonl").read_text())
    assert after["text"] == ["The first paragraph of the text.", TEXT]
    undo([after], changes)
    assert after == bad


def test_an_item_of_which_only_blanks_are_left_is_taken_out_of_its_list(tmp_path: Path) -> None:
    bad = record(authors=["Ana Lindqvist", "  @analind ", "Jo Bell"])
    changes = fixed(write_jsonl(tmp_path / "in.jsonl", [bad]), tmp_path / "out.jsonl", "--unsafe")
    after = json.loads((tmp_path / "out.jsonl").read_text())
    assert after["authors"] == ["Ana Lindqvist", "Jo Bell"]
    undo([after], changes)
    assert after == bad


def test_nested_bodies_and_authors_are_repaired_in_place(tmp_path: Path) -> None:
    bad = record(
        authors=[{"name": "By Ana Lindqvist", "url": "https://example.com/ana"}],
        text={
            "summary": [],
            "sections": [{"headline": ["Ferry"], "paragraphs": [TEXT, RELATED, "Die FÃ¤hre fÃ¤hrt."]}],
        },
    )
    fixed(write_jsonl(tmp_path / "in.jsonl", [bad]), tmp_path / "out.jsonl")
    after = json.loads((tmp_path / "out.jsonl").read_text())
    assert after["authors"] == [{"name": "Ana Lindqvist", "url": "https://example.com/ana"}]
    assert after["text"]["sections"][0] == {"headline": ["Ferry"], "paragraphs": [TEXT, "Die Fähre fährt."]}


@pytest.mark.parametrize(
    ("nested", "key"),
    [
        (lambda entry: {"_index": "news", "_id": "7", "_score": 1.0, "_source": entry}, "/_source/title"),
        (lambda entry: {"url": entry["url"], "statusCode": 200, "article": entry}, "/article/title"),
        (lambda entry: {"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", **entry}]}, "/@graph/1/title"),
    ],
    ids=["elasticsearch", "zyte", "json-ld"],
)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_nested_articles_are_repaired_where_they_stand(
    nested: Callable[[dict[str, Any]], dict[str, Any]], key: str, kind: str, tmp_path: Path
) -> None:
    before, after = (nested(record(title=title)) for title in ("A &amp; B", "A & B"))
    source, output = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    if kind == "jsonl":
        write_jsonl(source, [before])
        changes = fixed(source, output)
        assert json.loads(output.read_text(encoding="utf-8")) == after
    else:
        pq.write_table(pa.Table.from_pylist([before]), source)
        changes = fixed(source, output)
        assert pq.read_table(output) == pa.Table.from_pylist([after])
    assert [change["key"] for change in changes] == [key]


def test_a_url_that_stands_where_the_source_is_named_is_repaired_there(tmp_path: Path) -> None:
    bad = record(source="https://www.example.com/2025/06/14/ferry -a1")
    del bad["url"]
    [change] = fixed(write_jsonl(tmp_path / "in.jsonl", [bad, record(source="Harbour Post")]), tmp_path / "out.jsonl")
    assert (change["record"], change["key"], change["field"]) == (0, "/source", "original_url")
    after, same = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert after == {**bad, "source": "https://www.example.com/2025/06/14/ferry-a1"}
    assert same == record(source="Harbour Post")


def test_blocks_of_a_body_are_repaired_in_place(tmp_path: Path) -> None:
    blocks = [{"type": "p", "text": TEXT}, {"type": "p", "text": RELATED}]
    fixed(write_jsonl(tmp_path / "in.jsonl", [record(text=blocks)]), tmp_path / "out.jsonl")
    after = json.loads((tmp_path / "out.jsonl").read_text())["text"]
    assert after[0] == blocks[0]
    assert after[1] == {"type": "p", "text": ""}


def test_html_that_a_record_gives_as_text_is_left_alone(tmp_path: Path) -> None:
    post = {
        **{name: record()[name] for name in ("id", "date")},
        "link": record()["url"],
        "title": {"rendered": "Tom &amp; Jerry"},
        "content": {"rendered": f"<p>{TEXT}</p><p>{RELATED}</p>", "protected": False},
    }
    (tmp_path / "in.json").write_text(json.dumps([post, post]))
    assert fixed(tmp_path / "in.json", tmp_path / "out.json", "--unsafe") == []
    assert json.loads((tmp_path / "out.json").read_text()) == [post, post]


def test_a_json_array_stays_one(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps([record(), record(title="A &amp; B")], indent=1))
    fixed(tmp_path / "in.json", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == [record(), record(title="A & B")]


def test_a_json_object_of_its_own_keeps_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_bytes(
        json.dumps(record(title="A &amp; Ü"), indent=2, ensure_ascii=False).encode("utf-16")
    )
    fixed(tmp_path / "in.json", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text("utf-16")) == record(title="A & Ü")


def test_a_table_keeps_the_line_that_tells_its_delimiter(tmp_path: Path) -> None:
    table = (
        'sep=;\r\nid;url;a,b,c,d,e,f,g;title;author;date;text\r\n1;https://example.com/x;;"A &amp; B";Jo;2025-06-14;"'
        + TEXT
        + '"'
    )
    (tmp_path / "in.csv").write_bytes(table.encode())
    fixed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == table.replace("&amp;", "&")


def test_tables_keep_their_dialect(tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    head = 'id;"title";author;date;url;text\r\n'
    bad = f'7;"A &amp; ""B""";By Ana;2025-06-14;"https://example.com/2025/06/14/a b";"{text}\nRead more: ""x"""\r\n'
    good = f'8; B ;"Jo";2025-06-14;https://example.com/2025/06/14/c;"{text}"'
    (tmp_path / "in.csv").write_bytes(f"\ufeff{head}{bad}{good}".encode())
    changes = fixed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == (
        f'\ufeff{head}7;"A & ""B""";Ana;2025-06-14;"https://example.com/2025/06/14/ab";"{text}"\r\n{good}'
    )
    assert [change["key"] for change in changes if change["field"] == "title"] == ["/title"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_the_first_and_the_last_cell_of_a_row_are_repaired(quote: str, tmp_path: Path) -> None:
    text, url = TEXT.replace("\n", " ").replace(",", ";"), "https://example.com/2025/06/14/a"
    rows = [
        ",".join(f"{quote}{cell}{quote}" for cell in (title, text, url, "2025-06-14", author))
        for title, author in (("A &amp; B", "By Ana Lindqvist"), ("A & B", "Ana Lindqvist"))
    ]
    (tmp_path / "in.csv").write_text(f"title,text,url,date,author\n{rows[0]}\n", encoding="utf-8")
    changes = fixed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == f"title,text,url,date,author\n{rows[1]}\n"
    assert {(change["key"], change["before"], change["after"]) for change in changes} == {
        ("/title", "A &amp; B", "A & B"),
        ("/author", "By Ana Lindqvist", "Ana Lindqvist"),
    }


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    rows = [
        record(text=[TEXT, RELATED], n={"x": 1}),
        record(title="A &amp; B", text=[TEXT], n={"x": 2}),
        record(text=None),
    ]
    schema = pa.schema(
        [
            ("id", pa.dictionary(pa.int8(), pa.string())),
            ("title", pa.dictionary(pa.int32(), pa.string())),
            ("authors", pa.list_(pa.string())),
            ("text", pa.large_list(pa.large_string())),
            ("date", pa.string()),
            ("url", pa.string_view()),
            ("n", pa.struct([("x", pa.int16())])),
        ],
        metadata={"made": "by hand"},
    )
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names}
    )
    pq.write_table(table.cast(schema).replace_schema_metadata(schema.metadata), tmp_path / "in.parquet")
    fixed(tmp_path / "in.parquet", tmp_path / "out.parquet")
    after = pq.read_table(tmp_path / "out.parquet")
    assert after.schema.equals(pq.read_schema(tmp_path / "in.parquet"), check_metadata=True)
    assert after["title"].to_pylist() == ["Ferry Resumes", "A & B", "Ferry Resumes"]
    assert after["text"].to_pylist() == [[TEXT], [TEXT], None]
    assert after["n"].to_pylist() == [{"x": 1}, {"x": 2}, None]


def test_a_row_of_parquet_that_python_cannot_hold_whole_is_left_alone(tmp_path: Path) -> None:
    entries = pa.array([record(title="A &amp; B"), record(title="C &amp; D")])
    times = pa.array([1, 1_000], pa.time64("ns"))  # Python's own times have microseconds
    names = [*entries.type.names, "at"]
    article = pa.StructArray.from_arrays([*entries.flatten(), times], names)
    table = pa.table({"url": [record()["url"]] * 2, "statusCode": [200, 200], "article": article})
    pq.write_table(table, tmp_path / "in.parquet")
    [change] = fixed(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert (change["record"], change["key"]) == (1, "/article/title")
    after = pq.read_table(tmp_path / "out.parquet")["article"].combine_chunks()
    assert after.field("title").to_pylist() == ["A &amp; B", "C & D"]
    assert after.field("at").equals(times)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_stories_stay_text_files(tmp_path: Path, newline: str) -> None:
    lines = ["Ferry &amp; Mill", "", "By Ana Lindqvist", "", "June 14, 2025", "", *TEXT.split("\n"), RELATED]
    lines += ["", "Original url:", "https://www.example.com/2025/06/14/ferry -a1", ""]
    (tmp_path / "in.txt").write_bytes(newline.join(lines).encode())
    changes = fixed(tmp_path / "in.txt", tmp_path / "out.txt")
    after = (tmp_path / "out.txt").read_bytes().decode()
    wanted = [line for line in lines if line != RELATED]
    wanted[0], wanted[2], wanted[-2] = "Ferry & Mill", "Ana Lindqvist", "https://www.example.com/2025/06/14/ferry-a1"
    assert after == newline.join(wanted)
    text = after.replace(newline, "\n")
    for change in reversed(changes):
        text = text[: change["start"]] + change["before"] + text[change["start"] + len(change["after"]) :]
    assert text == "\n".join(lines)


def test_a_story_that_would_be_read_otherwise_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = f"Ferry\n\nBy Ana Lindqvist\n\n{TEXT}\n"  # without a date the "By" is what makes it a byline
    (tmp_path / "in.txt").write_text(story)
    assert main(["fix", str(tmp_path / "in.txt"), "-o", str(tmp_path / "out.txt"), "--json"]) == 0
    assert (tmp_path / "out.txt").read_text() == story
    [entry] = json.loads(capsys.readouterr().out)["not_applied"]
    assert entry == {"rule": "byline-prefix", "reason": "the record would be read otherwise", "repairs": 1}


def test_quiet_is_quiet_with_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    assert main(["fix", str(source), "-o", str(tmp_path / "out.jsonl"), "--json", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "parquet"])
def test_a_record_that_would_be_read_otherwise_stays_as_it_came_and_the_others_are_fixed(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        record(id="list", authors="Ana Roe", text="[&#39;The ferry runs.&#39;]"),  # with its quotes it would be a list
        record(id="plain", authors="Ana Roe", title="A &amp; B"),
    ]
    source, output = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    if kind == "jsonl":
        write_jsonl(source, records)
    elif kind == "json":
        source.write_text(json.dumps(records), encoding="utf-8")
    else:
        frame = pl.DataFrame(records)
        frame.write_csv(source) if kind == "csv" else frame.write_parquet(source)
    assert main(["fix", str(source), "-o", str(output), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_applied"] == [{"rule": "markup", "reason": "the record would be read otherwise", "repairs": 2}]
    assert told["counts"] == {"read": 2, "changed": 1, "unreadable": 0}
    [change] = map(json.loads, (tmp_path / f"out.{kind}.changes.jsonl").read_text(encoding="utf-8").splitlines())
    assert (change["record"], change["article_id"], change["key"]) == (1, "plain", "/title")
    if kind == "parquet":
        assert pl.read_parquet(output).to_dicts() == [records[0], {**records[1], "title": "A & B"}]
    else:
        after = output.read_text(encoding="utf-8")
        assert "".join(after.split()) == "".join(source.read_text(encoding="utf-8").replace("&amp;", "&").split())


RULE = """
@rule("DESK00{code}", "{slug}", severity=Severity.ERROR, field="title", fix="safe")
class Rule{code}(Rule):
    \"\"\"The title begins with a letter that it should not begin with.\"\"\"

    def passes(self) -> pl.Expr:
        return ~pl.col("title").str.starts_with("{wrong}").fill_null(False)

    def find(self, article: Article) -> list[Spot]:
        return [Spot("title", "another letter", 0, 1, repair={repair})]
"""


def rules_file(folder: Path, *repairs: tuple[str, str, str]) -> str:
    """A file of rules: (slug, the letter that is wrong, the expression that gives the repair) of each."""
    lines = ["import polars as pl", "from copydesk.rules import Article, Rule, Severity, Spot, rule", ""]
    lines += [
        RULE.format(code=code, slug=slug, wrong=wrong, repair=repair)
        for code, (slug, wrong, repair) in enumerate(repairs)
    ]
    (folder / "rules.py").write_text("\n".join(lines), encoding="utf-8")
    return str(folder / "rules.py")


def test_repairs_that_undo_one_another_are_not_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = rules_file(tmp_path, ("there", "A", "'B'"), ("and-back", "B", "'A'"))
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="A &amp; C"), record(title="D &amp; E")])
    assert main(["fix", str(source), "-o", str(tmp_path / "out.jsonl"), "--rules", rules, "--json"]) == 0
    before, after = (lines.splitlines() for lines in (source.read_text(), (tmp_path / "out.jsonl").read_text()))
    assert after == [before[0], before[1].replace("&amp;", "&")]
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["changed"] == 1
    assert {(entry["rule"], entry["reason"]) for entry in told["not_applied"]} == {
        (slug, "the repairs undo one another") for slug in ("there", "and-back", "markup")
    }
    changes = (tmp_path / "out.jsonl.changes.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(change)["record"] for change in changes] == [1]


def test_a_rule_that_crashes_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = rules_file(tmp_path, ("broken", "F", "1 // 0"))
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    assert main(["fix", str(source), "-o", str(tmp_path / "new" / "out.jsonl"), "--rules", rules]) == 4
    assert "the rule broken crashed: ZeroDivisionError" in capsys.readouterr().err
    assert not list((tmp_path / "new").iterdir())


def test_a_story_with_two_kinds_of_line_breaks_stays_as_it_is(tmp_path: Path) -> None:
    story = f"Ferry &amp; Mill\r\n\r\nBy Ana Lindqvist\n\nJune 14, 2025\n\n{TEXT}\n".encode()
    (tmp_path / "in.txt").write_bytes(story)
    assert fixed(tmp_path / "in.txt", tmp_path / "out.txt") == []
    assert (tmp_path / "out.txt").read_bytes() == story


def test_outputs_are_compressed_as_their_name_says(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="A &amp; B")])
    fixed(source, tmp_path / "out.jsonl.gz")
    fixed(tmp_path / "out.jsonl.gz", tmp_path / "again.JSONL.ZST")
    fixed(tmp_path / "again.JSONL.ZST", tmp_path / "plain.jsonl")
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()) == (tmp_path / "plain.jsonl").read_bytes()
    assert (tmp_path / "again.JSONL.ZST").read_bytes()[:4] == b"\x28\xb5\x2f\xfd"


def test_several_stories_go_into_a_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Ferry {name}\n\n{TEXT}\n{RELATED}\n")
    assert main(["fix", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "-o", str(tmp_path / "out"), "-q"]) == 0
    assert (tmp_path / "out" / "b.txt").read_text() == f"Ferry b\n\n{TEXT}\n"


@pytest.mark.parametrize("how", ["itself", "link", "changes"])
def test_nothing_is_fixed_in_place(tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_jsonl(
        tmp_path / ("o.jsonl.changes.jsonl" if how == "changes" else "in.jsonl"), [record(title="&amp;")]
    )
    before = source.read_bytes()
    target = tmp_path / {"itself": "in.jsonl", "link": "other.jsonl", "changes": "o.jsonl"}[how]
    if how == "link":
        os.link(source, target)
    assert main(["fix", str(source), "-o", str(target)]) == 2
    assert "in place" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_inputs_of_several_formats_and_a_wrong_suffix_are_refused(tmp_path: Path) -> None:
    lines = write_jsonl(tmp_path / "in.jsonl", [record()])
    (tmp_path / "in.csv").write_text("title,text\na,b\n")
    assert main(["fix", str(lines), str(tmp_path / "in.csv"), "-o", str(tmp_path / "out")]) == 2
    assert main(["fix", str(lines), "-o", str(tmp_path / "out.csv")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "in.jsonl"]


@pytest.mark.parametrize(
    ("inputs", "output", "code", "says"),
    [
        (["in.jsonl"], "folder", 2, "is a folder that exists"),
        (["in.jsonl"], "-", 2, "-o needs a file"),
        (["in.jsonl"], "in.jsonl/out.jsonl", 4, "cannot write there"),
        (["sitemap.xml"], "out.xml", 2, "records of the format sitemap are not rewritten"),
        (["a.txt", "b.txt"], "out.txt.gz", 2, "are written into a folder"),
        (["in.jsonl"], "out.CSV.GZ", 2, "call it .jsonl.gz"),
        (["blank.jsonl"], "out.jsonl", 3, "empty"),
    ],
)
def test_an_output_that_cannot_be_is_said_and_nothing_is_written(
    inputs: list[str], output: str, code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_jsonl(tmp_path / "in.jsonl", [record()])
    (tmp_path / "blank.jsonl").write_text("\n", encoding="utf-8")
    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.com/2025/06/14/a</loc></url></urlset>'
    )
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Ferry {name}\n\n{TEXT}\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    target = output if output == "-" else str(tmp_path / output)
    assert main(["fix", *(str(tmp_path / name) for name in inputs), "-o", target]) == code
    assert says in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_broken_input_leaves_nothing_behind(tmp_path: Path) -> None:
    packed = gzip.compress("".join(json.dumps(record(id=n)) + "\n" for n in range(3_000)).encode())
    (tmp_path / "in.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    assert main(["fix", str(tmp_path / "in.jsonl.gz"), "-o", str(tmp_path / "out.jsonl")]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl.gz"]


def test_what_cannot_be_repaired_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    only = record(id="only", text=RELATED)
    guessed = json.dumps(record(id="guess", title="Caf\xe9 A &amp; B", text=TEXT[:150]), ensure_ascii=False).encode(
        "latin-1"
    )
    (tmp_path / "in.jsonl").write_bytes(json.dumps(only).encode() + b"\n" + guessed + b"\n")
    assert main(["fix", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl"), "--json"]) == 0
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()
    reasons = {entry["rule"]: entry["reason"] for entry in json.loads(capsys.readouterr().out)["not_applied"]}
    assert reasons == {
        "related-link": "nothing would be left of the field",
        "markup": "the record was decoded by a guess",
    }


def test_suppressed_findings_and_rules_that_are_off_are_left_alone(tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "in.jsonl", [record(id="a", title="A &amp; B"), record(id="b", authors=["By Jo Marten"])]
    )
    (tmp_path / "c.yaml").write_text(
        "contract: x\nrules: {byline-prefix: off}\nsuppress: [{id: a, rule: markup, reason: meant so}]\n"
    )
    assert fixed(source, tmp_path / "out.jsonl", "-c", str(tmp_path / "c.yaml")) == []
    assert (tmp_path / "out.jsonl").read_bytes() == source.read_bytes()


def test_records_are_streamed_in_batches(tmp_path: Path) -> None:
    records = [record(id=str(n), title="A &amp; B" if n % 1000 == 0 else "C", text=TEXT * 10) for n in range(12_000)]
    changes = fixed(write_jsonl(tmp_path / "in.jsonl", records), tmp_path / "out.jsonl")
    assert [change["record"] for change in changes] == list(range(0, 12_000, 1000))
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 12_000


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ("a/R/b", "a/b"),
        ("a//R//b", "a//b"),
        ("a//R/b", "a//b"),
        ("a/R//b", "a//b"),
        ("a//R/R//b", "a//b"),
        ("a//R//R//b", "a//b"),
        ("R//a", "a"),
        ("a//R", "a"),
        ("a/R/", "a/"),
        ("a//R//R", "a"),
        ("a/ R /b", "a/b"),
        ("/R/a", "/a"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_go_with_their_line_breaks(newline: str, lines: str, left: str) -> None:
    text = lines.replace("/", newline)
    edits = [Edit(*found.span(), "", REGISTRY["related-link"], True) for found in re.finditer("R", text)]
    cut = with_line_breaks(text, edits)
    assert applied(text, cut) == left.replace("/", newline)
    assert len(cut) == len(edits)


def test_of_overlapping_repairs_the_one_that_takes_out_more_wins() -> None:
    rule = REGISTRY["markup"]
    one, two, three = Edit(0, 4, "ab", rule, True), Edit(2, 9, "", rule, True), Edit(9, 10, "x", rule, True)
    assert chosen([one, two, three]) == [two, three]
    assert chosen([Edit(3, 6, "", rule, True), Edit(1, 4, "", rule, True)]) == [Edit(1, 4, "", rule, True)]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text("ab", max_size=3)), max_size=12))
def test_repairs_that_are_applied_together_do_not_overlap_and_none_is_left_out_for_nothing(
    spans: list[tuple[int, int, str]],
) -> None:
    edits = [Edit(start, start + length, text, REGISTRY["markup"], True) for start, length, text in spans]
    taken = chosen(edits)
    assert all(left.end <= right.start for left, right in pairwise(taken))
    for edit in set(edits) - set(taken):
        in_the_way = [
            other for other in taken if (other.start < edit.end and edit.start < other.end) or edit.start == edit.end
        ]
        assert max(other.end - other.start - len(other.text) for other in in_the_way) >= (
            edit.end - edit.start - len(edit.text)
        )


@given(st.text("ab", min_size=1), st.text("ab"))
def test_the_difference_of_two_texts_repairs_the_one_into_the_other(text: str, meant: str) -> None:
    if text != meant:
        start, end, repair = difference(text, meant)
        assert 0 <= start < end <= len(text)
        assert text[:start] + repair + text[end:] == meant


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=3), VALUES, min_size=1, max_size=4), st.booleans(), st.integers(0, 2), st.data()
)
def test_json_is_changed_in_one_place_only(document: dict[str, Any], ascii_only: bool, indent: int, data: Any) -> None:
    places = list(_strings(document, ()))
    if not places:
        return
    wanted = data.draw(st.lists(st.sampled_from(places), unique=True, min_size=1, max_size=3))
    changes = {place: data.draw(st.none() if isinstance(place[-1], int) else st.text(max_size=5)) for place in wanted}
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent or None)
    expected = json.loads(text)
    for place, new in sorted(changes.items(), key=lambda item: str(item[0]), reverse=True):
        holder = expected
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = "\0gone" if new is None else new
    assert json.loads(jsontext.changed(text, changes)) == _without_gone(expected)


def _strings(value: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for key, item in items for place in _strings(item, (*path, key))]
    return [path] if isinstance(value, str) else []


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gone(item) for key, item in value.items()}
    return [_without_gone(item) for item in value if item != "\0gone"] if isinstance(value, list) else value


PIECES = st.sampled_from(
    [
        RELATED, "Read more: x", "", "  ", "One &amp; two &amp;amp; three &lt;b&gt;", "Die FÃ¤hre fÃ¤hrt", "By Ana Roe", "Afp", "dpa",
        "Photo: Jo / Desk", "Quelle: https://example.com/y", "@jo", "Share", "Ana, Staff Writer", "https://u:p@example.com/a b",
        "www.example.com/a", "None", "&#160;", "A sentence of text, long enough to stay.", "関連記事", "\u200bx\r", "By By Jo", "<p>", "Ana Roe", "ANA ROE", "Jo BellanaAna Roe",
        "A\x1fb \x00c\x92", "Ferry resumes | Example", "https://m.example.com/a?utm_source=x&ref=rss", "https://example.com/a%20/amp",
    ]
)  # fmt: skip
ONE_LINE = st.one_of(PIECES, st.text(max_size=10))
LINES = st.lists(ONE_LINE, max_size=5)
FIELDS = st.fixed_dictionaries(
    {
        "title": st.one_of(st.none(), ONE_LINE),
        "url": ONE_LINE,
        "authors": st.one_of(ONE_LINE, LINES, st.lists(st.fixed_dictionaries({"name": ONE_LINE}), max_size=3)),
        "text": st.one_of(LINES.map("\n".join), LINES, st.fixed_dictionaries({"a": LINES, "b": LINES})),
    }
)
SAFE, UNSAFE = (Fixer(CONTRACT, unsafe, datetime.now(UTC)) for unsafe in (False, True))


@settings(max_examples=30)  # of several records each: a batch costs the same whether it has one or eight
@given(st.lists(FIELDS, min_size=1, max_size=8), st.booleans())
@example(
    [{"title": "&amp;amp;lt;", "url": "x", "authors": ["Share", "By Ana, Staff Writer"], "text": ["", RELATED, ""]}],
    True,
)
def test_fixing_can_be_undone_and_fixing_twice_changes_nothing_more(
    records: list[dict[str, Any]], unsafe: bool
) -> None:
    fixer = UNSAFE if unsafe else SAFE
    raws = [json.dumps(entry).encode() for entry in records]
    once, changes = _fix(fixer, raws)
    assert _fix(fixer, once) == (once, [])
    after = [json.loads(raw) for raw in once]
    undo(after, changes)
    assert after == records


def _fix(fixer: Fixer, raws: list[bytes]) -> tuple[list[bytes], list[dict[str, Any]]]:
    fields = FieldMap()
    frame = fields.frame([json.loads(raw) for raw in raws])
    opened = editor(Shape("jsonl", ".jsonl"), RawBatch(frame, range(len(raws)), range(len(raws)), raws), fields)
    done, _ = fixer.fix(frame, opened)
    listed = [
        {"record": row, "key": change.key, "start": change.start, "item": change.item, "before": change.before, "after": change.after}
        for row in sorted(done.changes)
        for change in done.changes[row]
    ]  # fmt: skip
    result = opened.raw()
    assert isinstance(result, list)
    return list(result), listed


@pytest.mark.parametrize(
    ("field", "value", "safe"),
    [
        ("title", "Tides at 10\x1320 knots", None),  # a dash cut to its low byte
        ("title", "Ana Roe\x1fJo Bell", None),
        ("title", "One line\x85another", None),
        ("title", "cze\x9c\xe6", None),  # code page 1250
        ("title", "Ferry\0 resumes, it\x92s said", "Ferry resumes, it’s said"),
        ("title", "From 5\xad10 knots to \xad5 degrees", None),
        ("title", "\ufff9漢字\ufffaかんじ\ufffb", None),
        ("title", "ꦱ\u200bꦮ", None),  # Javanese, which has no blanks
        ("title", "The fer\xadry\u200b resumes", "The ferry resumes"),
        ("title", "Account \u202e4321 closed", None),
        ("title", "Ukraine | Krieg ohne Ende | Example", None),
        ("title", "Example - Everton 2:1 after extra time", None),
        ("url", "https://www.example.com/2025/06/14/a?utm_source=rss;id=5", None),
        ("url", "https://www.example.com/2025/06/14/a?utm_source=rss?id=5", None),
        ("url", "https://www.example.com/2025/06/14/a?mod=rss&id=5", None),
        ("url", "https://www.example.com/2025/06/14/a?ref_url=https://example.com/b", None),
        ("url", "https://www.example.com/2025/06/14/a?utm_source=rss&id=5&gclid=x#utm_term=y", "https://www.example.com/2025/06/14/a?id=5"),
    ],
)  # fmt: skip
def test_what_is_safe_loses_no_meaning(field: str, value: str, safe: str | None) -> None:
    raw = json.dumps(record(**{field: value})).encode()
    [after], changes = _fix(SAFE, [raw])
    assert json.loads(after)[field] == (safe or value)
    assert bool(changes) == bool(safe)
    assert json.loads(_fix(UNSAFE, [raw])[0][0])[field] != value


SITE = "https://www.harbour-post.example/2025/06/14/a"


@pytest.mark.parametrize(
    ("authors", "left"),
    [
        (["Ana Roe", "harbour-post.example", "Jo Bell"], ["Ana Roe", "Jo Bell"]),
        (["Harbour Post", "harbour-post.example", "Ana Roe"], ["Ana Roe"]),
        (["Ana Roe, Lima", "harbour-post.example"], ["Ana Roe, Lima"]),
        (["Ana Roe", "Staff Writer", "Jo Bell", "@jo"], ["Ana Roe", "Jo Bell"]),
        ("Jo Harbour Postman, Harbour Post, Ana Roe", "Jo Harbour Postman, Ana Roe"),
        (["Ana Roe", "Ana Roe", "Anton Bell", "ana-roe"], ["Ana Roe", "Anton Bell"]),
        (["Ana Roe Ana Roe", "Jo Bell"], ["Ana Roe", "Jo Bell"]),
        (["Max Muster", "Ana LindqvistJo Moreau"], ["Max Muster", "Ana Lindqvist; Jo Moreau"]),
        ([{"name": "Ana Roe"}, {"name": "ANA ROE"}, {"name": "Anton Bell"}], [{"name": "Ana Roe"}, {"name": ""}, {"name": "Anton Bell"}]),
    ],
)  # fmt: skip
def test_lists_of_authors_are_repaired(authors: Any, left: Any) -> None:
    bad = record(authors=authors, url=SITE)
    [after], changes = _fix(UNSAFE, [json.dumps(bad).encode()])
    fixed_record = json.loads(after)
    assert fixed_record["authors"] == left
    undo([fixed_record], changes)
    assert fixed_record == bad


CELL = st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL, LINES.map("\n".join)), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_tables_are_read_again_as_they_were_meant(rows: list[tuple[str, ...]], delimiter: str, quoted: bool) -> None:
    header, fields = ("title", "author", "text"), FieldMap()
    raws = []
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow(row)
        raws.append(line.getvalue().encode())
    shape = Shape("csv", ".csv", delimiter.join(header).encode() + b"\n")
    frame = fields.frame([dict(zip(header, row, strict=True)) for row in rows])
    opened = editor(shape, RawBatch(frame, range(len(rows)), range(len(rows)), raws), fields)
    done, _ = SAFE.fix(frame, opened)
    after = [next(csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=delimiter)) for raw in opened.raw()]
    records = [dict(zip(header, row, strict=True)) for row in after]
    changes = [{**_listed(change), "record": row} for row in sorted(done.changes) for change in done.changes[row]]
    undo(records, changes)
    assert records == [dict(zip(header, row, strict=True)) for row in rows]


def _listed(change: Any) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("key", "start", "item", "before", "after")}


FIXABLE = [
    rule for rule in REGISTRY.values() if rule.fix and not rule.online and documentation(rule).example("Example")
]


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.slug)
def test_a_rule_that_says_it_can_fix_offers_a_repair_of_its_example(rule: type[Rule]) -> None:
    frame = _articles(documentation(rule).example("Example") or {})
    article = frame.to_dicts()[0]
    spots = list(rule().find(article))
    edits = [(spot.field, edit) for spot in spots if (edit := edit_of(spot, rule, len(article[spot.field] or "")))]
    assert edits, "declared with fix=, but no spot has a repair"
    for name, edit in edits:
        assert applied(article[name], [edit]) != article[name]


def _articles(*records: dict[str, Any]) -> pl.DataFrame:
    scraped = FieldMap().frame(records).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    return OriginStage(Manners()).add(prepare(scraped, datetime.now(UTC)))


def test_hostile_text_is_fixed_in_linear_time(tmp_path: Path) -> None:
    texts = ["&amp;" * 20_000, "\n" * 100_000 + RELATED, f"{RELATED}\n" * 2_000 + TEXT, "FÃ¤" * 50_000, "x" * 1_000_000]
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=str(n), text=text) for n, text in enumerate(texts)])
    summary = fix([Input(source, "in")], CONTRACT, tmp_path / "out.jsonl")
    assert summary["counts"]["read"] == len(texts)
    after = [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert after[2] == TEXT


def test_of_edits_that_are_alike_the_first_is_taken() -> None:
    rules = list(REGISTRY.values())
    for place in range(len(rules)):
        edits = [Edit(0, 1, "a", rule, True) for rule in rules[place:] + rules[:place]]
        assert chosen(edits) == edits[:1]
