"""RES: HTML, script and data left in the text."""

import html
import re
from collections.abc import Iterator

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, narrowed, rule
from copydesk.rules.residue import FurnitureLine

_TAGS = (
    "p|div|span|a|br|hr|img|script|style|ul|ol|li|dl|dt|dd|h[1-6]|table|thead|tbody|tr|td|th|em|strong|b|i|u|s|sup|sub|"
    "iframe|embed|object|time|small|cite|pre|strike|o:p|figure|figcaption|picture|blockquote|section|article|aside|nav|header|footer|main|noscript|svg|path|input|"
    "button|form|label|select|option|video|audio|source|link|meta|html|head|body|center|font|amp-[a-z-]+"
)
_OTHERS = r"<!--|<!\[CDATA\[|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,6});"
_BARE = rf"(?i)</?(?:{_TAGS})\s?/?>|{_OTHERS}"
_TAG_AND_MORE = rf"(?i)</?(?:{_TAGS})\s"
_MARKUP = rf"(?i)</?(?:{_TAGS})(?:\s[^<>=]{{0,200}}=[^<>]{{0,2000}})?\s?/?>|{_OTHERS}"
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
        return ~pl.any_horizontal(map(_has_markup, ("title", "body")))

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


def _has_markup(column: str) -> pl.Expr:
    text = pl.col(column)
    bare = text.str.contains(_BARE)
    with_attributes = narrowed(~bare & text.str.contains(_TAG_AND_MORE), (column,), text.str.contains(_MARKUP))
    return narrowed(text.str.contains("[<&]"), (column,), bare | with_attributes)


@rule("RES016", "code", severity=Severity.WARNING, field="body", fix="unsafe")
class Code(FurnitureLine):
    """A line of the body is script, style, a template or data.

    ## What it does
    Reports lines with the marks of a program: `window.`, `function (…)`, `{"key": …}`, `!important`, `{{ name }}`,
    `[button link=…]`, where more than 8 % of the characters are brackets, quotes and equal signs (prose stays below 5 %).

    ## Why it matters
    It reads as noise, breaks sentence splitting, and shows that the extractor takes elements that no reader sees.

    ## What to do
    Drop `script`, `style` and `noscript` before the text is extracted, and render shortcodes.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nwindow.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);}\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """  # noqa: E501

    kinds = ("code",)
    message = "script, style or data was left in the text"
