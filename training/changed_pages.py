"""Pages as they might be at a later visit: with sentences taken out, cut behind the beginning, or under another title."""

import random
import re
from dataclasses import replace

from copydesk.origin.recognition.page import Page

TEASER = 80
"""Words that a page shows of its article before a paywall."""


def without(page: Page, gone: list[str]) -> Page:
    """``page`` without the sentences ``gone``, wherever they stand in its lines."""
    pattern = re.compile("|".join(r"\s+".join(map(re.escape, text.split())) for text in gone))
    lines = tuple(line._replace(text=pattern.sub(" ", line.text)) for line in page.lines)
    return replace(page, lines=lines, facts=replace(page.facts, body=pattern.sub(" ", page.facts.body)))


def teased_page(page: Page, texts: list[str]) -> Page:
    """``page`` with no more of its article's sentences ``texts`` than the first `TEASER` words."""
    shown = 0
    for place, text in enumerate(texts):
        if shown >= TEASER:
            return without(page, texts[place:])
        shown += len(text.split())
    return page


def reworded(title: str, chance: random.Random) -> str:
    """``title`` with one word of five letters and more replaced."""
    words = title.split()
    long = [place for place, word in enumerate(words) if len(word) >= 5]
    if long:
        words[chance.choice(long)] = "Quayside"
        return " ".join(words)
    half = len(title) // 2
    return f"{title[:half]}Quay{title[half + 2 :]}"
