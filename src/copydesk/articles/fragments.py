"""The text of a piece of HTML that stands inside of a record: of a feed's entry, of a news item's body."""

import html
import re
from typing import Final

from copydesk.furniture.markup import read_page
from copydesk.pages import visible

_MARKED: Final = re.compile(r"<[A-Za-z/!]|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def text_of(fragment: str) -> str | None:
    """What a reader sees of ``fragment``, paragraphs on lines of their own; None where that is nothing.

    Text without mark-up is given as it stands. Bounds are those of `copydesk.furniture.markup`.
    """
    if not _MARKED.search(fragment):
        return fragment.strip() or None
    if "<" not in fragment:
        return html.unescape(fragment).strip() or None
    return "\n".join(line.text for line in visible.lines(read_page(fragment))) or None
