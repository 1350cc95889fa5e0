"""Great Expectations in a process beside the run says what it says within, and cannot spoil a run unseen."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import record, write_jsonl
from copydesk import contract as contracts
from copydesk.batch import suites
from copydesk.batch.beside import Beside
from copydesk.errors import ContractError, WorkerError


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of 120 articles, some without a date, judged by the suites that copydesk ships."""
    folder = tmp_path_factory.mktemp("beside")
    records = [
        record(id=str(n), url=f"https://harbour.example/{n}", date=None if n % 3 else "2025-06-14") for n in range(120)
    ]
    source, out = write_jsonl(folder / "in.jsonl", records), folder / "run"
    code = (
        "import sys; from copydesk.cli import main\n"
        f"main(['check', {str(source)!r}, '-o', {str(out)!r}, '--jobs', '2', '--no-history', '--data-docs'])\n"
        "sys.exit('great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, cwd=folder)
    assert done.returncode == 0, f"it was imported by the run itself, or: {done.stderr}"
    return out


def told(run: Path) -> list[dict[str, Any]]:
    return list(json.loads((run / "summary.json").read_text())["suites"])


def without_clock(results: list[dict[str, Any]]) -> str:
    """Results without what depends on the hour, how old articles are, and on the folder."""
    return json.dumps(
        [
            [entry for entry in result["expectations"] if "fresh" not in str(entry)]
            + [{**result, "path": Path(result["path"]).name, "expectations": []}]
            for result in results
        ]
    )


def test_a_run_does_not_load_what_the_process_beside_it_has(run: Path) -> None:
    assert "failed" in {suite["status"] for suite in told(run)}


def test_both_say_the_same(run: Path) -> None:
    wanted = [suites.read(path) for path in contracts.read().suites]
    assert without_clock(suites.run(wanted, run / "outcomes.parquet", 120)) == without_clock(told(run))
    assert (run / "data_docs" / "index.html").is_file()


def test_a_suite_that_cannot_be_loaded_is_named(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"name": "own", "expectations": [{"type": "expect_no_such_thing", "kwargs": {}}]}))
    beside = Beside()
    try:
        with pytest.raises(ContractError, match=r"own\.json: Great Expectations cannot load"):
            beside.run([suites.read(path)], run / "outcomes.parquet", 120, None, "x")
    finally:
        beside.stop()


def test_a_process_that_is_gone_fails_the_run(run: Path) -> None:
    beside = Beside()
    os.kill(beside._process.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="--jobs 1"):
        beside.run([], run / "outcomes.parquet", 120, None, "x")
    beside.stop()
