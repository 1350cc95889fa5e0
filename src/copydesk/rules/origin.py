"""ORG: what the page behind the original URL answered. Only asked with `--online`."""

from collections.abc import Iterable
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule, whole


class _OriginRule(Rule):
    """A rule for one answer of `copydesk.origin.check`."""

    status: ClassVar[str]

    def passes(self) -> pl.Expr:
        return (pl.col("origin_status") != self.status).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"{self.status}: {article['origin_detail']}")


@rule("ORG001", "origin-dead", severity=Severity.ERROR, field="original_url", online=True)
class OriginDead(_OriginRule):
    """The original URL leads nowhere.

    ## What it does
    Requests the page and reports 404 and 410 answers and hosts whose name does not exist.

    ## Why it matters
    An article whose source is gone cannot be checked; a URL that never worked was not the article's.

    ## What to do
    Compare the URL with the one the scraper fetched. If the page is gone, keep an archived copy's address beside it.

    ## Example
    A URL that answers `404 Not Found`.

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
    Nothing, or open the page by hand.

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
    Reports time-outs, refused and broken connections, invalid certificates, server errors and endless redirects.

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
