"""Names of inputs as machine outputs give them: relative to the working directory, which CI takes for the checkout."""

import os
import posixpath
from functools import lru_cache
from pathlib import Path


def relative(name: str) -> tuple[str, bool]:
    """An input's path with slashes, and whether it is absolute because it lies outside the working directory."""
    return _relative(name, Path.cwd().as_posix().rstrip("/"))


@lru_cache(maxsize=1024)
def _relative(name: str, here: str) -> tuple[str, bool]:
    path = posixpath.normpath(posixpath.join(here, name.replace(os.sep, "/")))
    inside = path.startswith(here + "/")
    return (path[len(here) + 1 :], False) if inside else ("/" + path.lstrip("/"), True)
