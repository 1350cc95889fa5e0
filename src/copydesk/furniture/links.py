"""Where the links in a line lead: to another story, whose headline they then are, to a section, or off the site."""

import html
import re
import unicodedata
from math import log1p, nan
from typing import Final

from copydesk.furniture.markup import Page

LINK: Final = (
    "link_text", "link_words_in_text", "link_words", "link_path", "link_elsewhere", "link_nowhere", "links_in_line",
    "link_copies",
)  # fmt: skip
"""Of the longest link in a line: its text, the share of its address's words that its text holds, their number, the parts of its
path, whether it leaves the site, whether it leads to no page; then how many links the line has and how many links of the page
are the whole line. Without a link the first six are NaN."""

_HREF: Final = re.compile(r"""\bhref\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 4_000
_WORD: Final = re.compile("[a-z]{3,}")
_MOST: Final = 20
_NODES: Final = 100


class Links:
    """The links of ``page``, whose own host is ``host`` ("" where the page does not say)."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.host = page, host
        self.whole: dict[str, int] = {}
        for element, tag in enumerate(page.tags):
            if tag == "a":
                begin, end = page.span(element)
                key = page.keys[begin:end]
                self.whole[key] = self.whole.get(key, 0) + 1
        self._targets: dict[int, list[float]] = {}

    def features(self, key: str, begin: int, end: int) -> list[float]:
        """The features `LINK` of the line ``key``, which is the characters ``begin`` to ``end`` of the page's keys."""
        copies = log1p(self.whole.get(key, 0))
        elements = self._between(begin, end)
        if not elements:
            return [nan] * 6 + [0.0, copies]
        longest = max(elements, key=lambda element: self._size(element, begin, end))
        if longest not in self._targets:
            self._targets[longest] = self._target(longest)
        size = self._size(longest, begin, end) / max(end - begin, 1)
        return [size, *self._targets[longest], log1p(len(elements)), copies]

    def _between(self, begin: int, end: int) -> list[int]:
        """The links, the first twenty, that hold text between ``begin`` and ``end``."""
        page = self.page
        found: list[int] = []
        first = page.node_at(begin)
        for node in range(first, min(page.node_at(end - 1), first + _NODES) + 1):
            if page.linked[node]:
                element = page.owner[node]
                while element and page.tags[element] != "a":
                    element = page.parent[element]
                if element not in found[-1:]:
                    found.append(element)
        return found[:_MOST]

    def _size(self, element: int, first: int, last: int) -> int:
        begin, end = self.page.span(element)
        return min(end, last) - max(begin, first)

    def _target(self, element: int) -> list[float]:
        address = href(self.page.attributes[element])
        begin, end = self.page.span(element)
        there = host(address)
        path = address.partition("//")[2].partition("/")[2] if there else address
        path = re.split("[?#]", path, maxsplit=1)[0]
        words = _WORD.findall(_plain(path[-300:]))[-_MOST:]
        text = _plain(self.page.keys[begin : min(end, begin + 500)])
        held = sum(word in text for word in words)
        return [
            held / len(words) if words else nan,
            log1p(len(words)),
            path.strip("/").count("/") + 1.0 if path.strip("/") else 0.0,
            nan if there and not self.host else float(bool(there) and there != self.host),
            float(not address or address.startswith(("#", "javascript:", "mailto:", "tel:", "whatsapp:"))),
        ]


def href(attributes: str) -> str:
    """The address in the attributes of a link, "" for none."""
    found = _HREF.search(attributes, 0, _LONGEST)
    return html.unescape((found[1] or found[2] or found[3] or "").strip()) if found else ""


def host(address: str) -> str:
    """The host of an absolute address without "www.", "" for a relative one."""
    scheme, separator, rest = address.partition("//")
    return rest.split("/", 1)[0].lower().removeprefix("www.") if separator and "/" not in scheme else ""


def _plain(text: str) -> str:
    text = text.lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).replace("ß", "ss")
