"""Sentences, and which lines of a page are the story that a record holds."""

import re
from collections import Counter
from typing import Final, NamedTuple

from copydesk.origin.recognition.match import Claim, Shown
from copydesk.pages.visible import Line
from copydesk.press.shingles import READ, Tokens, contained, tokens_each
from copydesk.vocabulary import STOPS

SENTENCES: Final = 2_000
"""Sentences of a text that are looked at; the longest of 1,201 real articles has 700."""

_SENTENCE: Final = 1_000
"""Characters of a sentence; a longer one is cut."""

_LEAST: Final = 8
"""Words from which a sentence is compared: shorter ones are headings, credits and names as often as not."""

_LEAST_DENSE: Final = 12
"""Letters, in scripts without blanks."""

_END: Final = re.compile(rf"(?<=[{STOPS}])[\"'”’»)\]」』）]{{0,3}}(?:\s+|(?<=[。！？」』）]))|\n+")
_ENDED: Final = re.compile(rf"[{STOPS}][\"'”’»)\]」』）]{{0,3}}\Z")
_DENSE_TELLING: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]\\Z")
"""Thai, Lao, Burmese and Khmer end sentences with a blank."""

_MATCHED: Final = 0.8
"""Containment from which a line of the page is a line of the record."""

_KIN: Final = 0.2
"""Share of the matched text from which lines that look alike belong to the story."""


class Sentence(NamedTuple):
    """A sentence as written, blanks made one, and as words or letters."""

    text: str
    units: Tokens


def sentences(text: str, dense: bool) -> list[Sentence]:
    """The sentences of ``text``; what is no sentence (a heading, a credit) is left out, and so are very short ones."""
    parts = (" ".join(part.split())[:_SENTENCE] for part in _END.split(text[:READ])[: 2 * SENTENCES] if part)
    ended = [part for part in parts if _ENDED.search(part) or _DENSE_TELLING.search(part)][:SENTENCES]
    least = _LEAST_DENSE if dense else _LEAST
    found = (Sentence(*both) for both in zip(ended, tokens_each(ended, dense), strict=True))
    return [sentence for sentence in found if len(sentence.units.units) >= least]


class Haystack:
    """A text in which sentences are looked for."""

    def __init__(self, units: Tokens, shingles: frozenset[str]) -> None:
        self._units, self._shingles = units, shingles
        self._letters: str | None = None
        self._searches = 300

    def lacks(self, sentence: Sentence) -> bool:
        """Whether ``sentence`` is not there as a whole.

        Its shingles, or its letters in a row: extractors glue the end of one line to the beginning of the next. Letters are
        searched for the first 300 sentences that are not found otherwise, so that a hostile text is not slow.
        """
        if sentence.units.shingles() <= self._shingles:
            return False
        if self._searches <= 0:
            return True
        self._searches -= 1
        if self._letters is None:
            self._letters = "".join(self._units.units)
        return "".join(sentence.units.units) not in self._letters


def story(claim: Claim, shown: Shown) -> list[Line]:
    """The paragraphs of the page that belong to the article of ``claim``, whether the record has them or not.

    They look like the paragraphs that the record does have, and stand between the same main headings (the next one is that of
    the next article). Empty where the record has none of them.
    """
    dense, wanted = claim.tokens.dense, claim.shingles
    matched = [_matches(units, wanted) for units in shown.paragraphs(dense)]
    if True not in matched:
        return []
    weights: Counter[int] = Counter()
    for line, hit in zip(shown.page.lines, matched, strict=True):
        if hit:
            weights[line.kin] += len(line.text)
    total = sum(weights.values())
    kin = {kin for kin, weight in weights.items() if weight >= _KIN * total}
    lines, first = shown.page.lines, matched.index(True)
    headings = [place for place, line in enumerate(lines) if line.kind == "h"]
    begin = max((place for place in headings if place < first), default=0)
    end = min((place for place in headings if place > first), default=len(lines))
    return [line for line in lines[begin:end] if line.kind == "p" and line.kin in kin]


def _matches(units: Tokens, wanted: frozenset[str]) -> bool:
    return len(units.units) >= units.size and contained(units.shingles(), wanted) >= _MATCHED
