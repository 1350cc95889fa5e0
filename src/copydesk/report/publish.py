"""Puts a page of ours where it belongs: at once or not at all, and over nothing but a page of ours."""

import os
import tempfile
from pathlib import Path
from typing import Final

from copydesk.errors import OutputError, UsageError

MARK: Final = '<meta name="generator" content="copydesk">'
"""What every page that may be written over says of itself, within its first `_HEAD` bytes."""

_HEAD: Final = 4096


def publish(path: Path, text: str) -> Path:
    """Writes ``text`` to ``path`` and returns it. Raises UsageError where something else is there, OutputError where nothing
    can be written."""
    if not ours(path):
        raise UsageError(f"{path}: there already, and not written by copydesk; it is left as it is")
    aside = None
    try:
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 -- a handle, not a path
            file.write(text)
        Path(aside).chmod(0o666 & ~_umask())
        Path(aside).replace(path)
    except OSError as error:
        if aside is not None:
            Path(aside).unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot write there: {error.strerror or error}") from None
    return path


def ours(path: Path) -> bool:
    """Whether ``path`` is free, or holds a page of ours; a link is neither."""
    if not os.path.lexists(path):
        return True
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(_HEAD)
    except OSError:
        return False


def _umask() -> int:
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
