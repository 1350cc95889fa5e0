"""What all commands print with."""

import os
import sys
from collections.abc import Callable


def print_safely(write: Callable[[], None]) -> None:
    """Prints; whoever reads our output may stop reading, which changes no verdict."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """``text`` with control characters shown: file names and records must not drive a terminal."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
