"""Recognises lines by vocabulary phrases: cheap questions to all lines in Rust, the exact one to the few that are left.

Unicode ``\\b``, ``\\s``, ``\\w`` and ``\\d`` are kept out of the Rust patterns on purpose: with them polars' regex engine
gives up its fast automaton on text that is not ASCII and becomes sixty times slower.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter
from typing import Final

import polars as pl

from copydesk.errors import ContractError
from copydesk.furniture.spellings import ALIKE, as_pattern, plain, spellings
from copydesk.processes import lanes
from copydesk.vocabulary import Phrase, escape, parts_words, per_vocabulary, phrases

LONGEST: Final = 300
"""Characters; a longer line is prose, whatever phrase it begins with or holds."""

_KEYS: Final = (16, 12, 8, 5, 4, 3, 2, 1)
"""A line may begin with a phrase if its first so many characters are those of one."""

_INITIALS: Final = (4, 3, 2, 1)
"""Phrases lie together by their first so many characters, shorter ones by all they have: not all are compared with every line."""

_REACH: Final = 64
"""Characters at the start of a line that are looked at for bullets before a phrase."""

FEW: Final = 100
"""Lines to which the exact questions are put at once: they take less than the patterns of the cheap ones to get ready."""

_FOLDED: Final = 60
"""Phrases up to which a pattern that ignores case is quicker than small letters. Many more outgrow the memory of the regex
engine's automaton: 500 take ten times as long in lines of many scripts (427,000 lines of real pages)."""

_CLOSING = re.compile(
    r"[\s:.…!»>→|*\])）】–—：»›！。।۔։።။›▶►▷▸▼▽▾↓↑↗-]*(?:[(（\[]\d{1,5}[)）\]])?[\s:.…!»>→|：！›▶►▷▸▼▽▾↓↑↗]*"
)
"""What may follow a phrase that is the whole line: signs, and how many there are ("Comments (12)")."""

_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|”[^”]*”|\"[^\"]*\"|「[^「」]*」|『[^『』]*』")
_HYPHENATED = re.compile(r"[-‐‑]?[^\W_]")
"""The word of a phrase goes on: "Photographs", "Photo-finish"."""

_BESIDE = 2
"""Words beside a quotation from which it is quoted by somebody, and is not the line's own."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]+")
"""A word; two characters of the scripts that write without blanks count as one."""
_NOTHING: Final = r"\z."
_LOOSE = {r"\d": "[0-9]", r"\w": r"[\p{L}\p{N}_]", r"\s": r"[ \t\x{a0}]", r"\b": ""}


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of ``kind`` that a line begins with (``rest`` is what follows it) or holds (``rest`` is None); ``sure`` if
    a whole sentence with it is furniture too."""

    kind: str
    rest: str | None
    sure: bool = True


