"""Inputs made to be lost, to hang or to break the program: names, pipes, links, line ends, depth, length."""

import json
import os
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import copydesk
from conftest import TEXT, Finished, record
from copydesk.articles import elements, jsonarray, jsonl
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import expand, reading
from copydesk.articles.recognise import recognise
from copydesk.articles.streams import BLOCK
from copydesk.errors import UsageError
from copydesk.rules import REGISTRY

LINE = json.dumps(record()).encode() + b"\n"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse names that are not UTF-8")


def line(name: str) -> bytes:
    return json.dumps(record(id=name)).encode() + b"\n"


def pipe(path: Path, data: bytes) -> Path:
    """A named pipe that somebody writes ``data`` to, once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)

    def write() -> None:
        with suppress(BrokenPipeError):
            path.write_bytes(data)

    threading.Thread(target=write, daemon=True).start()
    return path


def batches(path: Path) -> Iterator[int]:
    """The sizes of the batches that a reader gives."""
    [entry] = expand([str(path)])
    with reading(entry, FieldMap()) as (_, read):
        yield from (batch.size for batch in read.batches)


def records_of(path: Path) -> tuple[int, list[bytes]]:
    """How many records a reader reads, and the bytes of all, unreadable ones among them, in order."""
    read, raws = 0, []
    [entry] = expand([str(path)])
    with reading(entry, FieldMap()) as (_, found):
        for batch in found.batches:
            read += len(batch.numbers)
            numbered = [
                *zip(batch.numbers, batch.raw, strict=True),
                *((bad.number, bad.raw) for bad in batch.unreadable),
            ]
            raws += [raw for _, raw in sorted(numbered)]
    return read, raws


@on_linux
def test_files_whose_names_are_not_utf_8_are_all_read_and_told_apart(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    names = [os.fsdecode(os.fsencode(tmp_path) + byte) for byte in (b"/\xfe.jsonl", b"/\xff.jsonl")]
    for name, identity in zip(names, "ab", strict=True):
        Path(name).write_bytes(line(identity))
    done = check(*names, names[0])
    assert (done.run / "accepted.jsonl").read_bytes() == line("a") + line("b")
    assert len({entry["path"] for entry in done.summary["inputs"]}) == 2


@on_linux
def test_a_story_whose_name_is_not_utf_8_keeps_it_and_the_run_can_be_verified(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text(f"Ferry Resumes\n\nBy Ana Lindqvist\n\n14 June 2025\n\n{TEXT}\n", encoding="utf-8")
    done = check(tmp_path / name, "--fail-on", "never")
    assert done.code == 0, done.err
    assert [path.name for path in done.run.glob("*/*.txt")] == [name]
    assert program("verify", done.run).code == 0
    assert "not UTF-8" in check(tmp_path / name, out=tmp_path / os.fsdecode(b"\xe9")).err


@on_linux
def test_parquet_is_read_whatever_its_name(check: Callable[..., Finished], tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xe9.parquet")
    with path.open("wb") as file:
        pq.write_table(pa.table({"title": ["Ferry Resumes"], "text": [TEXT]}), file)
    assert check(path, "--fail-on", "never").code == 0


def test_pipes_of_one_name_do_not_take_each_others_place(check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(pipe(tmp_path / "a" / "pipe", line("a")), pipe(tmp_path / "b" / "pipe", line("b")))
    assert (done.run / "accepted.jsonl").read_bytes() == line("a") + line("b")


def test_parquet_comes_through_a_pipe_where_nothing_is_read_twice(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    rules = "".join(f"  {slug}: off\n" for slug in REGISTRY if slug != "title-missing")
    contract = tmp_path / "contract.yaml"
    contract.write_text(f"contract: titles\nversion: 1\nrules:\n{rules}", encoding="utf-8")
    table = tmp_path / "in.parquet"
    pq.write_table(pa.table({"title": ["Ferry Resumes"], "text": [TEXT]}), table)
    done = check(pipe(tmp_path / "pipe", table.read_bytes()), "-c", contract)
    assert (done.code, done.summary["counts"]["accepted"]) == (0, 1)


def test_links_to_nothing_in_a_folder_are_named_and_the_rest_is_checked(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(LINE)
    (folder / "b.jsonl").symlink_to("nowhere")
    (folder / "c.jsonl").symlink_to("c.jsonl")
    done = check(folder)
    assert (done.code, done.summary["counts"]["accepted"]) == (3, 1)
    assert [name for name in "abc" if f"{name}.jsonl: a link to a file that is not there" in done.err] == ["b", "c"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
@pytest.mark.parametrize(("name", "mode"), [("closed.jsonl", 0), ("sub", 0), ("sub", 0o444)])
def test_what_may_not_be_read_in_a_folder_is_named(
    name: str, mode: int, check: Callable[..., Finished], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for path in (folder / "a.jsonl", folder / "closed.jsonl", folder / "sub" / "b.jsonl"):
        path.write_bytes(LINE)
    (folder / name).chmod(mode)
    done = check(folder)
    (folder / name).chmod(0o755)
    assert (done.code, done.summary["counts"]["accepted"]) == (3, 2)
    assert "cannot be opened: Permission denied" in done.err


@pytest.mark.parametrize("name", ["a" * 300 + "/b.jsonl", "/".join(["a" * 200] * 30), "loop"])
def test_a_name_that_leads_nowhere_is_an_input_that_cannot_be_read(
    name: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    done = check(tmp_path / name)
    assert done.code == 3
    assert str(tmp_path / name) in done.err


def test_two_files_of_one_long_name_both_come_out(check: Callable[..., Finished], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / ("n" * 250 + ".txt")).write_text(f"{folder}\n\n{TEXT}\n", encoding="utf-8")
    done = check(tmp_path / "a", tmp_path / "b", "--fail-on", "never")
    assert sorted(path.read_bytes()[:1] for path in done.run.glob("*/n*.txt")) == [b"a", b"b"]


def test_blank_lines_may_stand_above_a_header(check: Callable[..., Finished], tmp_path: Path) -> None:
    body = TEXT.replace("\n", " ").replace(",", ";")
    source = tmp_path / "in.csv"
    source.write_bytes(
        f"\n\r\nid,url,title,author,date,text\n1,https://www.example.com/a,Ferry,Jo,2025-06-14,{body}\n".encode()
    )
    done = check(source)
    assert done.code == 0, done.err
    assert (done.run / "accepted.csv").read_bytes() == source.read_bytes()


def test_an_empty_name_is_not_the_working_directory(check: Callable[..., Finished]) -> None:
    done = check("")
    assert (done.code, "an input has an empty name" in done.err) == (2, True)


@pytest.mark.parametrize("depth", [500, 900])
def test_a_deep_record_with_a_lone_surrogate_costs_itself(
    depth: int, check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(LINE[:-2] + b', "s": "\\ud800", "x": ' + b"[" * depth + b"]" * depth + b"}\n" + LINE)
    done = check(source)
    assert done.summary["counts"] == {"read": 2, "accepted": 1, "quarantined": 0, "unreadable": 1}
    assert done.unreadable[0]["reason"] == "not readable JSON: nested too deeply"


def test_a_time_zone_that_there_is_not_leaves_the_instant(check: Callable[..., Finished], tmp_path: Path) -> None:
    dates = pa.array([datetime(2025, 6, 14, 8, 30)], pa.timestamp("us", "Mars/Phobos"))
    pq.write_table(pa.table({"title": ["Ferry Resumes"], "text": [TEXT], "date": dates}), tmp_path / "in.parquet")
    done = check(tmp_path / "in.parquet", "--fail-on", "never")
    assert done.articles["published"].to_list() == ["2025-06-14T08:30:00+00:00"]


def test_a_byte_order_mark_in_front_of_a_line_stays_there(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    spoilt = json.dumps(record(title="Ferry\u200b Resumes")).encode()
    source.write_bytes(LINE + b"\xef\xbb\xbf" + LINE + b"\xef\xbb\xbf" + spoilt)  # files put together
    done = check(source, "--fail-on", "never")
    assert done.summary["counts"]["unreadable"] == 0
    assert b"".join(path.read_bytes() for path in sorted(done.run.glob("*ed.jsonl"))) == source.read_bytes()
    assert program("fix", source, "-o", tmp_path / "fixed.jsonl").code == 0
    assert (tmp_path / "fixed.jsonl").read_bytes() == source.read_bytes().replace(b"\\u200b", b"")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_long_rows_are_read_a_few_at_a_time(suffix: str, tmp_path: Path) -> None:
    columns = {"title": [f"T{n}" for n in range(90)], "text": [f"{n} {TEXT[:50]}" * 30_000 for n in range(90)]}
    path = tmp_path / f"in.{suffix}"
    if suffix == "csv":
        pd.DataFrame(columns).to_csv(path, index=False)
    else:
        pq.write_table(pa.table(columns), path, use_dictionary=False)
    sizes = list(batches(path))
    assert sum(sizes) == 90
    assert max(sizes) < 60


def test_what_precedes_an_invalid_character_of_utf_32_is_checked(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    good = LINE.decode()
    source = tmp_path / "in.jsonl"
    source.write_bytes(("\ufeff" + good * 2).encode("utf-32-le") + b"\xff" * 4 + good.encode("utf-32-le"))
    done = check(source)
    assert (done.code, done.summary["counts"]["accepted"]) == (3, 2)
    assert "not valid utf-32-le" in done.err


@pytest.mark.parametrize(
    ("name", "data", "read", "message"),
    [
        ("a.jsonl", LINE + b"x" * 9 * BLOCK, 1, "a line is longer than 16 MiB"),
        ("a.csv", b"title,text\nFerry,Short\n" + b"x" * 9 * BLOCK, 1, "a line is longer than 16 MiB"),
        ("a.json", b"[" + LINE + b',["' + b"x" * 9 * BLOCK, 1, "what begins in line 2 is longer than 16 MiB"),
        ("a.json", b"[" + LINE + b"]" + b"x" * 9 * BLOCK, 1, "which follow the end of the array"),
        ("a.json", b'{"text": "' + b"x" * 9 * BLOCK, 0, "too long for one record"),
        ("a.xml", b"<rss><item>" + b"x" * 9 * BLOCK, 0, "too long for XML"),
        ("a.txt", b"Ferry Resumes\n\n" + b"x " * 9 * BLOCK, 0, "which is no story"),
    ],
    ids=["line", "row", "element", "after an array", "object", "document", "story"],
)
def test_what_is_too_long_for_a_record_is_not_held_in_memory(
    name: str,
    data: bytes,
    read: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    check: Callable[..., Finished],
    tmp_path: Path,
) -> None:
    for module in (jsonl, jsonarray, elements):
        monkeypatch.setattr(module, "LONGEST", 2 * BLOCK)
    (tmp_path / name).write_bytes(data)
    done = check(tmp_path / name)
    assert (done.code, message in done.err) == (3, True), done.err
    assert not read or done.summary["counts"]["read"] == read


def test_many_pages_of_one_name_are_told_apart_without_trying_every_number(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}").mkdir()
        (tmp_path / f"{number:02}" / "index.txt").write_text(f"{number:02}\n\n{TEXT}\n", encoding="utf-8")
    tried: list[Path] = []
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: tried.append(path) or exists(path))
    done = check(tmp_path, "--fail-on", "never")
    names = ["index.txt", *(f"index.{number}.txt" for number in range(2, 31))]
    assert [(done.run / "quarantined" / name).read_bytes()[:2] for name in names] == [b"%02d" % n for n in range(30)]
    assert sum(path.name in names and "quarantined" in path.parts for path in tried) == 30


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl.gz", b"\x1f\x8b", "compressed twice; unpack it once"),
        ("a.jsonl.bz2", b"BZh91AY&SY", "compressed with bzip2, which is not read; unpack it"),
        ("a.jsonl.xz", b"\xfd7zXZ\x00", "compressed with xz"),
        ("a.arrow", b"ARROW1\0\0", "write it as Parquet"),
        ("a.json", b"Ferry Resumes\n", "not JSON, though its name says so; if it is another format, say which"),
    ],
)
def test_files_of_other_kinds_are_called_what_they_are(
    name: str, data: bytes, message: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    import gzip

    data += bytes(200) if not data.endswith(b"\n") else b""
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    done = check(tmp_path / name)
    assert (done.code, message in done.err) == (3, True), done.err


@pytest.mark.parametrize("name", ["in.json", "in.jsonl"])
def test_a_table_is_known_whatever_its_name(name: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / name).write_text("id,url,title\n1,https://www.example.com/a,Ferry\n", encoding="utf-8")
    done = check(tmp_path / name)
    assert [entry["format"] for entry in done.summary["inputs"]] == ["csv"]


def test_an_organisation_is_called_by_its_name() -> None:
    publisher = {"@type": "Organization", "name": "Harbour Post", "logo": {"url": "https://harbour.example/l.png"}}
    rows = [
        {"headline": "Ferry Resumes", "publisher": publisher, "articleSection": "Island"},
        {"title": "Ferry Resumes", "source": {"id": "harbour-post", "name": "Harbour Post"}, "section": "Island"},
    ]
    seen = FieldMap().frame(rows)
    assert seen["source"].to_list() == ["Harbour Post"] * 2
    assert seen["section"].to_list() == ["Island"] * 2


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (pd.DataFrame({"title": ["Ferry", 1], "text": [TEXT, TEXT]}), "title"),
        (pd.DataFrame([["a", "b"]], columns=["title", "title"]), "title"),
        (pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]), "text"),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused_by_the_name_of_its_column(frame: object, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        copydesk.split(frame)  # type: ignore[type-var]


def test_escaped_quotes_at_the_end_of_a_block_are_read_in_linear_time(tmp_path: Path) -> None:
    element = b'{"title": "' + b"x" * (BLOCK - 200_000) + b'\\"' * 200_000 + b'"}'
    (tmp_path / "a.json").write_bytes(b"[" + element + b"]")
    began = time.process_time()
    assert records_of(tmp_path / "a.json") == (1, [element])
    assert time.process_time() - began < 5


def test_rows_that_are_never_closed_are_read_in_linear_time_and_none_is_lost(tmp_path: Path) -> None:
    rows = [b'a",",\n'] * 8_000 + [b"Ferry,Short\n"]
    (tmp_path / "a.csv").write_bytes(b"title,text\n" + b"".join(rows))
    began = time.process_time()
    assert records_of(tmp_path / "a.csv") == (1, rows)
    assert time.process_time() - began < 5


def test_a_few_rows_that_are_never_closed_keep_no_row_from_having_line_breaks(tmp_path: Path) -> None:
    rows = [b'a",",\n', b'Ferry,"Two\nlines"\n'] * 20
    (tmp_path / "a.csv").write_bytes(b"title,text\n" + b"".join(rows))
    assert records_of(tmp_path / "a.csv")[0] >= 19


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_line_of_marks_that_part_columns_takes_linear_time(mark: str) -> None:
    began = time.process_time()
    assert recognise("a.jsonl", mark.encode() * 200_000) == "jsonl"
    assert time.process_time() - began < 5


def test_records_with_new_keys_on_every_line_are_not_all_remembered() -> None:
    fields = FieldMap()
    tracemalloc.start()
    for number in range(400):
        assert fields.plan(["title", *(f"key {number} {place}" for place in range(1_000))]) == {"title": ["title"]}
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 19 * 2**20
