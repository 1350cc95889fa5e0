"""How much faster two processes are than one, beside what the machine gives to two programs at once.

Usage: python benchmarks/scaling.py [RECORDS] [REPEATS]   (default 100000 and 3)

The same run with `--jobs 1`, with `--jobs 2`, and with `--jobs 1` twice at the same time: two programs that share nothing. Where these two
take longer together than one alone, the cores share something (caches, memory, or they are threads of one core), and no program
can use both better than that.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from against_floor import CONTRACT, make


def main(records: int, repeats: int) -> None:
    """Measures in turn and prints the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source, contract = folder / "in.parquet", folder / "contract.yaml"
        contract.write_text(CONTRACT.format("off"), encoding="utf-8")
        make(source, records)

        def started(jobs: int, out: str) -> subprocess.Popen[bytes]:
            check = [sys.executable, "-m", "copydesk", "check", str(source), "-c", str(contract), "--no-history", "-q"]
            return subprocess.Popen([*check, "--fail-on", "never", "--jobs", str(jobs), "-o", str(folder / out)])

        ways: dict[str, Callable[[], list[subprocess.Popen[bytes]]]] = {
            "one process": lambda: [started(1, "one")],
            "two processes": lambda: [started(2, "two")],
            "two runs at once": lambda: [started(1, "left"), started(1, "right")],
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, start in ways.items():
                took[name].append(timed(start))
        one, two, apart = (statistics.median(seconds) for seconds in took.values())
        print(
            f"{records} records, medians of {repeats}: one process {one:.1f} s, two {two:.1f} s: {one / two:.2f} times as fast"
        )
        print(f"two runs at once {apart:.1f} s: the machine does {2 * one / apart:.2f} times as much with both cores")


def timed(start: Callable[[], list[subprocess.Popen[bytes]]]) -> float:
    """Seconds until all that ``start`` has started are done."""
    began = time.perf_counter()
    for process in start():
        if process.wait():
            sys.exit("a run failed")
    return time.perf_counter() - began


if __name__ == "__main__":
    records, repeats = [*map(int, sys.argv[1:3]), *(100_000, 3)[len(sys.argv) - 1 :]]
    main(records, repeats)
