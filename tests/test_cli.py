"""The command line: instant help, clear errors, the right exit codes."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import copydesk as package
from conftest import ROOT, Finished, copydesk, record, write_jsonl
from copydesk import cli
from copydesk.rules import REGISTRY
from copydesk.verify import verify

HEAVY = ("polars", "pandera", "great_expectations", "pyarrow", "requests", "jinja2", "pandas", "yaml", "tldextract")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom copydesk.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as done:\n    assert done.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert done.stdout


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_an_offline_run_imports_nothing_that_it_does_not_need(suffix: str, tmp_path: Path) -> None:
    unneeded = (
        "tldextract",
        "requests",
        "fastwarc",
        "rapidfuzz",
        "sqlalchemy",
        "feedparser",
        "great_expectations",
        "pandas",  # which pandera and pyarrow load wherever they find it
    )
    source = write_jsonl(tmp_path / "in.jsonl", [record(), record(url="http://127.0.0.1/a")])
    if suffix == "parquet":
        source = tmp_path / "in.parquet"
        pl.read_ndjson(tmp_path / "in.jsonl").write_parquet(source)
    (tmp_path / "c.yaml").write_text("contract: x\n")
    arguments = [
        "check",
        str(source),
        "-c",
        str(tmp_path / "c.yaml"),
        "-o",
        str(tmp_path / "run"),
        "-q",
        "--no-history",
    ]
    code = (
        f"import gc, sys\nfrom copydesk.cli import main\nassert main({[*arguments, '--fail-on', 'never']!r}) == 0\n"
        f"print([name for name in {unneeded!r} if name in sys.modules], gc.isenabled())\n"
        "import pandas  # there all the same"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_version() -> None:
    assert copydesk("--version").stdout.decode().strip() == f"copydesk {package.__version__}"


def test_the_help_of_every_command_has_an_example_and_the_exit_codes() -> None:
    (commands,) = (action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    for name, command in {"": cli.parser(), **commands.choices}.items():
        told = command.format_help()
        assert "\nexample:\n" in told, name
        assert "\nexit codes:\n  0  " in told, name


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["chekc"],
        ["check"],
        ["check", "x", "--engine", "abacus"],
        ["check", "x", "--fail-on", "sometimes"],
        ["check", "x", "--onlin"],
        ["explain", "no-such-rule"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    done = copydesk(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_an_unknown_format_exits_2(program: Callable[..., Finished], tmp_path: Path) -> None:
    done = program("check", write_jsonl(tmp_path / "in.jsonl", [record()]), "--format", "xls", cwd=tmp_path)
    assert done.code == 2
    assert "known are" in done.err


def test_rules_lists_every_rule(program: Callable[..., Finished]) -> None:
    listed = program("rules").out
    assert all(slug in listed and rule.code in listed for slug, rule in REGISTRY.items())
    data = json.loads(program("rules", "--json").out)
    assert {entry["slug"] for entry in data} == set(REGISTRY)


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("origin-dead", ", asked with --online or --warc only.\n"),
        ("copy-uncredited", ", asked with `syndication: on` only.\n"),
        ("credentials-damaged", ", no fix.\n"),
    ],
)
def test_explain_says_when_a_rule_is_asked(slug: str, says: str, program: Callable[..., Finished]) -> None:
    assert says in program("explain", slug).out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chekc", "in.jsonl"], "'chekc' is none of check, fix, baseline"),
        (["chekc", "in.jsonl"], "did you mean check? (`copydesk --help` says more)"),
        (["check", "in.jsonl", "--ouput", "json"], "there is no option '--ouput'; did you mean --output?"),
        (["check", "in.jsonl", "--onlin"], "'--onlin'; did you mean --online? (`copydesk check --help` says more)"),
        (
            ["check", "in.jsonl", "--fail-on", "warnings"],
            "'warnings' is none of error, warning, never; did you mean warning?",
        ),
        (["verify", "run", "another"], "unexpected: 'another'"),
        (["check", "in.jsonl", "--on\x1b[2J"], "there is no option '--on\\x1b[2J'"),
    ],
)
def test_wrong_usage_is_told_in_one_line_with_what_was_meant(
    arguments: list[str], says: str, program: Callable[..., Finished]
) -> None:
    done = program(*arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.startswith("copydesk: ")
    assert done.err.count("\n") == 1


def test_without_a_command_the_help_is_shown(program: Callable[..., Finished]) -> None:
    done = program()
    assert done.code == 2
    assert "copydesk check articles.jsonl -o run" in done.err


def test_explain_takes_slug_or_code(program: Callable[..., Finished]) -> None:
    by_slug, by_code = program("explain", "url-white-space").out, program("explain", "url003").out
    assert by_slug == by_code
    assert "## Why it matters" in by_slug
    assert "did you mean url-white-space" in program("explain", "url-whitespace").err


def test_init_writes_what_check_then_uses_and_keeps_what_is_there(
    program: Callable[..., Finished], tmp_path: Path
) -> None:
    assert program("init", cwd=tmp_path).code == 0
    for name in (
        "checks/article.yaml",
        "checks/article.schema.json",
        "expectations/batch.json",
        "reports/runs/.gitignore",
        "reports/templates/report.html.j2",
        "reports/texts/en.yaml",
    ):
        assert (tmp_path / name).is_file()
    (tmp_path / "checks" / "article.yaml").write_text("contract: mine\n")
    program("init", cwd=tmp_path)
    assert (tmp_path / "checks" / "article.yaml").read_text() == "contract: mine\n"
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    done = copydesk("check", source, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["contract"]["path"] == str(Path("checks", "article.yaml"))
    assert (tmp_path / data["run_dir"] / "report.html").is_file()


def test_quiet_prints_nothing_and_no_colour_reaches_a_pipe(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    quiet = copydesk("check", source, "-o", tmp_path / "r", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, b"", b"")
    assert b"\x1b" not in copydesk("check", source, "-o", tmp_path / "r").stdout


def test_a_long_list_of_rules_does_not_push_the_verdict_off_the_screen(tmp_path: Path) -> None:
    done = copydesk("check", ROOT / "fixtures" / "defects", "-o", tmp_path / "run", "--no-history")
    told = done.stdout.decode().splitlines()
    assert sum(" of " in line and "article" in line and line.startswith("  error ") for line in told) == 20
    assert any(line.startswith("  and ") and "warning" in line and "in the report" in line for line in told)


@pytest.mark.parametrize("asked", ["rules", "rules --json"])
def test_a_reader_that_goes_away_is_no_error(asked: str) -> None:
    command = f"{sys.executable} -m copydesk {asked} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.parametrize("closed", ["2>&-", "1>&- 2>&-"])
def test_what_the_caller_closed_is_not_written_to(tmp_path: Path, closed: str) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    command = f"exec '{sys.executable}' -m copydesk check '{source}' -o '{tmp_path / 'run'}' --no-history {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"copydesk: PASSED") == ("1>" not in closed)
    assert verify(tmp_path / "run").passed


def test_report_of_something_else_exits_3(program: Callable[..., Finished], tmp_path: Path) -> None:
    for asked in (["report", tmp_path], ["report", tmp_path, "--against", tmp_path / "none"], ["verify", tmp_path]):
        done = program(*asked, cwd=tmp_path / "..")
        assert done.code == 3
        assert re.search(r"not a (finished )?run.*json cannot be read.*No such file", done.err)
        assert "Errno" not in done.err


@pytest.mark.parametrize("summary", [b"\xff", b"{}", b"[]", b"[" * 100_000, b'{"rules": []}', None])
def test_report_of_a_run_whose_summary_is_none_exits_3(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path, summary: bytes | None
) -> None:
    run = check(write_jsonl(tmp_path / "in.jsonl", [record()])).run
    told = {**json.loads((run / "summary.json").read_bytes()), "sources": []}
    (run / "summary.json").write_bytes(json.dumps(told).encode() if summary is None else summary)
    done = program("report", run)
    assert done.code == 3, done.err
    assert "not a run directory" in done.err


@pytest.mark.parametrize("name", ["articles.parquet", "findings.parquet"])
@pytest.mark.parametrize(
    "command", ["report {run}", "report {run} --against {other} -o c.html", "baseline {run} -o known.jsonl"]
)
def test_a_run_whose_tables_are_damaged_exits_3_in_one_line(
    check: Callable[..., Finished], program: Callable[..., Finished], tmp_path: Path, command: str, name: str
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title="")])
    run, other = check(source).run, check(source, out=tmp_path / "other").run
    for data in (b"half", None):
        if data is None:
            pl.DataFrame({"x": [1]}).write_parquet(run / name)
        else:
            (run / name).write_bytes(data)
        done = program(*command.format(run=run, other=other).split(), cwd=tmp_path)
        if "baseline" in command and name == "articles.parquet":
            assert done.code == 0  # which it does not need
        else:
            assert (done.code, done.err.count("\n")) == (3, 1), done.err


def test_a_defect_of_ours_is_no_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def defective(options: object) -> int:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("copydesk.commands.rules._rules", defective)
    assert cli.main(["rules"]) == 4
    assert capsys.readouterr().err.endswith(
        "copydesk: this is a defect of copydesk, please report it: ZeroDivisionError: a defect\n"
    )


@pytest.mark.parametrize("output", ["text", "json"])
def test_what_the_terminal_has_no_character_for_is_escaped(
    output: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    entries = [record(id=name, source=name, title="") for name in ("Вести é 😀", "Other")]
    source = write_jsonl(tmp_path / "in.jsonl", entries)
    done = copydesk("check", source, "-o", tmp_path / "run", "--output", output)
    assert (done.returncode, done.stderr) == (1, b"")
    assert rb"\u0412\u0435\u0441\u0442\u0438 \u00e9 \ud83d\ude00" in done.stdout
    assert output == "text" or "Вести é 😀" in json.loads(done.stdout)["sources"]


def test_the_terminal_names_the_first_records_that_cannot_be_read(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "in.jsonl").write_bytes(json.dumps(record()).encode() + b"\n{cut\n[1]\n::error::\n7\n8\n")
    done = check(tmp_path / "in.jsonl")
    told = done.out[done.out.index("\nunreadable:") :]
    assert f"  at 2 in {tmp_path / 'in.jsonl'}: not valid JSON" in told
    assert "not a JSON object but an array" in told
    assert "  and 2 more, all of them in " in told
    assert "unreadable:" not in check(write_jsonl(tmp_path / "good.jsonl", [record()])).out
