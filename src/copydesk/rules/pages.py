"""TXT: texts that are no article, or not the whole of one: excerpts, paywalls, error and consent pages, lists, live blogs."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import polars as pl

from copydesk.rules import layout
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, parameter, present, rule, where, whole
from copydesk.vocabulary import escape, page_phrases


@rule("TXT008", "text-cut-off", severity=Severity.ERROR, field="body")
class TextCutOff(Rule):
    """The text is an excerpt that says so itself.

    ## What it does
    Reports texts that end with `[+123 chars]`, `[…]`, or an ellipsis before a last line such as "Continue reading".
    The phrases are those of kind `more` in `checks/vocabulary/pages.csv`.

    ## Why it matters
    Feeds and news APIs deliver beginnings. Counted as articles they distort every statistic, and what is missing is often
    the other side's answer.

    ## What to do
    Fetch the page itself; the URL is in the record.

    ## Example
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock. The first boat left at dawn with forty passengers, three bicy… [+1834 chars]"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock. The first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    longest: int = parameter(1000, "Characters up to which a text that ends with `[…]` is an excerpt.", minimum=0)

    def passes(self) -> pl.Expr:
        end = pl.col("body").str.tail(60)
        likely = end.str.contains(r"(?:…|\.\.\.|\[\+[0-9]+ )[^.!?。]*[.…]*\s*\z")
        return ~confirmed(likely, "body", self._is_excerpt).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        if found := self._end(article["body"]):
            yield Spot("body", "the text is cut off here", *found)

    def _is_excerpt(self, body: str) -> bool:
        return self._end(body) is not None

    def _end(self, body: str) -> tuple[int, int] | None:
        """Where the end of ``body`` shows that it is an excerpt.

        Below a long text the mark may belong to the teaser of another article; only the counted one is certain then.
        """
        offset = max(0, len(body) - _TAIL)
        found = _COUNTED.search(body, offset)
        if not found and len(body.strip()) <= self.longest:
            found = _BRACKETED.search(body, offset) or _ELLIPSIS_THEN_LINE.search(body, offset)
            if found and found.re is _ELLIPSIS_THEN_LINE:
                line = _DECORATION.sub(" ", found[1]).strip().casefold()
                found = found if line in _more() else None
        return found.span() if found else None


_TAIL = 200
_COUNTED = re.compile(r"(?:…|\.\.\.)?\s*\[\+\d+ [^\]]{1,20}\]\s*\Z")
_BRACKETED = re.compile(r"(?:\[…\]|\[\.\.\.\]|\[&hellip;\])\s*\Z")
_ELLIPSIS_THEN_LINE = re.compile(r"(?:…|\.\.\.)\]?[ \t]*\n\s*([^\n]+?)\s*\Z")
_DECORATION = re.compile(r"[\s.:…»›>→\-–—()\[\]]+")


@cache
def _more() -> frozenset[str]:
    return frozenset(phrase.casefold() for phrase in page_phrases("more"))


@rule("TXT009", "text-ends-mid-sentence", severity=Severity.WARNING, field="body")
class TextEndsMidSentence(Rule):
    """The text ends in the middle of a sentence.

    ## What it does
    Looks at a last paragraph of 80 characters and more that has whole sentences and then one without an end, in a text
    whose other paragraphs end as prose does; also at short texts that end with an ellipsis.

    ## Why it matters
    A field was cut at a fixed length, or the extractor stopped at an advertisement.

    ## What to do
    Compare with the page. Look for a limit in the database or in the export.

    ## Example
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock.\\nThe first boat left at dawn with forty passengers. The captain, who has steered the line for years, said that the"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock.\\nThe first boat left at dawn with forty passengers. The captain, who has steered the line for years, said that the gulls were missed."}
    ```
    """  # noqa: E501

    teaser: int = parameter(300, "Characters up to which a text that ends with an ellipsis is a teaser.", minimum=0)

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        open_ended = body.str.tail(8).str.contains(r"(?:[\p{L}\p{N},;]|…|\.\.\.)\s*\z")
        teaser = open_ended & (body.str.len_bytes() <= self.teaser * 3)
        sentence = body.str.tail(400).str.contains(r"[.!?。][”\"’»)]* [^\n]{25,}[\p{L}\p{N},;]\s*\z")
        return ~confirmed((open_ended & sentence) | teaser, "body", self._ends_openly).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        body = article["body"].rstrip()
        start = max(body.rfind("\n") + 1, len(body) - 60)
        yield Spot("body", "the text ends in the middle of a sentence", start, len(body))

    def _ends_openly(self, body: str) -> bool:
        return layout.ends_mid_sentence(body) or (
            len(body.strip()) <= self.teaser and re.search(r"\w[,;]?\s?(?:…|\.\.\.)\s*\Z", body) is not None
        )


