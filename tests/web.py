"""A web server on loopback that behaves well or badly by path, for tests and benchmarks.

    /ok/anything         a page                       /status/404          that status
    /redirect?URL        302 to URL                   /moved?URL           301
    /loop                302 to itself                /bombed?URL          302 with a body of 200 MB, packed
    /reset               breaks the connection off    /close               closes it without an answer
    /silent              never answers                /drip, /drip-body    a byte now and then
    /endless             a body without end           /bomb                200 MB, packed to 200 kB
    /headers, /hundred   headers, or 100 Continue, without end
    /busy?S              429 with Retry-After: S      /flaky?N             503 for N times, then a page
    /tagged              a page with an ETag          /cookie              a page for those who bring the cookie it sets
    /no-head             405 to HEAD                  /challenge           a challenge page
    /garbage             no HTTP                      /misgzip             gzip that is none
    /coded?NAME          a page said to be in the content coding NAME
    /stopped             gzip without its end         /hinted              103 Early Hints, and a page
    /open                a page whose header lifts LinkChecker's limit

`python tests/web.py PORT HOSTS LATENCY LOG` serves on 127.0.0.1 to 127.0.0.HOSTS and writes every path that it answers to LOG.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Self

PAGE = b"<!doctype html><title>Ferry Resumes</title><p>" + b"The ferry to the outer island runs again. " * 50

Request = tuple[str, str, dict[str, str]]


@cache
def bomb() -> bytes:
    """200 MB of zeros, packed."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([packer.compress(bytes(1_000_000)) for _ in range(200)]) + packer.flush()


class Web:
    """The server, in a thread of its own. ``seen`` holds (method, host and path, headers) of every request."""

    def __init__(
        self, hosts: Sequence[str] = ("127.0.0.1",), port: int = 0, latency: float = 0.0,
        tls: ssl.SSLContext | None = None, log: str | None = None,
    ) -> None:  # fmt: skip
        self.hosts, self.port, self.latency, self.tls = hosts, port, latency, tls
        self.seen: list[Request] = []
        self.robots: str | None = None
        self.robots_status = 200
        self.connections = self.under_way = self.most_under_way = 0
        self._log = open(log, "a", buffering=1, encoding="utf-8") if log else None  # noqa: SIM115, PTH123 -- open as long as the server
        self._asked: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *problem: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, path: str, host: int = 0) -> str:
        """The address of ``path`` on one of the hosts."""
        return f"http{'s' if self.tls else ''}://{self.hosts[host]}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [path.split("/", 1)[1] for _, path, _ in self.seen if not path.endswith("/robots.txt")]

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self.listen())
        started.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def listen(self) -> None:
        """Starts to serve; all hosts have one port."""
        for host in self.hosts:
            server = await asyncio.start_server(self._serve, host, self.port, ssl=self.tls, backlog=1024)
            self.port = self.port or server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        gone = (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.CancelledError,
            ssl.SSLError,
            RuntimeError,
        )  # the last is uvloop's
        with suppress(*gone):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *fields = head.split("\r\n")
                method, path, _ = line.split(" ", 2)
                headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                try:
                    if not await self._answer(method, path, headers, writer):
                        break
                finally:
                    self.under_way -= 1
                await writer.drain()
            writer.close()

    async def _answer(self, method: str, target: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        """Answers; whether the connection may be used again."""
        whole = headers.get("host", "") + target
        path, _, query = target.partition("?")
        query = query.replace("%5C", "\\")
        kind = path.split("/")[1]
        if self._log:
            self._log.write(f"{whole}\n")
        else:
            self.seen.append((method, whole, headers))
        self._asked[whole] += 1
        if self.latency:
            await asyncio.sleep(self.latency)

        def say(code: int, *fields: str, body: bytes = PAGE) -> bool:
            lines = [
                f"HTTP/1.1 {code} X",
                "Content-Type: text/html; charset=utf-8",
                f"Content-Length: {len(body)}",
                *fields,
            ]
            head = "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"
            writer.write(head if method == "HEAD" else head + body)
            return True

        if path == "/robots.txt":
            return say(404 if self.robots is None else self.robots_status, body=(self.robots or "").encode())
        if kind == "status":
            return say(int(path.rsplit("/", 1)[1]))
        if kind in ("redirect", "moved", "bombed"):
            body = bomb() if kind == "bombed" else b""
            coding = ["Content-Encoding: gzip"] if body else []
            return say(301 if kind == "moved" else 302, f"Location: {query}", *coding, body=body)
        if kind == "loop":
            return say(302, f"Location: {target}", body=b"")
        if kind == "busy":
            return say(429, *([f"Retry-After: {query}"] if query else []))
        if kind == "flaky":
            return say(503 if self._asked[whole] <= int(query.partition("&")[0]) else 200)
        if kind == "tagged":
            same = headers.get("if-none-match") == '"one"'
            return say(304 if same else 200, 'ETag: "one"', body=b"" if same else PAGE)
        if kind == "cookie":
            met = "met=1" in headers.get("cookie", "")
            return say(
                200 if met else 302, f"Location: {target}", "Set-Cookie: met=1; Path=/", body=PAGE if met else b""
            )
        if kind == "no-head":
            return say(405 if method == "HEAD" else 200)
        if kind == "challenge":
            return say(503, "cf-mitigated: challenge")
        if kind == "bomb":
            return say(200, "Content-Encoding: gzip", body=bomb())
        if kind == "packed":
            return say(200, "Content-Encoding: gzip", body=gzip.compress(PAGE))
        if kind == "stopped":
            return say(200, "Content-Encoding: gzip", body=gzip.compress(PAGE)[:-12])
        if kind == "hinted":
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
            return say(200)
        if kind == "misgzip":
            return say(200, "Content-Encoding: gzip")
        if kind == "coded":
            return say(200, f"Content-Encoding: {query}")
        if kind == "open":
            return say(200, "LinkChecker: as fast as you like")
        if kind in _BAD:
            await _BAD[kind](writer)
            return False
        return say(200)


async def _reset(writer: asyncio.StreamWriter) -> None:
    opened = writer.get_extra_info("socket")
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    pass


async def _garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01\x02 no HTTP at all\r\n" * 100)


async def _silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(600)


async def _drip(writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 6000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def _drip_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6000\r\n\r\n")
    for _ in range(6000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        await writer.drain()


async def _headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 60_000 + b"\r\n")
        await writer.drain()


async def _hundred(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\nX-More: y\r\n\r\n" * 100)
        await writer.drain()


_BAD = {
    "reset": _reset, "close": _close, "garbage": _garbage, "silent": _silent, "drip": _drip, "drip-body": _drip_body,
    "endless": _endless, "headers": _headers, "hundred": _hundred,
}  # fmt: skip


def main() -> None:
    """Serves until it is ended."""
    port, hosts, latency, *log = sys.argv[1:]
    names = [f"127.0.0.{number}" for number in range(1, int(hosts) + 1)]
    web = Web(names, int(port), float(latency), log=log[0] if log else None)
    bomb()

    async def serve() -> None:
        await web.listen()
        print("ready", flush=True)
        await asyncio.Event().wait()

    with suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(serve())


if __name__ == "__main__":
    main()
