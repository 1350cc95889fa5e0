"""The vocabularies: facts that a non-programmer can extend, those of `checks/vocabulary/` and what a contract adds to them.

Which vocabulary holds is a matter of context: ``with using(vocabulary):`` around everything that reads, derives and checks.
What is computed from a vocabulary is kept with it (`per_vocabulary`), so that two contracts never see each other's words.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from copydesk.errors import ContractError
from copydesk.resources import shipped

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agency:
    """A news agency or press-release wire.

    ``bylines`` are the spellings seen in bylines, ``signatures`` Python regular expressions for sentences
    that only its copy carries, ``ambiguity`` (low, medium, high) how often its short forms mean something else.
    """

    id: str
    name: str
    bylines: tuple[str, ...]
    signatures: tuple[str, ...]
    ambiguity: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of page furniture: how it is matched (prefix, line, contains, regex) and how risky a hit is."""

    language: str
    text: str
    kind: str
    match: str
    risk: str


Row = Mapping[str, str]
"""A row of a vocabulary file, by column."""


@dataclass(frozen=True)
class _File:
    """One kind of vocabulary: its columns, those that must not be empty, what makes two rows the same fact, and the
    column whose word "off" takes a fact out."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    same: tuple[str, ...]
    switch: str
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: str = ""


FILES: Final[Mapping[str, _File]] = {
    "agencies": _File(
        ("id", "name", "country", "languages", "website", "bylines", "signatures", "ambiguity", "note"),
        ("id", "name", "bylines"), ("id",), "ambiguity", {"ambiguity": ("low", "medium", "high")}, "signatures",
    ),
    "residue": _File(
        ("language", "phrase", "kind", "match", "risk"),
        ("phrase", "kind"), ("phrase",), "match",
        {"match": ("prefix", "line", "contains", "regex"), "risk": ("low", "medium", "high")},
    ),
    "bylines": _File(
        ("kind", "language", "phrase"), ("phrase",), ("phrase",), "kind",
        {"kind": ("prefix", "lead", "role", "label", "action", "network", "speech", "placeholder", "desk", "company")},
    ),
    "titles": _File(
        ("kind", "language", "phrase"), ("phrase",), ("kind", "phrase"), "kind", {"kind": ("outlet", "section", "generic")}
    ),
    "urls": _File(
        ("kind", "match", "text"), ("kind", "text"), ("kind", "match", "text"), "kind",
        {
            "kind": (
                "category", "channel", "consent", "intermediary", "listing", "login", "referral", "section", "tracking",
            ),
            "match": ("host", "name", "prefix", "segment", "word"),
        },
    ),
    "pages": _File(
        ("language", "phrase", "kind", "strength"), ("phrase", "kind"), ("phrase",), "kind",
        {
            "kind": ("challenge", "consent", "error", "gone", "more", "paywall", "refused", "script"),
            "strength": ("strong", "weak"),
        },
    ),
    "languages": _File(("language", "words"), ("language",), ("language",), "words"),
    "months": _File(
        ("language", "month", "name"), ("language", "name"), ("language", "name"), "month",
        {"month": tuple(map(str, range(1, 13)))},
    ),
}  # fmt: skip
"""The kinds of vocabulary that a contract can add to, by the name of their file."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Rows of all kinds, by the keys of `FILES`: what a user adds stands first, so that it wins where the first one does."""

    rows: Mapping[str, tuple[Row, ...]]
    _kept: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def extended(self, files: Mapping[str, Sequence[Path]]) -> "Vocabulary":
        """This vocabulary and the rows of ``files``, which have the same columns as those that ship.

        A row replaces one for the same fact (agencies by id, months by language and name, else the phrase); with "off" in
        the column that says how it counts (`match`, `kind`, `ambiguity`, `month`) the fact is taken out.
        Raises ContractError that names file and line where a row cannot be used.
        """
        rows = dict(self.rows)
        for kind, paths in files.items():
            for path in paths:
                rows[kind] = _merged(kind, rows[kind], path)
        return Vocabulary(rows)


def _merged(kind: str, known: tuple[Row, ...], path: Path) -> tuple[Row, ...]:
    shape = FILES[kind]
    there = {_fact(shape, row) for row in known}
    own = []
    for line, row in _read(path, shape):
        if row[shape.switch] == "off" and _fact(shape, row) not in there:
            what = ", ".join(row[name] for name in shape.same)
            raise ContractError(f"{path}:{line}: {what!r} is switched off, but it is not there")
        own.append(row)
    facts = {_fact(shape, row) for row in own}
    kept = [row for row in known if _fact(shape, row) not in facts]
    return (*(row for row in own if row[shape.switch] != "off"), *kept)


def _fact(shape: _File, row: Row) -> tuple[str, ...]:
    return tuple(row[name].casefold() for name in shape.same)


