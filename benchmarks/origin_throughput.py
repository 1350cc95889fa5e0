#!/usr/bin/env python3
"""How fast original URLs are asked, beside Little's limit and LinkChecker, in one run with all of them interleaved.

    python benchmarks/origin_throughput.py [--linkchecker PATH] [--urls 2000] [--rounds 3]

A server with 50 hosts (127.0.0.1 to 127.0.0.50) answers each request 50 ms after it came. With 64 requests in flight nobody
can be faster than 64 / 0.05 s = 1,280 a second (Little's law). Every round asks all URLs anew, in an order that changes.
Afterwards: the CPU that a new TLS connection costs, shared context against `requests` as it comes.
"""

import argparse
import ipaddress
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import requests
import requests.adapters

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "src"), str(ROOT / "tests")]

from copydesk.captures.capture import Capture  # noqa: E402
from copydesk.origin.manners import Manners  # noqa: E402
from copydesk.origin.web.check import OriginChecker  # noqa: E402

PORT, HOSTS, LATENCY, FLIGHT = 18_700, 50, 0.05, 64
LIMIT = FLIGHT / LATENCY
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def digest(capture: Capture) -> bytes:
    """Stands for what recognising keeps of a page."""
    return capture.body[:1000]


def copydesk(urls: list[str], recognise: bool) -> tuple[float, float]:
    """(seconds, CPU seconds) for ``urls``."""
    with tempfile.TemporaryDirectory() as folder:
        manners = Manners(
            allow_networks=LOOPBACK,
            concurrency=FLIGHT,
            per_host=8,
            delay=0.0,
            recognise=recognise,
            cache=f"{folder}/c.sqlite3",
        )
        start, cpu = time.perf_counter(), time.process_time()
        checker = OriginChecker(manners, handle=digest, page_format="1")
        answers = checker.check(urls)
        took = time.perf_counter() - start, time.process_time() - cpu
        checker.close()
    assert {answer.status for answer in answers.values()} == {"alive"}
    return took


def requests_alone(urls: list[str]) -> tuple[float, float]:
    """The same for `requests` and as many threads: what the client library costs without anything around it."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=2 * HOSTS, pool_maxsize=8))

    def ask(url: str) -> None:
        with session.get(url, stream=True, allow_redirects=False, timeout=20) as response:
            assert len(b"".join(response.iter_content(65_536))) > 1000

    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(FLIGHT) as pool:
        list(pool.map(ask, urls))
    return time.perf_counter() - start, time.process_time() - cpu


def linkchecker(program: str, urls: list[str], limited: bool) -> tuple[float, float]:
    """The same for LinkChecker: as it comes, or with 64 threads and its limit lifted as its manual says (a server's header)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # started by root, it goes on as nobody
        page = Path(folder, "index.html")
        page.write_text(
            "".join(f'<a href="{url if limited else url.replace("/ok/", "/open/")}">x</a>\n' for url in urls)
        )
        settings = Path(folder, "linkcheckerrc")
        lifted = "" if limited else "maxrequestspersecond=100000\n"
        settings.write_text(f"[checking]\nthreads={10 if limited else FLIGHT}\n{lifted}[filtering]\ncheckextern=1\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        done = subprocess.run(
            [program, "-f", str(settings), "--check-extern", "-r1", "-o", "none", page.as_uri()],
            capture_output=True,
            text=True,
            check=False,
        )
        took = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def throughput(options: argparse.Namespace) -> None:
    """Prints the medians."""
    clients = {
        "copydesk, pages (GET)": lambda urls: copydesk(urls, True),
        "copydesk, resolving only (HEAD)": lambda urls: copydesk(urls, False),
    }
    clients["requests in 64 threads, alone (GET)"] = requests_alone
    if options.linkchecker:
        clients["LinkChecker without limits"] = lambda urls: linkchecker(options.linkchecker, urls, False)
        clients["LinkChecker"] = lambda urls: linkchecker(options.linkchecker, urls[: len(urls) // 5], True)
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
    log = tempfile.NamedTemporaryFile()  # noqa: SIM115
    server = [sys.executable, str(ROOT / "tests" / "web.py"), str(PORT), str(HOSTS), str(LATENCY), log.name]
    with subprocess.Popen(server, stdout=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()
        try:
            for turn in range(options.rounds):
                urls = [f"http://127.0.0.{n % HOSTS + 1}:{PORT}/ok/{turn}/{n}" for n in range(options.urls)]
                for name in random.sample(list(clients), len(clients)):
                    asked = len(urls) // 5 if name == "LinkChecker" else len(urls)
                    before = len(Path(log.name).read_text().splitlines())
                    took, cpu = clients[name](urls)
                    made = len(Path(log.name).read_text().splitlines()) - before
                    assert made >= asked, (name, made)
                    rates[name].append((asked / took, cpu / asked * 1000))
        finally:
            running.terminate()
    print(
        f"{options.urls} URLs, {HOSTS} hosts, {LATENCY * 1000:.0f} ms, {FLIGHT} in flight: Little's limit {LIMIT:.0f}/s"
    )
    for name, found in rates.items():
        speeds = [speed for speed, _ in found]
        cpu = statistics.median(cpu for _, cpu in found)
        print(
            f"{name:34} {statistics.median(speeds):7.0f}/s ({min(speeds):.0f} to {max(speeds):.0f}) "
            f"{statistics.median(speeds) / LIMIT:4.0%} of the limit, {cpu:.2f} ms CPU each"
        )


def tls() -> None:
    """Prints what a new TLS connection costs this process, the server's share in another one left out."""
    import os
    import ssl

    import trustme

    from copydesk.origin.web.fetch import Fetcher
    from copydesk.origin.web.guard import Guard
    from web import Web

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder, "ca.pem")
        import certifi

        bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with Web(tls=context) as web:
                os.write(writing, str(web.port).encode())
                threading.Event().wait()
        try:
            port = int(os.read(reading, 10))
            os.environ["SSL_CERT_FILE"] = str(bundle)
            fetcher = Fetcher(Guard(LOOPBACK), "copydesk/benchmark", allow=LOOPBACK)
            url = f"https://127.0.0.1:{port}/close"

            def ours() -> None:
                assert fetcher.get(url, 5).failure == "broken"

            def plain() -> None:
                with suppress(requests.exceptions.ConnectionError):
                    requests.get(url, timeout=5, verify=str(bundle))

            for name, ask in (("copydesk", ours), ("requests as it comes", plain)):
                ask()
                costs = []
                for _ in range(5):
                    before = time.process_time()
                    for _ in range(20):
                        ask()
                    costs.append((time.process_time() - before) / 20 * 1000)
                print(
                    f"a new TLS connection and a request, {name}: {statistics.median(costs):.1f} ms CPU (worst of 5: {max(costs):.1f})"
                )
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)


def main() -> None:
    """Runs both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linkchecker", help="the program to compare with")
    parser.add_argument("--urls", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tls()
    throughput(options)


if __name__ == "__main__":
    main()
