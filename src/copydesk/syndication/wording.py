"""Words that say no, and names that are one: what of a difference in words is one of fact, language by language."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile
from typing import Final

_TURNING: Final = {
    "en": "not no never cannot without neither nobody nothing none nowhere",
    "de": "nicht kein keine keinen keiner keinem keines nie niemals ohne nichts niemand",
    "nl": "niet geen nooit zonder niemand niets",
    "af": "geen nooit sonder niemand",
    "sv": "inte ej icke aldrig ingen inget inga",
    "no": "ikke ikkje aldri uten utan ingen intet",
    "da": "ikke aldrig uden ingen intet",
    "is": "ekki aldrei án",
    "fr": "pas jamais aucun aucune sans",
    "es": "no nunca jamás sin ningún ninguna ninguno nadie nada",
    "pt": "não nunca jamais sem nenhum nenhuma ninguém nada",
    "gl": "non nunca sen ningún ningunha ninguén",
    "ca": "no mai sense ningú",
    "it": "non mai senza nessun nessuna nessuno",
    "ro": "nu niciodată fără niciun nicio",
    "pl": "nie nigdy bez żaden żadna żadne",
    "cs": "ne není nikdy bez žádný žádná žádné",
    "sk": "nie nikdy bez žiadny žiadna žiadne",
    "sl": "ne ni nikoli brez",
    "hr": "ne nije nisu nikada nikad bez",
    "bs": "ne nije nisu nikada nikad bez",
    "sr": "ne nije nisu nikada nikad bez не није нису никада никад без",
    "ru": "не нет никогда без",
    "uk": "не ні немає ніколи без",
    "be": "не няма ніколі без",
    "bg": "не няма никога без",
    "mk": "не нема никогаш без",
    "lt": "ne nėra niekada be",
    "lv": "ne nav nekad bez",
    "sq": "nuk mos kurrë pa",
    "el": "δεν δε μην μη όχι ποτέ χωρίς",
    "hu": "nem nincs nincsenek ne soha nélkül",
    "tr": "değil yok asla",
    "fi": "ei eivät en emme ilman",
    "et": "ei pole mitte ilma",
    "vi": "không chưa chẳng",
    "id": "tidak bukan tanpa belum",
    "ms": "tidak bukan tanpa belum",
    "sw": "si hapana hakuna bila",
    "ar": "لا لم لن ليس ليست بدون",
    "fa": "نه نیست بدون",
    "ur": "نہیں نہ بغیر",
    "he": "לא אין ללא בלי",
    "hi": "नहीं न बिना",
    "mr": "नाही नको",
    "ne": "छैन होइन",
}
"""Words that turn a sentence around; in another language they may be anything: "no" is "in the" in Portuguese, "nu" is "now" in
Dutch, "mai" is May in German. Conjunctions are left out: "nor" where another says "or" changes nothing."""

_DENSE_WORDS: Final = "不 没 沒 未 無 无 没有 沒有 不是 并未 並未 尚未 ない なかっ せん ませんでし ไม่ มิได้ ບໍ່ មិន"
_DENSE: Final = frozenset(_DENSE_WORDS.split())
"""The same in scripts that do not part words; in Chinese also letters of other words, which is why nothing else may differ."""

_BEGINNINGS: Final = {"cs": "ne", "sk": "ne", "lt": "ne", "lv": "ne"}
"""Languages that say no by the beginning of the verb."""

_ANYWHERE: Final = frozenset(word for words in _TURNING.values() for word in words.split())
_PREFIXES: Final = tuple(set(_BEGINNINGS.values()))

_STEM: Final = 3
"""Letters of a verb that is denied so."""

_TITLE_WORDS: Final = """
mr mrs ms miss mx sir dame lord lady dr doctor prof professor rev president premier chancellor minister secretary senator
congressman congresswoman representative governor mayor judge justice king queen prince princess pope cardinal archbishop bishop
imam rabbi sheikh captain colonel general major lieutenant sergeant officer detective inspector superintendent commissioner
ambassador director chairman chairwoman spokesman spokeswoman coach
m mm mme mlle monsieur madame mademoiselle président présidente ministre maître docteur professeur
señor señora sr sra srta don doña presidente presidenta ministro ministra doctor doctora
senhor senhora dom dona doutor doutora professor professora signor signora signore sig dott dottor dottoressa onorevole
presidente ministro professore professoressa meneer mevrouw minister herra rouva pan pani prezydent minister
г-н г-жа господин госпожа пан пані президент премьер министр κ κα κος κύριος κυρία bay bayan sayın
"""
_TITLES: Final = frozenset(_TITLE_WORDS.split())
"""What one house puts before a surname where another puts the given name."""

_ALIKE: Final = 0.6
"""Likeness (`difflib`) from which two names are spellings of one: Zelensky, Zelenskyy."""

_SHORT: Final = 4
"""Letters of an abbreviation that leaves out some between."""

_VOWELS: Final = frozenset("aeiouyаеёиіоуыэюя")


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(_TURNING.get(language, "").split())


def may_deny(word: str) -> bool:
    """Whether ``word`` turns a sentence around in some language: before it is asked which one a text is in."""
    return word in _ANYWHERE or word.endswith("n't") or word.startswith(_PREFIXES)


def denies(own: Sequence[str], others: Sequence[str], languages: Sequence[str]) -> bool:
    """Whether of the words that two sentences do not share one alone turns its sentence around, in one of ``languages``."""
    own, others = (_without_particles(words, languages) for words in (own, others))
    added, dropped = [word for word in own if word not in others], [word for word in others if word not in own]
    if len(added) > 1 or len(dropped) > 1:
        return False
    if _negating(added, languages) != _negating(dropped, languages):
        return True
    if not added or not dropped:
        return False
    short, long = sorted((*added, *dropped), key=len)
    prefixes = {_BEGINNINGS.get(language, "") for language in languages} - {""}
    return len(short) >= _STEM and any(long == prefix + short for prefix in prefixes)


def denies_densely(own: Sequence[str], others: Sequence[str]) -> bool:
    """The same of letters, in scripts that do not part words."""
    one, other = "".join(own), "".join(others)
    begin = _same(one, other)
    end = _same(one[begin:][::-1], other[begin:][::-1])
    added, dropped = one[begin : len(one) - end], other[begin : len(other) - end]
    negating = _turned(added) & _DENSE, _turned(dropped) & _DENSE
    if bool(negating[0]) == bool(negating[1]):
        return False
    return all(len(letters) <= 1 or said for letters, said in zip((added, dropped), negating, strict=True))


def _same(one: str, other: str) -> int:
    """Letters with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _turned(letters: str) -> set[str]:
    """``letters`` beginning at each of them: which of the letters around it belong to what was put in cannot be told."""
    return {letters[start:] + letters[:start] for start in range(len(letters))} if len(letters) <= _SHORT else {letters}


