"""Which rules there are: the built-in ones, those of installed packages, and those of the Python files that a user names."""

import hashlib
import sys
import traceback
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from copydesk.errors import ContractError
from copydesk.rules.base import REGISTRY, Rule, collecting
from copydesk.wording import near

GROUP = "copydesk.rules"
"""Entry points of this group name modules whose import declares rules."""

Catalogue = Mapping[str, type[Rule]]
"""Rules by slug."""


def catalogue(files: Iterable[Path] = ()) -> Catalogue:
    """All rules: built in, installed, and declared by ``files``, which are run as Python: they must be trusted.

    Raises ContractError that names file and line where a file cannot be loaded or takes a code or slug that is in use.
    """
    known = {**REGISTRY, **_installed()}
    for file in files:
        for slug, rule in _declared(file.resolve(), _source(file)).items():
            if taken := next(
                (other for other in known.values() if slug == other.slug or rule.code == other.code), None
            ):
                raise ContractError(f"{file}: the rule {rule.code} {slug} is taken by {taken.code} {taken.slug}")
            known[slug] = rule
    return known


def find_rule(name: str, known: Catalogue) -> type[Rule]:
    """The rule that ``name``, a slug or a code in any case, means."""
    wanted = name.strip().lower().replace("_", "-")
    for slug, rule in known.items():
        if wanted in (slug, rule.code.lower()):
            return rule
    hint = near(wanted, known) or "; `copydesk rules` lists them"
    raise ContractError(f"there is no rule {name!r}{hint}")


@cache
def _installed() -> Catalogue:
    with collecting() as found:
        for point in entry_points(group=GROUP):
            try:
                point.load()
            except Exception as error:
                package = point.dist.name if point.dist else point.value
                raise ContractError(f"the rules of the package {package} cannot be loaded: {error}") from error
    return found


def _source(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ContractError(f"{file}: cannot read the rules: {error.strerror or error}") from None


@cache
def _declared(file: Path, source: bytes) -> Catalogue:
    """The rules that a file declares; run once for each content, however many contracts name it."""
    name = f"copydesk_rules_{hashlib.sha256(source).hexdigest()[:16]}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module  # dataclasses look their module up
    with collecting() as found:
        try:
            exec(compile(source, file, "exec"), module.__dict__)  # noqa: S102 -- named by the user to be run
        except (Exception, SystemExit) as error:
            del sys.modules[name]
            what = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
            raise ContractError(f"{file}:{_line(error, file)}: the rules cannot be loaded: {what}") from error
    if not found:
        raise ContractError(f"{file}: declares no rule")
    return found


def _line(error: BaseException, file: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
    return (own[-1] if own else None) or 1
