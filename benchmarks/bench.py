"""copydesk beside what a user would pick instead, in one run, with the figures written into docs/performance.md.

Usage: python benchmarks/bench.py [RECORDS ...] [--repeats 5] [--format parquet|jsonl] [--side NAME ...] [--no-write]
(default: 10000 and 100000 records, both formats, all sides; `make bench`)

Makes its own corpus, in which every second record breaks one of six rules (byline and agency, date, URL, line to another story,
misread characters, shortness), and the environment of the others (`peers.py`). All sides run whole and in turn, as processes of
their own: read, check, write accepted and quarantined records, say which record breaks which rule. Each must find
exactly what was planted, or the run stops. copydesk does more besides: spans and messages, tables, provenance, report.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from copydesk import __version__
from copydesk.rules import REGISTRY
from copydesk.vocabulary import agencies, escape, phrases
from corpus import defect_of, write
from measuring import Cost, measured, median
from peers import environment, versions

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks/bench.py writes from here -->", "<!-- to here -->"

RULES = (
    "byline-missing", "agency-spelling", "date-missing", "date-in-future", "url-malformed", "related-link", "mojibake",
    "body-too-short",
)  # fmt: skip
FRAMES = {
    "polars reads and writes": "floor",
    "pandera on polars": "pandera_polars",
    "Pointblank on polars": "pointblank_polars",
    "pandera on pandas": "pandera_pandas",
    "Great Expectations on pandas": "gx_pandas",
}
ITEMS = {
    "json.loads + pydantic": "pydantic_items",
    "json.loads + jsonschema": "jsonschema_items",
    "Spidermon's validator": "spidermon_items",
}
"""These read items, and so JSON Lines only."""

UNSAID = {"jsonschema_items": {"date-in-future"}, "spidermon_items": {"date-in-future"}}
"""Rules that a side cannot express."""


def patterns() -> dict[str, Any]:
    """What all sides look for, in words that copydesk ships."""
    leads = [phrase.text for phrase in phrases("related-link") if phrase.risk != "high" and phrase.match == "prefix"]
    codes = {
        name for agency in agencies() for name in agency.bylines if name.isascii() and name.isupper() and len(name) > 2
    }
    return {
        "agency": rf"^(?:By )?(?:{_either(code.title() for code in codes)})$",
        "url": r"^https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/\S*)?$",
        "related": rf"(?im)^[ \t•*>-]*(?:{_either(leads)})",
        "mojibake": "\ufffd|[ÂÃ][\u0080-\u00bf]|â€",
        "shortest": 100,
    }


def _either(texts: Iterable[str]) -> str:
    return "|".join(escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))


def contract(folder: Path) -> Path:
    """A contract of copydesk with these rules and no others."""
    off = "".join(f"  {slug}: off\n" for slug in REGISTRY if slug not in RULES)
    path = folder / "six.yaml"
    path.write_text(f"contract: six\nrules:\n{off}", encoding="utf-8")
    return path


def sides(source: Path, folder: Path, python: Path, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The command of each side."""
    rules = folder / "rules.json"
    rules.write_text(json.dumps(patterns()), encoding="utf-8")
    check = [
        sys.executable,
        "-m",
        "copydesk",
        "check",
        str(source),
        "-c",
        str(contract(folder)),
        "--no-history",
        "-q",
        "--fail-on",
        "never",
    ]
    commands = {
        "copydesk": [*check, "-o", str(folder / "copydesk")],
        "copydesk, one process": [*check, "--jobs", "1", "-o", str(folder / "copydesk-1")],
    }
    others = FRAMES if source.suffix == ".parquet" else {**FRAMES, **ITEMS}
    for name, side in others.items():
        (folder / side).mkdir(exist_ok=True)
        commands[name] = [str(python), str(HERE / "sides" / f"{side}.py"), str(source), str(rules), str(folder / side)]
    return {name: command for name, command in commands.items() if not wanted or name in wanted}


