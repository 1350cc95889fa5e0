"""TXT: texts that are no article: error and consent pages, lists, live blogs."""

from collections.abc import Iterable

import polars as pl

from copydesk.press import standins
from copydesk.press.density import weight
from copydesk.rules import layout
from copydesk.rules.base import (
    Article,
    Rule,
    Severity,
    Spot,
    confirmed,
    confirmed_rows,
    holding,
    narrowed,
    parameter,
    rule,
    whole,
)
from copydesk.vocabulary import page_forms, page_phrases

_LONGEST = 3_000
"""Characters, and weight, beyond which a text is an article, whatever it holds."""


@rule("TXT011", "error-page", severity=Severity.ERROR, field="body")
class ErrorPage(Rule):
    """The text is an error message, a test for robots, or a request for consent.

    ## What it does
    Counts phrases of the kinds `challenge`, `error`, `gone`, `refused`, `script` and `consent` in
    `checks/vocabulary/pages.csv` ("Just a moment...", "Access denied", "We value your privacy") in title and body. The
    longer the text, the more of them it takes: two strong ones up to 400 characters, three up to 1,200, four up to 3,000.

    ## Why it matters
    The site answered the scraper, not the reader. Such texts pass every test of form, and hundreds of them are alike.

    ## What to do
    Scrape again: more slowly, from another network, or with a browser that keeps cookies. Check the response's status.

    ## Example
    ```json
    {"title": "Just a moment...", "text": "Checking your browser before accessing example.com. Enable JavaScript and cookies to continue."}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the outer island runs again after two weeks in the dock. The first boat left at dawn."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        title = pl.concat_str(pl.col("title").fill_null(""), pl.lit("\n"))
        size = body.str.len_chars()
        looked_at = pl.concat_str(title, pl.when(size <= 1_200).then(body).otherwise(body.str.head(60)))
        short = (body.str.len_bytes() <= 4 * _LONGEST) & (size <= _LONGEST)
        likely = narrowed(short, ("title", "body"), holding(looked_at, page_forms(*standins.KINDS)))
        return ~confirmed_rows(
            likely, ("title", "body"), lambda row: _is_no_article(f"{row['title'] or ''}\n{row['body']}")
        )

    def find(self, article: Article) -> Iterable[Spot]:
        seen = ", ".join(f"“{phrase}”" for phrase in standins.found(f"{article['title'] or ''}\n{article['body']}")[:3])
        return whole("body", f"a page that is no article: {seen}")


def _is_no_article(text: str) -> bool:
    phrases = page_phrases(*standins.KINDS)
    size = weight(text)
    needed = 4 if size <= 400 else 6 if size <= 1_200 else 8
    found = standins.found(text) if size <= _LONGEST else []
    return bool(found) and phrases[found[0]] and sum(2 if phrases[phrase] else 1 for phrase in found) >= needed


@rule("TXT012", "index-page", severity=Severity.WARNING, field="body")
class IndexPage(Rule):
    """The text is a list of other articles.

    ## What it does
    Reports texts of ten lines and more of which nine in ten are headline-like (four words and more, no end of a sentence),
    or in which the same invitation to read more returns five times; a third of the text in paragraphs saves it.

    ## Why it matters
    A section, tag or search page was scraped as an article. Its text belongs to many stories and changes every hour.

    ## What to do
    Leave such addresses out of the crawl, and follow their links instead.

    ## Example
    ```json
    {"text": "Ferry back after two weeks in the dock\\nCouncil argues over the price of salt\\nOld mill finds an owner at last\\nSchool choir wins in the capital again\\nNight bus will run until the spring\\nBakers warn of a shortage of rye\\nHarbour wall survives the first storm\\nLibrary opens on Sundays from May\\nThree new trees for the market square\\nRiver is cleaner than ten years ago"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again.\\nThe first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        return ~confirmed(layout.in_short_lines(), "body", layout.is_index).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "the text is a list of headlines or teasers")


_TIMED = r"\n[^\p{L}\n]{0,4}(?:[01]?[0-9]|2[0-3])[:.h][0-5][0-9](?:[^0-9]|\z)"


@rule("TXT013", "live-blog", severity=Severity.INFO, field="body")
class LiveBlog(Rule):
    """The article is a live blog.

    ## What it does
    Reports texts with five lines and more that begin with a time of day, where URL or title speak of a live report.

    ## Why it matters
    Live blogs hold many short stories under one headline and date, and go on growing after the scrape.

    ## What to do
    Nothing is wrong. Treat them apart where one record should be one story.

    ## Example
    ```json
    {"url": "https://example.com/live/storm", "text": "The storm reaches the coast.\\n09:05 The ferry stays in the harbour.\\n09:20 Schools are closed.\\n09:41 The bridge is shut.\\n10:02 Trains stop.\\n10:30 The wind drops."}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/storm", "text": "The storm reaches the coast.\\nThe ferry stays in the harbour and schools are closed."}
    ```
    """  # noqa: E501

    entries: int = parameter(5, "Lines that begin with a time of day from which a text is a live blog.", minimum=1)

    def passes(self) -> pl.Expr:
        said = (
            r"(?i)live|ticker|minute-by-minute|en-direct|en direct|en-vivo|en vivo|diretta|ao-vivo|ao vivo|速報|онлайн"
        )
        live = pl.col("original_url").str.contains(said).fill_null(False) | pl.col("title").str.contains(
            said
        ).fill_null(False)
        return ~narrowed(live, ("body",), pl.col("body").str.count_matches(_TIMED) >= self.entries)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "a live blog: many lines begin with a time of day")
