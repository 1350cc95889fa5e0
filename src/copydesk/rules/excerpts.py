"""TXT: texts that are only a part of an article: excerpts, fields cut at a length, what a paywall leaves."""

import re
from collections.abc import Iterator

import polars as pl

from copydesk.rules import layout
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, holding, narrowed, parameter, present, rule
from copydesk.vocabulary import SENTENCE_END, STOPS, page_forms, page_phrases, per_vocabulary


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


@per_vocabulary
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
        teaser = body.str.len_bytes() <= self.teaser * 3
        sentence = body.str.tail(400).str.contains(r"[.!?。][”\"’»)]* [^\n]{25,}[\p{L}\p{N},;]\s*\z")
        likely = narrowed(open_ended, ("body",), sentence | teaser)
        return ~confirmed(likely, "body", self._ends_openly).fill_null(False)

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
    Reports short texts with a phrase of kind `paywall` in `checks/vocabulary/pages.csv` ("Already a subscriber?"); a weak one
    ("for subscribers only") must be half of its sentence, or stand in a short line that is no sentence. Where the
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
        paid = narrowed(
            (size <= 2 * self.longest) & pl.col("html").is_not_null(), ("html",), pl.col("html").str.contains(_NOT_FREE)
        )
        likely = narrowed(
            (size <= self.longest) | paid, ("body",), holding(body, page_forms("paywall")) & present("body")
        )
        return ~confirmed(likely, "body", _has_offer).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        if found := _offer(article["body"]):
            yield Spot("body", "a short text with an offer to subscribe", *found)


def _has_offer(body: str) -> bool:
    return _offer(body) is not None


def _offer(body: str) -> tuple[int, int] | None:
    """Where ``body`` offers the reader to subscribe: with a strong phrase, or with a weak one that is half of its sentence or
    stands in a line that is none. In a sentence it is what a story says: "The match is reserved for subscribers of the channel."
    """
    folded = body.casefold() if len(body.casefold()) == len(body) else body
    for phrase, strong in page_phrases("paywall").items():
        at = folded.find(phrase.casefold())
        if at >= 0 and (strong or _stands_alone(body, at, at + len(phrase))):
            return at, at + len(phrase)
    return None


def _stands_alone(body: str, start: int, end: int) -> bool:
    line = body[body.rfind("\n", 0, start) + 1 : (body + "\n").index("\n", end)].strip()
    if not SENTENCE_END.search(line):
        return len(line) <= _LINE
    before = max((found.end() for found in _STOP.finditer(body, 0, start)), default=0)
    behind = _STOP.search(body, end)
    sentence = body[before : behind.start() if behind else len(body)].strip()
    return 2 * (end - start) >= len(sentence)


_LINE = 120
"""Characters of a line of an offer that is no sentence."""

_STOP = re.compile(rf"[{STOPS}\n]")
_NOT_FREE = r'(?i)"isAccessibleForFree"[ \n]*:[ \n]*"?false'
