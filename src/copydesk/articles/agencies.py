"""Recognises the news agencies that a byline credits."""

import re
import unicodedata
from functools import cache, lru_cache

from copydesk.vocabulary import Agency, agencies

_LEAD_IN = re.compile(
    r"(?i)^\W*(?:(?:written |reported )?by|von|par|por|da|di|de|door|av|af|přes|oleh|автор[:\s]|текст[:\s]|"
    r"bron|quelle|source|fonte|fuente|kaynak|источник|来源)\b\s*[:：]?\s*|^\W*来源[:：]\s*"
)
_PARTS = re.compile(
    r"\s*(?:[;,/|&+·•\n()（）\[\]]|\s[-–—]\s|\s(?:and|und|et|y|e|i|en|och|og|ja|ve|dan|и|та|with|mit|avec|con)\s)\s*",
    re.IGNORECASE,
)
_STAFF = re.compile(r"(?i)\s+(?:staff|writers?|reporters?|correspondents?|news ?room|editors?|agency|news agency)$")
_PHOTO = re.compile(
    r"(?i)\b(?:photos?|fotos?|getty|images|picture alliance|scanpix|via getty|epa-efe|handout)\b|фото|写真|사진|图片"
    r"|^[A-Z]{2,8}/[A-ZÀ-Þ][\w.]*\s"
)
PHOTO_CREDIT = (
    r"(?i)^\W*(?:photos?|fotos?|bilder?|images?|pictures?|imagen|фото|写真|사진|图片)\s*(?:by|von|de|[:：/©]).*"
    r"|^[^;]*picture[ -]alliance[^;]*$|^[^;]*(?:getty images|shutterstock|istockphoto|istock|afp photo|ap photo|scanpix|"
    r"depositphotos|alamy|unsplash|wireimage)[^;]*$|^(?-i:[A-Z]{2,8}/[A-ZÀ-Þ][a-zß-ÿ][\w.]* [\w. ]+)$"
)
"""A byline that credits a photo and no text; the same for Rust and Python."""

_LATIN = re.compile(r"^[\x00-\u024f]+$")


def _exact(agency: Agency, spelling: str) -> bool:
    """Short Latin codes and ambiguous names count only in their own case: AP, not ap."""
    return bool(_LATIN.match(spelling)) and (len(spelling) <= 4 or agency.ambiguity != "low")


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """(spelling -> agency id where case counts, casefolded spelling -> agency id where it does not)."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for agency in agencies():
        for spelling in map(_normal, agency.bylines):
            if _exact(agency, spelling):
                exact.setdefault(spelling, agency.id)
                if agency.ambiguity == "low":  # extractors that re-case authors write "Afp"
                    exact.setdefault(spelling.title(), agency.id)
            else:
                folded.setdefault(spelling.casefold(), agency.id)
        folded.setdefault(agency.name.casefold(), agency.id)
    return exact, folded


def lookup(name: str) -> str | None:
    """The id of the agency that ``name`` spells, the whole of it, or None."""
    exact, folded = _spellings()
    return exact.get(name) or folded.get(name.casefold())


@lru_cache(maxsize=65_536)
def in_byline(byline: str) -> tuple[str, ...]:
    """Ids of the agencies that a byline credits for its text, in order; photo credits do not count.

    >>> in_byline("By AFP"), in_byline("Jane Roe and Reuters"), in_byline("picture alliance/dpa")
    (('afp',), ('reuters',), ())
    """
    text = _normal(byline).strip()
    if _PHOTO.search(text):
        return ()
    found = (lookup(name) or lookup(_STAFF.sub("", name)) for name in _names(text))
    return tuple(dict.fromkeys(filter(None, found)))


def _names(byline: str) -> list[str]:
    """The names that a byline lists; one name if the whole of it is an agency ("Le Figaro et AFP" are two)."""
    bare = _LEAD_IN.sub("", byline.strip(), count=1)
    for whole in (bare, byline.strip()):
        if lookup(whole):
            return [whole]
    return [_LEAD_IN.sub("", part).strip(" .\"'“”*") for part in _PARTS.split(bare)]


@cache
def _known() -> dict[str, Agency]:
    return {agency.id: agency for agency in agencies()}


@lru_cache(maxsize=65_536)
def misspelt(byline: str) -> tuple[tuple[str, str], ...]:
    """Agencies in ``byline`` in a spelling that the vocabulary does not list: (spelling there, usual spelling)."""
    found = []
    for name in _names(_normal(byline)):
        agency = lookup(name)
        if agency and name not in map(_normal, (*_known()[agency].bylines, _known()[agency].name)):
            found.append((name, display_name(agency)))
    return tuple(found)


def display_name(agency: str) -> str:
    """The usual spelling of the agency with id ``agency``."""
    return _known()[agency].bylines[0]
