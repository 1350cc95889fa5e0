"""Finds the declarative folders that ship with copydesk: `checks/`, `expectations/`, `reports/`."""

import hashlib
from pathlib import Path
from typing import Final

SUMS: Final = "SHA256SUMS"
"""What `copydesk init` wrote into a folder: a line of digest and name for each file, as `sha256sum` writes and checks them."""

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. ``shipped("checks", "article.yaml")``.

    In a wheel the folders lie inside the package; in an editable install they lie at the root of the checkout.
    """
    inside = _PACKAGE.joinpath(*parts)
    return inside if inside.exists() else _PACKAGE.parent.parent.joinpath(*parts)


def is_copy(file: Path) -> bool:
    """Whether ``file`` is as `copydesk init` wrote it: what ships with this version is then used, which it may no longer fit."""
    try:
        written = file.with_name(SUMS).read_text(encoding="utf-8").splitlines()
        return summed(file) in written
    except (OSError, UnicodeDecodeError):
        return False


def summed(file: Path) -> str:
    """The line of ``file`` in `SUMS`. Raises OSError where it cannot be read."""
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}"