def _read(path: Path, shape: _File) -> Iterator[tuple[int, Row]]:
    """(line, row) for each row of a user's file, checked."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot read the vocabulary: {error}") from None
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        if set(reader.fieldnames or ()) != set(shape.columns):
            raise ContractError(f"{path}:1: the columns must be {','.join(shape.columns)}")
        for row in reader:
            if None in row or None in row.values():
                raise ContractError(f"{path}:{reader.line_num}: the row has more or fewer fields than the first line")
            clean = {name: value.strip() for name, value in row.items()}
            if problem := _problem(clean, shape):
                raise ContractError(f"{path}:{reader.line_num}: {problem}")
            yield reader.line_num, clean
    except csv.Error as error:
        raise ContractError(f"{path}:{reader.line_num}: not valid CSV: {error}") from None


def _problem(row: Row, shape: _File) -> str | None:
    """What is wrong with a row, if anything is."""
    off = row[shape.switch] == "off"
    for name in shape.same if off else shape.needed:
        if not row[name]:
            return f"{name} is empty"
    if off:
        return None
    for name, choices in shape.choices.items():
        if row[name] not in choices:
            off_too = ", or off" if name == shape.switch else ""
            return f"{name} is {row[name]!r}; it must be {', '.join(choices)}{off_too}"
    patterns = (
        row[shape.patterns].split(";;") if shape.patterns else [row["phrase"]] if row.get("match") == "regex" else []
    )
    for pattern in filter(None, patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            return f"{pattern!r} is not a regular expression: {error}"
    return None


@cache
def default() -> Vocabulary:
    """The vocabulary that ships."""
    rows = {}
    for kind in FILES:
        with shipped("checks", "vocabulary", f"{kind}.csv").open(encoding="utf-8", newline="") as lines:
            rows[kind] = tuple(csv.DictReader(lines))
    return Vocabulary(rows)


_current: ContextVar[Vocabulary | None] = ContextVar("_current", default=None)


def current() -> Vocabulary:
    """The vocabulary that holds here."""
    return _current.get() or default()


@contextmanager
def using(vocabulary: Vocabulary) -> Iterator[None]:
    """Everything inside, in this thread, goes by ``vocabulary``."""
    token = _current.set(vocabulary)
    try:
        yield
    finally:
        _current.reset(token)


def bound(function: Callable[P, T]) -> Callable[P, T]:
    """``function``, going by today's vocabulary wherever it is called: polars calls Python from threads of its own."""
    vocabulary = current()

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        with using(vocabulary):
            return function(*args, **kwargs)

    return called


def per_vocabulary(function: Callable[P, T]) -> Callable[P, T]:
    """Like `functools.lru_cache`, but each vocabulary keeps its own answers: for everything computed from one.

    As many as two batches have records: answers about bylines and dates must not grow with the input.
    """

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> T:
        own = current()._kept
        answers = own.get(function)
        if answers is None:
            answers = own.setdefault(function, lru_cache(maxsize=8_192)(function))
        answer: T = answers(*args, **kwargs)
        return answer

    return kept


SENTENCE_END = re.compile(r"[.!?…。！？।؟]['\"”’»)]*$")
"""How a line of prose ends in the scripts of the vocabulary, closing quotes included."""


WORD_END = r"(?:[^\p{L}\p{N}]|\z)"
"""The end of a word, for Rust: Unicode ``\\b`` makes its expressions sixty times slower."""

_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def parts_words(char: str) -> bool:
    """Whether a phrase that ends in ``char`` must end a word: in scripts that part words by blanks."""
    return char.isalnum() and not _NO_SPACES.match(char) and not unicodedata.combining(char)


def escape(text: str) -> str:
    """`re.escape`, but only for what Rust and Python both call special."""
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", text)


@per_vocabulary
def agencies() -> tuple[Agency, ...]:
    """All agencies, in the order of the file: the first one claims a spelling that several share."""
    return tuple(
        Agency(
            row["id"],
            row["name"],
            tuple(filter(None, row["bylines"].split(";"))),
            tuple(filter(None, row["signatures"].split(";;"))),
            row["ambiguity"],
        )
        for row in current().rows["agencies"]
    )


@per_vocabulary
def phrases(*kinds: str) -> tuple[Phrase, ...]:
    """The phrases of the given kinds, e.g. ``phrases("related-link", "read-more")``; all of them without any."""
    return tuple(
        Phrase(row["language"], row["phrase"], row["kind"], row["match"], row["risk"])
        for row in current().rows["residue"]
        if not kinds or row["kind"] in kinds
    )


@per_vocabulary
def byline_words(kind: str) -> tuple[str, ...]:
    """What stands around names in bylines; ``kind`` is one of those that the README beside lists."""
    return tuple(dict.fromkeys(row["phrase"] for row in current().rows["bylines"] if row["kind"] == kind))


@per_vocabulary
def title_words(kind: str) -> tuple[str, ...]:
    """What titles hold beside or instead of a headline; ``kind`` is outlet ("Times"), section ("Sport") or generic."""
    return tuple(dict.fromkeys(row["phrase"] for row in current().rows["titles"] if row["kind"] == kind))


@per_vocabulary
def months() -> dict[str, dict[str, int]]:
    """Month names: ``{name in casefold: {language: month number}}``."""
    names: dict[str, dict[str, int]] = {}
    for row in current().rows["months"]:
        names.setdefault(row["name"].casefold(), {})[row["language"]] = int(row["month"])
    return names


@per_vocabulary
def url_words(kind: str, match: str = "") -> frozenset[str]:
    """Words of URLs; ``kind`` and ``match`` as in `checks/vocabulary/urls.csv`, an empty ``match`` means any."""
    return frozenset(
        row["text"] for row in current().rows["urls"] if row["kind"] == kind and match in ("", row["match"])
    )


@per_vocabulary
def page_phrases(*kinds: str) -> dict[str, bool]:
    """Phrases of pages that are no articles -> whether each is strong evidence.

    ``kinds`` are those of `checks/vocabulary/pages.csv`, e.g. ``page_phrases("challenge", "error")``.
    """
    return {row["phrase"]: row["strength"] == "strong" for row in current().rows["pages"] if row["kind"] in kinds}


@per_vocabulary
def function_words() -> dict[str, tuple[str, ...]]:
    """Language -> the words that stand in nearly every one of its sentences."""
    return {row["language"]: tuple(row["words"].split()) for row in current().rows["languages"]}


@per_vocabulary
def page_forms(*kinds: str) -> list[str]:
    """The phrases of `page_phrases` as written and in lower case, to look for: as a pattern they take long to compile."""
    return sorted({form for phrase in page_phrases(*kinds) for form in (phrase, phrase.lower())})