def _without_particles(words: Sequence[str], languages: Sequence[str]) -> list[str]:
    """``words`` without French "ne", which says nothing without the word that follows: n'a pas, avant qu'il ne parte."""
    if "fr" not in languages:
        return list(words)
    return [word.removeprefix("n'") for word in words if word != "ne"]


def _negating(words: Sequence[str], languages: Sequence[str]) -> bool:
    return any(word.endswith("n't") or any(word in _words(language) for language in languages) for word in words)


def are_other_names(own: Sequence[str], others: Sequence[str], dotted: bool) -> bool:
    """Whether names, in small letters and as many on both sides, are names of something else: not other spellings, nor
    abbreviations (``dotted``: a full stop stands behind one), nor a title in the place of a given name."""
    pairs = [pair for pair in zip(own, others, strict=True) if not set(pair) & _TITLES]
    if not pairs or any(_abbreviates(one, other, dotted) for one, other in pairs):
        return False
    one, other = (" ".join(names) for names in zip(*pairs, strict=True))
    return SequenceMatcher(None, one, other, autojunk=False).ratio() < _ALIKE


def _abbreviates(one: str, other: str, dotted: bool) -> bool:
    """Whether one name may stand for the other: Gov. for Governor, Lt for Lieutenant; an inflected one, too."""
    short, long = sorted((one, other), key=len)
    if long.startswith(short):
        return True
    marked = len(short) <= _SHORT and (dotted or _VOWELS.isdisjoint(short))
    return marked and short[0] == long[0] and _leaves_out(short, long)


def _leaves_out(short: str, long: str) -> bool:
    """Whether ``short`` is ``long`` without some of its letters."""
    letters = iter(long)
    return all(letter in letters for letter in short)
