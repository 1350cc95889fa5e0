"""PRV001-PRV003: whether the page behind the original URL carries the article, whole, and at an address of its own."""

from collections.abc import Iterable

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule, whole


@rule("PRV001", "origin-different", severity=Severity.ERROR, field="original_url", online=True)
class OriginDifferent(Rule):
    """The page behind the original URL is another text.

    ## What it does
    Looks for the record's text on the page, five words at a time (eight letters in scripts without blanks). Reported is a
    page with enough text of its own that shows less than three tenths of the record's, and neither its beginning nor its
    title, and that is no error page, request for consent or redirect to elsewhere.

    ## Why it matters
    The URL is not where this text comes from: it belongs to another record, was made up, or has been given to a new
    article. Of 1,775 texts on their own pages none was reported, of 2,443 on other pages of the same site 99 % were.

    ## What to do
    Compare the URL with the one that the scraper fetched. Lists shifted by one entry are the usual cause.

    ## Example
    A record about a ferry whose URL leads to a story about a bridge.

    ## Use instead
    The URL of the page with the story about the ferry.
    """

    def passes(self) -> pl.Expr:
        return (pl.col("origin_match") != "different").fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"the page is another text: {article['origin_evidence']}")


@rule("PRV002", "canonical-elsewhere", severity=Severity.WARNING, field="original_url", online=True)
class CanonicalElsewhere(Rule):
    """The page's canonical link leads to another outlet.

    ## What it does
    Compares the registrable domain of the canonical link with the page's own. The same name under another suffix
    (bbc.com, bbc.co.uk), archives and caches do not count.

    ## Why it matters
    The publisher says itself that the article is another's: it is a copy, and the other address is its source.

    ## What to do
    Record the canonical address as the origin, and the outlet behind it as the one that wrote the article.

    ## Example
    A page on `harbour-post.example` with `<link rel="canonical" href="https://coast-wire.example/ferry-resumes">`.

    ## Use instead
    The record with the original URL `https://coast-wire.example/ferry-resumes`.
    """

    def passes(self) -> pl.Expr:
        return pl.col("origin_elsewhere").is_null()

    def find(self, article: Article) -> Iterable[Spot]:
        address = article["origin_canonical"]
        message = f"the page names an address on {article['origin_elsewhere']} as the original"
        return whole("original_url", message, address)


@rule("PRV003", "truncated-against-page", severity=Severity.WARNING, field="body", online=True)
class TruncatedAgainstPage(Rule):
    """The page has clearly more of the article than the record.

    ## What it does
    Finds the record's paragraphs on the page, and counts the words of sentences that stand among or after them, look like
    them and are not in the record. Reported are 80 words and more (240 letters in scripts without blanks) that make up a
    third of the record's own or more, unless the page's JSON-LD says that the article is no longer than the record.

    ## Why it matters
    The extractor stopped early, or took part of the paragraphs. Of 1,609 extracted texts 58 were reported, and all of
    them lacked a quarter of the true text or more.

    ## What to do
    Look where the text stops: a heading, a quotation or an advertisement in between is where the extractor lost the story.

    ## Example
    A record with the first three of a page's ten paragraphs.

    ## Use instead
    A record with all ten.
    """

    def passes(self) -> pl.Expr:
        return (pl.col("origin_missing_words") == 0).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", f"the page has {article['origin_missing_words']} words more of this article")
