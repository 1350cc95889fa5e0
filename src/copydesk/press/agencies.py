"""Recognises the news agencies that a byline credits."""

import re
import unicodedata

from copydesk.press.joints import AND, LETTERS
from copydesk.urls.url import registrable_domain
from copydesk.vocabulary import Agency, agencies, current, escape, per_vocabulary

_LEAD_IN = re.compile(
    r"(?i)^\W*(?:(?:(?:written |reported |reporting )?by|from|von|par|por|da|di|de|do|der|door|av|af|přes|oleh|"
    r"автор[:\s]|текст[:\s]|"
    r"bron|quellen?|sources?|fonti?|fontes|fuentes?|kaynak|источник|джерело|πηγή|zdroj|źródło|kilde|källa|lähde|forrás|sursa|извор|источници|sumber|nguồn|המקור|מאת|المصدر|منبع|"
    r"по материалам|mit (?:agentur)?material(?: von| der| des)?|con informaci[oó]n de|com informações d[aeo]|"
    r"with inputs? from|mit|with|avec|con|com|med|с|"
    r"agenc[iy]a?|agencias|agences?|agenzia|agencja|agentur|агентство|агенція|وكالة|خبرگزاری|סוכנות|"
    r"redacci[oó]n|redazione|redação|redaktion|rédaction|redactie|the)(?![\w-])\s*[:：]?|l['’]|据|據|[来來]源\s*[:：]|출처\s*[:：]|出典\s*[:：]|(?:©|\(c\))(?:\s?(?:19|20)\d\d(?!\d))?)\s*"
)
"""What stands before the agency in one part of a byline, cut as often as it comes: "Con información de la agencia EFE"."""

_AND = "|".join((*AND, *LETTERS, "in", "a"))
"""The last two Slovenian, Czech and Slovak."""

_PARTS = re.compile(
    r"\s*(?:[;,،、/|&+·•\n()（）\[\]【】［］〔〕]|＝|=|(?-i:(?<=[\u3040-\u9fff\uac00-\ud7af])\s+(?=[\u3040-\u9fff\uac00-\ud7af]))"
    rf"|\s[-–—]\s|\s(?:{_AND}|with|mit|avec|con|com|for|für|pour|para|voor)\s)\s*",
    re.IGNORECASE,
)
"""What parts the agencies and names of a byline. Folding the case of scripts that have none would take long to compile."""

_JOB = r"(?:staff|writers?|reporters?|correspondents?|news ?room|editors?|redaktion|redacción|desk)"
_STAFF = re.compile(
    rf"(?i)\s+(?:{_JOB}|[\w-]+-redaktion|(?:news )?agency|news service|wire|service)$|\s*(?:기자|특파원|記者|记者|電|电|讯)$"
)
_STAFF_OF = re.compile(rf"(?i)\s+(?:[\w-]+ ){{1,2}}{_JOB}$")
"""What stands behind the agency in one part of a byline: "Reuters Staff", "AP Medical Writer", "로이터 기자"."""

_PHOTO = re.compile(
    r"(?i)\b(?:photos?|fotos?|getty|images|picture[ -]alliance|scanpix|via getty|epa-efe|handout|bild)\b|фото|写真|사진|图片"
    r"|(?-i:^[A-Z]{2,8}/[A-ZÀ-Þ][a-zß-ÿ][\w.]*\s)"
)
ORGANISATION = re.compile(
    r"(?i)universi|ministr|party\b|partei|authorit|administra|associa|institut|union|federa|council|committee|verein"
)
"""What an acronym in brackets stands for when it is no agency: "University of Nicosia (UNI)"."""

_INITIALS: frozenset[str] = frozenset(("kna",))
"""Agency codes that reporters' initials are seen to equal: "(vyp/kna)". Beside unknown initials they are no agency."""

_REPORTER = re.compile(r"[a-z]{2,4}")

_LONG_NAME = 8
"""Letters from which an agency's name is recognised behind a person's without a mark: "JO MARTEN Associated Press"."""

PHOTO_CREDIT = (
    r"(?i)^\W*(?:crédits? )?(?:photo(?:s|graph(?:s|y)?)?|foto(?:s|grafie|graf[ií]as?)?|bild(?:er)?|images?|pictures?|"
    r"im[aá]gen(?:es)?|kuvat?|kép(?:ek)?|zdjęci[ae]|фото|צילום|صورة|写真|사진|图片|圖片)(?: credits?)?"
    r"\s*(?:(?:by|von|de|par|por|di|av|af)\s|[:：/©=]).*"
    r"|^[^;]*picture[ -]alliance[^;]*$|^(?:[^;]*[^a-z;])?(?:getty ?images|shutterstock|istockphoto|istock|afp photo|ap photo|"
    r"scanpix|depositphotos|alamy|unsplash|wireimage)(?:[^a-z;][^;]*)?$|^(?-i:[A-Z]{2,8}/[A-ZÀ-Þ][a-zß-ÿ][\w.]* [\w. ]+)$"
)
"""A byline that credits a photo and no text; the same for Rust and Python."""

