"""`copydesk check --engine spark`: the same check on many machines."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.commands.shared import contract_of, run_directory
from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.contract import Contract
    from copydesk.engines.local import Result

_REFUSED = {
    "online": "asks the network from one process, so that it keeps its manners",
    "warc": "looks pages up in files of this machine",
    "record": "keeps what one process asked of the network",
    "table": "is for databases, which one process reads",
    "query": "is for databases, which one process reads",
    "accepted": "judges what one process reads as it comes",
}


def check(options: argparse.Namespace, tell: "Callable[[argparse.Namespace, Contract, Result, Path], int]") -> int:
    """Runs the check, has ``tell`` say what came of it, and returns the exit code."""
    for option, why in _REFUSED.items():
        if getattr(options, option):
            raise UsageError(
                f"--{option} {why}: it does not go with --engine spark; check what is left with --engine local"
            )
    if options.jobs is not None:
        raise UsageError("--jobs is for --engine local; the processes of Spark are its executors' cores")
    from copydesk.engines.spark.session import require

    require()
    from copydesk.engines import spark
    from copydesk.engines.spark import files
    from copydesk.history.place import chosen

    contract = contract_of(options)
    remote = options.out is not None and files.is_uri(options.out)
    if remote and options.output not in ("text", "json"):
        raise UsageError(
            f"--output {options.output} is printed out of a run directory on this machine, not {options.out}"
        )
    out = options.out if remote else str(run_directory(options.out))
    result = spark.run(
        options.inputs,
        contract,
        out,
        master=options.master,
        format_name=options.format,
        provenance=options.provenance,
        history=chosen(options.history, options.no_history, contract.history),
    )
    return tell(options, contract, result, Path(out))
