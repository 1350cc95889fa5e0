"""BYL001-002: a byline that is missing, or holds more than names."""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape

import polars as pl

from copydesk.press.agencies import agency_in
from copydesk.press.names import no_person
from copydesk.press.printed import printed_byline
from copydesk.rules.base import (
    Article,
    Rule,
    Severity,
    Spot,
    confirmed,
    difference,
    parameter,
    present,
    rule,
    whole,
)
from copydesk.vocabulary import WORD_END, byline_words, escape, months, parts_words, per_vocabulary, title_words

_AUTHOR_JOINT = re.compile(r"\s*[;\n]\s*")

_MARKS = (
    r"(?:mailto:)?[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z.]+",  # e-mail address
    r"@[A-Za-z0-9_]{2,}",  # handle
    r"(?:https?://|www\.)[^ ]+|(?:^|[; ])/?authors?/[^ ]",  # link
    r"[0-9]{1,2}[:.][0-9]{2}",  # time of day
    r"(?:19|20)[0-9]{2}",  # year
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}",  # date in digits
    r"[0-9]+ ?(?:年|월|月|min|(?:(?:h|hrs?|mins?|d) )?ago)",
    r"[{}<>]|&#?[A-Za-z0-9]+;",  # markup, JSON, entities
    r"\+ ?follow|(?:^|[;|] ?)more from",
    r"(?:and|&|\+|und|et|y|e|en) ?[0-9]{1,2} (?:more|others?|weitere|autres?|más|outros|altri|anderen)",
    r"\((?:she|he|they)/(?:her|him|them)",  # pronouns
    r"[A-Za-z]_[A-Za-z]",  # name of an account
)
"""What no name contains. On 1,951 real author strings: e-mail or handle 0.6 %, link 1.5 %, digits 1.0 %."""


_SURNAMES = frozenset(("august", "augusto", "agosto"))


@per_vocabulary
def _noise() -> str:
    """Everything in a byline in lower case that is not a name, for Rust (where Unicode word boundaries are slow).

    Bylines are lowered and not the pattern made to fold case: that takes three times as long to compile, in every batch.
    """
    return _alternatives(r"(?:\A|[^\p{L}\p{N}])", WORD_END, str.lower)


@per_vocabulary
def _noise_pattern() -> re.Pattern[str]:
    """The same for Python and bylines as they are, whose match is the noise alone."""
    noise = _alternatives(r"(?<![^\W_])", r"(?![^\W_])", str)
    return re.compile(f"(?i){noise}|(?-i:{_said()})")


def _alternatives(start: str, end: str, case: Callable[[str], str]) -> str:
    """Marks and words; ``start`` and ``end`` are the edges of words.

    Buttons ("Share", "Dela", "수정") count only where they are the whole of one author: some are names elsewhere.
    """
    words = [word for kind in ("role", "label", "network") for word in byline_words(kind)]
    parted = "|".join(escape(case(word)) for word in words if parts_words(word[-1]))
    dense = [word for word in words if not parts_words(word[-1])]
    attached = "|".join(escape(case(word)) for word in dense if word in byline_words("role") or not word[-1].isalpha())
    alone = "|".join(escape(case(word)) for word in (*byline_words("action"), *dense))
    whole = rf"(?:^|[;,|\n])[ ]*(?:{alone})[ ]*(?:[;,|\n]|$)"
    ends = [*_month_names(), *(escape(case(word)) for word in byline_words("action") if len(word) >= _NO_SURNAME)]
    behind = rf"[^ 0-9;,]+ [^ 0-9;,]+ (?:{'|'.join(ends)})[ ]*(?:[;,]|$)"
    return "|".join((*_MARKS, f"{start}(?:{parted}){end}", attached, whole, behind))


_NO_SURNAME = 6
"""Characters from which a button behind a full name is one: "Ana Roe Follow", but not "Maria Ana Dela"."""


