"""BYL009-014: whether the byline names people: not placeholders, sites or desks, each of them once, and only the authors."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import polars as pl

from copydesk.articles.agencies import lookup
from copydesk.articles.names import authors, is_site, key, people, site_names
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, confirmed_row, parameter, rule, whole
from copydesk.rules.bylines import noisy
from copydesk.rules.phrases import parts_words
from copydesk.vocabulary import byline_words, escape

_LONGEST = 500
"""Characters up to which a byline is taken apart; longer ones are `byline-noise`."""

_SHORT = (pl.col("byline").str.len_bytes() <= 4 * _LONGEST) & (pl.col("byline").str.len_chars() <= _LONGEST)

_EXPLODED = r"(?:^|;)[ ]*[^\s;][ ]*;[ ]*[^\s;]?[ ]*;[ ]*[^\s;][ ]*;[ ]*[^\s;]?[ ]*(?:;|$)"
"""A name whose letters became a list: "A; n; a;  ; R; o; e"."""


@cache
def _nobody() -> str:
    """Authors that are a form's label, a company or no word at all; the same for Rust and Python."""
    alone = _either({*byline_words("placeholder"), *(word for word in byline_words("prefix") if len(word) > 1)})
    firms = _either(word for word in byline_words("company") if parts_words(word[-1]) or word[-1] == ".")
    dense_firms = _either(word for word in byline_words("company") if not parts_words(word[-1]) and word[-1] != ".")
    return (
        rf"(?i)(?:^|[;,\n])[ ]*(?:{alone})(?:[ ]*[*:]|[ ]*\([^()]*\))*[ ]*(?:[;,\n]|$)"
        rf"|(?-i:[^\s;,] (?:{firms})(?:[ ;,.)]|$)|{dense_firms})|(?:^|;)[^\p{{L}};]+(?:;|$)|{_EXPLODED}"
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _nobody_pattern() -> re.Pattern[str]:
    return re.compile(_nobody().replace(r"[^\p{L};]+", r"(?:[\W\d_](?<!;))+"))


@cache
def _desks() -> frozenset[str]:
    return frozenset(map(key, byline_words("desk")))


def _is_desk(author: str) -> bool:
    return key(author) in _desks()


def _dense(column: pl.Expr) -> pl.Expr:
    """`copydesk.articles.names.dense` as an expression."""
    return column.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _may_name_site() -> pl.Expr:
    """Whether the byline holds the site's name or the first label of its host anywhere; most do not."""
    byline = _dense(pl.col("byline"))
    label = _dense(pl.col("url_host").str.extract(r"([^.]+)\.(?:(?:co|com|org|net|gov|edu|ac)\.)?[a-z]+$"))
    host = byline.str.contains(label.str.head(4), literal=True) & (label != "")
    source = byline.str.contains(_dense(pl.col("source")).str.head(4), literal=True) & (pl.col("source") != "")
    return host.fill_null(False) | source.fill_null(False) | _labels()


def _labels() -> pl.Expr:
    """Whether a subdomain ("wien.orf.at") may be the site's name."""
    return (pl.col("url_host").str.count_matches(".", literal=True) > 2).fill_null(False)


@lru_cache(maxsize=65_536)
def _site_authors(byline: str | None, url_host: str | None, source: str | None) -> tuple[str, ...]:
    """The authors in ``byline`` that are the site itself."""
    sites = site_names(url_host, source)
    return tuple(author for author in authors(byline or "") if is_site(author, sites) and not lookup(author))


def _site_beside_people(byline: str | None, url_host: str | None, source: str | None) -> bool:
    sites = _site_authors(byline, url_host, source)
    rest = [author for author in authors(byline or "") if author not in sites]
    return bool(sites) and any(people(author) and not _is_desk(author) for author in rest)


def _names_nobody(byline: str | None, url_host: str | None, source: str | None) -> bool:
    """Whether all authors are the site or a desk of it."""
    sites = _site_authors(byline, url_host, source)
    return bool(byline) and all(author in sites or _is_desk(author) for author in authors(byline or ""))


_WHO = ("byline", "url_host", "source")


def _who(article: Article) -> tuple[str | None, str | None, str | None]:
    return article["byline"], article["url_host"], article["source"]


def _is_title(byline: str, title: str | None) -> bool:
    """Whether ``byline`` is a run of the title, or holds all of it."""
    return title is not None and len(title) >= 15 and (byline in title or title in byline)


@rule("BYL009", "byline-not-a-name", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineNotAName(Rule):
    """An author is neither a person nor an agency.

    ## What it does
    Reports authors that are a form's label or an account ("Name *", "No Author", "admin"), a company ("… GmbH"), the
    title or a run of it, a sentence, a number, a list of letters, or the site itself beside a person. The words are in
    `checks/vocabulary/bylines.csv` (placeholder, company).

    ## Why it matters
    The selector hit something else on the page; the author is lost or has false company. Of 1,600 real bylines these
    forms were wrong in 95 to 100 % of their cases, the site beside a person in 88 %.

    ## What to do
    Select the element that holds the name alone, or JSON-LD `author.name` where `@type` is Person.

    ## Example
    ```json
    {"authors": ["Ana Lindqvist", "harbour-post.example"], "url": "https://www.harbour-post.example/2025/06/14/ferry"}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist"], "url": "https://www.harbour-post.example/2025/06/14/ferry"}
    ```
    """

    words: int = parameter(7, "Words from which one author is a sentence.", minimum=4)

    def passes(self) -> pl.Expr:
        byline, title = pl.col("byline"), pl.col("title")
        nobody = byline.str.contains(_nobody()) & _SHORT
        long = confirmed(
            _SHORT & byline.str.contains(rf"(?:[^ ;,]+ +){{{self.words - 1}}}[^ ;,]"), "byline", self._is_sentence
        )
        three_words = _SHORT & byline.str.contains(r"^[^ ]+ [^ ]+ [^ ]") & (byline.str.len_chars() >= 15)
        title_run = confirmed_row(three_words.fill_null(False), ("byline", "title"), _is_title)
        site = confirmed_row(_SHORT & _may_name_site() & byline.str.contains("[;,|]"), _WHO, _site_beside_people)
        return ~(nobody.fill_null(False) | long.fill_null(False) | title_run | site)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        if found := _nobody_pattern().search(byline):
            yield Spot("byline", "this names neither a person nor an agency", *found.span())
        elif sites := _site_beside_people(*_who(article)) and _site_authors(*_who(article)):
            rest = [author for author in authors(byline) if author not in sites]
            start = byline.find(sites[0])
            yield Spot("byline", "the site is no author", start, start + len(sites[0]), "; ".join(rest))
        elif self._is_sentence(byline):
            yield from whole("byline", "this is a text, not a name")
        else:
            yield from whole("byline", "this is the title, not a name")

    def _is_sentence(self, byline: str) -> bool:
        """Whether an author has more words than a name, though no comma or "and" parts them."""
        parts = re.split(r"(?i)[;,/&|\n]|\s(?:and|und|et|y|e|og|och|en|ve|mit|with|i)\s", byline)
        return any(len(part.split()) >= self.words for part in parts)


@rule("BYL010", "byline-names-no-person", severity=Severity.INFO, field="byline")
class BylineNamesNoPerson(Rule):
    """The byline names the site or its newsroom, and nobody.

    ## What it does
    Reports bylines that are the site's own name or host name, or a desk ("Redaktion", "Staff", "Newsroom"; kind desk in
    `checks/vocabulary/bylines.csv`).

    ## Why it matters
    Some pages print no more than that (43 % of those measured), so it is a remark; on the others the person's name was
    lost.

    ## What to do
    Look at a page of the source. Switch the rule off for sources that sign so.

    ## Example
    ```json
    {"authors": ["The Harbour Post"], "url": "https://www.harbourpost.example/2025/06/14/ferry"}
    ```

    ## Use instead
    ```json
    {"authors": ["Ana Lindqvist"], "url": "https://www.harbourpost.example/2025/06/14/ferry"}
    ```
    """

    def passes(self) -> pl.Expr:
        desk = pl.col("byline").str.contains(rf"(?i)(?:^|[;,] ?)[^;,]{{0,12}}(?:{_either(byline_words('desk'))})")
        likely = ((_may_name_site() | desk) & _SHORT).fill_null(False)
        return ~confirmed_row(likely, _WHO, _names_nobody)

    def find(self, article: Article) -> Iterable[Spot]:
        site = bool(_site_authors(*_who(article)))
        return whole("byline", "the byline names the site" if site else "the byline names a desk, not a person")


_CAMEL = r"\p{Lu}\p{Ll}+ (?:[^ ]+ )?\p{Lu}\p{Ll}{4,}\p{Lu}\p{Ll}+ \p{Lu}"
"""Four small letters before the inner capital leave MacDonald, DeVito and FitzGerald alone."""

_MANY = r"\p{Lu}[\p{Ll}.’'-]+(?: \p{Lu}[\p{Ll}.’'-]+){4}"
_SEAM = re.compile(r"(?<=[a-zß-ÿ]{4})(?=[A-ZÀ-Þ][a-zß-ÿ]+ [A-ZÀ-Þ])")


@rule("BYL011", "byline-glued", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineGlued(Rule):
    """Several people stand in the byline without anything between them.

    ## What it does
    Reports names run together ("Ana LindqvistJo Moreau") and five or more capitalised words in a row ("Ana Lindqvist Jo
    Moreau Bell"), which are two people more often than one.

    ## Why it matters
    The two count as one author whom nobody knows. Of 23 real bylines of these forms none was right.

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
        likely = (_SHORT & byline.str.contains(f"{_CAMEL}|{_MANY}")).fill_null(False)
        return ~confirmed(likely, "byline", lambda text: not _known_parts(text)).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        if seam := _SEAM.search(byline):
            cut = f"{byline[: seam.start()]}; {byline[seam.start() :]}"
            yield from whole("byline", "two names are run together", cut)
        else:
            yield from whole("byline", "several people with nothing between them")


def _known_parts(byline: str) -> bool:
    """Whether every part of ``byline`` that looks glued is an agency, whose names are long."""
    many = [part for part in re.split(r"[;,/]", byline) if len(part.split()) >= 5]
    return bool(many) and all(lookup(part.strip()) for part in many)


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
        likely = (_SHORT & pl.col("byline").str.contains(r"[;,]|[^ ] [^ ]+ [^ ]+ [^ ]")).fill_null(False)
        return ~confirmed(likely, "byline", lambda text: once(text) is not None).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("byline", "somebody is named twice", once(article["byline"]))


@lru_cache(maxsize=65_536)
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
    keys = [key(word) for word in words]
    for size in range(1, min(len(words) // 2, 6) + 1):
        if keys[:size] == keys[size : 2 * size] and sum(map(len, keys[:size])) > 3:
            return " ".join(words[:size])
    return author


@rule("BYL013", "byline-crowded", severity=Severity.WARNING, field="byline")
class BylineCrowded(Rule):
    """More people than write one article.

    ## What it does
    Counts the authors, agencies left out.

    ## Why it matters
    Extractors that take every link to an author's page collect the authors of teasers and side columns: of 84 real
    bylines with five authors or more, 80 were wrong.

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
        several = (pl.col("byline").str.count_matches(";", literal=True) >= self.authors - 1).fill_null(False)
        return ~confirmed(several, "byline", self._is_crowded).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("byline", f"{article['byline'].count(';') + 1} authors")

    def _is_crowded(self, byline: str) -> bool:
        return (
            sum(len(author.strip()) > 1 and not lookup(author.strip()) for author in byline.split(";")) >= self.authors
        )


@rule("BYL014", "byline-differs-on-same-page", severity=Severity.WARNING, field="byline", fix="unsafe")
class BylineDiffersOnSamePage(Rule):
    """Other records of the same URL give fewer authors, or others.

    ## What it does
    Compares a byline without noise with those of other records of the same URL in the run, and with the authors that the kept page
    names. Reports it where it holds names or words beyond most of them, or shares nobody with any.

    ## Why it matters
    Several extractors on one page, or one on several days, err differently. What only one of them has is mostly a
    caption, a teaser or the site. Measured on pages scraped by seven extractors: 92 % of what is reported is wrong.

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
        likely = ((others > 0) & _SHORT).fill_null(False) & ~noisy()
        columns = ("byline", "url_bylines", "page_authors")
        return ~confirmed_row(likely, columns, lambda **row: _differs(**row) is not None)

    def find(self, article: Article) -> Iterable[Spot]:
        given = _differs(article["byline"], article["url_bylines"], article["page_authors"])
        return whole("byline", f"other records of this page have “{given}”", given)


def _differs(byline: str | None, url_bylines: list[str] | None, page_authors: list[str] | None) -> str | None:
    """The byline of the same page that shows that ``byline`` holds more than authors; None where nothing does."""
    others = [*(["; ".join(page_authors)] if page_authors else []), *(url_bylines or [])]
    mine = frozenset(" ".join(people(byline or "")).split())
    others = [other for other in others if len(other) <= _LONGEST]
    known = [(frozenset(" ".join(people(other)).split()), other) for other in others]
    known = [(words, other) for words, other in known if words]
    if not mine or not known:
        return None
    fewer = [other for words, other in known if words < mine]
    if fewer and (known[0][1] == fewer[0] or len(fewer) * 2 > len(known)):
        return fewer[0]
    return None if any(words & mine for words, _ in known) else known[0][1]
