"""RES: page furniture left in the body."""

import html
import re
from collections.abc import Iterator
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, rule
from copydesk.rules.phrases import index, lines
from copydesk.vocabulary import SENTENCE_END

_HEAD = 120
"""Characters of the first line that a phrase and its bullets can take."""


_MARKS = ":：|-–—>→]】)）"


class PhraseLine(Rule):
    """A rule for lines that begin with a phrase of some kinds; the body passes if no line does."""

    kinds: ClassVar[tuple[str, ...]]
    message: ClassVar[str]
    longest: ClassVar[int] = 300
    """Characters; a line that is longer is prose, whatever it begins with."""
    anywhere: ClassVar[bool] = False
    """Whether phrases of match contains count too: a photo credit often closes its caption."""

    def passes(self) -> pl.Expr:
        phrases, body = index(*self.kinds), pl.col("body")
        likely = body.str.contains(phrases.inside) | body.str.head(_HEAD).str.contains(phrases.first)
        if self.anywhere:
            likely = likely | body.str.contains_any(phrases.contained, ascii_case_insensitive=True)
        return ~confirmed(likely, "body", lambda text: next(self._furniture(text), None) is not None)

    def _furniture(self, body: str) -> Iterator[tuple[int, int]]:
        phrases = index(*self.kinds)
        for start, line in lines(body):
            if len(line) > self.longest:
                continue
            rest = phrases.begins(line)
            led = rest is not None and self.convinces(line, rest)
            if led or (self.anywhere and phrases.holds(line)):
                yield start, start + len(line)

    def convinces(self, line: str, rest: str) -> bool:
        """Whether ``line``, a phrase followed by ``rest``, is furniture and not a sentence that begins so.

        "Keep reading. We will show how …" is prose; "Read more: The harbour wall is repaired." is not: a mark follows.
        """
        phrase = line[: len(line) - len(rest)].rstrip()
        rest = rest.strip()
        return not rest or rest[0] in _MARKS or phrase[-1:] in _MARKS or not SENTENCE_END.search(line)

    def find(self, article: Article) -> Iterator[Spot]:
        for start, end in self._furniture(article["body"]):
            yield Spot("body", self.message, start, end, repair="" if self.fix else None)


@rule("RES001", "related-link", severity=Severity.ERROR, field="body", fix="safe")
class RelatedLink(PhraseLine):
    """A line of the body leads to another story.

    ## What it does
    Reports lines that begin with "Related article:", "Lesen Sie auch", "関連記事" and several hundred more phrases of
    `checks/vocabulary/residue.csv` (kind related-link).

    ## Why it matters
    The headline of another story becomes part of this one: search finds the wrong article, and models learn that stories
    jump.

    ## What to do
    Drop the element that holds the link before the text is extracted.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nRelated article: Harbour Wall Repaired Ahead of Season\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("related-link",)
    message = "a link to another story was left in the text"


@rule("RES002", "read-more", severity=Severity.ERROR, field="body", fix="safe")
class ReadMore(PhraseLine):
    """A line of the body asks the reader to read on elsewhere.

    ## What it does
    Reports lines that begin with "Read more", "Mehr zum Thema", "Lire la suite" and their like
    (`checks/vocabulary/residue.csv`, kind read-more).

    ## Why it matters
    It is either another story's link or the sign that this one was cut off.

    ## What to do
    Drop the element before the text is extracted; if the line is the last one, look whether the text goes on.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nRead more: Harbour wall repaired\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("read-more",)
    message = "an invitation to read on elsewhere was left in the text"


@rule("RES003", "original-url-trailer", severity=Severity.ERROR, field="body", fix="safe")
class OriginalURLTrailer(Rule):
    """The body ends with a note of where it came from.

    ## What it does
    Reports "Original url:", "Quelle:", "原文链接" and their like at the start of a line, when a web address follows on the
    same or the next line.

    ## Why it matters
    The address belongs into `original_url`; in the text it is noise.

    ## What to do
    Cut the trailer and keep its address as the claim it is.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nOriginal url:\\nhttps://example.com/news/ferry-resumes"}
    ```

    ## Use instead
    ```json
    {"url": "https://example.com/news/ferry-resumes", "text": "The ferry runs again."}
    ```
    """

    def passes(self) -> pl.Expr:
        likely = pl.col("body").str.contains_any(["://", "www."])
        return ~confirmed(likely, "body", lambda text: next(_trailers(text), None) is not None)

    def find(self, article: Article) -> Iterator[Spot]:
        for start, end, address in _trailers(article["body"]):
            yield Spot("body", "the address of the page was left in the text", start, end, address, "")


