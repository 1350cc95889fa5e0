"""Features of where a line stands in its page's mark-up: its block, the module around that, and the names they bear."""

from collections.abc import Sequence
from math import log1p
from typing import Final

from copydesk.furniture.layout import Kinship, Layout
from copydesk.furniture.matching import Place
from copydesk.furniture.tokens import CATEGORIES, described

_SEMANTIC: Final = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "figure", "figcaption", "aside", "nav", "footer", "header",
    "time", "address", "button", "form", "label", "table", "td", "th", "blockquote", "article", "section", "main", "details",
    "noscript", "a", "strong", "b", "em", "i", "span", "div", "dl", "small", "svg", "picture",
)  # fmt: skip
BLOCK: Final = (
    "leaf_below_block", "share_of_block", "line_linked", "line_strong",
    "depth", "below_trunk", "block_text", "block_linked", "same_kin", "same_style", "same_parent", "parent_style",
    "kin_share", "parent_share", "is_paragraph", "kin_count", "kin_text", "kin_linked", "siblings", "siblings_alike",
    "siblings_linked", "parent_text", "parent_linked", "in_trunk", "hidden", "articles_above", "first_of_parent",
    "last_of_parent", "image_before", "heading_before", "kin_elsewhere",
)  # fmt: skip
MODULE: Final = (
    "module_is_block", "module_height", "place_in_module", "module_text", "module_linked", "module_links", "module_images",
    "module_headings", "module_controls", "module_filled", "module_elements", "module_at_trunk", "module_outside_trunk",
    "modules_alike", "modules_alike_linked", "modules_alike_text",
)  # fmt: skip
MARKUP: Final = (
    *(f"tag_{tag}" for tag in _SEMANTIC),
    *(f"says_{category}" for category in CATEGORIES),
    *(f"around_{category}" for category in CATEGORIES),
    *(f"module_tag_{tag}" for tag in _SEMANTIC),
)
_TAG_POSITION: Final = {tag: position for position, tag in enumerate(_SEMANTIC)}
_MEDIA: Final = frozenset(("img", "picture", "a"))
_SIBLINGS: Final = 200
_ANCESTORS: Final = 60
_NODES: Final = 50


