"""What the page's HTML tells of each line of a body: the features by which the line model knows furniture from story."""

from bisect import bisect_left, bisect_right
from collections import Counter
from math import log1p
from typing import Final

import numpy as np
import polars as pl

from copydesk.furniture.layout import Layout
from copydesk.furniture.markup import Page, read_page, squeezed
from copydesk.furniture.matching import Place, locate
from copydesk.furniture.pagefacts import FACTS, Facts, attributes, host
from copydesk.furniture.tokens import CATEGORIES, described

_LONG: Final = 60
_SEMANTIC: Final = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "figure", "figcaption", "aside", "nav", "footer", "header",
    "time", "address", "button", "form", "label", "table", "td", "th", "blockquote", "article", "section", "main", "details",
    "noscript", "a", "strong", "b", "em", "i", "span", "div", "dl", "small", "svg", "picture",
)  # fmt: skip
_STORY_BITS: Final = 0
_MATCH: Final = (
    "found", "aligned", "copies", "gap", "backwards", "link_copies", "link_home", "kin_in_body", "parent_in_body",
    "module_in_body",
)  # fmt: skip
_BLOCK: Final = (
    "depth", "below_trunk", "leaf_below_block", "share_of_block", "block_text", "block_linked", "line_linked", "line_strong",
    "same_kin", "same_style", "same_parent", "parent_style", "kin_share", "parent_share", "is_paragraph", "kin_count",
    "kin_text", "kin_linked", "siblings", "siblings_alike", "siblings_linked", "parent_text", "parent_linked", "in_trunk",
    "hidden", "articles_above", "first_of_parent", "last_of_parent", "image_before", "heading_before", "repeated_module",
)  # fmt: skip
_MODULE: Final = (
    "module_is_block", "module_height", "module_text", "module_linked", "module_links", "module_images", "module_headings",
    "module_controls", "module_filled", "module_blocks", "place_in_module", "module_at_trunk", "module_above_trunk",
)  # fmt: skip
_ORDER: Final = ("before_story", "after_story", "place", "paragraphs_before", "paragraphs_after", "from_paragraph", "to_paragraph")
_FACTS: Final = ("in_json_body", "json_body_order", *(f"is_{kind}" for kind in FACTS), "has_title")
FEATURES: Final = (
    *_MATCH,
    *_BLOCK,
    *_MODULE,
    *_ORDER,
    *_FACTS,
    *(f"tag_{tag}" for tag in _SEMANTIC),
    *(f"says_{category}" for category in CATEGORIES),
    *(f"around_{category}" for category in CATEGORIES),
    *(f"module_tag_{tag}" for tag in _SEMANTIC),
)
"""Names of the columns of `dom_features`. Text lengths are in characters without white space, as log(1 + n)."""
_TAG_POSITION: Final = {tag: position for position, tag in enumerate(_SEMANTIC)}


def dom_features(pages: pl.Series, lines: pl.DataFrame) -> np.ndarray:
    """The features `FEATURES` of each of ``lines``, float32, one row a line.

    ``pages`` holds the HTML of each body, null where it was not kept; ``lines`` are the lines of the bodies as
    `copydesk.furniture.lines.lines_of` gives them. Where there is no HTML all features are NaN; what a line that is not on
    its page cannot have is NaN too.
    """
    features = np.full((lines.height, len(FEATURES)), np.nan, dtype=np.float32)
    texts = lines["text"]
    offset = 0
    for row, count in lines.select(pl.col("row").rle()).unnest("row").select("value", "len").iter_rows():
        source = pages[row]
        if source:
            features[offset : offset + count] = page_features(source, texts.slice(offset, count).to_list())
        offset += count
    return features


def page_features(source: str, texts: list[str]) -> list[list[float]]:
    """The features of the lines ``texts`` of one body, in order, on the page ``source``."""
    page = read_page(source)
    keys = squeezed(texts)
    places = locate(page, keys)
    return _Body(page, keys, places).features()


