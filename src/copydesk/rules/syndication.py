"""SYN001-: articles that print the text of other articles of the run; asked where the contract says `syndication: on`."""

from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.press.agencies import display_name
from copydesk.press.names import no_person, people
from copydesk.rules.authorship import WHO, names_nobody
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed_rows, parameter, present, rule, whole
from copydesk.syndication.changes import changes


class _OfCopies(Rule):
    syndicates = True


def _credits_nobody() -> pl.Expr:
    """Whether nothing that an article says of itself points to an agency."""
    return pl.col("copy_credited").list.len() == 0


def _is_copy() -> pl.Expr:
    """Whether the article is in a cluster, and not the one that was probably first."""
    return (pl.col("copy_role") != "earliest").fill_null(False)


def _claimed(article: Article) -> bool:
    """Whether the byline names somebody whom no other member of the cluster names."""
    byline = (article["byline"] or "")[:500]
    if no_person(byline) or names_nobody(byline, article["url_host"], article["source"]):
        return False
    named = people(byline)
    return bool(named) and set(named).isdisjoint(article["copy_people"] or ())


def _verbatim(share: float) -> pl.Expr:
    """Whether the byline of a copy that credits no agency claims a text that others credit to one."""
    taken = _is_copy() & _credits_nobody() & pl.col("copy_agency").is_not_null() & (pl.col("copy_containment") >= share)
    return confirmed_rows((taken & present("byline")).fill_null(False), (*WHO, "copy_people"), _claimed)


def _says_otherwise(article: Article) -> bool:
    """Whether a fact differs from the text that the article is compared with."""
    return bool(changes(article["body"], article["copy_like_body"]))


def _as_others_say(article: Article) -> str:
    """ "Reuters credited by quay.example (a7), mill.example (a9)"."""
    return f"{display_name(article['copy_agency'])} is credited by {', '.join(article['copy_credits'])}"


@rule("SYN001", "copy-in-source", severity=Severity.WARNING, field="body")
class CopyInSource(_OfCopies):
    """The source has printed the same text in another article.

    ## What it does
    Compares the texts of the whole run, run of five words by run of five words. Reports articles that share four fifths
    of the longer text with an earlier article of their source under another URL. What stands in many of a source's articles
    is taken for its template and does not count; several records of one URL are one article.

    ## Why it matters
    The article is counted, indexed and trained on twice: print, mobile and AMP versions, sections that share stories,
    addresses that changed.

    ## What to do
    Keep the article that the canonical link names, or the earlier one.

    ## Example
    Two records of one source with the same text, `https://quay.example/ferry` and `https://quay.example/amp/ferry`.

    ## Use instead
    One of the two.
    """

    share: float = parameter(0.8, "Share of the shorter text that is in the other.", minimum=0.5, maximum=1)

    def passes(self) -> pl.Expr:
        return ~(pl.col("copy_twin_containment") >= self.share).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        share = article["copy_twin_containment"]
        return whole("body", f"{share:.0%} of the text is that of {article['copy_twin']}, of the same source")


@rule("SYN002", "copy-uncredited", severity=Severity.INFO, field="byline")
class CopyUncredited(_OfCopies):
    """Other sources credit an agency for the text, this article credits none.

    ## What it does
    Looks at the cluster of articles that print this text. Reports those that credit no agency, in byline, signature or
    canonical link, while other sources credit one. Where the byline names somebody else for the whole text,
    `copy-claimed-by-staff` says so.

    ## Why it matters
    Whoever counts what agencies write, or pays for it, misses this article. It is a remark: an article that uses a part of an
    agency's text may be its own, and extractors lose credits.

    ## What to do
    Look at the page: if it prints the credit, correct the extraction; else take the agency from the cluster.

    ## Example
    Three sources print one story, two as "AFP", one without a byline.

    ## Use instead
    The third with the byline "AFP".
    """

    verbatim: float = parameter(
        0.85, "Share of the text that another source has too, from which a byline claims it.", minimum=0.5, maximum=1
    )

    def passes(self) -> pl.Expr:
        uncredited = _is_copy() & _credits_nobody() & pl.col("copy_agency").is_not_null()
        return ~uncredited.fill_null(False) | _verbatim(self.verbatim)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("byline", f"credits no agency for a text for which {_as_others_say(article)}")


