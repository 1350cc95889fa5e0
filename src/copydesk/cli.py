"""The command line. Everything heavy is imported by the command that needs it, so that help comes at once."""

import argparse
import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk import __version__
from copydesk.commands import baseline, fix, further, history, init, report, spark, stream, verify
from copydesk.commands.shared import add_language_option, add_rules_option, colour, run_directory
from copydesk.commands.shared import print_safely as _print
from copydesk.commands.shared import printable as _printable
from copydesk.errors import CopydeskError, UsageError

if TYPE_CHECKING:
    from copydesk.rules.catalogue import Catalogue

_EXIT_CODES = """\
exit codes:
  0  the gate passed
  1  the gate failed: the data is bad
  2  wrong usage, or a contract or suite that does not parse
  3  an input could not be read at all, or held no record
  4  the check itself failed: nothing is reported as passed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(argv)
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- for as long as the process lives
    try:
        with _ending_like_an_interrupt():
            code: int = options.run(options)
        sys.stdout.flush()
        return code
    except CopydeskError as error:
        for line in str(error).splitlines():
            print(f"copydesk: {_printable(line)}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"copydesk: {_printable(str(error))}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        print("copydesk: interrupted; nothing was written", file=sys.stderr)
        return 4
    except MemoryError:
        print("copydesk: out of memory; nothing was written", file=sys.stderr)
        return 4
    except Exception as error:  # a defect of ours must not look like bad data, which has exit code 1
        traceback.print_exc()
        said = f"copydesk: this is a defect of copydesk, please report it: {type(error).__name__}: {error}"
        print(_printable(said), file=sys.stderr)
        return 4


@contextmanager
def _ending_like_an_interrupt() -> Iterator[None]:
    """SIGTERM, as schedulers and containers send it, cleans up as Ctrl-C does, unless somebody else handles it."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="copydesk",
        description="Checks scraped news articles: splits them into accepted and quarantined, gates, reports.",
        epilog="example:\n  copydesk check articles.jsonl -o run && open run/report.html\n\n" + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"copydesk {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _check_parser(commands)
    fix.add_parser(commands)
    baseline.add_parser(commands)
    verify.add_parser(commands)
    history.add_parser(commands)

    rules = commands.add_parser("rules", help="list all rules", description="Lists every rule with its severity.")
    rules.add_argument("--json", action="store_true", help="print JSON")
    _add_rule_options(rules)
    rules.set_defaults(run=_rules)

    explain = commands.add_parser(
        "explain",
        help="tell all about one rule",
        description="Prints a rule's documentation.",
        epilog="example:\n  copydesk explain url-white-space",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explain.add_argument("rule", metavar="RULE", help="the rule's slug or code")
    _add_rule_options(explain)
    explain.set_defaults(run=_explain)

    init.add_parser(commands)

    report.add_parser(commands)
    return parser


def _check_parser(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="check articles",
        description="Checks articles against a contract and writes a run directory with a report.",
        epilog="example:\n  copydesk check scraped/*.jsonl.gz -c checks/article.yaml -o run --fail-on error\n\n"
        + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, a folder, a glob, or - for standard input")
    check.add_argument(
        "-c", "--contract", metavar="CONTRACT", help="the contract (default: checks/article.yaml, else the shipped one)"
    )
    check.add_argument(
        "-o",
        "--out",
        metavar="DIR",
        help="the run directory (default: reports/runs/<UTC time>); with --engine spark a URI too",
    )
    check.add_argument("--online", action="store_true", help="ask whether the original URLs resolve")
    check.add_argument(
        "--warc",
        metavar="FILE",
        nargs="+",
        action="extend",
        type=Path,
        default=[],
        help="look for the original URLs in WARC or WACZ files, before the network if that is asked too",
    )
    check.add_argument(
        "--record", metavar="FILE", type=Path, help="keep what the network answered in a WARC file (with --online)"
    )
    check.add_argument(
        "--provenance", action="store_true", help="write provenance.jsonl though no origin is asked (else it is)"
    )
    check.add_argument(
        "--format",
        metavar="FORMAT",
        help="the inputs' format: jsonl, json, csv, parquet, story, html, warc, feed, sitemap or newsml (default: recognised)",
    )
    check.add_argument(
        "--engine",
        choices=["local", "spark"],
        default="local",
        help="how batches are driven: spark needs the extra copydesk[spark] and Java 17 (docs/scale.md)",
    )
    check.add_argument("--master", metavar="URL", help="where Spark runs, e.g. local[2] (with --engine spark)")
    check.add_argument(
        "--table", metavar="TABLE", help="the table to read of a database (postgresql://…, a DuckDB file)"
    )
    check.add_argument("--query", metavar="SQL", help="what to read of a database instead of a whole table")
    check.add_argument("--jobs", metavar="N", type=_jobs, help="processes for long inputs (default: one for each core)")
    check.add_argument(
        "--output",
        choices=["text", "json", "markdown", "github", "gitlab"],
        default="text",
        help="what to print on standard output: github are annotations of a workflow, gitlab is a code-quality report",
    )
    check.add_argument("--json", action="store_const", const="json", dest="output", help="the same as --output json")
    check.add_argument(
        "--fail-on",
        choices=["error", "warning", "never"],
        help="the least severity that fails the run (wins over the contract)",
    )
    add_rules_option(check)
    stream.add_stream_option(check)
    check.add_argument(
        "--baseline",
        metavar="FILE",
        help="findings that are known and do not count, written by `copydesk baseline` (wins over the contract)",
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


def _add_rule_options(parser: Any) -> None:
    parser.add_argument("-c", "--contract", metavar="CONTRACT", help="with the rules that this contract names")
    add_rules_option(parser)


def _known_rules(options: argparse.Namespace) -> "Catalogue":
    from copydesk import contract as contracts
    from copydesk.rules.catalogue import catalogue

    if options.contract is not None:
        return contracts.read(options.contract, rules=options.rules).catalogue
    return catalogue(map(Path, options.rules))


def _check(options: argparse.Namespace) -> int:
    if options.engine == "spark":
        return spark.check(options, _print_result)
    if options.master is not None:
        raise UsageError("--master is for --engine spark")
    if options.jobs != 1:  # processes share the cores: polars' own threads would take an eighth of the speed from them
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
    from copydesk import contract as contracts
    from copydesk.articles.inputs import expand
    from copydesk.history.place import chosen
    from copydesk.origin.means import Means

    means = Means(options.online, tuple(options.warc), options.record, options.provenance)
    contract = contracts.read(options.contract, means.asked, options.rules)
    contract = contracts.with_options(
        contract,
        options.fail_on,
        options.baseline,
        outputs=options.outputs,
        notify_url_env=options.notify_url_env,
        language=options.language,
    )
    out = run_directory(options.out)
    inputs = expand(options.inputs, options.format, options.table, options.query)
    kept = chosen(options.history, options.no_history, contract.history)

    from copydesk.engines.local import run
    from copydesk.progress import progress_bar

    if options.accepted:
        return stream.run(options, inputs, contract, out, kept)
    gc.freeze()  # contract and vocabulary stay: looking through them for garbage is 3 % of a long run
    with progress_bar(inputs, enabled=not options.quiet and sys.stderr.isatty()) as told:
        result = run(inputs, contract, out, means=means, jobs=options.jobs, history=kept, progress=told)
    if not options.quiet:
        _print(lambda: _print_result(result.summary, out, options.output))
    if result.history_error:
        print(f"copydesk: {_printable(result.history_error)}", file=sys.stderr)
    for error in result.input_errors:
        print(f"copydesk: {_printable(error)}", file=sys.stderr)
    further.enlist(out)
    further.tell(contract.notify, result.summary, out)
    if result.input_errors:
        return 3
    return 0 if result.passed else 1


def _print_result(summary: dict[str, Any], out: Path, output: str) -> None:
    if output == "json":
        print(json.dumps({**summary, "run_dir": str(out)}, ensure_ascii=False))
    elif output == "markdown":
        print((out / "summary.md").read_text(encoding="utf-8"), end="")
    elif output in ("github", "gitlab"):
        from copydesk.report import printed

        print(printed(out, output), end="")
    else:
        from copydesk.report.text import terminal_summary

        print(terminal_summary(summary, out, colour=colour()))


def _rules(options: argparse.Namespace) -> int:
    from copydesk.rules.base import parameters
    from copydesk.rules.documentation import documentation

    known = _known_rules(options)
    if options.json:
        listed = [
            {
                "code": rule.code,
                "slug": slug,
                "severity": str(rule.severity),
                "field": rule.field,
                "fix": rule.fix,
                "online": rule.online,
                "summary": documentation(rule).summary,
                "parameters": parameters(rule),
            }
            for slug, rule in known.items()
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    width = max(map(len, known))
    lines = [
        f"{rule.code}  {slug:<{width}}  {rule.severity:<7}  {documentation(rule).summary}"
        for slug, rule in sorted(known.items(), key=lambda item: item[1].code)
    ]
    _print(lambda: print("\n".join(lines)))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from copydesk.rules.catalogue import find_rule
    from copydesk.rules.documentation import markdown

    page = markdown(find_rule(options.rule, _known_rules(options)))
    _print(lambda: print(page))
    return 0


if __name__ == "__main__":
    sys.exit(main())
