"""Dependencies point one way: no part of the program needs, through whatever others, itself."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import copydesk

ROOT = Path(copydesk.__file__).parent
FILES = {file: file.relative_to(ROOT).with_suffix("").parts[0] for file in ROOT.rglob("*.py") if file.parent != ROOT}
FILES |= {file: file.stem for file in ROOT.glob("*.py") if not file.stem.startswith("__")}
PARTS = frozenset(FILES.values())


def _imported(file: Path) -> set[str]:
    """The parts of the program that ``file`` imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("copydesk.")} & PARTS


def _needed() -> dict[str, set[str]]:
    """What each part imports of the others."""
    needed: dict[str, set[str]] = {part: set() for part in PARTS}
    for file, part in FILES.items():
        needed[part] |= _imported(file) - {part}
    return needed


def test_packages_do_not_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter(_needed()).prepare()
    except CycleError as error:
        pytest.fail("in a circle: " + " <- ".join(error.args[1]))


@pytest.mark.parametrize(
    ("part", "others"),
    [
        ("report", {"engines", "contract", "schema", "rules"}),  # it reads the run's tables
        ("articles", {"rules", "origin", "batch", "engines"}),
        ("rules", {"origin", "batch", "engines", "contract"}),
        ("origin", {"rules", "batch", "engines", "contract"}),
        ("batch", {"origin", "engines", "contract"}),
    ],
)
def test_what_lies_below_knows_nothing_of_what_lies_above(part: str, others: set[str]) -> None:
    assert not _needed()[part] & others
