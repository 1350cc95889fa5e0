"""Everything copydesk raises on purpose, each with the exit code the command line gives it.

Messages are written for the person who must act: they name the file, the place in it, and the remedy.
"""


class CopydeskError(Exception):
    """Base of all errors that copydesk raises on purpose."""

    exit_code = 4


class UsageError(CopydeskError):
    """Wrong options, an unknown rule, an option that makes no sense."""

    exit_code = 2


class ContractError(UsageError):
    """A contract or suite that does not parse or holds an unknown key."""


class InputError(CopydeskError):
    """An input that could not be read at all, or that held no record."""

    exit_code = 3


class RuleError(CopydeskError):
    """A rule crashed: the check itself failed, so nothing may be reported as passed."""


class OutputError(CopydeskError):
    """The run directory cannot be written."""


class WorkerError(CopydeskError):
    """A process of the run is gone: its work is not done."""
