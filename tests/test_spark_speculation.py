"""Where Spark has two attempts at a task race, what both write counts once."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest

from conftest import TEXT, record
from copydesk import contract as contracts
from copydesk.articles.inputs import expand
from copydesk.engines.local import run
from copydesk.engines.spark.session import require
from copydesk.errors import UsageError
from copydesk.verify import verify
from test_spark import SUBMIT as RACING

SUBMIT = f"--conf spark.executor.memory=600m {RACING}"

RULE = '''
import os, time
from pathlib import Path
from copydesk.rules import Rule, Severity, Spot, rule
import polars as pl

@rule("OWN001", "dawdling", severity=Severity.INFO, field="title")
class Dawdling(Rule):
    """A rule that takes its time when it is asked for the first time."""

    def passes(self):
        return (pl.col("title") != "dawdle").fill_null(True)

    def find(self, article):
        log = Path("{folder}", "log")
        first = not log.exists()
        with log.open("a") as file:
            file.write(f"{{os.getpid()}}\\n")
        if first:
            time.sleep({seconds})
        yield Spot("title", "slow")
'''

SECONDS = 8
"""For which the first attempt dawdles: longer than Spark waits, and short enough that it ends while the run goes on."""

PROGRAM = """
import sys
from copydesk import contract
from copydesk.engines import spark
source, rules, out, master = sys.argv[1:]
spark.run([source], contract.read(rules), out, master=master, share=20_000)
"""


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """A cluster of two workers that pass for two hosts: Spark lets no two attempts at a task race on one."""
    try:
        require()
    except UsageError as error:
        pytest.skip(f"NO SPARK: {error}")
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux answers at all of 127.0.0.0/8")
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    variables = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
        "SPARK_LOCAL_DIRS": str(tmp_path / "local"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    ports = ["--port", str(port), "--webui-port", "0"]
    commands = [["master.Master", "--host", "127.0.0.1", *ports]] + [
        ["worker.Worker", "--host", host, "--cores", "1", "--memory", "700m", "--webui-port", "0", address]
        for host in ("127.0.0.1", "127.0.0.2")
    ]
    with ExitStack() as stack, (tmp_path / "cluster.log").open("wb") as log:
        for name, *options in commands:
            command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *options]
            process = stack.enter_context(subprocess.Popen(command, env=variables, stdout=log, stderr=log))
            stack.callback(process.terminate)
        yield address


def test_the_slower_of_two_attempts_leaves_no_trace(master: str, tmp_path: Path) -> None:
    entries = [
        record(
            id=f"a{number}",
            url=f"https://www.example.com/2025/06/14/ferry-{number}",
            title="dawdle" if number == 50 else "" if number % 9 == 0 else f"Ferry {number} sails",
            text=f"{TEXT}\n" + "and so on " * 30,
        )
        for number in range(200)
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    (tmp_path / "rules.py").write_text(RULE.format(folder=tmp_path, seconds=SECONDS), encoding="utf-8")
    contract = tmp_path / "desk.yaml"
    contract.write_text("contract: desk\nplugins: [rules.py]\nsuites: []\n", encoding="utf-8")
    variables = {
        **os.environ,
        "PYSPARK_SUBMIT_ARGS": SUBMIT,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    arguments = [str(source), str(contract), str(tmp_path / "there"), master]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    attempts = (tmp_path / "log").read_text(encoding="utf-8").split()
    assert len(set(attempts)) == 2, "no two attempts raced"

    run(expand([str(source)]), contracts.read(contract), tmp_path / "here", jobs=1)
    for table in ("articles", "findings"):
        one, other = (pl.read_parquet(tmp_path / name / f"{table}.parquet") for name in ("here", "there"))
        assert one.equals(other)
    for verdict in ("accepted", "quarantined"):
        parts = sorted((tmp_path / "there" / f"{verdict}.jsonl").iterdir())
        assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "here" / f"{verdict}.jsonl").read_bytes()
    assert verify(tmp_path / "there").passed
    assert not [path.name for path in (tmp_path / "there").iterdir() if path.name.startswith(".")]
