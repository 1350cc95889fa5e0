"""Which language a text is in: cheap evidence first, py3langid for the few texts that it does not settle.

py3langid was chosen by measurement: on 1,189 extracted texts of 30 languages it agreed with the pages' truth as often as
fastText's small model and lingua did, or more (25, 37 and 20 disagreements, most of them faults of the truth); it is 4.5 MB
of plain Python and numpy, where lingua is 96 MB and ten times slower, and fastText a compiled extension.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Final

import numpy as np
import polars as pl

from copydesk.vocabulary import function_words, per_vocabulary

_SCRIPTS: Final = {
    "ja": r"[\p{Hiragana}\p{Katakana}]", "ko": r"\p{Hangul}", "zh": r"\p{Han}", "el": r"\p{Greek}", "he": r"\p{Hebrew}",
    "th": r"\p{Thai}", "ka": r"\p{Georgian}", "hy": r"\p{Armenian}", "km": r"\p{Khmer}", "lo": r"\p{Lao}",
    "my": r"\p{Myanmar}", "si": r"\p{Sinhala}", "ta": r"\p{Tamil}", "te": r"\p{Telugu}", "kn": r"\p{Kannada}",
    "ml": r"\p{Malayalam}", "gu": r"\p{Gujarati}", "pa": r"\p{Gurmukhi}", "or": r"\p{Oriya}", "bn": r"\p{Bengali}",
    "am": r"\p{Ethiopic}",
}  # fmt: skip
"""Languages whose script says enough."""

KIN: Final = tuple(
    frozenset(group.split())
    for group in (
        "no nb nn da sv", "hr bs sr sh sl me", "id ms jv su", "cs sk", "pt gl", "es ca gl an ast", "hi mr ne bh", "zu xh ss st",
        "nl af fy lb", "tr az", "mk bg", "ru be uk", "tl fil ceb", "fa ps ku ug ur", "kk ky tt", "zh yue wuu zh-hant ja",
        "fr oc br wa", "en sco", "de lb als gsw", "bn as", "it la vec scn", "en la",
    )
)  # fmt: skip
"""Languages that identifiers confuse: written much alike, or mixed in one text."""

_LEAST = 200
"""Letters below which a text is too short to be judged."""

_HEAD = 600
"""Characters in which a language's commonest words must show: about a hundred words."""

_BETWEEN = "[ \\n.,;:!?()«»„“”\"'’—-]+"
"""What parts words; Unicode's classes of blanks and punctuation would take most of the rule's time."""

_PLAIN = re.compile(rf"(?:(?!{_BETWEEN})[^A-Z])+")
"""A word that can stand between them in a text in small letters."""

_FEW = 10
"""Texts of one language at which Python glances: it takes less than the pattern to get ready."""

_ENOUGH = 5
"""Of these words; every fourth word of running text is one."""

_LETTERS = 30
"""Letters of a language's own script, of the first four times as many characters."""

_GLANCES = (250, _HEAD)
"""Characters in which they are looked for first without much care."""

_SPOKEN = 3
"""Of its commonest words, from which a language can be told from others at all."""

_RUN = 3
"""Letters of a script that are counted at once."""

_SAMPLE = 2_000

