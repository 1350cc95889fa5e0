"""The GitHub action, the workflows that `init` writes and the pre-commit hook: their own steps, run on the fixtures."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from copydesk import __version__
from copydesk.cli import main

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


@dataclass(frozen=True)
class Job:
    """What a run of the action leaves behind."""

    code: int
    outputs: dict[str, str]
    printed: str
    summary: str


def run_action(workspace: Path, **given: str) -> Job:
    """Runs the action's own shell steps, as the runner does: inputs by default, expressions in `env` only."""
    inputs = {name: str(entry.get("default", "")) for name, entry in ACTION["inputs"].items()}
    inputs |= {"install": ""} | {name.replace("_", "-"): value for name, value in given.items()}
    files = {name: workspace / f".{name.lower()}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **{name: str(file) for name, file in files.items()}, "PATH": path}
    printed, code, outputs = "", 0, {}
    for step in ACTION["runs"]["steps"]:
        if "run" not in step or step.get("if") == "${{ inputs.install != '' }}":
            continue
        own = {name: _value(text, inputs, outputs) for name, text in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=workspace,
            env={**environment, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        printed, code = printed + done.stdout + done.stderr, code or done.returncode
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
    return Job(code, outputs, printed, files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"))


def _value(text: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
    def resolved(match: re.Match[str]) -> str:
        where, _, name = match[1].rpartition(".")
        return {"inputs": inputs, "steps.check.outputs": outputs}[where][name]

    return EXPRESSION.sub(resolved, text)


def test_the_clean_fixtures_pass(tmp_path: Path) -> None:
    job = run_action(tmp_path, inputs=f"{ROOT / 'fixtures' / 'clean'}\n")
    assert job.code == 0, job.printed
    assert job.outputs == {"exit-code": "0", "passed": "true", "run-dir": "copydesk-run"}
    assert "::error" not in job.printed
    assert "::notice title=copydesk::" in job.printed
    assert (tmp_path / "copydesk-run" / "report.html").is_file()


def test_the_defect_fixtures_fail_and_are_annotated(tmp_path: Path) -> None:
    job = run_action(tmp_path, inputs=str(ROOT / "fixtures" / "defects"))
    assert job.code == 1, job.printed
    assert job.outputs["passed"] == "false"
    assert job.printed.count("::error ") == 10
    assert job.summary == (tmp_path / "copydesk-run" / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "copydesk-run" / "results.sarif").is_file()


def test_known_findings_and_thresholds_reach_the_check(tmp_path: Path) -> None:
    defects = str(ROOT / "fixtures" / "defects" / "world.jsonl")
    assert main(["check", defects, "-o", str(tmp_path / "first"), "-q"]) == 1
    assert main(["baseline", str(tmp_path / "first"), "-o", str(tmp_path / "known.jsonl")]) == 0
    assert run_action(tmp_path, inputs=defects, baseline="known.jsonl", run_dir="second").code == 0
    assert run_action(tmp_path, inputs=defects, fail_on="never", run_dir="third").code == 0


def test_an_input_is_never_a_command(tmp_path: Path) -> None:
    job = run_action(
        tmp_path, inputs='$(touch broken)\n"; touch broken; "', contract="--help", run_dir="$(touch broken)"
    )
    assert job.code == 2
    assert not (tmp_path / "broken").exists()


def test_no_script_of_the_action_holds_an_expression() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert not [script for script in scripts if "${{" in script]
    for named in ACTION["runs"]["steps"]:
        used = EXPRESSION.findall(str(named))
        names = [name for text in used for name in re.findall(r"inputs\.([a-z-]+)", text)]
        assert set(names) <= set(ACTION["inputs"])


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("git@github.com:someone/desk.git", ".github/workflows/copydesk.yml"),
        ("https://gitlab.com/someone/desk.git", ".gitlab/copydesk.yml"),
        ("https://code.example/someone/desk.git", None),
    ],
)
def test_init_writes_the_workflow_of_the_repositorys_home(
    repository: Path, remote: str, expected: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "remote", "add", "origin", remote], check=True)
    assert main(["init"]) == 0
    written = [
        path for path in (".github/workflows/copydesk.yml", ".gitlab/copydesk.yml") if (repository / path).exists()
    ]
    assert written == ([expected] if expected else [])
    assert re.findall("set ARTICLES in (.*) to what", capsys.readouterr().out) == written


def test_init_keeps_a_workflow_that_is_there_and_writes_none_where_none_is_wanted(repository: Path) -> None:
    assert main(["init", "--ci", "none"]) == 0
    assert not Path(".github").exists()
    own = repository / ".github" / "workflows" / "copydesk.yml"
    own.parent.mkdir(parents=True)
    own.write_text("on: push\n", encoding="utf-8")
    assert main(["init"]) == 0
    assert own.read_text(encoding="utf-8") == "on: push\n"


def scraped(fixtures: str) -> None:
    """Puts articles of a set of fixtures where the written workflows look for them."""
    Path("scraped").mkdir()
    shutil.copy(ROOT / "fixtures" / fixtures / "world.jsonl", "scraped")


@pytest.mark.parametrize(("fixtures", "expected"), [("clean", 0), ("defects", 1)])
def test_the_commands_of_the_written_workflow_run(repository: Path, fixtures: str, expected: int) -> None:
    assert main(["init", "--ci", "github"]) == 0
    scraped(fixtures)
    workflow: dict[str, Any] = yaml.safe_load(Path(".github/workflows/copydesk.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["articles"]["steps"] if "run" in step]
    assert steps[0] == f'pip install "copydesk=={__version__}"'
    codes = [_shell(script, workflow["env"] | {"GITHUB_STEP_SUMMARY": "summary"}) for script in steps[1:]]
    assert codes == [expected, 0]
    assert Path("summary").read_text(encoding="utf-8").startswith("#")


def test_the_commands_of_the_gitlab_job_run(repository: Path) -> None:
    assert main(["init", "--ci", "gitlab"]) == 0
    scraped("defects")
    job = yaml.safe_load(Path(".gitlab/copydesk.yml").read_text(encoding="utf-8"))["copydesk"]
    assert [_shell(script, job["variables"]) for script in job["script"][1:]] == [1]
    for name in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert Path(name).exists()


def _shell(script: str, variables: dict[str, str]) -> int:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **variables, "PATH": path}
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], env=environment, capture_output=True, check=False)
    return done.returncode


def test_the_hook_is_one_that_pre_commit_takes(tmp_path: Path) -> None:
    validated = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=False
    )
    assert validated.returncode == 0
