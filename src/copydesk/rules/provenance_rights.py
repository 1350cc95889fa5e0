"""PRV010-PRV011: what the page reserves, and whose article it says it is."""

from collections.abc import Iterable

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule, whole


@rule("PRV010", "rights-reserved", severity=Severity.INFO, field="original_url", online=True)
class RightsReserved(Rule):
    """The page reserves rights of use by machines, or states a licence.

    ## What it does
    Reports `noai`, `noimageai` and `noml` among the robots directives (header or meta), a reservation of text and data mining
    (TDMRep: `tdm-reservation: 1`, with the address of its policy), and a licence in JSON-LD or meta.

    ## Why it matters
    In the European Union such a reservation ends the right to mine the text (Directive 2019/790, article 4). Whether yours is
    such a use, only you know: so this is a remark, until a contract makes it more.

    ## What to do
    Set the severity that your use asks for. Keep the policy's address beside the record.

    ## Example
    A page with `<meta name="tdm-reservation" content="1">`.

    ## Use instead
    A page that reserves nothing.
    """

    def passes(self) -> pl.Expr:
        held = [pl.col(name).list.len().fill_null(0) for name in ("origin_reserved", "origin_licences")]
        return pl.sum_horizontal(held) == 0

    def find(self, article: Article) -> Iterable[Spot]:
        parts = [f"the page reserves: {', '.join(article['origin_reserved'])}"] if article["origin_reserved"] else []
        if article["origin_policy"]:
            parts.append(f"terms at {article['origin_policy']}")
        if article["origin_licences"]:
            parts.append(f"licence: {', '.join(article['origin_licences'])[:300]}")
        return whole("original_url", "; ".join(parts))


@rule("PRV011", "page-says-syndicated", severity=Severity.INFO, field="original_url", online=True)
class PageSaysSyndicated(Rule):
    """The page says that its article comes from somebody else.

    ## What it does
    Reports a canonical link on the site of an agency of `checks/vocabulary/agencies.csv`, `isBasedOn` and meta
    `original-source` and `syndication-source` that name another domain, and a `sourceOrganization` that is an agency or
    another outlet. What names the page itself says nothing, and is left out.

    ## Why it matters
    The text has another origin than its URL: its words are the source's, and so are the rights.

    ## What to do
    Record the source as the agency or the origin.

    ## Example
    A page with `"isBasedOn": "https://coast-wire.example/ferry-resumes"` in its JSON-LD.

    ## Use instead
    A record whose original URL is `https://coast-wire.example/ferry-resumes`.
    """

    def passes(self) -> pl.Expr:
        return pl.col("origin_syndicated").list.len().fill_null(0) == 0

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"the page: {'; '.join(article['origin_syndicated'])}")
