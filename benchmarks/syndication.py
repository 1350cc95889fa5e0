"""How well copies are found, and what it costs.

Usage: python benchmarks/syndication.py quality [STORIES] [MIX] [SEED]   (default 600 held-out 2)
       python benchmarks/syndication.py cost [RECORDS|FILE] [REPEATS]    (default 100000 and 3)
       python benchmarks/syndication.py fill FILE RECORDS                (the Parquet file that `cost` makes, to be kept)

`quality` invents stories in twelve languages that travel through outlets (truncated, abridged, with new leads, inserted paragraphs
and the house's style, several together), and beside them what only looks alike: other stories on the same topic that repeat
its background, reports of one source that share their form, live blogs that grow under one URL, digests of several stories, and
one page as several extractors read it. It prints precision and recall of pairs, and precision of each rule where it is planted.
`cost` measures looking for copies, in a set of which a third travels, beside the floor: polars reading the file and writing it back.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import polars as pl

import copydesk
from against_floor import FLOOR
from copydesk.press.shingles import contained, is_dense, tokens_each
from measuring import Cost, measured
from wires import Record, made

HERE = Path(__file__).resolve().parent

CONTRACT = "contract: benchmark\nsyndication: on\nrules: {{{rules}}}\n"


def quality(stories: int, mix: str, seed: int) -> dict[str, float]:
    """Checks a set and prints how right what is found is."""
    records = made(stories, mix, seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        (folder / "contract.yaml").write_text(CONTRACT.format(rules=""), encoding="utf-8")
        run = copydesk.check(folder / "in.jsonl", contract=folder / "contract.yaml", out=folder / "run")
        members = pl.read_parquet(folder / "run" / "syndication.parquet").select("cluster", "record")
        findings = run.findings.filter(pl.col("code").str.starts_with("SYN"))
    clusters = dict(zip(members["record"].to_list(), members["cluster"].to_list(), strict=True))
    figures = _pairs(records, clusters)
    print(f"{mix} (seed {seed}): {len(records)} records, {len(set(clusters.values()))} clusters found")
    for name, value in figures.items():
        print(f"  {name:<28} {value:.4f}" if isinstance(value, float) else f"  {name:<28} {value}")
    _rules(records, findings)
    return figures


def _pairs(records: list[Record], clusters: dict[int, int]) -> dict[str, float]:
    """Precision and recall over pairs of records with different URLs; recall by containment."""
    by_story: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        if record["kind"] != "digest":
            by_story.setdefault(record["story"], []).append(number)
    found = _Steps()
    for numbers in by_story.values():
        # of a page that was read twice, either may stand for it
        urls = {records[number]["url"]: number for number in numbers}
        texts = [records[number]["text"] for number in urls.values()]
        dense = bool(texts) and is_dense(texts[0])
        runs = [text.shingles() for text in tokens_each(texts, dense)]
        placed = [
            next((clusters[n] for n in numbers if n in clusters and records[n]["url"] == url), None) for url in urls
        ]
        for one, other in combinations(range(len(texts)), 2):
            share = contained(*sorted((runs[one], runs[other]), key=len))
            found.add(share, placed[one] is not None and placed[one] == placed[other])
    members: dict[int, list[int]] = {}
    for number, cluster in clusters.items():
        if records[number]["kind"] != "digest":
            members.setdefault(cluster, []).append(number)
    right = wrong = 0
    for numbers in members.values():
        for one, other in combinations(numbers, 2):
            if records[one]["story"] == records[other]["story"]:
                right += 1
            else:
                wrong += 1
    alike = Counter(records[number]["kind"] for number in clusters)
    return {"precision of pairs": right / max(1, right + wrong), "pairs found": right + wrong, **found.figures(),
            **{f"members that are {kind}": count for kind, count in sorted(alike.items())}}  # fmt: skip


class _Steps:
    """Recall by the containment that two copies have."""

    def __init__(self) -> None:
        self._held: Counter[int] = Counter()
        self._all: Counter[int] = Counter()

    def add(self, share: float, found: bool) -> None:
        step = min(9, int(10 * share))
        self._all[step] += 1
        self._held[step] += found

    def figures(self) -> dict[str, float]:
        """Recall of all pairs from 0.5, and step by step."""
        steps = [step for step in sorted(self._all) if step >= 3]
        above = [step for step in steps if step >= 5]
        total = sum(self._held[step] for step in above) / max(1, sum(self._all[step] for step in above))
        return {"recall from 0.5": total, "copies from 0.5": sum(self._all[step] for step in above),
                **{f"recall {step / 10}-{step / 10 + 0.1:.1f}": self._held[step] / self._all[step] for step in steps}}  # fmt: skip


PLANTED = {
    "copy-uncredited": lambda record: record.get("credit") in ("uncredited", "staff"),
    "copy-credit-conflict": lambda record: record.get("credit") == "conflict",
    "copy-claimed-by-staff": lambda record: record.get("credit") == "staff",
    "copy-facts-changed": lambda record: bool(record.get("changed")),
    "copy-in-source": lambda record: bool(record.get("twin")),
}


def _rules(records: list[Record], findings: pl.DataFrame) -> None:
    """Prints for each rule how many of its articles were planted, and how many of those planted it finds."""
    for slug, planted in PLANTED.items():
        found = set(findings.filter(pl.col("rule") == slug)["record"].to_list())
        wanted = {number for number, record in enumerate(records) if planted(record)}
        # a finding names two articles, and cannot know which of them was spoilt
        spoilt = {str(records[number]["story"]) for number in wanted}
        right = sum(str(records[number]["story"]) in spoilt for number in found)
        precision, recall = right / max(1, len(found)), len(found & wanted) / max(1, len(wanted))
        print(f"  {slug:<28} {len(found):5} found, precision {precision:.3f}, recall {recall:.3f} of {len(wanted)}")


SOLO = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from copydesk import contract
from copydesk.articles.inputs import expand
from copydesk.engines.crew import Crew, cores
from copydesk.engines.surveying import survey_inputs
from copydesk.origin.means import OFFLINE
read, started, folder = contract.read(sys.argv[2]), datetime.now(UTC), Path(sys.argv[3])
folder.mkdir()
with Crew(read, started, folder, cores(), OFFLINE, False) as crew:
    print(survey_inputs(expand([sys.argv[1]]), read, crew, folder).copies)
"""
"""The survey of a run alone, copies and all: what comes before articles are judged."""