def found(name: str, folder: Path) -> dict[str, list[int]]:
    """Rule -> the records that a side says break it."""
    if name.startswith("copydesk"):
        run = folder / ("copydesk-1" if "one" in name else "copydesk")
        rows = (
            pl.read_parquet(run / "findings.parquet", columns=["rule", "record"])
            .unique()
            .group_by("rule")
            .agg("record")
        )
        return {rule: sorted(records) for rule, records in rows.iter_rows()}
    side = {**FRAMES, **ITEMS}[name]
    answer: dict[str, list[int]] = json.loads((folder / side / "found.json").read_text(encoding="utf-8"))
    return {rule: records for rule, records in answer.items() if records}


def check_found(name: str, folder: Path, records: int) -> None:
    """Stops where a side did not find what was planted, or invented something."""
    if FRAMES.get(name) == "floor":
        return
    unsaid = UNSAID.get(ITEMS.get(name, ""), set())
    planted: dict[str, list[int]] = {}
    for number in range(records):
        if (rule := defect_of(number, RULES)) and rule not in unsaid:
            planted.setdefault(rule, []).append(number)
    if (answer := found(name, folder)) != planted:
        wrong = [rule for rule in RULES if answer.get(rule, []) != planted.get(rule, [])]
        sys.exit(f"{name} found something else than was planted: {', '.join(wrong)}")


def compared(records: int, form: str, repeats: int, python: Path, wanted: Sequence[str]) -> tuple[int, dict[str, Cost]]:
    """The size of the input and the median cost of each side."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
        folder = Path(scratch)
        source = folder / "in.jsonl"
        write(source, records, RULES)
        if form == "parquet":
            pl.scan_ndjson(source, infer_schema_length=None).sink_parquet(source.with_suffix(".parquet"))
            source.unlink()
            source = source.with_suffix(".parquet")
        commands = sides(source, folder, python, wanted)
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for turn in range(repeats):
            for name, command in commands.items():
                costs[name].append(measured(command, folder / "out.txt"))
                if turn == 0:
                    check_found(name, folder, records)
                    print(f"  {name}: {costs[name][0].wall:.1f} s", flush=True)
        return source.stat().st_size, {name: median(taken) for name, taken in costs.items()}


def table(records: int, form: str, size: int, costs: dict[str, Cost]) -> str:
    """The figures in Markdown."""
    own, floor = costs.get("copydesk"), costs.get("polars reads and writes")
    lines = [
        f"{records:,} records, {size / 1e6:,.0f} MB of {'Parquet' if form == 'parquet' else 'JSON Lines'}:",
        "",
        "| | wall | CPU | peak | × the floor | × copydesk |",
        "|---|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        to_floor = f"{cost.wall / floor.wall:.1f}" if floor else ""
        to_own = f"{cost.wall / own.wall:.2f}" if own else ""
        lines.append(f"| {name} | {cost.wall:.1f} s | {cost.cpu:.1f} s | {cost.peak:,.0f} MB | {to_floor} | {to_own} |")
    return "\n".join(lines)


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--format", action="append", choices=["parquet", "jsonl"], dest="formats")
    parser.add_argument("--side", action="append", default=[], help="only these, by their names in the table")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    options = parser.parse_args()
    python = environment()
    known = versions(python)
    heading = (
        f"Medians of {options.repeats}; {os.cpu_count()} cores, Python {platform.python_version()}; copydesk {__version__}, "
        + ", ".join(f"{name} {number}" for name, number in known.items())
    )
    parts = [heading]
    for records in options.records:
        for form in options.formats or ["parquet", "jsonl"]:
            print(f"{records:,} records, {form}", flush=True)
            parts.append(table(records, form, *compared(records, form, options.repeats, python, options.side)))
            print(parts[-1], flush=True)
    if not options.no_write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text("\n\n".join([before + BEGIN, *parts, END + after]), encoding="utf-8")


if __name__ == "__main__":
    main()
