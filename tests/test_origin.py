"""Asking for original URLs: blocked is not dead, dead takes days, nothing is asked twice, and hosts are treated well."""

import ipaddress
import json
import multiprocessing
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Finished, record, write_jsonl
from copydesk.captures.capture import Capture
from copydesk.origin.manners import Manners
from copydesk.origin.web import patience
from copydesk.origin.web.cache import APART, DAY, Cache, Known
from copydesk.origin.web.check import OriginChecker
from copydesk.origin.web.database import default_path
from web import PAGE, Web

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repetitions come soon."""
    monkeypatch.setattr(patience, "BACKOFF", 0.02)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(hosts=[f"127.0.0.{number}" for number in range(1, 6)]) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "origin.sqlite3")


def checker(cache: str = "off", clock: Callable[[], float] = time.time, **settings: Any) -> OriginChecker:
    handle, page_format = settings.pop("handle", None), settings.pop("page_format", None)
    manners = Manners(**{"allow_networks": LOOPBACK, "timeout": 5.0, "delay": 0.0, "cache": cache, **settings})
    return OriginChecker(manners, handle=handle, page_format=page_format, clock=clock)


def said(url: str, **settings: Any) -> tuple[str, str]:
    made = checker(**settings)
    answer = made.check([url])[url]
    made.close()
    return answer.status, answer.detail


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", "alive"), ("/no-head", "alive"), ("/redirect?/status/200", "alive"), ("/flaky?2", "alive"), ("/status/404", "failing"),
        ("/status/410", "failing"), ("/redirect?/status/404", "failing"),
        *[(f"/status/{code}", "blocked") for code in (401, 402, 403, 407, 429, 451, 999)],
        ("/challenge", "blocked"), ("/busy?0", "blocked"), ("/busy?9999", "blocked"), ("/status/500", "unknown"), ("/status/503", "unknown"),
        ("/status/400", "unknown"), ("/loop", "unknown"), ("/reset", "unknown"), ("/redirect?http://10.0.0.1/", "unknown"),
        ("/bomb", "alive"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("recognise", [True, False])
def test_verdicts(path: str, status: str, recognise: bool, web: Web) -> None:
    verdict, detail = said(web.url(path), recognise=recognise)
    assert verdict == status, detail
    assert detail


def test_a_name_that_does_not_exist_is_failing_and_a_failing_look_up_is_not() -> None:
    def missing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def failing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    url = "https://gone.example.com/a"
    manners = Manners(cache="off", delay=0.0)
    assert OriginChecker(manners, missing).check([url])[url].status == "failing"
    assert OriginChecker(manners, failing).check([url])[url].status == "unknown"


def test_dead_takes_three_failures_three_days_apart(web: Web, cache: str) -> None:
    start = 1_750_000_000.0
    seen = []
    for days in (0.0, 1.0, 3.1, 4.0, 6.2, 10.0):
        status, detail = said(web.url("/status/404"), cache=cache, clock=lambda days=days: start + days * DAY)
        seen.append(status)
    assert seen == ["failing"] * 4 + ["dead"] * 2
    assert "since 2025-06-15" in detail
    assert web.paths() == ["status/404"] * 4  # on days 1 and 4 the answer was still believed


def test_a_page_that_comes_back_begins_anew(web: Web, cache: str) -> None:
    start = 1_750_000_000.0
    url = web.url("/status/404")
    for days in (0.0, 3.1):
        said(url, cache=cache, clock=lambda days=days: start + days * DAY)
    made = checker(cache, clock=lambda: start + 6.2 * DAY)
    made.settle(made.check([url])[url], None)
    made.close()
    assert said(url, cache=cache, clock=lambda: start + 9.3 * DAY)[0] == "failing"


def test_where_nothing_is_kept_one_failure_can_be_the_last(web: Web) -> None:
    assert said(web.url("/status/404"), dead_after=1)[0] == "dead"


def test_what_the_page_shows_can_be_settled_as_gone(web: Web) -> None:
    made = checker()
    answer = made.check([web.url("/ok")])[web.url("/ok")]
    assert made.settle(answer, "soft-404").status == "failing"


def test_thousands_of_records_with_one_url_are_one_request(web: Web) -> None:
    made = checker()
    urls = [web.url("/ok/a"), web.url("/ok/a#part"), web.url("/ok/a")] * 1000
    answers = made.check(urls)
    made.check(urls)
    assert {answer.status for answer in answers.values()} == {"alive"}
    assert web.paths() == ["ok/a"]


@pytest.mark.parametrize("cached", [True, False])
def test_pages_are_handed_over_once_and_kept(cached: bool, web: Web, cache: str) -> None:
    made = checker(cache if cached else "off", handle=lambda capture: capture.body[:9].upper(), page_format="1")
    answer = made.check([web.url("/ok")])[web.url("/ok")]
    assert (answer.capture.body, made.cache.page(web.url("/ok"))) == (b"", b"<!DOCTYPE")
    assert answer.sha256 == Capture("", "", answer.capture.fetched_at, body=PAGE).sha256


def test_a_later_run_believes_what_is_fresh_and_asks_for_the_rest(web: Web, cache: str) -> None:
    now = time.time()
    paths = ["/tagged", "/ok", "/status/403", "/status/500", "/status/404"]

    def asked(days: float) -> list[str]:
        web.seen.clear()
        made = checker(
            cache, clock=lambda: now + days * DAY, retries=0, handle=lambda capture: capture.body, page_format="1",
            timeout=60.0,  # a page that is late on a busy machine is unknown, and asked again sooner
        )  # fmt: skip
        made.check([web.url(path) for path in paths])
        made.close()
        return sorted(web.paths())

    assert asked(0) == sorted(path[1:] for path in paths)
    assert asked(0.02) == []
    assert asked(0.5) == ["status/500"]
    assert asked(2) == ["status/403", "status/500"]
    assert asked(3.5) == ["status/403", "status/404", "status/500"]
    assert asked(8) == sorted(path[1:] for path in paths)
    assert [headers.get("if-none-match") for _, path, headers in web.seen if path.endswith("/tagged")] == ['"one"']
    store = Cache(cache)
    assert store.page(web.url("/tagged")) == PAGE  # 304 sends nothing: what was kept stays
    assert store.previous(web.url("/tagged")) is None


def test_nothing_is_asked_twice_in_a_run_however_long_it_takes(web: Web) -> None:
    now = [time.time()]
    made = checker(clock=lambda: now[0], retries=0)
    for _ in range(2):
        made.check([web.url("/status/500")])
        now[0] += DAY
    assert web.paths() == ["status/500"]


def test_a_page_that_changed_is_kept_beside_its_new_version(web: Web, cache: str) -> None:
    now = time.time()
    for days, body in ((0, b"one"), (8, b"one"), (16, b"two")):
        made = checker(
            cache, clock=lambda days=days: now + days * DAY, handle=lambda c, body=body: body, page_format="1"
        )
        if body == b"two":
            made.cache._database.run([("update answers set sha256 = 'another'", ())])
        made.check([web.url("/ok")])
        made.close()
    store = Cache(cache)
    previous = store.previous(web.url("/ok"))
    assert (store.page(web.url("/ok")), previous and previous[0]) == (b"two", b"one")


def test_dumps_of_another_form_are_made_anew(web: Web, cache: str) -> None:
    for form in ("1", "1", "2"):
        made = checker(cache, handle=lambda capture, form=form: form.encode(), page_format=form)
        made.check([web.url("/tagged")])
        made.close()
    assert len(web.paths()) == 2
    assert Cache(cache).page(web.url("/tagged")) == b"2"
    assert said(web.url("/tagged"), cache=cache)[0] == "alive"  # whoever needs no page believes it all the same
    assert len(web.paths()) == 2


# hosts


def test_no_host_is_asked_more_than_is_agreed(web: Web) -> None:
    web.latency = 0.05
    checker(per_host=2, concurrency=16).check([web.url(f"/ok/{n}") for n in range(20)])
    assert web.most_under_way == 2


def test_requests_to_a_host_keep_their_distance_and_hosts_take_turns(web: Web) -> None:
    start = time.monotonic()
    checker(delay=0.2, robots="ignore").check([web.url(f"/ok/{n}", host) for host in range(5) for n in range(3)])
    assert 0.4 <= time.monotonic() - start < 2.5  # without turns it would be 3 s
    first = [path.split(":")[0] for _, path, _ in web.seen[:5]]
    assert len(set(first)) == 5


def test_redirects_to_one_host_wait_in_its_queue(web: Web) -> None:
    web.latency = 0.05
    target = web.url("/ok", 4)
    checker(per_host=1).check([web.url(f"/redirect?{target}/{n}/{host}", host) for host in range(4) for n in range(4)])
    assert web.most_under_way <= 5
    assert sum(path.startswith("ok") for path in web.paths()) == 16


def test_retry_after_is_obeyed_for_the_whole_host(web: Web) -> None:
    start = time.monotonic()
    status, _ = said(web.url("/busy?1"), retries=1)
    assert status == "blocked"
    assert time.monotonic() - start >= 1
    assert len(web.paths()) == 2


def test_a_host_that_wants_a_long_rest_gets_it(web: Web) -> None:
    made = checker(per_host=1)
    urls = [web.url("/busy?9999"), *[web.url(f"/ok/{n}") for n in range(5)]]
    answers = made.check(urls)
    assert {answer.status for answer in answers.values()} == {"blocked"}
    assert "9999 s" in answers[urls[-1]].detail
    assert web.paths() == ["busy?9999"]
    assert made.check([web.url("/ok/a", 1)])[web.url("/ok/a", 1)].status == "alive"


@pytest.mark.parametrize("answered", [False, True])
def test_a_silent_host_is_given_up_and_its_pages_are_unknown(answered: bool, web: Web) -> None:
    made = checker(timeout=0.1, retries=0, per_host=4, robots="obey" if answered else "ignore")
    answers = made.check([web.url(f"/silent/{n}") for n in range(60)])
    assert {answer.status for answer in answers.values()} == {"unknown"}
    bound = patience.FALLEN_SILENT if answered else patience.SILENT
    assert bound <= len(web.paths()) <= bound + 4


def test_a_host_that_answered_an_earlier_run_is_not_given_up_soon(web: Web, cache: str) -> None:
    said(web.url("/ok/a"), cache=cache, robots="ignore")
    urls = [web.url("/ok/a"), *[web.url(f"/reset/{n}") for n in range(20)], web.url("/ok/b")]
    answers = checker(cache, retries=0, per_host=1, robots="ignore").check(urls)
    assert answers[urls[-1]].status == "alive"


def test_a_budget_ends_the_run_and_says_so(web: Web) -> None:
    start = time.monotonic()
    urls = [web.url(f"/silent/{n}") for n in range(4)] + [web.url(f"/ok/{n}", 1) for n in range(50)]
    answers = checker(budget=0.6, delay=0.3, timeout=30.0).check(urls)
    assert time.monotonic() - start < 3
    details = Counter(answer.detail for answer in answers.values())
    assert details["the run's time was over"] >= 45
    assert answers[urls[0]].status == "unknown"


def test_what_was_not_asked_is_asked_by_the_next_run(web: Web, cache: str) -> None:
    urls = [web.url(f"/ok/{n}") for n in range(10)]
    checker(cache, budget=0.3, delay=0.2).check(urls)
    answers = checker(cache).check(urls)
    assert {answer.status for answer in answers.values()} == {"alive"}
    assert len(web.paths()) == 10


def test_the_user_agent_is_honest_and_names_a_contact(web: Web) -> None:
    checker(contact="desk@example.org").check([web.url("/ok")])
    assert {headers["user-agent"] for _, _, headers in web.seen} == {Manners(contact="desk@example.org").introduction}
    assert "copydesk/" in Manners().introduction
    assert "desk@example.org" in Manners(contact="desk@example.org").introduction


# robots.txt


def test_robots_are_asked_once_and_obeyed(web: Web, cache: str) -> None:
    web.robots = "User-agent: *\nDisallow: /ok/private"
    urls = [web.url(f"/ok/{name}") for name in ("a", "b", "private")]
    for _ in range(2):
        answers = checker(cache).check(urls)
    assert [answers[url].status for url in urls] == ["alive", "alive", "unknown"]
    assert "robots.txt" in answers[urls[2]].detail
    assert answers[urls[2]].capture.failure == "robots"
    assert sorted(path.rsplit(":")[1].split("/", 1)[1] for _, path, _ in web.seen) == ["ok/a", "ok/b", "robots.txt"]


def test_robots_are_believed_by_later_runs(web: Web, cache: str) -> None:
    web.robots = "User-agent: *\nDisallow: /ok/private"
    for path in ("/ok/a", "/ok/private"):
        checker(cache).check([web.url(path)])
    assert [path.split("/", 1)[1] for _, path, _ in web.seen] == ["robots.txt", "ok/a"]


def test_robots_hold_for_every_hop(web: Web) -> None:
    web.robots = "User-agent: *\nDisallow: /ok"
    answer = checker().check([web.url("/redirect?/ok")])[web.url("/redirect?/ok")]
    assert answer.capture.failure == "robots"
    assert web.paths() == ["redirect?/ok"]


@pytest.mark.parametrize(
    ("code", "status"), [(200, "unknown"), (401, "alive"), (404, "alive"), (429, "unknown"), (500, "unknown")]
)
def test_a_robots_txt_that_cannot_be_had(code: int, status: str, web: Web) -> None:
    web.robots, web.robots_status = "User-agent: *\nDisallow: /", code
    assert said(web.url("/ok"))[0] == status


def test_robots_can_be_ignored_by_agreement(web: Web) -> None:
    web.robots = "User-agent: *\nDisallow: /"
    assert said(web.url("/ok"), robots="ignore")[0] == "alive"
    assert len(web.seen) == 1


def test_a_crawl_delay_is_kept(web: Web) -> None:
    web.robots = "User-agent: *\nCrawl-delay: 0.3"
    start = time.monotonic()
    checker(per_host=1).check([web.url(f"/ok/{n}") for n in range(3)])
    assert time.monotonic() - start >= 0.6


# the cache


def test_the_cache_lies_in_the_users_folder_and_is_theirs_alone(web: Web) -> None:
    said(web.url("/ok"), cache=None)
    assert default_path().is_relative_to(os.environ["XDG_CACHE_HOME"])
    assert default_path().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + os.urandom(8000), b"SQLite format 3\0"])
def test_a_broken_cache_is_set_aside_and_named(content: bytes, web: Web, cache: str) -> None:
    Path(cache).write_bytes(content)
    made = checker(cache)
    assert made.check([web.url("/ok")])[web.url("/ok")].status == "alive"
    made.close()
    assert len(made.cache.notes) == 1
    assert cache in made.cache.notes[0]
    assert [path.read_bytes() for path in Path(cache).parent.glob("*.broken-*")] == [content]
    web.seen.clear()
    assert said(web.url("/ok"), cache=cache)[0] == "alive"
    assert web.seen == []


def test_a_broken_file_in_the_users_folder_is_set_aside(web: Web) -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_bytes(b"no database at all" * 100)
    assert said(web.url("/ok"), cache=None)[0] == "alive"
    assert len(list(default_path().parent.glob("*.broken-*"))) == 1


def test_a_cache_that_breaks_meanwhile_is_replaced(web: Web, cache: str) -> None:
    said(web.url("/ok/a"), cache=cache)
    size = Path(cache).stat().st_size
    with open(cache, "r+b") as file:  # noqa: PTH123
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    made = checker(cache)
    assert made.check([web.url("/ok/b")])[web.url("/ok/b")].status == "alive"
    assert any("broken" in note for note in made.cache.notes)


@pytest.mark.parametrize(
    "statement",
    [
        "create trigger t after insert on answers begin delete from gone; end",
        "create view v as select 1", "create table strange (a)", "pragma user_version = 99",
    ],
)  # fmt: skip
def test_a_foreign_cache_is_not_used_and_not_touched(statement: str, web: Web, cache: str) -> None:
    said(web.url("/ok"), cache=cache)
    with sqlite3.connect(cache) as connection:
        connection.execute(statement)
    connection.close()
    before = Path(cache).read_bytes()
    made = checker(cache)
    assert made.check([web.url("/ok")])[web.url("/ok")].status == "alive"
    assert "cannot be used" in made.cache.notes[0]
    assert Path(cache).read_bytes() == before


def test_a_cache_that_cannot_be_written_stops_nothing(web: Web, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = checker(str(tmp_path / "file" / "origin.sqlite3"))
    assert made.check([web.url("/ok")])[web.url("/ok")].status == "alive"
    assert "cannot be used" in made.cache.notes[0]


HOSTILE_ROWS = {
    "status": "'x'", "hops": "'[[1]]'", "headers": "'{'", "failure": "'exec'", "asked_at": "'now'", "final_url": "x'00'",
    "detail": "zeroblob(9)", "page": "'text'", "sha256": "7", "peer": "8", "page_format": "9",
}  # fmt: skip


@pytest.mark.parametrize("column", HOSTILE_ROWS)
def test_an_entry_that_does_not_fit_counts_as_absent(column: str, web: Web, cache: str) -> None:
    said(web.url("/ok"), cache=cache)
    with sqlite3.connect(cache) as connection:
        connection.execute(f"update answers set {column} = {HOSTILE_ROWS[column]}")  # noqa: S608
    connection.close()
    made = checker(cache)
    assert made.check([web.url("/ok")])[web.url("/ok")].status == "alive"
    made.cache.page(web.url("/ok"))
    assert made.cache.notes == []


def test_entries_deep_and_large_are_refused(web: Web, cache: str) -> None:
    said(web.url("/ok"), cache=cache)
    for value in ("[" * 100_000, "[" + "[1]," * 3_000_000 + "[1]]"):
        with sqlite3.connect(cache) as connection:
            connection.execute("update answers set hops = ?", (value,))
        connection.close()
        assert said(web.url("/ok"), cache=cache)[0] == "alive"


def test_a_page_larger_than_any_of_ours_is_not_read(web: Web, cache: str) -> None:
    said(web.url("/ok"), cache=cache)
    with sqlite3.connect(cache) as connection:
        connection.execute("update answers set page = zeroblob(9000000)")
    connection.close()
    assert Cache(cache).page(web.url("/ok")) is None


def _write(path: str, start: int) -> None:
    store = Cache(path)
    for number in range(start, start + 60):
        at = time.time()
        capture = Capture(f"http://a.example/{number}", "http://a.example/", _utc(at), status=404)
        store.put(Known(capture, None, at, "1"), b"page")
        store.gone(f"http://a.example/{number}", _utc(at), "404")
    store.close()


def _utc(moment: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment, UTC)


def test_cookies_are_not_kept(web: Web, cache: str) -> None:
    made = checker(cache)
    made.check([web.url("/cookie")])
    made.close()
    assert b"met=1" not in Path(cache).read_bytes()


def test_several_processes_share_one_cache(cache: str) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(cache, start)) for start in (0, 0, 30, 60)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    store = Cache(cache)
    assert all(store.get(f"http://a.example/{number}") for number in range(120))
    assert {len(store.failures(f"http://a.example/{number}")) for number in range(120)} == {1}
    assert store.notes == []


def test_failures_closer_than_three_days_count_once(cache: str) -> None:
    store = Cache(cache)
    for at in (0.0, APART / 2, APART - 1, APART, APART + 1, 2 * APART + 5):
        store.gone("http://a.example/", _utc(1e9 + at), "404")
    assert [when.timestamp() - 1e9 for when, _ in store.failures("http://a.example/")] == [0.0, APART, 2 * APART + 5]


def test_a_handle_that_crashes_ends_the_run_with_its_error(web: Web) -> None:
    def handle(capture: Capture) -> bytes:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        checker(handle=handle, page_format="1").check([web.url(f"/ok/{n}") for n in range(20)])


# a run that is killed


RUN = """
import ipaddress, json, sys
from copydesk.origin.web import check, patience
from copydesk.origin import manners
patience.BACKOFF = 0.02
cache, *urls = json.loads(sys.stdin.read())
settings = manners.Manners(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),), timeout=1.0, delay=0.0, per_host=4,
                           concurrency=8, retries=1, cache=cache)
