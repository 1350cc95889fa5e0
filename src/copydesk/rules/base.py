"""What a rule is: documentation, a polars expression that says who passes, and evidence for those who do not.

A rule is declared once, by the decorator `rule`, and is known everywhere else by its slug: in contracts, findings,
reports and on the command line. Its docstring is its documentation (see `copydesk.rules.documentation`).
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import FrozenInstanceError, dataclass, field, fields
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal, TypeVar, dataclass_transform

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.vocabulary import bound


class Severity(StrEnum):
    """How bad a finding is: an error quarantines its article, a warning and an info do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


Article = Mapping[str, Any]
"""One row of the article frame, as find() gets it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a rule fails: code points ``start`` to ``end`` of ``field``, or the whole field without them.

    ``suggestion`` is for people: what they would want to read there, in whatever extent shows it best (a whole URL, a
    whole line). ``repair`` is for `copydesk fix`: exactly the text that takes the place of the span, or of the whole field
    where there is no span; "" takes the span out, None is no repair. A body line that a repair takes out goes with its
    line break. A repair is as safe as its rule says (`fix`); ``review`` marks one that is not, though its rule's are.
    """

    field: str
    message: str
    start: int | None = None
    end: int | None = None
    suggestion: str | None = None
    repair: str | None = None
    review: bool = False
    score: float | None = None
    """How likely the finding is right, from 0 to 1, where the rule rests on a model."""


class _Unchanging:
    """Keeps dataclasses frozen below those that are declared to be."""

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")


@dataclass(frozen=True)
class Rule(_Unchanging):
    """Base of all rules. Parameters are the dataclass fields of a subclass, declared with `parameter`."""

    code: ClassVar[str]
    slug: ClassVar[str]
    severity: ClassVar[Severity]
    field: ClassVar[str]
    fix: ClassVar[Literal["safe", "unsafe"] | None]
    online: ClassVar[bool]
    surveys: ClassVar[bool] = False
    """Whether the rule needs the survey of the whole run though it reads none of its columns by name."""
    alone: ClassVar[bool] = False
    """Whether a rule that surveys judges an article by itself as well, only with less to go by."""
    judges: ClassVar[bool] = False
    """Whether the rule rests on the line model."""
    syndicates: ClassVar[bool] = False
    """Whether the rule rests on the run's clusters of copies, and is asked only where the contract has them looked for."""

    def passes(self) -> pl.Expr:
        """A boolean per record, never null: True where the record is fine."""
        raise NotImplementedError("the rule has no passes()")

    def find(self, article: Article) -> Iterable[Spot]:
        """Where ``article``, which does not pass, fails: at least one spot. ``article`` has every column of the frame."""
        raise NotImplementedError("the rule has no find()")


REGISTRY: dict[str, type[Rule]] = {}
"""Every known rule by slug, in the order of their codes' declaration."""

_declaring: ContextVar[dict[str, type[Rule]]] = ContextVar("_declaring", default=REGISTRY)


@contextmanager
def collecting() -> Iterator[dict[str, type[Rule]]]:
    """Rules declared inside go into the dictionary that this gives, and not among the built-in ones."""
    found: dict[str, type[Rule]] = {}
    token = _declaring.set(found)
    try:
        yield found
    finally:
        _declaring.reset(token)


R = TypeVar("R", bound=Rule)


def parameter(default: Any, description: str, **schema: Any) -> Any:
    """A rule's parameter; ``schema`` are further JSON Schema keywords, e.g. ``minimum=0``."""
    return field(default=default, metadata={"description": description, **schema})


@dataclass_transform(frozen_default=True, field_specifiers=(parameter,))
def rule(
    code: str,
    slug: str,
    *,
    severity: Severity,
    field: str,
    fix: Literal["safe", "unsafe"] | None = None,
    online: bool = False,
) -> Callable[[type[R]], type[R]]:
    """Declares and registers a rule.

    ``field`` is the canonical field that it judges, ``fix`` says whether its spots carry a `Spot.repair` and whether that
    can be applied unseen ("safe") or must be looked at ("unsafe"), ``online`` that the rule needs `--online`.
    """

    def declare(cls: type[R]) -> type[R]:
        target = _declaring.get()
        if any(slug == known.slug or code == known.code for known in (*REGISTRY.values(), *target.values())):
            raise ValueError(f"rule {code} {slug}: the code or the slug is taken")
        cls.code, cls.slug, cls.severity = code, slug, severity
        cls.field, cls.fix, cls.online = field, fix, online
        # most rules have no parameters: what `Rule` has as a dataclass does for them, and a hundred need not be made again
        declared = dataclass(frozen=True)(cls) if inspect.get_annotations(cls) else cls
        target[slug] = declared
        return declared

    return declare


def parameters(cls: type[Rule]) -> dict[str, dict[str, Any]]:
    """The rule's parameters: name -> JSON Schema with its default."""
    kinds = {int: "integer", float: "number", str: "string", bool: "boolean"}
    return {
        item.name: {"type": kinds[type(item.default)], "default": item.default, **item.metadata} for item in fields(cls)
    }


