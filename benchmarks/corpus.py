"""Makes a corpus of invented articles with planted defects, for the benchmarks. Usage: python corpus.py OUT.jsonl [RECORDS]

Every record is about 4 kB. Which defects a record has follows from its number alone (see `DEFECTS`), so that a benchmark
can check what was found. The texts are made of invented sentences in several languages and scripts.
"""

import json
import random
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CRAWLED = datetime(2025, 6, 20, tzinfo=UTC)
BODY = 4_000
"""Bytes of body at least."""

_PLACES = [
    "Marlow",
    "Ostrava",
    "Lindby",
    "Quirral",
    "Sankt-Veit",
    "Porto-Alba",
    "Nagata",
    "Velmora",
    "Tarsus-Nord",
    "Ebenfurt",
    "Caldera",
    "Hvidvik",
]
_NAMES = [
    "Ana Lindqvist",
    "Jo Marten",
    "Ines Caldera",
    "Per Holm",
    "Mira Tanaka",
    "Oleg Sorin",
    "Layla Nasser",
    "Tomas Vrba",
    "Wei Lan",
    "Ruth Abel",
]
_THINGS = [
    "ferry harbour wall",
    "tram line",
    "town library",
    "grain silo",
    "night market",
    "lighthouse",
    "weather station",
    "school roof",
]
_SENTENCES = {
    "en": [
        "The council of {p} voted on Tuesday to repair the {t}, which has stood idle for {n} weeks.",
        "“We counted every bolt twice,” said {a}, who has looked after the {t} since the flood of {y}.",
        "About {n} people came to the opening, more than the square in front of the {t} could hold.",
        "The money comes from a fund that was set up after the storm and is managed by three retired teachers.",
        "Nobody in {p} expects the work to be finished before the first snow, but the cranes are there.",
    ],
    "de": [
        "Der Rat von {p} hat am Dienstag beschlossen, die Anlage zu reparieren, die seit {n} Wochen stillsteht.",
        "„Wir haben jede Schraube zweimal gezählt“, sagte {a}, die sich seit {y} darum kümmert.",
        "Rund {n} Menschen kamen zur Eröffnung, mehr als der Platz fassen konnte.",
        "Das Geld stammt aus einem Fonds, den drei pensionierte Lehrerinnen verwalten.",
    ],
    "fr": [
        "Le conseil de {p} a décidé mardi de réparer l’ouvrage, à l’arrêt depuis {n} semaines.",
        "« Nous avons compté chaque boulon deux fois », a dit {a}, qui s’en occupe depuis {y}.",
        "Près de {n} personnes sont venues à l’ouverture, plus que la place ne pouvait en contenir.",
    ],
    "es": [
        "El consejo de {p} decidió el martes reparar la obra, parada desde hace {n} semanas.",
        "«Contamos cada tornillo dos veces», dijo {a}, que la cuida desde {y}.",
        "Unas {n} personas acudieron a la inauguración, más de las que cabían en la plaza.",
    ],
    "ru": [
        "Совет города {p} во вторник решил починить сооружение, которое простаивает {n} недель.",
        "«Мы дважды пересчитали каждый болт», — сказала {a}, которая следит за ним с {y} года.",
        "На открытие пришло около {n} человек, больше, чем вмещает площадь.",
    ],
    "zh": ["{p}市议会周二决定修复停用{n}周的设施。", "“我们把每个螺栓都数了两遍，”{a}说，她从{y}年起就照看它。", "约有{n}人前来参加开幕仪式，超出了广场的容量。"],
    "ar": [
        "قرر مجلس {p} يوم الثلاثاء إصلاح المنشأة المتوقفة منذ {n} أسبوعا.",
        "وقالت {a} التي تعتني بها منذ عام {y} إنهم عدّوا كل برغي مرتين.",
        "حضر الافتتاح نحو {n} شخصا وهو عدد يفوق ما تتسع له الساحة.",
    ],
}  # fmt: skip
_LANGUAGES = ["en"] * 5 + ["de", "de", "fr", "es", "ru", "zh", "ar"]

Record = dict[str, Any]


