"""Asks whether original URLs resolve, and tells alive, dead, blocked and unknown apart."""

import socket
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Final, Literal
from urllib.parse import urlsplit

import requests
import urllib3

from copydesk import __version__
from copydesk.origin import url as urls
from copydesk.origin.guard import Forbidden, Guard, Resolve, addresses_of, guarded_session
from copydesk.origin.manners import Manners

Status = Literal["alive", "dead", "blocked", "unknown"]

BLOCKED: Final = frozenset({401, 402, 403, 407, 429, 451, 999})
"""Answers that refuse a program and say nothing of the page; 999 is LinkedIn's."""

GONE: Final = frozenset({404, 410})

REDIRECTS: Final = 10
"""Hops at most: browsers stop at 20, news sites need three."""

USER_AGENT: Final = f"copydesk/{__version__} (checks whether an article's original URL resolves)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a URL: the verdict, the evidence in words, and where redirects led."""

    status: Status
    detail: str
    final_url: str


class Deadline:
    """Shuts the sockets of one request when its time is over, from outside the thread that reads them."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.append(opened)
            if self.passed:
                _shut(opened)

    def _shut(self) -> None:
        with self._lock:
            self.passed = True
            for opened in self._sockets:
                _shut(opened)

    def cancel(self) -> None:
        self._timer.cancel()


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # it may be closed already
        opened.shutdown(socket.SHUT_RDWR)


class OriginChecker:
    """Asks for URLs, each once per run, several at a time but few at one host."""

    def __init__(self, manners: Manners, resolve: Resolve = addresses_of) -> None:
        self._manners = manners
        self._guard = Guard(manners.allow_networks, resolve)
        self._session = guarded_session(self._guard, manners.concurrency, manners.user_agent or USER_AGENT)
        self._answers: dict[str, Answer] = {}
        self._hosts: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(manners.per_host))

    def check(self, wanted: Iterable[str]) -> dict[str, Answer]:
        """The answers for ``wanted``, which must be free of `copydesk.origin.url.Problem`."""
        wanted = list(dict.fromkeys(wanted))
        new = [url for url in wanted if url not in self._answers]
        for url in new:
            self._hosts[_host(url)]  # made here: the threads only read the dictionary
        with ThreadPoolExecutor(self._manners.concurrency, thread_name_prefix="origin") as pool:
            for url, answer in zip(order := list(_interleaved(new)), pool.map(self._ask, order), strict=True):
                self._answers[url] = answer
        return {url: self._answers[url] for url in wanted}

    def _ask(self, url: str) -> Answer:
        with self._hosts[_host(url)]:
            deadline = Deadline(self._manners.timeout)
            self._guard.watch(deadline.watch)
            try:
                answer = self._follow("HEAD", url, deadline)
                # many servers answer HEAD wrongly: only a good answer is believed without a GET
                return answer if answer.status == "alive" else self._follow("GET", url, deadline)
            finally:
                deadline.cancel()
                self._guard.watch(None)

    def _follow(self, method: str, url: str, deadline: Deadline) -> Answer:
        current = url
        for _ in range(REDIRECTS + 1):
            try:
                response = self._session.request(
                    method, current, allow_redirects=False, stream=True, timeout=self._manners.timeout
                )
            except requests.RequestException as error:
                return _failure(error, current, deadline)
            except (Forbidden, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                return _failure(error, current, deadline)
            with response:
                location = response.headers.get("Location")
                if deadline.passed:  # a shut socket reads like a complete answer
                    return Answer("unknown", "no answer in time", current)
                if not (300 <= response.status_code < 400 and location):
                    return _judged(response, current)
                target = urls.joined(current, location)
            read = urls.read(target, self._manners.allow_networks) if target else None
            if read is None or read.href is None or read.problems:
                return Answer("unknown", f"redirects to what must not be followed: {location[:200]}", current)
            current = read.href
        return Answer("unknown", f"more than {REDIRECTS} redirects", current)


def _judged(response: requests.Response, url: str) -> Answer:
    code = response.status_code
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = ""
    detail = f"{code} {phrase}".strip()
    if code < 400:
        return Answer("alive", detail, url)
    if code in BLOCKED or response.headers.get("cf-mitigated"):
        return Answer("blocked", detail, url)
    return Answer("dead" if code in GONE else "unknown", detail, url)


def _failure(error: Exception, url: str, deadline: Deadline) -> Answer:
    """The verdict on a request that got no answer: only a name that does not exist is dead."""
    causes = list(_causes(error))
    if deadline.passed:
        return Answer("unknown", "no answer in time", url)
    for cause in causes:
        if isinstance(cause, Forbidden):
            return Answer("unknown", f"not asked: {cause}", url)
        if isinstance(cause, socket.gaierror):
            if cause.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                return Answer("dead", "the host does not exist", url)
            return Answer("unknown", "the host's name could not be looked up", url)
        if isinstance(cause, ConnectionRefusedError):
            return Answer("unknown", "the host refused the connection", url)
    if any(isinstance(cause, urllib3.exceptions.SSLError | requests.exceptions.SSLError) for cause in causes):
        return Answer("unknown", "the host's certificate or encryption is invalid", url)
    # urllib3 derives failed connections from its timeouts, so these come last
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return Answer("unknown", "no answer in time", url)
    return Answer("unknown", f"no usable answer ({type(error).__name__})", url)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and everything that it was raised from or carries."""
    seen: set[int] = set()
    queue = deque([error])
    while queue:
        current = queue.popleft()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        carried = [arg for arg in current.args if isinstance(arg, BaseException)]
        queue.extend([current.__cause__, current.__context__, getattr(current, "reason", None), *carried])


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _interleaved(wanted: Iterable[str]) -> Iterator[str]:
    """``wanted`` with hosts in turn, so that a slow host does not hold up the others."""
    by_host: defaultdict[str, list[str]] = defaultdict(list)
    for url in wanted:
        by_host[_host(url)].append(url)
    rounds = range(max(map(len, by_host.values()), default=0))
    return chain.from_iterable((same[turn] for same in by_host.values() if turn < len(same)) for turn in rounds)
