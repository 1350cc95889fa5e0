"""`copydesk history`: runs, a source's trend and a rule's trend in the terminal; and the options by which `check` keeps them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands.shared import colour, print_safely
from copydesk.encoding import SURROGATE
from copydesk.errors import InputError, UsageError
from copydesk.wording import as_json, printable

if TYPE_CHECKING:
    import sqlite3

_EPILOG = """\
example:
  copydesk history                                    # the last runs, and what is unusual in the last one
  copydesk history --source news.example              # volume, age, length, missing fields and rules of one source
  copydesk history --rule date-missing                # one rule, by source
  copydesk history --accept --source news.example     # from now on its new level counts as usual

exit codes:
  0  shown
  2  wrong usage, or no such source, rule or series
  3  there is no history yet, or it cannot be read
"""


def add_options(check: Any) -> None:
    """Adds to `check` where the history is kept."""
    kept = check.add_mutually_exclusive_group()
    kept.add_argument(
        "--history",
        metavar="FILE",
        type=Path,
        help="the database of earlier runs (default: the contract's, else reports/runs/history.sqlite)",
    )
    kept.add_argument("--no-history", action="store_true", help="neither compare with earlier runs nor record this one")


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    history = commands.add_parser(
        "history",
        help="show earlier runs and trends",
        description="Shows the runs that `check` has recorded in the history, or the trend of one source or rule.",
        epilog=_EPILOG,
    )
    history.add_argument("--history", metavar="FILE", type=Path, help="the database (default: as for `check`)")
    history.add_argument(
        "-c", "--contract", metavar="CONTRACT", help="the contract that names the database and the series"
    )
    history.add_argument(
        "--series", metavar="NAME", help="the runs of the contract with this name (default: the contract's)"
    )
    history.add_argument("--source", metavar="NAME", help="the trend of one source")
    history.add_argument("--rule", metavar="SLUG", help="the trend of one rule")
    history.add_argument("--last", metavar="N", type=_last, default=30, help="runs to show (default: 30)")
    history.add_argument(
        "--accept",
        action="store_true",
        help="from now on, treat what is unusual in the last run as usual; --source and --rule narrow it",
    )
    history.add_argument("--json", action="store_true", help="print JSON")
    history.set_defaults(run=_run)


def _last(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of runs from 1 to 400")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from copydesk import contract as contracts
    from copydesk.history import drawn, shown
    from copydesk.history.database import opened
    from copydesk.history.place import chosen

    if options.source is not None and options.rule is not None and not options.accept:
        raise UsageError("--source and --rule are two trends: ask for one of them")
    for name in (options.source, options.rule):
        if name is not None and (not name or SURROGATE.search(name)):
            raise UsageError(f"no source and no rule can be called {name!a}")
    contract = contracts.read(options.contract)
    path = chosen(options.history, False, contract.history)
    if path is None:
        raise UsageError("the contract says `history: off`: name a database with --history")
    if not path.exists():
        raise InputError(
            f"there is no history at {path} yet: `copydesk check` begins one, or name another with --history"
        )
    pen = drawn.Pen(colour())
    with opened(path, write=options.accept) as connection:
        series = shown.series_of(connection, options.series, contract.name)
        told: Any
        if options.accept:
            told = _accepted(connection, series, options.source, options.rule)
            text = "\n".join(f"usual from now on: {printable(entry['says'])}" for entry in told)
        elif options.source is not None:
            told = shown.source(connection, series, options.source, options.last)
            text = drawn.source_drawn(series, told, pen)
        elif options.rule is not None:
            told = shown.rule(connection, series, options.rule, options.last)
            text = drawn.rule_drawn(series, told, pen)
        else:
            told = shown.runs(connection, series, options.last)
            now = shown.unusual(connection, series, datetime.now(UTC))
            text = drawn.runs_drawn(series, str(path), told, now, pen)
    data = {"database": str(path), "series": series, **(told if isinstance(told, dict) else {"runs": told})}
    print_safely(lambda: print(as_json(data) if options.json else text))
    return 0


def _accepted(
    connection: "sqlite3.Connection", series: str, source: str | None, rule: str | None
) -> list[dict[str, Any]]:
    """Takes what is unusual by now for usual; returns it. Raises UsageError where there is none."""
    from datetime import UTC, datetime

    from copydesk.history import shown, store
    from copydesk.history.measures import WHOLE

    now = datetime.now(UTC)
    chosen = [
        entry
        for entry in shown.unusual(connection, series, now)
        if (source is None or entry["source"] == source) and (rule is None or entry["measure"] == f"rule:{rule}")
    ]
    if not chosen:
        raise UsageError("nothing of that is unusual in the last run: `copydesk history` lists what is")
    levels = [(entry["source"] or WHOLE, entry["measure"], entry["since_at"]) for entry in chosen]
    store.accept(connection, series, levels, now)
    return chosen
