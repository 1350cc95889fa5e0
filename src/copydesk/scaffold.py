"""Writes the shipped contract, suites and templates into a user's own repository."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from copydesk.resources import shipped

_FOLDERS = (("checks",), ("expectations",), ("reports", "templates"))


def write(target: Path, force: bool = False) -> Iterator[tuple[Path, bool]]:
    """Copies the three folders below ``target``: (path, whether it was written). Files that are there are kept."""
    for parts in _FOLDERS:
        source = shipped(*parts)
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            path = target.joinpath(*parts, file.relative_to(source))
            if path.exists() and not force:
                yield path, False
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, path)
            yield path, True
    ignore = target / "reports" / "runs" / ".gitignore"
    if not ignore.exists():
        ignore.parent.mkdir(parents=True, exist_ok=True)
        ignore.write_text("*\n", encoding="utf-8")
        yield ignore, True
