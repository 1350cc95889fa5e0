"""The lines of text that a page shows, and what each of them is on the page."""

from itertools import pairwise
from typing import Final, NamedTuple

from copydesk.furniture.markup import Page
from copydesk.furniture.tokens import styled
from copydesk.press.shingles import is_dense

_PROSE: Final = 40
"""Characters from which a line may be a paragraph; half as many in scripts without blanks."""

_APART: Final = frozenset(("nav", "footer", "aside", "form", "figcaption", "button", "dialog", "address", "header"))
"""Elements whose text is no paragraph of the story, within `_NEAR` elements above it."""

_NEAR: Final = 12


class Line(NamedTuple):
    """A line: its text, blanks made one; ``kin`` numbers lines that look alike (same tags and classes of block and parent);
    ``kind`` is "h" for a heading of the page (h1), "p" for what may be a paragraph, "l" for what is mostly links, else ""."""

    text: str
    kin: int
    kind: str


def lines(page: Page) -> list[Line]:
    """What a reader of ``page`` sees, in order; blocks and line breaks part lines."""
    found: list[Line] = []
    kin: dict[tuple[str, ...], int] = {}
    known: dict[tuple[str, ...], int] = {}  # by the tags as written: most of a page's are alike
    starts = _starts(page)
    for first, last in pairwise([*starts, len(page.texts)]):
        text = " ".join("".join(page.texts[first:last]).split())
        if not text:
            continue
        block = page.block[page.owner[first]]
        linked = sum(
            len(text) for text, inside in zip(page.texts[first:last], page.linked[first:last], strict=True) if inside
        )
        written = _written(page, block)
        if written not in known:
            tag, own, above, around = written
            known[written] = kin.setdefault((tag, styled(own), above, styled(around)), len(kin))
        found.append(Line(text, known[written], _kind(page, block, text, linked)))
    return found


def _starts(page: Page) -> list[int]:
    """The text nodes with which a line begins: those of another block than the node before, or behind a `<br>`."""
    broken = {page.first[element] for element, tag in enumerate(page.tags) if tag == "br"}
    starts, previous = [], -1
    for node, owner in enumerate(page.owner):
        block = page.block[owner]
        if block != previous or node in broken:
            starts.append(node)
            previous = block
    return starts


def _written(page: Page, block: int) -> tuple[str, str, str, str]:
    parent = page.parent[block]
    return page.tags[block], page.attributes[block], page.tags[parent], page.attributes[parent]


def _kind(page: Page, block: int, text: str, linked: int) -> str:
    if page.tags[block] == "h1":
        return "h"
    if 2 * linked > len(text):
        return "l"
    if len(text) < _PROSE and not (2 * len(text) >= _PROSE and is_dense(text)):
        return ""
    element = block
    for _ in range(_NEAR):
        if page.tags[element] in _APART:
            return ""
        if not element:
            break
        element = page.parent[element]
    return "p"
