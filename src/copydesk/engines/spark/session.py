"""A Spark session, or what is missing for one in words of the person who must install it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copydesk.errors import UsageError
from copydesk.processes.libraries import ONE_THREAD

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA: Final = 17
"""The oldest Java that Spark 4 runs on (spark.apache.org, "Spark Overview")."""


def require() -> None:
    """Raises UsageError where pyspark or Java is missing or too old."""
    try:
        installed = version("pyspark")
    except PackageNotFoundError:
        raise UsageError('--engine spark needs pyspark: pip install "copydesk[spark]"') from None
    if not installed.startswith("4.1."):
        raise UsageError(f'--engine spark is made for pyspark 4.1, this is {installed}: pip install "copydesk[spark]"')
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    try:
        if java is None:
            raise FileNotFoundError
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        where = (
            f"JAVA_HOME is {home}, and there is none" if home else "there is none on the PATH, and JAVA_HOME is not set"
        )
        raise UsageError(f"--engine spark needs Java {JAVA} or newer; {where}") from None
    found = re.search(r'version "(\d+)', told)
    if found and int(found[1]) < JAVA:
        raise UsageError(f"--engine spark needs Java {JAVA} or newer; {java} is version {found[1]}")


@contextmanager
def session(master: str | None) -> "Iterator[SparkSession]":
    """A session on ``master``, ended when it is left; one that this program has already is used, and goes on.

    Without ``master`` the one of Spark's own configuration is used, else all cores of this machine.
    """
    require()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    builder = SparkSession.builder.appName("copydesk").config("spark.ui.showConsoleProgress", "false")
    for name, value in ONE_THREAD.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    if master is None or master.startswith("local"):
        own = os.pathsep.join(filter(None, sys.path))
        builder = builder.config("spark.executorEnv.PYTHONPATH", own)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else its workers are the `python3` of the PATH
    if master is not None:
        builder = builder.master(master)
    try:
        made = builder.getOrCreate()
    except Exception as error:  # whatever Java says, the options are at fault or the cluster is not there
        told = str(error).strip().splitlines()
        raise UsageError(
            f"Spark does not start on {master or 'its default master'}: {told[0] if told else error}"
        ) from None
    made.sparkContext.setLogLevel("ERROR")
    try:
        yield made
    finally:
        made.stop()
