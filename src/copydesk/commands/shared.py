"""What several commands have in common."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.encoding import SURROGATE
from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.contract import Contract

EXIT_CODES = """\
exit codes:
  0  the gate passed
  1  the gate failed: the data is bad
  2  wrong usage, or a contract or suite that does not parse
  3  an input could not be read at all, or held no record
  4  the check itself failed: nothing is reported as passed
"""


def print_safely(write: Callable[[], None]) -> None:
    """Prints; whoever reads our output may stop reading, which changes no verdict."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def colour() -> bool:
    """Whether standard output is a terminal that wants colours (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def run_directory(given: str | None) -> Path:
    """The folder that `-o` names, or one of its own below `reports/runs/`."""
    if given is None:
        from copydesk.rundir import folder_by_time

        return folder_by_time()
    if "://" in given:
        raise UsageError(f"-o {given}: only --engine spark writes to other file systems")
    if SURROGATE.search(given):
        raise UsageError(f"-o {given}: the name is not UTF-8; choose another folder")
    if Path(given) == Path():
        raise UsageError("-o needs a folder of its own, not the working directory")
    return Path(given)


def contract_of(options: argparse.Namespace, online: bool = False) -> "Contract":
    """The contract that the options of `check` name, with what they say themselves, which wins; ``online`` as in
    `contract.read`."""
    from copydesk import contract as contracts

    return contracts.with_options(
        contracts.read(options.contract, online, options.rules),
        options.fail_on,
        options.baseline,
        outputs=options.outputs,
        notify_url_env=options.notify_url_env,
        language=options.language,
    )


def add_contract_option(parser: Any) -> None:
    """The option for the contract that articles are judged by."""
    parser.add_argument(
        "-c", "--contract", metavar="CONTRACT", help="the contract (default: checks/article.yaml, else the shipped one)"
    )


def add_rules_option(parser: Any) -> None:
    """The option for files of rules."""
    parser.add_argument(
        "--rules",
        metavar="FILE",
        action="append",
        default=[],
        help="a Python file with your own rules; it is executed, so trust it (may be repeated)",
    )


def add_language_option(parser: Any) -> None:
    """The option for the language of the report."""
    parser.add_argument(
        "--language", metavar="LANGUAGE", help="the language of report.html, e.g. de (overrides the contract)"
    )
