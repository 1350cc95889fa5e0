"""`copydesk init`: writes the declarative folders to start from, drafted from a sample if there is one."""

import argparse
from pathlib import Path
from typing import Any

from copydesk.commands.shared import print_safely
from copydesk.errors import OutputError, UsageError
from copydesk.wording import printable

_EPILOG = """\
example:
  copydesk init --from scraped.jsonl && copydesk check scraped.jsonl -c checks/article.yaml

With --from, checks/article.yaml and expectations/batch.json are drafted from the sample: field names, peculiarities of sources
with enough articles, and thresholds that allow for the sample's size. Comments give the counts.

A repository hosted on GitHub or GitLab also gets a workflow that checks its articles; --ci says which, or none.

Existing files are kept. checks/vocabulary/ is a copy to read; your own rows go into files that the contract names (see its
README.md). Files in reports/templates/ and reports/texts/ replace those that ship once you change them; SHA256SUMS beside them
records what they were.

exit codes:
  0  written
  2  wrong usage
  3  SAMPLE cannot be read
  4  a file cannot be written
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the command line."""
    init = commands.add_parser(
        "init",
        help="write checks/, expectations/ and reports/ to start from",
        description="Writes a contract, suites, vocabularies and report templates into the working directory.",
        epilog=_EPILOG,
    )
    init.add_argument(
        "--from",
        metavar="SAMPLE",
        dest="sample",
        action="append",
        default=[],
        help="records to draft from (a file or glob)",
    )
    init.add_argument("--format", metavar="FORMAT", help="the sample's format (default: recognised)")
    init.add_argument(
        "--ci",
        choices=["github", "gitlab", "none"],
        help="write the workflow for this service (default: detected from the repository)",
    )
    init.add_argument("--force", action="store_true", help="overwrite existing files")
    init.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from copydesk.scaffold import write, write_texts
    from copydesk.workflows import service_of, workflow

    drafted = _drafted(options) if options.sample else {}
    service = options.ci or service_of(Path())
    workflows = workflow(service) if service in ("github", "gitlab") else {}
    try:
        written = [
            *write(Path(), options.force, drafted),
            *write_texts(Path(), workflows, options.force),
        ]
    except OSError as error:
        raise OutputError(f"{error.filename}: cannot write there: {error.strerror}") from None
    lines = [f"{'wrote' if new else 'kept'} {path}" for path, new in written]
    lines += [
        f"set ARTICLES in {path} to what is to be checked" for path, new in written if new and str(path) in workflows
    ]
    print_safely(lambda: print("\n".join(map(printable, lines))))
    return 0


def _drafted(options: argparse.Namespace) -> dict[str, str]:
    if "-" in options.sample:
        raise UsageError("--from needs a file: a sample is read more than once")

    from copydesk.articles.inputs import expand
    from copydesk.drafts.draft import draft

    contract, suite = draft(expand(options.sample, options.format))
    return {"checks/article.yaml": contract, "expectations/batch.json": suite}
