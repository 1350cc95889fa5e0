"""All code of docs/pipelines.md runs: Python here (that of the orchestrators where they are), the shell's in a shell."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, record, write_jsonl

PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.S)
SHELL = re.findall(r"```bash\n(.*?)```", PAGE, re.S)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has `checks/` and `expectations/`."""
    for name in ("checks", "expectations"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("code", CODE, ids=lambda code: code.split("\n")[0][:40])
def test_python(code: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for tool in ("dagster", "airflow", "prefect", "scrapy"):
        if re.search(rf"(?:from|import) {tool}|{tool}\.", code):
            pytest.importorskip(tool)
    names: dict[str, object] = {}
    exec(compile(code, "docs/pipelines.md", "exec"), names)  # noqa: S102 -- our own page
    if "ITEM_PIPELINES" in names:
        from scrapy.utils.misc import load_object

        assert all(
            load_object(path)
            for setting in names.values()
            if isinstance(setting, dict)
            for path in setting
            if "copydesk" in path
        )
    if "checker" in names:
        assert "title-missing" in capsys.readouterr().out


def test_shell(desk: Path) -> None:
    [pipe] = SHELL
    write_jsonl(desk / "in.jsonl", [record(), record(id="a2", title="")])
    program = (
        pipe.replace("scraper", "cat in.jsonl", 1)
        .replace("copydesk", f"{sys.executable} -m copydesk")
        .replace("indexer", "cat")
    )
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {program}"], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == (desk / "run" / "accepted.jsonl").read_bytes() != b""


def test_the_rules_that_it_names_are_those_that_are_not_asked() -> None:
    from copydesk import contract as contracts

    contract = contracts.read()
    left_out = {check.slug for check in contract.checks} - {check.slug for check in contract.alone().checks}
    words = " ".join(PAGE.split())
    named = words[words.index("unless others stand beside it (") : words.index(") are not asked")]
    assert set(re.findall(r"`([a-z-]+)`", named)) == left_out