_LATIN = re.compile(r"^[\x00-\u024f]+$")


def _exact(agency: Agency, spelling: str) -> bool:
    """Short Latin codes and ambiguous names count only in their own case: AP, not ap."""
    return _is_code(spelling) or (bool(_LATIN.match(spelling)) and agency.ambiguity != "low")


def _is_code(spelling: str) -> bool:
    return len(spelling) <= _CODE and bool(_LATIN.match(spelling))


_CODE = 4
"""Letters up to which a Latin spelling is a code, and may be a word or a given name in small letters."""

_REACH = 2_000
"""Characters of a byline that are looked at: what is longer is a text, and patterns take their time over it."""


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _read(byline: str) -> str:
    """``byline`` as it is taken apart: its beginning in NFKC, with single blanks; line feeds part names."""
    lines = (" ".join(line.split()) for line in byline.split("\n"))
    return _normal("\n".join(filter(None, lines))[:_REACH]).strip()


@per_vocabulary
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
        if _is_code(agency.name):  # "MIA" and "SANA" are agencies, Mia and Sana are not
            exact.setdefault(agency.name, agency.id)
        else:
            folded.setdefault(agency.name.casefold(), agency.id)
    return exact, folded


@per_vocabulary
def hint() -> str:
    """A pattern for Rust that every byline with an agency holds once it is in NFKC and lower case: asked before `in_byline`.

    Bylines are lowered and not the pattern made to fold case: that takes three times as long to compile, in every batch.
    """
    exact, folded = _spellings()
    names = {name.lower() for name in (*exact, *folded)}
    short = {name for name in names if len(name) <= _SHORT_CODE}
    return rf"(?:^|\P{{Latin}})(?:{_either(short)})(?:\P{{Latin}}|$)|{_either(names - short)}"


def _either(names: set[str]) -> str:
    return "|".join(escape(name) for name in sorted(names, key=len, reverse=True))


def lookup(name: str) -> str | None:
    """The id of the agency that ``name`` spells, the whole of it, or None."""
    exact, folded = _spellings()
    return exact.get(name) or folded.get(name.casefold())


@per_vocabulary
def in_byline(byline: str) -> tuple[str, ...]:
    """Ids of the agencies that a byline credits for its text, in order; photo credits do not count.

    >>> in_byline("By AFP"), in_byline("Jane Roe and Reuters"), in_byline("picture alliance/dpa")
    (('afp',), ('reuters',), ())
    """
    text = _read(byline)
    if _PHOTO.search(text):
        text = "; ".join(author for author in re.split(r" ?[;\n] ?", text) if not _PHOTO.search(author))
    return tuple(dict.fromkeys(agency for _, agency in _credited(text)))


def stands_for(code: str, words: str) -> bool:
    """Whether ``code`` in brackets abbreviates the ``words`` before it: "Andhra Pradesh (AP)".

    >>> stands_for("AP", "She passed Advanced Placement"), stands_for("AFP", "Lima")
    (True, False)
    """
    last = [word[0] for word in re.split(r"[\s-]+", words.strip()) if word[:1].isupper()][-len(code) :]
    return len(code) > 1 and "".join(last).casefold() == code.casefold()


def _credited(text: str) -> list[tuple[str, str]]:
    """(spelling, agency) for every part of a byline that is an agency."""
    whole = next(filter(None, map(_spelt, (text, text.strip(" .()（）[]【】")))), None)
    if whole:
        return [whole]
    parts = _split(text)
    found = []
    for index, part in enumerate(parts):
        credit = _spelt(part) or _spelt_at_end(part)
        if credit is None or (index and _is_abbreviation(credit[0], text, parts[index - 1])):
            continue
        if _is_given_name(credit[0], text):
            continue
        found.append(credit)
    codes = {code for code, _ in found}
    if codes <= _INITIALS and any(part not in codes and _REPORTER.fullmatch(part) for part in parts):
        return []
    return found


