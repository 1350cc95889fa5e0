"""`copydesk fix`: applies the repairs that rules offer."""

import argparse
import sys
from pathlib import Path
from typing import Any

from copydesk.commands.shared import add_contract_option, add_rules_option, print_safely
from copydesk.errors import UsageError
from copydesk.wording import as_json, plural, printable

_EPILOG = """\
example:
  copydesk fix scraped.jsonl -o fixed.jsonl && less fixed.jsonl.changes.jsonl

OUTPUT has the input's own format; what is not repaired stays byte for byte as it came. OUTPUT.changes.jsonl lists every
change (record, article_id, field, rule, safe, before, after, and where: key, start), so that it can be reviewed and undone.

exit codes:
  0  OUTPUT is written
  2  wrong usage, or OUTPUT is an input
  3  an input could not be read to its end, or held no record: nothing is written
  4  a rule crashed, or OUTPUT cannot be written
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    fix = commands.add_parser(
        "fix",
        help="apply the repairs that rules offer",
        description="Writes a copy of the articles with the repairs that need no review: broken URLs, links to other stories, "
        "entities, wrong encodings and so on. Never in place.",
        epilog=_EPILOG,
    )
    fix.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, a folder, a glob, or - for standard input")
    fix.add_argument("-o", "--output", metavar="OUTPUT", type=Path, required=True, help="the file to write")
    fix.add_argument("--unsafe", action="store_true", help="also apply the repairs that need review")
    add_contract_option(fix)
    add_rules_option(fix)
    fix.add_argument("--format", metavar="FORMAT", help="the inputs' format (default: recognised)")
    fix.add_argument("--json", action="store_true", help="print the summary as JSON")
    fix.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    fix.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from copydesk import contract as contracts
    from copydesk.articles.inputs import expand

    contract = contracts.read(options.contract, rules=options.rules)
    if str(options.output) == "-":
        raise UsageError("-o needs a file: the list of changes is written beside it")
    inputs = expand(options.inputs, options.format)

    from copydesk.commands.progress import progress_bar
    from copydesk.fixes.run import fix

    with progress_bar(inputs, enabled=not options.quiet and sys.stderr.isatty()) as told:
        summary = fix(inputs, contract, options.output, unsafe=options.unsafe, progress=told)
    if not options.quiet:
        print_safely(lambda: print(as_json(summary) if options.json else "\n".join(_lines(summary))))
    return 0


def _lines(summary: dict[str, Any]) -> list[str]:
    counts = summary["counts"]
    lines = [f"copydesk: {counts['changed']:,} of {counts['read']:,} records changed"]
    if counts["unreadable"]:
        lines.append(f"  {counts['unreadable']:,} could not be read and are passed on as they came")
    width = max(map(len, summary["rules"]), default=0)
    lines += [
        f"  {slug:<{width}}  {rule['applied']:>7,} {plural(rule['applied'], 'repair')} "
        f"in {rule['records']:,} {plural(rule['records'], 'record')}" + ("" if rule["safe"] else "  (to be reviewed)")
        for slug, rule in summary["rules"].items()
    ]
    if summary["to_review"]:
        waiting = ", ".join(f"{slug} {count:,}" for slug, count in summary["to_review"].items())
        lines += ["", f"with --unsafe also: {waiting}"]
    if summary["not_applied"]:
        lines += ["", "not applied:"]
        lines += [f"  {entry['rule']}: {entry['repairs']:,}, {entry['reason']}" for entry in summary["not_applied"]]
    return [*lines, "", printable(f"fixed: {summary['output']}"), printable(f"changes: {summary['changes']}")]
