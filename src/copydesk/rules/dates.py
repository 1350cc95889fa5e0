"""DAT: the publication date."""

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, parameter, present, rule, whole


@rule("DAT001", "date-missing", severity=Severity.ERROR, field="published")
class DateMissing(Rule):
    """The article has no publication date.

    ## What it does
    Reports articles whose date is absent, empty, or a word for "nothing" such as `None` or `NaN`.

    ## Why it matters
    Without a date an article cannot be sorted, expired, matched with other outlets or kept out of a test set.

    ## What to do
    Read the date from the page's JSON-LD (`datePublished`) or from `article:published_time`. Most extractors miss the
    date on 1 to 20 % of pages that have one.

    ## Example
    ```json
    {"title": "Ferry resumes", "date": "None"}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "date": "2025-06-14T08:30:00+02:00"}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("published")

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("published", "no publication date")


@rule("DAT002", "date-unparseable", severity=Severity.ERROR, field="published")
class DateUnparseable(Rule):
    """The publication date cannot be read as a date.

    ## What it does
    Reports dates that hold no day, month and year in any form copydesk reads: ISO 8601, RFC 2822, epoch seconds or
    milliseconds, numbers, and month names in some seventy languages; years of the Buddhist, Iranian, Japanese and Taiwanese
    calendars too.

    ## Why it matters
    A date that one consumer guesses at and another drops is two different dates.

    ## What to do
    Emit ISO 8601 with a time zone. Relative dates ("2 hours ago") must be resolved when the page is fetched.

    ## Example
    ```json
    {"date": "two hours ago"}
    ```

    ## Use instead
    ```json
    {"date": "14. Juni 2025, 10:32 Uhr"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~present("published") | pl.col("published_at").is_not_null()

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("published", "the date holds no readable day, month and year")


@rule("DAT003", "date-in-future", severity=Severity.ERROR, field="published")
class DateInFuture(Rule):
    """The publication date lies after the moment the article was seen.

    ## What it does
    Compares the date with the time of the crawl if the record has one, else with the time of the run.

    ## Why it matters
    News from the future is a misread date: day and month swapped, an event's date, or an expiry date.

    ## What to do
    Compare with the date in the page's metadata; look first for day and month exchanged.

    ## Example
    ```json
    {"date": "2025-12-06", "crawl_date": "2025-06-13"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-12", "crawl_date": "2025-06-13"}
    ```
    """

    tolerance_hours: int = parameter(
        26,
        "Hours the date may lie ahead: a date without a zone can be off by the widest offset (+14 to -12).",
        minimum=0,
        maximum=87_600,
    )

    def passes(self) -> pl.Expr:
        latest = pl.col("seen_at") + timedelta(hours=self.tolerance_hours)
        return (pl.col("published_at") <= latest).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        ahead = article["published_at"] - article["seen_at"]
        return whole(
            "published", f"the date lies {_span(ahead)} after the article was seen ({article['seen_at']:%Y-%m-%d})"
        )


@rule("DAT004", "date-differs-from-url", severity=Severity.WARNING, field="published")
class DateDiffersFromURL(Rule):
    """The publication date differs from the date in the URL.

    ## What it does
    Reads a zero-padded year, month and day from the URL's path, by position, and compares it with the date. A day after
    the crawl is that of an event, or no date, and is not compared.

    ## Why it matters
    Publishers put the first publication into the path: on 313 dated URLs it agreed with the page's date to the day, or
    one day off, in 97.8 %. Where the two differ, the scraped date is usually the crawl's, an update's or a misreading.

    ## What to do
    Look at the page; if the URL is right, take the date from another element. Evergreen pages that get a new date
    keep the old path: suppress them by id.

    ## Example
    ```json
    {"url": "https://example.com/2025/06/14/ferry-resumes", "date": "2025-09-02"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/2025/06/14/ferry-resumes", "date": "2025-06-14"}
    ```
    """

    tolerance_days: int = parameter(
        1, "Days the two may lie apart: the path is in the publisher's own zone.", minimum=0, maximum=3_650
    )

    def passes(self) -> pl.Expr:
        apart = (pl.col("published_at").dt.date() - pl.col("url_day")).dt.total_days().abs()
        ahead = (pl.col("url_day") - pl.col("seen_at").dt.date()).dt.total_days() > 1
        return ((apart <= self.tolerance_days) | ahead).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        day = article["url_day"]
        return whole("published", f"the URL says {day}, the date says {article['published_at']:%Y-%m-%d}", str(day))


def _span(length: timedelta) -> str:
    return f"{length.days} days" if length.days >= 2 else f"{round(length.total_seconds() / 3600)} hours"
