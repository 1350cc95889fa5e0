"""Scores copydesk on a labelled corpus, publisher-wise, and prints the tables of `docs/accuracy.md`.

usage: python training/measure.py CORPUS_DIR [--scores FILE.parquet] [--html] [--alone]

The corpus is laid out as `training/README.md` says, and brings `export.py` and `score.py`, which define every figure of the
first table. ``--scores`` are the line model's scores of lines whose publisher it did not see (`train_lines.py --scores`);
they take the place of the shipped model's, which has seen all publishers of the corpus. Without them the figures of the line
model flatter.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from copydesk.furniture.phrases import PhraseIndex
from copydesk.vocabulary import phrases

SOURCES = ("fundus", "article-extraction-benchmark")
THRESHOLDS = {"text": 0.96, "text+siblings": 0.96, "text+dom": 0.98}
"""Those of the rule likely-furniture, by the evidence that the model had."""

Figures = dict[str, Any]


def exported(corpus: Path, out: Path, html: bool) -> Path:
    """The records of the corpus as a scraper would write them."""
    command = [sys.executable, str(corpus / "export.py"), str(corpus), str(out)]
    command += [part for source in SOURCES for part in ("--source", source)] + (["--html"] if html else [])
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def checked(records: Path, out: Path) -> Path:
    """A run of copydesk, with the contract that ships, over ``records``."""
    command = [
        sys.executable,
        "-m",
        "copydesk",
        "check",
        str(records),
        "--no-history",
        "-o",
        str(out),
        "--fail-on",
        "never",
        "-q",
    ]
    subprocess.run(command, check=True)
    return out


def honest(run: Path, records: Path, scores: Path, variants: list[str]) -> None:
    """Replaces the run's likely-furniture findings by those that the held-out ``scores`` give."""
    findings = pl.read_parquet(run / "findings.parquet")
    held_out = pl.read_parquet(scores).filter(pl.col("variant").is_in(variants))
    order = {name: rank for rank, name in enumerate(variants)}
    best = (
        held_out.with_columns(pl.col("variant").replace_strict(order, return_dtype=pl.Int64).alias("rank"))
        .drop_nulls("score")
        .sort("rank")
        .unique(["article_id", "line_no"], keep="first", maintain_order=True)
        .filter(pl.col("score") >= pl.col("variant").replace_strict(THRESHOLDS, return_dtype=pl.Float64()))
    )
    numbers = _numbers(records)
    hits = best.join(numbers, on=["article_id", "line_no"], how="inner").select("record", "line")
    others = findings.filter(pl.col("rule") != "likely-furniture")
    led = others.filter(pl.col("code").str.starts_with("RES") & (pl.col("field") == "body")).select("record", "line")
    hits = hits.join(led, on=["record", "line"], how="anti")
    made = hits.with_columns(
        pl.lit("likely-furniture").alias("rule"),
        pl.lit("RES018").alias("code"),
        pl.lit("warning").alias("severity"),
        pl.lit("body").alias("field"),
    )
    pl.concat([others, made], how="diagonal_relaxed").write_parquet(run / "findings.parquet")


def _numbers(records: Path) -> pl.DataFrame:
    """record and line (1-based) of every line that is not empty, by article_id and line_no (0-based over those)."""
    rows = []
    with records.open(encoding="utf-8") as lines:
        for record, line in enumerate(lines):
            item = json.loads(line)
            filled = [number for number, text in enumerate(item["text"].split("\n"), 1) if text.strip()]
            rows += [(record, number, item["id"], count) for count, number in enumerate(filled)]
    return pl.DataFrame(rows, schema=["record", "line", "article_id", "line_no"], orient="row")