FILL = """
import json, random, sys
sys.path.insert(0, sys.argv[1])
import wires
chance, number = random.Random(7), 0
tongues = [wires.Tongue(code, chance) for code in wires.SCRIPTS]
with open(sys.argv[2], "w", encoding="utf-8") as out:
    story = 0
    while number < int(sys.argv[3]):
        tongue = tongues[story % len(tongues)]
        printed = wires.wire(story, tongue, "held-out", chance)
        for record in [*printed, *(wires.alone(tongue, chance) for _ in range(2 * len(printed)))]:
            out.write(json.dumps({**record, "id": f"a{number}"}, ensure_ascii=False) + "\\n")
            number += 1
        story += 1
import polars
polars.scan_ndjson(sys.argv[2], infer_schema_length=None).select("id", "url", "source", "title", "authors", "date", "text",
    "crawl_date").sink_parquet(sys.argv[4])
"""


def fill(source: Path, records: int) -> None:
    """Writes a set of so many records, a third of which travel."""
    lines = source.with_suffix(".jsonl")
    subprocess.run([sys.executable, "-c", FILL, str(HERE), str(lines), str(records), str(source)], check=True)
    lines.unlink()


def cost(wanted: str, repeats: int) -> None:
    """Prints what looking for copies costs beside the floor, each in a process of its own, in turn.

    ``wanted`` is how many records, or a file that `fill` has written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "in.parquet" if wanted.isdecimal() else Path(wanted)
        if wanted.isdecimal():
            fill(source, int(wanted))
        records = pl.scan_parquet(source).select(pl.len()).collect().item()
        for name, setting in (("off", "off"), ("on", "on")):
            text = CONTRACT.format(rules="likely-furniture: off").replace("syndication: on", f"syndication: {setting}")
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        check = [
            sys.executable,
            "-m",
            "copydesk",
            "check",
            str(source),
            "--no-history",
            "--fail-on",
            "never",
            "-q",
            "-c",
        ]
        costs: dict[str, list[Cost]] = {}
        for turn in range(repeats):
            sides = {
                "polars read + write": [sys.executable, "-c", FLOOR, str(source), str(folder / "back.parquet")],
                "survey without copies": [sys.executable, "-c", SOLO, str(source), str(folder / "off.yaml"), str(folder / f"o{turn}")],
                "survey with copies": [sys.executable, "-c", SOLO, str(source), str(folder / "on.yaml"), str(folder / f"w{turn}")],
                "run without copies": [*check, str(folder / "off.yaml"), "-o", str(folder / "run-off")],
                "run with copies": [*check, str(folder / "on.yaml"), "-o", str(folder / "run-on")],
            }  # fmt: skip
            for name, command in sides.items():
                costs.setdefault(name, []).append(measured(command, folder / "out.txt"))
        floor = statistics.median(cost.wall for cost in costs["polars read + write"])
        found = json.loads((folder / "run-on" / "summary.json").read_text(encoding="utf-8"))["syndication"]
        print(f"{records} records, {source.stat().st_size / 1e6:.0f} MB Parquet, medians of {repeats}; "
              f"{found['articles']} articles in {found['clusters']} clusters")  # fmt: skip
        for name, taken in costs.items():
            wall = statistics.median(cost.wall for cost in taken)
            print(
                f"{name:<24} {wall:7.2f} s  CPU {statistics.median(cost.cpu for cost in taken):7.2f} s  "
                f"peak {max(cost.peak for cost in taken):4.0f} MB  {wall / floor:5.1f} x the floor"
            )


if __name__ == "__main__":
    task, *arguments = sys.argv[1:] or ["quality"]
    if task == "quality":
        named = dict(zip(("stories", "mix", "seed"), arguments, strict=False))
        quality(int(named.get("stories", 600)), named.get("mix", "held-out"), int(named.get("seed", 2)))
    elif task == "fill":
        fill(Path(arguments[0]), int(arguments[1]))
    else:
        cost(arguments[0] if arguments else "100000", int(arguments[1]) if len(arguments) > 1 else 3)
