"""Texts that are two fills of one form and not two prints of one story: obituaries, legal notices, draws, reports of matches."""

import re
from typing import Final

import numpy as np

from copydesk.press.shingles import READ
from copydesk.syndication.changes import alike, changed, kept, side_by_side
from copydesk.syndication.clusters import DIGEST, Links, Sets, each
from copydesk.syndication.fingerprints import Flags, Places
from copydesk.syndication.library import Library
from copydesk.syndication.numbers import NUMBER, value

_NUMBER: Final = re.compile(NUMBER)

_FACTS: Final = 5
"""Facts that two fills say otherwise at least, names counting twice: a story whose toll rose keeps its names."""

_SHARE: Final = 2 / 3
"""Words of facts that differ, to one that is the same, from which it is a form. Of invented forms nine pairs in
ten had 0.6 and more, stories whose tolls rose 0.2 to 0.4, in scripts whose capitals show names."""

_KEPT: Final = 0.8
"""Share of one text's numbers that are in the other, from which two need not be laid side by side, which takes long."""


def beyond_forms(found: Links, records: Places, library: Library) -> Links:
    """Those of ``found`` (links of rows, whose ``records`` are in ``library``) that are more than two fills of one form.

    Texts are laid side by side only where nothing else says that they belong together: neither their numbers nor other links.
    In what order that is done changes nothing, for all links within what is held together stay.
    """
    firsts, seconds = (records[found[name]] for name in ("first", "second"))
    counted = zip(firsts.tolist(), seconds.tolist(), found["containment"].tolist(), strict=True)
    sure = np.fromiter((library.keeps_numbers(*pair) for pair in counted), np.bool_, len(found))
    strong = found["cover"] >= DIGEST
    held = Sets(len(records))
    for first, second, *_ in each(found[sure & strong]):
        held.join(first, second)

    def are_prints(first: int, second: int) -> bool:
        return not are_fills(library.text(int(records[first])), library.text(int(records[second])))

    for first, second, *_ in each(found[~sure & strong]):
        if held.of(first) != held.of(second) and are_prints(first, second):
            held.join(first, second)
    together = held.firsts()
    kept: Flags = sure | (strong & (together[found["first"]] == together[found["second"]]))
    weak = np.flatnonzero(~sure & ~strong)
    kept[weak] = [are_prints(first, second) for first, second, *_ in each(found[weak])]
    return found[kept]


def are_fills(here: str, there: str) -> bool:
    """Whether two texts that share much have other facts in the same places: mostly other numbers and names."""
    one, two = sorted((_numbers(here), _numbers(there)), key=len)
    if len(one & two) >= _KEPT * len(one):
        return False
    mine, other = side_by_side(here, there)
    same = alike(mine, other)
    facts = [change for change in changed(mine, other, same) if change.kind != "negation"]
    names = sum(change.kind == "name" for change in facts)
    if len(facts) + names < _FACTS:
        return False
    words = sum(len(change.here.split()) for change in facts)
    return words >= _SHARE * kept(mine, same)


def _numbers(text: str) -> set[str]:
    return set(map(value, set(_NUMBER.findall(text[:READ]))))
