"""Whether a page carries an article: how much of the stored text it shows, and whether its titles are the article's.

Containment decides, titles support: a page shows the headlines of many articles, and short texts may be nothing but the
site's own phrases. Thresholds are in `copydesk.origin.recognition.verdict`; what they reach is in `docs/accuracy.md`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz

from copydesk.origin.recognition.page import Page
from copydesk.press import headlines
from copydesk.press.shingles import Tokens, contained, folded, is_dense, tokens, tokens_each
from copydesk.urls.url import registrable_domain
from copydesk.vocabulary import per_vocabulary, title_words

LEAD: Final = 60
"""Words of the lead: what a teaser before a paywall shows. On 420 pages half of their shingles were on the own page in 99.8 %,
on no other page of the site."""

DENSE_LEAD: Final = 150
"""Letters of the lead in scripts without blanks: about sixty words of Chinese or Thai."""

_PART: Final = 20
"""Letters from which a title that stands inside another one speaks for it."""

_TITLE: Final = 1_000


@dataclass(frozen=True)
class Claim:
    """What a record says of its article, as far as the page can agree or disagree with it."""

    url: str
    host: str | None = None
    source: str | None = None
    title: str | None = None
    body: str | None = None
    canonical: str | None = None

    @cached_property
    def text(self) -> str:
        """The body as it is compared."""
        return folded(self.body or "")

    @cached_property
    def tokens(self) -> Tokens:
        """The words or letters of the body."""
        return tokens(self.text, is_dense(self.text))

    @cached_property
    def shingles(self) -> frozenset[str]:
        """All shingles of the body."""
        return self.tokens.shingles()

    @cached_property
    def lead(self) -> frozenset[str]:
        """The shingles of the body's beginning."""
        units, dense = self.tokens
        return Tokens(units[: DENSE_LEAD if dense else LEAD], dense).shingles()


class Shown:
    """A page ready for comparison with any number of claims."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._tokens: dict[bool, Tokens] = {}
        self._shingles: dict[bool, frozenset[str]] = {}
        self._paragraphs: dict[bool, list[Tokens]] = {}

    @cached_property
    def text(self) -> str:
        """The visible text as it is compared."""
        return folded(self.page.text)

    def tokens(self, dense: bool) -> Tokens:
        """The words of the page, or its letters."""
        if dense not in self._tokens:
            self._tokens[dense] = tokens(self.text, dense)
        return self._tokens[dense]

    def shingles(self, dense: bool) -> frozenset[str]:
        """All shingles of the page."""
        if dense not in self._shingles:
            self._shingles[dense] = self.tokens(dense).shingles()
        return self._shingles[dense]

    def paragraphs(self, dense: bool) -> list[Tokens]:
        """The words or letters of each line that may be a paragraph; of other lines none."""
        if dense not in self._paragraphs:
            texts = [line.text if line.kind == "p" else "" for line in self.page.lines]
            self._paragraphs[dense] = tokens_each(texts, dense)
        return self._paragraphs[dense]

    @cached_property
    def words(self) -> int:
        """Words of the visible text; two letters of a script without blanks count as one."""
        return self._count([self.tokens(self._dense)])

    @cached_property
    def prose(self) -> int:
        """Words of what may be paragraphs, menus and lists of links left out, counted alike."""
        body = tokens(folded(self.page.facts.body), self._dense)
        return self._count([*self.paragraphs(self._dense), body])

    @cached_property
    def _dense(self) -> bool:
        return is_dense(self.text)

    def _count(self, texts: list[Tokens]) -> int:
        units = sum(len(text.units) for text in texts)
        return units // 2 if self._dense else units

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles that the page gives itself, without the site's name, as `headlines.letters`."""
        site = headlines.Site(host_of(self.page.url), None, self.page.site)
        found = (
            headlines.letters(reading)
            for title in (*self.page.headlines, self.page.title)
            for reading in cut(title, site)
        )
        return tuple(dict.fromkeys(title for title in found if title))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a page is like a claim. ``containment`` and ``lead`` are shares of the text's and its beginning's shingles, None
    without text; ``count`` is how many shingles the text has; ``title`` is 0 to 1, None where either side has no title."""

    containment: float | None
    lead: float | None
    count: int
    title: float | None


def likeness(claim: Claim, shown: Shown) -> Likeness:
    """Compares ``claim`` with the page ``shown``; takes time linear in both texts."""
    title = title_likeness(claim, shown)
    if not claim.shingles:
        return Likeness(None, None, 0, title)
    there = shown.shingles(claim.tokens.dense)
    return Likeness(contained(claim.shingles, there), contained(claim.lead, there), len(claim.shingles), title)


def title_likeness(claim: Claim, shown: Shown) -> float | None:
    """How like the claimed title is to the likest of the page's, 0 to 1; None where either has none, or a generic one.

    `fuzz.ratio` of the letters, and of the better-fitting part where the shorter one has `_PART` letters. Never
    `token_set_ratio`: it gave 1.0 for titles of other articles.
    """
    site = headlines.Site(claim.host, claim.source, shown.page.site)
    own = [title for reading in cut(claim.title or "", site) if (title := headlines.letters(reading))]
    if not own or not shown.titles or (claim.title or "").strip().casefold() in _generic():
        return None
    return max(_alike(one, two) for one in own for two in shown.titles)


@per_vocabulary
def _generic() -> frozenset[str]:
    return frozenset(title.casefold() for title in title_words("generic"))


def _alike(one: str, two: str) -> float:
    ratio = fuzz.ratio(one, two) / 100
    if min(len(one), len(two)) >= _PART and 3 * min(len(one), len(two)) >= max(len(one), len(two)):
        return max(ratio, fuzz.partial_ratio(one, two) / 100)
    return ratio


def cut(title: str, site: headlines.Site) -> tuple[str, ...]:
    """The readings of ``title``: as it stands, and without what its end says of the site."""
    title = title[:_TITLE]
    found = headlines.cut(title, site)
    return (title, title[found.start : found.end]) if found else (title,)


def host_of(address: str) -> str:
    """The host of an address in normal form."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]


def own_domain(address: str) -> str:
    """The registrable domain of an address in normal form."""
    return registrable_domain(host_of(address))
