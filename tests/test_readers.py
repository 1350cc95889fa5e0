"""Whatever scrapers write is read, and written again byte for byte."""

import csv
import gzip
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import TEXT, Finished, copydesk, record, write_jsonl
from copydesk.articles import jsonarray, parquet, streams
from copydesk.articles.fields import FieldMap

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BAD = record(id="bad", title="")
GOOD = record(id="good")
RUNS = 24
"""Examples of a property of whole runs, each of which takes half a second; those that failed once are tried first."""


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_json_lines_come_out_byte_for_byte_and_in_order(check: Callable[..., Finished], tmp_path: Path) -> None:
    raws = [
        json.dumps(GOOD).encode() + b"\n",
        json.dumps(record(id="second")).encode() + b"\r\n",
        b'  {"title": "",   "text":"\\u00e9"}  \r\n',
        b"\n",
        b"{broken\n",
        json.dumps(record(id="last"), ensure_ascii=False).encode(),
    ]
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"".join(raws))
    done = check(source)
    assert lines(done.run / "accepted.jsonl") == [raws[0], raws[1], raws[5]]
    assert lines(done.run / "quarantined.jsonl") == [raws[2]]
    assert [bad["raw"] for bad in done.unreadable] == ["{broken\n"]
    assert [(bad["record"], bad["position"]) for bad in done.unreadable] == [(3, 5)]
    assert done.articles["record"].to_list() == [0, 1, 2, 4]
    assert done.articles["position"].to_list() == [1, 2, 3, 6]
    assert done.summary["counts"] == {"read": 5, "accepted": 3, "quarantined": 1, "unreadable": 1}


JSON_LINES = st.one_of(
    st.just(json.dumps(GOOD).encode()),
    st.just(json.dumps(BAD).encode()),
    st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.integers(), st.text(max_size=20), st.booleans())).map(
        lambda entry: json.dumps(entry).encode()
    ),
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
)


