"""TTL: the headline."""

import re
from collections.abc import Iterable
from unicodedata import category

import polars as pl

from copydesk.press import headlines, sites
from copydesk.rules.base import (
    Article,
    Rule,
    Severity,
    Spot,
    confirmed_rows,
    holding,
    narrowed,
    parameter,
    present,
    rule,
    whole,
)
from copydesk.vocabulary import per_vocabulary, title_words


@rule("TTL001", "title-missing", severity=Severity.ERROR, field="title")
class TitleMissing(Rule):
    """The article has no title.

    ## What it does
    Reports articles whose title is absent, empty, or a word for "nothing".

    ## Why it matters
    People find articles by their title; a record without one is usually not an article page at all.

    ## What to do
    Take the title from `og:title` or JSON-LD `headline`. If the page has neither, check whether it is an article.

    ## Example
    ```json
    {"title": "", "text": "The ferry to the island runs again."}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the island runs again."}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("title")

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("title", "no title")


_NAMED = ("title", "url_host", "source", "page_site")

_MARKS = r"[^\p{L}\p{M}\p{N}+#&]+"
"""Rust: what parts the words of a title; the vowels of Indic and Thai letters are marks that do not."""


@per_vocabulary
def _generic() -> frozenset[str]:
    return frozenset(_bare(phrase) for phrase in title_words("generic"))


@per_vocabulary
def _short_beside_a_separator() -> str:
    """Rust: "home | harbour post"; shorter phrases stand inside of too many words to be sought everywhere."""
    short = "|".join(re.escape(phrase) for phrase in sorted(_generic()) if len(phrase) <= 4)
    marks = "[|｜•»«›‹·：:/~–—―−-]"
    return f"^(?:{short})[ .!?…]*{marks}|{marks} ?(?:{short})$" if short else "^$"


def _bare(title: str) -> str:
    kept = (char if category(char)[0] in "LMN" or char in "+#&" else " " for char in title.casefold())
    return " ".join("".join(kept).split())


@rule("TTL004", "title-generic", severity=Severity.ERROR, field="title")
class TitleGeneric(Rule):
    """The title is that of no article.

    ## What it does
    Reports titles that are, without case and punctuation, one of the phrases of `checks/vocabulary/titles.csv` (kind
    generic): home pages, error pages, robot checks, consent and log-in pages, placeholders, in some forty languages; also
    with the site's name behind them.

    ## Why it matters
    Such a record is mostly not an article at all: the scraper was blocked, or the page is gone.

    ## What to do
    Look at what was fetched. Answer codes such as 403, 404 and 503 should end up in the crawl's log, not in its records.

    ## Example
    ```json
    {"title": "Just a moment..."}
    ```

    ## Use instead
    ```json
    {"title": "Just a moment of silence at the harbour"}
    ```
    """

    def passes(self) -> pl.Expr:
        # the longest phrase has 49 characters; the rest may be the site's name
        title = pl.when(pl.col("title").str.len_chars() <= 100).then(pl.col("title")).str.to_lowercase()
        likely = holding(title.str.replace_all(_MARKS, " "), [phrase for phrase in _generic() if len(phrase) > 4])
        likely = likely | title.str.strip_chars(" .!?…|-").is_in(sorted(_generic()))
        likely = likely | title.str.contains(_short_beside_a_separator())
        return ~confirmed_rows(likely, _NAMED, self._is_generic)

    @staticmethod
    def _is_generic(article: Article) -> bool:
        title = article["title"]
        if _bare(title) in _generic():
            return True
        if not re.search(headlines.SEPARATOR, title):
            return False
        parts = headlines.parts(title)
        named = [sites.likeness(part, *_names(article)) != "none" for part in parts]
        left = [part for part, name in zip(parts, named, strict=True) if not name]
        return any(named) and _bare(" ".join(left)) in _generic()

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("title", "the title of an error, home or access page")


def _names(article: Article) -> tuple[str | None, str | None, str | None]:
    return article["url_host"], article["source"], article["page_site"]


@rule("TTL005", "title-is-site", severity=Severity.ERROR, field="title")
class TitleIsSite(Rule):
    """The title is just the name of the site.

    ## What it does
    Reports titles that are like the host, the source or the page's `og:site_name`, in the ways of `title-with-site`.

    ## Why it matters
    The headline is lost, and all records of the site have the same title.

    ## What to do
    Take the title from `og:title`, JSON-LD `headline` or the page's first heading.

    ## Example
    ```json
    {"url": "https://www.harbourpost.com/ferry", "title": "The Harbour Post"}
    ```

    ## Use instead
    ```json
    {"url": "https://www.harbourpost.com/ferry", "title": "Ferry resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        short = (pl.col("title").str.len_chars() <= 50) & (pl.col("title").str.count_matches(" ", literal=True) < 4)
        return ~confirmed_rows(short, _NAMED, self._is_site)

    @staticmethod
    def _is_site(article: Article) -> bool:
        return sites.likeness(article["title"], *_names(article)) == "same"

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("title", "the title is the name of the site")


@rule("TTL006", "title-all-capitals", severity=Severity.INFO, field="title")
class TitleAllCapitals(Rule):
    """The title is set in capitals.

    ## What it does
    Reports titles of two words or more whose cased letters are all capitals. Scripts without case pass.

    ## Why it matters
    Names and acronyms cannot be told from words any more, and some sites set headlines so only by their style sheet. It
    is a remark: of titles that were right, one in a hundred was set so by its publisher.

    ## What to do
    Take the title from the metadata, where it mostly has its case.

    ## Example
    ```json
    {"title": "FERRY RESUMES AFTER TWO WEEKS"}
    ```

    ## Use instead
    ```json
    {"title": "NATO ferry resumes after two weeks"}
    ```
    """

    letters: int = parameter(12, "Cased letters below which a title is not judged.", minimum=1, maximum=1_000)

    def passes(self) -> pl.Expr:
        title = pl.col("title")
        capitals = (title.str.count_matches(r"\p{Lu}") >= self.letters) & title.str.contains(r"\p{Lu} +\p{Lu}")
        return ~narrowed(~title.str.contains(r"\p{Ll}"), ("title",), capitals)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("title", "the title is set in capitals")


_CUT_OFF = r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|&hellip;)$"
_CUT_OFF_PATTERN = re.compile(_CUT_OFF)


@rule("TTL007", "title-truncated", severity=Severity.WARNING, field="title")
class TitleTruncated(Rule):
    """The title was cut off.

    ## What it does
    Reports titles that end in an ellipsis behind a letter, digit or comma and have `characters` or more. Shorter ones
    end so for effect.

    ## Why it matters
    What was cut off may be the news. Feeds, search results and lists of stories cut titles to fit.

    ## What to do
    Take the title from the article's page, not from a list that leads to it.

    ## Example
    ```json
    {"title": "The ferry to the outer island runs again after two weeks in the dock and the capt…"}
    ```

    ## Use instead
    ```json
    {"title": "And then the ferry came…"}
    ```
    """

    characters: int = parameter(45, "Characters from which an ellipsis counts.", minimum=1, maximum=1_000)

    def passes(self) -> pl.Expr:
        title = pl.col("title")
        prose = title.str.contains(r"[\p{L}\p{N},;:–—-] ?" + _CUT_OFF)
        cut = title.str.contains(_CUT_OFF) & (title.str.len_chars() >= self.characters)
        return ~narrowed(cut, ("title",), prose)

    def find(self, article: Article) -> Iterable[Spot]:
        title = article["title"]
        if found := _CUT_OFF_PATTERN.search(title):
            yield Spot("title", "the title was cut off", found.start(), found.end())
