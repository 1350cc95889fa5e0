"""A run reconciles, appears whole or not at all, and exits with a meaningful code."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import copydesk as package
from conftest import TEXT, Finished, copydesk, record, write_jsonl
from copydesk import baseline
from copydesk import contract as contracts
from copydesk.articles.inputs import expand
from copydesk.engines.gathering import together
from copydesk.engines.local import run
from copydesk.errors import OutputError, UsageError
from copydesk.gate import Gate, decide
from copydesk.rundir import RunDirectory
from copydesk.verify import verify


@pytest.mark.parametrize(
    "manifest",
    [
        '{"files": [1], "inputs": {}}',
        '{"files": {"mine.txt": "1.0"}, "name": "an extension of a browser"}',
        '{"files": {"mine.txt": "1.0"}, "inputs": {}}',
        json.dumps({"files": dict.fromkeys((".", "reports", "a\x00b", "�"), "0" * 64), "inputs": {}}),
        "[" * 100_000,
    ],
)
def test_a_manifest_that_no_run_has_written_takes_nothing_away(
    check: Callable[..., Finished], tmp_path: Path, manifest: str
) -> None:
    folder = tmp_path / "run"
    (folder / "reports").mkdir(parents=True)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), out=folder)
    assert done.code == 0, done.err
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "reports").is_dir()
    assert "summary.json" in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]


def test_a_manifest_takes_away_nothing_of_the_run_under_way(check: Callable[..., Finished], tmp_path: Path) -> None:
    names = (".copydesk-partial/accepted.jsonl", "../in.jsonl", "circle/x")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "circle").symlink_to("circle")
    manifest = {"files": dict.fromkeys(names, "0" * 64), "inputs": {}}
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = check(source := write_jsonl(tmp_path / "in.jsonl", [record()]), out=tmp_path / "run")
    assert done.code == 0, done.err
    assert (done.run / "accepted.jsonl").read_bytes() == source.read_bytes()


def test_a_link_in_the_run_directory_leads_nothing_out_of_it(check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run" / "accepted").symlink_to(tmp_path / "elsewhere")
    (story := tmp_path / "story.txt").write_text(f"Ferry Resumes\n\n{TEXT}\n", encoding="utf-8")
    done = check(story, out=tmp_path / "run")
    assert done.code in (0, 1), done.err
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert verify(done.run, tmp_path).passed


def test_files_of_one_record_are_judged_together(check: Callable[..., Finished], tmp_path: Path) -> None:
    frames = [pl.DataFrame({"record": [number] * (number % 3)}, {"record": pl.Int64()}) for number in range(2_000)]
    gathered = list(together(frames))
    assert len(gathered) < 6
    assert pl.concat(gathered).equals(pl.concat(frames))
    folder = tmp_path / "in"
    folder.mkdir()
    records = [record(id=str(number), title="Ferry Resumes" if number % 2 else "") for number in range(30)]
    for number, item in enumerate(records):
        (folder / f"{number:02}.json").write_text(json.dumps(item), encoding="utf-8")
    (folder / "07.json").write_text("{", encoding="utf-8")
    done = check(folder, write_jsonl(tmp_path / "last.jsonl", [record(id="last")]))
    assert done.summary["counts"] == {"read": 31, "accepted": 15, "quarantined": 15, "unreadable": 1}
    accepted = {file.name: file.read_bytes() for file in (done.run / "accepted").iterdir()}
    assert accepted == {
        name: (folder / name).read_bytes() for number in range(1, 30, 2) if (name := f"{number:02}.json") != "07.json"
    }
    last = pl.read_parquet(done.run / "articles.parquet").row(-1, named=True)
    assert (last["article_id"], last["record"], last["verdict"]) == ("last", 30, "accepted")


def test_an_input_that_changes_while_it_is_read_is_named(tmp_path: Path) -> None:
    still, growing = (write_jsonl(tmp_path / f"{name}.jsonl", [record()]) for name in ("still", "growing"))

    def grow(name: str, done: int, size: int | None) -> None:
        growing.write_text(json.dumps(record(id="b")), encoding="utf-8")

    notes = run(expand([str(still), str(growing)]), contracts.read(), tmp_path / "run", progress=grow).summary["notes"]
    assert [note for note in notes if "changed while it was read" in note and "growing" in note]
    assert not [note for note in notes if "still.jsonl" in note]


def test_the_summary_reconciles_and_the_manifest_holds_every_digest(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(
        tmp_path / "in.jsonl", [record(), record(id="b", title=""), record(id="c", url="https://other.example/x")]
    )
    done = check(source)
    summary = done.summary
    counts = summary["counts"]
    assert counts["read"] == counts["accepted"] + counts["quarantined"] + counts["unreadable"] == 3
    assert sum(entry["articles"] for entry in summary["sources"].values()) == 3
    rule = summary["rules"]["title-missing"]
    assert rule.pop("documentation")["summary"] == "The article has no title."
    assert rule == {"code": "TTL001", "severity": "error", "checked": 3, "failed": 1}
    assert summary["gate"]["passed"] is False
    assert summary["inputs"] == [
        {
            "path": str(source),
            "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
            "records": 3,
            "format": "jsonl",
        }
    ]
    manifest = json.loads((done.run / "manifest.json").read_text())
    files = {path.relative_to(done.run).as_posix() for path in done.run.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((done.run / name).read_bytes()).hexdigest() == digest
    assert not [path for path in done.run.iterdir() if path.name.startswith(".")]


def test_findings_say_where(check: Callable[..., Finished], tmp_path: Path) -> None:
    text = "Zeile eins – länger.\n" + TEXT + "\n  • Related article: Something Else  \nEnde."
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b", text=text)]))
    [finding] = done.findings.filter(pl.col("rule") == "related-link").to_dicts()
    assert (finding["record"], finding["article_id"], finding["source"]) == (1, "b", "example.com")
    assert (finding["rule"], finding["code"], finding["severity"]) == ("related-link", "RES001", "error")
    assert (finding["field"], finding["line"]) == ("body", 5)
    assert text[finding["start"] : finding["end"]] == finding["evidence"] == "• Related article: Something Else"
    assert text[: finding["start"]].endswith(finding["before"])
    assert text[finding["end"] :].startswith(finding["after"])


def test_evidence_and_what_surrounds_it_are_bounded(check: Callable[..., Finished], tmp_path: Path) -> None:
    tag = f'<a href="https://www.example.com/{"ferry/" * 40}">'
    text = f"See\n{tag}there, it is said.\n{TEXT}\n{tag}{TEXT}"
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title="Tom &amp; Jerry", text=text)]))
    found = done.findings.filter(pl.col("rule") == "markup", pl.col("field") == "body").to_dicts()
    assert [finding["line"] for finding in found] == [2, 6]
    for finding in found:
        start, end = finding["start"], finding["end"]
        assert text[start:end] == tag
        assert finding["evidence"] == tag[:200]
        assert finding["before"] == text[max(0, start - 90) : start]
        assert finding["after"] == text[end : end + 90]
    [title] = done.findings.filter(pl.col("field") == "title").to_dicts()
    assert (title["line"], title["start"], title["end"], title["evidence"]) == (None, 4, 9, "&amp;")
    assert (title["before"], title["after"], title["repair"], title["safe"]) == ("Tom ", " Jerry", "&", True)


def test_of_very_many_findings_of_a_rule_in_an_article_the_last_counts_the_others(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    related = "Related article: Harbour Wall Repaired"
    entries = [record(id=str(count), text="\n".join([TEXT, *[related] * count])) for count in (500, 503)]
    done = check(write_jsonl(tmp_path / "in.jsonl", entries))
    found = done.findings.filter(pl.col("rule") == "related-link")
    assert found.group_by("article_id", maintain_order=True).len().rows() == [("500", 500), ("503", 500)]
    *others, last = found["message"]
    assert last == f"{others[0]} (and 3 more in this article)"
    assert set(others) == {others[0]}


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_fail_on_decides_the_exit_code(fail_on: str, code: int, check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(authors=[])])
    assert check(source, "--fail-on", fail_on).code == code


def test_unreadable_records_fail_the_gate_unless_a_share_is_allowed(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=str(n)) for n in range(9)])
    source.write_text(source.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    assert check(source).code == 1
    contract = tmp_path / "c.yaml"
    contract.write_text("contract: c\ngate: {unreadable: 0.1}\n")
    assert check(source, "-c", contract).code == 0


def test_a_crashing_rule_exits_4_and_leaves_nothing(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.rules.titles import TitleMissing

    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    monkeypatch.setattr(TitleMissing, "passes", lambda self: pl.col("title").str.to_integer() > 1)
    done = check(source)
    assert done.code == 4
    assert "title-missing crashed" in done.err
    assert not done.run.exists()


def test_crashing_evidence_exits_4_too(
    check: Callable[..., Finished], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.rules.titles import TitleMissing

    monkeypatch.setattr(TitleMissing, "find", lambda self, article: 1 // 0)
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title="")]))
    assert done.code == 4
    assert "title-missing crashed on record 0" in done.err
    assert not done.run.exists()


def test_pandera_cannot_be_switched_off_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    monkeypatch.setenv("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")
    done = copydesk("check", write_jsonl(tmp_path / "in.jsonl", [record(title="")]), "-o", tmp_path / "run")
    assert done.returncode == 1


def test_an_output_folder_that_cannot_be_written_exits_4(check: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), out=tmp_path / "file" / "run")
    assert done.code == 4
    assert "cannot write there" in done.err


def test_a_killed_run_leaves_nothing_that_looks_finished_and_the_folder_can_be_used_again(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=str(n), title="") for n in range(2_000)])
    out = tmp_path / "run"
    command = [sys.executable, "-m", "copydesk", "check", str(source), "-o", str(out), "--no-history"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not (out / ".copydesk-partial" / "accepted.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == []
    again = copydesk("check", source, "-o", out, "--fail-on", "never")
    assert again.returncode == 0
    assert json.loads((out / "summary.json").read_text())["counts"]["read"] == 2_000
    assert not (out / ".copydesk-partial").exists()


def test_a_second_run_replaces_the_first_whole(check: Callable[..., Finished], tmp_path: Path) -> None:
    check(write_jsonl(tmp_path / "a.jsonl", [record()]))
    story = tmp_path / "b.txt"
    story.write_text(
        f"Ferry\n\nBy Jo\n\nJune 14, 2025\n\n{TEXT}\n\nOriginal url:\n\nhttps://example.com/a\n", encoding="utf-8"
    )
    done = check(story)
    assert not (done.run / "accepted.jsonl").exists()
    assert [path.name for path in (done.run / "accepted").iterdir()] == ["b.txt"]


def test_two_runs_cannot_write_to_one_folder_at_a_time(check: Callable[..., Finished], tmp_path: Path) -> None:
    with RunDirectory(tmp_path / "run"):
        done = check(write_jsonl(tmp_path / "in.jsonl", [record()]))
    assert done.code == 4
    assert "another run" in done.err


def test_a_report_is_not_written_into_a_folder_that_a_run_is_writing(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path
) -> None:
    run = check(write_jsonl(tmp_path / "in.jsonl", [record()])).run
    before = (run / "report.html").read_bytes()
    with RunDirectory(run):
        done = program("report", run, "--language", "de", cwd=tmp_path)
    assert done.code == 4
    assert "another run is writing there" in done.err
    assert (run / "report.html").read_bytes() == before
    assert program("report", run, "--language", "de", cwd=tmp_path).code == 0
    assert program("verify", run, cwd=tmp_path).code == 0  # the lock is gone with the report


def test_ids_are_the_same_in_every_format_and_run(check: Callable[..., Finished], tmp_path: Path) -> None:
    entry = record()
    del entry["id"]
    first = check(write_jsonl(tmp_path / "a.jsonl", [entry]), out=tmp_path / "r1").articles["article_id"][0]
    (tmp_path / "b.json").write_text(json.dumps([entry]))
    second = check(tmp_path / "b.json", out=tmp_path / "r2").articles["article_id"][0]
    assert first == second
    assert len(first) == 16


def test_records_that_share_an_id_are_named(check: Callable[..., Finished], tmp_path: Path) -> None:
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b"), record()]))
    assert done.summary["notes"] == [
        "one id is shared by several records: 'a1' by 2, the first is record 0, the last 2"
    ]
    assert "shared by several records" in done.out
    assert done.summary["counts"]["accepted"] == 3


def test_names_that_are_not_known_are_told_from_fields_that_are_missing(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    def told(name: str, entries: list[dict[str, Any]]) -> list[str]:
        done = check(write_jsonl(tmp_path / name, entries), "--no-history", out=tmp_path / "run")
        return [note for note in done.summary["notes"] if "copydesk init --from" in note]

    foreign = {
        "id": "a",
        "adresse": "https://a.example/2025/06/14/ferry",
        "kop": "Ferry Resumes",
        "text": TEXT,
        "dag": "2025-06-14",
    }
    assert told("kop.jsonl", [foreign, {**foreign, "id": "b"}]) == [
        "no record has a title, a URL or a date under a name that is known: `copydesk init --from` guesses what yours are called, "
        "and `fields` in the contract says it"
    ]
    assert told("some.jsonl", [foreign, record(id="b")]) == []
    assert told("date.jsonl", [record(date="")]) == []
    (tmp_path / "one.txt").write_text("Ferry Resumes\n", encoding="utf-8")
    assert check(tmp_path / "one.txt", "--no-history").summary["notes"] == []


def test_a_source_that_the_contract_names_in_another_way_is_told(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    contract = tmp_path / "c.yaml"
    contract.write_text(
        "contract: x\nsources:\n  https://WWW.example.com/: {rules: {byline-missing: off}}\n"
        "  example.org: {rules: {byline-missing: off}}\n",
        encoding="utf-8",
    )
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    assert check(source, "-c", contract).summary["notes"] == [
        "the contract names the source https://WWW.example.com/, which has no article here: example.com has"
    ]
    contract.write_text("contract: x\nsources:\n  example.com: {rules: {byline-missing: off}}\n", encoding="utf-8")
    assert check(source, "-c", contract).summary["notes"] == []


def test_a_line_of_50_mb_is_checked_like_any_other(check: Callable[..., Finished], tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(text="word " * 10_000_000), record(id="b")])
    done = check(source)
    assert done.code == 0
    assert (done.run / "accepted.jsonl").read_bytes() == source.read_bytes()


def test_the_python_interface(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b", title="")])
    run = package.check(source)
    assert not run.passed
    assert run.accepted["article_id"].to_list() == ["a1"]
    assert run.quarantined["body"].to_list() == [TEXT]
    assert run.findings["rule"].to_list() == ["title-missing"]
    assert run.path is None
    written = package.check(str(source), out=tmp_path / "run")
    assert (tmp_path / "run" / "report.html").is_file()
    assert written.summary["counts"]["read"] == 2


@pytest.mark.parametrize("kind", ["polars", "pandas", "arrow", "arrow of views"])
def test_split_returns_what_it_was_given(kind: str) -> None:
    frame = pl.DataFrame([record(), record(id="b", title=None), record(id="c")])
    newest = pl.CompatLevel.newest()
    given = {
        "polars": lambda: frame,
        "pandas": frame.to_pandas,
        "arrow": frame.to_arrow,
        "arrow of views": lambda: frame.to_arrow(compat_level=newest),
    }[kind]()
    good, bad, findings = package.split(given)
    assert type(good) is type(bad) is type(findings) is type(given)

    def ids(part: object) -> list[str]:
        column = part["id"]  # type: ignore[index]
        return list(column.to_pylist() if kind.startswith("arrow") else column)

    assert ids(good) == ["a1", "c"]
    assert ids(bad) == ["b"]


def test_split_sees_articles_that_lie_in_a_container_as_a_file_of_them_is_seen(tmp_path: Path) -> None:
    frame = pl.DataFrame([{"attributes": record()}, {"attributes": record(id="b", title="")}])
    frame.write_parquet(tmp_path / "in.parquet")
    run = package.check(tmp_path / "in.parquet")
    good, bad, _ = package.split(frame)
    assert good.equals(frame[:1])
    assert bad.equals(frame[1:])
    assert run.accepted.height == run.quarantined.height == 1


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("note", pd.Series(["\ud800"], dtype=object), "the column 'note' holds '\\ud800', half a character"),
        ("n\ud800", pd.Series(["x"], dtype=object), "half a character"),
        ("note", pd.arrays.SparseArray([0]), "column note"),
    ],
)
def test_split_names_the_column_that_it_cannot_take(name: str, values: Any, says: str) -> None:
    frame = pd.DataFrame([record()]).drop(columns="authors")
    frame.columns = frame.columns.astype(object)
    frame[name] = values
    with pytest.raises(UsageError) as error:
        package.split(frame)
    assert says in str(error.value)


def test_only_what_a_run_wrote_is_replaced_and_inputs_inside_are_refused(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    done = check(source)
    (done.run / "accepted_notes.md").write_text("mine")
    (done.run / "quarantined_photos").mkdir()
    assert check(source).code == 0
    assert (done.run / "accepted_notes.md").read_text() == "mine"
    assert (done.run / "quarantined_photos").is_dir()
    inside = check(done.run / "accepted.jsonl")
    assert inside.code == 2
    assert "lies in the run directory" in inside.err
    assert (done.run / "accepted.jsonl").is_file()


@pytest.mark.parametrize("command", ["| head -c0", "| true", ">&-"])
def test_a_closed_output_changes_no_verdict(command: str, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    shell = (
        f"{sys.executable} -m copydesk check {source} -o {tmp_path / 'run'} --no-history --json {command}; "
        "exit ${PIPESTATUS[0]}"
    )
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_a_full_disk_exits_4(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", "check", source, "-o", tmp_path / "run", "--no-history"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr


def test_a_named_pipe_is_digested_as_it_is_read(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    shell = f"{sys.executable} -m copydesk check <(cat {source}) -o {tmp_path / 'run'} --no-history -q"
    assert subprocess.run(["bash", "-c", shell], check=False, timeout=60).returncode == 0
    [entry] = json.loads((tmp_path / "run" / "summary.json").read_text())["inputs"]
    assert entry["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()


def test_the_gate_passes_at_exactly_the_share_that_is_allowed() -> None:
    for share in range(1, 100):
        counts = {"read": 100, "quarantined": share, "unreadable": 0}
        allowed = float(f"0.{share:02}")
        assert decide(Gate(quarantined=allowed), counts, 0, []).passed, share
        assert not decide(Gate(quarantined=allowed), {**counts, "quarantined": share + 1}, 0, []).passed, share


def suite(severity: str, **told: Any) -> dict[str, Any]:
    entry = {"severity": severity, "observed": "1"}
    held, failed = {"success": True, "says": "it held"}, {"success": False, "says": f"{severity} failed"}
    return {"over": "batch", "expectations": [{**entry, **held}, {**entry, **failed}], **told}


def drift(severity: str) -> dict[str, str]:
    return {"severity": severity, "says": f"{severity} drift"}


@pytest.mark.parametrize(
    ("gate", "warned", "reasons"),
    [
        (Gate(), 1, ["batch: critical failed: observed 1"]),
        (
            Gate("warning"),
            2_000,
            [
                "2,000 accepted or quarantined articles have warnings",
                "batch: critical failed: observed 1",
                "batch: warning failed: observed 1",
            ],
        ),
        (Gate("warning"), 0, ["batch: critical failed: observed 1", "batch: warning failed: observed 1"]),
        (Gate(drift="critical"), 0, ["batch: critical failed: observed 1", "drift: critical drift"]),
        (
            Gate(drift="warning"),
            0,
            ["batch: critical failed: observed 1", "drift: critical drift", "drift: warning drift"],
        ),
        (Gate("never", drift="critical"), 1, []),
    ],
)
def test_the_gate_fails_for_what_it_is_told_to_fail_for_and_says_each_reason(
    gate: Gate, warned: int, reasons: list[str]
) -> None:
    of_groups = [
        suite("critical", source="a.example"),
        suite("critical", input="b.jsonl"),
    ]  # named by the suite's own entry
    suites = [*of_groups, *map(suite, ("critical", "warning", "info"))]
    drifts = [drift(severity) for severity in ("critical", "warning", "info")]
    decision = decide(gate, {"read": 3_000, "quarantined": 0, "unreadable": 0}, warned, suites, drifts)
    assert (decision.passed, list(decision.reasons)) == (not reasons, reasons)


def test_the_gate_says_how_many_records_are_too_many() -> None:
    counts = {"read": 4_000, "quarantined": 2_000, "unreadable": 3_000}
    assert decide(Gate(quarantined=0.25, unreadable=0.5), counts, 0, []).reasons == (
        "2,000 of 4,000 records quarantined (50 %), allowed 25 %",
        "3,000 of 4,000 records unreadable (75 %), allowed 50 %",
    )
    assert decide(Gate(), {"read": 0, "quarantined": 0, "unreadable": 0}, 0, []).passed


def test_split_knows_the_baseline_of_its_contract(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title=None)])
    package.check(source, out=tmp_path / "run")
    baseline.write(tmp_path / "known.jsonl", baseline.of_run(tmp_path / "run"))
    (tmp_path / "c.yaml").write_text("contract: x\nbaseline: known.jsonl\n")
    good, bad, findings = package.split(pl.DataFrame([record(title=None)]), tmp_path / "c.yaml")
    assert (good.height, bad.height) == (1, 0)
    assert findings["baseline"].all()


def test_an_empty_frame_of_pandas_keeps_its_columns() -> None:
    frame = pl.DataFrame([record()]).to_pandas()[:0]
    good, bad, _ = package.split(frame)
    assert list(good.columns) == list(bad.columns) == list(frame.columns)


def test_no_two_runs_hold_one_folder_however_they_come_and_go(tmp_path: Path) -> None:
    inside: list[int] = []
    together: list[int] = []

    def come_and_go() -> None:
        for _ in range(500):
            with suppress(OutputError), RunDirectory(tmp_path):
                inside.append(1)
                together.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=come_and_go) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(together) == {1}


def test_a_run_that_could_not_begin_holds_its_folder_no_longer(tmp_path: Path) -> None:
    (in_the_way := tmp_path / ".copydesk-partial").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot write there"), RunDirectory(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == [in_the_way]
    in_the_way.unlink()
    with RunDirectory(tmp_path):
        assert in_the_way.is_dir()


def test_a_run_without_a_record_leaves_no_folder_of_its_own(check: Callable[..., Finished], tmp_path: Path) -> None:
    assert check(tmp_path / "nothing.jsonl", out=tmp_path / "new" / "run").code == 3
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    assert check(tmp_path / "nothing.jsonl", out=tmp_path / "old").code == 3
    assert not list((tmp_path / "old").iterdir())
