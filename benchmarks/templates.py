"""How well repeated lines are found: sources of twenty articles with planted template lines, and traps beside them.

Usage: python benchmarks/templates.py [SOURCES]   (default 40)

Prints precision and recall of the rule template-line over all lines. Texts are invented; see `corpus.py`.
"""

import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

import copydesk
from corpus import record

ARTICLES = 20

TEMPLATES = [
    ("{site}: news from the quay since 1901", 1.0),
    ("Reading this on paper? Find us at the newsstand on pier {n}.", 1.0),
    ("{n} readers are on this page right now", 0.8),
    ("Weather today: {n} degrees, {m} per cent humidity", 0.6),
    ("The desk of {site} answers letters on weekdays between {n} and {m} o’clock; anonymous letters are read aloud to the "
     "intern and then used to light the stove, as they have been since the paper was founded.", 0.9),
    ("Dieser Text ist zuerst in der gedruckten Ausgabe Nr. {n} erschienen", 0.5),
    ("Nos archives comptent {n} articles", 0.4),
    ("Выпуск № {n}", 0.7),
    ("{site}編集部", 0.9),
    ("إقرأنا كل صباح", 0.5),
    ("Tips? {site} desk, room {n}", 0.3),
    ("Our kiosk sells stamps", 0.25),
]  # fmt: skip
"""A template line and the share of the source's articles that carry it; digits differ from article to article."""

TRAPS = [
    ("The council declined to comment.", 2),
    ("“We have nothing to add,” the mayor’s office wrote.", 2),
    ("The dispute began in 1987, when the harbour authority sold the eastern quay to a company that never paid for it; two "
     "courts have since ruled for the town, and one for the company, which is appealing.", 4),
]  # fmt: skip
"""Genuine sentences, and in how many of the twenty articles they stand: quotes and background that newspapers repeat."""


def source(number: int) -> list[tuple[dict[str, Any], set[int]]]:
    """The articles of one source, each with the 1-based lines that are its template's."""
    chance = random.Random(number)
    site = f"Quay Gazette {chance.choice('ABCDEFGHIJ')}"
    chosen = chance.sample(TEMPLATES, 4)
    traps = {index: set(chance.sample(range(ARTICLES), count)) for index, (_, count) in enumerate(TRAPS)}
    carriers = [set(chance.sample(range(ARTICLES), round(share * ARTICLES))) for _, share in chosen]
    articles = []
    for index in range(ARTICLES):
        item = record(2 * (number * 10_000 + index) + 1)  # odd records have no planted defect
        item["url"] = f"https://gazette-{number}.example/story-{index}"
        lines = [(line, False) for line in item["text"].split("\n")]
        lines += [lines[0]] if chance.random() < 0.2 else []  # a refrain within one article
        for trap, (text, _) in enumerate(TRAPS):
            if index in traps[trap]:
                lines.insert(chance.randrange(len(lines)), (text, False))
        for (text, _), where in zip(chosen, carriers, strict=True):
            if index in where:
                line = text.format(site=site, n=chance.randrange(2, 9_000), m=chance.randrange(2, 99))
                lines.insert(chance.choice([0, len(lines), len(lines) // 2]), (line, True))
        item["text"] = "\n".join(line for line, _ in lines)
        articles.append((item, {at for at, (_, planted) in enumerate(lines, 1) if planted}))
    return articles


def main(sources: int) -> tuple[float, float]:
    """Checks the sources in one run; gives precision and recall."""
    articles = [article for number in range(sources) for article in source(number)]
    random.Random(0).shuffle(articles)  # sources come mixed, as in a crawl
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "in.jsonl"
        path.write_text("".join(json.dumps(item) + "\n" for item, _ in articles), encoding="utf-8")
        found = copydesk.check(path).findings.filter(pl.col("rule") == "template-line")
    flagged = set(found.select("record", "line").iter_rows())
    planted = {(number, line) for number, (_, lines) in enumerate(articles) for line in lines}
    right = len(flagged & planted)
    precision, recall = right / max(1, len(flagged)), right / len(planted)
    print(f"{sources} sources of {ARTICLES} articles, {len(planted)} template lines")
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
