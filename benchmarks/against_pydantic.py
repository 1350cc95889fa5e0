"""copydesk against a plain loop of `json.loads` and pydantic, side by side in one run.

Usage: python benchmarks/against_pydantic.py [RECORDS] [REPEATS]   (default 100000 and 5)

Both sides run as processes of their own, in turn; wall time, CPU time and peak memory are the operating system's. Both must
find exactly what `corpus.py` planted, and lose nothing. copydesk does more besides: tables, spans,
batch suite, report. Its other rules are off: `against_floor.py` measures the whole catalogue.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from copydesk.resources import shipped
from copydesk.rules import REGISTRY
from corpus import DEFECTS, defect_of, write

HERE = Path(__file__).resolve().parent


class Cost(NamedTuple):
    """What one process took: seconds of wall and CPU time, megabytes at its peak."""

    wall: float
    cpu: float
    peak: float


def measured(arguments: list[str], output: Path) -> Cost:
    """Runs a command to its end."""
    start = time.perf_counter()
    process = os.posix_spawn(
        arguments[0],
        arguments,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)],
    )
    _, _, usage = os.wait4(process, 0)
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def same_rules() -> str:
    """A contract with the rules whose defects are planted, which the loop checks too, and the suite that ships."""
    off = "".join(f"  {slug}: off\n" for slug in REGISTRY if slug not in DEFECTS)
    return f"contract: benchmark\nrules:\n{off}suites: [{shipped('expectations', 'batch.json')}]\n"


def main(records: int, repeats: int) -> None:
    """Measures, checks and prints a table."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "in.jsonl"
        write(source, records)
        planted = Counter(filter(None, map(defect_of, range(records))))
        contract = folder / "contract.yaml"
        contract.write_text(same_rules(), encoding="utf-8")
        check = [sys.executable, "-m", "copydesk", "check", str(source)]
        sides = {
            "json.loads + pydantic": [
                sys.executable,
                str(HERE / "pydantic_loop.py"),
                str(source),
                str(folder / "loop"),
            ],
            "copydesk check": [*check, "-c", str(contract), "-o", str(folder / "run"), "-q"],
        }
        costs: dict[str, list[Cost]] = {name: [] for name in sides}
        for turn in range(repeats + 1):
            for name, arguments in sides.items():
                cost = measured(arguments, folder / "out")
                if turn:  # the first turn warms the disk's cache
                    costs[name].append(cost)
                if name.startswith("json"):
                    assert Counter(json.loads((folder / "out").read_text())) == planted, "the loop misses or invents"
        summary = json.loads((folder / "run" / "summary.json").read_text())
        found = {slug: rule["failed"] for slug, rule in summary["rules"].items() if slug in DEFECTS}
        assert found == {slug: planted[slug] for slug in DEFECTS}, "copydesk misses or invents"
        parts = [(folder / "run" / f"{verdict}.jsonl") for verdict in ("accepted", "quarantined")]
        assert sum(path.stat().st_size for path in parts) == source.stat().st_size, "bytes are lost"
        megabytes = source.stat().st_size / 2**20
        kept = folder / "run" / "accepted.jsonl"
        assert kept.read_bytes() == (folder / "loop" / "good.jsonl").read_bytes(), "the sides split differently"
        show(costs, records, megabytes)


def show(costs: dict[str, list[Cost]], records: int, megabytes: float) -> None:
    """Prints medians with their ranges."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("polars", "pandera", "great_expectations", "pydantic", "orjson")
    )
    print(
        f"{records:,} records, {megabytes:,.0f} MB; Python {platform.python_version()}, {os.cpu_count()} cores; {packages}"
    )
    print(f"{'':24} {'wall s':>22} {'CPU s':>8} {'us/record':>10} {'peak MB':>8}")
    for name, runs in costs.items():
        walls = [run.wall for run in runs]
        wall = statistics.median(walls)
        print(
            f"{name:24} {wall:8.1f} [{min(walls):.1f}-{max(walls):.1f}]".ljust(47)
            + f" {statistics.median(run.cpu for run in runs):8.1f} {wall / records * 1e6:10.0f} {max(run.peak for run in runs):8.0f}"
        )
    first, second = (statistics.median(run.wall for run in runs) for runs in costs.values())
    print(f"copydesk takes {second / first:.2f} of the loop's time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
