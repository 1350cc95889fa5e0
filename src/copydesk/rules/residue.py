"""RES: page furniture left in the body, recognised by vocabulary phrases and by the shape of lines."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, parameter, rule


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
    `checks/vocabulary/residue.csv` (kind related-link). Words inside a quotation do not count.

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
    Reports lines that begin with "Read more", "Mehr zum Thema", "Lire la suite" and the like
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
    The address belongs in `original_url`; in the text it is noise.

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


@rule("RES018", "likely-furniture", severity=Severity.WARNING, field="body", fix="unsafe")
class LikelyFurniture(Rule):
    """A line of the body is probably page furniture.

    ## What it does
    Judges lines that no phrase and no shape gives away: headlines of other stories, captions, blurbs about authors. A
    model that was trained on real pages looks at wording, shape, place and at how much a line has to do with the rest of
    the article; at the page's HTML, where the record keeps it; and at other records of the run with the same URL. Each
    finding carries its score: of lines with 0.96 or more, about 96 in 100 are furniture on sites that the model never saw
    (docs/accuracy.md).

    ## Why it matters
    Most furniture has no telling phrase, and differs from site to site.

    ## What to do
    Look at the lines of a source that are flagged again and again, and drop their element before the text is extracted.

    ## Example
    ```json
    {"title": "Ferry Resumes After Two Weeks", "text": "The ferry to the outer island runs again after two weeks in the dock, the harbour office said on Saturday.\\n“We missed the gulls more than the coffee,” said the captain, who has steered the line for nineteen years.\\nThe first boat left at dawn with forty passengers, three bicycles and the post, and came back full.\\nOur Titles\\nHarbour Post Plus\\nBusiness Directory\\nPlace Your Advert\\nDating Offers Jobs"}
    ```

    ## Use instead
    ```json
    {"title": "Ferry Resumes After Two Weeks", "text": "The ferry to the outer island runs again after two weeks in the dock, the harbour office said on Saturday.\\n“We missed the gulls more than the coffee,” said the captain, who has steered the line for nineteen years.\\nThe first boat left at dawn with forty passengers, three bicycles and the post, and came back full."}
    ```
    """  # noqa: E501

    judges = True
    surveys = True
    alone = True

    threshold: float = parameter(0.96, "Score from which a line is reported.", minimum=0.5, maximum=1)
    page_threshold: float = parameter(
        0.98,
        "The same where the page's HTML was looked at: there the model can be asked for more.",
        minimum=0.5,
        maximum=1,
    )

    def passes(self) -> pl.Expr:
        least = pl.when(pl.col("page_kept")).then(self.page_threshold).otherwise(self.threshold)
        return ~(pl.col("furniture_score") >= least).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        least = self.page_threshold if article["page_kept"] else self.threshold
        for mark in article["furniture"]:
            if mark["score"] is not None and mark["score"] >= least:
                message = f"probably page furniture (score {mark['score']:.2f})"
                yield Spot("body", message, mark["start"], mark["end"], repair="", score=mark["score"])
