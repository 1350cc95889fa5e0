"""Takes bylines apart into authors, and compares authors whatever their case, accents, order and lead-in words."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from copydesk.press.agencies import lookup
from copydesk.vocabulary import byline_words, per_vocabulary

_AUTHORS = re.compile(r"\s*(?:;|,\s|\s,|，|、|\n|\s[|·•]\s)\s*")
_PEOPLE = re.compile(
    r"(?i)\s*(?:[;,，、&/|·•\n()]|\s[-–—]\s|\s(?:and|und|et|y|e|i|en|och|og|ja|ve|dan|и|та|with|mit|avec|con)\s)\s*"
)
_LETTERS = re.compile(r"[^\W_]+")
_GENERIC = re.compile(
    r"^(?:www|the|die|der|das|el|la|le|il)(?=.{4})|(?<=.{3})(?:online|redaktion|newsdesk|news|staff)$"
)
_HOST_NOISE: Final = frozenset(("www", "com", "org", "net", "gov", "edu", "news", "blog", "web", "mobile", "amp"))


def authors(byline: str) -> list[str]:
    """The authors that ``byline`` lists, parted by semicolons, commas, bars and line ends."""
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
def people(byline: str) -> tuple[str, ...]:
    """The keys of everybody whom ``byline`` names; agencies and one-letter rests are left out.

    >>> people("Jo Roe and AFP; By Ana Abel")
    ('jo roe', 'ana abel')
    """
    found = (key(part) for part in _PEOPLE.split(byline) if not lookup(part.strip()))
    return tuple(dict.fromkeys(name for name in found if len(name) > 1))


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
    """Whether ``author`` is one of ``sites`` (see `site_names`): "The Harbour Post", "harbourpost.com"."""
    name = dense(key(author))
    return name in sites or _GENERIC.sub("", name) in sites
