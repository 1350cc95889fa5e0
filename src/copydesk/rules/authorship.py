"""BYL009-010: whether an author is a person or agency at all, and not a label, a text, the site or a desk."""

import re
from collections.abc import Callable, Iterable, Iterator

import polars as pl

from copydesk.press.agencies import lookup
from copydesk.press.joints import AND, LETTERS
from copydesk.press.names import authors, is_desk, is_site, length, no_person, people, places, removal, site_names
from copydesk.rules.base import (
    Article,
    Rule,
    Severity,
    Spot,
    confirmed,
    confirmed_rows,
    narrowed,
    parameter,
    rule,
    whole,
)
from copydesk.vocabulary import byline_words, escape, parts_words, per_vocabulary

LONGEST = 500
"""Characters up to which a byline is taken apart; longer ones are `byline-noise`."""

SHORT = (pl.col("byline").str.len_bytes() <= 4 * LONGEST) & (pl.col("byline").str.len_chars() <= LONGEST)

_EXPLODED = r"(?:^|;)[ ]*[^\s;][ ]*;[ ]*[^\s;]?[ ]*;[ ]*[^\s;][ ]*;[ ]*[^\s;]?[ ]*(?:;|$)"
"""A name whose letters became a list: "A; n; a;  ; R; o; e"."""


@per_vocabulary
def _placeholder(case: Callable[[str], str] = str) -> str:
    """An author that is a form's label; the same for Rust and Python."""
    words = {*byline_words("placeholder"), *(word for word in byline_words("prefix") if len(word) > 1)}
    alone = _either(map(case, words))
    return rf"(?:^|[;,\n])[ ]*(?:{alone})(?:[ ]*[*:]|[ ]*\([^()]*\))*[ ]*(?:[;,\n]|$)"


@per_vocabulary
def _no_word() -> str:
    """An author that is a company or no word at all; the same for Rust and Python. "S.A." before a name is initials."""
    firms = _either(word for word in byline_words("company") if parts_words(word[-1]))
    dotted = _either(word for word in byline_words("company") if word[-1] == ".")
    dense_firms = _either(word for word in byline_words("company") if not parts_words(word[-1]) and word[-1] != ".")
    last = rf"(?:{firms})(?:[ ;,.)]|$)|(?:{dotted})(?:[;,)]|$)"
    return rf"(?:[^\s;,] (?:{last})|{dense_firms})|(?:^|;)[^\p{{L}};]+(?:;|$)|{_EXPLODED}"


def _either(words: Iterable[str]) -> str:
    return "|".join(escape(word) for word in sorted(words, key=len, reverse=True))


@per_vocabulary
def _nobody_pattern() -> re.Pattern[str]:
    no_word = _no_word().replace(r"[^\p{L};]+", r"(?:[\W\d_](?<!;))+")
    return re.compile(f"(?i:{_placeholder()})|{no_word}")


def _dense(column: pl.Expr) -> pl.Expr:
    """`copydesk.press.names.dense` as an expression."""
    return column.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _may_name_site(byline: pl.Expr) -> pl.Expr:
    """Whether ``byline`` holds the start of the site's name or of its host's first label; most do not."""
    held = _dense(byline)
    label = _dense(pl.col("url_host").str.extract(r"([^.]+)\.(?:(?:co|com|org|net|gov|edu|ac)\.)?[a-z]+$"))
    host = held.str.contains(label.str.head(4), literal=True) & (label != "")
    source = held.str.contains(_dense(pl.col("source")).str.head(4), literal=True) & (pl.col("source") != "")
    return host.fill_null(False) | source.fill_null(False) | _labels()


def _labels() -> pl.Expr:
    """Whether a subdomain ("wien.orf.at") may be the site's name."""
    return (pl.col("url_host").str.count_matches(".", literal=True) > 2).fill_null(False)


@per_vocabulary
def _site_authors(byline: str | None, url_host: str | None, source: str | None) -> tuple[str, ...]:
    """The authors in ``byline`` that are the site itself."""
    sites = site_names(url_host, source)
    return tuple(author for author in authors(byline or "") if is_site(author, sites) and not lookup(author))


