"""PRV004-PRV009: where record and page disagree, and what was edited on the page since."""

from collections.abc import Iterable
from typing import Any, ClassVar

import orjson
import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule, whole


class _Differs(Rule):
    """A rule for one of the names in `origin_differs`."""

    differs: ClassVar[str]
    said: ClassVar[str]

    def passes(self) -> pl.Expr:
        return ~pl.col("origin_differs").list.contains(self.differs).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        own, page = orjson.loads(article["origin_drift"])[self.differs]
        return whole(self.field, f"the page {self.said} {page[:100]!r}, the record says {own[:100]!r}", page)


@rule("PRV004", "origin-title-differs", severity=Severity.WARNING, field="title", online=True)
class OriginTitleDiffers(_Differs):
    """The page behind the original URL has another title.

    ## What it does
    Compares the title with all that the page gives itself (JSON-LD, `og:title`, headings, `<title>`), without the site's name,
    case and punctuation. One that is a part of the other counts as the same.

    ## Why it matters
    The headline was rewritten since the scrape, or the scraper took it from another place of the page.

    ## What to do
    Keep the page's title if it is the scraper's error; if it was rewritten, decide which of the two you need.

    ## Example
    The record says "Ferry stays in dock", the page behind its URL "Ferry resumes".

    ## Use instead
    The title "Ferry resumes".
    """

    differs = "title"
    said = "is titled"


@rule("PRV005", "origin-date-differs", severity=Severity.WARNING, field="published", online=True)
class OriginDateDiffers(_Differs):
    """The page behind the original URL has another publication date.

    ## What it does
    Compares the date with the page's metadata as `date-differs-from-page` does with the page that a record keeps: the days
    must agree, in the page's zone or in UTC, or the times lie 14 hours apart at most.

    ## Why it matters
    The record carries the day of an update, of the crawl or of another story; or the publisher has re-dated the article.

    ## What to do
    Take the page's date, unless the record was scraped before the article was re-dated.

    ## Example
    The record says 2025-06-19, the page's JSON-LD 2025-06-14.

    ## Use instead
    2025-06-14.
    """

    differs = "date"
    said = "is dated"


@rule("PRV006", "origin-byline-differs", severity=Severity.WARNING, field="byline", online=True)
class OriginBylineDiffers(_Differs):
    """The page behind the original URL names other authors.

    ## What it does
    Compares the persons in the byline with those in the page's metadata; one in common is enough. Agencies, the site's own
    name and e-mail addresses name no persons.

    ## Why it matters
    The scraper took a photographer, a person in the story, or another article's author.

    ## What to do
    Take the authors from the page's metadata.

    ## Example
    The record says "Odd Vik", the page's JSON-LD "Ana Lindqvist".

    ## Use instead
    "Ana Lindqvist".
    """

    differs = "byline"
    said = "names"


@rule("PRV007", "origin-publisher-differs", severity=Severity.INFO, field="source", online=True)
class OriginPublisherDiffers(_Differs):
    """The page behind the original URL names another publisher.

    ## What it does
    Compares the record's source with the publisher and the site's name in the page's metadata, by spelling, initials and the
    names in the host.

    ## Why it matters
    The page is another outlet's, by syndication or since the site was sold. Or the outlet goes by two names, so this is a
    remark.

    ## What to do
    Look whose page it is; where both names are one outlet's, use one of them in all records.

    ## Example
    The source "Harbour Post" for a page whose JSON-LD says "publisher": "Coast Media".

    ## Use instead
    The source "Coast Media".
    """

    differs = "publisher"
    said = "is published by"


def _described(change: dict[str, Any]) -> str:
    """A change of text in one line: how much, and the first sentence of it."""
    kinds = {
        "removed": "{} no longer there",
        "edited": "{} edited",
        "added": "{} new",
    }
    parts = [
        words.format(_sentences(change[f"{kind}_count"])) for kind, words in kinds.items() if change[f"{kind}_count"]
    ]
    if change["edited"]:
        before, after = change["edited"][0]
        parts.append(f"“{before[:120]}” is now “{after[:120]}”")
    elif change["removed"]:
        parts.append(f"gone is “{change['removed'][0][:120]}”")
    elif change["added"]:
        parts.append(f"new is “{change['added'][0][:120]}”")
    return ", ".join(parts)


def _sentences(count: int) -> str:
    return f"{count} sentence{'' if count == 1 else 's'}"


@rule("PRV008", "origin-text-differs", severity=Severity.INFO, field="body", online=True)
class OriginTextDiffers(Rule):
    """The page behind the original URL no longer says what the record says.

    ## What it does
    Looks for each sentence of the record on the page, word by word; shown are how many are gone or edited, and the first.
    Headings and other short lines are left out.

    ## Why it matters
    The article was corrected, shortened or rewritten since the scrape, or the extractor has dropped words from sentences.

    ## What to do
    Where numbers, names or quotations changed, take the page's text; it is what the publisher stands by.

    ## Example
    The record says "Forty passengers waited on the quay that morning.", the page "Fourteen passengers waited on the quay that
    morning."

    ## Use instead
    The page's sentence.
    """

    def passes(self) -> pl.Expr:
        return ~pl.col("origin_differs").list.contains("text").fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        change = orjson.loads(article["origin_drift"])["text"]
        return whole("body", f"the page differs: {_described(change | {'added': [], 'added_count': 0})}")


@rule("PRV009", "silent-edit", severity=Severity.WARNING, field="body", online=True)
class SilentEdit(Rule):
    """The article on the page was edited since the last run, and the page does not say so.

    ## What it does
    Compares the article's paragraphs and headline with those that the cache keeps of the last visit. Edits whose page has
    moved its date of modification on are left out.

    ## Why it matters
    What readers were told has changed without a notice: a correction that nobody can see, or a headline under test.

    ## What to do
    Scrape the article again, and keep both versions if you need to show what was said when.

    ## Example
    Yesterday the page said "Forty passengers waited.", today "Fourteen passengers waited.", with the same `dateModified`.

    ## Use instead
    A page whose `dateModified` is that of the edit.
    """

    def passes(self) -> pl.Expr:
        return ~pl.col("origin_edit").str.contains('"declared":false', literal=True).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        edit = orjson.loads(article["origin_edit"])
        parts = [f"the title {edit['title'][0][:100]!r} is now {edit['title'][1][:100]!r}"] if edit["title"] else []
        parts += [described] if (described := _described(edit["text"])) else []
        return whole("body", f"edited since the last run: {'; '.join(parts)}")
