"""Recognises the agency that signs a text: in the dateline, in the last lines, or by a sentence only it writes."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from copydesk.press.agencies import ORGANISATION, in_byline, lookup, stands_for
from copydesk.press.joints import AND, LETTERS
from copydesk.vocabulary import agencies, escape, months, per_vocabulary

LINES: Final = 3
"""An agency signs in the first or the last lines of a text; elsewhere its name is news about it."""

REACH: Final = 400
"""Characters at either end of a body in which those lines are looked for."""

_DATELINE_REACH = 90
"""Characters before the agency in "Mumbai (Maharashtra) [India], Jan 13 (ANI):"; later brackets are prose."""

_BRACKETED = re.compile(
    r"[(（\[]([^()（）\[\]\n]{1,40})[)）\]](?:\.?\s?(?:--|[-–—:.|।])|(?=\s[A-ZÀ-Þ\u0900-\u0dff]))|^[(\[]([^()\[\]\n=]{1,20}=[^()\[\]\n]{1,20})[)\]]"
)
_SLASHED = re.compile(r"/\s?([^/\s][^/\n]{0,20}?)\s?/(?=\s|[-–—.:]|$)")
_DAY_BEFORE = re.compile(r"[【［](?:\d{1,2}月)?\d{1,2}日 ([^】］\n]{2,20})[】］]")
"""As Japanese services sign: "【6月14日 AFP】"."""
_BARE = re.compile(
    r"([^\n:|()]{2,60}?)(?:\s?[-–—/]\s?|[,.]\s|\s)([^\W\d_][^\n\d,:;|/()–—-]{1,18}?)\s?(?:[-–—|]\s|:|\.\s(?=[^\W\d_]))"
)
"""An agency without brackets behind its place: "HAMBURG dpa |", "Accra, June 14, GNA -", "الرياض - واس :"."""
_LABEL = re.compile(
    r"(?i)(?:©|\(c\)|copyright(?: ©)?|mit (?:agentur)?material (?:von|der)|avec(?: l['’])?|with inputs? from|"
    r"con informaci[oó]n de|com informações d[ae]|\b(?:quellen?|bron|sources?|fontes?|fuentes?|kaynak|nguồn|sumber|"
    r"zdroj|źródło|forrás|izvor|المصدر|منبع|πηγή|источник|джерело|kilde|källa)\s?:|(?:来源|來源|출처)\s?[:：])\s?(?:\d{4}\s)?([^()\n,;©]{2,40})"
)
_YEAR = re.compile(r"\s(?:19|20)\d\d$")
_WHOLE = re.compile(r"^[(/]?([^()/\n]{2,20}(?:/[^()/\n]{2,20}){0,4})[)/]?\.?$")
_FINAL = re.compile(r"(?:[-–—]{1,2}\s?|[(（])([^()（）\n–—]{2,40})[)）]?\.?$")
_PHOTO = re.compile(
    r"(?i)\b(?:photos?|fotos?|bild|getty|images|picture alliance|scanpix|epa-efe|handout|archiv\w*|file)\b"
    r"|фото|写真|사진|图片|(?-i:^[A-Z]{2,8}/[A-ZÀ-Þ][a-z])"
)


_CREDIT = re.compile(rf"{_PHOTO.pattern}|(?i:copyright|©|\(c\))")

_SHORT = 6


@per_vocabulary
def _sentences() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (agency.id, literal(pattern), re.compile(pattern)) for agency in agencies() for pattern in agency.signatures
    )


@per_vocabulary
def _ambiguous() -> frozenset[str]:
    return frozenset(agency.id for agency in agencies() if agency.ambiguity == "high")


@per_vocabulary
def _certain() -> frozenset[str]:
    return frozenset(agency.id for agency in agencies() if agency.ambiguity == "low")


@per_vocabulary
def hint() -> str:
    """A pattern for Rust that every signed text holds near its ends, and few others do: the question before `signed`.

    Short names count only between marks: "ots" also stands in "boots".
    """
    names = {spelling for agency in agencies() for spelling in (*agency.bylines, agency.name)}
    short = {name for name in names if len(name) <= _SHORT}
    plain = (names - short) | {literal for _, literal, _ in _sentences()}
    before, after = r"[(（\[/=©\-–—\n:：, '’]", r"(?:[)）\]】］/=,.:;\n -]|\z)"
    return f"{before}(?:{_either(short)}){after}|{_either(plain)}"


def _either(texts: set[str]) -> str:
    return "|".join(map(escape, sorted(texts, key=len, reverse=True)))


def literal(pattern: str) -> str:
    """The longest run of plain characters in a signature of the vocabulary."""
    plain = re.sub(r"\\d|\[[^\]]*\]|\{[^}]*\}|.\?|\([^)]*\)\*", "\0", pattern.replace(r"\(", "(").replace(r"\.", "."))
    return max(re.split(r"[\0$^]", plain), key=len)


def signed(body: str) -> list[tuple[str, int, int]]:
    """The agencies that sign ``body``: (agency id, start, end) in code points, each agency once.

    >>> signed("LIMA (AFP) - A tram without wheels has won the city's prize for patience.")
    [('afp', 0, 12)]
    """
    found: dict[str, tuple[str, int, int]] = {}
    for offset, line in _end_lines(body, LINES, head=True):
        for agency, start, end in (*_opening(line), *_sentence(line)):
            found.setdefault(agency, (agency, offset + start, offset + end))
    for offset, line in _end_lines(body, LINES, head=False):
        for agency, start, end in (*_closing(line), *_sentence(line)):
            found.setdefault(agency, (agency, offset + start, offset + end))
    return list(found.values())


_PLACE_WORD = re.compile(
    r"[^a-zß-ÿ]|(?:[a-z]\.)+[A-Z]|[a-z]\.$|(?:am|an|auf|de|del|der|di|do|da|du|el|im|in|la|le|les|of|on|upon|y)$"
)
_ABOUT = re.compile(r"(?i)agen|press|news|authority|service|correspondent")


def _is_dateline(before: str, code: str, mark: str, certain: bool) -> bool:
    """Whether ``before`` names a place and perhaps a day, as in "Mumbai, Jan 13 (ANI):", and not the agency itself.

    A colon, a full stop or nothing at all ends a dateline only behind a date, capitals, or one word if the agency is
    ``certain``; "Seventh-day Adventists (SDA): a survey" is prose.
    """
    words = before.replace("(", " ").replace("[", " ").split()
    dated = any(char.isdigit() for char in before)
    if dated and mark in "-–—" and before.rstrip().rpartition(",")[2].strip().islower():
        words.pop()  # a day of the week: "Budapest, 2026. június 14., vasárnap"
    if (
        len(words) > 8
        or stands_for(code, before)
        or _ABOUT.search(before)
        or ORGANISATION.search(before)
        or not all(map(_is_place_word, words))
    ):
        return False
    if mark in ")）]" and "=" not in code:
        return bool(words) and (dated or before.isupper())
    return not words or mark in "-–—|" or dated or before.isupper() or (certain and len(words) == 1)


def _is_place_word(word: str) -> bool:
    return bool(_PLACE_WORD.match(word)) or word.strip(".,").casefold() in months()


def _opening(line: str) -> Iterator[tuple[str, int, int]]:
    for frame in (_BRACKETED, _SLASHED):
        for match in frame.finditer(line[: _DATELINE_REACH + 50]):
            mark, code = match.group().rstrip()[-1], match[match.lastindex or 0]
            named = [agency for agency, _ in _named(code)] if match.start() <= _DATELINE_REACH else []
            certain = not _certain().isdisjoint(named)
            if named and (frame is _SLASHED or _is_dateline(line[: match.start()], code, mark, certain)):
                sure = frame is _SLASHED or mark not in ")）]" or "=" in code or line[: match.start()].isupper()
                yield from ((agency, 0, match.end()) for agency in named if sure or agency not in _ambiguous())
    if (day := _DAY_BEFORE.match(line)) and (agency := lookup(day[1])):
        yield agency, 0, day.end()
    if (bare := _BARE.match(line)) and not _CREDIT.search(bare[1]):
        place, name = bare.groups()
        agency = None if len(name) < _SHORT and name.istitle() else lookup(name)  # Efe is a given name
        sure = place.isupper() or any(char.isdigit() for char in place) or name.lower() == name.upper()
        if agency and (sure or agency in _certain()) and _is_dateline(place, name, "-", certain=True):
            yield agency, 0, bare.end()


def _closing(line: str) -> Iterator[tuple[str, int, int]]:
    if _PHOTO.search(line):
        return
    for frame in (_WHOLE, _FINAL, _LABEL, _SLASHED):
        for match in frame.finditer(line):
            named = list(_named(_YEAR.sub("", match[1].split(". ")[0])))
            labelled = frame is _LABEL and re.search("[:：]", match.group())
            sure = labelled or any(agency not in _ambiguous() for agency, _ in named)
            for agency, name in named:
                if sure or agency not in _ambiguous() or " " in name:
                    yield agency, *match.span()


def _sentence(line: str) -> Iterator[tuple[str, int, int]]:
    for agency, plain, pattern in _sentences():
        if plain in line and (match := pattern.search(line)):
            yield agency, *match.span()


def _named(text: str) -> Iterator[tuple[str, str]]:
    """(agency, its spelling) that ``text`` names: all of it, or parts of "APA/sda/dpa", "서울=뉴시스", "dpa, AFP"."""
    for name in (text, *_JOINT.split(text)):
        spelling = unicodedata.normalize("NFKC", name).strip(" \"'-–—")
        spelling = spelling if lookup(spelling) else spelling.strip(".")
        if (agency := lookup(spelling)) and (not _SLASHED_CODES.search(text) or in_byline(text)):
            yield agency, spelling


_JOINT = re.compile(rf"[/=,]|\s(?:{'|'.join((*AND, *LETTERS))})\s")

_SLASHED_CODES = re.compile(r"^[a-z]{2,4}/[a-z]{2,4}$")
"""Two codes in small letters, of which both may be reporters: what counts is what a byline would make of them."""


def _end_lines(body: str, count: int, head: bool) -> list[tuple[int, str]]:
    """(offset, text) of the first or last ``count`` lines, as far as they lie within `REACH` of the body's end."""
    offset = 0 if head else max(len(body) - REACH, 0)
    found = []
    for raw in body[offset : offset + REACH].split("\n"):
        if line := raw.strip():
            found.append((offset + raw.index(line[0]), line))
        offset += len(raw) + 1
    return found[:count] if head else found[-count:]
