"""`copydesk check - --accepted -` between real programs, with real pipes and real signals."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import copydesk, record, write_jsonl
from copydesk import contract as contracts
from copydesk.articles.inputs import Input
from copydesk.cli import main
from copydesk.commands import stream
from copydesk.engines import live
from copydesk.engines.local import run

_RUN = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from copydesk.cli import main; sys.exit(main())"
"""Programs in the background of a shell ignore SIGINT; this one does not."""


def line(number: int, **fields: Any) -> bytes:
    return json.dumps(record(id=f"a{number}", **fields), ensure_ascii=False).encode() + b"\n"


LINES = [line(n, title="" if n % 3 == 0 else "Ferry Resumes") for n in range(20)]
GOOD = [entry for n, entry in enumerate(LINES) if n % 3]


@contextmanager
def filtering(out: Path, *options: object) -> Iterator["subprocess.Popen[bytes]"]:
    """The program as a filter, with pipes on all sides."""
    command = [sys.executable, "-c", _RUN, "check", "-", "--accepted", "-", "--no-history", "-o", out, *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(list(map(str, command)), bufsize=0, **pipes) as running:  # type: ignore[call-overload]
        try:
            yield running
        finally:
            running.kill()


def feed(running: "subprocess.Popen[bytes]", lines: Sequence[bytes]) -> None:
    assert running.stdin is not None
    for entry in lines:
        running.stdin.write(entry)


def take(running: "subprocess.Popen[bytes]", count: int) -> list[bytes]:
    """The next ``count`` lines that come out."""
    assert running.stdout is not None
    return [running.stdout.readline() for _ in range(count)]


def summary(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))


def accounted(out: Path) -> list[bytes]:
    """Everything that the run holds, in the order of the input."""
    rows = [
        entry for name in ("accepted", "quarantined") for entry in (out / f"{name}.jsonl").read_bytes().splitlines(True)
    ]
    return sorted(rows, key=lambda entry: int(json.loads(entry)["id"][1:]))


def test_a_pipeline_passes_the_accepted_on_and_completes_the_run(tmp_path: Path) -> None:
    source, out, index = tmp_path / "in.jsonl", tmp_path / "run", tmp_path / "index.jsonl"
    source.write_bytes(b"".join(LINES) + b"\n" + b"{broken\n")
    program = f"{shlex.quote(sys.executable)} -m copydesk check - --accepted - --no-history -q -o {out}"
    shell = f"set -o pipefail; cat {source} | {program} | cat > {index}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr  # the data is bad, as without a pipe
    assert index.read_bytes() == (out / "accepted.jsonl").read_bytes() == b"".join(GOOD)
    assert accounted(out) == LINES
    assert summary(out)["counts"] == {"read": 21, "accepted": 13, "quarantined": 7, "unreadable": 1}
    assert "url-shared need others beside it and were not asked" in summary(out)["notes"][0]
    assert main(["verify", str(out)]) == 0
    assert (out / "report.html").is_file()


def test_records_come_out_while_the_input_is_open(tmp_path: Path) -> None:
    with filtering(tmp_path / "run", "-q") as running:
        feed(running, [line(1)])
        assert take(running, 1) == [line(1)]
        started = time.monotonic()
        feed(running, [line(2, title=""), line(3)])
        assert take(running, 1) == [line(3)]
        assert time.monotonic() - started < 10  # a fraction of a second on a machine that does nothing else
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(60) == 1


def test_the_last_line_needs_no_end_and_comes_out_with_one(tmp_path: Path) -> None:
    with filtering(tmp_path / "run", "-q") as running:
        out, said = running.communicate(line(1) + line(2)[:-1], timeout=60)
    assert (out, said, running.returncode) == (line(1) + line(2), b"", 0)


def test_a_signal_ends_the_stream_in_order(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with filtering(out) as running:
        feed(running, LINES)
        first = take(running, 1)
        feed(running, [line(40)[:50]])  # in the middle of a record
        time.sleep(0.5)
        running.send_signal(signal.SIGTERM)
        running.send_signal(signal.SIGTERM)  # whoever is impatient does not lose what has been taken
        time.sleep(0.2)
        feed(running, [line(40)[50:]])
        rest, said = running.communicate(timeout=90)
    assert running.returncode == 1
    assert [*first, *rest.splitlines(True)] == [*GOOD, line(40)]
    assert accounted(out) == [*LINES, line(40)]
    assert "the stream was ended by SIGTERM" in summary(out)["notes"]
    assert b"interrupted" not in said
    assert main(["verify", str(out)]) == 0


def test_a_record_that_never_ends_is_kept_as_unreadable(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with filtering(out, "-q") as running:
        feed(running, [line(1)])
        take(running, 1)
        feed(running, [line(2)[:50]])
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 1
    [kept] = map(json.loads, (out / "unreadable.jsonl").read_text(encoding="utf-8").splitlines())
    assert kept["raw"].encode() == line(2)[:50]
    assert kept["reason"] == "the stream ended in the middle of this record"
    assert summary(out)["counts"] == {"read": 2, "accepted": 1, "quarantined": 0, "unreadable": 1}


def test_a_reader_that_goes_away_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with filtering(out) as running:
        assert running.stdout is not None
        feed(running, LINES)
        got = take(running, 3)
        running.stdout.close()
        feed(running, [line(41), line(42)])
        assert running.stderr is not None
        said = running.stderr.read()
        assert running.wait(60) == 4
    kept = (out / "accepted.jsonl").read_bytes().splitlines(True)
    assert kept[:3] == got == GOOD[:3]
    taken = accounted(out)
    assert taken == [*LINES, line(41), line(42)][: len(taken)]
    assert len(taken) >= len(LINES)
    assert b"accepted records were written to standard output whole" in said
    assert any(note.startswith("standard output was closed") for note in summary(out)["notes"])


def test_what_was_delivered_is_on_disk_even_if_the_program_is_killed(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with filtering(out) as running:
        feed(running, LINES[:10])
        got = take(running, 6)
        running.kill()
        running.wait(60)
    aside = out / ".copydesk-partial"
    assert got == GOOD[:6]
    assert (aside / "accepted.jsonl").read_bytes().splitlines(True)[:6] == got
    assert (
        len((aside / "quarantined.jsonl").read_bytes().splitlines()) >= 3
    )  # written before what came behind them was told
    assert not (out / "summary.json").exists()


def test_what_rules_print_does_not_get_into_the_records(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import polars as pl\nfrom copydesk.rules import Rule, Severity, rule\n"
        "@rule('X001', 'chatty', severity=Severity.ERROR, field='title')\nclass Chatty(Rule):\n"
        '    """Chatty."""\n    def passes(self):\n        print("here I am")\n        return pl.lit(True)\n'
    )
    with filtering(tmp_path / "run", "-q", "--rules", tmp_path / "mine.py") as running:
        out, said = running.communicate(line(1), timeout=60)
    assert (out, running.returncode) == (line(1), 0)
    assert b"here I am" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["in.jsonl"],
        ["-", "in.jsonl"],
        ["-", "--json"],
        ["-", "--online"],
        ["-", "--format", "csv"],
    ],
)
def test_what_does_not_stream_is_refused(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "in.jsonl", [record()])
    assert main(["check", "--accepted", "-", *arguments]) == 2
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "reports").exists()


def test_no_record_is_exit_3_as_ever(tmp_path: Path) -> None:
    done = copydesk("check", "-", "--accepted", "-", "-o", tmp_path / "run", stdin=b"\n\n")
    assert (done.returncode, done.stdout) == (3, b"")
    assert not list((tmp_path / "run").glob("*"))


def test_a_line_that_does_not_end_is_unreadable_and_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module, name in ((stream, "LONGEST"), (live, "LONGEST"), (live, "SIZE")):
        monkeypatch.setattr(module, name, 2_000)
    monkeypatch.setattr(stream, "_PIECE", 400)
    source, feeding = os.pipe()
    taking, target = os.pipe()
    os.write(feeding, line(1) + b"[" * 8_000 + b"\n" + line(2, title="") + line(3))
    os.close(feeding)
    pipe = stream.Pipe(source, target)
    run([Input(None, "in")], contracts.read(), tmp_path / "run", live=live.Live(pipe, pipe.settled))
    os.close(target)
    with os.fdopen(taking, "rb") as taken:
        assert taken.read() == line(1) + line(3)
    os.close(source)
    [kept] = map(json.loads, (tmp_path / "run" / "unreadable.jsonl").read_text(encoding="utf-8").splitlines())
    assert (kept["position"], kept["reason"].partition(":")[0][:11]) == (2, "longer than")
    assert set(kept["raw"]) == {"["}
    assert 2_000 < len(kept["raw"]) <= 2_400
    assert pl.read_parquet(tmp_path / "run" / "articles.parquet")["position"].to_list() == [1, 3, 4]


def test_a_reader_that_has_gone_before_the_first_record_is_no_empty_input(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with filtering(out) as running:
        assert running.stdout is not None
        running.stdout.close()
        feed(running, LINES[1:3])
        assert running.stderr is not None
        said = running.stderr.read()
        assert running.wait(60) == 4
    assert (out / "accepted.jsonl").read_bytes() == LINES[1]
    assert b"0 accepted records were written to standard output whole, 1 were not" in said


def test_a_reader_that_has_gone_before_an_empty_input_ends_is_said(tmp_path: Path) -> None:
    with filtering(tmp_path / "run") as running:
        assert running.stdout is not None
        assert running.stdin is not None
        assert running.stderr is not None
        running.stdout.close()
        running.stdin.close()
        said = running.stderr.read()
        assert running.wait(60) == 4
    assert b"standard output was closed before a record came" in said