@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON_LINES, min_size=1, max_size=12), st.booleans(), st.sampled_from([64, 200, 4096]))
def test_nothing_is_lost_whatever_the_lines_hold(
    check: Callable[..., Finished], tmp_path: Path, raws: list[bytes], final_newline: bool, block: int
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(json.dumps(GOOD).encode() + b"\n" + b"\n".join(raws) + (b"\n" if final_newline else b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BLOCK", block)
        done = check(source, "--fail-on", "never", "--format", "jsonl")
    if done.code == 3:  # taken for a binary file: said so, and nothing was reported as checked
        assert b"\0" in source.read_bytes()
        return
    wanted = sorted(line.rstrip(b"\r\n") for line in source.read_bytes().split(b"\n") if line.strip())
    import base64

    got = [
        line.rstrip(b"\r\n")
        for name in ("accepted", "quarantined")
        for line in (done.run / f"{name}.jsonl").read_bytes().split(b"\n")
        if line.strip()
    ]
    got += [
        (base64.b64decode(bad["raw_base64"]) if "raw_base64" in bad else bad["raw"].encode()).rstrip(b"\r\n")
        for bad in done.unreadable
    ]
    assert sorted(got) == wanted
    for name in ("accepted", "quarantined"):
        source_lines = iter(source.read_bytes().split(b"\n"))
        kept = [line for line in (done.run / f"{name}.jsonl").read_bytes().split(b"\n") if line.strip()]
        assert all(line in source_lines for line in kept), "out of order"  # consumes the iterator: a subsequence
    counts = done.summary["counts"]
    assert counts["read"] == counts["accepted"] + counts["quarantined"] + counts["unreadable"] == len(wanted)
    numbers = sorted([*done.articles["record"].to_list(), *(bad["record"] for bad in done.unreadable)])
    assert numbers == list(range(len(wanted)))


def test_json_array_keeps_each_element_as_it_stands(check: Callable[..., Finished], tmp_path: Path) -> None:
    good, bad = json.dumps(GOOD, indent=3).encode(), b'{ "title" : "" , "text": "a ] } , \\" b" }'
    source = tmp_path / "in.json"
    source.write_bytes(
        b"[ " + good + b" ,\n" + bad + b', {"cut": nonsense }, "text", ' + good.replace(b"good", b"more") + b"]\n"
    )
    done = check(source)
    accepted = (done.run / "accepted.json").read_bytes()
    assert good in accepted
    assert good.replace(b"good", b"more") in accepted
    assert [entry["id"] for entry in json.loads(accepted)] == ["good", "more"]
    assert bad in (done.run / "quarantined.json").read_bytes()
    assert len(json.loads((done.run / "quarantined.json").read_bytes())) == 1
    assert len(done.unreadable) == 2


def test_an_array_whose_quotes_do_not_match_loses_nothing(check: Callable[..., Finished], tmp_path: Path) -> None:
    good = json.dumps(GOOD).encode()
    source = tmp_path / "in.json"
    source.write_bytes(b"[" + good + b', {"cut: 1}, ' + good + b"]")
    done = check(source)
    assert done.code == 3
    assert "not closed" in done.err
    assert good in (done.run / "accepted.json").read_bytes()
    assert "".join(bad["raw"] for bad in done.unreadable).encode() == b'{"cut: 1}, ' + good + b"]"


def test_array_elements_survive_small_blocks(check: Callable[..., Finished], tmp_path: Path) -> None:
    entries = [record(id=f"a{number}", text=TEXT + ' "[{' * number + "\\") for number in range(30)]
    source = tmp_path / "in.json"
    source.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BLOCK", 97)
        done = check(source)
    assert json.loads((done.run / "accepted.json").read_bytes()) == entries


def test_a_file_with_one_object_is_one_record(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = tmp_path / "page.json"
    source.write_text(json.dumps(record(title=None), indent=2), encoding="utf-8")
    done = check(source)
    assert done.summary["counts"]["read"] == 1
    assert (done.run / "quarantined" / "page.json").read_bytes() == source.read_bytes()


def test_csv_rows_come_out_with_their_header_and_quotes(check: Callable[..., Finished], tmp_path: Path) -> None:
    header = b'Id;URL;"Headline";Author;Date;Text\r\n'
    body = TEXT.replace("“", "'").replace("”", "'").encode()
    good = b'1;https://www.example.com/a;"A; B";Jo;2025-06-14;"' + body + b'"\r\n'
    bad = b'2;https://www.example.com/b;;Jo;2025-06-14;"' + body + b'"\r\n'
    source = tmp_path / "in.csv"
    source.write_bytes(b"\xef\xbb\xbf" + header + good + bad + b"3;too;few\r\n" + good.replace(b"1;", b"4;", 1))
    done = check(source)
    assert (done.run / "accepted.csv").read_bytes() == b"\xef\xbb\xbf" + header + good + good.replace(b"1;", b"4;", 1)
    assert (done.run / "quarantined.csv").read_bytes() == b"\xef\xbb\xbf" + header + bad
    assert [bad["reason"] for bad in done.unreadable] == ["3 fields where the header has 6"]


@pytest.mark.parametrize("told", ["sep=;\r\n", '"sep=;"\r\n', "\r\nsep=;;;;\n", "\ufeffsep=;\n"])
def test_a_line_that_tells_excel_the_delimiter_is_no_header(
    told: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    header = "id;url;title, or headline;title;author;date;text\n"
    rows = [
        f'{name};https://www.example.com/{name};x,y,z,a;{title};Jo;2025-06-14;"{TEXT}"\n'
        for name, title in (("a", "Ferry"), ("b", ""))
    ]
    source = tmp_path / "in.csv"
    source.write_bytes("".join((told, header, *rows)).encode())
    done = check(source)
    assert (done.run / "accepted.csv").read_bytes().decode() == told + header + rows[0]
    assert (done.run / "quarantined.csv").read_bytes().decode() == told + header + rows[1]
    assert done.articles["title"].to_list() == ["Ferry", None]


def test_what_excel_calls_unicode_text_is_a_table(check: Callable[..., Finished], tmp_path: Path) -> None:
    table = f'id\turl\ttitle\tauthor\tdate\ttext\r\n1\thttps://www.example.com/a\tFähre\tJo\t2025-06-14\t"{TEXT}"\r\n'
    source = tmp_path / "in.txt"
    source.write_bytes(table.encode("utf-16"))
    done = check(source)
    assert done.articles["title"].to_list() == ["Fähre"]
    assert (done.run / "accepted.tsv").read_bytes() == source.read_bytes()


def test_a_quote_that_is_never_closed_costs_one_line(check: Callable[..., Finished], tmp_path: Path) -> None:
    header, text = "id,url,title,author,date,text\n", TEXT.replace("\n", " ").replace(",", ";")
    good = [f"a{number},https://www.example.com/{number},Ferry,Jo,2025-06-14,{text}\n" for number in range(5)]
    source = tmp_path / "in.csv"
    source.write_text("".join((header, good[0], 'a2,"https://open,\n', *good[1:])), encoding="utf-8")
    done = check(source)
    assert done.summary["counts"] == {"read": 6, "accepted": 5, "quarantined": 0, "unreadable": 1}
    assert (done.unreadable[0]["raw"], done.unreadable[0]["position"]) == ('a2,"https://open,\n', 3)
    assert (done.run / "accepted.csv").read_text(encoding="utf-8") == "".join((header, *good))
    assert done.articles["position"].to_list() == [2, 4, 5, 6, 7]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=20)


@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_csv_written_by_python_is_read_again(
    check: Callable[..., Finished], tmp_path: Path, rows: list[tuple[str, str]], delimiter: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "title", "text"])
    writer.writerows([["x", *row] for row in rows])
    source = tmp_path / "in.csv"
    source.write_bytes(out.getvalue().encode())
    done = check(source, "--fail-on", "never")
    assert done.summary["counts"]["read"] == len(rows)
    assert done.summary["counts"]["unreadable"] == 0
    parts = b"".join(path.read_bytes() for path in done.run.glob("*ed.?sv"))
    assert sorted(parts) == sorted(out.getvalue().encode() + out.getvalue().encode().split(b"\n")[0] + b"\n")


def test_parquet_keeps_schema_values_and_nesting(check: Callable[..., Finished], tmp_path: Path) -> None:
    rows = [
        {
            **record(id="a"),
            "body_parts": {"n": 1},
            "tags": ["x"],
            "text": {"sections": [{"paragraphs": TEXT.split("\n")}]},
        },
        {
            **record(id="b", title=None),
            "body_parts": {"n": 2},
            "tags": [],
            "text": {"sections": [{"paragraphs": [TEXT]}]},
        },
    ]
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "in.parquet")
    done = check(tmp_path / "in.parquet")
    assert pq.read_table(done.run / "accepted.parquet").equals(table.slice(0, 1))
    assert pq.read_table(done.run / "quarantined.parquet").equals(table.slice(1, 1))
    assert "nested" in done.summary["notes"][0]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "txt"])
