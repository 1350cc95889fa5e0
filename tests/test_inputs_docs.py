"""What `docs/inputs.md` tells its readers to type does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from conftest import ROOT
from copydesk.articles.recognise import FORMATS
from copydesk.cli import main

PAGE = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line.startswith("copydesk ")
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the fixtures, and the contracts of the page."""
    for path in sorted([*ROOT.glob("fixtures/*/*"), *ROOT.glob("tests/extras/*/*")], reverse=True):
        shutil.copy(path, tmp_path)
    for kind, block in BLOCKS:
        if kind == "yaml":
            (tmp_path / block.partition("\n")[0].removeprefix("# ")).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_page_runs(command: str, desk: Path) -> None:
    assert main([*shlex.split(command)[1:], "-o", str(desk / "run"), "-q"]) == 0


def test_the_contract_for_sitemaps_accepts_what_has_a_title(desk: Path) -> None:
    assert main(["check", "news-sitemap.xml", "-c", "sitemap.yaml", "-o", "run", "-q"]) == 1
    assert (desk / "run" / "accepted.xml").read_text(encoding="utf-8").count("<url>") == 1


def test_the_python_of_the_page_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "inputs.md", "exec"), {})  # noqa: S102
    assert "news-please" in capsys.readouterr().out


def test_every_format_is_on_the_page() -> None:
    assert set(FORMATS) <= set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert COMMANDS
