"""TTL: the headline against what else is known of the page."""

from collections.abc import Iterable

import polars as pl

from copydesk.press import headlines
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed_rows, present, rule, whole

_LONGEST = 400
"""Characters of a body's beginning that can hold its title."""

_MARKS = 12
"""Blanks and punctuation by which a title and a line of the same letters differ at most."""


@rule("TTL008", "title-in-body", severity=Severity.INFO, field="body", fix="unsafe")
class TitleInBody(Rule):
    """The body begins with the title.

    ## What it does
    Reports bodies whose first line is the title, without case and punctuation.

    ## Why it matters
    A remark: many extractors keep the headline. Where texts are compared or counted, it stands there twice.

    ## What to do
    Drop the line where you show or train on both fields.

    ## Example
    ```json
    {"title": "Ferry resumes", "text": "Ferry Resumes\\nThe ferry to the island runs again."}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the island runs again."}
    ```
    """

    def passes(self) -> pl.Expr:
        first = pl.col("body").str.head(_LONGEST).str.strip_chars_start().str.splitn("\n", 2).struct.field("field_0")
        like = (first.str.len_chars().cast(pl.Int64) - pl.col("title").str.len_chars().cast(pl.Int64)).abs() <= _MARKS
        return ~confirmed_rows(like, ("title", first.alias("first")), self._same)

    @staticmethod
    def _same(article: Article) -> bool:
        title = headlines.letters(article["title"])
        return bool(title) and title == headlines.letters(article["first"])

    def find(self, article: Article) -> Iterable[Spot]:
        body = article["body"]
        start = len(body) - len(body.lstrip())
        end = body.find("\n", start)
        yield Spot("body", "the body begins with the title", start, len(body) if end < 0 else end, repair="")


@rule("TTL009", "title-differs-from-page", severity=Severity.WARNING, field="title", fix="unsafe")
class TitleDiffersFromPage(Rule):
    """The title is none of those that the page gives itself.

    ## What it does
    Where the record keeps its HTML, compares the title, without case and punctuation, with JSON-LD `headline`,
    `og:title`, the first heading and their like. A site's name behind the title is left to `title-with-site`.

    ## Why it matters
    It is a title for search engines (`<title>`), one that was cut, or a heading of something else: of 51 such titles on
    165 pages, 46 were not the article's headline.

    ## What to do
    Take the suggested title, which is the page's own.

    ## Example
    ```json
    {"title": "Log in", "html": "<meta property='og:title' content='Ferry resumes'><h1>Ferry resumes</h1>"}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes!", "html": "<meta property='og:title' content='Ferry resumes'><h1>Ferry resumes</h1>"}
    ```
    """

    def passes(self) -> pl.Expr:
        both = present("title") & pl.col("page_titles").is_not_null()
        return ~confirmed_rows(both, ("title", "url_host", "source", "page_site", "page_titles"), self._differs)

    @staticmethod
    def _differs(article: Article) -> bool:
        title, cut = (
            article["title"],
            headlines.cut(
                article["title"], headlines.Site(article["url_host"], article["source"], article["page_site"])
            ),
        )
        readings = {headlines.letters(title), headlines.letters(title[cut.start : cut.end]) if cut else ""}
        return bool(readings - {""}) and readings.isdisjoint(map(headlines.letters, article["page_titles"]))

    def find(self, article: Article) -> Iterable[Spot]:
        page = article["page_title"]
        return whole("title", f"the page calls itself {page[:100]!r}", page, page)