def present(column: str) -> pl.Expr:
    """Whether a text column holds anything but white space."""
    return pl.col(column).str.contains(r"\S").fill_null(False)


def where(condition: pl.Expr, text: pl.Expr) -> pl.Expr:
    """``text`` where ``condition`` holds, else empty.

    Not null: polars keeps a text that when() has made null, and its regular expressions scan it all the same.
    """
    return pl.when(condition).then(text).otherwise(pl.lit(""))


_FEW: Final = 20
"""Texts in which Python looks for phrases: polars needs longer to get ready for them, which it does for every query."""


def holding(text: pl.Expr, phrases: list[str]) -> pl.Expr:
    """Whether ``text`` holds any of ``phrases``; null where there is no text."""

    def test(texts: pl.Series) -> pl.Series:
        if len(texts) > _FEW:
            return texts.str.contains_any(phrases)
        held = [None if text is None else any(phrase in text for phrase in phrases) for text in texts.to_list()]
        return pl.Series(texts.name, held, pl.Boolean())

    return asked(text, test)


def asked(values: pl.Expr, test: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """What Python says of ``values``, row by row: booleans. The vocabulary is that of whoever builds the expression."""
    return values.map_batches(bound(test), return_dtype=pl.Boolean(), is_elementwise=True)


def confirmed(candidates: pl.Expr, text: str | pl.Expr, test: Callable[[str], bool]) -> pl.Expr:
    """Whether ``test`` holds for ``text`` (a column or an expression); asked only where the cheap ``candidates`` hold."""

    def ask(few: Sequence[pl.Series]) -> list[bool]:
        return [value is not None and test(value) for value in few[0].to_list()]

    return _asked_of(candidates, [pl.col(text) if isinstance(text, str) else text], ask)


def confirmed_rows(candidates: pl.Expr, columns: Sequence[str | pl.Expr], test: Callable[[Article], bool]) -> pl.Expr:
    """Whether ``test`` holds for a record, of which it sees ``columns``; asked only where ``candidates`` holds."""

    def ask(few: Sequence[pl.Series]) -> list[bool]:
        names = [column.name for column in few]
        rows = zip(*(column.to_list() for column in few), strict=True)
        return [test(dict(zip(names, row, strict=True))) for row in rows]

    return _asked_of(candidates, columns, ask)


def narrowed(candidates: pl.Expr, columns: Sequence[str | pl.Expr], test: pl.Expr) -> pl.Expr:
    """Whether ``test``, an expression over ``columns``, holds; computed only for records for which ``candidates`` holds.

    For tests that cost much, and regular expressions that take long to compile: `when` would compute them for all.
    """

    def ask(few: Sequence[pl.Series]) -> npt.NDArray[np.bool_]:
        held: npt.NDArray[np.bool_] = pl.DataFrame(few).select_seq(test.fill_null(False)).to_series().to_numpy()
        return held

    return _asked_of(candidates, columns, ask)


def _asked_of(
    candidates: pl.Expr,
    columns: Sequence[str | pl.Expr],
    test: Callable[[Sequence[pl.Series]], Sequence[bool] | npt.NDArray[np.bool_]],
) -> pl.Expr:
    """What ``test`` says of the ``columns`` of the records for which ``candidates`` holds; False for all others.

    Dozens of rules ask so in every batch, most of them for nothing. What polars computes as a query of its own (`arg_true`,
    `scatter`, `filter` of a frame) takes a third of a millisecond here, what it does at once and numpy next to nothing; so does
    a struct of the columns, made and taken apart.
    """

    def ask(given: Sequence[pl.Series]) -> pl.Series:
        height = max(map(len, given))
        # a literal comes as one value, whatever stands beside it
        candidate, *values = (one if len(one) == height else one.new_from_index(0, height) for one in given)
        if not candidate.any():
            return candidate
        flags = np.zeros(len(candidate), np.bool_)
        flags[candidate.to_numpy()] = test([value.filter(candidate) for value in values])
        return pl.Series(candidate.name, flags)

    return pl.map_batches([candidates.fill_null(False), *columns], bound(ask), pl.Boolean())


def whole(column: str, message: str, suggestion: str | None = None, repair: str | None = None) -> Iterator[Spot]:
    """One spot on a whole field."""
    yield Spot(column, message, suggestion=suggestion, repair=repair)


def difference(text: str, meant: str) -> tuple[int, int, str]:
    """(start, end, repair) of the smallest span of ``text``, never empty, by whose repair it becomes ``meant``."""
    start = min(_common(text, meant), len(text) - 1)
    end = len(text) - _common(text[start:][::-1], meant[start:][::-1])
    if start == end:  # something is only inserted: the character behind it is written again
        end += 1
    return start, end, meant[start : len(meant) - (len(text) - end)]


def _common(text: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(text, other, strict=False)
    return next((index for index, (one, two) in enumerate(pairs) if one != two), min(len(text), len(other)))
