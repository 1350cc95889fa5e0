#!/usr/bin/env python3
"""Installs the wheel as a user does and runs it: `python3 tests/installed.py [3.12 ...]`.

For the oldest and the newest Python that copydesk supports and this machine has, or for those named: a new environment outside
the checkout gets the wheel and what it requires, no extras, and the program that it brings checks two stories from an empty
folder, one that must pass and one that must fail. An interpreter that is not there is said aloud; a named one must be there.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

SOUND = """Ferry to Quirral Sails Again

Mirja Osthaven

June 14, 2025

The ferry to Quirral sails again since Saturday, eleven days after the storm tore its landing stage away.

Forty passengers were on board, most of them islanders who had spent the time with relatives in town.

“Rough, but nobody asked to turn back,” said the captain, who has steered the line for twenty years.

Original url:

https://www.quirral-post.example.com/2025/06/14/ferry-sails-again
"""
SPOILT = SOUND.replace("\n\n“Rough", "\n\nRelated article: Who Pays for the Landing Stage?\n\n“Rough").replace(
    "ferry-sails-again", "ferry sails-again"
)
FOUND = {"related-link", "url-white-space"}

PROBE = (
    "import ensurepip, sys, sysconfig, venv\n"
    "assert not sysconfig.get_config_var('Py_GIL_DISABLED')\n"
    "print('{}.{}'.format(*sys.version_info), sys.executable)"
)
"""Prints the version of an interpreter and where it is; fails for those that make no environments or are built in another way."""


def supported() -> list[str]:
    """The Pythons that copydesk says it runs on, oldest first: those of the classifiers, from what `requires-python` allows on."""
    minimum = PROJECT["requires-python"].removeprefix(">=")
    named = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)
    return sorted((version for version in named if by_number(version) >= by_number(minimum)), key=by_number)


def by_number(version: str) -> tuple[int, ...]:
    """`3.9` before `3.11`."""
    return tuple(map(int, version.split(".")))


def commands(version: str) -> Iterator[list[str]]:
    """What may start Python ``version`` here: this interpreter, those of the path, the launcher of Windows, those of pyenv."""
    yield [sys.executable]
    for folder in os.get_exec_path():  # all of them: pyenv's shims stand in front of real ones and fail unless chosen
        yield [str(Path(folder) / f"python{version}")]
    yield ["py", f"-{version}"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for path in sorted(pyenv.glob(f"versions/{version}*/bin/python{version}"), reverse=True):
        yield [str(path)]


def interpreter(version: str) -> str | None:
    """The path of a Python ``version`` that can make environments; None where there is none."""
    for command in commands(version):
        try:
            done = subprocess.run([*command, "-c", PROBE], capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        found, _, path = done.stdout.strip().partition(" ")
        if done.returncode == 0 and found == version:
            return path
    return None


def chosen(asked: list[str]) -> dict[str, str]:
    """The interpreters to install under, by version: those asked for, or the oldest and the newest supported that are there."""
    versions = supported()
    if unknown := [version for version in asked if version not in versions]:
        sys.exit(f"copydesk supports Python {', '.join(versions)}, not {', '.join(unknown)}")
    there = {version: path for version in asked or versions if (path := interpreter(version))}
    missing = [version for version in asked or (versions[0], versions[-1]) if version not in there]
    for version in missing:
        print(f"== NO PYTHON {version}: the wheel was not installed under it.", flush=True)
    if asked and missing:
        sys.exit(1)
    return {version: there[version] for version in asked or [*there][:1] + [*there][1:][-1:]}


def run(command: list[object], *, expect: int = 0, cwd: Path | None = None) -> str:
    """What a command prints; stops where it exits otherwise than expected. Nothing of the checkout is on its path."""
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd, env=variables
    )
    if done.returncode != expect:
        line = " ".join(map(str, command))
        sys.exit(f"{line}\nexited with {done.returncode} instead of {expect}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def built(python: object, folder: Path) -> Path:
    """The wheel, built as pip builds it."""
    run([python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT])
    [wheel] = folder.glob("copydesk-*.whl")
    return wheel


def installed(interpreter: str, wheel: Path, folder: Path) -> Path:
    """The programs of a new environment that holds the wheel and what it requires."""
    run([interpreter, "-m", "venv", folder])
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run([programs / "python", "-m", "pip", "install", "-q", "--no-compile", wheel])
    run([programs / "python", "-m", "pip", "check"])
    return programs


def works(programs: Path, folder: Path) -> None:
    """Runs the installed program from ``folder``, which is empty, and stops where it does not do what it must."""
    copydesk = programs / "copydesk"
    folder.mkdir()
    printed = run([copydesk, "--version"], cwd=folder).strip()
    if printed != f"copydesk {PROJECT['version']}":
        sys.exit(f"copydesk --version says {printed!r}")
    for name, text, code, expected in (("sound", SOUND, 0, set()), ("spoilt", SPOILT, 1, FOUND)):
        story = folder / f"{name}.txt"
        story.write_text(text, encoding="utf-8")
        run([copydesk, "check", story.name, "-o", name, "--no-history"], expect=code, cwd=folder)
        with (folder / name / "findings.csv").open(encoding="utf-8-sig", newline="") as listed:
            found = {entry["rule"] for entry in csv.DictReader(listed)}
        if found != expected:
            sys.exit(f"the {name} story has findings of {sorted(found)}, not of {sorted(expected)}")
        if not (folder / name / "report.html").stat().st_size:
            sys.exit("the report is empty")


def main() -> None:
    """Builds the wheel and passes it under each interpreter."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        interpreters = chosen(sys.argv[1:])
        wheel = built(sys.executable, folder / "wheel")
        for version, path in interpreters.items():
            print(f"== {wheel.name} in a new environment of Python {version}", flush=True)
            works(installed(path, wheel, folder / version), folder / f"empty-{version}")


if __name__ == "__main__":
    main()
