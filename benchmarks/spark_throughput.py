"""How fast the Spark engine is on this machine, beside the local engine, and what it writes and fetches.

    python benchmarks/spark_throughput.py [--records 20000] [--master local[2]] [--rules CONTRACT]

Both engines check the same invented JSON lines; session start is told apart. "notes" is what tasks leave for the survey, which
the driver reads: the only data that all of a run's tasks bring to one place, Spark itself shuffles nothing.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from copydesk import contract as contracts
from copydesk.articles.inputs import expand
from copydesk.engines import spark
from copydesk.engines.local import run
from copydesk.engines.spark import output
from copydesk.engines.spark.session import session

WORDS = [
    "the",
    "harbour",
    "wall",
    "ferry",
    "gull",
    "morning",
    "council",
    "vote",
    "bridge",
    "tide",
    "captain",
    "road",
    "school",
    "market",
    "rain",
    "light",
    "new",
    "old",
]


def write(path: Path, records: int) -> None:
    """Invented articles of about 4 kB, every third with a defect."""
    chance = random.Random(6)
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            lines = [" ".join(chance.choices(WORDS, k=70)).capitalize() + "." for _ in range(10)]
            if number % 3 == 0:
                lines.append("Read more: the tide tables")
            url = f"https://www.outlet{number % 40}.example.com/2025/06/14/story-{number}"
            entry = {"id": str(number), "url": url, "title": " ".join(lines[0].split()[:7]), "authors": ["Ana Lindqvist"],
                     "date": "2025-06-14T08:30:00Z", "text": "\n".join(lines), "crawl_date": "2025-06-20"}  # fmt: skip
            file.write(json.dumps(entry) + "\n")


def main() -> None:
    """Prints seconds and records a second of both engines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--contract")
    options = parser.parse_args()
    contract = contracts.read(options.contract)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "in.jsonl", options.records)
        notes: list[int] = []
        measured = output._Here.take

        def take(self, told, shapes):  # type: ignore[no-untyped-def]
            notes.append(sum(file.stat().st_size for file in Path(self.scratch).glob("*-look/*/*.parquet")))
            return measured(self, told, shapes)

        output._Here.take = take  # type: ignore[method-assign]
        begun = time.perf_counter()
        with session(options.master):
            print(f"session start            {time.perf_counter() - begun:7.1f} s")
            for turn in ("first", "second"):
                begun = time.perf_counter()
                spark.run([str(folder / "in.jsonl")], contract, str(folder / turn))
                took = time.perf_counter() - begun
                print(f"spark, {turn:<6} run        {took:7.1f} s {options.records / took:9,.0f} records/s")
        begun = time.perf_counter()
        run(expand([str(folder / "in.jsonl")]), contract, folder / "here")
        took = time.perf_counter() - begun
        print(f"local                    {took:7.1f} s {options.records / took:9,.0f} records/s")
        print(f"notes for a million records {notes[-1] / options.records:9,.0f} MB")


if __name__ == "__main__":
    main()
