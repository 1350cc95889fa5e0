"""Names of inputs as machine outputs give them: relative to the working directory, which CI takes for the checkout."""

import os
import posixpath
from pathlib import Path


def relative(name: str) -> tuple[str, bool]:
    """An input's path with slashes, and whether it is absolute because it lies outside the working directory."""
    here = Path.cwd().as_posix().rstrip("/")
    path = posixpath.normpath(posixpath.join(here, name.replace(os.sep, "/")))
    inside = path.startswith(here + "/")
    return (path[len(here) + 1 :], False) if inside else ("/" + path.lstrip("/"), True)
