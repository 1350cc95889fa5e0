"""The command line. Everything heavy is imported by the command that needs it, so that help comes at once."""

import argparse
import codecs
import io
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from copydesk import __version__
from copydesk.commands import baseline, check, fix, history, init, report, rules, verify
from copydesk.commands.shared import EXIT_CODES
from copydesk.errors import CopydeskError
from copydesk.wording import near, printable

_EXAMPLE = """\
example:
  copydesk check articles.jsonl -o run      # then open run/report.html in a browser

`copydesk COMMAND --help` shows a command's options and an example.

"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    _prepare_output()
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments:
        parser().print_help(sys.stderr)
        return 2
    options = parser().parse_args(arguments)
    try:
        with _ending_like_an_interrupt():
            code: int = options.run(options)
        sys.stdout.flush()
        return code
    except CopydeskError as error:
        for line in str(error).splitlines():
            print(f"copydesk: {printable(line)}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"copydesk: {printable(str(error))}", file=sys.stderr)
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
        print(printable(said), file=sys.stderr)
        return 4


def _prepare_output() -> None:
    """Makes standard output take every character, whatever its encoding; what whoever started us closed leads nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 -- while the process lives
    codecs.register_error("copydesk", _escaped)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="copydesk")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What an encoding does not have, as JSON escapes it: what is printed may be JSON, which has no "\\xe9"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


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


class _Parser(argparse.ArgumentParser):
    """The command line, and each of its commands: help is printed as it is written, and options are taken by their whole names,
    since what `--onlin` means must not depend on the options that there are today.

    What is wrong is said in a line, with what was probably meant: below the usage of a command with twenty options it is lost.
    """

    def __init__(self, **settings: Any) -> None:
        formatter = argparse.RawDescriptionHelpFormatter
        super().__init__(**{"allow_abbrev": False, "formatter_class": formatter, **settings})

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuses here what is not known, while it is known whose options these are."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            name = unknown[0].partition("=")[0]
            options = [option for action in self._actions for option in action.option_strings]
            self.error(
                f"there is no option {name!r}{near(name, options)}" if name[:1] == "-" else f"unexpected: {name!r}"
            )
        return known, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            said = f"{value!r} is none of {', '.join(choices)}{near(value, choices)}"
            raise argparse.ArgumentError(action, said)

    def error(self, message: str) -> NoReturn:
        """Ends the program with exit code 2."""
        self.exit(2, f"copydesk: {printable(message)} (`{self.prog} --help` says more)\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line, each command with its help."""
    whole = _Parser(
        prog="copydesk",
        description="Checks scraped news articles: splits them into accepted and quarantined, gates, reports.",
        epilog=_EXAMPLE + EXIT_CODES,
    )
    whole.add_argument("--version", action="version", version=f"copydesk {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check.add_parser(commands)
    fix.add_parser(commands)
    baseline.add_parser(commands)
    verify.add_parser(commands)
    history.add_parser(commands)
    rules.add_parsers(commands)
    init.add_parser(commands)
    report.add_parser(commands)
    return whole


if __name__ == "__main__":
    sys.exit(main())
