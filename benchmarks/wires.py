"""Invents stories that travel: the texts, copies and look-alikes that `syndication.py` measures on.

Words are made of syllables in several scripts and drawn by Zipf's law among the small words of a language, so that texts share
stock phrases and short runs of words as real ones do, and no sentence by accident. Which texts a record was made from is in its
`extra`, which no rule reads.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

CRAWLED = datetime(2025, 6, 20, tzinfo=UTC)
Record = dict[str, Any]


def _letters(first: int, end: int) -> str:
    return " ".join(map(chr, range(first, end)))


SCRIPTS = {
    "en": ("b c d f g l m n p r s t v w", "a e i o u ea ou", "the of and to in a that for was with on it"),
    "de": ("b d f g h k l m n r s sch st w z", "a e i o u ä ö ei au", "der die und in den von zu das mit sich auf"),
    "fr": ("b c ch d f g l m n p qu r s t v", "a e i o u é è ou eau", "le de la les et des en un du que dans"),
    "es": ("b c d f g j l ll m n ñ p r s t v", "a e i o u ie ue", "de la que el en y los se del las un"),
    "tr": ("b c ç d f g h k l m n r s ş t y z", "a e ı i o ö u ü", "ve bir bu da için ile olarak daha çok"),
    "ru": ("б в г д ж з к л м н п р с т х", "а е и о у ы я ё", "и в на не что с по как это для от"),
    "el": ("β γ δ ζ θ κ λ μ ν π ρ σ τ", "α ε η ι ο υ ω ου", "και το της η για με σε από που στο"),
    "ar": ("ب ت ج ح د ر ز س ش ع ف ق ك ل م ن", "ا و ي", "في من على إلى أن عن مع هذا التي ما"),
    "hi": ("क ख ग च ज त द न प ब म र ल स", "ा ि ी े ो ु", "के में है की और से का को पर यह"),
    "zh": (_letters(0x4E00, 0x4E00 + 900), "", "的 在 了 和 是 有 这 不 为 上"),
    "ja": (_letters(0x3042, 0x308F), "", "の に は を が と で も へ や"),
    "th": (_letters(0x0E01, 0x0E2E), "า ี ู อ", "ที่ และ ใน ของ เป็น"),
}  # fmt: skip
"""Language -> beginnings and ends of syllables, and the small words of which every sentence is full."""

DENSE = {"zh", "ja", "th"}
AGENCIES = ["AFP", "Reuters", "dpa", "EFE", "ANSA", "TASS", "Xinhua", "APA"]
SITES = [f"{name}-{kind}.example" for name in ("quay", "mill", "moor", "fell", "ford", "holt", "dale", "cove", "marsh", "weir")
         for kind in ("post", "herald", "gazette", "echo", "courier")]  # fmt: skip


class Tongue:
    """A language: its words by rank, and its stock phrases."""

    def __init__(self, code: str, chance: random.Random) -> None:
        heads, tails, small = (part.split() or [""] for part in SCRIPTS[code])
        self.code, self.glue, self.small = code, "" if code in DENSE else " ", small
        self.words = ["".join(chance.choice(heads) + chance.choice(tails) for _ in range(chance.randint(1, 3)))
                      for _ in range(6_000)]  # fmt: skip
        self.phrases = [self.sentence(chance, 5, 9, stock=False)[:-1] for _ in range(60)]
        self.variants = {word: word + chance.choice(tails) for word in self.words[:3_000:25]}

    def word(self, chance: random.Random) -> str:
        if chance.random() < 0.4:
            return chance.choice(self.small)
        return self.words[min(len(self.words) - 1, int(1.6 * chance.paretovariate(0.6)) - 1)]

    def sentence(self, chance: random.Random, least: int = 9, most: int = 28, stock: bool = True) -> str:
        parts = [self.word(chance) for _ in range(chance.randint(least, most))]
        if stock and chance.random() < 0.25:
            parts.insert(chance.randrange(len(parts)), chance.choice(self.phrases))
        if stock and chance.random() < 0.35:
            parts.insert(chance.randrange(len(parts)), f"{chance.randrange(2, 90_000):,}")
        if stock and chance.random() < 0.3:
            parts.insert(chance.randrange(1, len(parts)), self.name(chance))
        text = self.glue.join(parts)
        if stock and chance.random() < 0.2:
            text = f"“{text}”"
        return text[:1].upper() + text[1:] + ("。" if self.code in ("zh", "ja") else ".")

    def name(self, chance: random.Random) -> str:
        return self.glue.join(chance.choice(self.words[3_000:]).capitalize() for _ in range(2))

    def paragraph(self, chance: random.Random) -> str:
        return " ".join(self.sentence(chance) for _ in range(chance.randint(1, 4)))

    def story(self, chance: random.Random, least: int = 4, most: int = 18) -> list[str]:
        return [self.paragraph(chance) for _ in range(chance.randint(least, most))]


def truncated(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    return text[: max(2, round(len(text) * chance.uniform(0.3, 0.9)))]


def abridged(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    return [part for part in text if chance.random() < 0.75] or text


def new_lead(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    return [tongue.paragraph(chance), *text[chance.randint(1, 2) :]]


def inserted(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    text = list(text)
    for _ in range(chance.randint(1, 3)):
        text.insert(chance.randint(1, len(text)), tongue.paragraph(chance))
    return text


def styled(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    """The house's quotation marks, its way with numbers and its spelling."""
    opening, closing = chance.choice([('"', '"'), ("«", "»"), ("„", "“"), ("'", "'")])
    glue = chance.choice(["", ".", "\u00a0"])
    joined = "\n".join(text).replace("“", opening).replace("”", closing)
    joined = "".join(glue if char == "," and before.isdigit() and after.isdigit() else char
                     for before, char, after in zip(" " + joined, joined, joined[1:] + " ", strict=False))  # fmt: skip
    if tongue.glue:
        joined = " ".join(tongue.variants.get(word, word) for word in joined.split(" "))
    return joined.split("\n")


