"""How fast the Spark engine is on this machine, beside the local engine, and what it writes and fetches.

    python benchmarks/spark_throughput.py [--records 20000] [--master local[2]] [--contract CONTRACT] [--copies]

Both engines check the same invented JSON lines; session start is told apart. "notes" is what tasks leave for the survey, which
the driver reads. With --copies the records are stories that travel (`wires.py`), and copies are looked for: then the files
that tasks leave for each other and what Spark shuffles are told as well, the latter out of Spark's own event log.
"""

import argparse
import json
import os
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
from wires import made

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


def write_travelling(path: Path, records: int) -> None:
    """Stories in twelve languages, each in up to a dozen outlets."""
    chosen = made(records // 5, "held-out", 6)[:records]
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in chosen), encoding="utf-8")


FILES = {
    "notes": ("look", ("pages.parquet", "lines.parquet")),
    "sketches of texts": ("look", ("sketched.parquet",)),
    "samples of texts": ("look", ("samples.parquet",)),
    "pairs": ("pairs", ("pairs.parquet",)),
    "articles that may be copies": ("credit", ("parted.parquet",)),
    "clusters and facts": ("compare", ("syndication.parquet", "facts.parquet")),
    "their texts": ("compare", ("texts.bin",)),
}
"""What tasks leave for others -> the job, and the files."""


def shuffled(folder: Path) -> int:
    """The bytes that Spark has written for its shuffles, by its event log."""
    names = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    events = [json.loads(line) for path in names for line in path.read_text(encoding="utf-8").splitlines()]
    return sum(
        event["Task Metrics"]["Shuffle Write Metrics"]["Shuffle Bytes Written"]
        for event in events
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics")
    )


def main() -> None:
    """Prints seconds and records a second of both engines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--contract")
    parser.add_argument("--copies", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.copies:
            (folder / "copies.yaml").write_text("contract: copies\nsyndication: on\n", encoding="utf-8")
        contract = contracts.read(options.contract or (folder / "copies.yaml" if options.copies else None))
        (write_travelling if options.copies else write)(folder / "in.jsonl", options.records)
        read = sum(1 for _ in (folder / "in.jsonl").open(encoding="utf-8"))
        (folder / "events").mkdir()
        log = f"spark.eventLog.enabled=true spark.eventLog.compress=false spark.eventLog.dir=file://{folder}/events"
        os.environ["PYSPARK_SUBMIT_ARGS"] = " ".join(f"--conf {each}" for each in log.split()) + " pyspark-shell"
        left: dict[str, int] = {}
        measured = output._Here.take

        def take(self, told, shapes):  # type: ignore[no-untyped-def]
            for what, (job, names) in FILES.items():
                found = [file for each in names for file in Path(self.scratch).glob(f"*-{job}/*/{each}")]
                left[what] = sum(file.stat().st_size for file in found)
            return measured(self, told, shapes)

        output._Here.take = take  # type: ignore[method-assign]
        begun = time.perf_counter()
        with session(options.master):
            print(f"session start            {time.perf_counter() - begun:7.1f} s")
            for turn in ("first", "second"):
                begun = time.perf_counter()
                spark.run([str(folder / "in.jsonl")], contract, str(folder / turn))
                took = time.perf_counter() - begun
                print(f"spark, {turn:<6} run        {took:7.1f} s {read / took:9,.0f} records/s")
        written = shuffled(folder / "events") // 2
        begun = time.perf_counter()
        run(expand([str(folder / "in.jsonl")]), contract, folder / "here")
        took = time.perf_counter() - begun
        print(f"local                    {took:7.1f} s {read / took:9,.0f} records/s")
        size = (folder / "in.jsonl").stat().st_size
        print(f"a million records: input {size / read:,.0f} MB, shuffled {written / read:,.1f} MB")
        for what, held in left.items():
            if held:
                print(f"  {what:<28} {held / read:9,.1f} MB")


if __name__ == "__main__":
    main()
