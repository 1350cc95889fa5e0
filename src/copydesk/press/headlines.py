"""Where a title's headline ends and the site's own words begin: "Ferry resumes | Sport | Harbour Post".

A title is cut only at a separator, and only where what is cut off is known for what it is: the site's name, an address,
an ending that other articles of the source share, a section beside one of these; or where its shape leaves little doubt.
Dashes and colons inside headlines stay.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from copydesk.press import sites
from copydesk.vocabulary import per_vocabulary, title_words

_DASHES = "-–—―−"
_DENSE = "\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff65"
"""Scripts that do without blanks, and their punctuation."""

_BLANK = "[ \t\n\u00a0\u3000]"
SEPARATOR: Final = f"[|｜‖ㅣ•»«›‹·⋅：]|{_BLANK}[{_DASHES}/>~]+{_BLANK}|:{_BLANK}|::|[{_DENSE}][-_–—]"
"""Rust: what a title must hold to be looked at."""

_SEPARATOR = re.compile(
    rf"\s*(?P<strong>[|｜‖ㅣ•»«›‹]+|::)\s*|\s+(?P<weak>[{_DASHES}]+|[:·⋅/>~]+)\s+"
    rf"|(?<=[{_DENSE}])(?P<tight>[-_–—])(?=\S)|(?P<colon>：|:(?=\s))\s*"
)
"""Weak separators stand inside headlines too, so they need blanks around them, or scripts that do without blanks. After a
colon nothing but the site's name or an outlet's at the very end counts."""

_BARS = frozenset("|｜‖ㅣ•")
_QUOTED = re.compile("«[^«»]*»|»[^«»]*«|‹[^‹›]*›|›[^‹›]*‹")
"""In pairs these marks quote: "Паром «Чайка» вернулся" has no parts."""

_PARTS = 4
"""Parts that are cut off at most: "Headline | Team | Section | Site"."""

_SHORT_WORDS = 6
_SHORT = 50
"""A part is short up to so many words and characters."""

_DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_PAGE = re.compile(
    r"(?i)(?:page|seite|página|pagina|strona|sida|side|sivu|страница|p\.?)\s?\d{1,3}(?:\s?(?:of|von|de|/)\s?\d{1,3})?"
)

Reason = Literal["site", "shared", "other-record", "outlet", "shape"]
PROOF: Final[frozenset[Reason]] = frozenset({"site", "shared"})
"""Reasons that prove that what is cut off is no headline."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The headline is code points ``start`` to ``end`` of the title; ``reason`` says how the rest is known."""

    start: int
    end: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of the site that a title is from."""

    host: str | None
    source: str | None = None
    name: str | None = None
    """What the page calls its site (`og:site_name`)."""
    endings: tuple[str, ...] = ()
    """Endings that several articles of the source share."""


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    text: str
    separator: str
    """What stands before it: strong, weak, tight, colon, or nothing before the first."""
    mark: str


@per_vocabulary
def cut(title: str, site: Site, others: tuple[str, ...] = ()) -> Cut | None:
    """Where ``title`` should be cut, or None; ``others`` are the titles that other records of the page have."""
    split = _split(title)
    if len(split) < 2:
        dangling = split and {title.strip()[0], title.strip()[-1]} & _BARS  # the site's name was cut off, or is empty
        return Cut(split[0].start, split[0].end, "shape") if dangling else None
    return _ending(title, split, site) or _beginning(split, site) or _by_others(title, split, others) or _shape(split)


def letters(title: str) -> str:
    """``title`` as titles are compared: letters and digits only, case folded."""
    return "".join(filter(str.isalnum, title.casefold()))


def parts(title: str) -> list[str]:
    """What stands between the separators of ``title``."""
    return [part.text for part in _split(title)]


def _split(title: str) -> list[_Part]:
    found_parts: list[_Part] = []
    start, separator, mark = 0, "", ""
    unquoted = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), title[:1_000])
    for found in [*_SEPARATOR.finditer(unquoted), None]:
        end = found.start() if found else len(title)
        if text := title[start:end].strip():
            first = start + title[start:end].index(text[0])
            found_parts.append(_Part(first, first + len(text), text, separator, mark))
        if found:
            start, separator, mark = found.end(), str(found.lastgroup), found[0].strip()[:1]
    return found_parts


def _ending(title: str, parts: list[_Part], site: Site) -> Cut | None:
    """Cuts from the leftmost part that is the site's own, if all parts after it can be furniture too."""
    for index in range(max(1, len(parts) - _PARTS), len(parts)):
        reason = _own(title, parts, index, site)
        if reason is None:
            continue
        while index > 1 and _belongs(parts[index - 1], parts[index]) and _headline(parts[: index - 1]):
            index -= 1
        if _headline(parts[:index]):
            return Cut(parts[0].start, parts[index - 1].end, reason)
    return None


