"""PRV101-: credentials that an article carries with its text."""

from collections.abc import Iterator

import polars as pl

from copydesk.articles import credentials
from copydesk.rules.base import Article, Rule, Severity, Spot, rule


@rule("PRV101", "credentials-damaged", severity=Severity.WARNING, field="body")
class CredentialsDamaged(Rule):
    """The text carries C2PA credentials that were damaged on the way.

    ## What it does
    Looks in the text, before anything is cleaned, for a C2PA manifest as invisible variation selectors behind U+FEFF or
    as a block between lines of dashes, and reports those of which a part is gone. Intact ones are noted in the column
    `credentials`. No signature is verified and no request is made.

    ## Why it matters
    The publisher signed the text so that its origin can be proved. Cleaning (`ftfy`, trafilatura, a strip of invisible
    characters) takes a part of the signature away, and what could have been proved no longer can.

    ## What to do
    Keep the text as it was fetched beside the cleaned one, or take the credentials out whole before cleaning.

    ## Example
    ```json
    {"text": "-----BEGIN C2PA MANIFEST-----\\nThe ferry to the outer island runs again after two weeks in the dock."}
    ```

    ## Use instead
    ```json
    {"text": "-----BEGIN C2PA MANIFEST----- https://example.com/ferry.c2pa -----END C2PA MANIFEST-----\\nThe ferry to the outer island runs again after two weeks in the dock."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        return (pl.col("credentials") != "damaged").fill_null(True)

    def find(self, article: Article) -> Iterator[Spot]:
        found = credentials.look(article["body"])
        if found is not None:
            yield Spot("body", found.detail, found.start, found.end)
