#!/usr/bin/env python3
"""10,000 URLs, 30 % of them failing in every way a server knows, and a run that is killed in the middle.

    python benchmarks/origin_torture.py [--urls 10000]

A server with 50 hosts serves them (tests/web.py) and, on a second port, TLS with a certificate that nobody knows. The run has
a budget of ten minutes. Printed: time, verdicts, memory at its highest; then the same with kill -9 at half of it and a second
run on the same cache: what was asked again although its answer was stored (must be nothing), and verdicts that differ
from those of the undisturbed run (must be none).
"""

import argparse
import ipaddress
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "src"), str(ROOT / "tests")]

PORT, HOSTS, BUDGET = 18_800, 50, 600.0

BAD = (
    "reset", "close", "garbage", "silent", "drip", "drip-body", "endless", "bomb", "bombed", "headers", "hundred", "loop", "busy",
    "misgzip", "tls",
)  # fmt: skip
"""Ways to fail; endless bodies, bombs and broken packing are pages all the same, cut or empty."""

EXPECTED = (
    dict.fromkeys(BAD, "unknown")
    | dict.fromkeys(("ok", "endless", "bomb", "bombed", "misgzip"), "alive")
    | {"busy": "blocked"}
)


def url(number: int) -> tuple[str, str]:
    """(kind, URL) number ``number``: three of ten are bad, on every host."""
    kind = "ok" if number % 10 < 7 else BAD[number // 10 % len(BAD)]
    host = f"127.0.0.{number // 10 % HOSTS + 1}"
    if kind == "tls":
        return kind, f"https://127.0.0.1:{PORT + 1}/ok/{number}"
    query = {"bombed": f"?/ok/{number}", "busy": f"?1&{number}"}.get(kind, f"?{number}")
    return kind, f"http://{host}:{PORT}/{kind}/{number}{query}"


def client(cache: str, count: int) -> None:
    """One run; prints what came of it."""
    import resource

    from copydesk.origin.manners import Manners
    from copydesk.origin.web.check import OriginChecker

    manners = Manners(
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),), timeout=2.0, budget=BUDGET, concurrency=64, per_host=8, delay=0.0,
        retries=1, cache=cache,
    )  # fmt: skip
    start, cpu = time.monotonic(), time.process_time()
    checker = OriginChecker(manners, handle=lambda capture: capture.body[:2000], page_format="1")
    answers = checker.check(url(number)[1] for number in range(count))
    print(json.dumps({
        "seconds": time.monotonic() - start, "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "verdicts": {name: (answer.status, answer.detail) for name, answer in answers.items()},
    }))  # fmt: skip


def start(cache: Path, count: int) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    command = [sys.executable, __file__, "--client", str(cache), "--urls", str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def stored(cache: Path) -> set[str]:
    """The URLs that have an answer."""
    try:
        connection = sqlite3.connect(cache, timeout=30)
        rows = connection.execute("select url from answers").fetchall()
    except sqlite3.OperationalError:  # not there yet
        return set()
    connection.close()
    return {row[0] for row in rows}


def main() -> None:
    """Runs everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=10_000)
    parser.add_argument("--client")
    options = parser.parse_args()
    if options.client:
        client(options.client, options.urls)
        return
    import trustme

    from web import Web

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder, Web(port=PORT + 1, tls=context):
        log = Path(folder, "log")
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "web.py"), str(PORT), str(HOSTS), "0.005", str(log)],
            stdout=subprocess.PIPE,
        )
        threading.Thread(target=server.stdout.readline, daemon=True).start()  # type: ignore[union-attr]
        try:
            time.sleep(5)
            measure(Path(folder), log, options.urls)
        finally:
            server.terminate()
            server.wait()


def measure(folder: Path, log: Path, count: int) -> None:
    """The undisturbed run, the killed one, and the one that goes on."""
    output, _ = start(folder / "a.sqlite3", count).communicate()
    whole = json.loads(output)
    report("one run", whole, count)

    killed = start(folder / "b.sqlite3", count)
    while len(stored(folder / "b.sqlite3")) < count // 2:
        time.sleep(0.1)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = stored(folder / "b.sqlite3")
    before = len(log.read_text().splitlines())
    output, _ = start(folder / "b.sqlite3", count).communicate()
    resumed = json.loads(output)
    report(f"killed with {len(kept)} answers, and resumed", resumed, count)
    again = {f"http://{line}" for line in log.read_text().splitlines()[before:]} & kept
    differing = [name for name, (status, _) in whole["verdicts"].items() if resumed["verdicts"][name][0] != status]
    print(
        f"asked again although stored: {len(again)}; verdicts that differ from the undisturbed run's: {len(differing)}"
    )
    for name in differing[:5]:
        print("   ", name, whole["verdicts"][name], resumed["verdicts"][name])


def report(title: str, result: dict, count: int) -> None:
    """Prints one run."""
    verdicts = result["verdicts"]
    statuses = Counter(status for status, _ in verdicts.values())
    wrong = Counter()
    for number in range(count):
        kind, name = url(number)
        if verdicts[name][0] != EXPECTED[kind]:
            wrong[kind, *verdicts[name]] += 1
    print(
        f"{title}: {len(verdicts)} of {count} URLs have a verdict after {result['seconds']:.0f} s (budget {BUDGET:.0f} s), "
        f"{result['cpu']:.0f} s CPU, {result['memory']:.0f} MB at most; {dict(statuses)}"
    )
    for what, number in wrong.most_common(5):
        print("    not as expected:", number, what)


if __name__ == "__main__":
    main()
