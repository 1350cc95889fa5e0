"""The kept HTML of a page as flat arrays: its elements in document order and the text between them.

Written for pages that may be hostile: one pass, linear in what is read, no recursion and no tree objects. Neither of the
usual native parsers could be used: lexbor (selectolax) takes quadratic time on unclosed or mis-nested tags, libxml2 (lxml)
drops everything below a depth of 256 and takes quadratic time on an element of many attributes; neither can be interrupted.
What a browser does with broken mark-up is approximated: optional end tags are implied, stray ones ignored.
"""

import html
import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, NamedTuple

READ: Final = 6_000_000
"""Characters of a page that are read at most; the longest of 166 real pages has 1.7 million."""
TAGS: Final = 100_000
"""Tags that are read at most; the largest of the same pages has a tenth."""
TEXT: Final = 250_000
"""Characters of text that are read at most; the longest of the same pages has 60,000."""
_DEPTH: Final = 400
"""Open elements beyond this are not nested any deeper."""
_REACH: Final = 40
"""How far up an end tag looks for the element it closes."""

VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr command keygen".split()  # noqa: SIM905
)
BLOCKS: Final = frozenset(
    "html body address article aside blockquote button center dd details dialog dir div dl dt fieldset figcaption figure"  # noqa: SIM905
    " footer form h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol option p pre section select summary table"
    " tbody td tfoot th thead tr ul caption iframe noscript template".split()
)
_RAW: Final = frozenset(("script", "style", "textarea", "title", "iframe", "noembed", "xmp"))
_CLOSED_BY: Final = {
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "option": frozenset(("option",)),
    "tr": frozenset(("tr", "td", "th")),
    "td": frozenset(("td", "th")),
    "th": frozenset(("td", "th")),
}
"""Which open elements a start tag ends, up to the next list or table."""
_NO_PARAGRAPH: Final = BLOCKS - {
    "button",
    "option",
    "select",
    "iframe",
    "noscript",
    "template",
    "body",
    "html",
    "td",
    "th",
}