@per_vocabulary
def _said() -> str:
    """A comment's signature, "jo42 says:"; Edward Said is none."""
    speech = "|".join(escape(word) for word in byline_words("speech"))
    return rf"[ ](?:{speech})[ ]*:?[ ]*(?:[;,]|$)"


def _month_names() -> list[str]:
    """Months that end a byline whose day and year were cut off; short ones and August are surnames, too."""
    return sorted(escape(name) for name in months() if len(name) >= 6 and name.isalpha() and name not in _SURNAMES)


def noisy() -> pl.Expr:
    """Whether the byline holds something that no name does."""
    byline = pl.col("byline")
    found = (byline.str.to_lowercase().str.contains(_noise()) | byline.str.contains(_said())).fill_null(False)
    return found & ~confirmed(found & (byline.str.len_bytes() < _SIGNATURE), "byline", no_person)


_SIGNATURE = 200
"""Bytes below which a byline may be how an agency or a desk signs: "PA Reporter", "Our Correspondent"."""


@rule("BYL001", "byline-missing", severity=Severity.WARNING, field="byline")
class BylineMissing(Rule):
    """The article has no byline.

    ## What it does
    Reports articles that name no author and no agency. Where the text prints one ("By Jo Moreau", "文/兰薇", "(ana)"), or
    the page and other records of its URL name one, the suggestion says who.

    ## Why it matters
    The byline says who wrote the text, and so whose rights and whose word it is. Extractors lose it on 9 to 65 % of
    pages that print one.

    ## What to do
    Read `author` from JSON-LD. Where a source prints no bylines, switch the rule off for it in the contract.

    ## Example
    ```json
    {"title": "Ferry resumes", "authors": []}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "authors": ["Ana Lindqvist"]}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("byline")

    def find(self, article: Article) -> Iterable[Spot]:
        if article["page_authors"]:
            return whole("byline", "no byline, though the page names its author", "; ".join(article["page_authors"]))
        if printed := printed_byline(article["body"] or ""):
            return whole("byline", f"no byline, though the text prints “{printed[0]}”", printed[0])
        if article["url_bylines"]:
            given = article["url_bylines"][0]
            return whole("byline", f"no byline, though another record of this URL has “{given}”", given)
        return whole("byline", "no byline")


@rule("BYL002", "byline-noise", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineNoise(Rule):
    """The byline holds something other than names.

    ## What it does
    Reports handles, e-mail addresses, links, dates, times, roles ("staff writer"), labels ("Updated") and buttons
    ("Share"). The words are in `checks/vocabulary/bylines.csv`.

    ## Why it matters
    Author pages, counts per author and agency detection take every string for a person.

    ## What to do
    Select the element that holds the name alone, or JSON-LD `author.name`.

    ## Example
    ```json
    {"byline": "Ana Lindqvist, Staff Writer @analind 2 hours ago"}
    ```

    ## Use instead
    ```json
    {"byline": "Ana Lindqvist"}
    ```
    """

    longest: int = parameter(200, "Characters beyond which a byline cannot be names only.", minimum=20)

    def passes(self) -> pl.Expr:
        return ~(noisy() | (pl.col("byline").str.len_chars() > self.longest).fill_null(False))

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        found = list(_noise_pattern().finditer(byline[: 10 * self.longest]))
        if not found:
            yield Spot("byline", f"{len(byline)} characters are too many for names")
            return
        start, end, repair = found[0].start(), found[-1].end(), None
        if names := _without_noise(byline):
            start, end, repair = difference(byline, names)  # with the comma that parted noise from name
        yield Spot("byline", "the byline holds more than names", start, end, names, repair)


_TAG = re.compile(r"<[^<>]*>")
_EDGE = " ,;:|/–—-•·،、\u200e\u200f"
_OPENING, _CLOSING = "(（[［〔【", ")）]］〕】"
_OPEN = re.compile(rf"\s*[{re.escape(_OPENING)}][^{re.escape(_CLOSING)}]*$")
"""A bracket of which the end was noise."""
_REPORTED = re.compile(r"\s?[／/｜|][^／/｜|]{0,8}(?:報導|报道|電|电|訊|讯)[〕】)）\]]?$")
"""Where a reporter reports from: "王小明／台北報導"."""
_DAY = re.compile(r"(?:^|[ ,|•·–—-])[0-9]{1,2}(?:st|nd|rd|th)?[.,]?(?: |$)")


def _without_noise(byline: str) -> str | None:
    """The byline's names: what is left of each author when noise and what follows it is cut."""
    names = []
    for author in _AUTHOR_JOINT.split(_TAG.sub(" ", unescape(byline).replace("\xa0", " "))):
        noise = _noise_pattern().search(author)
        name = _OPEN.sub("", _edged(_around(author, noise) if noise else author))
        if name:
            names.append(name)
    return "; ".join(names) or None


