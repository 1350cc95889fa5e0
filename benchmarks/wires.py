"""Invents stories that travel: the texts, copies and look-alikes that `syndication.py` measures on.

Words are made of syllables in several scripts and drawn by Zipf's law among the small words of a language, so that texts share
stock phrases and short runs of words as real ones do, and no sentence by accident. Which texts a record was made from is in its
`extra`, which no rule reads.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


def made(stories: int, mix: str, seed: int) -> list[Record]:
    """The records of a set, shuffled. `extra` says of each: story, kind, and the defect planted in it."""
    chance = random.Random(f"{mix}-{seed}")
    tongues = [Tongue(code, chance) for code in SCRIPTS]
    records: list[Record] = []
    for number in range(stories):
        tongue = tongues[number % len(tongues)]
        records += wire(number, tongue, mix, chance)
    for number in range(stories // 10):
        tongue = chance.choice(tongues)
        records += _topic(f"topic-{number}", tongue, chance)
        records += _forms(f"form-{number}", tongue, chance)
        records += _live(f"live-{number}", tongue, chance)
    records += _digests(records, chance, stories // 30)
    chance.shuffle(records)
    for number, record in enumerate(records):
        record["id"] = f"a{number}"
    return records


def _record(text: list[str], site: str, at: timedelta, tongue: Tongue, chance: random.Random, **more: object) -> Record:
    when = CRAWLED - at
    return {
        "url": f"https://www.{site}/{when:%Y/%m/%d}/{chance.randrange(10**9)}",
        "source": site,
        "title": tongue.sentence(chance, 5, 9)[:-1],
        "authors": [tongue.name(chance).title()],
        "date": when.isoformat(timespec="seconds"),
        "text": "\n".join(text),
        "crawl_date": CRAWLED.isoformat(),
        **more,
    }


def wire(number: int, tongue: Tongue, mix: str, chance: random.Random) -> list[Record]:
    """A story, and from none to a dozen outlets that print it."""
    text, agency = tongue.story(chance), chance.choice(AGENCIES)
    start = timedelta(days=chance.uniform(3, 15))
    sites = chance.sample(SITES, min(len(SITES), 1 + int(chance.paretovariate(1) * 1.2)))[:12]
    found = []
    for place, site in enumerate(sites):
        own, planted = text, None
        edits = chance.choice(MIXES[mix]) if place else ()
        if place and chance.random() < 0.25:
            own, planted = changed(own, tongue, chance)
        for edit in edits:
            own = edit(own, tongue, chance)
        credit, defect = {"authors": [agency]}, None
        if place > 1 and chance.random() < 0.5:
            defect = chance.choice(["uncredited", "conflict", "staff"])
            other = chance.choice([name for name in AGENCIES if name != agency])
            credit = {"uncredited": {"authors": []}, "conflict": {"authors": [other]}, "staff": {}}[defect]
        at = start - timedelta(hours=place * chance.uniform(0.1, 5))
        extra = {"story": f"wire-{number}", "kind": "wire", "credit": defect, "changed": planted}
        found.append(_record(own, site, at, tongue, chance, **credit, **extra))
        if chance.random() < 0.03:  # the same article once more, under another address of its outlet
            later = (CRAWLED - at + timedelta(minutes=9)).isoformat(timespec="seconds")
            found.append({**found[-1], "url": found[-1]["url"] + "-2", "date": later, "twin": True})
        if chance.random() < 0.05:  # the same page, as another extractor reads it
            found.append({**found[-1], "text": found[-1]["text"] + "\n" + tongue.sentence(chance)})
    return found


def alone(tongue: Tongue, chance: random.Random) -> Record:
    """An article that nobody else prints."""
    at = timedelta(days=chance.uniform(3, 15))
    return _record(tongue.story(chance, 12, 18), chance.choice(SITES), at, tongue, chance)


def _topic(story: str, tongue: Tongue, chance: random.Random) -> list[Record]:
    """Different stories that repeat the same background and quote."""
    background = [tongue.sentence(chance, 15, 25) for _ in range(2)]
    found = []
    for number, site in enumerate(chance.sample(SITES, 6)):
        text = tongue.story(chance, 6, 12)
        for line in background:
            text.insert(chance.randrange(len(text)), line)
        at = timedelta(days=5, hours=number)
        found.append(_record(text, site, at, tongue, chance, story=f"{story}-{number}", kind="topic"))
    return found


def _forms(story: str, tongue: Tongue, chance: random.Random) -> list[Record]:
    """A source's daily report: the same form with other figures and words."""
    form = [tongue.story(chance, 1, 1)[0].split(" ") for _ in range(6)]
    site, found = chance.choice(SITES), []
    for day in range(8):
        text = []
        for words in form:
            text.append(" ".join(tongue.word(chance) if place % 9 == 4 else word for place, word in enumerate(words)))
            text[-1] += f" {chance.randrange(2, 90)} / {chance.randrange(2, 90)} {tongue.sentence(chance, 6, 9)}"
        at = timedelta(days=1 + day)
        found.append(_record(text, site, at, tongue, chance, story=f"{story}-{day}", kind="form"))
    return found


def _live(story: str, tongue: Tongue, chance: random.Random) -> list[Record]:
    """A live blog, crawled again and again while it grows."""
    text = tongue.story(chance, 4, 6)
    first = _record(text, chance.choice(SITES), timedelta(days=4), tongue, chance, story=story, kind="live")
    found = [first]
    for _ in range(3):
        text = [tongue.paragraph(chance), *text]
        found.append({**first, "text": "\n".join(text)})
    return found


def _digests(records: list[Record], chance: random.Random, number: int) -> list[Record]:
    """Round-ups of five stories, whose beginnings they print: they belong to any of them, and must not make one of the five."""
    wires = [record for record in records if record["kind"] == "wire"]
    found = []
    for _ in range(number):
        chosen = chance.sample(wires, 5)
        text = "\n".join("\n".join(record["text"].split("\n")[:3]) for record in chosen)
        stories = [record["story"] for record in chosen]
        url = f"https://www.{SITES[0]}/{chance.randrange(10**9)}"
        found.append({**chosen[0], "url": url, "source": SITES[0], "text": text, "story": stories, "kind": "digest"})
    return found