class Elements:
    """Features of elements of one page, each computed once."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.page = layout, layout.page
        self._paragraphs = frozenset(layout.paragraphs)
        self._blocks: dict[int, list[float]] = {}
        self._modules: dict[int, list[float]] = {}
        self._markups: dict[tuple[int, int], list[float]] = {}
        self._children: dict[int, tuple[list[int], dict[int, int]]] = {}
        self._ancestries: dict[int, tuple[int, bool]] = {0: (0, False)}
        self._kin: dict[Kinship, tuple[float, float]] = {}

    def block(self, place: Place, leaf: int, block: int) -> list[float]:
        """The features `BLOCK` of a line at ``place``, whose smallest element is ``leaf``."""
        page, layout = self.page, self.layout
        first, last = page.node_at(place.begin), page.node_at(place.end - 1) + 1
        covered = max(page.starts[last] - page.starts[first], 1)
        strong = sum(
            page.starts[node + 1] - page.starts[node]
            for node in range(first, min(last, first + _NODES))
            if self._strong(page.owner[node], block)
        )
        if block not in self._blocks:
            self._blocks[block] = self._of_block(block)
        return [
            page.depth[leaf] - page.depth[block],
            min((place.end - place.begin) / max(layout.text(block), 1), 1.0),
            (layout.linked[last] - layout.linked[first]) / covered,
            strong / covered,
            *self._blocks[block],
        ]

    def _of_block(self, block: int) -> list[float]:
        page, layout = self.page, self.layout
        parent, kinship, main = page.parent[block], layout.kinship(block), layout.main_kin
        kin = layout.kin(block)
        if kinship not in self._kin:
            text = sum(layout.own[k] for k in kin) or 1
            self._kin[kinship] = text / max(len(kin), 1), sum(layout.own_linked[k] for k in kin) / text
        siblings, alike, linked, before, position = self._siblings(block)
        articles, hidden = self._ancestry(block)
        return [
            page.depth[block],
            page.depth[block] - page.depth[layout.trunk],
            log1p(layout.text(block)),
            layout.link_share(block),
            kinship == main,
            main is not None and kinship[0] == main[0],
            parent == layout.main_parent,
            main is not None and kinship[1] == main[1],
            layout.kin_share.get(kinship, 0.0),
            layout.parent_share.get(parent, 0.0),
            block in self._paragraphs,
            log1p(len(kin)),
            log1p(self._kin[kinship][0]),
            self._kin[kinship][1],
            log1p(len(siblings)),
            len(alike) / max(len(siblings), 1),
            linked,
            log1p(layout.text(parent)),
            layout.link_share(parent),
            layout.trunk <= block < page.end[layout.trunk],
            hidden,
            articles,
            position == 0,
            position == len(siblings) - 1,
            before >= 0 and layout.count(layout.images, before) > 0,
            before >= 0 and layout.count(layout.headings, before) > 0,
            len(kin) > 2 and 2 * layout.kin_here[kinship, parent] < len(kin),
        ]

    def module(self, place: Place, block: int, module: int) -> list[float]:
        """The features `MODULE` of a line at ``place``."""
        page, layout = self.page, self.layout
        begin, end = page.span(module)
        if module not in self._modules:
            _, alike, linked, _, _ = self._siblings(module)
            self._modules[module] = [
                log1p(end - begin),
                layout.link_share(module),
                log1p(layout.count(layout.links, module)),
                log1p(layout.count(layout.images, module)),
                log1p(layout.count(layout.headings, module)),
                log1p(layout.count(layout.controls, module)),
                log1p(layout.count(layout.filled, module)),
                log1p(page.end[module] - module),
                page.parent[module] == layout.trunk,
                not layout.trunk <= module < page.end[layout.trunk],
                log1p(len(alike)),
                linked,
                log1p(sum(map(layout.text, alike)) / max(len(alike), 1)),
            ]
        return [
            module == block,
            page.depth[block] - page.depth[module],
            (place.begin - begin) / max(end - begin, 1),
            *self._modules[module],
        ]

    def markup(self, leaf: int, module: int) -> list[float]:
        """The features `MARKUP`: nearness (1 for the element itself, 1/2 for its parent …, 0 for none) of tags and of the
        categories of names, first from the line up to its module, then (``module_tag``, ``around``) from there up."""
        if (leaf, module) not in self._markups:
            self._markups[leaf, module] = self._of_markup(leaf, module)
        return self._markups[leaf, module]

    def _of_markup(self, leaf: int, module: int) -> list[float]:
        page = self.page
        tags, roots = [0.0] * len(_SEMANTIC), [0.0] * len(_SEMANTIC)
        inner, outer = [0.0] * len(CATEGORIES), [0.0] * len(CATEGORIES)
        near_tags, near_names = tags, inner
        element, distance = leaf, 0
        for _ in range(_ANCESTORS):
            if not element:
                break
            distance += 1
            nearness = 1 / distance
            position = _TAG_POSITION.get(page.tags[element])
            if position is not None and not near_tags[position]:
                near_tags[position] = nearness
            bits = described(page.tags[element], page.attributes[element])[0]
            while bits:
                position = (bits & -bits).bit_length() - 1
                near_names[position] = near_names[position] or nearness
                bits &= bits - 1
            if element == module:
                near_tags, near_names, distance = roots, outer, 0
            element = page.parent[element]
        return [*tags, *inner, *outer, *roots]

    def _siblings(self, block: int) -> tuple[Sequence[int], Sequence[int], float, int, int]:
        """The children of the parent of ``block`` (up to 200) that are blocks or media, those of them that are styled alike,
        the share of these that hold a link, the one before ``block`` (-1 for none), and the position of ``block``."""
        page, layout = self.page, self.layout
        parent = page.parent[block]
        if parent not in self._children:
            children: list[int] = []
            child = parent + 1
            while child < page.end[parent] and len(children) < _SIBLINGS:
                if page.block[child] == child or page.tags[child] in _MEDIA:
                    children.append(child)
                child = page.end[child]
            self._children[parent] = children, {child: position for position, child in enumerate(children)}
        siblings, positions = self._children[parent]
        position = positions.get(block, 0)
        style = layout.style(block)
        alike = [child for child in siblings if layout.style(child) == style]
        linked = sum(layout.count(layout.links, child) > 0 for child in alike) / max(len(alike), 1)
        return siblings, alike, linked, siblings[position - 1] if position else -1, position

    def _ancestry(self, element: int) -> tuple[int, bool]:
        """How many articles are around ``element`` and whether it or anything around it is hidden."""
        path = []
        while element not in self._ancestries:
            path.append(element)
            element = self.page.parent[element]
        articles, hidden = self._ancestries[element]
        for inner in reversed(path):
            tag = self.page.tags[inner]
            articles += tag == "article"
            hidden = hidden or described(tag, self.page.attributes[inner])[1]
            self._ancestries[inner] = articles, hidden
        return articles, hidden

    def _strong(self, element: int, block: int) -> bool:
        page = self.page
        for _ in range(6):
            if element == block or not element:
                return False
            if page.tags[element] in ("strong", "b", "em", "i"):
                return True
            element = page.parent[element]
        return False
