#!/usr/bin/env python3
"""Builds the documentation site: `python docs/site/build.py [FOLDER]` (default: build/site); needs `pip install -e '.[docs]'`.

The pages of `docs/` are taken as they are; the references of contract, commands and Python are made from the program itself,
and the example report is a run over `fixtures/`.
"""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import references

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build" / "docs"
CONFIGURATION = Path(__file__).with_name("zensical.toml")


def main() -> int:
    """Builds, and returns the exit code."""
    if importlib.util.find_spec("zensical") is None:
        print("the documentation site needs zensical: pip install -e '.[docs]'", file=sys.stderr)
        return 2
    target = Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "build" / "site"
    shutil.rmtree(WORK, ignore_errors=True)
    pages = WORK / "pages"
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("site"))
    (pages / "reference").mkdir()
    for name, text in references.pages(ROOT).items():
        (pages / "reference" / name).write_text(text, encoding="utf-8")
    _example(pages / "example")
    index = pages / "index.md"
    index.write_text(linked(index.read_text(encoding="utf-8")), encoding="utf-8")
    settings = CONFIGURATION.read_text(encoding="utf-8").replace("SITE_FOLDER", json.dumps(str(WORK / "out")))
    (WORK / "zensical.toml").write_text(settings, encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=WORK, check=False
    ).returncode
    if built == 0:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(WORK / "out", target)
        print(
            f"{target / 'index.html'}, to be opened; its search works when it is served: python -m http.server -d {target}"
        )
    return built


def linked(text: str) -> str:
    """``text`` with links to what only the built site has: there `word<!-- page -->` is a link, elsewhere the word alone."""
    return re.sub(r"(\w+)<!-- (\S+) -->", r"[\1](\2)", text)


def _example(folder: Path) -> None:
    """The report of a run over the fixtures, as `copydesk check fixtures/` writes it: they fail on purpose."""
    command = [sys.executable, "-m", "copydesk", "check", "fixtures/", "-o", str(WORK / "run"), "--no-history", "-q"]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code != 1:
        raise SystemExit(f"the fixtures were to fail with exit code 1, and did with {code}")
    folder.mkdir()
    shutil.copyfile(WORK / "run" / "report.html", folder / "report.html")


if __name__ == "__main__":
    sys.exit(main())
