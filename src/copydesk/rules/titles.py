"""TTL: the headline."""

from collections.abc import Iterable

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, present, rule, whole


@rule("TTL001", "title-missing", severity=Severity.ERROR, field="title")
class TitleMissing(Rule):
    """The article has no title.

    ## What it does
    Reports articles whose title is absent, empty, or a word for "nothing".

    ## Why it matters
    People find articles by their title; a record without one is usually not an article page at all.

    ## What to do
    Take the title from `og:title` or JSON-LD `headline`. If the page has neither, look whether it is an article.

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
