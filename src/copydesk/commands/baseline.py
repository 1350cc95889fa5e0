"""`copydesk baseline`: writes down what a run found, so that only new findings count."""

import argparse
from pathlib import Path
from typing import Any

from copydesk.commands.shared import print_safely
from copydesk.wording import printable

_EPILOG = """\
example:
  copydesk check scraped.jsonl -o run                                # fails: old findings
  copydesk baseline run -o checks/known.jsonl                        # from now on they are known
  copydesk check scraped.jsonl --baseline checks/known.jsonl         # fails for new ones only

The file has one finding per line, sorted, so that it can be committed and compared; delete a line and its finding counts again.
A finding is recognised by the article's id (else its URL), rule, field and evidence. Written again, the baseline holds what the
run found, new findings included; with --prune it only loses what the run no longer found in the articles it checked.

exit codes:
  0  written
  2  wrong usage, or with --prune a FILE that is not a baseline
  3  no run, or one that cannot be read
  4  FILE cannot be written
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    baseline = commands.add_parser(
        "baseline",
        help="record findings so that only new ones count",
        description="Records the findings of a run; `check --baseline` then lets only new ones quarantine and gate.",
        epilog=_EPILOG,
    )
    baseline.add_argument("run_dir", metavar="RUN_DIR", type=Path, help="a folder that `check -o` wrote")
    baseline.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the baseline to write")
    baseline.add_argument(
        "--prune", action="store_true", help="only drop entries from FILE that the run no longer found"
    )
    baseline.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from copydesk import baseline

    before = baseline.read(options.output) if options.prune else []
    entries = baseline.pruned(before, options.run_dir) if options.prune else baseline.of_run(options.run_dir)
    count = baseline.write(options.output, entries)
    dropped = f" ({len(before) - count:,} dropped)" if options.prune else ""
    print_safely(lambda: print(printable(f"{options.output}: {count:,} known findings{dropped}")))
    return 0
