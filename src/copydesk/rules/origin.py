"""ORG: what the page behind the original URL answered. Only asked with `--online`."""

from collections.abc import Iterable
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule, whole


class _OriginRule(Rule):
    """A rule for one answer of `copydesk.origin.web.check`."""

    status: ClassVar[str]

    def passes(self) -> pl.Expr:
        return (pl.col("origin_status") != self.status).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"{self.status}: {article['origin_detail']}")


@rule("ORG001", "origin-dead", severity=Severity.ERROR, field="original_url", online=True)
class OriginDead(_OriginRule):
    """The original URL leads nowhere, and has for days.

    ## What it does
    Reports pages that were gone (404 or 410, or a host whose name does not exist) at three tests with at least three days
    between them. The tests are those of your runs; the cache remembers them. Until the third the page is `failing`.

    ## Why it matters
    An article whose source is gone cannot be checked; a URL that never worked was not the article's. But a page that is
    missing once may be back tomorrow: the Internet Archive's bot waits as long before it calls a link dead.

    ## What to do
    Compare the URL with the one the scraper fetched. If the page is gone, keep an archived copy's address beside it.
    Where no cache is kept between runs, `origin: dead_after: 1` in the contract makes the first failure count as dead.

    ## Example
    A URL that has answered `404 Not Found` since last week.

    ## Use instead
    A URL that answers `200 OK`.
    """

    status = "dead"


@rule("ORG002", "origin-blocked", severity=Severity.INFO, field="original_url", online=True)
class OriginBlocked(_OriginRule):
    """The site refused to show the page to a program.

    ## What it does
    Reports 401, 402, 403, 407, 429, 451 and 999 answers and challenge pages. Blocked is not dead: the page may be fine.

    ## Why it matters
    Link checkers that count a refusal as a dead link send people after pages that every reader can open.

    ## What to do
    Nothing, or open the page by hand. After many 429 responses, slow down (`origin: delay` in the contract), and give the site
    an address to write to (`origin: contact`).

    ## Example
    A URL that answers `403 Forbidden`.

    ## Use instead
    A URL that answers `200 OK`.
    """

    status = "blocked"


@rule("ORG003", "origin-unknown", severity=Severity.INFO, field="original_url", online=True)
class OriginUnknown(_OriginRule):
    """The site gave no usable answer.

    ## What it does
    Reports time-outs, refused and broken connections, invalid certificates, server errors and endless redirects, each
    after a few tries, and pages that were not asked because the run's time was over or their host had fallen silent.

    ## Why it matters
    The next run may well succeed, so nothing is concluded from it.

    ## What to do
    Run again later; a source that stays unreachable is worth a look.

    ## Example
    A URL that answers `503 Service Unavailable`.

    ## Use instead
    A URL that answers `200 OK`.
    """

    status = "unknown"

    def passes(self) -> pl.Expr:
        return super().passes() | (pl.col("origin_failure") == "robots").fill_null(False)


@rule("ORG004", "origin-failing", severity=Severity.WARNING, field="original_url", online=True)
class OriginFailing(_OriginRule):
    """The original URL leads nowhere, so far.

    ## What it does
    Reports pages that are gone (404 or 410, or a host whose name does not exist) but have not been for long enough to be
    `dead`: see `origin-dead`.

    ## Why it matters
    Sites take pages down by mistake, move them, and lose their name for a day. It may also be the first day of a page that
    is gone for good.

    ## What to do
    Run again in three days, and compare the URL with the one the scraper fetched.

    ## Example
    A URL that answers `404 Not Found` today.

    ## Use instead
    A URL that answers `200 OK`.
    """

    status = "failing"


@rule("ORG005", "robots-disallowed", severity=Severity.INFO, field="original_url", online=True)
class RobotsDisallowed(_OriginRule):
    """The site asks programs not to fetch the page.

    ## What it does
    Reports pages that the site's robots.txt keeps from copydesk (or from all programs), and pages of sites whose robots.txt
    answers with a server error, which means the same (RFC 9309, section 2.3.1.4). They are not asked for.

    ## Why it matters
    The page may be fine; but nobody has checked, and where it came from is open.

    ## What to do
    Ask the site, or check against captures of your own. `origin: robots: ignore` in the contract is for sites that are yours
    or that have agreed.

    ## Example
    A URL below `/archive/`, where robots.txt says `Disallow: /archive/`.

    ## Use instead
    A URL that the site lets programs fetch.
    """

    status = "unknown"

    def passes(self) -> pl.Expr:
        return (pl.col("origin_failure") != "robots").fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", article["origin_detail"])
