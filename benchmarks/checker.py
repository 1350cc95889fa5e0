"""How long `copydesk.Checker` takes for one item and for a hundred, on invented articles: `python benchmarks/checker.py`.

For each contract the median and the fastest of many rounds, in milliseconds. Beside the shipped contract stand one without
the line model, and one with rules of a few fields only, since what a contract does not ask for is not computed. The goal is
1 ms for one item and 10 ms for a hundred.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from copydesk import Checker
from copydesk import contract as contracts

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "clean" / "world.jsonl"
FIELDS = (
    "date-missing", "title-missing", "title-all-capitals", "byline-missing", "byline-prefix", "byline-glued", "url-missing",
    "body-missing", "body-too-short",
)  # fmt: skip


def main() -> None:
    """Prints a table."""
    items = [json.loads(line) for line in FIXTURES.read_text(encoding="utf-8").splitlines() if line.strip()]
    hundred = (items * 100)[:100]
    print(f"{'contract':<28}{'rules':>6}{'one item':>20}{'a hundred':>20}   ms, median (fastest)")
    with tempfile.TemporaryDirectory() as folder:
        for name, rules in contracts_by_name(Path(folder)).items():
            checker = Checker(rules)
            one = timed([partial(checker.check, item) for item in items * 4])
            many = timed([partial(checker.check_many, hundred)] * 12)
            print(f"{name:<28}{len(checker.contract.checks):>6}{one:>20}{many:>20}")


def contracts_by_name(folder: Path) -> dict[str, Path]:
    """The contracts that are timed, written below ``folder`` where they do not ship."""
    slugs = [check.slug for check in contracts.read().checks]
    bare = [slug for slug in slugs if slug not in FIELDS]
    found = {"as shipped": contracts.find(None)}
    for name, off in (("without the line model", ["likely-furniture"]), ("a few fields", bare)):
        path = folder / f"{name.replace(' ', '-')}.yaml"
        path.write_text(f"contract: bench\nrules: {{{', '.join(f'{slug}: off' for slug in off)}}}\n", encoding="utf-8")
        found[name] = path
    return found


def timed(rounds: Sequence[Callable[[], object]]) -> str:
    """Median and fastest of ``rounds``, without the first, which fills caches."""
    taken = []
    for ask in rounds:
        started = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - started))
    return f"{statistics.median(taken[1:]):,.1f} ({min(taken[1:]):,.1f})"


if __name__ == "__main__":
    sys.exit(main())
