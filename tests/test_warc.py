"""Captures in WARC and WACZ files: found, decoded, followed, bounded; what is broken is named and costs nothing else."""

import gzip
import io
import os
import random
import time
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator, has_valid_block_digest, has_valid_payload_digest

from copydesk.captures.bodies import BODY
from copydesk.captures.capture import Capture, Hop
from copydesk.captures.http_message import parse
from copydesk.captures.recording import Recording
from copydesk.captures.warc import WarcFiles
from copydesk.errors import InputError

URL = "https://www.example.com/2025/06/14/ferry-resumes"
PAGE = b"<title>Ferry Resumes</title><p>The ferry to the outer island runs again."
DAY = datetime(2025, 6, 14, 12, tzinfo=UTC)


def response(body: bytes = PAGE, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer as it came over the wire."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def warc(
    block: bytes, url: str = URL, date: str = "2025-06-14T08:00:00Z", kind: str = "response", **headers: str
) -> bytes:
    """One record, uncompressed."""
    lines = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": date, "Content-Type": "application/http"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Length": str(len(block))}
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode() + b"\r\n" + block + b"\r\n\r\n"


def written(folder: Path, *records: bytes, name: str = "crawl.warc.gz") -> Path:
    """A WARC file with a gzip member for each record, as crawlers write them."""
    path = folder / name
    path.write_bytes(b"".join(map(gzip.compress, records) if name.endswith(".gz") else records))
    return path


def read(path: Path, *urls: str, near: datetime | None = None) -> list[Capture]:
    """What the files at ``path`` give for ``urls``, which they all can be read for."""
    with WarcFiles([path], path.parent / "scratch") as files:
        assert files.errors == []
        return list(files.captures(urls or [URL], {url: near for url in urls or [URL] if near}))


def broken(path: Path, *urls: str) -> tuple[list[str], list[Capture]]:
    """The errors of a broken file, and what it gives all the same."""
    with WarcFiles([path], path.parent / "scratch") as files:
        return files.errors, list(files.captures(urls or [URL]))


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_capture_keeps_status_headers_body_time_and_address(tmp_path: Path, name: str) -> None:
    stored = warc(response(Content_Type="text/html"), WARC_IP_Address="93.184.216.34")
    found = read(written(tmp_path, warc(b"x: y", kind="warcinfo"), stored, name=name))[0]
    assert (found.status, found.body, found.by, found.peer) == (200, PAGE, "warc", "93.184.216.34")
    assert found.headers == (("content-type", "text/html"),)
    assert found.fetched_at == datetime(2025, 6, 14, 8, tzinfo=UTC)
    assert (found.failure, found.truncated, found.final_url) == (None, False, URL)


def test_a_url_of_which_there_is_none_is_a_result_of_its_own(tmp_path: Path) -> None:
    other = "https://www.example.com/elsewhere"
    assert [found.failure for found in read(written(tmp_path, warc(response())), other, URL)] == ["no-capture", None]


@pytest.mark.parametrize(
    "claimed",
    ["http://example.com/2025/06/14/ferry-resumes/", f"{URL}#top", "http://www.example.com/2025/06/14/ferry-resumes"],
)
def test_scheme_www_fragment_and_closing_slash_make_no_difference(tmp_path: Path, claimed: str) -> None:
    assert read(written(tmp_path, warc(response())), claimed)[0].status == 200


def test_the_query_makes_a_difference(tmp_path: Path) -> None:
    assert read(written(tmp_path, warc(response())), f"{URL}?id=2")[0].failure == "no-capture"


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_date_beyond_what_utc_can_tell_is_none(tmp_path: Path, date: str) -> None:
    errors, found = broken(written(tmp_path, warc(response(), date=date)))
    assert "no date that can be read" in errors[0]
    assert found[0].failure == "no-capture"


def test_of_several_captures_the_one_nearest_to_publication_counts_else_the_last(tmp_path: Path) -> None:
    days = ("2025-06-20", "2025-06-13", "2025-07-30")
    path = written(tmp_path, *(warc(response(day.encode()), date=f"{day}T08:00:00Z") for day in days))
    assert read(path, near=DAY)[0].body == b"2025-06-13"
    path.parent.joinpath("scratch", "captures.sqlite").unlink()
    assert read(path)[0].body == b"2025-07-30"


CODINGS = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]),
    "deflate": zlib.compress(PAGE),
    "deflate ": zlib.compress(PAGE)[2:-4],
    "br": brotli.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    "gzip ": PAGE,
    "identity": PAGE,
}


