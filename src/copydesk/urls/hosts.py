"""What a host's name says: look-alike letters, and names that cannot exist."""

import re
import unicodedata
from typing import Final

LOOKALIKES: Final = dict(zip("аеорсухіјѕԁһԛԝӏѵүѡ" + "αορνυι", "aeopcyxijsdhqwlvyw" + "aopvui", strict=True))
"""Cyrillic and Greek letters that are read as Latin ones: those that the confusables of Unicode Technical Standard 39 equate,
but for the few that hardly look alike (г, γ, σ)."""

_TOGETHER: Final = ({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}, {"LATIN", "HAN", "BOPOMOFO"}, {"LATIN", "HAN", "HANGUL"})
"""Scripts that one label may mix: "highly restrictive" in UTS 39, section 5.2."""

_HAN: Final = {"CJK": "HAN", "IDEOGRAPHIC": "HAN"}

_COMMON: Final = {"", "KATAKANA-HIRAGANA", "MODIFIER"}
"""First words of the names of letters whose script is Common: the long vowel of kana (ー), the okina (ʻ)."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def shown(host: str) -> str:
    """``host`` as a browser may show it: international labels as the letters they stand for."""
    return ".".join(_decoded(label) for label in host.split("."))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return label


def imitated(host: str) -> str | None:
    """The Latin name that ``host`` (in its ASCII form) looks like, or None if it deceives nobody.

    A label deceives if it mixes scripts that no language mixes, or if all its letters look Latin and are not,
    unless the top-level domain is of the same script.
    """
    labels = shown(host).split(".")
    for label in labels[:-1]:
        scripts = _scripts(label)
        mixed = len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)
        disguised = bool(scripts) and scripts <= {"CYRILLIC", "GREEK"} and not scripts <= _scripts(labels[-1])
        letters = [char for char in label if char.isalpha()]
        if mixed or (disguised and all(char in LOOKALIKES for char in letters)):
            return ".".join("".join(LOOKALIKES.get(char, char) for char in part) for part in labels)
    return None


def _scripts(label: str) -> set[str]:
    """The scripts of the letters of ``label``, by the first words of their names; signs of several scripts have none."""
    names = {unicodedata.name(char, "").split(" ")[0] for char in label if char.isalpha()}
    return {_HAN.get(name, name) for name in names} - _COMMON


def is_impossible(host: str) -> bool:
    """Whether no name server can know ``host`` (in its ASCII form; no address): RFC 1035, section 2.3.4, and RFC 3696.

    An underscore is let pass in the labels before the registered name, where some sites do have it.
    """
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return True
    return any("_" in label for label in labels[-2:]) or labels[-1].isdigit()
