"""`--online --record` keeps what the network answered; the same run over the recording comes to the same verdicts."""

import http.server
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import TEXT, Finished, record, serving, write_jsonl
from copydesk.captures.warc import WarcFiles
from test_provenance import linked, page

VERDICTS = (
    "origin_failure", "final_url", "origin_match", "origin_evidence", "origin_containment", "origin_differs",
    "origin_sha256", "provenance_resolvable", "provenance_matched", "provenance_attributed", "likely_agency",
    "rights_reserved", "verdict", "errors",
)  # fmt: skip


class Site(http.server.BaseHTTPRequestHandler):
    """Articles, a redirect, pages that are gone, refused, broken, one that is another text, and a folder in which any name is."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        kind = self.path.rsplit("/", 1)[1]
        head = linked(isBasedOn="https://apnews.com/a") + '<meta name="robots" content="noai">'
        _, _, body = page(head).partition(b"\r\n\r\n")
        body = body.replace(b"</body>", getattr(self.server, "added", "").encode() + b"</body>")
        code, headers = {"gone": 404, "refused": 403, "broken": 500}.get(kind, 200), {"Content-Type": "text/html"}
        if kind == "moved":
            code, headers = 301, {"Location": self.path.replace("moved", "ferry")}
        elif kind == "other" or "/anything/" in self.path:
            body = (
                b"<title>Tram Wins</title>"
                + b"<p>A tram without wheels has won the prize of the city for its patience.</p>" * 20
            )
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[http.server.ThreadingHTTPServer]:
    with serving(Site) as running:
        yield running


def contract(folder: Path, **origin: Any) -> Path:
    settings = {
        "allow_networks": "[127.0.0.0/8]",
        "delay": 0,
        "retries": 0,
        "robots": "ignore",
        "cache": "off",
        "timeout": 5,
    }
    lines = "".join(f"  {name}: {value}\n" for name, value in {**settings, **origin}.items())
    path = folder / "contract.yaml"
    path.write_text(f"contract: test\norigin:\n{lines}", encoding="utf-8")
    return path


KINDS = ("ferry", "moved", "gone", "refused", "broken", "other")


def records(server: http.server.ThreadingHTTPServer) -> list[dict[str, Any]]:
    base = f"http://127.0.0.1:{server.server_port}/2025/06/14"
    unanswered = record(id="down", url="http://127.0.0.1:9/2025/06/14/ferry")
    anything = record(id="anything", url=f"{base}/anything/ferry", text=TEXT * 3)
    return [*(record(id=kind, url=f"{base}/{kind}", text=TEXT * 3) for kind in KINDS), unanswered, anything]


def test_a_run_over_its_own_recording_comes_to_the_same_verdicts(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    path, rules = write_jsonl(tmp_path / "in.jsonl", records(site)), contract(tmp_path)
    kept = tmp_path / "kept.warc.gz"
    online = check(path, "-c", rules, "--online", "--record", kept, out=tmp_path / "online")
    asked = len(site.asked)  # type: ignore[attr-defined]
    replayed = check(path, "-c", rules, "--warc", kept, out=tmp_path / "replayed")
    assert len(site.asked) == asked  # type: ignore[attr-defined]
    for name in VERDICTS:
        assert replayed.articles[name].to_list() == online.articles[name].to_list(), name
    assert online.articles["origin_match"].to_list()[:2] == ["same", "same"]
    assert online.articles["origin_match"].to_list()[-1] == "soft-404"  # its neighbours are recorded, too
    assert replayed.articles["origin_status"].to_list() == online.articles["origin_status"].to_list()
    assert online.articles["provenance_archived"].to_list()[0] == "pass"
    findings = ("rule", "article_id", "field", "evidence", "severity")
    assert replayed.findings.select(findings).sort(findings).equals(online.findings.select(findings).sort(findings))


def test_a_replay_is_the_same_every_time(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    path, rules, kept = write_jsonl(tmp_path / "in.jsonl", records(site)), contract(tmp_path), tmp_path / "kept.warc.gz"
    check(path, "-c", rules, "--online", "--record", kept)
    runs = [check(path, "-c", rules, "--warc", kept, out=tmp_path / name) for name in ("one", "two")]
    assert runs[0].articles.equals(runs[1].articles)
    assert runs[0].findings.equals(runs[1].findings)


def test_captures_come_first_and_only_the_rest_is_asked(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    first, rules, kept = records(site)[:1], contract(tmp_path), tmp_path / "kept.warc.gz"
    check(write_jsonl(tmp_path / "one.jsonl", first), "-c", rules, "--online", "--record", kept)
    site.asked.clear()  # type: ignore[attr-defined]
    more = tmp_path / "more.warc.gz"
    both = check(
        write_jsonl(tmp_path / "in.jsonl", records(site)[:3]), "-c", rules, "--online", "--warc", kept, "--record", more
    )
    assert both.articles["origin_by"].to_list() == ["warc", "network", "network"]
    assert all("/gone" in path or "/moved" in path or "/ferry" in path for path in site.asked)  # type: ignore[attr-defined]
    with WarcFiles([more], tmp_path / "scratch") as files:
        gone = next(iter(files.captures([records(site)[2]["url"]])))
    assert gone.status == 404


def test_a_recording_uses_no_answer_of_an_earlier_run(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    path, rules = (
        write_jsonl(tmp_path / "in.jsonl", records(site)[:1]),
        contract(tmp_path, cache=tmp_path / "cache.sqlite"),
    )
    check(path, "-c", rules, "--online")
    kept = tmp_path / "kept.warc.gz"
    check(path, "-c", rules, "--online", "--record", kept)
    assert check(path, "-c", rules, "--warc", kept).articles["origin_match"].to_list() == ["same"]


def test_a_silent_edit_is_told_of_once(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    path, cache = write_jsonl(tmp_path / "in.jsonl", records(site)[:1]), tmp_path / "cache.sqlite"
    rules, now = (
        contract(tmp_path, cache=cache),
        "update answers set asked_at = asked_at - 8 * 86400, previous_at = previous_at - 8 * 86400",
    )
    edits = []
    for number, words in enumerate(
        ("", "", "The captain was fined for it on Monday, the port says, and denies it all.", "")
    ):
        site.added = site.added + f"<p>{words}</p>" if words else getattr(site, "added", "")  # type: ignore[attr-defined]
        edits.append(
            check(path, "-c", rules, "--online", out=tmp_path / str(number)).articles["origin_edit"].to_list()[0]
        )
        with sqlite3.connect(cache) as database:
            database.execute(now)  # a week goes by
        database.close()
    assert [edit is not None for edit in edits] == [False, False, True, False]


def test_a_silent_edit_is_told_of_in_every_batch_of_the_run(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    one, two = (write_jsonl(tmp_path / f"{name}.jsonl", records(site)[:1]) for name in ("one", "two"))
    rules = contract(tmp_path, cache=tmp_path / "cache.sqlite")
    check(one, "-c", rules, "--online", out=tmp_path / "before")
    with sqlite3.connect(tmp_path / "cache.sqlite") as database:
        database.execute("update answers set asked_at = asked_at - 8 * 86400")
    database.close()
    site.added = "<p>The captain was fined for it on Monday, the port says, and denies it all.</p>"  # type: ignore[attr-defined]
    edits = check(one, two, "-c", rules, "--online", out=tmp_path / "after").articles["origin_edit"].to_list()
    assert [edit is not None for edit in edits] == [True, True]


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("in.jsonl", 2, "would write over"),
        ("contract.yaml", 2, "would write over"),
        ("cache.sqlite", 2, "would write over"),
        ("run/kept.warc.gz", 2, "run directory"),
        ("folder", 2, "is no file"),
        ("nowhere/kept.warc.gz", 4, "cannot record there"),
    ],
)
def test_a_recording_takes_the_place_of_nothing_that_is_needed(
    place: str,
    code: int,
    said: str,
    site: http.server.ThreadingHTTPServer,
    program: Callable[..., Finished],
    tmp_path: Path,
) -> None:
    path, rules = write_jsonl(tmp_path / "in.jsonl", records(site)[:1]), contract(tmp_path, cache="cache.sqlite")
    (tmp_path / "folder").mkdir()
    before = path.read_bytes(), rules.read_bytes()
    done = program(
        "check", path, "-c", rules, "-o", tmp_path / "run", "--online", "--record", tmp_path / place, cwd=tmp_path
    )
    assert (done.code, said in done.err) == (code, True)
    assert (path.read_bytes(), rules.read_bytes(), site.asked) == (*before, [])  # type: ignore[attr-defined]


def test_an_archive_is_asked_for_what_is_gone(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    with serving(Kept) as archive:
        rules = contract(tmp_path, archive=f"http://127.0.0.1:{archive.server_port}/web", archive_rate=600)
        rows = check(write_jsonl(tmp_path / "in.jsonl", records(site)[:3]), "-c", rules, "--online").articles.to_dicts()
    assert [row["origin_by"] for row in rows] == ["network", "network", "archive"]
    assert rows[2]["origin_status"] == "failing"
    assert (rows[2]["origin_match"], rows[2]["provenance_matched"], rows[2]["provenance_archived"]) == (
        "same",
        "pass",
        "pass",
    )
    assert "archived at" in rows[2]["origin_detail"]


class Kept(http.server.BaseHTTPRequestHandler):
    """An archive that has the article."""

    def do_GET(self) -> None:
        _, _, body = page().partition(b"\r\n\r\n")
        self.send_response(200)
        self.send_header("Memento-Datetime", "Sat, 14 Jun 2025 10:11:12 GMT")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01", "9999-12-31"])
def test_a_date_at_the_end_of_the_calendar_stops_no_run(
    date: str, check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    odd = [{**entry, "date": date, "crawl_date": date} for entry in records(site)[:2]]
    path, rules = write_jsonl(tmp_path / "in.jsonl", odd), contract(tmp_path)
    done = check(path, "-c", rules, "--online", "--record", tmp_path / "kept.warc.gz")
    assert done.articles["origin_match"].to_list() == ["same", "same"]
    done = check(path, "-c", rules, "--warc", tmp_path / "kept.warc.gz", out=tmp_path / "again")
    assert done.articles["origin_match"].to_list() == ["same", "same"]


def test_a_soft_404_is_one_in_the_replay_as_well(
    check: Callable[..., Finished], site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    stranger = "A tram without wheels has won the prize of the city for its patience. " * 30
    wrong = [{**records(site)[0], "title": "Trams", "text": stranger}]  # the site answers every address alike
    path, rules, kept = write_jsonl(tmp_path / "in.jsonl", wrong), contract(tmp_path), tmp_path / "kept.warc.gz"
    online = check(path, "-c", rules, "--online", "--record", kept).articles
    again = check(path, "-c", rules, "--warc", kept, out=tmp_path / "again").articles
    assert (online["origin_match"].to_list(), again["origin_match"].to_list()) == (["soft-404"], ["soft-404"])
    assert again["origin_status"].to_list() == ["failing"]
