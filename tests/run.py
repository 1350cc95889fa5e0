#!/usr/bin/env python3
"""Sets up everything and passes the tests: `python3 tests/run.py`. Needs Python 3.11 or newer with pip, nothing else.

It makes `.venv-test`, installs copydesk editable with its development tools, gets Chromium where it can, and runs ruff,
mypy and pytest. Arguments go to pytest; without any, the guard's tests are passed again under the oldest urllib3 that
copydesk allows, for the guard rests on a method that urllib3 does not promise to keep, and the wheel is installed and run
under the oldest and the newest supported Python that the machine has (`tests/installed.py`).
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-test"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


OLDEST_URLLIB3 = "2.6.3"


def step(title: str, *command: object, **environment: object) -> None:
    """Runs a command, and stops with its exit code where it fails."""
    print(f"== {title}", flush=True)
    variables = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    code = subprocess.run(list(map(str, command)), cwd=ROOT, check=False, env=variables).returncode
    if code:
        sys.exit(code)


def browser() -> None:
    """Installs Debian's Chromium where that is possible, and says aloud when it is not."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print("== installing Chromium from Debian's packages", flush=True)
        subprocess.run([apt, "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-noto-core", "fonts-noto-cjk"]
        subprocess.run(
            [apt, "install", "-y", "-qq", *packages], check=False, env=environment, stdout=subprocess.DEVNULL
        )
    if not any(map(shutil.which, BROWSERS)):
        print("== NO CHROMIUM: the browser tests will be skipped. Install it, or set CHROMIUM to its path.", flush=True)


def oldest_urllib3(python: Path) -> None:
    """The guard's tests again, under the oldest urllib3 that copydesk allows."""
    folder = ENVIRONMENT / f"urllib3-{OLDEST_URLLIB3}"
    if not folder.exists():
        pip = (python, "-m", "pip", "install", "-q", "--no-deps", "--target", folder)
        step(f"installing urllib3 {OLDEST_URLLIB3} beside", *pip, f"urllib3=={OLDEST_URLLIB3}")
    tests = ("tests/test_origin_guard.py", "tests/test_origin_fetch.py")
    step(
        f"pytest, with urllib3 {OLDEST_URLLIB3}",
        python,
        "-m",
        "pytest",
        *tests,
        PYTHONPATH=folder,
        URLLIB3=OLDEST_URLLIB3,
    )


def main() -> None:
    """Runs all steps."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- an older Python gets a sentence, not a traceback
        sys.exit("copydesk needs Python 3.11 or newer")
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        print(f"== making {ENVIRONMENT.name}", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    step("installing copydesk and its development tools", python, "-m", "pip", "install", "-q", "-e", ".[dev,spark]")
    browser()
    step("ruff: style", python, "-m", "ruff", "format", "--check", ".")
    step("ruff: lint", python, "-m", "ruff", "check", ".")
    step("mypy", python, "-m", "mypy")
    step("pytest", python, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *sys.argv[1:])
    if not sys.argv[1:]:
        oldest_urllib3(python)
        step("the wheel, installed", python, ROOT / "tests" / "installed.py")


if __name__ == "__main__":
    main()
