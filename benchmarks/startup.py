"""What copydesk takes before it has anything to do: `python benchmarks/startup.py [REPEATS]` (default 9).

All sides run as processes of their own, in turn; medians. The goals: `copydesk --version` within twice of an interpreter that
imports argparse and 50 ms, one article checked within 1.3 times of an interpreter that imports pandera for polars. pandera
imports pandas wherever it finds it; copydesk has it loaded without, and is compared with both.
"""

import json
import sys
import tempfile
from pathlib import Path

from measuring import measured, median

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "clean" / "world.jsonl"

WITHOUT_PANDAS = "from copydesk.processes import libraries; libraries.load_pandera()"
CHECKED = "import json, sys, copydesk; copydesk.Checker(sys.argv[1]).check(json.loads(sys.argv[2]))"


def sides(folder: Path) -> dict[str, list[str]]:
    """The command of each side."""
    item = FIXTURES.read_text(encoding="utf-8").splitlines()[0]
    source, contract = folder / "one.jsonl", folder / "c.yaml"
    source.write_text(item + "\n", encoding="utf-8")
    contract.write_text(json.dumps({"contract": "startup"}), encoding="utf-8")
    check = ["check", str(source), "-c", str(contract), "-o", str(folder / "run"), "-q", "--no-history"]
    return {
        "import argparse": [sys.executable, "-c", "import argparse"],
        "copydesk --version": [sys.executable, "-m", "copydesk", "--version"],
        "import pandera.polars": [sys.executable, "-c", "import pandera.polars"],
        "the same without pandas": [sys.executable, "-c", WITHOUT_PANDAS],
        "Checker, one article": [sys.executable, "-c", CHECKED, str(contract), item],
        "copydesk check, one article": [sys.executable, "-m", "copydesk", *check, "--fail-on", "never"],
    }


def main() -> None:
    """Prints the median wall and CPU time of each side."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as scratch:
        commands = sides(Path(scratch))
        costs = [
            {name: measured(command, Path(scratch, "out")) for name, command in commands.items()}
            for _ in range(repeats)
        ]
    for name in commands:
        cost = median([once[name] for once in costs])
        print(f"{name:<38}{cost.wall:>7.3f} s wall{cost.cpu:>7.3f} s CPU{cost.peak:>7.0f} MB")


if __name__ == "__main__":
    main()