class _Body:
    """One body on its page."""

    def __init__(self, page: Page, keys: list[str], places: list[Place | None]) -> None:
        self.page, self.keys, self.places = page, keys, places
        self.leaves = [None if place is None else _smallest(page, place) for place in places]
        self.blocks = [None if leaf is None else page.block[leaf] for leaf in self.leaves]
        taken: Counter[int] = Counter()
        for key, block in zip(keys, self.blocks, strict=True):
            if block is not None and len(key) >= _LONG:
                taken[block] += len(key)
        self.layout = Layout(page, taken)
        self.facts = Facts(page)
        self.kin_chars: Counter[object] = Counter()
        self.parent_chars: Counter[int] = Counter()
        self.module_chars: Counter[int] = Counter()
        self.modules: list[int] = []
        for key, block in zip(keys, self.blocks, strict=True):
            module = -1 if block is None else self.layout.module(block)
            self.modules.append(module)
            if block is not None:
                self.kin_chars[self.layout.kinship(block)] += len(key)
                self.parent_chars[page.parent[block]] += len(key)
                self.module_chars[page.parent[module]] += len(key)
        self.total = max(sum(map(len, keys)), 1)
        self.links: dict[str, list[int]] = {}
        for element, tag in enumerate(page.tags):
            if tag == "a":
                begin, end = page.span(element)
                self.links.setdefault(page.keys[begin:end], []).append(element)
        self.story = [page.span(block) for block in self.layout.paragraphs]
        self.story_begins = [begin for begin, _ in self.story]
        self.story_ends = [end for _, end in self.story]
        self.story_sums = [0]
        for begin, end in self.story:
            self.story_sums.append(self.story_sums[-1] + end - begin)

    def features(self) -> list[list[float]]:
        rows = []
        at = 0
        nan = float("nan")
        for index, place in enumerate(self.places):
            key = self.keys[index]
            facts = self._facts(key)
            if place is None:
                blank = [nan] * (len(_MATCH) + len(_BLOCK) + len(_MODULE) + len(_ORDER))
                blank[0] = 0.0
                rows.append([*blank, *facts, *([nan] * (2 * (len(_SEMANTIC) + len(CATEGORIES))))])
                continue
            leaf, block, module = self.leaves[index], self.blocks[index], self.modules[index]
            assert leaf is not None and block is not None
            rows.append(
                [
                    *self._match(key, place, block, module, at),
                    *self._block(place, leaf, block),
                    *self._module(place, block, module),
                    *self._order(place),
                    *facts,
                    *self._markup(leaf, block, module),
                ]
            )
            at = place.end
        return rows

    def _match(self, key: str, place: Place, block: int, module: int, at: int) -> list[float]:
        page, total = self.page, self.total
        links = self.links.get(key, ())
        home = nan = float("nan")
        if links:
            there = host(attributes(page.attributes[links[0]]).get("href", ""))
            home = nan if not self.facts.host and there else float(not there or there == self.facts.host)
        gap = place.begin - at
        return [
            place.quality,
            place.aligned,
            log1p(place.copies),
            log1p(abs(gap)) * (1 if gap >= 0 else -1),
            float(gap < 0),
            log1p(len(links)),
            home,
            self.kin_chars[self.layout.kinship(block)] / total,
            self.parent_chars[page.parent[block]] / total,
            self.module_chars[page.parent[module]] / total,
        ]

    def _block(self, place: Place, leaf: int, block: int) -> list[float]:
        page, layout = self.page, self.layout
        parent = page.parent[block]
        size = max(layout.text(block), 1)
        first, last = page.node_at(place.begin), page.node_at(place.end - 1) + 1
        linked = layout.linked[last] - layout.linked[first]
        strong = sum(
            page.starts[node + 1] - page.starts[node] for node in range(first, min(last, first + 50)) if self._strong(node, block)
        )
        covered = max(page.starts[last] - page.starts[first], 1)
        kinship = layout.kinship(block)
        main = layout.main_kin
        kin = layout.kin(block)
        text = sum(layout.own[k] for k in kin) or 1
        siblings, position = self._siblings(block, parent)
        alike = [s for s in siblings if layout.style(s) == layout.style(block)]
        before = siblings[position - 1] if position > 0 else -1
        articles, hidden, above = 0, 0.0, block
        for _ in range(60):
            if page.tags[above] == "article":
                articles += 1
            if above and described(page.tags[above], page.attributes[above])[2]:
                hidden = 1.0
            if not above:
                break
            above = page.parent[above]
        return [
            page.depth[block],
            page.depth[block] - page.depth[layout.trunk],
            page.depth[leaf] - page.depth[block],
            min((place.end - place.begin) / size, 1.0),
            log1p(layout.text(block)),
            layout.link_share(block),
            linked / covered,
            strong / covered,
            float(kinship == main),
            float(main is not None and kinship[0] == main[0]),
            float(parent == layout.main_parent),
            float(main is not None and kinship[1] == main[1]),
            layout.kin_share.get(kinship, 0.0),
            layout.parent_share.get(parent, 0.0),
            float(block in self._paragraphs()),
            log1p(len(kin)),
            log1p(text / max(len(kin), 1)),
            sum(layout.own_linked[k] for k in kin) / text,
            log1p(len(siblings)),
            len(alike) / max(len(siblings), 1),
            sum(layout.count(layout.links, s) > 0 for s in alike) / max(len(alike), 1),
            log1p(layout.text(parent)),
            layout.link_share(parent),
            float(layout.trunk <= block < page.end[layout.trunk]),
            hidden,
            articles,
            float(position == 0),
            float(position == len(siblings) - 1),
            float(before >= 0 and (layout.count(layout.images, before) > 0)),
            float(before >= 0 and layout.count(layout.headings, before) > 0),
            float(len(kin) > 2 and sum(page.parent[k] != parent for k in kin) > len(kin) / 2),
        ]

    def _paragraphs(self) -> frozenset[int]:
        return frozenset(self.layout.paragraphs)

    def _siblings(self, block: int, parent: int) -> tuple[list[int], int]:
        """Up to 200 children of ``parent`` that are blocks or media, and where ``block`` stands among them."""
        page = self.page
        children, child, position = [], parent + 1, 0
        while child < page.end[parent] and len(children) < 200:
            if child == block:
                position = len(children)
            if page.block[child] == child or page.tags[child] in ("img", "picture", "a"):
                children.append(child)
            child = page.end[child]
        return children or [block], position

    def _strong(self, node: int, block: int) -> bool:
        element, page = self.page.owner[node], self.page
        for _ in range(6):
            if element == block or not element:
                return False
            if page.tags[element] in ("strong", "b", "em", "i"):
                return True
            element = page.parent[element]
        return False

    def _module(self, place: Place, block: int, module: int) -> list[float]:
        page, layout = self.page, self.layout
        begin, end = page.span(module)
        return [
            float(module == block),
            page.depth[block] - page.depth[module],
            log1p(end - begin),
            layout.link_share(module),
            log1p(layout.count(layout.links, module)),
            log1p(layout.count(layout.images, module)),
            log1p(layout.count(layout.headings, module)),
            log1p(layout.count(layout.controls, module)),
            log1p(layout.count(layout.filled, module)),
            log1p(page.end[module] - module),
            (place.begin - begin) / max(end - begin, 1),
            float(page.parent[module] == layout.trunk),
            float(not layout.trunk <= module < page.end[layout.trunk]),
        ]

    def _order(self, place: Place) -> list[float]:
        layout = self.layout
        before = bisect_right(self.story_ends, place.begin)
        after = bisect_left(self.story_begins, place.end)
        nan = float("nan")
        return [
            float(place.end <= layout.begin),
            float(place.begin >= layout.end),
            min(max((place.begin - layout.begin) / max(layout.end - layout.begin, 1), -1.0), 2.0),
            self.story_sums[before] / max(self.story_sums[-1], 1),
            log1p(len(self.story) - after),
            log1p(place.begin - self.story_ends[before - 1]) if before else nan,
            log1p(self.story_begins[after] - place.end) if after < len(self.story) else nan,
        ]

    def _facts(self, key: str) -> list[float]:
        facts, nan = self.facts, float("nan")
        inside = order = nan
        if facts.body:
            at = facts.body.find(key) if len(key) >= 12 else -1
            inside = float(at >= 0)
            if at < 0 and len(key) > 60:
                inside = ((key[:30] in facts.body) + (key[-30:] in facts.body)) / 2
            if len(key) < 12:
                inside = nan if key in facts.body else 0.0
            order = at / len(facts.body) if at >= 0 else nan
        return [inside, order, *(float(facts.says(kind, key)) for kind in FACTS), float("h1" in self.page.tags)]

    def _markup(self, leaf: int, block: int, module: int) -> list[float]:
        """Nearness (1 for the element itself, 1/2 for its parent …, 0 for none) of tags and of the categories of names: inside
        the module, and for the categories and a few tags around it too."""
        page = self.page
        tags, inner, outer, roots = (
            [0.0] * len(_SEMANTIC),
            [0.0] * len(CATEGORIES),
            [0.0] * len(CATEGORIES),
            [0.0] * len(_SEMANTIC),
        )
        element, distance, inside = leaf, 0, True
        while element and distance < 40:
            distance += 1
            nearness = 1 / distance
            position = _TAG_POSITION.get(page.tags[element])
            if position is not None:
                target = tags if inside else roots
                target[position] = target[position] or nearness
            bits = described(page.tags[element], page.attributes[element])[0]
            names = inner if inside else outer
            while bits:
                low = bits & -bits
                position = low.bit_length() - 1
                names[position] = names[position] or nearness
                bits ^= low
            if element == module:
                inside = False
                distance = 0
            element = page.parent[element]
        return [*tags, *inner, *outer, *roots]


def _smallest(page: Page, place: Place) -> int:
    """The smallest element that holds all of ``place``."""
    element = page.owner[page.node_at(place.begin)]
    last = page.node_at(place.end - 1)
    while element and page.last[element] <= last:
        element = page.parent[element]
    return element
