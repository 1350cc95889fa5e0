"""Fills of one form are no copies, however much they share; new versions of a story are."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conftest import Finished, write_jsonl
from copydesk.syndication.clusters import Links, connected, links
from copydesk.syndication.fingerprints import Places, prints
from copydesk.syndication.forms import are_fills, beyond_forms
from copydesk.syndication.library import Library, shelved
from test_syndication import CONTRACT, article, words

OBITUARY = """{name}, {age}, of {town}, passed away peacefully on June {day}, 2025, surrounded by family. Born on May {born} in {home},
{first} was a devoted parent, grandparent and friend to all. {first} is survived by a spouse of {years} years and {children} children.
A memorial service will be held at {hour} a.m. on June {on} at the chapel of {town}. In lieu of flowers, the family asks that
donations be made to the lifeboat fund. To share a memory or leave a condolence, please visit the website of the funeral home."""

NOTICE = """Notice is hereby given that letters of administration for the estate of {name}, who died on June {day}, were granted
to {first} Holt on June {on} by the probate court of {town} under file number {born}. All persons having claims against the said
estate are required to exhibit the same to the undersigned within six months from the date of the first publication of this notice,
or be forever barred. All persons indebted to the said estate are requested to make immediate payment to the undersigned."""

DRAW = """Die Gewinnzahlen der Ziehung vom Samstag lauten {born}, {day}, {on}, {hour}, {years} und {age}, die Zusatzzahl ist {children}.
Im Topf liegen {on} Millionen Kronen, und in der zweiten Klasse gewinnen {children} Spieler je {born} Kronen. Alle Angaben sind ohne
Gewähr. Die Aussicht auf den Hauptgewinn ist sehr klein, und Spielen kann süchtig machen. Wer Hilfe sucht, findet sie bei der
Beratungsstelle der Küste, die den ganzen Tag besetzt ist und deren Auskünfte niemanden etwas kosten."""

QUOTES = """株式市場では本日、{born}社の株価が前日より{day}円高い{age}円で取引を終えた。出来高は{years}株で、年初来の高値は{on}円、安値は{hour}円だった。
会社は次の四半期の決算を{children}日に発表する予定で、市場の関係者はその内容を注意深く見守っている。この記事は取引所の資料をもとに自動で作られている。"""

QUAKE = """An earthquake of magnitude 5.{children} was recorded {on} kilometres north of {town} at 6:{hour} a.m. on Monday, the geological
survey said. There were no immediate reports of damage or injuries. In the past days there have been 7 earthquakes of magnitude 3.0 or
greater nearby. This report was produced automatically from the data of the survey; an editor has looked at it before publication."""

FILLS: list[dict[str, Any]] = [
    {"name": "Anna Roe", "first": "Anna", "age": 84, "town": "Lindby", "home": "Torby", "day": 9, "born": 1941, "years": 49, "children": 5, "hour": 10, "on": 27},
    {"name": "Karl Ost", "first": "Karl", "age": 68, "town": "Marvik", "home": "Ulmen", "day": 7, "born": 1957, "years": 36, "children": 3, "hour": 11, "on": 23},
    {"name": "Rut Zell", "first": "Rut", "age": 91, "town": "Velden", "home": "Orsk", "day": 5, "born": 1934, "years": 61, "children": 4, "hour": 9, "on": 19},
]  # fmt: skip

STORY = """At least {dead} people were killed and {hurt} injured when a ferry struck a pier in the harbour of Lindby on Monday, the coast
guard said. The vessel was carrying {aboard} passengers from the island of Marvik to the mainland. Captain Jo Marten told reporters
that the steering had failed shortly after the boat passed the outer light. The council has opened the sports hall for relatives, and
the mayor, Per Dahl, called it the worst day that the town had seen in 40 years. The pier was built in 1911."""


@pytest.fixture
def clustered(check: Callable[..., Finished], tmp_path: Path) -> Callable[..., int]:
    """How many articles stand in clusters of a run over texts, each of a source of its own."""

    def run(texts: list[str]) -> int:
        contract = tmp_path / "contract.yaml"
        contract.write_text(f"{CONTRACT}rules: {{likely-furniture: off}}\n", encoding="utf-8")
        records = [article(f"n{number}", [text], f"s{number}") for number, text in enumerate(texts)]
        done = check(write_jsonl(tmp_path / "in.jsonl", records), "-c", contract, "--fail-on", "never")
        return pl.read_parquet(done.run / "syndication.parquet").height

    return run


@pytest.mark.parametrize("form", [OBITUARY, NOTICE, DRAW, QUOTES, QUAKE])
def test_fills_of_a_form_are_no_copies(clustered: Callable[..., int], form: str) -> None:
    assert clustered([form.format(**fill) for fill in FILLS]) == 0


def test_a_story_whose_tolls_all_rose_is_a_copy(clustered: Callable[..., int]) -> None:
    tolls = [{"dead": 12, "hurt": 34, "aboard": 87}, {"dead": 17, "hurt": 52, "aboard": 93}]
    assert clustered([STORY.format(**toll) for toll in tolls]) == 2


def test_a_form_that_is_filled_in_alike_is_a_copy(clustered: Callable[..., int]) -> None:
    assert clustered([OBITUARY.format(**FILLS[0]), OBITUARY.format(**FILLS[0] | {"hour": 11}).upper()]) == 2


def test_the_way_of_a_house_makes_no_form() -> None:
    text = STORY.format(dead=12, hurt=34, aboard="1,087")
    for other in (
        text.replace("1,087", "1.087"),
        text.replace("12", "twelve").replace("34", "thirty-four"),
        text.upper(),
    ):
        assert not are_fills(text, other)
    for one, other in combinations(FILLS, 2):
        assert are_fills(OBITUARY.format(**one), OBITUARY.format(**other))


def test_what_is_laid_side_by_side_last_and_what_never_is_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tolls = [{"dead": dead, "hurt": 3 * dead, "aboard": 1_000 + dead} for dead in (12, 17, 21, 29)]
    stories = [STORY.format(**toll) for toll in tolls]
    texts = [
        *stories,
        stories[0].replace("1,012", "1.012"),
        stories[0][:300],
        *(OBITUARY.format(**fill) for fill in FILLS),
    ]
    numbers = np.arange(len(texts))
    library = Library(tmp_path)
    library.add(shelved(pl.Series(numbers), pl.Series(texts)))
    library.close()
    found = links(np.array(list(combinations(numbers, 2))), numbers, np.full(len(texts), -1), library)
    asked: list[int] = []

    def counted(one: str, other: str) -> bool:
        asked.append(1)
        return are_fills(one, other)

    each = [not are_fills(texts[first], texts[second]) for first, second, *_ in found.tolist()]
    wanted = connected(_pairs(found[each]), len(texts)).tolist()
    assert wanted == [0, 0, 0, 0, 0, 0, 6, 7, 8]
    monkeypatch.setattr("copydesk.syndication.forms.are_fills", counted)
    seen = set()
    for turn in range(20):
        shuffled = np.random.default_rng(turn).permutation(found)
        kept = beyond_forms(shuffled, numbers, library)
        assert connected(_pairs(kept), len(texts)).tolist() == wanted
        seen.add(tuple(sorted(map(tuple, _pairs(kept).tolist()))))
    assert len(seen) == 1
    assert len(asked) <= 20 * (3 + 3)  # three fills, and three stories with other tolls than the first


def _pairs(found: Links) -> Places:
    return np.stack([found["first"], found["second"]], 1)


def test_an_imprint_that_outlets_share_makes_no_copies_of_their_stories(clustered: Callable[..., int]) -> None:
    imprint = words("imprint", 4)
    briefs = ["\n".join([*words(("brief", number), 3), *imprint]) for number in range(12)]
    story = words("story", 12)
    wires = ["\n".join([*story, *imprint]), "\n".join(story), "\n".join(story[:8])]
    assert clustered(briefs) == 0
    assert clustered([*briefs, *wires]) == len(wires)


def test_a_story_to_which_all_add_is_copied(clustered: Callable[..., int]) -> None:
    story = words("story", 12)
    additions = ["\n".join([*story, *words(("own", number), 5)]) for number in range(8)]
    assert clustered(["\n".join(story), *additions]) == 9


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قتل ١٢ شخصا على الأقل", "قتل 12 شخصاً على الاقل"),  # digits, vowel signs, hamza
        ("وقالت القبطانة في لندبي", "وقالت القبطانه فى لنـدبي"),  # endings as in Egypt, a stretched line
        ("کشتی به بندر رسید", "كشتي به بندر رسيد"),  # Arabic letters in Persian
        ("बड़े शहर की सड़क", "ब\u095cे शहर की स\u095cक"),  # a letter with its dot, and the two apart
        ("フェリーが港に入った", "フェリーか\u3099港に入った"),
        ("१२ लोग", "12 लोग"),
        ("ışık limanı", "IŞIK LİMANI"),
        ("המעבורת הגיעה", "הַמַּעֲבוֹרֶת הִגִּיעָה"),
    ],
)
def test_letters_and_digits_that_houses_write_otherwise_are_no_difference(one: str, other: str) -> None:
    assert one != other
    first, second = prints(pl.Series([one, other])).keys
    assert first == second
