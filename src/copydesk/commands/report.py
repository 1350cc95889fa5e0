"""`copydesk report`: writes a finished run's reports anew, the list of a folder of runs, or two runs beside each other."""

import argparse
from pathlib import Path
from typing import Any

from copydesk import wording
from copydesk.commands.shared import add_language_option, colour, print_safely
from copydesk.errors import UsageError
from copydesk.wording import printable

_EXAMPLES = 20
_MOST = 500
_DEFAULT = Path("comparison.html")

_EPILOG = """\
example:
  copydesk report run --language de                   # report.html and the other reports of a run
  copydesk report reports/runs                        # index.html, which lists the runs in that folder
  copydesk report today --against yesterday           # comparison.html, with a summary on the terminal

Templates in reports/templates/ and texts in reports/texts/ of the working directory replace those that ship.

exit codes:
  0  written
  2  wrong usage, or a template or text that does not work
  3  no run, or one that cannot be read
  4  a page cannot be written
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    report = commands.add_parser(
        "report",
        help="render a run's reports again, list runs, or compare two",
        description="Renders a run's reports again, lists the runs in a folder, or compares two runs.",
        epilog=_EPILOG,
    )
    report.add_argument(
        "run_dir", metavar="RUN_DIR", type=Path, help="a folder that `check -o` wrote, or one that holds such folders"
    )
    report.add_argument(
        "--against", metavar="RUN_DIR", type=Path, help="the run to compare with, usually the earlier one"
    )
    report.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        type=Path,
        help=f"where to write the comparison (default: {_DEFAULT}; with --against)",
    )
    report.add_argument(
        "--examples",
        metavar="N",
        type=_examples,
        help=f"how many new findings the comparison shows (default: {_EXAMPLES}; with --against)",
    )
    report.add_argument("--json", action="store_true", help="print the comparison as JSON (with --against)")
    add_language_option(report)
    report.set_defaults(run=_run)


def _examples(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {_MOST}")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    if options.against is not None:
        return _compare(options)
    if options.out is not None or options.examples is not None or options.json:
        raise UsageError("-o, --examples and --json are for a comparison: name the other run with --against")
    from copydesk.report import index, render_again

    listing = options.run_dir.is_dir() and index.is_folder_of_runs(options.run_dir)
    path = (index.write if listing else render_again)(options.run_dir, options.language)
    print_safely(lambda: print(printable(str(path))))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from copydesk.report import compared
    from copydesk.report.comparison import as_json, compare

    out = options.out or _DEFAULT
    for run in (options.run_dir, options.against):
        if out.resolve().is_relative_to(run.resolve()):
            raise UsageError(f"{out}: a run directory holds what its manifest says; choose another place with -o")
    examples = _EXAMPLES if options.examples is None else options.examples
    found = compare(options.run_dir, options.against, examples)
    compared.write(found, out, options.language)
    told = {**as_json(found), "page": str(out)}
    print_safely(lambda: print(wording.as_json(told) if options.json else compared.drawn(found, out, colour())))
    return 0
