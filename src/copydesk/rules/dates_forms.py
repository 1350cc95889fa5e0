"""DAT: what the date itself is like, whatever the page says."""

import re
from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from copydesk.press.clock import ZONES
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, parameter, rule, whole
from copydesk.vocabulary import months, per_vocabulary


@rule("DAT006", "date-implausible", severity=Severity.ERROR, field="published")
class DateImplausible(Rule):
    """The publication date is older than the web.

    ## What it does
    Reports dates before `oldest_year`.

    ## Why it matters
    A year of 1970, 1900 or 1 is what software makes of an empty or misread date. The first web page went online on
    6 August 1991 (CERN), so no page was published before.

    ## What to do
    Look for a zero in a time stamp, or for another number taken for the year. For digitised archives, whose articles
    carry the day of the printed issue, set `oldest_year` to the first volume.

    ## Example
    ```json
    {"date": "1970-01-01T00:00:00Z"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14T08:30:00Z"}
    ```
    """

    oldest_year: int = parameter(1991, "The first year that is believed.", minimum=1, maximum=2100)

    def passes(self) -> pl.Expr:
        return (pl.col("published_at").dt.year() >= self.oldest_year).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("published", f"the date lies in {article['published_at'].year}, before {self.oldest_year}")


_EITHER = r"^[^0-9]*(0?[1-9]|1[0-2])\s?[/-]\s?(0?[1-9]|1[0-2])\s?[/-]\s?(?:19|20)[0-9]{2}(?:[^0-9]|$)"
"""Two numbers that can both be a month, parted by `/` or `-`; with dots the day comes first wherever they are used."""


@rule("DAT007", "date-ambiguous", severity=Severity.WARNING, field="published")
class DateAmbiguous(Rule):
    """Day and month of the publication date can be read either way.

    ## What it does
    Reports dates such as `06/01/2026`, in which both numbers can be the month. copydesk itself decides by the date in
    the URL, the day of the crawl and the language; programs that read the record later will not.

    ## Why it matters
    Most parsers take the month first, most of the world writes the day first: of four such dates in scraped
    records a common parser misread three, each by five months.

    ## What to do
    Emit ISO 8601. If the page offers only this form, parse it with the order of its country.

    ## Example
    ```json
    {"date": "06/01/2026 - 14:02"}
    ```

    ## Use instead
    ```json
    {"date": "2026-01-06T14:02:00+01:00"}
    ```
    """

    def passes(self) -> pl.Expr:
        date = pl.col("published")
        first, second = (date.str.extract(_EITHER, group).str.to_integer(strict=False) for group in (1, 2))
        return (first == second).fill_null(True) | pl.col("published_at").is_null()

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("published", f"day and month can be exchanged; read as {article['published_at']:%Y-%m-%d}")


@rule("DAT008", "date-without-zone", severity=Severity.INFO, field="published")
class DateWithoutZone(Rule):
    """The publication time has no time zone.

    ## What it does
    Reports dates that have a time but no zone. A date without a time is not reported: a day needs none.

    ## Why it matters
    Read as UTC, the time can be up to 14 hours off, and the day one off. 4 % of pages omit the zone themselves, and some
    extractors drop it from all the others.

    ## What to do
    Keep the offset of the page's metadata; if it has none, add the publisher's.

    ## Example
    ```json
    {"date": "2025-06-14 08:30:00"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14T08:30:00+02:00"}
    ```
    """

    def passes(self) -> pl.Expr:
        return (pl.col("published_precision") != "local").fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("published", "a time without a time zone")


@rule("DAT009", "modified-before-published", severity=Severity.WARNING, field="modified")
class ModifiedBeforePublished(Rule):
    """The article was modified well before it was published.

    ## What it does
    Compares the two dates, with a tolerance.

    ## Why it matters
    One of the two is wrong, or they are exchanged. Small differences are normal, since articles are finished before they
    go online: of 1,340 pages with both dates 8.3 % were modified first, but only 1.3 % by more than a day.

    ## What to do
    Check whether the two were exchanged, or the publication date is that of a later edition.

    ## Example
    ```json
    {"date": "2025-06-14T08:30:00Z", "date_modified": "2025-05-02T10:00:00Z"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14T08:30:00Z", "date_modified": "2025-06-14T08:12:00Z"}
    ```
    """

    tolerance_hours: int = parameter(24, "Hours by which the change may come first.", minimum=0, maximum=87_600)

    def passes(self) -> pl.Expr:
        earliest = pl.col("published_at") - timedelta(hours=self.tolerance_hours)
        return (pl.col("modified_at") >= earliest).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        published, modified = article["published_at"], article["modified_at"]
        return whole(
            "modified", f"modified on {modified:%Y-%m-%d}, {(published - modified).days} days before publication"
        )


