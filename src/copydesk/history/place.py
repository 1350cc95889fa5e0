"""Where the history of a run is kept."""

from pathlib import Path
from typing import Final

DEFAULT: Final = Path("reports", "runs", "history.sqlite")
"""Below the working directory, beside the run directories that have no name of their own."""


def chosen(option: Path | None, none: bool, setting: str | None) -> Path | None:
    """The history's file: `--history`, else the contract's ``setting``, else `DEFAULT`; None for `--no-history` and "off"."""
    if none:
        return None
    if option is not None:
        return option
    if setting is not None:
        return None if setting == "off" else Path(setting)
    return DEFAULT