def _edged(name: str) -> str:
    """``name`` without marks at its ends, and without a bracket there whose other one is gone."""
    name = name.strip(_EDGE)
    if name[:1] in _OPENING and not any(mark in name for mark in _CLOSING):
        name = name[1:]
    if name[-1:] in _CLOSING and not any(mark in name for mark in _OPENING):
        name = name[:-1]
    return name.rstrip(_OPENING + _EDGE).lstrip(_EDGE)


def _around(author: str, noise: re.Match[str]) -> str:
    """The name before ``noise`` in ``author``, or in scripts without capitals behind a role that begins it: "记者 王小明"."""
    before, after = author[: noise.start()].strip(_OPENING + " "), _REPORTED.sub("", author[noise.end() :]).strip()
    follows = after and after.lower() == after.upper() and noise[0].strip().casefold() in _roles()
    if follows and (not before or agency_in(before)) and after[0].isalpha() and not _noise_pattern().search(after):
        return f"{before} {after}".strip()
    return _before(author[: noise.start()], noise[0])


def _before(text: str, noise: str) -> str:
    """The name in ``text``, which stands before ``noise``: without the day of a date and the field of a role.

    >>> _before("Ana Roe | June 14, ", "2025"), _before("Ana Roe, Political ", "Correspondent"), _before("Guest ", "columnist")
    ('Ana Roe', 'Ana Roe', '')
    >>> _before("ANA ROE AP Sports ", "Writer"), _before("June 14, ", "2025"), _before("ana", "a_roe")
    ('ANA ROE, AP', '', '')
    """
    if noise[:1].isalnum() and text[-1:].isalnum() and text[-1:].lower() != text[-1:].upper():
        text = text.rpartition(" ")[0]  # noise inside of a word, such as an account's name
    if day := _DAY.search(text):
        text = text[: day.start()]
    name = _edged(text)
    words = name.split()
    if len(words) not in (0, 2) and words[-1].strip(".").casefold() in months() and (day or noise.strip().isdigit()):
        return name[: -len(words[-1])].strip(_EDGE)
    if noise.strip().casefold() not in _roles() or text.strip() != name:
        return name
    for at in range(max(len(words) - 3, 0), len(words)):
        if agency := agency_in(" ".join((*words[at:], noise.strip()))):
            return f"{' '.join(words[:at]).rstrip(',')}, {agency}".removeprefix(", ")
    head, comma, field = name.rpartition(",")
    if comma and (agency := agency_in(f"{field} {noise}")):
        return f"{head}, {agency}"
    if comma and len(field.split()) == 1:
        return head.strip(_EDGE)
    while len(words) > 1 and (words[-1].islower() or words[-1].casefold() in _fields()) and not words[0].islower():
        words.pop()
    # one word of a script with capitals is what the person writes about, or whose: "Guest columnist", "Our correspondent"
    return " ".join(words).strip(_EDGE) if len(words) > 1 or name.lower() == name.upper() else ""


@per_vocabulary
def _roles() -> frozenset[str]:
    return frozenset(map(str.casefold, byline_words("role")))


@per_vocabulary
def _fields() -> frozenset[str]:
    """What roles are about: "Political", and the names of sections."""
    return frozenset(map(str.casefold, (*byline_words("field"), *title_words("section"))))
