"""RES: parts of the page around the story that stand in the body."""

from copydesk.rules.base import Severity, rule
from copydesk.rules.residue import FurnitureLine


@rule("RES004", "photo-credit", severity=Severity.WARNING, field="body", fix="unsafe")
class PhotoCredit(FurnitureLine):
    """A photo credit or caption label stands in the body.

    ## What it does
    Reports short lines that begin with "Photo:", "Image credit", "Foto:", "صورة" or hold "AP Photo/", "via Getty Images"
    and the like (`checks/vocabulary/residue.csv`, kind photo-credit), and captions that end with such a credit.

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
    {"text": "The ferry to the island runs again after two weeks in the dock."}
    ```
    """

    kinds = ("photo-credit",)
    message = "a photo credit was left in the text"


@rule("RES007", "social", severity=Severity.ERROR, field="body", fix="safe")
class Social(FurnitureLine):
    """A line of the body is a sharing button or asks to follow.

    ## What it does
    Reports lines that are "Facebook", "Share this", "Teilen", "シェアする" or ask to follow somebody
    (`checks/vocabulary/residue.csv`, kind social-share).

    ## Why it matters
    Buttons are not text; they show that the extractor takes the page's tools for its story.

    ## What to do
    Select the article body, not the whole `article` element.

    ## Example
    ```json
    {"text": "Share on Facebook\\nThe ferry runs again."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again. Share prices of the line rose."}
    ```
    """

    kinds = ("social-share",)
    message = "a sharing button was left in the text"


@rule("RES009", "byline-line", severity=Severity.WARNING, field="body", fix="unsafe")
class BylineLine(FurnitureLine):
    """A byline or an editorial note stands in the body.

    ## What it does
    Reports lines that are the record's own byline or one of its authors, or that say what an author is ("Ana Lindqvist is a
    reporter in …"), lines of "By", "Von", "Por" and names only, and notes such as "4 min read" or "About the author"
    (`checks/vocabulary/residue.csv`, kind byline-noise).

    ## Why it matters
    The author belongs in `byline`; in the text the name is taken for part of the news.

    ## What to do
    Select the paragraphs without the article's header and footer.

    ## Example
    ```json
    {"text": "By Ana Lindqvist\\nThe ferry runs again."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again, says Ana Lindqvist."}
    ```
    """

    kinds = (
        "byline-line",
        "byline-noise",
    )
    message = "a byline or editorial note was left in the text"


@rule("RES010", "date-line", severity=Severity.WARNING, field="body", fix="unsafe")
class DateLine(FurnitureLine):
    """A date or time stands in the body on a line of its own.

    ## What it does
    Reports lines that are a date or a time of day with at most a label ("Updated 14 June 2025, 10:30"), or an age ("2 hours
    ago"). More than four different dates, or three with prose behind each, are a timeline, which is text, as are dates
    before 1991, the year of the web's first page, and those that stand with them ("Died 2 January 2026").

    ## Why it matters
    The date belongs in `published`; in the text it parts the headline from the story.

    ## What to do
    Select the paragraphs without the article's header and footer.

    ## Example
    ```json
    {"text": "Updated 14 June 2025, 10:30\\nThe ferry runs again."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again since 14 June 2025."}
    ```
    """

    kinds = ("date-line",)
    message = "a date line was left in the text"


@rule("RES014", "navigation", severity=Severity.ERROR, field="body", fix="safe")
class Navigation(FurnitureLine):
    """A line of the body is part of the page's navigation.

    ## What it does
    Reports lines that are "Skip to content", "Startseite", "返回顶部" and the like (`checks/vocabulary/residue.csv`, kind
    navigation), and breadcrumbs among a body's first or last three lines: three or more short parts that begin with the
    home page or the site's address ("Home › Ferries › Fares") or name two sections of newspapers
    (`checks/vocabulary/titles.csv`, kind section).

    ## Why it matters
    Menus are not text, and show that the extractor takes the whole page.

    ## What to do
    Select the article body.

    ## Example
    ```json
    {"text": "Home › News › Harbour\\nThe ferry runs again."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again."}
    ```
    """

    kinds = ("navigation",)
    message = "navigation was left in the text"


@rule("RES015", "comments", severity=Severity.ERROR, field="body", fix="safe")
class Comments(FurnitureLine):
    """A line of the body belongs to the readers' comments.

    ## What it does
    Reports lines such as "Leave a comment", "12 Kommentare", "댓글" (`checks/vocabulary/residue.csv`, kind comment).

    ## Why it matters
    What follows is usually not by the author.

    ## What to do
    Drop the comment section before the text is extracted.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nLeave a comment"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("comment",)
    message = "part of the comment section was left in the text"
