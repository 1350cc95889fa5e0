"""Rules of a user's own, and built-in rules in a schema of a user's own."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest

from conftest import ROOT, TEXT, Finished, record, write_jsonl
from copydesk import contract as contracts
from copydesk.cli import main
from copydesk.errors import ContractError, UsageError
from copydesk.rules import REGISTRY, catalogue, check
from copydesk.rules.catalogue import catalogue as all_rules

Check = Callable[..., Finished]
SHOWN = re.findall(
    r"```(?:python|yaml)\n(.*?)```", (ROOT / "docs" / "rules-in-python.md").read_text(encoding="utf-8"), re.S
)
LONG = ("A title that goes on and on " * 5).strip()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The documented file of rules, and the documented contract beside it."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "checks").mkdir()
    (tmp_path / "rules" / "desk.py").write_text(SHOWN[0])
    path = tmp_path / "checks" / "article.yaml"
    path.write_text(SHOWN[1])
    return path


def test_the_documented_rule_is_a_rule_like_every_other(check: Check, desk: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record(title=LONG)])
    done = check(source, "-c", desk)
    assert done.code == 1
    assert done.findings.select("rule", "code", "severity", "message").rows() == [
        ("title-too-long", "DESK001", "error", f"{len(LONG)} characters")
    ]
    report = (done.run / "report.html").read_text(encoding="utf-8")
    assert "The title is longer than our front page takes." in report
    assert "It is cut in the middle of a word." in report
    (desk.parent.parent / "rules" / "desk.py").unlink()  # the report needs the run alone
    assert main(["report", str(done.run)]) == 0
    assert "It is cut in the middle of a word." in (done.run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("passes", "says"),
    [
        ("pl.colx('title')", "AttributeError: module 'polars' has no attribute 'colx'"),
        ("True", "passes() gives no polars expression but True"),
        ("pl.col('titel') == ''", "ColumnNotFoundError"),
        ("pl.col('title').str.len_chars()", "passes() gives UInt32 and no booleans"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_named(passes: str, says: str, check: Check, desk: Path, tmp_path: Path) -> None:
    rules = desk.parent.parent / "rules" / "desk.py"
    rules.write_text(
        re.sub(r"return \(pl\.col.*", f"return {passes}", rules.read_text(encoding="utf-8")), encoding="utf-8"
    )
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(), record(id="b", title=LONG)]), "-c", desk)
    assert done.code == 4
    assert "the rule title-too-long crashed" in done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert not done.run.exists()


def test_it_is_listed_explained_and_fixed(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "rules" / "desk.py")
    assert main(["rules", "-c", str(desk)]) == 0
    assert "DESK001  title-too-long" in capsys.readouterr().out
    assert main(["explain", "desk001", "--rules", file]) == 0
    assert "longer than our front page takes" in capsys.readouterr().out
    source = write_jsonl(tmp_path / "in.jsonl", [record(title=LONG)])
    assert main(["fix", str(source), "-o", str(tmp_path / "o.jsonl"), "-q", "--unsafe", "--rules", file]) == 0
    assert json.loads((tmp_path / "o.jsonl").read_text())["title"].endswith("…")


def test_it_belongs_to_the_contract_that_names_it(desk: Path, tmp_path: Path) -> None:
    assert "title-too-long" in contracts.read(desk).catalogue
    (tmp_path / "plain.yaml").write_text("contract: x\n")
    assert "title-too-long" not in contracts.read(tmp_path / "plain.yaml").catalogue
    assert "title-too-long" not in REGISTRY
    (tmp_path / "c.yaml").write_text("contract: x\nplugins: [rules/desk.py]\nrules: {title-too-long: {longst: 3}}\n")
    with pytest.raises(ContractError, match="did you mean longest"):
        contracts.read(tmp_path / "c.yaml")


def test_a_suite_may_speak_of_it(check: Check, desk: Path, tmp_path: Path) -> None:
    expectation = {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "passes_title_too_long", "value_set": [True]},
    }
    (desk.parent / "suite.json").write_text(json.dumps({"name": "s", "expectations": [expectation]}))
    desk.write_text(SHOWN[1] + "suites: [suite.json]\n")
    done = check(write_jsonl(tmp_path / "in.jsonl", [record(title=LONG)]), "-c", desk)
    assert done.summary["suites"][0]["status"] == "failed"


def test_no_file_runs_just_because_it_lies_there(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules" / "desk.py").write_text("raise SystemExit('it ran')")
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(write_jsonl(tmp_path / "in.jsonl", [record()]))]) == 2
    assert (
        "checks/article.yaml:2: plugins: these files would be run: pass the contract with -c" in capsys.readouterr().err
    )
    assert main(["rules"]) == 0


@pytest.mark.parametrize(
    ("code", "line", "says"),
    [
        ("import copydesk\n\nthis is no python\n", 3, "SyntaxError"),
        ("import no_such_module_anywhere\n", 1, "ModuleNotFoundError"),
        ("\n\n1 / 0\n", 3, "ZeroDivisionError"),
        ("\nimport sys\nsys.exit(0)\n", 3, "SystemExit"),
        (SHOWN[0].replace("DESK001", "TTL001"), 10, "the code or the slug is taken"),
        (SHOWN[0].replace("title-too-long", "title-missing"), 10, "the code or the slug is taken"),
    ],
)
def test_a_file_that_cannot_be_loaded_exits_2_and_says_where(
    check: Check, tmp_path: Path, code: str, line: int, says: str
) -> None:
    (tmp_path / "mine.py").write_text(code)
    done = check(write_jsonl(tmp_path / "in.jsonl", [record()]), "--rules", tmp_path / "mine.py")
    assert done.code == 2
    assert f"mine.py:{line}: the rules cannot be loaded: " in done.err
    assert says in done.err
    assert not done.run.exists()


def test_files_that_are_missing_empty_or_in_each_others_way_exit_2(check: Check, desk: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    (tmp_path / "empty.py").write_text("x = 1\n")
    (tmp_path / "twin.py").write_text(SHOWN[0] + "\n")
    for files, says in (
        (["nowhere.py"], "cannot read the rules"),
        (["empty.py"], "declares no rule"),
        (["rules/desk.py", "twin.py"], "is taken by DESK001 title-too-long"),
    ):
        done = check(source, *(f"--rules={tmp_path / name}" for name in files))
        assert (done.code, says in done.err) == (2, True), done.err
    desk.write_text("contract: x\nplugins: [nowhere.py]\n")
    assert "article.yaml:2: plugins.0: the file of rules" in check(source, "-c", desk).err


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with an entry point, on the path as if it were installed."""
    info = tmp_path / "site" / "desk_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: desk-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[copydesk.rules]\ndesk = desk_rules\n")
    (tmp_path / "site" / "desk_rules.py").write_text(SHOWN[0])
    monkeypatch.syspath_prepend(tmp_path / "site")
    catalogue._installed.cache_clear()
    yield tmp_path / "site" / "desk_rules.py"
    sys.modules.pop("desk_rules", None)
    catalogue._installed.cache_clear()


