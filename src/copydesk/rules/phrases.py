"""Matches vocabulary phrases at the start of lines: fast over whole columns in Rust, exact line by line in Python.

Unicode ``\\b`` and ``\\s`` are left out on purpose: with them polars' regex engine gives up its fast automaton on text
that is not ASCII and becomes sixty times slower.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from copydesk.vocabulary import Phrase, escape, page_phrases

BULLETS = r"[^\p{L}\p{N}\n]*"
"""What may stand before a phrase at the start of a line: anything that is neither letter nor digit."""

END = r"(?:[^\p{L}\p{N}]|\z)"
"""The end of a word, for Rust."""

_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CLOSING = re.compile(r"[\s:.…!»>→|]*")


def parts_words(char: str) -> bool:
    """Whether a phrase that ends in ``char`` must end a word: in scripts that part words by blanks."""
    return char.isalnum() and not _NO_SPACES.match(char) and not unicodedata.combining(char)


class PhraseIndex:
    """Phrases that are found where a line begins with one (match prefix and line) or holds one (match contains)."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        phrases = list(phrases)
        self.contained = [phrase.text for phrase in phrases if phrase.match == "contains" and phrase.risk == "low"]
        phrases = [phrase for phrase in phrases if phrase.match in ("prefix", "line")]
        self._by_start: dict[str, list[tuple[str, bool, bool]]] = {}
        ended: list[str] = []
        open_ended: list[str] = []
        for phrase in phrases:
            text = phrase.text.strip()
            folded = _lead(text.casefold())
            bounded = parts_words(text[-1])
            self._by_start.setdefault(folded[:2], []).append((folded, bounded, phrase.match == "line"))
            (ended if bounded else open_ended).append(escape(_lead(text)))
        alternatives = [f"(?:{_either(ended)}){END}" if ended else "", _either(open_ended)]
        self._start = f"{BULLETS}(?:{'|'.join(filter(None, alternatives))})"

    @property
    def inside(self) -> str:
        """Rust pattern: a line after the first begins with a phrase. A leading newline is three times as fast as (?m)^."""
        return rf"(?i)\n{self._start}"

    @property
    def first(self) -> str:
        """Rust pattern: the first line begins with a phrase."""
        return rf"(?i)\A{self._start}"

    def holds(self, line: str) -> bool:
        """Whether ``line`` holds a phrase of match contains, anywhere."""
        folded = line.casefold()
        return any(phrase.casefold() in folded for phrase in self.contained)

    def begins(self, line: str) -> str | None:
        """What follows the phrase that ``line`` begins with, or None where it begins with none."""
        text = _lead(line[:400])
        folded = text.casefold()
        for phrase, bounded, whole in self._by_start.get(folded[:2], ()):
            if folded.startswith(phrase):
                rest = folded[len(phrase) :]
                if whole:
                    if not _CLOSING.sub("", rest, count=1):
                        return ""
                elif not (bounded and rest[:1].isalnum()):
                    return text[len(phrase) :]
        return None


@cache
def either(*kinds: str) -> str:
    """Rust pattern of the phrases, as written and in lower case; folding case in the pattern costs several times as much."""
    forms = {form for phrase in page_phrases(*kinds) for form in (phrase, phrase.lower())}
    return "|".join(map(escape, sorted(forms, key=len, reverse=True)))


def _either(alternatives: list[str]) -> str:
    return "|".join(sorted(set(alternatives), key=len, reverse=True))


def _lead(text: str) -> str:
    """``text`` from its first letter or digit on."""
    for index, char in enumerate(text):
        if char.isalnum():
            return text[index:]
    return ""


@cache
def index(*kinds: str) -> PhraseIndex:
    """The phrases of some kinds that are evidence by themselves (risk low or medium)."""
    from copydesk.vocabulary import phrases

    return PhraseIndex(phrase for phrase in phrases(*kinds) if phrase.risk != "high" and _lead(phrase.text))


def lines(body: str) -> Iterable[tuple[int, str]]:
    """(offset, text) of every line that is not blank; blanks at its ends are cut."""
    offset = 0
    for raw in body.split("\n"):
        if text := raw.strip():
            yield offset + raw.index(text[0]), text
        offset += len(raw) + 1