class PhraseIndex:
    """Phrases found where a line begins with one (match prefix), is one (line), holds one (contains) or matches (regex)."""

    def __init__(self, known: Iterable[Phrase]) -> None:
        known = list(known)
        known.sort(key=lambda phrase: phrase.risk != "low")  # what is sure is said first
        contained = [
            (plain(text), _hit(phrase))
            for phrase in known
            if phrase.match == "contains"
            for text in spellings(phrase.text)
        ]
        self._contained: dict[str, list[tuple[int, str, Hit]]] = {}
        for rank, (text, hit) in enumerate(contained):
            self._contained.setdefault(text[: _INITIALS[0]], []).append((rank, text, hit))
        self._sizes = {len(start) for start in self._contained}
        self._patterns = [(re.compile(phrase.text), _hit(phrase)) for phrase in known if phrase.match == "regex"]
        _understood([pattern.pattern for pattern, _ in self._patterns])
        self._held = _contain([text for text, _ in contained])
        for anchored in (True, False):  # apart: one automaton of both is much slower than the two
            matched = [pattern.pattern for pattern, _ in self._patterns if pattern.pattern.startswith("^") == anchored]
            self._held |= pl.col("text").str.contains("|".join(f"(?:{loosened(one)})" for one in matched) or _NOTHING)
        led = [
            (text, phrase)
            for phrase in known
            if phrase.match in ("prefix", "line")
            for text in spellings(phrase.text)
            if _lead(text)
        ]
        self._led: dict[str, list[tuple[str, bool, bool, Hit]]] = {}
        keys: dict[int, set[str]] = {}
        for spelt, phrase in sorted(led, key=lambda entry: -len(entry[0])):  # the longest one wins
            text = _lead(plain(spelt.strip()))
            entry = (text, parts_words(text[-1]), phrase.match == "line", _hit(phrase))
            self._led.setdefault(text[: _INITIALS[0]], []).append(entry)
            size = next(size for size in _KEYS if size <= len(text))
            keys.setdefault(size, set()).add(text[:size])
        # said once: polars makes a column of each list
        begins = (pl.col("lead").str.head(size).is_in(sorted(starts)) for size, starts in keys.items())
        self._begins = pl.any_horizontal(pl.lit(False), *begins)

    def hits(self, lines: pl.DataFrame) -> list[tuple[int, Hit]]:
        """(position in ``lines``, phrase) of every line (see `copydesk.furniture.lines`) that begins with or holds one."""
        if lines.height <= FEW:
            return list(self._each(lines["text"].to_list()))
        text = pl.col("text")
        numbered = lines.select(text, pl.int_range(pl.len()).alias("at"))
        short = numbered.filter(text.str.len_bytes() <= 4 * LONGEST).filter(text.str.len_chars() <= LONGEST)
        lead = (
            text.str.head(_REACH)
            .str.replace(r"^[^\p{L}\p{N}]+", "")
            .str.head(
                _KEYS[0] + 1
            )  # a sigma is small in another way at the end of a word, so what follows it is wanted
            .str.to_lowercase()
            .str.head(_KEYS[0])
            .str.replace_many(ALIKE)
            .alias("lead")
        )
        leads = short.select("at", "text", lead)
        found: dict[int, Hit] = {}
        held = lanes.apart(short, [self._held], "phrases").to_series()
        for line, at in short.filter(held).select("text", "at").iter_rows():
            if hit := self.holds(line):
                found[at] = hit
        for line, at in leads.filter(self._begins).select("text", "at").iter_rows():
            if hit := self.begins(line):
                found[at] = hit
        return sorted(found.items())

    def _each(self, lines: Iterable[str]) -> Iterator[tuple[int, Hit]]:
        for at, line in enumerate(lines):
            if hit := self.begins(line) or self.holds(line):
                yield at, hit

    def begins(self, line: str) -> Hit | None:
        """The phrase that ``line`` begins with, or None."""
        if len(line) > LONGEST:
            return None
        text = _lead(line)
        lower = plain(text)
        near = chain.from_iterable(self._led.get(lower[:size], ()) for size in _INITIALS)
        for phrase, bounded, whole, hit in near:
            if lower.startswith(phrase):
                rest = lower[len(phrase) :]
                if whole:
                    if not _CLOSING.sub("", rest, count=1):
                        return replace(hit, rest="")
                elif not (bounded and _HYPHENATED.match(rest)):
                    return replace(hit, rest=text[len(phrase) :])
        return None

    def holds(self, line: str) -> Hit | None:
        """A phrase that ``line`` holds or matches, or None."""
        if len(line) > LONGEST:
            return None
        lower = plain(line)
        held = self._within(lower)
        if held and held.sure:
            return held
        matched = next((hit for pattern, hit in self._patterns if pattern.search(line)), None)
        return matched if matched and (matched.sure or not held) else held

    def _within(self, lower: str) -> Hit | None:
        """The first of the phrases that ``lower`` holds, in the order of the vocabulary and what is sure before all else."""
        places = range(len(lower))
        near = ((at, self._contained.get(lower[at : at + size], ())) for size in self._sizes for at in places)
        held = ((rank, hit) for at, phrases in near for rank, text, hit in phrases if lower.startswith(text, at))
        return min(held, key=itemgetter(0), default=(0, None))[1]

    def quotes(self, line: str) -> bool:
        """Whether all phrases of ``line`` stand in what it quotes: “Share this story,” the note said."""
        beside = _QUOTED.sub(" ", line)
        if len(beside) == len(line) or len(_WORD.findall(beside)) < _BESIDE:
            return False
        return not (self.begins(beside) or self.holds(beside))


def _contain(phrases: list[str]) -> pl.Expr:
    """Whether the column `text` holds any of ``phrases``, which are in small letters with straight apostrophes."""
    text = pl.col("text")
    pattern = "|".join(map(escape, phrases)) or _NOTHING
    if len(phrases) > _FOLDED:
        return text.str.to_lowercase().str.replace_many(ALIKE).str.contains(pattern)
    return text.str.contains(f"(?i:{as_pattern(pattern)})")


def _hit(phrase: Phrase) -> Hit:
    return Hit(phrase.kind, None, phrase.risk == "low")


def _understood(patterns: list[str]) -> None:
    """Raises ContractError where polars cannot match one of the vocabulary's patterns."""
    try:
        pl.Series([""]).str.contains("|".join(f"(?:{loosened(pattern)})" for pattern in patterns) or _NOTHING)
    except pl.exceptions.ComputeError:
        if len(patterns) == 1:
            raise ContractError(
                f"residue phrase {patterns[0]!r}: no look-around and no back references, please: lines are matched in linear time"
            ) from None
        for pattern in patterns:  # which one it is
            _understood([pattern])


def loosened(pattern: str) -> str:
    """A Python pattern of the vocabulary for Rust: matches whatever it matches, and is fast on text of any script."""
    for slow, fast in _LOOSE.items():
        inside = fast.removeprefix("[").removesuffix("]")
        pattern = re.sub(rf"(\[[^\]]*){re.escape(slow)}", lambda found, put=inside: found[1] + put, pattern)  # type: ignore[misc]
        pattern = pattern.replace(slow, fast)
    return pattern


def _lead(text: str) -> str:
    """``text`` from its first letter or digit on; nothing where that comes too late for the keys to be within reach."""
    for index, char in enumerate(text[: _REACH - _KEYS[0]]):
        if char.isalnum():
            return text[index:]
    return ""


@per_vocabulary
def index(*kinds: str) -> PhraseIndex:
    """The phrases of some kinds, or of all, that are evidence by themselves (risk low or medium)."""
    return PhraseIndex(phrase for phrase in phrases(*kinds) if phrase.risk != "high")
