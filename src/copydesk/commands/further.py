"""What `copydesk check` does besides: further outputs and a word to a webhook on request, and the page that lists the runs."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.wording import printable

if TYPE_CHECKING:
    from copydesk.contract import Contract
    from copydesk.engines.local import Result
    from copydesk.notify import Notify


def add_options(check: Any) -> None:
    """`--data-docs`, `--openlineage` (both in ``outputs``) and `--notify-url-env`."""
    check.add_argument(
        "--data-docs",
        action="append_const",
        const="data-docs",
        dest="outputs",
        default=[],
        help="write data_docs/, Great Expectations' own site for the suites' results; unlike the report it needs the network "
        "(styles and scripts from public CDNs) to look right",
    )
    check.add_argument(
        "--openlineage",
        action="append_const",
        const="openlineage",
        dest="outputs",
        help="write openlineage.json, an OpenLineage event for the run; nothing is sent (extra copydesk[openlineage])",
    )
    check.add_argument(
        "--notify-url-env",
        metavar="NAME",
        type=_variable,
        help="notify the webhook whose address is in the environment variable NAME when the gate changes state",
    )


def settle(contract: "Contract", result: "Result", out: Path, *, here: bool = True) -> None:
    """What follows a run whatever drove it: says what went wrong beside it, lists it where it is ``here`` on this machine, and
    notifies whom the contract names."""
    for trouble in filter(None, (result.history_error, *result.input_errors)):
        print(f"copydesk: {printable(trouble)}", file=sys.stderr)
    if here:
        _enlist(out)
    _notify(contract.notify, result.summary, out)


def _notify(settings: "Notify | None", summary: dict[str, Any], out: Path) -> None:
    """Notifies whom the contract or the command line names; what goes wrong with it is a warning and changes no exit code."""
    if settings is None:
        return
    from copydesk.notify import notify

    if trouble := notify(settings, summary, str(out / "report.html")):
        print(f"copydesk: warning: {printable(trouble)}", file=sys.stderr)


def _enlist(out: Path) -> None:
    """Writes the list of runs anew where the run directory ``out`` lies in a folder `reports/runs`, which the first run hides
    from git; what goes wrong with it is a warning and changes no exit code."""
    folder = out.absolute().parent
    if folder.parts[-2:] != ("reports", "runs"):
        return
    from copydesk.report import index
    from copydesk.scaffold import keep_out_of_git

    try:
        if not (folder / "index.html").exists():
            keep_out_of_git(folder)
        index.write(folder)
    except Exception as error:  # the run is complete: not even a defect of the list may say otherwise
        said = printable(str(error) or type(error).__name__)
        print(f"copydesk: warning: the list of runs was not written: {said}", file=sys.stderr)


def _variable(text: str) -> str:
    if not text.isidentifier() or not text.isascii():  # somebody may have passed the address itself, which is a secret
        raise argparse.ArgumentTypeError("not the name of an environment variable (the value is not shown)")
    return text