@rule("DAT012", "date-old-at-crawl", severity=Severity.INFO, field="published")
class DateOldAtCrawl(Rule):
    """The article was old when it was scraped.

    ## What it does
    Compares the date with the time of the crawl, if the record has one.

    ## Why it matters
    News crawlers meet fresh pages; of 258 pages of news sites one in thirteen was older than a month when it was fetched.
    An old date is an archive page, or a page's first date kept through years of updates.

    ## What to do
    Nothing, if you crawl archives. Otherwise check whether the date is that of the story.

    ## Example
    ```json
    {"date": "2012-06-14", "crawl_date": "2025-06-20"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14", "crawl_date": "2025-06-20"}
    ```
    """

    days: int = parameter(365, "Days after which an article counts as old.", minimum=1, maximum=36_500)

    def passes(self) -> pl.Expr:
        return (pl.col("published_at") >= pl.col("fetched_at") - timedelta(days=self.days)).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        age = article["fetched_at"] - article["published_at"]
        return whole("published", f"{age.days} days old when it was scraped")


_BARE = r"^[0-9:TZ .,/+-]*$"
_EPOCH = r"^[0-9]{10,}(?:\.[0-9]+)?$"
_OTHER_CALENDAR = r"^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-])?(?:1[34]|2[456])[0-9]{2}(?:[./-]|[^0-9]|$)"
"""A year of the Buddha or of Iran, which programs take for one of theirs."""
_WORDS = re.compile(r"[^\W\d_]+")


@rule("DAT015", "date-written-out", severity=Severity.WARNING, field="published", fix="unsafe")
class DateWrittenOut(Rule):
    """The date is written for readers, not for programs.

    ## What it does
    Reports dates with words that are not English month names, weekdays, zones and "at"; several dates in one field;
    other digits than 0 to 9, and years of other calendars (2568, 1404); and bare seconds or milliseconds since 1970.
    copydesk reads them, and suggests the ISO form.

    ## Why it matters
    The parsers that programs come with read ISO 8601, RFC 2822 and English; "26.04.2024, 20:44 Uhr" or "Publié le 13
    mars 2017" is not a date to them, and the article has none. Of some seventy dates of this kind in scraped records a
    common parser read none.

    ## What to do
    Convert the date when it is scraped: there the language is known.

    ## Example
    ```json
    {"date": "26.04.2024, 20:44 Uhr"}
    ```

    ## Use instead
    ```json
    {"date": "2024-04-26T20:44:00+02:00"}
    ```
    """

    def passes(self) -> pl.Expr:
        date, read = pl.col("published"), pl.col("published_at").is_not_null()
        likely = read & (~date.str.contains(_BARE) | date.str.contains(f"{_EPOCH}|{_OTHER_CALENDAR}"))
        return ~confirmed(likely, "published", _is_written_out).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        at, precision = article["published_at"], article["published_precision"]
        iso = {"day": f"{at:%Y-%m-%d}", "local": f"{at:%Y-%m-%dT%H:%M:%S}"}.get(precision, f"{at:%Y-%m-%dT%H:%M:%SZ}")
        return whole("published", "the date is in no form that programs share", iso, iso)


@per_vocabulary
def _is_written_out(text: str) -> bool:
    if "[" in text or re.match(_EPOCH, text) or re.match(_OTHER_CALENDAR, text):
        return True
    if any(char.isdecimal() and not char.isascii() for char in text):
        return True
    return any(word not in _english() for word in _WORDS.findall(text.casefold()))


@per_vocabulary
def _english() -> frozenset[str]:
    weekdays = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    small = "st nd rd th am pm a m p t at of on and eastern pacific central mountain et pt ct mt"
    names = (name for name, languages in months().items() if "en" in languages)
    return frozenset((*weekdays.split(), *small.split(), *names, "sept", *ZONES))