def test_an_installed_package_brings_its_rules_along(installed: Path) -> None:
    assert set(all_rules()) - set(REGISTRY) == {"title-too-long"}
    assert "title-too-long" in contracts.read(ROOT / "checks" / "article.yaml").catalogue


def test_an_installed_package_that_is_broken_is_named(installed: Path) -> None:
    installed.write_text("import no_such_module_anywhere")
    with pytest.raises(ContractError, match="the rules of the package desk-rules cannot be loaded"):
        all_rules()


FRAME = pl.DataFrame(
    {
        "headline": ["One", "Two", "Three"],
        "maintext": [TEXT, f"{TEXT}\nRelated article: x", "A short text."],
        "link": ["https://example.com/2025/06/14/a", "https://example.com/2025/06/14/b", "https://example.com/c d"],
        "day": ["2025-06-14", "2025-09-01", "14.06.2025"],
        "text": ["short"] * 3,  # a name that copydesk knows must not stand in for the column that was asked for
    }
)


def test_the_documented_schema_works() -> None:
    namespace: dict[str, pa.DataFrameSchema] = {}
    exec(SHOWN[2], namespace)  # noqa: S102 -- what the documentation shows
    with pytest.raises(pa.errors.SchemaErrors) as errors:
        namespace["schema"].validate(FRAME, lazy=True)
    failed = {error.check.name: error.check_output.to_series(0).to_list() for error in errors.value.schema_errors}
    assert failed == {"related-link": [True, False, True], "body-too-short": [True, True, False]}
    assert namespace["schema"].validate(FRAME[:1]).height == 1


@pytest.mark.parametrize(
    ("rule", "columns", "passes"),
    [
        ("url-white-space", {"original_url": "link"}, [True, True, False]),
        ("DAT004", {"original_url": "link", "published": "day"}, [True, False, True]),
        ("title-missing", {}, [True, True, True]),
    ],
)
def test_what_a_rule_needs_is_derived(rule: str, columns: dict[str, str], passes: list[bool]) -> None:
    schema = pa.DataFrameSchema({"maintext": pa.Column(pl.String, checks=[check(rule, columns=columns)])})
    try:
        schema.validate(FRAME, lazy=True)
    except pa.errors.SchemaErrors as errors:
        [error] = errors.schema_errors
        assert error.check_output.to_series(0).to_list() == passes
    else:
        assert all(passes)


def test_what_cannot_be_checked_is_said() -> None:
    with pytest.raises(UsageError, match="there is no rule"):
        check("no-such-rule")
    with pytest.raises(UsageError, match="minimun"):
        check("body-too-short", minimun=3)
    with pytest.raises(UsageError, match="network"):
        check("origin-dead")
    with pytest.raises(pa.errors.SchemaErrors, match="needs a column for byline"):
        pa.DataFrameSchema(checks=[check("byline-missing")]).validate(FRAME, lazy=True)