@rule("TXT010", "paywall-stub", severity=Severity.WARNING, field="body")
class PaywallStub(Rule):
    """The text is what a paywall leaves of an article.

    ## What it does
    Reports short texts with a phrase of kind `paywall` in `checks/vocabulary/pages.csv` ("Already a subscriber?"). Where the
    page is kept and says `isAccessibleForFree: false`, texts up to twice as long count; alone that flag proves nothing, for
    most such pages carry the whole text.

    ## Why it matters
    A teaser and an offer stand where the article should be.

    ## What to do
    Scrape with the subscription that you have, or mark such records as teasers.

    ## Example
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock, and not everybody is glad.\\nAlready a subscriber? Log in to continue reading."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again after two weeks in the dock.\\nThe first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    longest: int = parameter(
        800, "Bytes up to which a text with such a phrase is a stub: 800 Latin, 270 Chinese characters.", minimum=1
    )

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        size = body.str.len_bytes()
        paid = where(size <= 2 * self.longest, pl.col("html")).str.contains(_NOT_FREE).fill_null(False)
        stub = where((size <= self.longest) | paid, body).str.contains(_either("paywall"))
        return ~(stub & present("body")).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        body = article["body"]
        folded = body.casefold()
        for phrase in page_phrases("paywall"):
            at = folded.find(phrase.casefold())
            if at >= 0 and len(folded) == len(body):
                yield Spot("body", "a short text with an offer to subscribe", at, at + len(phrase))
                return
        yield Spot("body", "a short text with an offer to subscribe")


_NOT_FREE = r'(?i)"isAccessibleForFree"[ \n]*:[ \n]*"?false'


@cache
def _either(*kinds: str) -> str:
    """Rust pattern of the phrases, as written and in lower case; folding case in the pattern costs several times as much."""
    forms = {form for phrase in page_phrases(*kinds) for form in (phrase, phrase.lower())}
    return "|".join(map(escape, sorted(forms, key=len, reverse=True)))


_NO_ARTICLE = ("challenge", "error", "script", "consent")


@rule("TXT011", "error-page", severity=Severity.ERROR, field="body")
class ErrorPage(Rule):
    """The text is an error message, a test for robots, or a request for consent.

    ## What it does
    Counts phrases of the kinds `challenge`, `error`, `script` and `consent` in `checks/vocabulary/pages.csv` ("Just a
    moment...", "Access denied", "We value your privacy") in title and body. The longer the text, the more of them it
    takes: two strong ones up to 400 characters, three up to 1,200, four up to 3,000.

    ## Why it matters
    The site answered the scraper, not the reader. Such texts pass every test of form, and hundreds of them are alike.

    ## What to do
    Scrape again: more slowly, from another network, or with a browser that keeps cookies. Check the response's status.

    ## Example
    ```json
    {"title": "Just a moment...", "text": "Checking your browser before accessing example.com. Enable JavaScript and cookies to continue."}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the outer island runs again after two weeks in the dock. The first boat left at dawn."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        title = pl.concat_str(pl.col("title").fill_null(""), pl.lit("\n"))
        size = body.str.len_chars()
        looked_at = (
            pl.when(size <= 1_200)
            .then(pl.concat_str(title, body))
            .when(size <= 3_000)
            .then(pl.concat_str(title, body.str.head(60)))
            .otherwise(pl.lit(""))
        )
        likely = looked_at.str.contains(_either(*_NO_ARTICLE)).fill_null(False)
        pair = pl.when(likely).then(pl.concat_str(title, body))
        return ~pair.map_batches(_are_no_articles, return_dtype=pl.Boolean(), is_elementwise=True).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        seen = ", ".join(f"“{phrase}”" for phrase in _found(f"{article['title'] or ''}\n{article['body']}")[:3])
        return whole("body", f"a page that is no article: {seen}")


def _found(text: str) -> list[str]:
    """The phrases in ``text``, the strong ones first; one that is part of another is left out."""
    folded = text.casefold()
    phrases = page_phrases(*_NO_ARTICLE)
    found = sorted((phrase for phrase in phrases if phrase.casefold() in folded), key=len, reverse=True)
    kept: list[str] = []
    for phrase in found:
        if not any(phrase.casefold() in longer.casefold() for longer in kept):
            kept.append(phrase)
    return sorted(kept, key=lambda phrase: not phrases[phrase])


def _is_no_article(text: str) -> bool:
    phrases = page_phrases(*_NO_ARTICLE)
    size = layout.weight(text)
    needed = 4 if size <= 400 else 6 if size <= 1_200 else 8
    found = _found(text) if size <= 3_000 else []
    return bool(found) and phrases[found[0]] and sum(2 if phrases[phrase] else 1 for phrase in found) >= needed


def _are_no_articles(texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [None if text is None else _is_no_article(text) for text in texts], pl.Boolean())


@rule("TXT012", "index-page", severity=Severity.WARNING, field="body")
class IndexPage(Rule):
    """The text is a list of other articles.

    ## What it does
    Reports texts of ten lines and more of which nine in ten are headline-like (four words and more, no end of a sentence),
    or in which the same invitation to read more returns five times; a third of the text in paragraphs saves it.

    ## Why it matters
    A section, tag or search page was scraped as an article. Its text belongs to many stories and changes every hour.

    ## What to do
    Leave such addresses out of the crawl, and follow their links instead.

    ## Example
    ```json
    {"text": "Ferry back after two weeks in the dock\\nCouncil argues over the price of salt\\nOld mill finds an owner at last\\nSchool choir wins in the capital again\\nNight bus will run until the spring\\nBakers warn of a shortage of rye\\nHarbour wall survives the first storm\\nLibrary opens on Sundays from May\\nThree new trees for the market square\\nRiver is cleaner than ten years ago"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the outer island runs again.\\nThe first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    def passes(self) -> pl.Expr:
        return ~confirmed(layout.in_short_lines(), "body", layout.is_index).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "the text is a list of headlines or teasers")


_TIMED = r"\n[^\p{L}\n]{0,4}(?:[01]?[0-9]|2[0-3])[:.h][0-5][0-9](?:[^0-9]|\z)"


@rule("TXT013", "live-blog", severity=Severity.INFO, field="body")
class LiveBlog(Rule):
    """The article is a live blog.

    ## What it does
    Reports texts with five lines and more that begin with a time of day, where URL or title speak of a live report.

    ## Why it matters
    Live blogs hold many short stories under one headline and date, and go on growing after the scrape.

    ## What to do
    Nothing is wrong. Treat them apart where one record should be one story.

    ## Example
    ```json
    {"url": "https://example.com/live/storm", "text": "The storm reaches the coast.\\n09:05 The ferry stays in the harbour.\\n09:20 Schools are closed.\\n09:41 The bridge is shut.\\n10:02 Trains stop.\\n10:30 The wind drops."}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/storm", "text": "The storm reaches the coast.\\nThe ferry stays in the harbour and schools are closed."}
    ```
    """  # noqa: E501

    entries: int = parameter(5, "Lines that begin with a time of day from which a text is a live blog.", minimum=1)

    def passes(self) -> pl.Expr:
        said = (
            r"(?i)live|ticker|minute-by-minute|en-direct|en direct|en-vivo|en vivo|diretta|ao-vivo|ao vivo|速報|онлайн"
        )
        live = pl.col("original_url").str.contains(said).fill_null(False) | pl.col("title").str.contains(
            said
        ).fill_null(False)
        timed = where(live, pl.col("body")).str.count_matches(_TIMED)
        return ~(timed >= self.entries).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "a live blog: many lines begin with a time of day")
