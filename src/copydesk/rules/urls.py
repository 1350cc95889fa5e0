"""URL: the original URL as claimed, judged offline by the WHATWG URL standard."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, present, rule, whole
from copydesk.urls.url import SPACE, Problem, repaired

_USER = re.compile(r"(?i)^https?://([^/?#]*@)")


class _URLRule(Rule):
    """A rule for one thing that `copydesk.urls.url.read` finds wrong."""

    problem: ClassVar[Problem]
    message: ClassVar[str]

    def passes(self) -> pl.Expr:
        return ~pl.col("url_problems").list.contains(self.problem)

    def find(self, article: Article) -> Iterable[Spot]:
        meant = repaired(article["original_url"])
        return whole("original_url", self.message, meant, meant if self.fix else None)


@rule("URL001", "url-missing", severity=Severity.ERROR, field="original_url")
class URLMissing(Rule):
    """The article has no original URL.

    ## What it does
    Reports articles without an address of the page they came from.

    ## Why it matters
    Without it nobody can check, correct, attribute or take down the article.

    ## What to do
    Store the address the page was fetched from, after redirects, with every record.

    ## Example
    ```json
    {"title": "Ferry resumes", "url": null}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "url": "https://example.com/news/ferry-resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("original_url")

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("original_url", "no original URL")


@rule("URL002", "url-malformed", severity=Severity.ERROR, field="original_url")
class URLMalformed(_URLRule):
    """The original URL is not a URL.

    ## What it does
    Reports what the WHATWG URL standard rejects, and spellings it only forgives: a doubled scheme, a missing slash,
    backslashes, angle brackets, and templates that were never filled (`{{slug}}`).

    ## Why it matters
    Libraries repair such strings in different ways, so one record leads to different pages.

    ## What to do
    Look where the string is put together; the suggestion shows the likeliest intention.

    ## Example
    ```json
    {"url": "http://http://example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "http://example.com/news/ferry-resumes"}
    ```
    """

    problem = "malformed"
    message = "not a URL by the WHATWG standard"


@rule("URL003", "url-white-space", severity=Severity.ERROR, field="original_url", fix="safe")
class URLWhiteSpace(_URLRule):
    """The original URL has white space inside.

    ## What it does
    Reports blanks, tabs, line breaks and other white space inside the URL. Blanks at its ends are ignored.

    ## Why it matters
    A browser turns a blank into `%20`, which is another address; some libraries delete it, some refuse. The page behind
    the claim is then found by luck.

    ## What to do
    Find where the line was broken. `copydesk fix` deletes the white space, which is right for a wrapped line; the message
    names the next likely repairs, a hyphen and `%20`. `copydesk check` itself never asks for a repaired address.

    ## Example
    ```json
    {"url": "https://example.com/2025/06/14/ferry-resumes -a8944"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/2025/06/14/ferry-resumes-a8944"}
    ```
    """

    problem = "white-space"

    def find(self, article: Article) -> Iterator[Spot]:
        raw = article["original_url"]
        spaces = list(SPACE.finditer(raw))
        start, end = (spaces[0].start(), spaces[-1].end()) if spaces else (None, None)
        hyphen, encoded = SPACE.sub("-", raw), SPACE.sub("%20", raw)
        message = f"white space inside the URL; if it is not to go, {hyphen[:300]} or {encoded[:300]} may be meant"
        meant = repaired(raw)
        joined = SPACE.sub("", raw[start:end]) if meant else None
        yield Spot("original_url", message, start, end, meant, joined)


@rule("URL004", "url-relative", severity=Severity.ERROR, field="original_url", fix="unsafe")
class URLRelative(_URLRule):
    """The original URL is not absolute.

    ## What it does
    Reports URLs without a scheme: paths, `//host/path`, `www.example.com/…`.

    ## Why it matters
    A path names a page only together with the page it was found on, which the record has lost.

    ## What to do
    Resolve links against the address of the page they stand on before storing them.

    ## Example
    ```json
    {"url": "www.example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    problem = "relative"
    message = "the URL has no scheme, so it names no page by itself"


@rule("URL005", "url-scheme", severity=Severity.ERROR, field="original_url")
class URLScheme(_URLRule):
    """The original URL is not http or https.

    ## What it does
    Reports `ftp:`, `file:`, `javascript:`, `data:`, `mailto:` and every other scheme.

    ## Why it matters
    An article was read on the web. Other schemes are a wrong field, a local test file or an attack on whoever clicks.

    ## What to do
    Store the web address of the page.

    ## Example
    ```json
    {"url": "file:///home/jo/ferry.html"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    problem = "scheme"
    message = "the URL's scheme is neither http nor https"


@rule("URL006", "url-credentials", severity=Severity.ERROR, field="original_url", fix="safe")
class URLCredentials(_URLRule):
    """The original URL holds a user name or password.

    ## What it does
    Reports URLs of the form `https://user:password@host/`.

    ## Why it matters
    The secret travels with every copy of the record and is sent to the host by whoever opens it. It also disguises
    hosts: `https://bbc.co.uk@example.com/` leads to example.com.

    ## What to do
    Give credentials to the scraper in another way, and change the password.

    ## Example
    ```json
    {"url": "https://desk:secret@example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    problem = "credentials"

    def find(self, article: Article) -> Iterator[Spot]:
        raw = article["original_url"]
        user = _USER.search(raw)
        start, end = user.span(1) if user else (None, None)
        yield Spot(
            "original_url", "the URL holds a user name or password", start, end, repaired(raw), "" if user else None
        )


@rule("URL007", "url-private-address", severity=Severity.ERROR, field="original_url")
class URLPrivateAddress(_URLRule):
    """The original URL points into a private or reserved network.

    ## What it does
    Reports private, loopback, link-local, metadata and reserved addresses in every spelling (`127.1`, `0x7f.1`,
    `[::ffff:10.0.0.1]`), and names such as `localhost`, `intranet` or `cms.internal`.

    ## Why it matters
    No reader can open it, and a program that follows it may be made to reach into your own network.

    ## What to do
    Store the public address. If articles really come from a staging site, open its network with the contract's
    `origin: allow_networks`.

    ## Example
    ```json
    {"url": "http://127.1:8000/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes"}
    ```
    """

    problem = "private-address"
    message = "the URL points into a private or reserved network"
