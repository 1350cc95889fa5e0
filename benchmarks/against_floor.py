"""The whole text-only catalogue against the floor: reading the same Parquet file with polars and writing it back.

Usage: python benchmarks/against_floor.py [RECORDS] [REPEATS]   (default 100000 and 5)

All sides run as processes of their own, in turn; wall time, CPU time and peak memory are the operating system's. copydesk
runs whole (read, all rules, evidence, split, tables, report), only without the batch suite, which is no part of the
catalogue: once without the rules that use the line model, once with them.
"""

import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import polars as pl

from measuring import Cost, measured

HERE = Path(__file__).resolve().parent

FLOOR = "import sys, polars; polars.read_parquet(sys.argv[1]).write_parquet(sys.argv[2])"

MAKE = """
import pathlib, sys, corpus, polars
corpus.write(pathlib.Path(sys.argv[1]), int(sys.argv[3]))
polars.scan_ndjson(sys.argv[1], infer_schema_length=None).sink_parquet(sys.argv[2])
pathlib.Path(sys.argv[1]).unlink()
"""

CONTRACT = "contract: benchmark\nrules:\n  likely-furniture: {}\n"


def make(source: Path, records: int) -> None:
    """Writes the Parquet file ``source``, in a process of its own: a child's peak memory starts with that of the process that
    starts it."""
    made = [str(source.with_suffix(".jsonl")), str(source), str(records)]
    subprocess.run([sys.executable, "-c", MAKE, *made], check=True, cwd=HERE)


def sides(folder: Path, source: Path) -> dict[str, list[str]]:
    """The command of each side."""
    check = [sys.executable, "-m", "copydesk", "check", str(source), "--no-history", "--fail-on", "never", "-q"]
    commands = {"polars read + write": [sys.executable, "-c", FLOOR, str(source), str(folder / "back.parquet")]}
    for name, setting in (("catalogue without model", "off"), ("catalogue with model", "warning")):
        contract = folder / f"{setting}.yaml"
        contract.write_text(CONTRACT.format(setting), encoding="utf-8")
        commands[name] = [*check, "-c", str(contract), "-o", str(folder / setting)]
    return commands


def main(records: int, repeats: int) -> None:
    """Measures and prints a table."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "in.parquet"
        make(source, records)
        commands = sides(folder, source)
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(repeats):
            for name, command in commands.items():
                costs[name].append(measured(command, folder / "out.txt"))
        read = pl.read_parquet(folder / "off" / "articles.parquet", columns=["record"]).height
        assert read == records, f"{read} of {records} records came out"
        floor = statistics.median(cost.wall for cost in costs["polars read + write"])
        print(f"{records} records, {source.stat().st_size / 1e6:.0f} MB Parquet, medians of {repeats}")
        print(f"copydesk {version('copydesk')}, polars {version('polars')}, Python {platform.python_version()}")
        for name, taken in costs.items():
            wall = [cost.wall for cost in taken]
            median = statistics.median(wall)
            print(
                f"{name:<26} {median:6.2f} s [{min(wall):.2f}-{max(wall):.2f}] "
                f"CPU {statistics.median(cost.cpu for cost in taken):6.2f} s "
                f"peak {statistics.median(cost.peak for cost in taken):4.0f} MB  {median / floor:5.1f} x the floor"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 5)
