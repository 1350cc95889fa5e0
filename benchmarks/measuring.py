"""Runs commands as processes of their own, and says what each cost by the operating system's count."""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one process took with those that it started: seconds of wall and CPU time, megabytes at the peak of the largest."""

    wall: float
    cpu: float
    peak: float


def measured(arguments: list[str], output: Path) -> Cost:
    """Runs a command to its end; what it prints goes to ``output``. Raises RuntimeError where it fails."""
    answer = output.with_name(f"{output.name}.cost")
    # by a small process between: what a process is born from counts to its peak
    _run([sys.executable, "-I", "-S", __file__, str(answer), str(output), *arguments], os.devnull)
    status, *figures = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    if status != 0:
        raise RuntimeError(f"{' '.join(arguments)[:200]} failed:\n{output.read_text(errors='replace')[-2000:]}")
    return Cost(*figures)


def _run(arguments: list[str], output: str) -> tuple[int, float, float, float]:
    """Exit code, and the figures of a `Cost`."""
    start = time.perf_counter()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, flags, 0o644), (os.POSIX_SPAWN_DUP2, 1, 2)]
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    took = time.perf_counter() - start
    return os.waitstatus_to_exitcode(status), took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


if __name__ == "__main__":
    told, printed, *command = sys.argv[1:]
    Path(told).write_text(json.dumps(_run(command, printed)), encoding="utf-8")
