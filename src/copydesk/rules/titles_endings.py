"""TTL: the site's own words before or behind the headline."""

from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.press import headlines
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed_rows, rule

_COLUMNS = ("title", "url_host", "source", "page_site", "source_title_suffixes", "url_titles")


def _cut(article: Article) -> headlines.Cut | None:
    site = headlines.Site(
        article["url_host"], article["source"], article["page_site"], tuple(article["source_title_suffixes"] or ())
    )
    return headlines.cut(article["title"], site, tuple(article["url_titles"] or ()))


def _candidates() -> pl.Expr:
    return pl.col("title").str.contains(headlines.SEPARATOR)


def _spots(article: Article, cut: headlines.Cut, message: str) -> Iterator[Spot]:
    title = article["title"]
    headline = title[cut.start : cut.end]
    if cut.start:
        yield Spot("title", message, 0, cut.start, headline, "")
    if cut.end < len(title):
        yield Spot("title", message, cut.end, len(title), headline, "")


@rule("TTL002", "title-with-site", severity=Severity.ERROR, field="title", fix="unsafe")
class TitleWithSite(Rule):
    """The title carries the name of the site.

    ## What it does
    Looks at what stands behind the last separators of the title (`|`, `-`, `–`, `•`, `»` …), or before the first one,
    and reports it if it names the site: like the host, by its letters, its initials ("Neue Zürcher Zeitung" at nzz.ch) or
    beginnings of its words ("The New York Times" at nytimes.com), like the record's source or the page's `og:site_name`,
    an address, or an ending that several articles of the source share. Sections that stand beside the name go with it.

    ## Why it matters
    The same story has another title on every site; search, grouping and headlines in a product show the name twice.
    Extractors that take `<title>` leave it on 5 to 55 % of pages.

    ## What to do
    Cut it off, or take the title from `og:title` or the page's first heading.

    ## Example
    ```json
    {"url": "https://www.harbourpost.com/ferry", "title": "Ferry Resumes After Two Weeks | Local | The Harbour Post"}
    ```

    ## Use instead
    ```json
    {"url": "https://www.harbourpost.com/ferry", "title": "Ferry Resumes After Two Weeks - and the Gulls Are Back"}
    ```
    """

    alone = True

    def passes(self) -> pl.Expr:
        return ~confirmed_rows(_candidates(), _COLUMNS, self._named)

    @staticmethod
    def _named(article: Article) -> bool:
        cut = _cut(article)
        return cut is not None and cut.reason in headlines.PROOF

    def find(self, article: Article) -> Iterable[Spot]:
        cut = _cut(article)
        return _spots(article, cut, "the title carries the name of the site") if cut else ()


@rule("TTL003", "title-with-ending", severity=Severity.WARNING, field="title", fix="unsafe")
class TitleWithEnding(Rule):
    """The title probably carries more than the headline.

    ## What it does
    Reports, where the site's name is not found, what else stands behind the last separator: the name of some news outlet
    ("… News", "…新聞", `checks/vocabulary/titles.csv`), a section, a date or page number, a short part behind a bar, or
    what another record of the same page does not have.

    ## Why it matters
    As for the name of the site: it is not part of the headline. Dashes and colons inside headlines are left alone.

    ## What to do
    Compare with the page's heading; cut the ending off if it is not there.

    ## Example
    ```json
    {"url": "https://example.com/ferry", "title": "Ferry Resumes After Two Weeks in Dock | Island Life"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/ferry", "title": "Ferry Resumes After Two Weeks – “We Missed the Gulls”"}
    ```
    """

    alone = True

    def passes(self) -> pl.Expr:
        return ~confirmed_rows(_candidates(), _COLUMNS, self._likely)

    @staticmethod
    def _likely(article: Article) -> bool:
        cut = _cut(article)
        return cut is not None and cut.reason not in headlines.PROOF

    def find(self, article: Article) -> Iterable[Spot]:
        cut = _cut(article)
        return _spots(article, cut, "an ending that is not part of the headline") if cut else ()
