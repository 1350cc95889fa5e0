"""Writes the shipped contract, suites and templates into a user's own repository."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from copydesk.errors import UsageError
from copydesk.resources import SUMS, is_copy, shipped, summed

_TEMPLATES = (("reports", "templates"), ("reports", "texts"))
_FOLDERS = (("checks",), ("expectations",), *_TEMPLATES)


def write(target: Path, force: bool = False, drafted: Mapping[str, str] | None = None) -> Iterator[tuple[Path, bool]]:
    """Copies the folders below ``target``: (path, whether it was written). Files that are there are kept.

    ``drafted`` are texts by path below ``target`` that take the place of shipped files. Raises UsageError where one of these
    is there: a draft must not get lost unseen.
    """
    drafted = drafted or {}
    if there := [name for name in drafted if (target / name).exists() and not force]:
        raise UsageError(f"{', '.join(there)}: there already; --force overwrites")
    for parts in _FOLDERS:
        source = shipped(*parts)
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            path = target.joinpath(*parts, file.relative_to(source))
            if path.exists() and not force:
                yield path, False
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            text = drafted.get(path.relative_to(target).as_posix())
            if text is None:
                shutil.copyfile(file, path)
            else:
                path.write_text(text, encoding="utf-8")
            yield path, True
    for parts in _TEMPLATES:
        _sum(target.joinpath(*parts), shipped(*parts))
    if ignore := keep_out_of_git(target / "reports" / "runs"):
        yield ignore, True


def _sum(folder: Path, source: Path) -> None:
    """Lists the files in ``folder`` that are as they ship, or as an earlier version shipped them."""
    own = [folder / file.name for file in sorted(source.iterdir())]
    copies = [file for file in own if file.is_file() and (is_copy(file) or summed(file) == summed(source / file.name))]
    (folder / SUMS).write_text("".join(f"{summed(file)}\n" for file in copies), encoding="utf-8")


def keep_out_of_git(folder: Path) -> Path | None:
    """Writes a `.gitignore` that hides ``folder``, where there is none: runs are full of scraped texts, and large."""
    ignore = folder / ".gitignore"
    if ignore.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    ignore.write_text("*\n", encoding="utf-8")
    return ignore


def write_texts(target: Path, texts: Mapping[str, str], force: bool = False) -> Iterator[tuple[Path, bool]]:
    """Writes ``texts`` by path below ``target``: (path, whether it was written). Files that are there are kept."""
    for name, text in texts.items():
        path = target / name
        written = force or not path.exists()
        if written:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield path, written
