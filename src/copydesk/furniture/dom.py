"""What the page's HTML tells of each line of a body: the features by which the line model knows furniture from story."""

from bisect import bisect_left, bisect_right
from collections import Counter
from math import log1p, nan
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture.elements import BLOCK, MARKUP, MODULE, Elements
from copydesk.furniture.layout import Kinship, Layout
from copydesk.furniture.links import LINK, Links
from copydesk.furniture.markup import Page, read_page, squeezed
from copydesk.furniture.matching import Place, locate
from copydesk.furniture.pagefacts import FACTS, Facts

_LONG: Final = 60
"""Characters (without white space) from which a line of the body helps to find the story on the page."""
LINES: Final = 2_000
"""Lines of a body that are looked up at most; the longest of 1,609 real bodies has 549."""
_MATCH: Final = (
    "found", "aligned", "copies", "gap", "backwards", "kin_in_body", "parent_in_body", "module_in_body",
)  # fmt: skip
_ORDER: Final = (
    "before_story",
    "after_story",
    "place",
    "paragraphs_before",
    "paragraphs_after",
    "from_paragraph",
    "to_paragraph",
)
_FACTS: Final = ("in_json_body", "json_body_order", *(f"is_{kind}" for kind in FACTS), "has_title")
FEATURES: Final = (*_MATCH, *LINK, *BLOCK, *MODULE, *_ORDER, *_FACTS, *MARKUP)
"""Names of the columns of `dom_features`. Text lengths are in characters without white space, as log(1 + n)."""


def dom_features(pages: pl.Series, lines: pl.DataFrame) -> npt.NDArray[np.float32]:
    """The features `FEATURES` of each of ``lines``, float32, one row a line.

    ``pages`` holds the HTML of each body, null where it was not kept; ``lines`` are the lines of the bodies as
    `copydesk.furniture.lines.lines_of` gives them. Where there is no HTML all features are NaN; what a line that is not on
    its page cannot have is NaN too, and so are the lines of a body after the first `LINES`.
    """
    features = np.full((lines.height, len(FEATURES)), np.nan, dtype=np.float32)
    texts = lines["text"]
    offset = 0
    for row, count in lines.select(pl.col("row").rle()).unnest("row").select("value", "len").iter_rows():
        source = pages[row]
        if source:
            judged = min(count, LINES)
            features[offset : offset + judged] = page_features(source, texts.slice(offset, judged).to_list())
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
        self.elements = Elements(self.layout)
        self.facts = Facts(page)
        self.kin_chars: Counter[Kinship] = Counter()
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
        self.links = Links(page, self.facts.host)
        self.story = [page.span(block) for block in self.layout.paragraphs]
        self.story_begins = [begin for begin, _ in self.story]
        self.story_ends = [end for _, end in self.story]
        self.story_sums = [0]
        for begin, end in self.story:
            self.story_sums.append(self.story_sums[-1] + end - begin)

    def features(self) -> list[list[float]]:
        rows = []
        at = 0
        for index, place in enumerate(self.places):
            key = self.keys[index]
            facts = self._facts(key)
            if place is None:
                unknown = [nan] * (len(_MATCH) - 1 + len(LINK) + len(BLOCK) + len(MODULE) + len(_ORDER))
                rows.append([0.0, *unknown, *facts, *([nan] * len(MARKUP))])
                continue
            leaf, block, module = self.leaves[index], self.blocks[index], self.modules[index]
            assert leaf is not None
            assert block is not None
            rows.append(
                [
                    *self._match(place, block, module, at),
                    *self.links.features(key, place.begin, place.end),
                    *self.elements.block(place, leaf, block),
                    *self.elements.module(place, block, module),
                    *self._order(place),
                    *facts,
                    *self.elements.markup(leaf, module),
                ]
            )
            at = place.end
        return rows

    def _match(self, place: Place, block: int, module: int, at: int) -> list[float]:
        page, total = self.page, self.total
        gap = place.begin - at
        return [
            place.quality,
            place.aligned,
            log1p(place.copies),
            log1p(abs(gap)) * (1 if gap >= 0 else -1),
            float(gap < 0),
            self.kin_chars[self.layout.kinship(block)] / total,
            self.parent_chars[page.parent[block]] / total,
            self.module_chars[page.parent[module]] / total,
        ]

    def _order(self, place: Place) -> list[float]:
        layout = self.layout
        before = bisect_right(self.story_ends, place.begin)
        after = bisect_left(self.story_begins, place.end)
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
        facts = self.facts
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


def _smallest(page: Page, place: Place) -> int:
    """The smallest element that holds all of ``place``."""
    element = page.owner[page.node_at(place.begin)]
    last = page.node_at(place.end - 1)
    while element and page.last[element] <= last:
        element = page.parent[element]
    return element