def test_compressed_inputs_are_read_like_plain_ones(
    kind: str, suffix: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    plain = tmp_path / f"in.{kind}"
    if kind == "jsonl":
        write_jsonl(plain, [GOOD])
    elif kind == "csv":
        plain.write_text(
            "id,url,title,author,date,text\n1,https://example.com/a,T,Jo,2025-06-14,"
            + TEXT.replace("\n", " ").replace(",", " ")
            + "\n"
        )
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist([GOOD]), plain)
    else:
        plain.write_text(
            f"Ferry Resumes\n\nBy Jo\n\nJune 14, 2025\n\n{TEXT}\n\nOriginal url:\n\nhttps://example.com/a\n"
        )
    packed = tmp_path / f"in.{kind}{suffix}"
    packed.write_bytes(gzip.compress(plain.read_bytes()) if suffix == ".gz" else zstd.compress(plain.read_bytes()))
    done = check(packed)
    assert done.code == 0, done.err
    assert done.summary["counts"]["accepted"] == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_byte_order_marks_are_obeyed(encoding: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in (record(title="Fähre fährt 🚢"), BAD))
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    source = tmp_path / "in.jsonl"
    source.write_bytes((mark + text).encode(encoding))
    done = check(source)
    assert done.articles["title"].to_list() == ["Fähre fährt 🚢", None]
    assert "wrong-encoding" not in done.rules()
    assert (
        json.loads((done.run / "accepted.jsonl").read_bytes().decode(encoding.removesuffix("-be")).splitlines()[0])[
            "id"
        ]
        == "a1"
    )


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_other_encodings_are_guessed_and_flagged(kind: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    sentence = "Die Fähre fährt für die Bürger über den Fluß, sagte die Bürgermeisterin und schüttelte den Kopf. "
    source = tmp_path / f"in.{kind}"
    if kind == "jsonl":
        raw = json.dumps(record(text=sentence * 3), ensure_ascii=False).encode("cp1252")
        source.write_bytes(raw + b"\n" + json.dumps(GOOD).encode() + b"\n")
    else:
        rows = [f'{name},https://www.example.com/{name},Ferry,Jo,2025-06-14,"{sentence * 3}"\n' for name in "ab"]
        source.write_bytes(("id,url,title,author,date,text\n" + rows[0]).encode("cp1252") + rows[1].encode())
    done = check(source)
    assert done.findings.select("record", "rule").rows() == [(0, "wrong-encoding")]
    assert (done.run / f"accepted.{kind}").read_bytes() == source.read_bytes()


def test_one_invalid_byte_in_utf_8_does_not_change_the_rest(check: Callable[..., Finished], tmp_path: Path) -> None:
    raw = json.dumps(record(title="Паром снова ходит"), ensure_ascii=False).encode()
    source = tmp_path / "in.jsonl"
    source.write_bytes(raw.replace("снова".encode(), "сно".encode() + b"\xff" + "ва".encode()) + b"\n")
    done = check(source)
    assert done.articles["title"].to_list() == ["Паром сно\ufffdва ходит"]
    assert {"wrong-encoding", "mojibake"} <= done.rules()


def test_the_layout_of_a_story_names_its_fields(check: Callable[..., Finished], tmp_path: Path) -> None:
    body = f"The tram won.\n\n{TEXT}"
    source = tmp_path / "000_ab.txt"
    source.write_text(
        f"\n\nTram Wins Prize – Jury\n\nBy AFP\n\nJune 14, 2025\n\n\nExample.org, The Tram Desk\n\n{body}\n\n"
        "Original url:\n\nhttps://www.example.com/2025/06/14/tram -a1\n"
    )
    done = check(source)
    article = done.articles.to_dicts()[0]
    assert article["article_id"] == "000_ab"
    assert article["title"] == "Tram Wins Prize – Jury"
    assert (article["byline"], article["agency"]) == ("By AFP", "afp")
    assert article["image_credit"] == "Example.org, The Tram Desk"
    assert article["original_url"] == "https://www.example.com/2025/06/14/tram -a1"
    assert article["source"] == "example.com"
    assert done.rules() == {"byline-prefix", "url-white-space"}
    assert (done.run / "quarantined" / "000_ab.txt").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"maintext": "T", "date_publish": "None", "source_domain": "a.com", "authors": ["A", "B"]}, {"body": "T", "source": "a.com", "byline": "A; B", "published": None}),
        ({"source": "https://a.com/x", "source-hostname": "A", "author": "A; B", "date": "2025-06-14"}, {"original_url": "https://a.com/x", "source": "A", "byline": "A; B"}),
        ({"body": {"summary": ["s"], "sections": [{"headline": ["h"], "paragraphs": ["p", "q"]}]}, "publishing_date": "x"}, {"body": "s\nh\np\nq", "published": "x"}),
        ({"articleBody": "T", "datePublished": "d", "authors": [{"name": "A"}], "canonicalUrl": "c", "inLanguage": "de"}, {"body": "T", "published": "d", "byline": "A", "canonical_url": "c", "language": "de"}),
        ({"cleaned_text": "T", "domain": "a.com", "publish_date": 1749896430}, {"body": "T", "source": "a.com", "published": "1749896430"}),
        ({"Headline": "H", "Publication date": "d", "EXTRA": 5}, {"title": "H", "published": "d", "extra": '{"EXTRA":5}'}),
        ({"heading": "H", "article": "T", "author_name": "A", "posted_at": "d", "href": "u"}, {"title": "H", "body": "T", "byline": "A", "published": "d", "original_url": "u"}),
        ({"body": [{"type": "p", "text": "T"}, {"type": "image", "src": "x"}, {"type": "text/html", "value": "<p>U</p><p>V"}]}, {"body": "T\nU\nV"}),
        ({"status": "ok", "data": {"title": "H", "text": "T", "url": "u"}}, {"title": "H", "body": "T", "original_url": "u"}),
        ({"title": "", "headline": "H", "url": float("nan"), "link": "L"}, {"title": "H", "original_url": "L"}),
    ],
    ids=["news-please", "trafilatura", "fundus", "zyte", "goose3", "table", "other words", "blocks", "one in an answer", "first that is filled"],
)  # fmt: skip
def test_field_names_of_scrapers(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    frame = FieldMap().frame([entry])
    assert {name: frame[name][0] for name in expected} == expected


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("author", "['Ana Roe', 'Bo']", "Ana Roe; Bo"),
        ("author", '["Ana O\'Roe", \'Bo "B" C\', ""]', 'Ana O\'Roe; Bo "B" C'),
        ("author", "['Ana' 'Bo']", "Ana; Bo"),
        ("author", r"['A\u00e9 R\xf6e', 'B\'o']", "Aé Röe; B'o"),
        ("author", r"['\ud83d', 'Bo \ud83d\ude80']", "\ufffd; Bo 🚀"),
        ("author", "[]", None),
        ("author", "[Ana Roe]", "[Ana Roe]"),
        ("author", "['Ana', 7]", "['Ana', 7]"),
        ("author", "['Ana'] and Bo", "['Ana'] and Bo"),
        ("category", "['City', 'Sea']", "City, Sea"),
        ("text", r"""['It runs.\nEvery day.', "Since May."]""", "It runs.\nEvery day.\nSince May."),
        ("text", "[Update] 'It' runs.", "[Update] 'It' runs."),
        ("title", "['A']", "['A']"),
    ],
)
def test_lists_that_a_table_holds_as_text_are_lists(field: str, text: str, expected: str | None) -> None:
    name = {"author": "byline", "category": "section", "text": "body", "title": "title"}[field]
    assert FieldMap().frame([{field: text}])[name][0] == expected
    assert parquet.scraped(pa.table({field: ["x", text, None]}), FieldMap())[name].to_list() == ["x", expected, None]