def _is_given_name(code: str, text: str) -> bool:
    """Whether ``code`` stands beside one word as surname and given name do: "Yılmaz, Efe", "Can ve Efe".

    >>> _is_given_name("Efe", "Yılmaz, Efe"), _is_given_name("Efe", "Ana Roe, Efe"), _is_given_name("Efe", "Reuters, Efe")
    (True, False, False)
    """
    if len(code) > _GIVEN_NAME or not code.istitle():
        return False
    joint = rf"(?:\s?[,،、]\s?|\s(?:{_AND})\s)"
    word = r"([^\W\d_][^\s,،、;/|&()\[\]]*)"
    beside = rf"(?:^|[;\n]\s?)(?:{word}{joint}{re.escape(code)}|{re.escape(code)}{joint}{word})(?=$|\s?[;\n])"
    # in capitals it is where the story comes from: "Fars, LIMA"
    names = (word for pair in re.findall(beside, text) for word in filter(None, pair) if not word.isupper())
    return any(not lookup(name) for name in names)


def _is_abbreviation(code: str, text: str, before: str) -> bool:
    """Whether ``code`` is only the acronym of what stands before it in ``text``."""
    if f"({code})" not in text or _spelt(before):
        return False
    return len(code) <= _SHORT_CODE and (bool(ORGANISATION.search(before)) or stands_for(code, before))


_SHORT_CODE = 5
_GIVEN_NAME = 4
"""Letters of an agency's code that may be a given name where it is printed as one: Efe, Tass, Mehr."""


def _without_leads(part: str) -> list[str]:
    """``part``, and what is left of it after each word that leads to an agency's name."""
    steps = [part]
    for _ in range(4):
        shorter = _LEAD_IN.sub("", steps[-1], count=1)
        if shorter == steps[-1]:
            break
        steps.append(shorter)
    return [step.strip(" \"'“”*") for step in steps]


def _spelt(part: str) -> tuple[str, str] | None:
    """(spelling, agency) if ``part`` is an agency and no more, perhaps with "By" before or "staff" behind it."""
    steps = _without_leads(part)
    for step in steps:
        for name in (step, step.strip(" ."), _STAFF.sub("", step), _STAFF_OF.sub("", step)):
            if name and (agency := lookup(name)):
                return name, agency
    return None


def agency_in(part: str) -> str | None:
    """The agency, as it is spelt there, that ``part`` of a byline names with no person beside it.

    >>> agency_in("AP Sports Writer"), agency_in("Jane Roe, AP")
    ('AP', None)
    """
    found = _spelt(part)
    return found[0] if found else None


def _spelt_at_end(part: str) -> tuple[str, str] | None:
    """(spelling, agency) if ``part`` ends in an agency's long name: "JO MARTEN Associated Press"."""
    bare = _without_leads(part)[-1]
    words = bare.split()
    for size in range(min(len(words) - 1, 4), 0, -1):
        name = " ".join(words[-size:])
        if len(name) >= _LONG_NAME and (" " in name or "-" in name) and (agency := lookup(name)):
            return name, agency
    return None


def _split(byline: str) -> list[str]:
    """The parts of a byline; "TT-AFP" is two, for both are agencies."""
    found: list[str] = []
    for part in filter(None, _PARTS.split(byline)):
        halves = re.split("[-–—]", part)
        found += halves if len(halves) == 2 and all(map(lookup, halves)) else [part]
    return found


@per_vocabulary
def _known() -> dict[str, Agency]:
    return {agency.id: agency for agency in agencies()}


@per_vocabulary
def misspelt(byline: str) -> tuple[tuple[str, str], ...]:
    """Agencies in ``byline`` in a spelling that the vocabulary does not list: (spelling there, usual spelling)."""
    found = []
    for name, agency in _credited(_read(byline)):
        usual = tuple(map(_normal, (*_known()[agency].bylines, _known()[agency].name)))
        if name not in usual and not name.isupper():  # capitals are a style, in which people's names stand, too
            same = (spelling for spelling in usual if spelling.casefold() == name.casefold())
            found.append((name, next(same, display_name(agency))))
    return tuple(found)


def display_name(agency: str) -> str:
    """The usual spelling of the agency with id ``agency``; the id of one that the vocabulary does not know, as when a report is
    written anew without the contract."""
    known = _known().get(agency)
    return known.bylines[0] if known else agency


@per_vocabulary
def domains() -> dict[str, str]:
    """The registrable domains of the agencies' own sites -> their ids."""
    found: dict[str, str] = {}
    for row in current().rows["agencies"]:
        host = re.sub(r"^(?:https?://)?(?:www\.)?", "", row["website"].strip().casefold()).partition("/")[0]
        if host:
            found.setdefault(registrable_domain(host), row["id"])
    return found