answers = check.OriginChecker(settings).check(urls)
print(json.dumps({url: answer.status for url, answer in answers.items()}))
"""


def test_a_killed_run_resumes_and_asks_nothing_twice(web: Web, cache: str, tmp_path: Path) -> None:
    kinds = ["ok"] * 14 + ["status/404", "reset", "drip", "loop", "bomb", "garbage"]
    urls = [web.url(f"/{kinds[n % 20]}?{n}", n % 5) for n in range(400)]
    web.latency = 0.01
    order = json.dumps([cache, *urls])

    def run(kill_at: int | None) -> dict[str, str]:
        command = [sys.executable, "-c", RUN]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdin
            process.stdin.write(order)
            process.stdin.close()
            while kill_at is not None and len(web.seen) < kill_at:
                time.sleep(0.01)
            if kill_at is not None:
                process.send_signal(signal.SIGKILL)
                return {}
            assert process.stdout
            return dict(json.loads(process.stdout.read()))

    run(kill_at=200)
    with sqlite3.connect(cache) as connection:
        stored = {row[0].split("/", 3)[3] for row in connection.execute("select url from answers")}
    connection.close()
    assert 50 < len(stored) < 350
    asked_before = len(web.seen)
    answers = run(kill_at=None)
    again = {path.split("/", 1)[1] for _, path, _ in web.seen[asked_before:]}
    assert not again & stored
    assert len(answers) == 400
    expected = {"ok": "alive", "bomb": "alive", "status": "failing"}
    assert all(answers[url] == expected.get(url.split("/")[3].split("?")[0], "unknown") for url in urls)


# whole runs


def contract(folder: Path, *lines: str) -> Path:
    path = folder / "c.yaml"
    settings = "".join(f"  {line}\n" for line in ("allow_networks: [127.0.0.0/8]", "delay: 0", *lines))
    path.write_text(f"contract: x\norigin:\n{settings}")
    return path


def test_online_runs_quarantine_the_dead_and_nothing_else(
    web: Web, check: Callable[..., Finished], tmp_path: Path
) -> None:
    web.robots = "User-agent: *\nDisallow: /ok/private"
    paths = ["status/200", "status/404", "status/410", "status/403", "status/400", "ok/private", "moved?/ok"]
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=path, url=web.url(f"/{path}")) for path in paths])
    store = Cache(str(tmp_path / "origin.sqlite3"))
    for ago in (4, 8):
        store.gone(web.url("/status/404"), _utc(time.time() - ago * DAY), "404")
    store.close()
    done = check(source, "-c", contract(tmp_path, "cache: origin.sqlite3"), "--online")
    assert dict(done.articles.select("article_id", "origin_status").rows()) == {
        "status/200": "alive", "status/404": "dead", "status/410": "failing", "status/403": "blocked", "status/400": "unknown",
        "ok/private": "unknown", "moved?/ok": "alive",
    }  # fmt: skip
    assert done.articles.filter(verdict="quarantined")["article_id"].to_list() == ["status/404"]
    found = done.findings.iter_rows(named=True)
    findings = {row["rule"]: row["article_id"] for row in found if row["code"].startswith("ORG")}
    expected = {
        "origin-dead": "status/404", "origin-failing": "status/410", "origin-blocked": "status/403", "origin-unknown": "status/400",
        "robots-disallowed": "ok/private",
    }  # fmt: skip
    assert findings == expected
    final = dict(done.articles.select("article_id", "final_url").rows())
    assert final["moved?/ok"] == web.url("/ok")


def test_a_broken_cache_is_named_in_the_run(web: Web, check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "origin.sqlite3").write_bytes(b"SQLite format 3\0" + b"broken" * 999)
    source = write_jsonl(tmp_path / "in.jsonl", [record(url=web.url("/ok"))])
    done = check(source, "-c", contract(tmp_path, "cache: origin.sqlite3"), "--online")
    assert any("was broken" in note for note in done.summary["notes"])


def test_a_file_that_is_no_cache_is_left_alone(web: Web, check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(url=web.url("/ok"))])
    before = source.read_bytes()
    done = check(source, "-c", contract(tmp_path, "cache: in.jsonl"), "--online")
    assert source.read_bytes() == before
    assert done.articles["origin_status"].to_list() == ["alive"]
    assert any("is another file, and left alone" in note for note in done.summary["notes"])


def test_without_online_nobody_is_asked(web: Web, check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(url=web.url("/ok"))]), "-c", contract(tmp_path))
    assert web.seen == []
    assert set(done.articles["origin_status"]) == {"not-checked"}
    assert set(done.articles["final_url"]) == {None}
    assert not default_path().exists()
