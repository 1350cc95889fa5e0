"""Rules that judge an article beside the other articles of the run: those of its source, and those of its URL."""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed_rows, narrowed, parameter, present, rule, whole
from copydesk.rules.residue import FurnitureLine


@rule("RES017", "template-line", severity=Severity.WARNING, field="body", fix="unsafe")
class TemplateLine(FurnitureLine):
    """A line of the body stands in many articles of its source.

    ## What it does
    Counts, over the whole run, in how many different articles of one source each line stands; digits do not tell lines
    apart. Reports lines of at least three articles and a tenth of the source's articles (three tenths for lines of more
    than 160 characters, which may be background that is repeated on purpose).

    ## Why it matters
    What every story of a source says belongs to the page: sign-up boxes, disclaimers, names of sections. No list of phrases
    knows them all, in all languages; repetition does.

    ## What to do
    Open two articles and drop the element that both share.

    ## Example
    Three articles of one source that all hold the line "The Harbour Post: news from the quay since 1901".

    ## Use instead
    The same articles without the line.
    """

    surveys = True
    kinds = ("template-line",)
    message = "the line stands in many articles of this source"


@rule("DAT020", "crawl-time-as-date", severity=Severity.WARNING, field="published")
class CrawlTimeAsDate(Rule):
    """The source's articles are all dated with the moment at which they were crawled.

    ## What it does
    Counts, over the whole run, the articles of a source whose time of publication lies within two minutes of their crawl.
    When that holds for nearly all of them, the date is the crawler's.

    ## Why it matters
    The archive looks as if everything had happened on the day it was crawled.

    ## What to do
    Read `datePublished` from JSON-LD or `article:published_time`; leave the date empty where the page has none.

    ## Example
    Five articles of one source, each with `published` seconds before its `fetched`.

    ## Use instead
    The same articles with the times that their pages print.
    """

    least: int = parameter(5, "Articles with both times that a source needs before it is judged.", minimum=2)
    share: float = parameter(0.9, "Share of them dated at the crawl.", exclusiveMinimum=0, maximum=1)

    def passes(self) -> pl.Expr:
        dated, at_crawl = pl.col("source_dated"), pl.col("source_at_crawl")
        return ~(present("published") & (dated >= self.least) & (at_crawl >= self.share * dated)).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        at_crawl, dated = article["source_at_crawl"], article["source_dated"]
        return whole("published", f"{at_crawl} of {dated} articles of this source are dated with their crawl")


@rule("TXT020", "body-short-for-source", severity=Severity.WARNING, field="body")
class BodyShortForSource(Rule):
    """The body is far shorter than the source's articles usually are.

    ## What it does
    Compares the body's length with the median of its source over the whole run.

    ## Why it matters
    An absolute minimum cannot tell a teaser of 400 characters from a complete flash; the source's own habit can.

    ## What to do
    Compare with the page: a paywall, a second page or a changed layout cuts texts.

    ## Example
    A body of 150 characters among twenty of 4,000.

    ## Use instead
    The whole text.
    """

    least: int = parameter(20, "Articles that a source needs before it is judged.", minimum=3)
    share: float = parameter(0.1, "Share of the median length that is too short.", exclusiveMinimum=0, maximum=1)

    def passes(self) -> pl.Expr:
        short = pl.col("body").str.len_chars() < self.share * pl.col("source_chars")
        return ~narrowed((pl.col("source_articles") >= self.least) & short, ("body",), present("body"))

    def find(self, article: Article) -> Iterable[Spot]:
        size, usual = len(article["body"]), article["source_chars"]
        return whole(
            "body", f"the text has {size:,} characters; this source's articles have {usual:,.0f} in the median"
        )


_WORD = re.compile(r"\w{2,}")


def _other_story(article: Article) -> str | None:
    """A title of another record of the URL that has not one word in common with its own, both being long enough to tell."""
    words = set(_WORD.findall((article["title"] or "").lower()))
    if len(words) < 3:
        return None
    titles: list[str] = article["url_titles"]
    for other in titles:
        there = set(_WORD.findall(other.lower()))
        if len(there) >= 3 and words.isdisjoint(there):
            return other
    return None


@rule("URL020", "url-shared", severity=Severity.WARNING, field="original_url")
class URLShared(Rule):
    """Different articles of the run claim the same original URL.

    ## What it does
    Looks at all records of the run with this URL. Reports those of which another has a title without a single word in
    common, both titles being three words or longer; several records of one story are not reported.

    ## Why it matters
    At most one of them came from there: the scraper stored the address of a list, a live ticker or the page before.

    ## What to do
    Store the address of the article, not the page on which it was found.

    ## Example
    "Ferry runs again after repair" and "Bakers strike over flour tax" both with `https://example.com/news`.

    ## Use instead
    Each with the address of its own page.
    """

    def passes(self) -> pl.Expr:
        shared = pl.col("url_titles").list.len() > 0
        return ~confirmed_rows(shared, ("title", "url_titles"), lambda article: _other_story(article) is not None)

    def find(self, article: Article) -> Iterator[Spot]:
        other = _other_story(article)
        yield Spot("original_url", f"another record of the run with this URL is titled {other!r}")
