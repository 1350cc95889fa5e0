"""`copydesk rules` and `copydesk explain`: what rules there are, and what one is about."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands.shared import add_rules_option, print_safely

if TYPE_CHECKING:
    from copydesk.rules.catalogue import Catalogue

_RULES_EPILOG = """\
example:
  copydesk rules
  copydesk rules -c checks/article.yaml     # including the rules that this contract names

exit codes:
  0  listed
  2  wrong usage, or a contract or file of rules that does not parse
"""

_EXPLAIN_EPILOG = """\
example:
  copydesk explain url-white-space
  copydesk explain URL003

exit codes:
  0  printed
  2  wrong usage, or no such rule
"""


def add_parsers(commands: Any) -> None:
    """Adds both commands to the command line."""
    rules = commands.add_parser(
        "rules",
        help="list all rules",
        description="Lists every rule with its code, its name, its severity and what it reports.",
        epilog=_RULES_EPILOG,
    )
    rules.add_argument("--json", action="store_true", help="print JSON, with parameters and kinds of fixes")
    _add_rule_options(rules)
    rules.set_defaults(run=_rules)

    explain = commands.add_parser(
        "explain",
        help="explain a rule",
        description="Prints a rule's documentation.",
        epilog=_EXPLAIN_EPILOG,
    )
    explain.add_argument("rule", metavar="RULE", help="the rule's slug or code")
    _add_rule_options(explain)
    explain.set_defaults(run=_explain)


def _add_rule_options(parser: Any) -> None:
    parser.add_argument("-c", "--contract", metavar="CONTRACT", help="include the rules that this contract names")
    add_rules_option(parser)


def _known_rules(options: argparse.Namespace) -> "Catalogue":
    from copydesk import contract as contracts
    from copydesk.rules.catalogue import catalogue

    if options.contract is not None:
        return contracts.read(options.contract, rules=options.rules).catalogue
    return catalogue(map(Path, options.rules))


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
        print_safely(lambda: print(json.dumps(listed, ensure_ascii=False, indent=2)))
        return 0
    width = max(map(len, known))
    lines = [
        f"{rule.code}  {slug:<{width}}  {rule.severity:<7}  {documentation(rule).summary}"
        for slug, rule in sorted(known.items(), key=lambda item: item[1].code)
    ]
    print_safely(lambda: print("\n".join(lines)))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from copydesk.rules.catalogue import find_rule
    from copydesk.rules.documentation import markdown

    page = markdown(find_rule(options.rule, _known_rules(options)))
    print_safely(lambda: print(page))
    return 0