@pytest.mark.parametrize("coding", CODINGS)
def test_content_codings_are_undone_and_a_header_that_lies_is_not_believed(tmp_path: Path, coding: str) -> None:
    stored = response(CODINGS[coding], Content_Encoding=coding.strip())
    found = read(written(tmp_path, warc(stored)))[0]
    assert (found.body, found.truncated) == (PAGE, False)


def test_chunks_are_joined_and_an_unchunked_body_is_taken_as_it_is(tmp_path: Path) -> None:
    chunked = (
        b"5;note=x\r\n" + PAGE[:5] + b"\r\n" + f"{len(PAGE) - 5:X}".encode() + b"\r\n" + PAGE[5:] + b"\r\n0\r\n\r\n"
    )
    for stored in (chunked, PAGE):
        assert parse(response(stored, Transfer_Encoding="chunked")).body == PAGE  # type: ignore[union-attr]
    cut = parse(response(chunked[:30], Transfer_Encoding="chunked"))
    assert cut is not None
    assert cut.truncated


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, gzip", "deflate"])
def test_a_bomb_is_cut_at_the_bound_and_never_unpacked(tmp_path: Path, coding: str) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}
    body = bytes(60 * 2**20)
    for each in coding.split(", "):
        body = pack[each](body)
    path = written(tmp_path, warc(response(body, Content_Encoding=coding)))
    del body
    tracemalloc.start()
    found = read(path)[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.truncated
    assert len(found.body) <= BODY
    assert peak < 40 * 2**20


def test_a_body_of_countless_empty_members_costs_no_time(tmp_path: Path) -> None:
    started = time.monotonic()
    found = parse(response(gzip.compress(PAGE) + gzip.compress(b"") * 90_000, Content_Encoding="gzip"))
    assert found is not None
    assert (found.body, found.truncated) == (PAGE, True)
    assert time.monotonic() - started < 2


def test_headers_end_with_their_line_and_not_inside_of_a_letter() -> None:
    found = parse(response(Location="/Ålborg/ferry", X_Next="1"))
    assert found is not None
    assert found.headers == (("location", "/Ålborg/ferry".encode().decode("latin-1")), ("x-next", "1"))


def test_more_codings_than_anyone_uses_are_not_undone(tmp_path: Path) -> None:
    found = read(written(tmp_path, warc(response(PAGE, Content_Encoding="gzip, gzip, gzip, gzip, gzip"))))[0]
    assert (found.body, found.truncated) == (b"", True)


def test_redirects_are_followed_within_the_captures(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        warc(response(b"", "301 Moved", Location="/new"), "http://example.com/old"),
        warc(response(b"", "302 Found", Location="https://example.com/new"), "http://example.com/new"),
        warc(response(), "https://example.com/new"),
    )
    found = read(path, "http://example.com/old")[0]
    assert (found.status, found.final_url) == (200, "https://example.com/new")
    assert found.hops == (Hop("http://example.com/old", 301), Hop("http://example.com/new", 302))


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("/b", "redirects"),
        ("http://example.com/nowhere", "no-capture"),
        ("file:///etc/passwd", "redirects"),
        ("http://[", "redirects"),
    ],
)
def test_redirects_that_lead_nowhere_are_named(tmp_path: Path, location: str, failure: str) -> None:
    path = written(
        tmp_path,
        warc(response(b"", "302 Found", Location=location), "http://example.com/a"),
        warc(response(b"", "302 Found", Location="/a"), "http://example.com/b"),
    )
    found = read(path, "http://example.com/a")[0]
    assert (found.status, found.failure) == (None, failure)


@pytest.mark.parametrize(
    "refers",
    [
        {"WARC_Refers_To": "<urn:uuid:1>"},
        {"WARC_Refers_To_Target_URI": "https://example.com/first", "WARC_Refers_To_Date": "2025-06-14T07:00:00Z"},
        {"WARC_Payload_Digest": "sha1:AAAA"},
    ],
)
def test_a_revisit_has_the_body_of_the_record_it_refers_to(tmp_path: Path, refers: dict[str, str]) -> None:
    first = warc(
        response(gzip.compress(PAGE), Content_Encoding="gzip"), "https://example.com/first", "2025-06-14T07:00:00Z",
        WARC_Record_ID="<urn:uuid:1>", WARC_Payload_Digest="sha1:AAAA",
    )  # fmt: skip
    again = warc(response(b"", Content_Encoding="gzip", X_Seen="again"), kind="revisit", **refers)
    found = read(written(tmp_path, again, first))[0]
    assert (found.status, found.body, found.url) == (200, PAGE, URL)
    assert found.header("x-seen") == "again"
    assert found.fetched_at == datetime(2025, 6, 14, 8, tzinfo=UTC)


