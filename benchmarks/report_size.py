"""How large and how quick the report of a very large run is: `python benchmarks/report_size.py [findings]`.

Makes the tables of a run with a million findings (by default), renders its page, and opens it in Chromium from disk: from navigation
until the list of articles says how many there are and can be searched.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from copydesk.engines.examples import EXAMPLES
from copydesk.engines.tables import ARTICLES
from copydesk.findings import FINDINGS
from copydesk.report import html, listing
from copydesk.report.page import page
from copydesk.rules import REGISTRY

LINE = "The ferry to the outer island runs again after two weeks in the dock, and the captain missed the gulls. "
PER_ARTICLE = 4


def tables(folder: Path, findings: int) -> None:
    """The tables of a run in which every article has four findings, of ninety rules and four hundred sources."""
    dice = random.Random(7)
    articles = findings // PER_ARTICLE
    started = datetime(2026, 6, 14, tzinfo=UTC)
    slugs = [slug for slug, rule in REGISTRY.items() if not rule.online][:90]
    sources = [f"paper-{n}.example" for n in range(400)]
    own = pl.DataFrame(
        {
            "record": range(articles),
            "input": "in.jsonl",
            "position": range(1, articles + 1),
            "article_id": [f"article-{n}" for n in range(articles)],
            "source": dice.choices(sources, weights=range(400, 0, -1), k=articles),
            "title": [
                f"渡し船が再開 Ferry resumes for the {n}th time after two weeks in the dock" for n in range(articles)
            ],
            "original_url": [f"https://www.paper.example/2026/06/14/ferry-resumes-{n}" for n in range(articles)],
            "language": dice.choices(["en", "ja", "de", "ar"], k=articles),
            "published_at": [started - timedelta(hours=n % 5_000) for n in range(articles)],
            "verdict": "quarantined",
            "errors": 2,
            "warnings": 2,
            "origin_status": "not-checked",
            "origin_match": "not-checked",
            "provenance": "coherent",
            "provenance_evidence": [["claimed pass: title, byline, date and URL are there"]] * articles,
        },
        schema_overrides={"published_at": pl.Datetime("us", "UTC")},
    )
    empty = pl.DataFrame(schema=ARTICLES)
    pl.concat([empty, own], how="diagonal_relaxed").select(list(ARTICLES)).write_parquet(folder / "articles.parquet")
    rules = dice.choices(slugs, weights=range(90, 0, -1), k=findings)
    found = own.select("record", "article_id", "source")[[n // PER_ARTICLE for n in range(findings)]].with_columns(
        pl.Series("rule", rules),
        pl.Series("code", [REGISTRY[slug].code for slug in rules]),
        pl.Series("severity", [str(REGISTRY[slug].severity) for slug in rules]),
        pl.lit("body").alias("field"),
        pl.lit(1, pl.Int64()).alias("line"),
        pl.Series("start", [210] * findings, pl.Int64()),
        pl.Series("end", [250] * findings, pl.Int64()),
        pl.lit(LINE[:40]).alias("evidence"),
        pl.lit("a link to another story was left in the text").alias("message"),
        pl.lit(LINE[:90]).alias("before"),
        pl.lit(LINE[:90]).alias("after"),
        pl.lit(False).alias("baseline"),
    )
    pl.concat([pl.DataFrame(schema=FINDINGS), found], how="diagonal_relaxed").write_parquet(folder / "findings.parquet")
    bodies = range(0, articles, max(1, articles // 4_000))
    example = {"body": [{"start": 0, "text": LINE * 28}], "body_characters": len(LINE) * 28, "fixes": []}
    rows = [{"record": n, **example, "extra": None, "html_characters": None} for n in bodies]
    pl.DataFrame(rows, schema=EXAMPLES).write_parquet(folder / "examples.parquet")
    pl.DataFrame(
        {"body_characters": [n % 9_000 for n in range(articles)], "age_hours": 5.0, "accepted": False},
        schema_overrides={"body_characters": pl.Int64()},
    ).write_parquet(folder / "outcomes.parquet")
    failing = dict(found.group_by("rule").agg(pl.col("record").n_unique()).iter_rows())
    counted = dict(own.group_by("source").len().iter_rows())
    summary = {
        "run_id": "benchmark",
        "started_at": started.isoformat(),
        "finished_at": started.isoformat(),
        "copydesk_version": "0",
        "contract": {"path": "article.yaml", "sha256": "0" * 64},
        "inputs": [{"path": "in.jsonl", "sha256": "0" * 64, "records": articles, "format": "jsonl"}],
        "input_errors": [],
        "notes": [],
        "counts": {"read": articles, "accepted": 0, "quarantined": articles, "unreadable": 0},
        "rules": {
            slug: {
                "code": REGISTRY[slug].code,
                "severity": str(REGISTRY[slug].severity),
                "checked": articles,
                "failed": failing.get(slug, 0),
            }
            for slug in slugs
        },
        "sources": {name: {"articles": n, "accepted": 0, "quarantined": n} for name, n in counted.items()},
        "suites": [],
        "gate": {"passed": False, "reasons": ["all records quarantined"]},
    }
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def usable(path: Path) -> tuple[float, float]:
    """Seconds from navigation until the list is there, and until a search in it has been answered."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--no-first-run"]
        )
        opened = browser.new_page()
        opened.goto("about:blank")
        began = time.perf_counter()
        opened.goto(path.as_uri())
        opened.wait_for_selector("#status:not(:empty)")
        ready = time.perf_counter() - began
        began = time.perf_counter()
        opened.fill("input[name=q]", "ferry resumes")
        opened.wait_for_url("**q=ferry**")
        searched = time.perf_counter() - began
        browser.close()
    return ready, searched


def render(folder: Path) -> None:
    """Renders the page and prints what it took; in a process of its own, so that its memory is its own."""
    began, worked = time.perf_counter(), time.process_time()
    (folder / "report.html").write_text(html.render(page(folder)), encoding="utf-8")
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.split("VmHWM:")[1].split()[0])  # getrusage would tell of the process that started this one
    size = (folder / "report.html").stat().st_size
    print(f"report.html         {size / 1e6:>12.2f} MB")
    print(f"rendered in         {took:>12.2f} s ({cpu:.2f} s CPU), {peak / 1024:,.0f} MB at most", flush=True)


def main() -> None:
    """Prints the figures."""
    findings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables(folder, findings)
        print(f"findings            {findings:>12,}", flush=True)
        program = f"import report_size, pathlib; report_size.render(pathlib.Path({name!r}))"
        subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent)
        began = time.perf_counter()
        listing.write(folder)
        listed = time.perf_counter() - began
        ready, searched = usable(folder / "report.html")
        print(f"findings.csv        {(folder / 'findings.csv').stat().st_size / 1e6:>12.2f} MB in {listed:.2f} s")
        print(f"usable in Chromium  {ready:>12.2f} s after navigation, a search takes {searched:.2f} s")


if __name__ == "__main__":
    main()
