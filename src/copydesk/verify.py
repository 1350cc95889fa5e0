"""Whether a run directory is what its manifest says: every file and input compared with the digest that the run gave it.

A manifest may come from anybody. It chooses no path: names that leave the run directory, or lead through a symbolic link, are
refused; inputs lie where the run found them and are only read.
"""

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from copydesk.errors import InputError
from copydesk.rundir import DIGEST, LOCK, digest

_LARGEST: Final = 64 * 2**20
"""Bytes of a manifest at most: about 500,000 files."""


@dataclass
class Verified:
    """What was found: names of files and inputs by what became of them."""

    intact: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    inputs_intact: list[str] = field(default_factory=list)
    inputs_changed: list[str] = field(default_factory=list)
    inputs_missing: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything that the run wrote is there, unchanged and alone, and no input was changed since.

        Inputs that are gone are no failure: they may have been moved, and what is checked is the run.
        """
        return not (self.changed or self.missing or self.refused or self.extra or self.inputs_changed)


def verify(run: Path, base: Path | None = None) -> Verified:
    """Compares the run directory ``run`` with its manifest; inputs with relative names are looked for below ``base`` (default:
    the working directory). Raises InputError where there is no manifest that can be read."""
    files, inputs = _manifest(run)
    found = Verified()
    for name, expected in sorted(files.items()):
        path = _inside(run, name)
        if path is None or not DIGEST.fullmatch(str(expected)):
            found.refused.append(name)
        elif not _is_plain(path):
            found.missing.append(name)
        else:
            (found.intact if digest(path) == expected else found.changed).append(name)
    found.extra = sorted(_others(run, files))
    for name, expected in sorted(inputs.items()):
        path = (base or Path()) / name
        if not expected or not _is_plain(path):
            found.inputs_missing.append(name)
        else:
            (found.inputs_intact if digest(path) == expected else found.inputs_changed).append(name)
    return found


def _manifest(run: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    path = run / "manifest.json"
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            raise InputError(f"{path}: a link, or too large for a manifest")
        data = json.loads(path.read_text(encoding="utf-8"))
        files, inputs = data["files"], data["inputs"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(f"{run}: not a finished run: its manifest.json cannot be read ({said})") from None
    if not isinstance(files, dict) or not isinstance(inputs, dict):
        raise InputError(f"{path}: not a manifest: files and inputs must be mappings of names to digests")
    return files, inputs


def _inside(run: Path, name: str) -> Path | None:
    """The file ``name`` of ``run``; None for a name that leads elsewhere."""
    parts = PurePosixPath(name).parts
    if not name or "\0" in name or name.startswith("/") or ".." in parts:
        return None
    if os.sep == "\\" and ("\\" in name or ":" in name):  # elsewhere both are letters of a name like others
        return None
    path = run
    for part in parts:
        path = path / part
        try:
            if path.is_symlink():
                return None
        except OSError:  # a name that no file can have
            return None
    return path


def _is_plain(path: Path) -> bool:
    """Whether there is a regular file, and no pipe or device that would be read for ever."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _others(run: Path, known: dict[str, Any]) -> list[str]:
    """What lies in ``run`` and is not in its manifest."""
    names = (
        path.relative_to(run).as_posix()
        for path in run.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and path.name != LOCK
    )
    return [name for name in names if name not in known and name != "manifest.json"]
