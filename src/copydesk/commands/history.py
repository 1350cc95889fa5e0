"""`copydesk history`: runs, a source's trend and a rule's trend in the terminal; and `check`'s options of the history."""

import argparse
from pathlib import Path
from typing import Any

def add_options(check: Any) -> None:
    """Adds to `check` where the history is kept."""
    kept = check.add_mutually_exclusive_group()
    kept.add_argument(
        "--history",
        metavar="FILE",
        type=Path,
        help="the database of earlier runs (default: the contract's, else reports/runs/history.sqlite)",
    )
    kept.add_argument("--no-history", action="store_true", help="neither compare with earlier runs nor enter this one")

def add_parser(commands):
    pass
