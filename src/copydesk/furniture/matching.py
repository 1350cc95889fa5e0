"""Where on its page each line of a body stands."""

from bisect import bisect_left
from typing import Final, NamedTuple

from copydesk.furniture.markup import Page

_TRIES: Final = 24
"""Places of the same text that are looked at; a line such as "Share" may stand on the page hundreds of times."""
_PIECE: Final = 24
"""Characters at the beginning (or the end) of a line by which it is placed when the whole is not on the page."""
_LETTERS: Final = 6
_BULLETS: Final = "-*•·#>|–—●▪■◆►▶"
_NEAR: Final = 300


class Place(NamedTuple):
    """The characters ``begin`` to ``end`` of the page's keys; ``quality`` is 1 for the whole line, 0.75 when only its letters and
    digits are there in order, 0.5 for a piece of it.
    ``aligned`` is 2 when it is the whole text of a block, 1 of text nodes; ``copies`` how often the text was seen."""

    begin: int
    end: int
    quality: float
    aligned: int
    copies: int


class Edges:
    """Where texts and blocks begin and end on a page."""

    def __init__(self, page: Page) -> None:
        starts = page.starts
        self.nodes = frozenset(starts)
        begins, ends = set(), set()
        block, first, last, owner = page.block, page.first, page.last, page.owner
        for element in {block[o] for o in owner}:
            begins.add(starts[first[element]])
            ends.add(starts[last[element]])
        previous = -1
        for node, element in enumerate(owner):  # text after a block inside another block begins a line too
            if block[element] != previous:
                begins.add(starts[node])
                ends.add(starts[node])
                previous = block[element]
        self.begins, self.ends = begins, ends

    def aligned(self, begin: int, end: int) -> int:
        if begin in self.begins and end in self.ends:
            return 2
        return int(begin in self.nodes and end in self.nodes)


class _Letters:
    """The letters and digits of a page: extractors drop or add signs (bullets, separators of lists and cells)."""

    def __init__(self, keys: str) -> None:
        self.positions = [position for position, character in enumerate(keys) if character.isalnum()]
        self.text = "".join(filter(str.isalnum, keys))

    def place(self, key: str, at: int) -> Place | None:
        """The place of the letters of ``key``, the first after ``at`` if there is one."""
        letters = "".join(filter(str.isalnum, key))
        if len(letters) < _LETTERS:
            return None
        begin = self.text.find(letters, bisect_left(self.positions, at))
        if begin < 0:
            begin = self.text.find(letters)
        if begin < 0:
            return None
        return Place(self.positions[begin], self.positions[begin + len(letters) - 1] + 1, 0.75, 0, 1)


def locate(page: Page, keys: list[str]) -> list[Place | None]:
    """The place of each of ``keys`` (squeezed lines in the order of their body), null for what is not on the page.

    Of several places the one that is a block of its own is preferred, and one that follows the line before.
    """
    edges = Edges(page)
    places: list[Place | None] = []
    letters: _Letters | None = None
    at = 0
    for key in keys:
        place = _best(page.keys, edges, key, at, 1.0)
        if place is None:
            bare = key.lstrip(_BULLETS)
            if bare and bare != key:
                place = _best(page.keys, edges, bare, at, 1.0)
            if place is None:
                letters = letters or _Letters(page.keys)
                place = letters.place(key, at)
            if place is None and len(bare) > _PIECE:
                head, tail = bare[:_PIECE], bare[-_PIECE:]
                place = _best(page.keys, edges, head, at, 0.5) or _best(page.keys, edges, tail, at, 0.5)
        places.append(place)
        if place is not None and (place.begin >= at or place.quality == 1.0):
            at = place.end
    return places


def _best(text: str, edges: Edges, key: str, at: int, quality: float) -> Place | None:
    if not key:
        return None
    best: tuple[float, int, int] | None = None
    copies, begin = 0, text.find(key)
    # the places after the previous line matter most: with very many, the search begins there
    if begin >= 0 and text.count(key) > _TRIES:
        copies = _TRIES
        nearby = text.find(key, at)
        begin = nearby if nearby >= 0 else begin
    for _ in range(_TRIES):
        if begin < 0:
            break
        end = begin + len(key)
        aligned = edges.aligned(begin, end)
        gap = begin - at
        score = (
            1.5 * aligned + (1.0 if gap >= 0 else 0.0) + (1.0 if 0 <= gap < _NEAR else 0.0) + (1.0 if gap == 0 else 0.0)
        )
        if best is None or score > best[0]:
            best = (score, begin, aligned)
        copies += 1
        begin = text.find(key, end)
    if best is None:
        return None
    return Place(best[1], best[1] + len(key), quality, best[2], min(copies, _TRIES))
