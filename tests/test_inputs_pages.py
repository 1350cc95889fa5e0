"""Web pages and captures as input: what is taken from where, what comes out again, and what hostile ones cost."""

import gzip
import zipfile
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, TEXT, Finished, copydesk
from copydesk.articles import extraction, warc, webpage
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.articles.raw import RawBatch, Shape
from copydesk.captures.warc_records import Broken
from test_warc import response, written
from test_warc import warc as warc_record

CLEAN = ROOT / "tests" / "extras" / "clean"
PARAGRAPHS = "".join(f"<p>{line} {line}</p>" for line in TEXT.split("\n"))


def page(title: str = "Ferry Resumes", head: str = "") -> bytes:
    """A page as a site serves it."""
    return f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body><nav>Home</nav><article><h1>{title}</h1>{PARAGRAPHS}</article></body></html>".encode()


def captured(n: int, body: bytes | None = None, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """A response record."""
    return warc_record(response(body or page(f"Ferry {n}"), status, Content_Type=kind), url=f"https://example.com/{n}")


def read(path: Path, form: str | None = None) -> tuple[Shape, list[RawBatch]]:
    """The shape and batches of a file."""
    with reading(Input(path, path.name, form), FieldMap()) as (_, found):
        return found.shape, list(found.batches)


def row(path: Path) -> dict[str, Any]:
    """The scraped fields of the one record in a file."""
    _, [batch] = read(path)
    return batch.scraped.row(0, named=True)


def test_metadata_come_from_json_ld_and_the_body_from_trafilatura(tmp_path: Path) -> None:
    found = row(CLEAN / "night-bus.html")
    assert (found["title"], found["byline"], found["source"]) == (
        "Night Bus Returns to Millbrook Hill",
        "Wren Halloway",
        "The Hill Courier",
    )
    assert (found["published"], found["language"]) == ("2025-06-16T07:15:00+02:00", "en")
    assert (
        found["original_url"] == found["canonical_url"] == "https://www.hill-courier.example.com/2025/06/16/night-bus"
    )
    assert found["body"].startswith("The night bus climbs")
    assert found["html"] == (CLEAN / "night-bus.html").read_text(encoding="utf-8")
    assert found["extractor"] == "trafilatura"
    assert found["extractor_version"][0].isdigit()


def test_pages_that_browsers_have_saved_say_where_they_are_from(tmp_path: Path) -> None:
    comment = "<!--\n Page saved with SingleFile \n url: https://example.com/saved \n saved date: Sat Jun 14 2025 08:30:00 GMT+0200\n-->"
    (tmp_path / "a.html").write_bytes(page().replace(b"<head>", comment.encode() + b"<head>"))
    assert row(tmp_path / "a.html")["original_url"] == "https://example.com/saved"
    (tmp_path / "b.html").write_bytes(
        page().replace(b"<head>", b"<!-- saved from url=(0025)https://example.com/other --><head>")
    )
    assert row(tmp_path / "b.html")["original_url"] == "https://example.com/other"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1251"])
def test_a_page_is_read_in_its_encoding_and_comes_out_as_it_was(
    encoding: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    label = encoding.removesuffix("-sig")
    source = tmp_path / "a.html"
    source.write_bytes(
        page("Паром снова ходит", f'<meta charset="{label}">')
        .decode()
        .replace("“", '"')
        .replace("”", '"')
        .encode(encoding)
    )
    done = check(tmp_path)
    assert done.articles["title"].to_list() == ["Паром снова ходит"]
    assert "wrong-encoding" not in done.rules()
    verdict = done.articles["verdict"][0]
    assert (done.run / verdict / "a.html").read_bytes() == source.read_bytes()


def test_a_folder_of_pages_is_split_into_folders(check: Callable[..., Finished], tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    head = '<link rel="canonical" href="https://example.com/2025/06/14/a"><meta name="author" content="Ana Lindqvist"><meta property="article:published_time" content="2025-06-14T08:30:00Z">'
    (folder / "good.html").write_bytes(page(head=head))
    (folder / "bad.htm").write_bytes(b"<html><title></title>")
    (folder / "style.css").write_text("p {}")
    done = check(folder)
    assert (done.run / "accepted" / "good.html").read_bytes() == (folder / "good.html").read_bytes()
    assert (done.run / "quarantined" / "bad.htm").read_bytes() == (folder / "bad.htm").read_bytes()
    assert done.summary["counts"] == {"read": 2, "accepted": 1, "quarantined": 1, "unreadable": 0}


def test_a_page_that_takes_too_long_costs_its_own_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extractors = extraction._Extractors(1)
    monkeypatch.setattr(extraction, "_extractors", lambda: extractors)
    slow = b"<html><body><p " + b" ".join(b'a%d="x"' % n for n in range(80_000)) + b">" + b"x" * 400
    (tmp_path / "slow.html").write_bytes(slow)
    (tmp_path / "good.html").write_bytes(page())
    try:
        assert row(tmp_path / "good.html")["body"]
        monkeypatch.setattr(extraction, "SECONDS", 0.3)
        _, [batch] = read(tmp_path / "slow.html")
        monkeypatch.setattr(extraction, "SECONDS", 20)
        assert batch.scraped["body"].to_list() == [None]
        assert "not extracted" in batch.scraped["extra"][0]
        assert batch.notes == {extraction.NOTE}
        assert batch.raw == [slow]
        (tmp_path / "next.html").write_bytes(page("Next"))
        assert row(tmp_path / "next.html")["body"], "the next page has a process of its own"
    finally:
        extractors.close()


def test_without_trafilatura_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, check: Callable[..., Finished]
) -> None:
    monkeypatch.setattr(extraction, "find_spec", lambda name: None)
    done = check(CLEAN / "night-bus.html")
    assert (done.code, "pip install 'copydesk[html]'" in done.err) == (3, True)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (
            "raise ImportError('lxml.html.clean is\\na project of its own')",
            "ImportError: lxml.html.clean is a project of its own",
        ),
        ("import os; os._exit(1)", "the process that extracts ends at once"),
    ],
)
def test_a_trafilatura_that_does_not_load_is_no_defect_of_ours(
    module: str, says: str, monkeypatch: pytest.MonkeyPatch, check: Callable[..., Finished], tmp_path: Path
) -> None:
    """What it needs may be missing: pip before 23.3 leaves out what an extra brings that is spelt in another way."""
    (tmp_path / "broken" / "trafilatura").mkdir(parents=True)
    (tmp_path / "broken" / "trafilatura" / "__init__.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "broken"))
    extractors = extraction._Extractors(1)
    monkeypatch.setattr(extraction, "_extractors", lambda: extractors)
    try:
        done = check(CLEAN / "night-bus.html")
    finally:
        extractors.close()
    assert done.code == 3
    assert f"web pages: trafilatura cannot be used: {says}; pip install --upgrade 'copydesk[html]'" in done.err


def test_a_file_too_long_for_a_page_is_refused(
    monkeypatch: pytest.MonkeyPatch, check: Callable[..., Finished], tmp_path: Path
) -> None:
    monkeypatch.setattr(webpage, "_FILE", 1000)
    (tmp_path / "a.html").write_bytes(page() * 4)
    done = check(tmp_path / "a.html")
    assert (done.code, "which is no page" in done.err) == (3, True)


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.warc"])
def test_captures_come_out_record_by_record(name: str, check: Callable[..., Finished], tmp_path: Path) -> None:
    records = [
        warc_record(b"x: y", kind="warcinfo"),
        captured(1),
        captured(2, b"<html><title>", kind="text/html; charset=utf-8"),
        captured(3, b"\x89PNG", kind="image/png"),
        captured(4, status="301 Moved"),
        warc_record(b"GET / HTTP/1.1", kind="request"),
        captured(5),
    ]
    source = written(tmp_path, *records, name=name)
    done = check(source)
    sizes = [len(gzip.compress(data) if name.endswith(".gz") else data) for data in records]
    packed = [source.read_bytes()[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    out = {
        verdict: (done.run / f"{verdict}.{name.partition('.')[2]}").read_bytes()
        for verdict in ("accepted", "quarantined")
    }
    by = {verdict: done.articles.filter(verdict=verdict)["position"].to_list() for verdict in out}
    for verdict, data in out.items():
        assert data == b"".join(packed[position - 1] for position in by[verdict])
    assert sorted(by["accepted"] + by["quarantined"]) == [2, 3, 7]
    assert 3 in by["quarantined"]
    assert "1 answer with status 301" in done.summary["notes"][0]
    assert done.articles["original_url"].to_list() == [f"https://example.com/{n}" for n in (1, 2, 5)]
    assert done.articles["fetched_at"].null_count() == 0


def test_a_package_of_captures_is_read_like_its_files(tmp_path: Path) -> None:
    inner = written(tmp_path, captured(1), captured(2)).read_bytes()
    source = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(source, "w") as package:
        package.writestr("archive/a.warc.gz", inner)
        package.writestr("archive/b.warc.gz", gzip.compress(captured(3)))
        package.writestr("datapackage.json", "{}")
    shape, batches = read(source)
    assert shape.suffix == ".warc.gz"
    assert [number for batch in batches for number in batch.numbers] == [0, 1, 2]
    assert [position for batch in batches for position in batch.positions] == [1, 2, 3]
    assert b"".join(raw for batch in batches for raw in batch.raw).startswith(inner)


@pytest.mark.parametrize("suffix", [".warc.gz", ".warc.zst"])
def test_captures_compressed_as_one_piece_are_unpacked_first(suffix: str, tmp_path: Path) -> None:
    from test_readers import zstd

    plain = captured(1) + captured(2)
    source = tmp_path / f"crawl{suffix}"
    source.write_bytes(gzip.compress(plain) if suffix.endswith("gz") else zstd.compress(plain))
    shape, [batch] = read(source)
    assert (shape.suffix, b"".join(batch.raw)) == (".warc", plain)


def test_captures_come_through_a_pipe(tmp_path: Path) -> None:
    data = written(tmp_path, captured(1), captured(2, b"<html>")).read_bytes()
    done = copydesk("check", "-", "-o", tmp_path / "run", "-q", stdin=data)
    assert done.returncode == 1, done.stderr
    kept = [(tmp_path / "run" / f"{verdict}.warc.gz").read_bytes() for verdict in ("accepted", "quarantined")]
    assert sum(map(len, kept)) == len(data)


CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=3)


@settings(max_examples=60, deadline=None)
@given(CHANGES, st.booleans(), st.integers(0, 400), st.booleans())
def test_whatever_breaks_a_capture_every_byte_of_it_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], packed: bool, cut: int, is_cut: bool
) -> None:
    parts = [captured(n, b"<html>" + b"text " * 20) for n in range(4)]
    data = bytearray(b"".join(map(gzip.compress, parts) if packed else parts))
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "crawl.warc"
    path.write_bytes(data[: len(data) - cut] if is_cut else data)
    pieces = list(warc._pieces("crawl.warc", path))
    spans = [(start, end) for start, end, _ in pieces]
    assert all(start < end or isinstance(what, Broken) for start, end, what in pieces)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert spans[0][0] == 0
    rest = path.read_bytes()[spans[-1][1] :]
    assert not rest.strip(b"\0\r\n ")


