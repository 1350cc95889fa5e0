"""RES: page furniture left in the body, recognised by vocabulary phrases and by the shape of lines."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, rule


class FurnitureLine(Rule):
    """A rule for the lines that `copydesk.furniture.marks` marked with one of ``kinds``; a body without any passes."""

    kinds: ClassVar[tuple[str, ...]]
    message: ClassVar[str]

    def passes(self) -> pl.Expr:
        kinds = pl.col("furniture_kinds")
        return ~pl.any_horizontal(kinds.list.contains(kind) for kind in self.kinds)

    def find(self, article: Article) -> Iterable[Spot]:
        for mark in article["furniture"]:
            if mark["kind"] in self.kinds:
                yield Spot("body", self.message, mark["start"], mark["end"], repair="" if self.fix else None)


@rule("RES001", "related-link", severity=Severity.ERROR, field="body", fix="safe")
class RelatedLink(FurnitureLine):
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
class ReadMore(FurnitureLine):
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
    message = "an invitation to read on was left in the text"


@rule("RES003", "original-url-trailer", severity=Severity.ERROR, field="body", fix="safe")
class OriginalURLTrailer(FurnitureLine):
    """The address of the page stands in the body.

    ## What it does
    Reports "Original url:", "Quelle:", "原文链接" and their like at the start of a line, when a web address follows on the
    same or the next line, and trailers such as "The post … appeared first on …".

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

    kinds = ("original-url",)

    def find(self, article: Article) -> Iterator[Spot]:
        for mark in article["furniture"]:
            if mark["kind"] in self.kinds:
                start, end = mark["start"], mark["end"]
                address = _ADDRESS.search(article["body"][start:end])
                message = "the address of the page was left in the text" if address else "a note of the origin was left"
                yield Spot("body", message, start, end, address and address[0], "")


_ADDRESS = re.compile(r"(?i)(?:https?://|www\.)\S.*")
