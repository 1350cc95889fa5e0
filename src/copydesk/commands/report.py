"""`copydesk report`: writes a finished run's reports anew."""

import argparse
from pathlib import Path
from typing import Any

from copydesk.commands.shared import add_language_option, print_safely, printable

_EPILOG = """\
example:
  copydesk report run --language de

Templates in reports/templates/ and texts in reports/texts/ below the working directory take the place of those that ship.
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    report = commands.add_parser(
        "report",
        help="write a run's reports anew",
        description="Renders a run's reports again.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument("run_dir", metavar="RUN_DIR", type=Path, help="a folder that `check -o` wrote")
    add_language_option(report)
    report.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from copydesk.report import render_again

    path = render_again(options.run_dir, options.language)
    print_safely(lambda: print(printable(str(path))))
    return 0
