"""URL: where a well-formed address leads: no article, another site than the declared one, a deceptive or passing-on host."""

from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, confirmed_rows, holding, narrowed, rule, whole
from copydesk.rules.url_forms import WELL_FORMED
from copydesk.urls import hosts, listings, variants
from copydesk.urls.url import registrable_domain
from copydesk.vocabulary import escape, per_vocabulary, url_words


@rule("URL013", "url-not-article", severity=Severity.WARNING, field="original_url")
class URLNotArticle(Rule):
    """The original URL is that of a home, section, search, tag or author page.

    ## What it does
    Looks for paths that name no article: none at all, nothing but section names (`/news/europe/`) or a day
    (`/2025/06/14/`), `/tag/…`, `/author/…`, `/search?q=…`, `/404`; and for what programs write where a value is missing
    (`/news/undefined`, `?id=null`). The words are in `checks/vocabulary/urls.csv`. A query without
    search words is taken for an article's number, and so is a segment with many words or, but for tags and authors, digits.

    ## Why it matters
    Such a page shows other articles tomorrow: the claim cannot be checked, and its text is a mixture of teasers.

    ## What to do
    Store the address of the article, not of the page that linked to it; leave such pages out of the crawl.

    ## Example
    ```json
    {"url": "https://example.com/tag/ferries"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        address = pl.col("original_url")
        few = address.str.contains(r"^(?i:https?)://[^/?#]+(?:/[^/?#]*){0,6}(?:[?#]|$)")
        told = address.str.contains(r"[0-9]{4}|(?:[^/?#-]+-){4}") & ~address.str.contains(_numbered_list())
        return ~confirmed(few & ~told & WELL_FORMED, "original_url", _is_listing).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"the URL of {listings.listing(article['original_url'])}, not of an article")


@per_vocabulary
def _numbered_list() -> str:
    """Rust: the end of an address with numbers or many words that may still be none of an article's."""
    words = "|".join(map(escape, sorted(url_words("listing"))))
    unfilled = "|".join(map(escape, sorted(url_words("unfilled"))))
    days = r"(?:19|20)[0-9]{2}/[0-9]{1,2}(?:/[0-9]{1,2})?"
    return rf"(?i)[/=](?:{unfilled})/?(?:[?#&]|$)|/(?:(?:{words})/[^/?#]+|{days})(?:/page/[0-9]{{1,3}})?/?(?:[?#]|$)"


def _is_listing(address: str) -> bool:
    return listings.listing(address) is not None


_DOMAIN = r"^(?:[a-z0-9-]+\.)+[a-z]{2,}$"


@rule("URL014", "url-other-site", severity=Severity.INFO, field="original_url")
class URLOtherSite(Rule):
    """The original URL belongs to another site than the declared source.

    ## What it does
    Compares the registered domain of the URL with that of `source`, where that is a domain.

    ## Why it matters
    The article was syndicated, redirected, or put under the wrong source. The first two are legal and usual, so this is a
    remark.

    ## What to do
    Declare the publisher whose page was read, and keep the other one as its origin.

    ## Example
    ```json
    {"source_domain": "example.org", "url": "https://www.example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"source_domain": "example.com", "url": "https://www.example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        source = pl.col("source").str.to_lowercase().str.strip_prefix("www.")
        host = pl.col("url_host")
        differs = source.str.contains(_DOMAIN) & ~host.str.ends_with(source) & ~host.str.contains(r"^[0-9.]+$|^\[")
        named = source.alias("source"), host.alias("host")
        return ~confirmed_rows(differs, named, lambda row: _are_other_sites(**row))

    def find(self, article: Article) -> Iterable[Spot]:
        site = registrable_domain(article["url_host"])
        return whole("original_url", f"the URL belongs to {site}, the record says {article['source']}")


def _are_other_sites(source: str, host: str) -> bool:
    known = registrable_domain(source)
    # without a public suffix the source is a name with a dot in it, not a domain
    return known.count(".") > 0 and known != registrable_domain(host) and not variants.is_intermediary(host)


@rule("URL015", "url-homograph", severity=Severity.WARNING, field="original_url")
class URLHomograph(Rule):
    """The original URL's host looks like another one.

    ## What it does
    Reports international names whose letters are read as Latin ones but are Cyrillic or Greek, and names that mix scripts
    which no language mixes (Unicode Technical Standard 39, "highly restrictive").

    ## Why it matters
    `аpple.com` with a Cyrillic `а` is somebody else's site. News sites are imitated in this way to spread forgeries.

    ## What to do
    Compare with the publisher's real address before using the article. The message shows the name as the network sees it.

    ## Example
    ```json
    {"url": "https://hаrbour-post.example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://harbour-post.example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        international = pl.col("url_host").str.contains("xn--", literal=True)
        return ~confirmed(international, "url_host", _imitates).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        host = article["url_host"]
        return whole("original_url", f"the host {host} looks like {hosts.imitated(host)} but is another one")


def _imitates(host: str) -> bool:
    return hosts.imitated(host) is not None


@rule("URL016", "url-intermediary", severity=Severity.INFO, field="original_url", fix="unsafe")
class URLIntermediary(Rule):
    """The original URL leads to somebody who only passes the article on.

    ## What it does
    Reports archives, caches, link shorteners, translators and aggregators: the hosts of kind `intermediary` in
    `checks/vocabulary/urls.csv`.

    ## Why it matters
    The host is not the publisher, so source, licence and origin are judged by the wrong name.

    ## What to do
    Store the publisher's address as well; an archived copy is good evidence beside it. Where the address carries the
    publisher's, that is the suggestion.

    ## Example
    ```json
    {"url": "https://web.archive.org/web/20250614/https://example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        host = pl.col("url_host")
        known = holding(host, sorted(url_words("intermediary")))
        return ~narrowed(known, ("url_host",), host.str.contains(_passing_on()))

    def find(self, article: Article) -> Iterator[Spot]:
        carried = variants.carried(article["original_url"])
        yield Spot("original_url", f"{article['url_host']} only passes articles on", suggestion=carried, repair=carried)


@per_vocabulary
def _passing_on() -> str:
    return rf"(?:^|\.)(?:{'|'.join(map(escape, sorted(url_words('intermediary'))))})$"