def test_a_list_that_never_ends_takes_no_time() -> None:
    began = time.process_time()
    for text in ("['" + "\\" * 2_000_001, "[" + "'a'," * 500_000 + "x]", "[" + "'a' " * 500_000, "[" + " " * 2_000_000):
        assert FieldMap().frame([{"author": text}])["byline"][0] == text
    assert time.process_time() - began < 5


def test_contract_names_come_first() -> None:
    assert FieldMap({"title": ["kop"]}).frame([{"title": "a", "kop": "b"}])["title"][0] == "b"


def test_standard_input_folders_and_globs(check: Callable[..., Finished], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [GOOD])
    write_jsonl(tmp_path / "b.jsonl", [record(id="b")])
    (tmp_path / "notes.md").write_text("not an input")
    raw = (tmp_path / "a.jsonl").read_bytes()
    piped = copydesk("check", "-", "-o", tmp_path / "r1", "--json", stdin=raw)
    assert json.loads(piped.stdout)["counts"]["read"] == 1
    assert check(tmp_path / "*.jsonl", out=tmp_path / "r2").summary["counts"]["read"] == 2
    folder = check(tmp_path, out=tmp_path / "r3")
    # the runs below the folder are not its input
    assert folder.summary["counts"]["read"] == 2, folder.err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.jsonl", b"", "empty"),
        ("blank.jsonl", b"\n \n", "empty"),
        ("binary.jsonl", bytes(range(256)) * 40, "binary"),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9, "unknown format"),
        ("cut.parquet", b"PAR1" + b"x" * 90, "Parquet"),
        ("not.parquet", b'{"a": 1}', "not a Parquet file"),
        ("table.csv", b"alpha,beta\n1,2\n", "no column"),
        ("head.csv", b"id,title,text\n", "no record"),
        ("empty.json", b"[]", "no record"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_remedy(
    name: str, content: bytes, says: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    done = check(tmp_path / name)
    assert done.code == 3
    assert name in done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert not list(done.run.glob("*"))


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_truncated_archive_gives_what_is_readable(
    suffix: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    import random

    chance = random.Random(1)  # noqa: S311
    entries = [record(id=f"a{n}", text=TEXT + "".join(chance.choices("abcdefgh ", k=3_000))) for n in range(300)]
    raw = write_jsonl(tmp_path / "plain.jsonl", entries).read_bytes()
    packed = gzip.compress(raw) if suffix == "gz" else zstd.compress(raw)
    source = tmp_path / f"in.jsonl.{suffix}"
    source.write_bytes(packed[: len(packed) // 2])
    done = check(source)
    assert done.code == 3
    assert "truncated" in done.err
    counts = done.summary["counts"]
    assert counts["read"] > 50
    kept = (done.run / "accepted.jsonl").read_bytes() + "".join(bad["raw"] for bad in done.unreadable).encode()
    assert raw.startswith(kept)


def test_an_archive_that_explodes_is_not_read_further(check: Callable[..., Finished], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BOMB_SIZE", 2**20)
        source = tmp_path / "bomb.jsonl.gz"
        source.write_bytes(gzip.compress(json.dumps(GOOD).encode() + b"\n" + b" " * 300 * 2**20))
        done = check(source)
    assert done.code == 3
    assert "grown" in done.err


def test_a_missing_file_among_others_is_named_and_the_others_are_checked(
    tmp_path: Path, check: Callable[..., Finished]
) -> None:
    done = check(write_jsonl(tmp_path / "a.jsonl", [GOOD]), tmp_path / "b.jsonl")
    assert done.code == 3
    assert "b.jsonl: no such file" in done.err
    assert done.summary["counts"]["accepted"] == 1
    assert "b.jsonl" in done.summary["input_errors"][0]


def test_an_empty_folder_is_named(tmp_path: Path, check: Callable[..., Finished]) -> None:
    (tmp_path / "empty").mkdir()
    done = check(tmp_path / "empty")
    assert done.code == 3
    assert "holds no file" in done.err


def test_odd_json_is_read_patiently(check: Callable[..., Finished], tmp_path: Path) -> None:
    good = json.dumps(record())[:-1]
    source = tmp_path / "in.jsonl"
    source.write_text(f'{good}, "score": NaN}}\n{good}, "note": "\\ud800"}}\n' + "[" * 100_000 + "\n", encoding="utf-8")
    done = check(source, "--format", "jsonl")
    assert done.summary["counts"] == {"read": 3, "accepted": 2, "quarantined": 0, "unreadable": 1}
    assert "nested" in done.unreadable[0]["reason"]
    assert done.findings.filter(pl.col("rule") == "wrong-encoding")["record"].to_list() == [1]


def test_values_that_json_cannot_say_are_kept_as_text(check: Callable[..., Finished], tmp_path: Path) -> None:
    good = json.dumps(record())[:-1]
    deep = "[" * 300 + "]" * 300
    source = tmp_path / "in.jsonl"
    source.write_text(
        f'{good}, "x": NaN, "n": 123456789012345678901234567890}}\n{good}, "x": {deep}}}\n{good}, "body": {deep}}}\n'
    )
    assert check(source).summary["counts"] == {"read": 3, "accepted": 3, "quarantined": 0, "unreadable": 0}


def test_parquet_columns_of_odd_types_break_nothing(check: Callable[..., Finished], tmp_path: Path) -> None:
    import datetime as dt
    import decimal

    columns = {key: pa.array([value]) for key, value in record().items()}
    columns["thumbnail"] = pa.array([b"\xff\x00"], pa.binary())
    columns["hash"] = pa.array([b"ab"], pa.binary(2))
    columns["price"] = pa.array([decimal.Decimal("1.5")], pa.decimal256(50, 2))
    columns["section"] = pa.array(["a"]).dictionary_encode()
    columns["date"] = pa.array([10**17], pa.timestamp("ms"))
    columns["when"] = pa.array([dt.date(2025, 6, 14)])
    columns["title"] = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffb")]
    )
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    done = check(tmp_path / "in.parquet")
    assert done.summary["counts"]["read"] == 1, done.err
    assert {"date-unparseable", "mojibake"} <= done.rules()


def test_columns_with_one_name_are_refused(check: Callable[..., Finished], tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["title", "title"]), tmp_path / "in.parquet")
    done = check(tmp_path / "in.parquet")
    assert done.code == 3
    assert "several columns are called title" in done.err


@pytest.mark.parametrize("cut", [b"garbage", None])
def test_what_precedes_the_break_of_an_archive_is_kept(
    cut: bytes | None, check: Callable[..., Finished], tmp_path: Path
) -> None:
    raw = write_jsonl(tmp_path / "plain.jsonl", [record(id=f"a{n}") for n in range(300)]).read_bytes()
    packed = gzip.compress(raw)
    source = tmp_path / "in.jsonl.gz"
    source.write_bytes(packed + cut if cut else packed[:-4])
    done = check(source)
    assert done.code == 3
    assert (done.run / "accepted.jsonl").read_bytes() == raw


def test_a_bad_first_line_on_standard_input_costs_itself(tmp_path: Path) -> None:
    good = json.dumps(GOOD).encode() + b"\n"
    done = copydesk("check", "-", "-o", tmp_path / "r", "--json", stdin=b'{"id": 1, broken\n' + good + good)
    assert json.loads(done.stdout)["counts"] == {"read": 3, "accepted": 2, "quarantined": 0, "unreadable": 1}


def test_a_stray_quote_costs_its_own_row(check: Callable[..., Finished], tmp_path: Path) -> None:
    row = ',Ferry,"' + TEXT.replace("\n", " ").replace(",", ";") + '",https://example.com/a,2025-06-14,Jo\n'
    source = tmp_path / "in.csv"
    source.write_text(
        'id,title,text,url,date,author\n0,"open,x,https://example.com/a,2025-06-14,Jo\n1' + row + "2" + row,
        encoding="utf-8",
    )
    done = check(source)
    assert done.summary["counts"] == {"read": 3, "accepted": 2, "quarantined": 0, "unreadable": 1}


@pytest.mark.parametrize(
    ("story", "fields"),
    [
        (
            "T\n\nBy Jo Roe\n\nThe dock closed on 1 May 2025, said the man.\n",
            {"published": None, "byline": "By Jo Roe"},
        ),
        ("T\n\nBy Jo Roe\n\nJune 14, 2025\n", {"published": "June 14, 2025", "byline": "By Jo Roe"}),
        ("T\r\rBy Jo Roe\r\rJune 14, 2025\r\r" + TEXT, {"title": "T", "published": "June 14, 2025"}),
    ],
    ids=["sentence with a date", "no text", "lone carriage returns"],
)
def test_story_layouts(
    story: str, fields: dict[str, str | None], check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "s.txt"
    source.write_bytes(story.encode())
    done = check(source)
    article = done.articles.to_dicts()[0]
    assert {name: article[name] for name in fields} == fields
    assert ("body-missing" in done.rules()) == (story.strip().endswith("2025"))


def test_a_bracket_too_many_costs_itself(check: Callable[..., Finished], tmp_path: Path) -> None:
    one, two, three = (json.dumps(record(id=name)).encode() for name in ("one", "two", "three"))
    source = tmp_path / "in.json"
    source.write_bytes(b"[" + one + b"],\n" + two + b"}\n, " + three + b"]\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BLOCK", 97)
        done = check(source)
    assert done.articles["article_id"].to_list() == ["one", "two", "three"]
    assert [(bad["raw"], bad["position"]) for bad in done.unreadable] == [("]", 1), ("}", 2)]


def test_what_follows_a_closed_array_is_one_unreadable_record(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_bytes(b"[" + json.dumps(GOOD).encode() + b"]\n\n  garbage ]")
    done = check(source)
    assert done.summary["counts"] == {"read": 2, "accepted": 1, "quarantined": 0, "unreadable": 1}
    assert done.unreadable[0]["position"] == 3


def test_the_element_at_which_an_array_is_cut_off_has_its_own_line(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.json"
    source.write_bytes(b"[\n" + json.dumps(GOOD).encode() + b',\n\n\n{"title": "Ferr')
    assert check(source).unreadable[0]["position"] == 5


def test_lines_of_an_array_are_counted_once_over_all_blocks(
    monkeypatch: pytest.MonkeyPatch, check: Callable[..., Finished], tmp_path: Path
) -> None:
    monkeypatch.setattr(streams, "BLOCK", 700)
    monkeypatch.setattr(jsonarray, "_PER_BATCH", 7)
    records = [json.dumps({**GOOD, "id": str(number)}, indent=1) for number in range(20)]
    source = tmp_path / "in.json"
    source.write_text("\n[\n" + ",\n".join(records) + "\n]\n", encoding="utf-8")
    size = records[0].count("\n") + 1
    done = check(source)
    assert done.articles["record"].to_list() == list(range(20))
    assert done.articles["article_id"].to_list() == [str(number) for number in range(20)]
    assert done.articles["position"].to_list() == [3 + size * number for number in range(20)]


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r")], ids=["line feeds in the text", "none at all"])
def test_carriage_returns_alone_end_the_lines_of_a_table(
    text: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    row = f'1,https://www.example.com/a,Ferry,Jo,2025-06-14,"{text}"\r'
    source = tmp_path / "in.csv"
    source.write_bytes(("id,url,title,author,date,text\r" + row + row.replace("1,", "2,", 1)).encode())
    done = check(source)
    assert done.summary["counts"] == {"read": 2, "accepted": 2, "quarantined": 0, "unreadable": 0}
    assert (done.run / "accepted.csv").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_row_of_tabs_is_a_record_and_a_blank_line_is_none(
    encoding: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.tsv"
    source.write_text("id\ttitle\ttext\n\n1\tFerry\tA\n\t\t\n  \n\n2\tHarbour\tB\n", encoding=encoding)
    done = check(source)
    assert done.summary["counts"]["read"] == 3
    assert not done.unreadable
    assert done.articles["position"].to_list() == [3, 4, 7]


def test_a_header_may_have_line_breaks_inside_of_quotes(check: Callable[..., Finished], tmp_path: Path) -> None:
    row = "1,https://www.example.com/a,Ferry,Jo,2025-06-14," + TEXT.replace("\n", " ").replace(",", ";") + ",x\n"
    source = tmp_path / "in.csv"
    source.write_text('id,url,title,author,date,text,"what the\neditor, thinks"\n' + row, encoding="utf-8")
    done = check(source)
    assert done.summary["counts"] == {"read": 1, "accepted": 1, "quarantined": 0, "unreadable": 0}
    assert (done.run / "accepted.csv").read_bytes() == source.read_bytes()


def test_a_stray_quote_in_a_header_costs_nothing(check: Callable[..., Finished], tmp_path: Path) -> None:
    row = "1,https://www.example.com/a,Ferry,Jo,2025-06-14," + TEXT.replace("\n", " ").replace(",", ";") + ",x\n"
    source = tmp_path / "in.csv"
    source.write_text('id,url,title,author,date,text,size 5"\n' + row * 3, encoding="utf-8")
    assert check(source).summary["counts"] == {"read": 3, "accepted": 3, "quarantined": 0, "unreadable": 0}


@pytest.mark.parametrize("number", [2**64 + 1, -(2**70), 12345678901234567890123456789012345678901234567890])
def test_numbers_beyond_64_bits_keep_their_digits(number: int, check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(id=number)]))
    assert done.articles["article_id"].to_list() == [str(number)]
    assert "wrong-encoding" not in done.rules()


def test_nested_numbers_beyond_64_bits_keep_their_digits(check: Callable[..., Finished], tmp_path: Path) -> None:
    number = 10**20 + 1
    nested = [{"text": TEXT, "metadata": {"id": number}}, {"article": {"metadata": {"id": number}, "text": TEXT}}]
    done = check(write_jsonl(tmp_path / "in.jsonl", nested))
    assert done.articles["article_id"].to_list() == [str(number)] * 2


def test_of_names_that_differ_in_case_the_one_with_a_value_counts() -> None:
    frame = FieldMap().frame([{"Title": None, "title": "Ferry"}, {"Title": "Harbour", "title": "Ferry"}])
    assert frame["title"].to_list() == ["Ferry", "Harbour"]


@pytest.mark.parametrize("gap", ["\n" * 20_000, "\n " * 20_000, " : \n" * 20_000, "....\n" * 20_000])
def test_a_story_with_any_gap_behind_its_source_is_read(
    gap: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text(f"Ferry resumes\n\n{TEXT}\n\nSource:{gap}the harbour office\n", encoding="utf-8")
    assert check(tmp_path / "in.txt").articles.height == 1