_TAG: Final = re.compile(r"<(?:(/?)([A-Za-z][^\s/>]*+)([^>]*+)>|(!--)|[!?][^>]*+>)")
_VALUES: Final = re.compile(r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+>""")
_END: Final = {name: re.compile(rf"</(?i:{name})") for name in _RAW}
_FOLD: Final = (
    *((c, "'") for c in "‘’‚‛ʼ`´′"),
    *((c, '"') for c in "“”„‟«»″"),
    *((c, "-") for c in "‐‑‒–—―−"),
    ("…", "..."),
    *((c, "") for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
)


class Script(NamedTuple):
    """A script of data (JSON-LD): where the element stands and its text."""

    attributes: str
    text: str


class Page:
    """A page as arrays over its elements in document order (element 0 is the root that holds all others).

    ``end[i]`` is one past the last element inside ``i``; ``first[i]`` and ``last[i]`` are the text nodes inside it, as a
    range. ``keys`` is the page's text without white space and with quotes and dashes folded (`squeezed`); text node ``n``
    is ``keys[starts[n]:starts[n + 1]]`` and belongs to element ``owner[n]``; ``texts[n]`` is the same as written, references
    decoded.
    """

    __slots__ = (
        "attributes", "block", "depth", "end", "first", "keys", "last", "linked", "owner", "parent", "scripts", "starts",
        "tags", "texts", "title",
    )  # fmt: skip

    def __init__(self) -> None:
        self.tags: list[str] = ["#root"]
        self.attributes: list[str] = [""]
        self.parent: list[int] = [0]
        self.first: list[int] = [0]
        self.owner: list[int] = []
        self.texts: list[str] = []
        self.scripts: list[Script] = []
        self.title = ""
        self.depth: list[int]
        self.end: list[int]
        self.last: list[int]
        self.block: list[int]
        self.linked: list[bool]
        self.starts: list[int]
        self.keys: str

    def node_at(self, position: int) -> int:
        """The text node that holds the character at ``position`` of `keys`."""
        return min(bisect_right(self.starts, position), len(self.owner)) - 1

    def span(self, element: int) -> tuple[int, int]:
        """Where the text of ``element`` begins and ends in `keys`."""
        return self.starts[self.first[element]], self.starts[self.last[element]]


def squeezed(texts: list[str]) -> list[str]:
    """``texts`` in the form in which a line is looked up on its page: no white space, no invisible characters, quotes,
    dashes and case folded."""
    joined = "\0".join(text.replace("\0", "") for text in texts)
    for old, new in _FOLD:
        joined = joined.replace(old, new)
    return "".join(joined.lower().split()).split("\0") if texts else []


def read_page(source: str) -> Page:
    """The elements and the text of the page ``source``. Any text at all is a page."""
    source = source[:READ].replace("\0", " ")
    tagged = source.rfind(">") + 1  # what follows has no tag; without it every "<" finds its ">" at once
    page = Page()
    texts = _Reader(page, source[:tagged]).read(source[tagged:].partition("<")[0])
    _settle(page, len(texts))
    page.texts = html.unescape("\0".join(texts)).split("\0") if texts else []
    keys = squeezed(page.texts)
    page.keys = "".join(keys)
    page.starts = [0, *accumulate(map(len, keys))]
    return page


def _settle(page: Page, texts: int) -> None:
    """What follows from the tags, their parents and the owners of the texts."""
    tags, parent, first, owner = page.tags, page.parent, page.first, page.owner
    count = len(tags)
    page.end = end = list(range(1, count + 1))
    page.last = last = first.copy()
    for node, element in enumerate(owner):
        last[element] = node + 1
    for element in range(count - 1, 0, -1):
        above = parent[element]
        if end[above] < end[element]:
            end[above] = end[element]
        if last[above] < last[element]:
            last[above] = last[element]
    last[0] = texts
    page.depth = depth = [0] * count
    page.block = block = [0] * count
    linked = [False] * count
    for element in range(1, count):
        above, tag = parent[element], tags[element]
        depth[element] = depth[above] + 1
        block[element] = element if tag in BLOCKS or "-" in tag else block[above]
        linked[element] = linked[above] or tag == "a"
    page.linked = [linked[element] for element in owner]


class _Reader:
    def __init__(self, page: Page, source: str) -> None:
        self.page, self.source = page, source
        self.open: list[int] = [0]
        self.counts: dict[str, int] = {"p": 0, "a": 0, "svg": 0}  # of the open elements by name
        self.spare = 2 * len(source)  # characters that may be looked through once more for a closing quote
        self.texts: list[str] = []

    def read(self, tail: str) -> list[str]:
        source, at = self.source, 0
        open_, tags, counts = self.open, self.page.tags, self.counts
        spare = TEXT
        texts, owner, search = self.texts, self.page.owner, _TAG.search
        for _ in range(TAGS):
            if (found := search(source, at)) is None:
                texts.append((source[at:] + tail)[:spare])
                owner.append(open_[-1])
                break
            begin, end = found.span()
            if begin > at and not (text := source[at:begin]).isspace():
                texts.append(text[:spare])
                owner.append(open_[-1])
                spare -= len(text)
                if spare <= 0:
                    break
            at = end
            slash, name, rest, comment = found.groups()
            if comment:
                at = source.find("-->", at)
                if at < 0:
                    break
                at += 3
            elif slash:
                name = name.lower()
                if tags[open_[-1]] == name:
                    del open_[-1]
                    counts[name] -= 1
                else:
                    self.close(name)
            elif name:
                if rest.count('"') % 2 or rest.count("'") % 2:
                    begin = found.start(3)
                    at = self.tag_end(begin, at)
                    rest = source[begin : at - 1]
                name = name.lower()
                if name in _RAW and not (name == "title" and counts["svg"]):
                    at = self.raw(name, rest, at)
                else:
                    self.start(name, rest)
        return texts

    def tag_end(self, begin: int, end: int) -> int:
        """Where the tag really ends, whose first ">" may stand inside a quoted value."""
        window = min(self.spare, 200_000)
        found = _VALUES.match(self.source, begin, end + window)
        self.spare -= found.end() - begin if found and found.end() > end else window
        return found.end() if found else end

    def raw(self, name: str, rest: str, at: int) -> int:
        found = _END[name].search(self.source, at)
        stop = found.start() if found else len(self.source)
        text = self.source[at:stop]
        if name == "script" and "ld+json" in rest:
            self.page.scripts.append(Script(rest, text))
        elif name == "title" and not self.page.title:
            self.page.title = html.unescape(text)
        return self.source.find(">", stop) + 1 if found else stop

    def start(self, name: str, rest: str) -> None:
        page, tags, open_, counts = self.page, self.page.tags, self.open, self.counts
        if name in _CLOSED_BY:
            ended = _CLOSED_BY[name]
            while (top := tags[open_[-1]]) in ended or top == "p":
                del open_[-1]
                counts[top] -= 1
        if counts["p"] and name in _NO_PARAGRAPH:
            self.close("p", implied=True)
        if name == "a" and counts["a"]:
            self.close("a")
        page.parent.append(open_[-1])
        page.attributes.append(rest)
        page.first.append(len(self.texts))
        if name not in VOID and not (rest.endswith("/") and counts["svg"]) and len(open_) < _DEPTH:
            open_.append(len(tags))
            counts[name] = counts.get(name, 0) + 1
        tags.append(name)

    def close(self, name: str, *, implied: bool = False) -> None:
        """Ends the open element ``name`` and all inside it, if there is one in reach; an inline element, or an implied end,
        does not reach beyond the block that it stands in."""
        if not self.counts.get(name):
            return
        tags, open_ = self.page.tags, self.open
        far = not implied and name in BLOCKS
        for back in range(1, min(len(open_), _REACH + 1)):
            tag = tags[open_[-back]]
            if tag == name:
                for element in open_[-back:]:
                    self.counts[tags[element]] -= 1
                del open_[-back:]
                return
            if not far and tag in BLOCKS:
                return
