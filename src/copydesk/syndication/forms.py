"""Texts that are two fills of one form and not two prints of one story: obituaries, legal notices, draws, reports of matches."""

import re
from typing import Final

from copydesk.press.shingles import READ
from copydesk.syndication.changes import alike, changed, kept, side_by_side
from copydesk.syndication.numbers import NUMBER, value

_NUMBER: Final = re.compile(NUMBER)

_FACTS: Final = 5
"""Facts that two fills say otherwise at least, names counting twice: a story whose toll rose keeps its names."""

_SHARE: Final = 2 / 3
"""Words of facts that differ, to one that is the same, from which it is a form. Of invented forms nine pairs in
ten had 0.6 and more, stories whose tolls rose 0.2 to 0.4, in scripts whose capitals show names."""

_KEPT: Final = 0.8
"""Share of one text's numbers that are in the other, from which two need not be laid side by side, which takes long."""


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
