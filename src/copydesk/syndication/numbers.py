"""Numbers in running text: which spellings are one number, and which differences are those of the house that prints them."""

import re
from typing import Final

NUMBER: Final = r"\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*"
"""A number with what parts its digits; the last two marks but the blanks are those of Arabic."""

_PARTED: Final = re.compile(r"([^\d])")
_DECIMAL: Final = "٫"

_SCALE_WORDS: Final = """
billion bn milliard miljard miliard mrd mld bilh billon млрд миллиард мільярд milyar مليار
million mio mln miljoen miljon milion milh millon milyon млн миллион мільйон مليون מיליון
thousand tausend duizend tysi тысяч тыс тисяч
"""
_SCALES: Final = [tuple(line.split()) for line in _SCALE_WORDS.strip().splitlines()]
"""Beginnings of the words that say how much a number counts; a billion of some languages is a thousand of others', which are not
compared with each other."""

_BEFORE: Final = re.compile(r"[A-Z]{0,3}[$€£¥₹₽₺₴₩₪฿₫₦₱](?=[\s\u00a0]?$)")
_BEHIND: Final = re.compile(r"[\s\u00a0]?([$€£¥₹₽₺₴₩₪฿₫₦₱])")
_HOUR: Final = re.compile(r"(\d{1,2})[:.h]([0-5]\d)(?!\d)")
_ZONE: Final = re.compile(
    r"(?:[:.h]?\d\d)?(?:\s?[ap]\.?m\b\.?)?\s?(?:Uhr\s|h\s)?\s?\(?("
    r"GMT|UTC|Z|BST|W?CES?T|MES?Z|EES?T|MSK|МСК|[ECMP][SD]?T|IST|JST|KST|HKT|SGT|AE[SD]T|NZ[SD]T|WIB|WITA|WIT|"
    r"local time|Ortszeit|heure locale|heure de Paris|hora local|ora locale|plaatselijke tijd|по местному|по московскому"
    r")(?![^\W\d_])"
)
_REACH: Final = 30
_HALF_A_DAY: Final = 12
_THOUSAND: Final = 3


def value(word: str) -> str:
    """What `NUMBER` spells, as text: the same for "1,000", "1.000" and "١٬٠٠٠", another one for "1.5" and "15".

    A single mark before three digits parts thousands. Dates and versions keep their parts: "16.06.2025" is "16.6.2025".
    """
    if not word.isascii():
        word = "".join(str(int(char)) if char.isdecimal() else char for char in word)
    if word.isdigit():
        return _bare(word)
    first, *rest = _PARTED.split(word)
    marks, groups = rest[::2], rest[1::2]
    whole = 1 <= len(first) <= _THOUSAND and first[0] != "0"
    if len(set(marks)) == 1 and marks[0] != _DECIMAL and whole and _are_thousands(groups):
        return "".join((first, *groups))
    if len(set(marks[:-1])) <= 1 and marks[-1] not in marks[:-1] and _are_thousands(groups[:-1]):
        return _decimal(_bare("".join((first, *groups[:-1]))), groups[-1])
    return ".".join(map(_bare, (first, *groups)))


def _are_thousands(groups: list[str]) -> bool:
    """Whether what follows the first mark is a thousand's digits each time; in India only the last has three."""
    sizes = set(map(len, groups[:-1]))
    return not groups or (len(groups[-1]) == _THOUSAND and (sizes <= {_THOUSAND} or sizes == {_THOUSAND - 1}))


def _bare(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _decimal(whole: str, fraction: str) -> str:
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def may_be_one(one: str, other: str) -> bool:
    """Whether two values may be two ways to write one: 2025 and 25, 1.500 (read as thousands) and 1.5."""
    if one.isdigit() and other.isdigit():
        longer, shorter = sorted((one, other), key=len, reverse=True)
        return len(longer) == 4 and len(shorter) == 2 and longer.endswith(shorter)
    for thousands, decimal in ((one, other), (other, one)):
        whole, _, fraction = decimal.partition(".")
        if 0 < len(fraction) <= _THOUSAND and thousands == whole + fraction.ljust(_THOUSAND, "0"):
            return True
    return False


def are_other_scales(one: str, other: str) -> bool:
    """Whether two words, in small letters, make another number of the one before them: million and billion."""
    scales = [
        next((place for place, words in enumerate(_SCALES) if word.startswith(words)), None) for word in (one, other)
    ]
    return None not in scales and scales[0] != scales[1]


def differ_by_house(here: str, at: tuple[int, int], there: str, to: tuple[int, int]) -> bool:
    """Whether two numbers differ because two houses tell one thing in their own measure: another currency, another time zone,
    twelve hours and twenty-four. ``at`` and ``to`` are where the numbers stand."""
    if _currency(here, *at) != _currency(there, *to):
        return True
    if _zone(here, at[1]) != _zone(there, to[1]):
        return True
    hours = [_HOUR.match(text, start) for text, (start, _) in ((here, at), (there, to))]
    one, other = (found and (int(found[1]), found[2]) for found in hours)
    return bool(one and other and one[1] == other[1] and abs(one[0] - other[0]) == _HALF_A_DAY)


def _currency(text: str, start: int, end: int) -> str:
    found = _BEFORE.search(text[max(0, start - 5) : start]) or _BEHIND.match(text, end)
    return found[0].strip() if found else ""


def _zone(text: str, end: int) -> str:
    found = _ZONE.match(text[end : end + _REACH])
    return found[1] if found else ""
