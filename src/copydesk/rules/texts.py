"""TXT: the body as a whole."""

from collections.abc import Iterable

import polars as pl

from copydesk.press.density import DENSE
from copydesk.rules.base import Article, Rule, Severity, Spot, narrowed, parameter, present, rule, whole


@rule("TXT001", "body-missing", severity=Severity.ERROR, field="body")
class BodyMissing(Rule):
    """The article has no text.

    ## What it does
    Reports articles whose body is absent or only white space.

    ## Why it matters
    An empty article is a failed extraction: a page built by script, a consent page, a changed layout.

    ## What to do
    Open the page without scripts; if the text is missing there too, the scraper needs a browser or an API.

    ## Example
    ```json
    {"title": "Ferry resumes", "text": " "}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the island runs again after two weeks in the dock."}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("body")

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "no text")


@rule("TXT002", "body-too-short", severity=Severity.ERROR, field="body")
class BodyTooShort(Rule):
    """The text is implausibly short for an article.

    ## What it does
    Counts the characters of the body; a character of a script that writes densely (Chinese, Japanese, Korean, Thai and
    others) counts as three.

    ## Why it matters
    A body of one line is a teaser, a caption, an error message or a consent text.

    ## What to do
    Look at the page. For a source of genuine one-line flashes set a smaller `minimum` in the contract's `sources`.

    ## Example
    ```json
    {"text": "Please enable JavaScript."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the island runs again after two weeks in the dock. The first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    minimum: int = parameter(100, "Characters below which a body is too short.", minimum=1)

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        size = body.str.len_chars()
        short = size < self.minimum
        weighed = body.str.count_matches(DENSE).cast(pl.Int64) * 2 + size
        return ~narrowed(short, ("body",), present("body") & (weighed < self.minimum))

    def find(self, article: Article) -> Iterable[Spot]:
        return whole(
            "body", f"the text has {len(article['body'].strip())} characters; {self.minimum} is the least expected"
        )
