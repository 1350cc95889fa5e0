"""Takes bylines apart into authors, and compares authors whatever their case, accents, order and lead-in words."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from copydesk.press.agencies import agency_in, lookup
from copydesk.press.joints import AND, LETTERS
from copydesk.vocabulary import byline_words, per_vocabulary

_AUTHORS = re.compile(r"\s*(?:;|,\s|\s,|，|、|\n|\s[|·•–—-]\s)\s*")
_PEOPLE = re.compile(rf"(?i)\s*(?:[;,，、&/|·•\n()]|\s[-–—]\s|\s(?:{'|'.join(AND)}|with|mit|avec|con)\s)\s*")
_LETTER = re.compile(rf"\s(?:{'|'.join(LETTERS)}|a)\s")
"""Further words for "and" where whole names stand around them, the last Czech and Slovak: "Ortega y Gasset" is one."""
_JOINING = """
af al av bin bint da das de degli dei del della den der des di do dos du e el het i ibn la las le los op 't te ten ter und van von
y zu zum zur بن ابن بنت آل أبو
"""
_PARTICLES = frozenset(_JOINING.split())
"""Words within names that are no names."""
_LETTERS = re.compile(r"[^\W_]+")
_GENERIC = re.compile(
    r"^(?:www|the|die|der|das|el|la|le|il)(?=.{4})|(?<=.{3})(?:online|redaktion|newsdesk|news|staff)$"
)
_HOST_NOISE: Final = frozenset(("www", "com", "org", "net", "gov", "edu", "news", "blog", "web", "mobile", "amp"))


def authors(byline: str) -> list[str]:
    """The authors that ``byline`` lists, parted by semicolons, commas, bars, dashes and line ends."""
    return [byline[start:end] for start, end in places(byline)]


def places(byline: str) -> list[tuple[int, int]]:
    """Where in ``byline`` each of its `authors` stands."""
    joints = [(0, 0), *(found.span() for found in _AUTHORS.finditer(byline)), (len(byline), len(byline))]
    parts = ((start, byline[start:end]) for (_, start), (end, _) in pairwise(joints))
    blanks = ((start + len(part) - len(part.lstrip()), part.strip()) for start, part in parts)
    return [(start, start + len(author)) for start, author in blanks if author]


def removal(found: Sequence[tuple[int, int]], number: int) -> tuple[int, int]:
    """The span by which an author of `places` goes: with what parts it from the one before, or the first from the next."""
    if number:
        return found[number - 1][1], found[number][1]
    return found[0][0], found[1][0] if len(found) > 1 else found[0][1]


@per_vocabulary
def key(name: str) -> str:
    """The words of ``name`` without case, accents and a leading "By": what two spellings of one name share.

    >>> key("By Zoë Müller-Roe"), key("zoe-muller-roe")
    ('zoe muller roe', 'zoe muller roe')
    """
    words = _LETTERS.findall(_plain(name))
    lead = 0
    while lead < len(words) - 1 and words[lead] in _leads():
        lead += 1
    return " ".join(words[lead:])


def length(name: str) -> int:
    """The words of ``name``; those that only join names do not count where all others have capitals or none exist.

    >>> length("María Luisa de la Cruz Roe"), length("we met the captain in la Cruz")
    (4, 7)
    """
    words = name.split()
    names = [word for word in words if word.casefold() not in _PARTICLES]
    return len(words) if any(word[0].islower() for word in names) else len(names)


def dense(name: str) -> str:
    """``name`` as it stands in a host name: letters and digits only, without accents and case."""
    return "".join(_LETTERS.findall(_plain(name)))


def _plain(text: str) -> str:
    """``text`` without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@per_vocabulary
def _leads() -> frozenset[str]:
    return frozenset(_plain(word).strip(": ：") for word in (*byline_words("prefix"), *byline_words("lead")))


@per_vocabulary
def _desks() -> frozenset[str]:
    return frozenset(map(key, byline_words("desk")))


@per_vocabulary
def _dense_desks() -> frozenset[str]:
    return frozenset(map(dense, _desks()))


@per_vocabulary
def _compounds() -> tuple[str, ...]:
    return tuple(desk for desk in _desks() if len(desk) >= _COMPOUND and " " not in desk)


_COMPOUND: Final = 8
"""Letters from which a desk's name ends other words: Redaktion, but not red."""


def is_desk(author: str) -> bool:
    """Whether ``author`` is a newsroom or a part of one.

    >>> is_desk("The Editors"), is_desk("Sportredaktion"), is_desk("Ana Roe")
    (True, True, False)
    """
    name = key(author)
    if name in _desks() or name.removeprefix("the ") in _desks():
        return True
    return " " not in author and dense(name).endswith(_compounds())


def no_person(byline: str) -> bool:
    """Whether all authors in ``byline`` are agencies or desks as they sign, which can have a role in their name.

    >>> no_person("Reuters Editorial"), no_person("Our Correspondent"), no_person("Ana Roe, Reuters")
    (True, True, False)
    """
    return all(is_desk(author) or agency_in(author) for author in authors(byline))


@per_vocabulary
def people(byline: str) -> tuple[str, ...]:
    """The keys of everybody whom ``byline`` names; agencies and one-letter rests are left out.

    >>> people("Jo Roe and AFP; By Ana Abel")
    ('jo roe', 'ana abel')
    """
    parts = (name.strip() for part in _PEOPLE.split(byline) for name in _lettered(part))
    found = (key(part) for part in parts if not lookup(part))
    return tuple(dict.fromkeys(name for name in found if len(name) > 1))


def _lettered(names: str) -> list[str]:
    """The names in ``names`` that a letter for "and" parts.

    >>> _lettered("Ana Ruiz y Juan Paz"), _lettered("José Ortega y Gasset"), _lettered("Ana Ruiz y EFE")
    (['Ana Ruiz', 'Juan Paz'], ['José Ortega y Gasset'], ['Ana Ruiz', 'EFE'])
    """
    parts = _LETTER.split(names.lower() if names.isupper() and len(names.split()) >= 5 else names)
    whole = all(" " in part.strip() or lookup(part.strip()) for part in parts)
    return parts if whole else [names]


@per_vocabulary
def site_names(host: str | None, source: str | None) -> frozenset[str]:
    """How an author could spell the site: its name, its host name and the host's labels, all `dense`."""
    found = {dense(source)} if source else set()
    if host:
        bare = host.removeprefix("www.")
        labels = [label for label in bare.split(".")[:-1] if label not in _HOST_NOISE]
        found |= {dense(bare), *map(dense, labels)}
    return frozenset(name for name in found | {_GENERIC.sub("", name) for name in found} if len(name) > 2)


def is_site(author: str, sites: frozenset[str]) -> bool:
    """Whether ``author`` is one of ``sites`` (see `site_names`) or its desk: "harbourpost.com", "Harbour Post Web Desk"."""
    name = dense(key(author))
    if name in sites or _GENERIC.sub("", name) in sites:
        return True
    desks = _dense_desks()
    return any(
        (name.startswith(site) and name[len(site) :] in desks) or (name.endswith(site) and name[: -len(site)] in desks)
        for site in sites
    )