def _site_beside_people(byline: str | None, url_host: str | None, source: str | None) -> bool:
    sites = _site_authors(byline, url_host, source)
    rest = [author for author in authors(byline or "") if author not in sites]
    return bool(sites) and any(people(author) and not is_desk(author) for author in rest)


def names_nobody(byline: str | None, url_host: str | None, source: str | None) -> bool:
    """Whether all authors are the site or a desk of it."""
    sites = _site_authors(byline, url_host, source)
    return bool(byline) and all(author in sites or is_desk(author) for author in authors(byline or ""))


WHO = ("byline", "url_host", "source")


def _nobody(byline: str | None, url_host: str | None, source: str | None) -> re.Match[str] | None:
    """Where ``byline`` names nobody, unless it is how agencies, the site or its desks sign: "Reuters Editorial"."""
    found = _nobody_pattern().search(byline or "")
    return None if found and byline and (no_person(byline) or names_nobody(byline, url_host, source)) else found


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
    The selector hit something else on the page; the author is lost or mixed with false ones. Of 240 real
    bylines of these forms 230 were wrong; the site beside a person is the least certain of them (88 %).

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
        byline = pl.col("byline")
        # lowered, since a pattern that folds case takes longer to compile
        label = byline.str.to_lowercase().str.contains(_placeholder(str.lower))
        nobody = confirmed_rows(
            (label | byline.str.contains(_no_word())) & SHORT, WHO, lambda row: _nobody(**row) is not None
        )
        several = SHORT & byline.str.contains("[;,|]| [·•–—-] ")
        long = confirmed(
            SHORT & byline.str.contains(rf"(?:[^ ;,]+ +){{{self.words - 1}}}[^ ;,]"), "byline", self._is_sentence
        )
        three_words = SHORT & byline.str.contains(r"^[^ ]+ [^ ]+ [^ ]") & (byline.str.len_chars() >= 15)
        title_run = confirmed_rows(three_words.fill_null(False), ("byline", "title"), lambda row: _is_title(**row))
        sites = narrowed(several, WHO, _may_name_site(byline))
        site = confirmed_rows(sites, WHO, lambda row: _site_beside_people(**row))
        return ~(nobody | long.fill_null(False) | title_run | site)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        if found := _nobody(*_who(article)):
            yield Spot("byline", "this names neither a person nor an agency", *found.span())
        elif sites := _site_beside_people(*_who(article)) and _site_authors(*_who(article)):
            rest = "; ".join(author for author in authors(byline) if author not in sites)
            spans = places(byline)
            for number, (start, end) in enumerate(spans):
                if byline[start:end] in sites:
                    yield Spot("byline", "the site is no author", *removal(spans, number), rest, "")
        elif self._is_sentence(byline):
            yield from whole("byline", "this is a text, not a name")
        else:
            yield from whole("byline", "this is the title, not a name")

    def _is_sentence(self, byline: str) -> bool:
        """Whether an author has more words than a name, though no comma or "and" parts them."""
        parts = re.split(rf"(?i)[;,/&|\n]|\s(?:{'|'.join((*AND, *LETTERS))}|mit|with)\s", byline)
        return any(length(part) >= self.words for part in parts)


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
        words = _either(map(str.lower, byline_words("desk")))
        # lowered, since a pattern that folds case takes longer to compile
        desk = pl.col("byline").str.to_lowercase().str.contains(rf"(?:^|[;,] ?)[^;,]{{0,12}}(?:{words})")
        likely = ((_may_name_site(pl.col("byline")) | desk) & SHORT).fill_null(False)
        return ~confirmed_rows(likely, WHO, lambda row: names_nobody(**row))

    def find(self, article: Article) -> Iterable[Spot]:
        site = bool(_site_authors(*_who(article)))
        return whole("byline", "the byline names the site" if site else "the byline names a desk, not a person")