def _line(record: Record, text: str) -> None:
    lines = record["text"].split("\n")
    lines.insert(len(lines) // 2, text)
    record["text"] = "\n".join(lines)


DEFECTS: dict[str, Callable[[Record], Any]] = {
    "date-missing": lambda r: r.update(date="None"),
    "date-unparseable": lambda r: r.update(date="two hours ago"),
    "date-in-future": lambda r: r.update(date="2026-02-03T10:00:00Z", url=r["url"].replace("/2025/06/", "/news/")),
    "date-differs-from-url": lambda r: r.update(date="2025-03-02T10:00:00Z"),
    "byline-missing": lambda r: r.update(authors=[]),
    "byline-noise": lambda r: r.update(authors=[f"{r['authors'][0]}, Staff Writer @desk"]),
    "byline-prefix": lambda r: r.update(authors=[f"By {r['authors'][0]}"]),
    "agency-spelling": lambda r: r.update(authors=["Afp"]),
    "agency-not-in-byline": lambda r: r.update(text=f"LIMA (AFP) - {r['text']}"),
    "url-missing": lambda r: r.update(url=None),
    "url-malformed": lambda r: r.update(url="http://" + r["url"]),
    "url-white-space": lambda r: r.update(url=r["url"] + " -a1"),
    "url-relative": lambda r: r.update(url=r["url"].removeprefix("https://www.example.com")),
    "url-scheme": lambda r: r.update(url="file:///home/desk/story.html"),
    "url-credentials": lambda r: r.update(url=r["url"].replace("https://", "https://desk:secret@")),
    "url-private-address": lambda r: r.update(url=r["url"].replace("www.example.com", "127.1")),
    "related-link": lambda r: _line(r, "Related article: Harbour wall repaired ahead of season"),
    "read-more": lambda r: _line(r, "Read more: How the tram lost its wheels"),
    "original-url-trailer": lambda r: r.update(text=r["text"] + "\nOriginal url:\n" + r["url"]),
    "photo-credit": lambda r: _line(r, "Photo: Ines Caldera / Harbour Office"),
    "markup": lambda r: _line(r, '<div class="share">&nbsp;</div>'),
    "body-missing": lambda r: r.update(text=" "),
    "body-too-short": lambda r: r.update(text="Please enable JavaScript."),
    "mojibake": lambda r: _line(r, "Die FÃ¤hre fÃ¤hrt wieder, sagte der BÃ¼rgermeister."),
    "title-missing": lambda r: r.update(title=None),
}
"""Rule -> how a good record is spoilt so that this rule must report it."""

EVERY = 2
"""Every second record has one defect, each kind in turn."""


def defect_of(number: int, kinds: Sequence[str] = tuple(DEFECTS)) -> str | None:
    """The defect of ``kinds`` planted into record ``number``, or None."""
    return kinds[number // EVERY % len(kinds)] if number % EVERY == 0 else None


def record(number: int, kinds: Sequence[str] = tuple(DEFECTS)) -> Record:
    """Record ``number`` of the corpus."""
    chance = random.Random(number)
    language = _LANGUAGES[number % len(_LANGUAGES)]
    published = CRAWLED - timedelta(days=1 + number % 15, minutes=chance.randrange(1_400))
    paragraphs: list[str] = []
    size = 0
    while size < BODY:
        sentences = [
            chance.choice(_SENTENCES[language]).format(
                p=chance.choice(_PLACES), t=chance.choice(_THINGS), a=chance.choice(_NAMES), n=chance.randrange(3, 900),
                y=chance.randrange(1980, 2025),
            )
            for _ in range(3)
        ]  # fmt: skip
        paragraphs.append(" ".join(sentences))
        size += len(paragraphs[-1].encode()) + 1
    good = {
        "id": f"a{number}",
        "url": f"https://www.example.com/{published:%Y/%m/%d}/story-{number}",
        "title": f"{chance.choice(_PLACES)} repairs its {chance.choice(_THINGS)} ({number})",
        "authors": [chance.choice(_NAMES)],
        "date": published.isoformat(),
        "language": language,
        "text": "\n".join(paragraphs),
        "crawl_date": CRAWLED.isoformat(),
    }
    if kind := defect_of(number, kinds):
        DEFECTS[kind](good)
    return good


def write(path: Path, records: int, kinds: Sequence[str] = tuple(DEFECTS)) -> None:
    """Writes ``records`` records as JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(records):
            out.write(json.dumps(record(number, kinds), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
