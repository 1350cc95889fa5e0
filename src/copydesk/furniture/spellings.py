"""The ways in which pages write one phrase: letters that look alike, or the same, have several characters."""

import re
from collections.abc import Callable
from typing import Final

ALIKE: Final = {
    char: one
    for one, others in {"'": "’‘ʻʼ", " ": "\u00a0\u202f\u3000", "ی": "يى", "ک": "ك", "ا": "أإآ"}.items()
    for char in others
}
"""Apostrophes (Uzbek has four for one letter), blanks, letters that an Arabic keyboard writes otherwise than a Persian one, and
an alef without its hamza, as many type it; and which of them each is read as."""

_ALIKE: Final = str.maketrans(ALIKE)

_NUKTAS: Final = {
    pair: chr(code)
    for code, pair in (
        *zip(range(0x958, 0x960), ("क़", "ख़", "ग़", "ज़", "ड़", "ढ़", "फ़", "य़"), strict=True),
        *zip((0x9DC, 0x9DD, 0x9DF), ("ড়", "ঢ়", "য়"), strict=True),
        *zip((0xA33, 0xA36, 0xA59, 0xA5A, 0xA5B, 0xA5E), ("ਲ਼", "ਸ਼", "ਖ਼", "ਗ਼", "ਜ਼", "ਫ਼"), strict=True),
    )
}
"""Letters with a dot, which keyboards write as one character and Unicode's normal forms as two."""

_SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: re.sub("|".join(_NUKTAS), lambda pair: _NUKTAS[pair[0]], text),
    lambda text: re.sub("[\u093c\u0a3c]", "", text),  # many leave the dot out: "पढें"
    lambda text: text.replace("\u200c", " "),
    lambda text: text.replace("\u200c", ""),
    lambda text: re.sub("[\u064b-\u0652]", "", text),  # Arabic vowels
)
"""What a page writes in more or fewer characters."""


_SPELT: Final = re.compile("[\u064b-\u0652\u093c\u0a3c\u09bc\u200c]")
"""A character that some leave out, or write as one with the letter before."""


def plain(text: str) -> str:
    """``text`` as it is compared: in small letters, those that look alike being one."""
    return text.lower().translate(_ALIKE)


def as_pattern(plain_text: str) -> str:
    """An expression, escaped already, that finds whatever is ``plain_text`` once it is `plain`."""
    for one in set(ALIKE.values()):
        plain_text = plain_text.replace(one, f"[{one}{''.join(char for char in ALIKE if ALIKE[char] == one)}]")
    return plain_text


def spellings(phrase: str) -> tuple[str, ...]:
    """``phrase``, and the other ways in which a page may write all of it."""
    if not _SPELT.search(phrase):
        return (phrase,)
    return tuple(dict.fromkeys((phrase, *(spelt(phrase) for spelt in _SPELLINGS))))
