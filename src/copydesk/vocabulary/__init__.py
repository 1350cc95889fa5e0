"""The vocabularies: facts that a non-programmer can extend, those of `checks/vocabulary/` and what a contract adds to them.

Which vocabulary holds is a matter of context: ``with using(vocabulary):`` around everything that reads, derives and checks.
What is computed from a vocabulary is kept with it (`per_vocabulary`), so that two contracts never see each other's words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from copydesk.vocabulary.files import FILES, Row, merged, read_shipped

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


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Rows of all kinds, by the keys of `FILES`: what a user adds stands first, so that it wins where the first one does."""

    rows: Mapping[str, tuple[Row, ...]]
    _kept: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def extended(self, files: Mapping[str, Sequence[Path]]) -> "Vocabulary":
        """This vocabulary and the rows of ``files``, which have the same columns as those that ship.

        A row replaces one for the same fact, or takes it out (`copydesk.vocabulary.files.merged`).
        Raises ContractError that names file and line where a row cannot be used.
        """
        rows = dict(self.rows)
        for kind, paths in files.items():
            for path in paths:
                rows[kind] = merged(kind, rows[kind], path)
        return Vocabulary(rows)


@cache
def default() -> Vocabulary:
    """The vocabulary that ships."""
    return Vocabulary({kind: read_shipped(kind) for kind in FILES})


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


STOPS = ".!?…。！？।॥؟۔։።။។"
"""What ends a sentence: also in Hindi, Urdu, Armenian, Amharic, Burmese and Khmer."""

SENTENCE_END = re.compile(rf"[{STOPS}]['\"”’»)]*$")
"""How a line of prose ends, closing quotes included."""


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
    """The phrases of `page_phrases` as written, in lower case, with a capital and with either apostrophe, to look for: as a
    pattern they take long to compile."""
    phrases = page_phrases(*kinds)
    forms = {form for phrase in phrases for form in (phrase, phrase.lower(), phrase[:1].upper() + phrase[1:])}
    return sorted(forms | {form.replace("'", "’") for form in forms} | {form.replace("’", "'") for form in forms})
