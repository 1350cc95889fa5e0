"""DAT: the publication date against what else is known of the page."""

from collections.abc import Iterable

import polars as pl

from copydesk.press import datelines, dates
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed_rows, narrowed, parameter, rule, whole


def _apart(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return (first - second).dt.total_days().abs()


def _swapped() -> pl.Expr:
    """The written day with day and month exchanged; null where that is no date or the same one."""
    day = pl.col("published_day")
    number, month = day.dt.day(), day.dt.month()
    can = (number <= 12) & (number != month)
    # polars refuses impossible dates even in rows that `when` leaves out
    return pl.date(*(pl.when(can).then(part) for part in (day.dt.year(), number, month)))


@rule("DAT005", "date-day-month-swapped", severity=Severity.ERROR, field="published", fix="unsafe")
class DateDayMonthSwapped(Rule):
    """Day and month of the publication date are exchanged.

    ## What it does
    Exchanges day and month and looks whether the date then agrees, to the day or one off, with the date in the URL or in
    the page's metadata, where it did not before; or, for a date after the crawl, whether it then lies in the
    `days_before_crawl` days before it.

    ## Why it matters
    It is the commonest date error that can be proved, and the cause is in the scraper, so it strikes the first twelve
    days of every month: a parser that takes the month first, or takes the day first even in ISO dates.

    ## What to do
    Take the suggested date, and repair the parser: ISO dates need no guess, other forms the order of their country.

    ## Example
    ```json
    {"url": "https://example.com/2025/06/02/ferry-resumes", "date": "2025-02-06"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/2025/06/02/ferry-resumes", "date": "2025-06-02"}
    ```
    """

    days_before_crawl: int = parameter(
        31, "Days before the crawl in which the exchanged date must lie to prove the error.", minimum=0, maximum=366
    )

    def passes(self) -> pl.Expr:
        swapped, day = _swapped(), pl.col("published_day")
        proved = [
            (_apart(swapped, evidence) <= 1) & (_apart(day, evidence) > 1)
            for evidence in (pl.col("url_day"), pl.col("page_published_day"))
        ]
        seen = pl.col("seen_at").dt.date()
        ahead = (day - seen).dt.total_days() > 1
        recent = (seen - swapped).dt.total_days().is_between(-1, self.days_before_crawl)
        swaps = pl.any_horizontal(*(proof.fill_null(False) for proof in (*proved, ahead & recent)))
        doubted = [day != other for other in (pl.col("url_day"), pl.col("page_published_day"))]
        columns = ("published_day", "url_day", "page_published_day", "seen_at")
        return ~narrowed(pl.any_horizontal(*doubted, day > seen), columns, swaps)

    def find(self, article: Article) -> Iterable[Spot]:
        day = article["published_day"]
        swapped = day.replace(month=day.day, day=day.month)
        proof = "the day of the crawl"
        for name, evidence in (("the URL", article["url_day"]), ("the page", article["page_published_day"])):
            if evidence is not None and abs((swapped - evidence).days) <= 1:
                proof = name
        return whole(
            "published", f"day and month are exchanged: {swapped} agrees with {proof}", str(swapped), str(swapped)
        )


@rule("DAT010", "date-differs-from-dateline", severity=Severity.WARNING, field="published")
class DateDiffersFromDateline(Rule):
    """The publication date differs from the day in the text's dateline.

    ## What it does
    Reads the month and day of a dateline at the beginning of the text ("LIMA, May 4 (EFE) –", "新华社北京5月4日电"), in
    the year that brings it closest, and compares it with the date.

    ## Why it matters
    Agencies date their stories; a copy with a different date carries that of another update, or of the crawl.

    ## What to do
    Look at the page. A dateline is the day of filing: up to two days before publication are usual.

    ## Example
    ```json
    {"date": "2025-06-14", "text": "LIMA, May 4 (EFE) - The ferry to the island runs again after two weeks."}
    ```

    ## Use instead
    ```json
    {"date": "2025-05-05", "text": "LIMA, May 4 (EFE) - The ferry to the island runs again after two weeks."}
    ```
    """

    tolerance_days: int = parameter(3, "Days the two may lie apart.", minimum=0, maximum=180)

    def passes(self) -> pl.Expr:
        head = pl.col("body").str.head(datelines.DATELINE_REACH)
        hint = pl.col("published_day").is_not_null() & head.str.contains(datelines.HINT)
        return ~confirmed_rows(hint, ("published_day", "language", head), self._differs)

    def _differs(self, article: Article) -> bool:
        day = article["published_day"]
        found = datelines.dateline(article["body"], article["language"], day)
        return found is not None and abs((found[0] - day).days) > self.tolerance_days

    def find(self, article: Article) -> Iterable[Spot]:
        day = article["published_day"]
        if found := datelines.dateline(article["body"], article["language"], day):
            yield Spot("body", f"the dateline says {found[0]}, the date says {day}", found[1], found[2])


@rule("DAT011", "date-differs-from-page", severity=Severity.WARNING, field="published", fix="unsafe")
class DateDiffersFromPage(Rule):
    """The publication date differs from the one in the page's own metadata.

    ## What it does
    Where the record keeps its HTML, reads the date from JSON-LD, meta tags and `<time>`, and compares the days. A day may
    be the page's own or that in UTC; times may lie 14 hours apart, the widest offset of a zone.

    ## Why it matters
    The metadata are what the publisher says: on 159 of 166 pages they held a date, and it was right on every one.

    ## What to do
    Read the date from the metadata before looking elsewhere on the page.

    ## Example
    ```json
    {"date": "2025-06-19", "html": "<meta property='article:published_time' content='2025-06-14T08:30:00+02:00'>"}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14", "html": "<meta property='article:published_time' content='2025-06-14T08:30:00+02:00'>"}
    ```
    """

    def passes(self) -> pl.Expr:
        names = ("published_day", "published_at", "published_precision", "page_published_day", "page_published_at")
        other_day = pl.col("published_day") != pl.col("page_published_day")
        return ~confirmed_rows(other_day, names, lambda article: not dates.agree(*(article[name] for name in names)))

    def find(self, article: Article) -> Iterable[Spot]:
        page = article["page_published_day"]
        message = f"the page says {page}, the date says {article['published_day']}"
        return whole("published", message, str(page), str(page))


@rule("DAT013", "date-before-date-line", severity=Severity.WARNING, field="published")
class DateBeforeDateLine(Rule):
    """A line above the text gives a later day than the publication date.

    ## What it does
    Reads lines before the first paragraph that are nothing but a date, with a label at most, and compares the one day
    they name with the date. Earlier days are not reported: cards of other stories and embedded posts carry them. Nor are
    days after the crawl, and lines that say when the story was updated, or until when something is available.

    ## Why it matters
    The line is what readers see under the headline. Where it is later than the date, the date was mostly taken from
    another story or from an upload: on 11 of 14 records.

    ## What to do
    Look at the page. If the line says when the story was updated, keep the date and drop the line from the text.

    ## Example
    ```json
    {"date": "2025-03-01", "text": "14 June 2025, 10:32\\nThe ferry to the island runs again after two weeks."}
    ```

    ## Use instead
    ```json
    {"date": "2025-06-14", "text": "14 June 2025, 10:32\\nThe ferry to the island runs again after two weeks."}
    ```
    """

    tolerance_days: int = parameter(1, "Days by which the line may be later.", minimum=0, maximum=365)

    def passes(self) -> pl.Expr:
        head = pl.col("body").str.head(datelines.REACH)
        first = head.str.splitn("\n", 2).struct.field("field_0")
        short = (first.str.len_chars() <= datelines.LONGEST) & head.str.contains(datelines.LINE_HINT)
        return ~confirmed_rows(
            short & pl.col("published_day").is_not_null(), ("published_day", "seen_at", "language", head), self._later
        )

    def _later(self, article: Article) -> bool:
        day = article["published_day"]
        found = datelines.date_line(article["body"], article["language"], day)
        if found is None or (found[0] - day).days <= self.tolerance_days:
            return False
        # what lies a zone's width after the crawl is no publication, but what the story announces
        return article["seen_at"] is None or (found[0] - article["seen_at"].date()).days <= 1

    def find(self, article: Article) -> Iterable[Spot]:
        day = article["published_day"]
        if found := datelines.date_line(article["body"], article["language"], day):
            yield Spot(
                "body", f"a line above the text says {found[0]}, the date says {day}", found[1], found[2], str(found[0])
            )


@rule("DAT014", "date-differs-from-other-records", severity=Severity.WARNING, field="published", fix="unsafe")
class DateDiffersFromOtherRecords(Rule):
    """Other records of the same page give another publication date.

    ## What it does
    Counts the days that records with the same URL give, and reports those that are outvoted by `votes` or more records
    that agree. One day apart is no contradiction, unless the time of day excludes that only the zone differs.

    ## Why it matters
    A page has one publication date. The odd one out is an update's, another story's, or a misreading: on 90 records that
    were outvoted, it was wrong on 77.

    ## What to do
    Compare the extractors, or the days of the crawls, that gave the two.

    ## Example
    Three records with the URL `https://example.com/ferry`: two are dated 2025-06-14, this one 2025-06-26.

    ## Use instead
    2025-06-14 in all three.
    """

    votes: int = parameter(2, "Other records that must agree.", minimum=1, maximum=1_000)

    def passes(self) -> pl.Expr:
        other = pl.col("url_days").list.first() != pl.col("published_day")
        columns = ("published_day", "published_at", "published_precision", "url_days", "url_day_votes")
        return ~confirmed_rows(other, columns, self._outvoted)

    def _outvoted(self, article: Article) -> bool:
        own = article["published_day"]
        day, votes = article["url_days"][0], article["url_day_votes"][0]
        agreeing = 1 + sum(
            count for other, count in zip(article["url_days"], article["url_day_votes"], strict=True) if other == own
        )
        if votes < self.votes or votes <= agreeing:
            return False
        apart = (day - own).days
        if abs(apart) != 1:
            return bool(apart)
        # a zone moves a time by 14 hours at most
        hour: int = article["published_at"].hour
        return article["published_precision"] != "day" and (hour >= 14 if apart < 0 else hour < 10)

    def find(self, article: Article) -> Iterable[Spot]:
        day, votes = article["url_days"][0], article["url_day_votes"][0]
        message = f"{votes} other records of the page say {day}, this one {article['published_day']}"
        return whole("published", message, str(day), str(day))