def test_a_capture_that_is_cut_off_gives_what_is_there(check: Callable[..., Finished], tmp_path: Path) -> None:
    data = written(tmp_path, captured(1), captured(2)).read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(data[:-100])
    done = check(tmp_path / "cut.warc.gz")
    assert done.code == 3
    assert "fetch it again" in done.err
    assert (done.summary["counts"]["read"], done.summary["counts"]["unreadable"]) == (2, 1)


def test_captures_that_explode_are_not_read_further(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "BOMB_SIZE", 2**20)
    bomb = captured(2, b"<html>" + b" " * 100 * 2**20)
    written(tmp_path, captured(1), bomb, captured(3))
    done = check(tmp_path / "crawl.warc.gz")
    assert (done.code, "grows 200-fold" in done.err) == (3, True)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.wacz", b"PK\x03\x04 cut", "not a readable WACZ package"),
        ("a.warc", b"no capture", "not a WARC file or WACZ package, though its name says so; if it is another format, say which"),
        ("a.warc.gz", gzip.compress(warc_record(b"x: y", kind="warcinfo")), "there is no HTML page in it (1 warcinfo record)"),
    ],
)  # fmt: skip
def test_what_is_no_capture_is_said_with_a_remedy(
    name: str, data: bytes, says: str, check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    done = check(tmp_path / name)
    assert (done.code, says in done.err, "Traceback" in done.err) == (3, True, False), done.err


def test_a_zip_of_something_else_is_no_package(check: Callable[..., Finished], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("article.html", page())
    done = check(tmp_path / "a.zip")
    assert (done.code, "unpack it and name what is in it" in done.err) == (3, True)


@pytest.mark.parametrize(
    ("compression", "mark", "offset", "value"),
    [(zipfile.ZIP_STORED, b"PK\1\2", 6, 141), (zipfile.ZIP_STORED, b"PK\1\2", 8, 1), (zipfile.ZIP_LZMA, b"PK\3\4", 51, 255)],
    ids=["of a version to come", "encrypted", "with properties of LZMA that there are not"],
)  # fmt: skip
def test_a_package_that_cannot_be_unpacked_is_said(
    compression: int, mark: bytes, offset: int, value: int, check: Callable[..., Finished], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", compression) as package:
        package.writestr("archive/a.warc.gz", gzip.compress(captured(1)))
    data = bytearray((tmp_path / "a.wacz").read_bytes())
    data[data.index(mark) + offset] = value
    (tmp_path / "a.wacz").write_bytes(data)
    done = check(tmp_path / "a.wacz")
    assert (done.code, "not a readable WACZ package" in done.err) == (3, True), done.err


def test_a_package_that_explodes_is_not_unpacked(check: Callable[..., Finished], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/../../a.warc.gz", b"")
        package.writestr("archive/a.warc.gz", bytes(70 * 2**20))
    done = check(tmp_path / "a.wacz")
    assert (done.code, "unpacks to more than 20 times its size" in done.err) == (3, True)
    assert not list(tmp_path.glob("*.warc.gz"))
