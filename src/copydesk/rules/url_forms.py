"""URL: well-formed addresses that are not the article's own: tracked, for AMP or telephones, nested, with stray blanks."""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, narrowed, rule, whole
from copydesk.urls import hosts, variants

WELL_FORMED = pl.col("url_problems").list.len() == 0


@rule("URL008", "url-tracking", severity=Severity.WARNING, field="original_url", fix="safe")
class URLTracking(Rule):
    """The original URL says how the reader came to the page.

    ## What it does
    Reports parameters such as `utm_source`, `fbclid`, `gclid` or `xtor` in the query or the fragment, and `ref=rss` or
    `from=twitter`, whose names count only together with the value of a channel. Parameters that name the article
    (`id`, `p`, `story` …) stay. The list is `checks/vocabulary/urls.csv`.

    ## Why it matters
    One article gets many addresses, so duplicates are not seen, and click identifiers can be traced to a person.

    ## What to do
    Remove them before storing. The suggestion leaves every other character as it was. `utm_…` and click identifiers can go
    unseen; other names mean something else on some sites, so their repair is to be reviewed.

    ## Example
    ```json
    {"url": "https://example.com/news/ferry?id=5&utm_source=rss&fbclid=IwAR0"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry?id=5"}
    ```
    """

    def passes(self) -> pl.Expr:
        marked = pl.col("original_url").str.contains("[?#]") & WELL_FORMED
        return ~confirmed(marked, "original_url", _is_tracked).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        address = article["original_url"]
        meant = variants.untracked(address)
        plain = all(map(_PLAIN.fullmatch, variants.tracking(address)))
        message = "the URL has tracking parameters"
        yield Spot("original_url", message, suggestion=meant, repair=meant, review=not plain)


_PLAIN = re.compile(r"(?i)(?:amp;)?(?:utm_[a-z_]+|[a-z]+clid)(?:=[^;?/=]*)?")
"""What is sure to track. Other names mean something else somewhere (`?mod=rss`, `?ref_url=…`), and a value with marks of a
URL may hold the next parameter (`utm_source=rss;id=5`)."""


def _is_tracked(address: str) -> bool:
    return variants.untracked(address) != address


_VARIANT_HINT = (
    r"(?i)://(?:[a-z0-9-]+\.)?(?:amp|m|mobile|mobil|wap|touch|print)\.|/amp(?:/|$|\?)|\.amp(?:$|\?|\.htm)|"
    r"ampproject|/print/?(?:$|\?)|[?&](?:_?amp|outputtype|type|m|view|mobile|print|printable|format|output)(?:=|&|$)"
)


@rule("URL009", "url-variant", severity=Severity.WARNING, field="original_url", fix="unsafe")
class URLVariant(Rule):
    """The original URL is that of an AMP, mobile or print version.

    ## What it does
    Reports AMP caches, hosts such as `amp.` and `m.`, paths that end in `/amp` or `/print`, and parameters such as
    `outputType=amp`.

    ## Why it matters
    The same article comes again under its own address; variants drop author, date or parts of the text, and AMP copies
    vanish.

    ## What to do
    Store the page's canonical address. The suggestion follows the usual spelling and is to be looked at.

    ## Example
    ```json
    {"url": "https://m.example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://www.example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        likely = pl.col("original_url").str.contains(_VARIANT_HINT) & WELL_FORMED
        return ~confirmed(likely, "original_url", _is_variant).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        if found := variants.variant(article["original_url"]):
            yield Spot(
                "original_url", f"the URL of {found.kind} version", suggestion=found.standard, repair=found.standard
            )


def _is_variant(address: str) -> bool:
    return variants.variant(address) is not None


@rule("URL010", "url-inside-url", severity=Severity.WARNING, field="original_url", fix="unsafe")
class URLInsideURL(Rule):
    """The original URL holds another URL in its path.

    ## What it does
    Reports `https://…` inside of the path. Archives and other hosts that work so are left to `url-intermediary`.

    ## Why it matters
    Two addresses were glued together, usually a base and a link that was absolute already. The result is a page that
    does not exist.

    ## What to do
    Join links to their base with a library (`urllib.parse.urljoin`), not by adding strings.

    ## Example
    ```json
    {"url": "https://example.com/news/ahttps://example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        likely = pl.col("original_url").str.contains(r"(?i)^https?://[^?#]+https?(?::|%3a)") & WELL_FORMED
        return ~confirmed(likely, "original_url", _is_nested).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        meant = variants.inner(article["original_url"])
        return whole("original_url", "a URL inside of a URL", meant, meant)


def _is_nested(address: str) -> bool:
    cut = variants.parts(address)
    return cut is not None and not variants.is_intermediary(cut.host) and variants.inner(address) is not None


@rule("URL011", "url-encoded-blank", severity=Severity.WARNING, field="original_url", fix="unsafe")
class URLEncodedBlank(Rule):
    """The original URL has an encoded blank where no address has one.

    ## What it does
    Reports line breaks, tabs, no-break spaces and invisible characters in their encoded form (`%0A`, `%C2%A0`,
    `%E2%80%8B`) anywhere in the path, and `%20` at the end of a segment or at one side of a hyphen. A `%20` between two
    words, or at both sides of a hyphen, is left alone: some publishers name their files so.

    ## Why it matters
    White space that came into the address by accident was made permanent by encoding it; the server knows another page,
    or none.

    ## What to do
    Cut white space before encoding. The suggestion deletes it.

    ## Example
    ```json
    {"url": "https://example.com/news/ferry-resumes%20-a8944"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes-a8944"}
    ```
    """

    def passes(self) -> pl.Expr:
        likely = pl.col("original_url").str.contains(r"(?i)%(?:20|0[9ad]|e2%80%8|c2%a0|ef%bb%bf)") & WELL_FORMED
        return ~confirmed(likely, "original_url", _has_encoded_blank).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        address = article["original_url"]
        spans = variants.encoded_blanks(address)
        repaired = address
        for start, end in reversed(spans):
            repaired = repaired[:start] + repaired[end:]
        if spans:
            start, end = spans[0][0], spans[-1][1]
            repair = repaired[start : len(repaired) - (len(address) - end)]
            yield Spot("original_url", "an encoded blank inside the URL", start, end, repaired, repair)


def _has_encoded_blank(address: str) -> bool:
    return bool(variants.encoded_blanks(address))


@rule("URL012", "url-impossible-host", severity=Severity.ERROR, field="original_url")
class URLImpossibleHost(Rule):
    """The original URL's host cannot exist.

    ## What it does
    Reports hosts with an empty label (`example..com`), a hyphen at the end of a label, a label of more than 63
    characters, an underscore in the registered name, or a number for a top-level domain (RFC 1035, RFC 3696).

    ## Why it matters
    The URL standard lets such names through, but no name server can know them: the address was put together wrongly.

    ## What to do
    Find out where the host comes from.

    ## Example
    ```json
    {"url": "https://www.example..com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://www.example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        host = pl.col("url_host")
        # numbers and brackets are addresses, which are judged elsewhere
        odd = host.str.contains(r"_|-\.|-$|\.-|^-|\.\.|^\.|\.[0-9]+$")
        long = narrowed(host.str.len_bytes() >= 64, ("url_host",), host.str.contains("[^.]{64}|.{254}"))
        return ~confirmed(
            (odd | long) & ~host.str.contains(r"^[0-9.]+$|^\["), "url_host", hosts.is_impossible
        ).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", f"no host can be called {hosts.shown(article['url_host'])!r}")