def test_a_revisit_without_headers_or_without_its_record(tmp_path: Path) -> None:
    first = warc(response(), "https://example.com/first", WARC_Record_ID="<urn:uuid:1>")
    bare = warc(b"", kind="revisit", WARC_Refers_To="<urn:uuid:1>")
    lost = warc(b"", "https://example.com/lost", kind="revisit", WARC_Refers_To="<urn:uuid:9>")
    found = read(written(tmp_path, first, bare, lost), URL, "https://example.com/lost")
    assert (found[0].status, found[0].body) == (200, PAGE)
    assert found[1].failure == "broken"


def test_a_resource_record_is_an_answer_without_headers(tmp_path: Path) -> None:
    found = read(written(tmp_path, warc(PAGE, kind="resource", Content_Type="text/html")))[0]
    assert (found.status, found.body) == (200, PAGE)


def long(size: int = 300_000) -> bytes:
    """A page that does not shrink."""
    return random.Random(1).randbytes(size)  # noqa: S311 -- the same every time


def test_a_file_that_stops_early_is_named_and_what_it_holds_is_used(tmp_path: Path) -> None:
    records = [warc(response(), f"https://example.com/{n}") for n in range(3)]
    for name in ("crawl.warc", "crawl.warc.gz"):
        path = written(tmp_path, *records, warc(response(long())), name=name)
        last = len(path.read_bytes()) - len(path.read_bytes()[: -len(gzip.compress(warc(response(long()))))])
        offset = path.stat().st_size - (last if name.endswith(".gz") else len(warc(response(long()))))
        path.write_bytes(path.read_bytes()[:-100_000])
        errors, found = broken(path, "https://example.com/2", URL)
        assert len(errors) == 1
        assert str(path) in errors[0]
        assert f"byte {offset:,}" in errors[0]
        assert found[0].body == PAGE
        assert found[1].truncated or found[1].failure == "broken" or found[1].failure == "no-capture"
        (tmp_path / "scratch" / "captures.sqlite").unlink()


def test_reading_goes_on_behind_a_broken_place(tmp_path: Path) -> None:
    members = [gzip.compress(warc(response(long(2_000)), f"https://example.com/{n}")) for n in range(4)]
    spoilt = bytearray(members[1])
    spoilt[60:90] = bytes(30)
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(members[0] + spoilt + members[2] + members[3])
    errors, found = broken(path, *(f"https://example.com/{n}" for n in range(4)))
    assert len(errors) == 1
    assert f"byte {len(members[0]):,}" in errors[0]
    assert [capture.status for capture in found] in ([200, None, 200, 200], [200, 200, 200, 200])
    assert [capture.status for capture in found][2:] == [200, 200]


@pytest.mark.parametrize(
    "content", [b"", b"hello world\n" * 1000, gzip.compress(b"no archive", mtime=0), long(50_000), b"WARC/1.1\r\n"]
)
def test_what_is_no_warc_file_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(content)
    errors, found = broken(path)
    assert errors
    assert str(path) in errors[0]
    assert found[0].failure == "no-capture"


def test_endless_headers_are_not_read(tmp_path: Path) -> None:
    bomb = gzip.compress(b"WARC/1.1\r\nX: " + b"a" * 50_000_000)
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(bomb + gzip.compress(warc(response())))
    errors, found = broken(path)
    assert "byte 0" in errors[0]
    assert found[0].status == 200


def test_records_compressed_as_one_piece_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(warc(response()) + warc(response(), "https://example.com/b")))
    errors, _ = broken(path)
    assert "as one piece" in errors[0]


def test_a_date_or_an_answer_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = (warc(response(), date="yesterday"), warc(b"no answer", "https://example.com/b"))
    errors, found = broken(written(tmp_path, *bad, warc(response(), "https://example.com/c")), "https://example.com/c")
    assert len(errors) == 2
    assert found[0].status == 200


def test_a_file_that_is_missing_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.warc"):
        WarcFiles([tmp_path / "missing.warc"], tmp_path / "scratch")