def furnished(text: list[str], tongue: Tongue, chance: random.Random) -> list[str]:
    """What a page leaves in a text: a few lines of its own."""
    text = list(text)
    for _ in range(chance.randint(1, 3)):
        text.insert(chance.randint(0, len(text)), tongue.sentence(chance, 4, 9))
    return text


Edit = Callable[[list[str], Tongue, random.Random], list[str]]
MIXES: dict[str, list[tuple[Edit, ...]]] = {
    "tuning": [(), (styled,), (truncated,), (new_lead,), (inserted,), (furnished,), (styled, new_lead), (truncated, styled)],
    "held-out": [(furnished,), (styled, furnished), (abridged,), (abridged, styled, furnished), (new_lead, truncated),
                 (inserted, new_lead), (truncated, inserted, styled), (abridged, new_lead, inserted, styled)],
}  # fmt: skip
"""Edits that a copy goes through, one after the other; what was looked at while thresholds were chosen, and what was not."""


def changed(text: list[str], tongue: Tongue, chance: random.Random) -> tuple[list[str], str | None]:
    """The text with one number or name that is another, and what kind of change that is."""
    kind = chance.choice(["number", "name"])
    for place in chance.sample(range(len(text)), len(text)):
        words = text[place].split(" ")
        for at in chance.sample(range(len(words)), len(words)):
            word = words[at].strip(",.“”«»\"'„")
            if kind == "number" and word.replace(",", "").isdigit():
                words[at] = words[at].replace(word, f"{int(word.replace(',', '')) + chance.randrange(3, 400):,}")
            elif kind == "name" and at and word.istitle() and tongue.code not in ("de", *DENSE):
                words[at] = words[at].replace(word, chance.choice(tongue.words[3_000:]).capitalize())
            else:
                continue
            return [*text[:place], " ".join(words), *text[place + 1 :]], kind
    return text, None