def scored(corpus: Path, run: Path, records: Path) -> Figures:
    """What `score.py` says."""
    command = [sys.executable, str(corpus / "score.py"), str(corpus), str(run), str(records), "--json"]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def further(corpus: Path, run: Path, records: Path) -> Figures:
    """Figures that `score.py` does not have: explicit lines, articles with any residue, side content taken for body."""
    numbers = _numbers(records)
    findings = pl.read_parquet(run / "findings.parquet").filter(
        pl.col("code").str.starts_with("RES"), pl.col("field") == "body"
    )
    hit = findings.select("record", "line").unique().join(numbers, on=["record", "line"]).with_columns(hit=True)
    lines = pl.read_parquet(corpus / "residue_lines.parquet").join(
        hit.select("article_id", "line_no", "hit"), on=["article_id", "line_no"], how="left"
    )
    lines = lines.filter(pl.col("article_id").is_in(numbers["article_id"].unique().to_list())).with_columns(
        pl.col("hit").fill_null(False)
    )
    loose = pl.col("kind").is_in(["gt_gap", "other"]).fill_null(False)
    residue = pl.col("label") == "RESIDUE"
    doubtful = pl.any_horizontal(pl.col("ambiguous", "mixed", "gt_block_is_link").fill_null(False))
    lines = lines.with_columns(
        (residue & ~loose).alias("truth"), ((pl.col("label") == "TITLE") | (residue & loose) | doubtful).alias("open")
    )
    once = lines.unique(["page_id", "text"], keep="first", maintain_order=True)
    index = PhraseIndex(phrase for phrase in phrases("related-link", "read-more") if phrase.risk != "high")
    led = once.filter(pl.Series([index.begins(text.strip()) is not None for text in once["text"]]))
    real = lines.filter(pl.col("extractor") != "naive_article")
    articles = real.filter(~pl.col("open")).group_by("article_id").agg(pl.col("truth").any(), pl.col("hit").any())
    gap = once.with_columns((pl.col("kind") == "gt_gap").fill_null(False).alias("gap"))
    gap = gap.filter(~pl.col("open") | pl.col("gap")).with_columns(pl.col("truth") & ~pl.col("gap"))
    return {
        "explicit related-link and read-more lines": _pr(led.filter(~pl.col("open"))),
        "articles with any residue, real": _pr(articles),
        "residue lines, all, side content counted as body": _pr(gap),
        "residue lines, real, side content counted as body": _pr(gap.filter(pl.col("extractor") != "naive_article")),
    }


def _pr(frame: pl.DataFrame) -> Figures:
    right = frame.filter("truth", "hit").height
    flagged, wanted = frame["hit"].sum(), frame["truth"].sum()
    return {
        "precision": right / max(flagged, 1), "recall": right / max(wanted, 1), "tp": right, "fp": flagged - right,
        "fn": wanted - right,
    }  # fmt: skip


def report(figures: Figures) -> str:
    """The figures as Markdown."""
    lines = ["| figure | precision | recall | right | wrong | missed |", "|---|---|---|---|---|---|"]
    for name, value in figures.items():
        if "precision" in value:
            lines.append(
                f"| {name} | {value['precision']:.3f} | {value['recall']:.3f} | {value['tp']} | {value['fp']} | {value['fn']} |"
            )
    for name, value in figures.items():
        if "recall by kind" in name:
            lines += [
                "",
                f"{name}: " + ", ".join(f"{kind} {share:.2f} of {count}" for kind, (count, share) in value.items()),
            ]
        elif "by language" in name:
            shown = [
                f"{code} {share:.2f} of {count} ({wrong} wrong)"
                for code, (count, share, wrong) in value.items()
                if count
            ]
            lines += ["", f"{name} (recall of lines, false alarms): " + ", ".join(shown)]
        elif "recall_by_status" in value:
            shown = [f"{status} {share:.2f} of {count}" for status, (count, share) in value["recall_by_status"].items()]
            lines += ["", f"{name}, recall by status: " + ", ".join(shown)]
    return "\n".join(lines)


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--scores", type=Path)
    arguments.add_argument("--html", action="store_true", help="records keep their HTML")
    arguments.add_argument("--alone", action="store_true", help="the line model sees one record per page at a time")
    given = arguments.parse_args()
    variants = ["text"] if given.alone else ["text+siblings", "text"]
    if given.html:
        variants = [f"text+dom{variant.removeprefix('text')}" for variant in variants] + variants
    with tempfile.TemporaryDirectory() as scratch:
        records = exported(given.corpus, Path(scratch, "records.jsonl"), given.html)
        run = checked(records, Path(scratch, "run"))
        if given.scores:
            honest(run, records, given.scores, variants)
        print(report({**scored(given.corpus, run, records), **further(given.corpus, run, records)}))


if __name__ == "__main__":
    main()
