"""URL: the original URL as claimed, judged offline by the WHATWG URL standard."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, present, rule, whole
from copydesk.urls.url import SPACE, Problem, read, repaired

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
    Find out where the string is put together; the suggestion shows the likeliest intention.

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
    Find where the line was broken. `copydesk fix` deletes the white space, which is right for a wrapped line. Between two words
    of a file's name (`Ferry Resumes.pdf`) or of a query a blank may be meant: its repair, the `%20` that browsers ask for, is
    to be reviewed. The message names the next likely repairs. `copydesk check` itself never asks for a repaired address.

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
        start, end = spaces[0].start(), spaces[-1].end()
        if _SEVERAL.search(raw):
            yield Spot("original_url", "white space between two URLs", start, end)
            return
        if len(spaces) > _BLANKS:
            yield Spot("original_url", f"{len(spaces):,} blanks inside: a text, and no URL", start, end)
            return
        path = raw.find("/", raw.find("//") + 2)
        kept = ["" if _is_wrapped(raw, space, path if path > 0 else len(raw)) else "%20" for space in spaces]
        if any(kept):
            text = _replaced(raw, kept)
            meant = None if read(text).problems else text
        else:
            meant = repaired(raw)
        others = [SPACE.sub(mark, raw)[:300] for mark in ("", "-", "%20") if mark != kept[0]]
        likely = "asked for as %20" if any(kept) else "deleted"
        message = f"white space inside the URL; if not {likely}, {' or '.join(others)} may be meant"
        repair = _replaced(raw[start:end], kept) if meant else None
        yield Spot("original_url", message, start, end, meant, repair, review=any(kept))


def _replaced(text: str, marks: list[str]) -> str:
    """``text`` with one of ``marks`` for each of its runs of white space."""
    following = iter(marks)
    return SPACE.sub(lambda _: next(following), text)


_BLANKS = 200
"""Runs of white space that are judged one by one, which takes quadratic time; the longest headline that is a file's name has
thirty."""

_SEVERAL = re.compile(r"(?i)\shttps?:|[^/\s]\s+www\.")
_JOINTS = frozenset("-_/?&#")
"""Marks at which a long address is wrapped."""

_JOINED = re.compile(r"[^\W_][-_][^\W_]")
"""Words joined as in a slug, which has no blanks of its own."""

_ENDING = re.compile(r"\.[^\W\d_][^\W_]{1,4}\Z")
"""How the name of a file ends."""


def _is_wrapped(raw: str, space: re.Match[str], path: int) -> bool:
    """Whether ``space`` came from outside: all but a blank between two words of a query or of a file's name (behind ``path``)."""
    start, end = space.span()
    if not _BLANK.search(space[0]) or "\n" in space[0] or start <= path:
        return True
    before, after = raw[start - 1] in _JOINTS, raw[end : end + 1] in _JOINTS
    beside = raw[start - 2] if before else raw[end + 1 : end + 2]
    if before != after and not beside.isspace():
        return True
    if "?" in raw[:start]:
        return False
    segment = re.split(r"[?#]", raw[raw.rfind("/", 0, start) + 1 :], maxsplit=1)[0].partition("/")[0]
    return _JOINED.search(segment) is not None or _ENDING.search(segment) is None


_BLANK = re.compile("[ \u00a0\u3000]")


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