def wacz(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_package_is_read_and_nothing_lands_outside_the_scratch_folder(tmp_path: Path, compression: int) -> None:
    members = {
        "archive/data.warc.gz": gzip.compress(warc(response())),
        "archive/../../../escaped.warc.gz": gzip.compress(warc(response(), "https://example.com/out")),
        "../archive/escaped.warc": warc(response()),
        "pages/pages.jsonl": b"{}",
    }
    package = wacz(
        tmp_path / "in" / "crawl.wacz" if (tmp_path / "in").mkdir() is None else tmp_path, members, compression
    )
    found = read(package, URL, "https://example.com/out")
    assert [capture.status for capture in found] == [200, None]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file() and "scratch" not in path.parts} == {
        "crawl.wacz"
    }


def test_a_broken_record_in_a_wacz_is_named_with_its_file(tmp_path: Path) -> None:
    package = wacz(tmp_path / "crawl.wacz", {"archive/data.warc.gz": gzip.compress(warc(response())) + b"rubbish"})
    errors, _ = broken(package)
    assert f"{package}!archive/data.warc.gz" in errors[0]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip file", b"PK\x03\x04" + bytes(200)])
def test_a_package_that_is_no_zip_file_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crawl.wacz").write_bytes(content)
    with pytest.raises(InputError, match="not a readable WACZ"):
        WarcFiles([tmp_path / "crawl.wacz"], tmp_path / "scratch")


def test_a_package_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    package = wacz(tmp_path / "crawl.wacz", {"archive/a.warc": bytes(80 * 2**20)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match="unpacks to more"):
        WarcFiles([package], tmp_path / "scratch")


CAPTURES = (
    Capture(URL, URL, DAY, 200, headers=(("content-type", "text/html"), ("x-odd", "ä€\r\nx: y")), body=PAGE, peer="93.184.216.34"),
    Capture("https://example.com/b", "https://example.com/new", DAY, 404, hops=(Hop("https://example.com/b", 301),), body=b"gone"),
    Capture("https://example.com/c", "https://example.com/c", DAY, failure="timeout", detail="no answer in 20 s"),
    Capture(
        "https://example.com/d", "https://gone.example/", DAY, failure="dns", detail="the host does not exist",
        hops=(Hop("https://example.com/d", 302),),
    ),
    Capture("https://example.com/e", "https://example.com/e", DAY, 999, body=b"x" * 1000, truncated=True),
    Capture("https://example.com/f", "https://example.com/f", DAY, 200, headers=(("content-encoding", "gzip"),), body=b"plain"),
)  # fmt: skip


def recorded(path: Path) -> Path:
    with Recording(path) as recording:
        for capture in CAPTURES:
            recording.take(capture)
        recording.commit()
    return path


def test_what_was_recorded_is_read_again_as_it_was(tmp_path: Path) -> None:
    again = read(recorded(tmp_path / "out.warc.gz"), *(capture.url for capture in CAPTURES))
    for was, found in zip(CAPTURES, again, strict=True):
        for name in (
            "url",
            "final_url",
            "status",
            "failure",
            "detail",
            "hops",
            "body",
            "truncated",
            "fetched_at",
            "peer",
        ):
            assert getattr(found, name) == getattr(was, name), (was.url, name)
        assert found.sha256 == was.sha256


def test_a_recording_is_a_valid_warc_file_the_same_every_time(tmp_path: Path) -> None:
    first, second = recorded(tmp_path / "out.warc.gz").read_bytes(), recorded(tmp_path / "out.warc.gz").read_bytes()
    assert first == second
    records = list(ArchiveIterator(io.BytesIO(first)))
    assert all(has_valid_block_digest(record) for record in ArchiveIterator(io.BytesIO(first), parse_http=False))
    answers = [record for record in ArchiveIterator(io.BytesIO(first)) if record.headers.get("WARC-Type") == "response"]
    assert len(answers) == 6
    assert len(records) == 9
    for record in ArchiveIterator(io.BytesIO(first)):
        if record.headers.get("WARC-Type") == "response":
            assert has_valid_payload_digest(record)


def test_a_recording_that_is_not_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    with Recording(tmp_path / "out.warc.gz") as recording:
        recording.take(CAPTURES[0])
        assert not (tmp_path / "out.warc.gz").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "crawl.warc")
    with pytest.raises(InputError, match="write them to a file first"):
        WarcFiles([tmp_path / "crawl.warc"], tmp_path / "scratch")
