"""`copydesk verify`: tells whether a run directory is what its manifest says."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from copydesk.commands.shared import print_safely
from copydesk.wording import as_json, plural, printable

_EPILOG = """\
example:
  copydesk verify run                       # files and inputs against manifest.json

exit codes:
  0  every file is there as the run wrote it; inputs that still exist are as the run read them
  1  something was changed, is missing or was added, or the manifest names something outside the folder
  3  there is no readable manifest: not a finished run
"""

_SHOWN = 50


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    verify = commands.add_parser(
        "verify",
        help="compare a run directory with its manifest",
        description="Compares every file of a run, and those of its inputs that still exist, with the digests in its manifest.",
        epilog=_EPILOG,
    )
    verify.add_argument("run_dir", metavar="RUN_DIR", type=Path, help="a folder that `check -o` wrote")
    verify.add_argument(
        "--base",
        metavar="DIR",
        type=Path,
        help="the folder that relative input names start from (default: the working directory)",
    )
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from copydesk.verify import Verified, verify

    def say(found: Verified) -> None:
        if options.json:
            print(as_json({"passed": found.passed, **dataclasses.asdict(found)}))
            return
        for kind, names in dataclasses.asdict(found).items():
            if kind not in ("intact", "inputs_intact"):
                for name in names[:_SHOWN]:
                    print(printable(f"{_WORDS[kind]}: {name}"))
                if len(names) > _SHOWN:
                    print(f"{_WORDS[kind]}: {len(names) - _SHOWN:,} more")
        verdict = "as the run wrote it" if found.passed else "NOT as the run wrote it"
        files = f"{len(found.intact):,} {plural(len(found.intact), 'file')} intact"
        inputs = f"{len(found.inputs_intact):,} {plural(len(found.inputs_intact), 'input')} as the run read them"
        print(printable(f"{options.run_dir}: {verdict}; {files}, {inputs}"))

    found = verify(options.run_dir, options.base)
    print_safely(lambda: say(found))
    return 0 if found.passed else 1


_WORDS = {
    "changed": "changed",
    "missing": "missing",
    "refused": "refused, not a file of the run",
    "extra": "added",
    "inputs_changed": "input changed",
    "inputs_missing": "input not there any more",
}
