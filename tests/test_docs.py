"""The documentation says what happens: its files are written, its commands and programs run, its outputs compared."""

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import copydesk
from conftest import ROOT, Finished, record, write_jsonl
from copydesk.batch import expectations
from copydesk.engines import spark

PAGES = ["tutorial.md"]
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+?)(#[^)\s]*)?\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands behind that, and its text."""

    language: str
    options: str
    text: str

    @property
    def file(self) -> str | None:
        found = re.search(r'title="([^" ]+)"', self.options)
        return found[1] if found else None

    @property
    def exit(self) -> int:
        found = re.search(r'title="exit code (\d)"', self.options)
        return int(found[1]) if found else 0


def blocks(page: str) -> Iterator[Block]:
    for found in _BLOCK.finditer((ROOT / "docs" / page).read_text(encoding="utf-8")):
        yield Block(found[1], found[2], found[3])


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_happens(page: str, tmp_path: Path) -> None:
    """A block with a file's name is that file, `sh` and `python` are run, and `text` is what the command before it prints and exits with."""
    shown = list(blocks(page))
    for number, block in enumerate(shown):
        if block.file:
            target = tmp_path / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            done = run([sys.executable, "-c", block.text], tmp_path)
            assert done.returncode == 0, done.stderr
        elif block.language == "sh" and "pip install" not in block.text:
            expected = next((later for later in shown[number + 1 : number + 2] if later.language == "text"), None)
            done = run(["bash", "-c", block.text], tmp_path)
            assert done.returncode == (expected.exit if expected else 0), done.stdout + done.stderr
            for line in expected.text.splitlines() if expected else ():
                assert line in done.stdout, (line, done.stdout)


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    for target, _ in _LINK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/run-directory.md", "docs/notifications.md"])
def test_the_python_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a folder with articles and the contract that ships; ``frame`` is a frame of scraped articles."""
    source = write_jsonl(tmp_path / "articles.jsonl", [record(), record(id="a2", title="")])
    (tmp_path / "checks").symlink_to(ROOT / "checks")
    (tmp_path / "expectations").symlink_to(ROOT / "expectations")
    monkeypatch.chdir(tmp_path)
    copydesk.check(source, out=tmp_path / "run")
    [code] = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"frame": pl.read_ndjson(source)}
    exec(compile(code, page, "exec"), names)  # noqa: S102 -- our own page
    if "trouble" in names:
        assert "COPYDESK_WEBHOOK is not set" in names["trouble"]


def test_many_feeds_are_called_as_the_page_on_scale_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    signature = inspect.signature(spark.run_many)
    monkeypatch.setattr(spark, "run_many", lambda *given, **named: asked.append(signature.bind(*given, **named)))
    monkeypatch.chdir(ROOT)
    [code] = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "scale.md").read_text("utf-8"), re.M | re.S)
    exec(compile(code, "docs/scale.md", "exec"), {})  # noqa: S102 -- our own page
    assert asked[0].arguments["feeds"].keys() == {"north", "south"}


@pytest.fixture
def references(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The reference pages, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "site"))
    return dict(importlib.import_module("references").pages(ROOT))


def test_the_reference_of_the_contract_says_what_each_key_is_and_its_default(references: dict[str, str]) -> None:
    page = references["contract.md"].split("## `contract`")[1]
    assert not re.findall(r"^\| `.*\|\s*\|$", page, re.MULTILINE), "a key without a description"
    assert "| `dead_after` | integer | `3` |" in page
    assert "| `quarantined` | number | `0` |" in page
    assert "`minimum` (integer, default `100`)" in page
    assert "| `- reason` | string | needed |" in page


def test_the_reference_of_python_has_what_users_import(references: dict[str, str]) -> None:
    named = set(re.findall(r"^### (\w+)$", references["python.md"], re.MULTILINE))
    assert {"check", "Verdict", "run_many", "CopydeskPipeline", "articles_check", "CopydeskOperator"} <= named
    assert set(expectations.__all__) <= named


def test_the_site_builds_without_a_broken_link(tmp_path: Path) -> None:
    """The references are made, links are followed, and the site asks nobody for fonts or scripts."""
    pytest.importorskip("zensical", reason="the documentation site needs zensical: pip install -e '.[docs]'")
    done = run([sys.executable, str(ROOT / "docs" / "site" / "build.py"), str(tmp_path / "site")], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    site = tmp_path / "site"
    assert "related-link" in (site / "reference" / "contract.html").read_text(encoding="utf-8")
    assert "copydesk check" in (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert '<p class="word">Failed</p>' in (site / "example" / "report.html").read_text(encoding="utf-8")
    asked = re.findall(
        r'(?:src|href)="(?:https?:)?//[^"]+\.(?:css|js|woff2?)', (site / "index.html").read_text(encoding="utf-8")
    )
    assert not asked


def test_the_rule_that_contributing_adds_is_a_rule(check: Callable[..., Finished], tmp_path: Path) -> None:
    """It finds its own example, at the signs, and not what to use instead; no rule that ships is called so."""
    [shown] = re.findall(r"^   ```python\n(.*?)^   ```$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M | re.S)
    known = "import polars as pl\nfrom collections.abc import Iterable\nfrom copydesk.rules import *\n\n"
    (tmp_path / "own.py").write_text(known + textwrap.dedent(shown), encoding="utf-8")
    titles = [json.loads(example)["title"] for example in re.findall(r"```json\n(.*?)```", shown, re.S)]
    source = write_jsonl(tmp_path / "in.jsonl", [record(id=title, title=title) for title in titles])
    done = check(source, "--rules", tmp_path / "own.py")
    found = done.findings.filter(pl.col("rule") == "title-with-exclamation-marks")
    assert found.select("article_id", "start", "end").rows() == [("Ferry resumes!!", 13, 15)]