def _own(title: str, parts: list[_Part], index: int, site: Site) -> Reason | None:
    """Why the part at ``index`` and all after it are the site's own, or None."""
    part, last = parts[index], index == len(parts) - 1
    if not last and "colon" in (part.separator, parts[index + 1].separator):
        return None
    rest = title[part.start :].strip()
    if any(rest == ending or ending.endswith(rest) for ending in site.endings):
        return "shared"
    likeness = sites.likeness(part.text, site.host, site.source, site.name)
    if likeness == "none" and (last or parts[index + 1].separator == "tight"):
        # "Harbour Post - Online" is one name though it holds a separator
        likeness = sites.likeness(rest, site.host, site.source, site.name) if rest != part.text else "none"
    if likeness == "same":
        return "site" if last or _rest_is_short(parts[index + 1 :]) else None
    if likeness == "part" and last:
        return "site"
    if likeness == "part" and all(_furniture(after.text) for after in parts[index + 1 :]):
        return "site"
    return None


def _rest_is_short(parts: list[_Part]) -> bool:
    return all(_is_short(part.text) for part in parts)


def _is_short(text: str) -> bool:
    return len(text) <= _SHORT and len(text.split()) <= _SHORT_WORDS + 2


def _headline(parts: list[_Part]) -> bool:
    """Whether ``parts`` can be a headline: two words, or six letters, and not a bare section or generic word."""
    text = " ".join(part.text for part in parts)
    return (len(text.split()) > 1 or len(text) > 5 or not text.isascii()) and not (len(parts) == 1 and _furniture(text))


def _belongs(part: _Part, after: _Part) -> bool:
    """Whether ``part``, before one that is cut off, is furniture as well: a section, a date, a page number."""
    if part.separator == "colon":
        return False
    if _furniture(part.text) or sites.is_outlet(part.text):
        return True
    return (
        part.mark == after.mark and part.separator == "strong" and len(part.text.split()) <= 3 and len(part.text) <= 30
    )


@per_vocabulary
def _furniture(text: str) -> bool:
    text = text.strip()
    return text.casefold() in _sections() or bool(_DAY.fullmatch(text) or _PAGE.fullmatch(text))


@per_vocabulary
def _sections() -> frozenset[str]:
    return frozenset(word.casefold() for word in title_words("section"))


def _beginning(parts: list[_Part], site: Site) -> Cut | None:
    """The site's name before the headline; a colon is left alone, for "Reuters: …" can be what the headline says."""
    first, second = parts[0], parts[1]
    if second.mark in ":：" or not _headline(parts[1:]) or len(first.text) < 3:
        return None
    if sites.likeness(first.text, site.host, site.source, site.name) != "same":
        return None
    return Cut(second.start, parts[-1].end, "site")


def _by_others(title: str, parts: list[_Part], others: tuple[str, ...]) -> Cut | None:
    """Another record of the page has the same title without its last parts."""
    for index in range(len(parts) - 1, max(0, len(parts) - 1 - _PARTS), -1):
        head, tail = title[parts[0].start : parts[index - 1].end], title[parts[index].start :]
        if head in others and title not in others and len(tail) < len(head) and _is_short(tail):
            return Cut(parts[0].start, parts[index - 1].end, "other-record")
    return None


def _shape(parts: list[_Part]) -> Cut | None:
    """What the shape alone says: a short part behind a bar, a section, or what reads like an outlet's name."""
    index = len(parts)
    reason: Reason | None = None
    while index > 1 and (found := _shaped(parts, index - 1)) and _headline(parts[: index - 1]):
        reason, index = reason or found, index - 1
    return Cut(parts[0].start, parts[index - 1].end, reason) if reason else None


def _shaped(parts: list[_Part], index: int) -> Reason | None:
    part = parts[index]
    if sites.is_outlet(part.text) and not (part.separator == "colon" and part.mark == ":" and part.text.isascii()):
        return "outlet"
    told = part.separator == "weak" and part.text[0].islower()  # "The strike – video"
    if _furniture(part.text) and part.separator != "colon" and not told:
        return "shape"
    head = sum(len(before.text) for before in parts[:index])
    short = len(part.text.split()) <= _SHORT_WORDS and len(part.text) <= _SHORT and len(part.text) < head
    if part.separator == "strong" and short and part.text[-1:] not in "?!…":
        return "shape"
    return None
