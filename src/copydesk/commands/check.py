"""`copydesk check`: checks articles on this machine, on Spark, or as a stream."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands import further, history, spark, stream
from copydesk.commands.shared import (
    EXIT_CODES,
    add_contract_option,
    add_language_option,
    add_rules_option,
    colour,
    contract_of,
    print_safely,
    run_directory,
)
from copydesk.errors import UsageError
from copydesk.processes import libraries
from copydesk.wording import as_json

if TYPE_CHECKING:
    from copydesk.contract import Contract
    from copydesk.engines.local import Result


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    check = commands.add_parser(
        "check",
        help="check articles",
        description="Checks articles against a contract and writes a run directory with a report.",
        epilog="example:\n  copydesk check scraped/*.jsonl.gz -c checks/article.yaml -o run --fail-on error\n\n"
        + EXIT_CODES,
    )
    check.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, a folder, a glob, or - for standard input")
    add_contract_option(check)
    check.add_argument(
        "-o",
        "--out",
        metavar="DIR",
        help="the run directory (default: reports/runs/<UTC time>); with --engine spark also a URI",
    )
    check.add_argument(
        "--online", action="store_true", help="check that the original URLs resolve and their pages carry the articles"
    )
    check.add_argument(
        "--warc",
        metavar="FILE",
        nargs="+",
        action="extend",
        type=Path,
        default=[],
        help="look the original URLs up in WARC or WACZ files, before the network with --online; "
        "INPUT goes before this option",
    )
    check.add_argument("--record", metavar="FILE", type=Path, help="keep the responses in a WARC file (with --online)")
    check.add_argument(
        "--provenance",
        action="store_true",
        help="write provenance.jsonl, which is always written with --online or --warc",
    )
    check.add_argument(
        "--format",
        metavar="FORMAT",
        help="the inputs' format: jsonl, json, csv, parquet, story, html, warc, feed, sitemap, newsml or xml "
        "(default: recognised)",
    )
    check.add_argument(
        "--engine",
        choices=["local", "spark"],
        default="local",
        help="what runs the batches; spark needs the extra copydesk[spark] and Java 17 (docs/scale.md)",
    )
    check.add_argument("--master", metavar="URL", help="where Spark runs, e.g. local[2] (with --engine spark)")
    check.add_argument(
        "--table", metavar="TABLE", help="the table to read from a database (postgresql://…, a DuckDB file)"
    )
    check.add_argument("--query", metavar="SQL", help="a query to read from a database instead of a whole table")
    check.add_argument("--jobs", metavar="N", type=_jobs, help="processes for long inputs (default: one per core)")
    check.add_argument(
        "--output",
        choices=["text", "json", "markdown", "github", "gitlab"],
        default="text",
        help="what to print on standard output; github prints workflow annotations, gitlab a code-quality report",
    )
    check.add_argument("--json", action="store_const", const="json", dest="output", help="the same as --output json")
    check.add_argument(
        "--fail-on",
        choices=["error", "warning", "never"],
        help="the lowest severity that fails the run (overrides the contract)",
    )
    add_rules_option(check)
    stream.add_stream_option(check)
    check.add_argument(
        "--baseline",
        metavar="FILE",
        help="known findings that do not count, written by `copydesk baseline` (overrides the contract)",
    )
    further.add_options(check)
    history.add_options(check)
    add_language_option(check)
    check.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    check.set_defaults(run=_check)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes from 1 to 256")
    return int(text)


def _check(options: argparse.Namespace) -> int:
    if options.engine == "spark":
        return spark.check(options, _tell)
    if options.master is not None:
        raise UsageError("--master is for --engine spark")
    libraries.prepare(options.jobs)
    with libraries.loading():
        from copydesk.articles.inputs import expand
        from copydesk.commands.progress import progress_bar
        from copydesk.engines.local import run
        from copydesk.history.place import chosen
        from copydesk.origin.means import Means

        means = Means(options.online, tuple(options.warc), options.record, options.provenance)
        contract = contract_of(options, means.asked)
        out = run_directory(options.out)
        inputs = expand(options.inputs, options.format, options.table, options.query)
        kept = chosen(options.history, options.no_history, contract.history)
        libraries.load_pandera()
    if options.accepted:
        return stream.run(options, inputs, contract, out, kept)
    with progress_bar(inputs, enabled=not options.quiet and sys.stderr.isatty()) as told:
        result = run(inputs, contract, out, means=means, jobs=options.jobs, history=kept, progress=told)
    return _tell(options, contract, result, out)


def _tell(options: argparse.Namespace, contract: "Contract", result: "Result", out: Path) -> int:
    """Tells people, programs and the webhook what came of a run; ``out`` is where its reports are. Returns the exit code."""
    if not options.quiet:
        print_safely(lambda: _print_result(result.summary, out, options.output))
    further.settle(contract, result, out, here="://" not in str(options.out))
    if result.input_errors:
        return 3
    return 0 if result.passed else 1


def _print_result(summary: dict[str, Any], out: Path, output: str) -> None:
    if output == "json":
        print(as_json({**summary, "run_dir": str(out)}))
    elif output == "markdown":
        print((out / "summary.md").read_text(encoding="utf-8"), end="")
    elif output in ("github", "gitlab"):
        from copydesk.report import printed

        print(printed(out, output), end="")
    else:
        from copydesk.report.text import terminal_summary

        print(terminal_summary(summary, out, colour=colour()))