@rule("SYN003", "copy-credit-conflict", severity=Severity.WARNING, field="byline")
class CopyCreditConflict(_OfCopies):
    """The article credits another agency for its text than other sources do.

    ## What it does
    Looks at the cluster of articles that print this text. Reports those whose agencies no other source credits, while two
    other sources or more credit another, or one does and this article is not the earliest.

    ## Why it matters
    One of the credits is wrong, or the text is made of two agencies' and only one is named.

    ## What to do
    Compare the articles that the finding names; look for a feed's name that stands in the byline of everything that came
    through it.

    ## Example
    Three sources print one story, two as "AFP", one as "Reuters".

    ## Use instead
    The third with the byline "AFP".
    """

    def passes(self) -> pl.Expr:
        own, others = pl.col("copy_credited"), pl.col("copy_agencies")
        apart = (own.list.len() > 0) & (others.list.len() > 0) & (own.list.set_intersection(others).list.len() == 0)
        sure = _is_copy() | (pl.col("copy_credits").list.len() > 1)
        return ~(apart & sure).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        own = " and ".join(map(display_name, article["copy_credited"]))
        return whole("byline", f"credits {own} for a text for which {_as_others_say(article)}")


@rule("SYN004", "copy-claimed-by-staff", severity=Severity.WARNING, field="byline")
class CopyClaimedByStaff(_OfCopies):
    """The byline claims a text that other sources credit to an agency.

    ## What it does
    Looks at the cluster of articles that print this text. Reports those that credit no agency, share nearly all of
    their text with another source, and whose byline names only people whom no other source names, while others credit an
    agency. A desk or the site's own name claims nothing. The earliest article is not reported: it may be the origin.

    ## Why it matters
    The agency wrote the text, and the byline says that somebody else did.

    ## What to do
    Look at the page: extractors take the name of the editor, the translator or the last commenter for the author's.

    ## Example
    Two sources print a story as "AFP"; a third prints it a day later, by "Ana Lindqvist".

    ## Use instead
    The third with the byline "AFP", or "Ana Lindqvist and AFP" where she has added to it.
    """

    share: float = parameter(0.85, "Share of the shorter text that is in the other source's.", minimum=0.5, maximum=1)

    def passes(self) -> pl.Expr:
        return ~_verbatim(self.share)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("byline", f"claims a text for which {_as_others_say(article)}")


@rule("SYN005", "copy-facts-changed", severity=Severity.INFO, field="body")
class CopyFactsChanged(_OfCopies):
    """A number, a name or a negation differs from another print of the same text.

    ## What it does
    Compares the text with that of the earliest article of its cluster (or the one that it shares most with), looking at what
    stands between stretches that are the same. Reports numbers and names that are replaced by others, and words of
    negation that came or went. The way of a house is not reported: other ways to write a number or a time (1,000 and 1.000,
    5:30 p.m. and 17:30, 16:30 GMT and 18:30 CEST), another currency, other spellings and inflections of a name, a title in
    place of a given name; nor are rewritten sentences. Names are compared in scripts with capitals, and not in German, where
    nouns have them; words of negation are those of the text's own language.

    ## Why it matters
    One of the two is wrong, or one is newer: a toll that rose, a name that was corrected. It is a remark, since the newer one is
    usually right.

    ## What to do
    Compare both articles with the agency's last version.

    ## Example
    Two sources print a story; one says "12 people were hurt", the other "21 people were hurt".

    ## Use instead
    Both with the number that the agency last gave.
    """

    share: float = parameter(0.7, "Share of the shorter text that is in the other.", minimum=0.5, maximum=1)

    def passes(self) -> pl.Expr:
        near = _is_copy() & pl.col("copy_like_body").is_not_null() & (pl.col("copy_containment") >= self.share)
        return ~confirmed_rows(near.fill_null(False), ("body", "copy_like_body"), _says_otherwise)

    def find(self, article: Article) -> Iterator[Spot]:
        for change in changes(article["body"], article["copy_like_body"]):
            there = f"“{change.there}”" if change.there else "nothing"
            message = f"{change.kind} differs: “{change.here}” here, {there} in {article['copy_like']}"
            yield Spot("body", message, change.start, change.end, change.there or None)
