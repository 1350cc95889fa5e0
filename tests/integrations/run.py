#!/usr/bin/env python3
"""Passes the tests of the orchestrators: `python3 tests/integrations/run.py [dagster] [airflow] [prefect]`.

Each of them gets an environment of its own (`.venv-dagster` …), for they are heavy and pin what others need. All three by
default; the first time takes minutes and some 1.5 GB.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ("dagster", "airflow", "prefect")
PINS = {"prefect": ["fastapi<0.140"]}  # Prefect 3.8.8 allows later ones, under which its server does not start
QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DO_NOT_TRACK": "1",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
"""None of them is to tell anybody that it ran."""


def main() -> None:
    """Makes what environments are missing, and runs the tests in each."""
    for tool in sys.argv[1:] or TOOLS:
        if tool not in TOOLS:
            sys.exit(f"there is no {tool!r}; known are {', '.join(TOOLS)}")
        print(f"== {tool}", flush=True)
        folder = ROOT / f".venv-{tool}"
        python = folder / "bin" / "python"
        if not python.exists():
            venv.create(folder, with_pip=True)
        run([python, "-m", "pip", "install", "-q", "-e", f"{ROOT}[{tool}]", "pytest", *PINS.get(tool, [])], {})
        with tempfile.TemporaryDirectory() as home:
            variables = {**QUIET, "DAGSTER_HOME": home, "AIRFLOW_HOME": home, "PREFECT_HOME": home}
            if tool == "airflow":
                run([python, "-m", "airflow", "db", "migrate"], variables)
            tests = ROOT / "tests" / "integrations"
            run(
                [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "-k", f"Test{tool.capitalize()}"],
                variables,
            )


def run(command: list[object], variables: dict[str, str]) -> None:
    """Runs a command, and stops with its exit code where it fails."""
    code = subprocess.run(list(map(str, command)), check=False, env={**os.environ, **variables}).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
