"""Asks each site for its robots.txt, once, and says which pages may be asked for."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from copydesk.captures import bodies
from copydesk.captures.capture import Capture
from copydesk.origin.web.cache import Cache
from copydesk.origin.web.fetch import Fetcher
from copydesk.origin.web.patience import transient
from copydesk.origin.web.robots import Robots, address_of, decoded


@dataclass(slots=True)
class _Site:
    """What is known of a site: its rules (None: everything is allowed), or why there are none to go by."""

    rules: Robots | None = None
    refusal: Capture | None = None
    attempts: int = 0
    settled: bool = False


class Permissions:
    """The robots.txt files of a run, shared with other runs through the cache.

    By RFC 9309, section 2.3.1: an answer of 400 to 499 allows everything, as do redirects without end; one of 500 to 599
    forbids everything, and 429 is counted with these. A site that cannot be reached at all is not asked for the page either:
    the page then has the failure that robots.txt had.
    """

    def __init__(self, fetcher: Fetcher, cache: Cache, token: str, retries: int) -> None:
        self._fetcher, self._cache, self._token, self._retries = fetcher, cache, token, retries
        self._sites: defaultdict[str, _Site] = defaultdict(_Site)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def ask(self, url: str, seconds: float) -> tuple[Capture | None, float]:
        """(why ``url`` must not be asked for, or None; seconds that the site wants between requests)."""
        address = address_of(url)
        with self._lock:
            site, lock = self._sites[address], self._locks[address]
        with lock:  # whoever else wants a page of this site waits for the answer
            if not site.settled:
                self._learn(site, address, seconds)
        if site.refusal is not None:
            return replace(site.refusal, url=url, final_url=url), 0.0
        if site.rules is not None and not site.rules.allows(url):
            told = "the site's robots.txt asks programs not to fetch this page"
            return Capture(url, url, datetime.now(UTC), failure="robots", detail=told), site.rules.delay
        return None, site.rules.delay if site.rules else 0.0

    def _learn(self, site: _Site, address: str, seconds: float) -> None:
        stored = self._cache.robots(address, time.time())
        if stored is not None:
            status, _, _, body = stored
            self._read(site, status, body)
            return
        site.attempts += 1
        capture = self._fetcher.get(address, seconds)
        last = site.attempts > self._retries
        if capture.failure is None and not _forbids(capture):
            self._cache.put_robots(address, capture)
            self._read(site, capture.status, capture.body)
        elif capture.failure == "redirects" or (capture.failure == "forbidden" and capture.hops):
            self._read(site, None, b"")
        elif capture.failure is not None:
            site.refusal, site.settled = capture, last or not transient(capture)
        else:
            told = f"the site's robots.txt answered {capture.status}, which forbids everything for now"
            site.refusal = Capture(address, address, capture.fetched_at, failure="robots", detail=told)
            site.settled = last

    def _read(self, site: _Site, status: int | None, body: bytes) -> None:
        if status is not None and 200 <= status < 300:
            site.rules = Robots(decoded(body[: bodies.BODY]), self._token)
        site.refusal, site.settled = None, True

    def settled(self, url: str) -> bool:
        """Whether asking again would change nothing."""
        with self._lock:
            return self._sites[address_of(url)].settled


def _forbids(capture: Capture) -> bool:
    return capture.status is None or capture.status >= 500 or capture.status == 429