_OWN_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0530-\u05ff\u0980-\u1cff\u1f00-\u1fff\u2d00-\u2ddf\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of the `_SCRIPTS`, and some others."""

_SURE = 0.99


def codes(declared: str) -> list[str]:
    """The languages of a declaration such as `en-GB` or `en, de`: their two or three letters; others are left out."""
    return [found.casefold() for found in re.findall(r"(?i)(?:^|[,; ]+)([a-z]{2,3})(?=[-_,; ]|$)", declared.strip())]


def differ(rows: pl.Series) -> pl.Series:
    """For rows of `language` and `body`: whether the body is surely in none of the languages; null counts as no."""
    texts, body = rows.struct.unnest(), pl.col("body")
    judged = (pl.col("language").is_not_null() & (body.str.len_bytes() >= _LEAST)).fill_null(False)
    read = texts.select_seq("language", body.str.head(_HEAD), judged.alias("judged"))
    declarations, heads, bodies = read["language"].to_list(), read["body"], texts["body"]
    by_language: dict[str, list[int]] = {}
    for row in np.flatnonzero(read["judged"].to_numpy()).tolist():
        by_language.setdefault(declarations[row], []).append(row)
    mask = np.zeros(len(rows), np.bool_)
    for declared, part in by_language.items():
        if wanted := codes(declared):
            mask[[row for row in _open(part, heads[part], wanted) if _is_none_of(bodies[row], wanted)]] = True
    return pl.Series(rows.name, mask)


def _open(rows: list[int], heads: pl.Series, wanted: list[str]) -> list[int]:
    """Those of ``rows`` in whose ``heads``, the beginnings of their texts, none of the languages shows."""
    frame = pl.DataFrame({"row": rows, "head": heads})
    if few := len(rows) <= _FEW:
        known = [words for code in wanted if (words := _plain_words(code))]
        frame = frame.filter([not _speaks(head, known) for head in heads.to_list()])
    for reach in () if few else _GLANCES:
        frame = frame.filter(~_shows_at_once(wanted, pl.col("head").str.head(reach)))
    return frame.filter(~_shows(wanted, pl.col("head")))["row"].to_list() if frame.height else []


def _speaks(head: str, known: list[frozenset[str]]) -> bool:
    """Whether enough words of one of ``known`` stand between blanks in ``head``; what holds here holds in `_shows`."""
    for reach in _GLANCES:
        words = head[:reach].split(" ")[1:-1]  # the first and the last may be parts of words
        if any(sum(map(own.__contains__, words)) >= _ENOUGH for own in known):
            return True
    return False


@per_vocabulary
def _plain_words(code: str) -> frozenset[str]:
    """The words of a language that `_shows` looks for as they stand: a contract may list others, with an apostrophe, a capital
    or what a pattern takes for a sign."""
    words = function_words().get(code, ())
    return frozenset(word for word in words if _PLAIN.fullmatch(word) and word == word.lower() == re.escape(word))


def _shows_at_once(wanted: list[str], head: pl.Expr) -> pl.Expr:
    """Whether ``head`` has enough of it at a glance: what holds here holds in `_shows`, which takes ten times as long."""
    shown = pl.lit(False)
    for code in wanted:
        # a contract may list words with an apostrophe or a capital, which `_shows` looks for in vain
        if words := [word for word in function_words().get(code, ()) if _PLAIN.fullmatch(word)]:
            held = f"{_BETWEEN[:-1]}(?:{'|'.join(words)}){_BETWEEN[:-1]}"
            shown |= head.str.count_matches(held) >= _ENOUGH
        if script := _SCRIPTS.get(code):
            runs = head.str.head(4 * _LETTERS).str.count_matches(f"{script}{{{_RUN}}}")
            shown |= runs >= -(-_LETTERS // _RUN)
    return shown


def _shows(wanted: list[str], head: pl.Expr) -> pl.Expr:
    """Whether ``head``, the beginning of a text, has enough of what marks one of the languages."""
    shown = pl.lit(False)
    # two blanks between words, so that a word does not take the blank of the next one
    parted = head.str.to_lowercase().str.replace_all(_BETWEEN, "  ")
    for code in wanted:
        if words := function_words().get(code):
            shown |= parted.str.count_matches(f" (?:{'|'.join(words)}) ") >= _ENOUGH
        if script := _SCRIPTS.get(code):
            shown |= head.str.head(4 * _LETTERS).str.count_matches(script) >= _LETTERS
    return shown


def _is_none_of(text: str, wanted: list[str]) -> bool:
    sample = text[:_SAMPLE]
    spoken = _spoken(sample)
    most = max((spoken.get(code, 0) for code in wanted), default=0)
    others = {code for code, count in spoken.items() if count > most and not _akin(code).intersection(wanted)}
    if not others and not _OWN_SCRIPT.search(sample):
        return False  # nothing would bear the identifier out, which takes 70 MB and half a second to load
    found = identified(text)
    if found is None or found[1] < _SURE or _akin(found[0]).intersection(wanted):
        return False
    if not any(code in _identifier().labels for code in wanted):
        return False
    return found[0] in others or (found[0] in _SCRIPTS and found[0] not in function_words())


def _akin(code: str) -> set[str]:
    return {code}.union(*(group for group in KIN if code in group))


def _spoken(sample: str) -> dict[str, int]:
    """The languages of whose own words, between blanks, ``sample`` has enough, and how many: a second witness."""
    known = _languages_by_word()
    counts = Counter(code for word in sample.split(" ")[1:-1] for code in known.get(word, ()))
    least = max(3, len(sample.split()) // 25)
    return {code: count for code, count in counts.items() if count >= least}


def commonest(words: Iterable[str]) -> list[str]:
    """The language of whose commonest words ``words``, in small letters, have the most; several that are written alike; none
    where there are too few.

    >>> commonest("de haven is niet dicht en het schip vaart van hier".split())
    ['nl']
    """
    known = _languages_by_word()
    counts = Counter(code for word in words for code in known.get(word, ()))
    most = max(counts.values(), default=0)
    return [code for code, count in counts.items() if count == most] if most >= _SPOKEN else []


@per_vocabulary
def _languages_by_word() -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for code, words in function_words().items():
        for word in set(words):
            known.setdefault(word, []).append(code)
    return known


def identified(text: str) -> tuple[str, float] | None:
    """The likeliest language of ``text`` and its probability; None for texts too short or without letters."""
    return _identified(text[:_SAMPLE])


@lru_cache(maxsize=512)
def _identified(text: str) -> tuple[str, float] | None:
    sample = re.sub(r"https?://\S+|\S+@\S+", " ", text)
    if sum(map(str.isalpha, sample)) < _LEAST / (3 if re.search("[\u3040-\u9fff\uac00-\ud7af]", sample) else 1):
        return None
    language, probability = _identifier().classify(sample)
    return str(language), float(probability)


_LOADING: Final = Lock()


def _identifier() -> Any:
    with _LOADING:  # several of polars' threads come for it at once, and loading takes half a second and 130 MB
        return _loaded()


@cache
def _loaded() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
