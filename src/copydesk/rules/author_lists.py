"""BYL011-014: the people whom the byline names stand apart, once, and are the authors and no more."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import polars as pl

from copydesk.press.agencies import ORGANISATION, lookup
from copydesk.press.names import authors, key, people, places, removal
from copydesk.rules.authorship import LONGEST, SHORT, WHO, names_nobody
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, confirmed_rows, parameter, rule, whole
from copydesk.rules.bylines import noisy
from copydesk.vocabulary import per_vocabulary

_CAMEL = r"\p{Lu}\p{Ll}+ (?:[^ ]+ )?\p{Lu}\p{Ll}{4,}\p{Lu}\p{Ll}+ \p{Lu}"
"""Four small letters before the inner capital leave MacDonald, DeVito and FitzGerald alone."""

_MANY = r"\p{Lu}[\p{Ll}’'-]+(?: (?:\p{Lu}\. )?\p{Lu}[\p{Ll}’'-]+){4}"
"""Initials do not count, and titles before a name neither: "Prof. Dr. Jo K. P. Moreau Bell" is one person."""


@rule("BYL011", "byline-glued", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineGlued(Rule):
    """Several people stand in the byline without anything between them.

    ## What it does
    Reports names run together ("Ana LindqvistJo Moreau") and five or more capitalised words in a row ("Ana Lindqvist Jo
    Moreau Bell"), which are two people more often than one.

    ## Why it matters
    The two count as one author whom nobody knows. Of 31 real bylines of these forms none was right.

    ## What to do
    Read each author's element by itself; do not take the text of the whole byline block.

    ## Example
    ```json
    {"byline": "Ana LindqvistJo Moreau"}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist", "Jo Moreau"]}
    ```
    """

    def passes(self) -> pl.Expr:
        byline = pl.col("byline")
        likely = (SHORT & byline.str.contains(f"{_CAMEL}|{_MANY}")).fill_null(False)
        return ~confirmed(likely, "byline", lambda text: not _known_parts(text)).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        if (at := _seam(byline)) is not None:
            start, end = byline.rfind(" ", 0, at) + 1, byline.index(" ", at)
            repair = f"{byline[start:at]}; {byline[at:end]}"
            cut = byline[:start] + repair + byline[end:]
            yield Spot("byline", "two names are run together", start, end, cut, repair)
        else:
            yield from whole("byline", "several people with nothing between them")


def _seam(byline: str) -> int | None:
    """Where a name begins right behind four small letters of another one, in any script that has capitals."""
    start = 0
    for word, following in pairwise(byline.split(" ")):
        at = max((place for place, letter in enumerate(word) if letter.isupper()), default=0)
        before, after = word[max(0, at - 4) : at], word[at + 1 :]
        inside = len(before) == 4 and (before + after).isalpha() and before.islower() and after.islower()
        if inside and following[:1].isupper():
            return start + at
        start += len(word) + 1
    return None


def _known_parts(byline: str) -> bool:
    """Whether every part of ``byline`` that looks glued is an agency or another organisation, whose names are long."""
    many = [part for part in re.split(r"[;,/]", byline) if len(part.split()) >= 5]
    return bool(many) and all(lookup(part.strip()) or ORGANISATION.search(part) for part in many)


@rule("BYL012", "byline-repeated", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineRepeated(Rule):
    """Somebody is named twice.

    ## What it does
    Reports authors that repeat another one, whatever the case and accents ("Ana Roe; ana-roe"), and names that stand
    twice in one author ("Ana Roe Ana Roe").

    ## Why it matters
    Counts per author are wrong. The second copy is mostly the link to the author's page or the text of its portrait.

    ## What to do
    Keep distinct names; select one of the two elements.

    ## Example
    ```json
    {"authors": ["Ana Lindqvist", "ana-lindqvist"]}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist"]}
    ```
    """

    def passes(self) -> pl.Expr:
        likely = (SHORT & pl.col("byline").str.contains(r"[;,]|[^ ] [^ ]+ [^ ]+ [^ ]")).fill_null(False)
        return ~confirmed(likely, "byline", lambda text: once(text) is not None).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        for start, end, repair in _repetitions(byline):
            yield Spot("byline", "somebody is named twice", start, end, once(byline), repair)


def _repetitions(byline: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, repair) of every author that repeats another one or itself."""
    seen: set[str] = set()
    found = places(byline)
    for number, (start, end) in enumerate(found):
        author = byline[start:end]
        single = _halved(author)
        name = key(single) or single
        if name in seen:
            yield *removal(found, number), ""
        elif single != author:
            yield start, end, single
        seen.add(name)


@per_vocabulary
def once(byline: str) -> str | None:
    """``byline`` with everybody named once, or None where it is so already.

    >>> once("Ana Roe Ana Roe; JO BELL; jo-bell"), once("Ana Roe")
    ('Ana Roe; JO BELL', None)
    """
    every = authors(byline)
    if any(len(author) == 1 for author in every):  # letters, not names
        return None
    kept: dict[str, str] = {}
    for author in every:
        single = _halved(author)
        kept.setdefault(key(single) or single, single)
    return "; ".join(kept.values()) if list(kept.values()) != every else None


def _halved(author: str) -> str:
    """``author`` up to where its first two or more words begin again."""
    words = author.split()
    if len(words) < 2:
        return author
    keys = [word.casefold() for word in words]
    for size in range(1, min(len(words) // 2, 6) + 1):
        if keys[:size] == keys[size : 2 * size] and sum(map(len, keys[:size])) > 3:
            return " ".join(words[:size])
    return author


@rule("BYL013", "byline-crowded", severity=Severity.WARNING, field="byline")
class BylineCrowded(Rule):
    """The byline names more people than write one article.

    ## What it does
    Counts the authors, agencies left out; in a text without semicolons, full names between commas.

    ## Why it matters
    Extractors that take every link to an author's page collect the authors of teasers and side columns: of 76 real
    bylines with five authors or more, 72 were wrong.

    ## What to do
    Read authors from JSON-LD. For live blogs, which do have many, raise `authors` or switch the rule off.

    ## Example
    ```json
    {"authors": ["Ana Lindqvist", "Jo Moreau", "Max Muster", "Olga Sorin", "Lan Wei"]}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist"]}
    ```
    """

    authors: int = parameter(5, "Authors from which a byline is crowded.", minimum=3)

    def passes(self) -> pl.Expr:
        several = (pl.col("byline").str.count_matches("[;,]") >= self.authors - 1).fill_null(False)
        return ~confirmed(several, "byline", lambda byline: _number(byline) >= self.authors).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("byline", f"{_number(article['byline'])} authors")


def _number(byline: str) -> int:
    """How many people ``byline`` lists; between commas only where each is a full name, as in a list joined to one text."""
    names = [name.strip() for name in byline.split(";" if ";" in byline else ",")]
    if ";" not in byline and not all(" " in name or lookup(name) for name in names):
        return 1
    return sum(len(name) > 1 and not lookup(name) for name in names)


@rule("BYL014", "byline-differs-on-same-page", severity=Severity.WARNING, field="byline")
class BylineDiffersOnSamePage(Rule):
    """Other records of the same URL give fewer authors, or others.

    ## What it does
    Compares a byline without noise with those of other records of the same URL in the run, and with the authors that the
    kept page names. Reports it where it holds names or words beyond most of them, shares nobody with any, or is the
    site or a desk while another names a person.

    ## Why it matters
    Several extractors on one page, or one on several days, err differently. What only one of them has is mostly a
    caption, a teaser or the site. Of 203 such bylines of pages scraped by seven extractors 84 % are wrong; most of the
    rest are groups of authors of whom the other records name only one.

    ## What to do
    Take the byline that the records share.

    ## Example
    ```json
    {"authors": ["Ana Lindqvist", "Jo Moreau"], "url": "https://www.example.com/ferry"}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist"], "url": "https://www.example.com/ferry"}
    ```
    """

    def passes(self) -> pl.Expr:
        others = pl.col("url_bylines").list.len().fill_null(0) + pl.col("page_authors").list.len().fill_null(0)
        likely = ((others > 0) & SHORT).fill_null(False) & ~noisy()
        columns = (*WHO, "url_bylines", "page_authors")
        return ~confirmed_rows(likely, columns, lambda row: _differs(**row) is not None)

    def find(self, article: Article) -> Iterable[Spot]:
        given = _differs(**{name: article[name] for name in (*WHO, "url_bylines", "page_authors")})
        return whole("byline", f"other records of this page have “{given}”", given)


def _differs(
    byline: str | None,
    url_host: str | None,
    source: str | None,
    url_bylines: list[str] | None,
    page_authors: list[str] | None,
) -> str | None:
    """The byline of the same page that shows that ``byline`` holds more than authors; None where nothing does."""
    others = [*(["; ".join(page_authors)] if page_authors else []), *(url_bylines or [])]
    others = [other for other in others if len(other) <= LONGEST and not names_nobody(other, url_host, source)]
    known = [(words, other) for other in others if (words := _words(other))]
    mine = _words(byline or "")
    if not mine or not known:
        return None
    fewer = [other for words, other in known if words < mine]
    if fewer and (known[0][1] == fewer[0] or len(fewer) * 2 > len(known)):
        return fewer[0]
    if names_nobody(byline, url_host, source):
        return known[0][1]
    return None if any(words & mine for words, _ in known) else known[0][1]


def _words(byline: str) -> frozenset[str]:
    """The words of everybody whom ``byline`` names: extractors part and order the same names differently."""
    return frozenset(" ".join(people(byline)).split())
