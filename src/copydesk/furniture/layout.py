"""How a page is laid out around the story: its paragraphs, what they share, and where the modules between them begin."""

from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import accumulate
from typing import Final, TypeAlias

from copydesk.furniture.markup import Page
from copydesk.furniture.tokens import styled

_PARAGRAPH: Final = 60
"""Characters (without white space) of its own text from which a block may be a paragraph of the story."""
_IN_BODY: Final = 3
"""How many times more a block counts as a paragraph of the story when a long line of the body is its text."""
_TRUNK: Final = 0.8
"""Share of the story's paragraphs that the trunk holds."""
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_IMAGES: Final = frozenset(("img", "picture", "video"))
_CONTROLS: Final = frozenset(("button", "input", "select", "textarea", "form"))

Style: TypeAlias = tuple[str, str]
Kinship: TypeAlias = tuple[Style, Style]


class Layout:
    """The story's place on ``page``; ``taken`` are the blocks that long lines of the body fill.

    ``paragraphs`` are the elements that are like each other and hold most of the story; ``trunk`` is the element around
    most of them; ``begin`` and ``end`` are where their text begins and ends in the page's keys; ``kin_here`` counts the
    blocks with text by kinship and parent.
    """

    def __init__(self, page: Page, taken: Counter[int]) -> None:
        self.page = page
        tags = page.tags
        self.links: list[int] = []
        self.images: list[int] = []
        self.headings: list[int] = []
        self.controls: list[int] = []
        counted = dict.fromkeys(_IMAGES, self.images) | dict.fromkeys(_HEADINGS, self.headings)
        counted |= dict.fromkeys(_CONTROLS, self.controls) | {"a": self.links}
        for element, tag in enumerate(tags):
            if tag in counted:
                counted[tag].append(element)
        sizes = [b - a for a, b in zip(page.starts, page.starts[1:], strict=False)]
        self.linked = [0, *accumulate(size if linked else 0 for size, linked in zip(sizes, page.linked, strict=True))]
        self.own: dict[int, int] = defaultdict(int)
        self.own_linked: dict[int, int] = defaultdict(int)
        block_of = page.block
        for size, linked, owner in zip(sizes, page.linked, page.owner, strict=True):
            self.own[block_of[owner]] += size
            if linked:
                self.own_linked[block_of[owner]] += size
        self._styles: dict[int, Style] = {}
        self._kin: dict[Kinship, list[int]] = defaultdict(list)
        self.kin_here: Counter[tuple[Kinship, int]] = Counter()
        for block in self.own:
            kinship = self.kinship(block)
            self._kin[kinship].append(block)
            self.kin_here[kinship, page.parent[block]] += 1
        self._find_story(taken)
        self.filled = sorted(block for block, size in self.own.items() if size >= _PARAGRAPH)

    def style(self, element: int) -> Style:
        """The tag and the class of ``element``."""
        known = self._styles.get(element)
        if known is None:
            known = self._styles[element] = (self.page.tags[element], styled(self.page.attributes[element]))
        return known

    def kinship(self, block: int) -> Kinship:
        """What a block has in common with others of its kind: its own style and its parent's."""
        return self.style(block), self.style(self.page.parent[block])

    def kin(self, block: int) -> list[int]:
        """The blocks of the same kinship that have text, in order."""
        return self._kin.get(self.kinship(block), [])

    def _find_story(self, taken: Counter[int]) -> None:
        page = self.page
        weights = {
            block: size * (_IN_BODY if taken[block] else 1)
            for block, size in self.own.items()
            if size >= _PARAGRAPH and 2 * self.own_linked[block] < size
        }
        by_parent: Counter[int] = Counter()
        by_kin: Counter[Kinship] = Counter()
        for block, weight in weights.items():
            by_parent[page.parent[block]] += weight
            by_kin[self.kinship(block)] += weight
        total = sum(weights.values())
        self.kin_share = {kin: weight / total for kin, weight in by_kin.items()}
        self.parent_share = {parent: weight / total for parent, weight in by_parent.items()}
        self.main_kin = max(by_kin, key=lambda kin: by_kin[kin]) if by_kin else None
        alike = {block: weight for block, weight in weights.items() if self.kinship(block) == self.main_kin}
        by_parent = Counter()
        for block, weight in alike.items():
            by_parent[page.parent[block]] += weight
        self.main_parent = max(by_parent, key=lambda parent: by_parent[parent]) if by_parent else 0
        blocks = sorted(alike)
        sums = [0, *accumulate(alike[block] for block in blocks)]
        trunk = self.main_parent
        while trunk and (
            sums[bisect_left(blocks, page.end[trunk])] - sums[bisect_left(blocks, trunk)] < _TRUNK * sums[-1]
        ):
            trunk = page.parent[trunk]
        self.trunk = trunk
        self.paragraphs = [block for block in blocks if trunk <= block < page.end[trunk]]
        self.begin = page.span(self.paragraphs[0])[0] if self.paragraphs else 0
        self.end = page.span(self.paragraphs[-1])[1] if self.paragraphs else 0

    def holds_story(self, element: int) -> bool:
        """Whether a paragraph of the story is ``element`` or inside it."""
        at = bisect_left(self.paragraphs, element)
        return at < len(self.paragraphs) and self.paragraphs[at] < self.page.end[element]

    def module(self, element: int) -> int:
        """The largest element around ``element`` that holds no paragraph of the story, or ``element`` itself."""
        parent = self.page.parent
        while element and not self.holds_story(parent[element]) and parent[element]:
            element = parent[element]
        return element

    def count(self, elements: list[int], element: int) -> int:
        """How many of ``elements`` (in order) are ``element`` or inside it."""
        return bisect_left(elements, self.page.end[element]) - bisect_left(elements, element)

    def text(self, element: int) -> int:
        """Characters of text inside ``element``."""
        begin, end = self.page.span(element)
        return end - begin

    def link_share(self, element: int) -> float:
        """The share of the text inside ``element`` that links hold."""
        first, last = self.page.first[element], self.page.last[element]
        return (self.linked[last] - self.linked[first]) / max(self.text(element), 1)