_ADDRESS = re.compile(r"(?i)\W*((?:https?://|www\.)\S.*)")


def _trailers(body: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address) of each label with an address behind it, on its own line or the next one."""
    label: int | None = None
    for start, line in lines(body):
        if label is not None and (address := _ADDRESS.fullmatch(line)):
            yield label, start + len(line), address[1]
        label = None
        rest = index("original-url").begins(line)
        if rest is None:
            continue
        if address := _ADDRESS.fullmatch(rest):
            yield start, start + len(line), address[1]
        elif not rest.strip(" :：."):
            label = start


@rule("RES004", "photo-credit", severity=Severity.WARNING, field="body", fix="unsafe")
class PhotoCredit(PhraseLine):
    """A photo credit or caption label stands in the body.

    ## What it does
    Reports short lines that begin with "Photo:", "Image credit", "Foto:", "صورة" or hold "AP Photo/", "via Getty Images"
    and their like (`checks/vocabulary/residue.csv`, kind photo-credit).

    ## Why it matters
    The photographer is not part of the story, and an agency credited for a picture is taken for the text's author.

    ## What to do
    Drop captions before extraction, or move the credit to `image_credit`.

    ## Example
    ```json
    {"text": "Photo: Ines Caldera / Harbour Office\\nThe ferry to the island runs again after two weeks in the dock."}
    ```

    ## Use instead
    ```json
    {"image_credit": "Ines Caldera / Harbour Office", "text": "The ferry to the island runs again after two weeks in the dock."}
    ```
    """

    kinds = ("photo-credit",)
    message = "a photo credit was left in the text"
    longest = 160
    anywhere = True


_TAGS = (
    "p|div|span|a|br|hr|img|script|style|ul|ol|li|dl|dt|dd|h[1-6]|table|thead|tbody|tr|td|th|em|strong|b|i|u|s|sup|sub|"
    "iframe|embed|object|time|small|cite|pre|strike|o:p|figure|figcaption|picture|blockquote|section|article|aside|nav|header|footer|main|noscript|svg|path|input|"
    "button|form|label|select|option|video|audio|source|link|meta|html|head|body|center|font|amp-[a-z-]+"
)
_MARKUP = (
    rf"(?i)</?(?:{_TAGS})(?:\s[^<>=]{{0,200}}=[^<>]{{0,2000}})?\s?/?>|<!--|<!\[CDATA\["
    r"|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,6});"
)
_MARKUP_PATTERN = re.compile(_MARKUP)


@rule("RES005", "markup", severity=Severity.ERROR, field="body", fix="safe")
class Markup(Rule):
    """HTML was left in the title or the body.

    ## What it does
    Reports tags of HTML's own elements, comments, CDATA and entities such as `&nbsp;`.

    ## Why it matters
    Markup breaks search and counts, and scraped script in a page that trusts it runs.

    ## What to do
    Extract text, not HTML; decode entities once, after the tags are gone. Entities can be repaired safely (all but those
    of `<` and `>`, which may make a tag of text); of tags only the extractor knows which text they held.

    ## Example
    ```json
    {"text": "<p>The ferry runs again.</p>&nbsp;"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again. 3 < 4, and R&D goes on."}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~pl.any_horizontal(pl.col(column).str.contains(_MARKUP).fill_null(False) for column in ("title", "body"))

    def find(self, article: Article) -> Iterator[Spot]:
        for column in ("title", "body"):
            text = article[column] or ""
            for found in _MARKUP_PATTERN.finditer(text):
                char = html.unescape(found.group()) if found.group().startswith("&") else None
                yield Spot(
                    column,
                    "HTML was left in the text",
                    *found.span(),
                    repair=None if char == found.group() else char,
                    review=char in ("<", ">"),  # it may make a tag of what the page showed as text
                )
