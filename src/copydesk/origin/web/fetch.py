"""Asks the network for a page: one URL, its redirects, one deadline, and a bounded amount of everything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from copydesk.captures import bodies
from copydesk.captures.capture import Capture, Failure, Hop
from copydesk.origin.web.deadline import Deadline
from copydesk.origin.web.failures import failure_of
from copydesk.origin.web.guard import Guard, GuardedAdapter
from copydesk.urls import url as urls
from copydesk.urls.addresses import Network

REDIRECTS: Final = 10
"""Hops at most: browsers stop at 20, news sites need three."""

_REDIRECT: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer for ``url`` said that a server can compare: an unchanged page is then not sent again."""

    url: str
    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """The conditions of a request (RFC 9110, section 13.1)."""
        fields = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in fields.items() if value}


@dataclass(slots=True)
class Journey:
    """A page being asked for: ``url`` at the start, ``at`` where redirects have led by now, ``left`` seconds."""

    url: str
    left: float
    method: str = "GET"
    validators: Validators | None = None
    at: str = ""
    hops: list[Hop] = field(default_factory=list)
    cookies: RequestsCookieJar | None = None

    def __post_init__(self) -> None:
        self.at = self.at or self.url

    @property
    def host(self) -> str:
        """Whom the next request goes to."""
        return host_of(self.at)

    def ended(self, failure: Failure, detail: str) -> Capture:
        """The capture of a journey that ends without an answer."""
        return Capture(self.url, self.at, datetime.now(UTC), failure=failure, detail=detail, hops=tuple(self.hops))

    def restart(self, method: str) -> None:
        """Asks again from the start in another way, within the same time."""
        self.method, self.at, self.hops, self.cookies = method, self.url, [], None


def host_of(url: str) -> str:
    """The host of a normal form."""
    return urlsplit(url).hostname or ""


class Fetcher:
    """Asks for pages through a `Guard`. Safe to be used from several threads; keeps connections alive between requests."""

    def __init__(
        self,
        guard: Guard,
        user_agent: str,
        *,
        allow: tuple[Network, ...] = (),
        pools: int = 64,
        per_host: int = 2,
        body: int = bodies.BODY,
    ) -> None:
        self._guard, self._allow, self._body = guard, allow, body
        self._adapter = GuardedAdapter(guard, pools, per_host)
        self._headers = CaseInsensitiveDict(
            {
                "User-Agent": user_agent,
                "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
                "Accept-Encoding": bodies.ACCEPTED,
            }
        )

    def close(self) -> None:
        """Closes the connections that are kept alive."""
        self._adapter.close()

    def get(self, url: str, seconds: float, validators: Validators | None = None) -> Capture:
        """What asking for ``url`` brings, wherever its redirects lead."""
        journey = Journey(url, seconds, validators=validators)
        while (capture := self.hop(journey)) is None:
            pass
        return capture

    def hop(self, journey: Journey) -> Capture | None:
        """Makes one request of ``journey``: the capture that it ends with, or None when there is another hop to make.

        A HEAD that is not answered well is no evidence, since many servers answer it wrongly: the page is then asked for.
        """
        with Deadline(journey.left) as deadline, self._guard.within(deadline):
            capture = self._request(journey, deadline)
            journey.left = deadline.left
        if journey.method == "HEAD" and capture is not None and not _good(capture):
            if capture.failure in ("forbidden", "redirects", "dns") or not journey.left:
                return capture
            journey.restart("GET")
            return None
        return capture

    def _request(self, journey: Journey, deadline: Deadline) -> Capture | None:
        """One request: the capture it ends with, or None after a redirect."""
        try:
            with self._send(journey, deadline) as response:
                if deadline.passed:  # a socket that was shut reads like a complete answer
                    return journey.ended("timeout", "no answer in time")
                if journey.method == "HEAD" or response.headers.get("Content-Length") == "0":
                    response.raw.read1(1, decode_content=False)  # there is no body: the connection can be used again
                location = response.headers.get("Location")
                if response.status_code in _REDIRECT and location:  # its body is never read
                    return self._turned(journey, response, location)
                return self._read(journey, response, deadline)
        except Exception as error:  # whatever a hostile server provokes in the libraries is an answer that is no use
            if deadline.passed:
                return journey.ended("timeout", "no answer in time")
            return journey.ended(*failure_of(error))

    def _send(self, journey: Journey, deadline: Deadline) -> requests.Response:
        request = requests.PreparedRequest()
        request.method, request.url = journey.method, journey.at  # as the one parser wrote it, not as requests would
        request.headers = self._headers
        if journey.validators is not None and journey.validators.url == journey.at:
            request.headers = CaseInsensitiveDict({**self._headers, **journey.validators.headers()})
        if journey.cookies is not None:
            request.headers = request.headers.copy()
            request.prepare_cookies(journey.cookies)
        # a session would read the body of a redirect, even one that it does not follow
        return self._adapter.send(request, stream=True, timeout=deadline.left, proxies={})

    def _turned(self, journey: Journey, response: requests.Response, location: str) -> Capture | None:
        target = urls.joined(journey.at, _text(location))
        read = urls.read(target, self._allow) if target else None
        if read is None or read.href is None or read.problems - {"credentials"}:
            why = ", ".join(sorted(read.problems)) if read else "no URL"
            return journey.ended("forbidden", f"redirects to what must not be followed ({why}): {location[:200]}")
        if len(journey.hops) == REDIRECTS:
            return journey.ended("redirects", f"more than {REDIRECTS} redirects")
        journey.hops.append(Hop(journey.at, response.status_code))
        here, journey.at = journey.at, urls.asked(read.href)
        # some sites set a cookie and redirect to the same page; no host sees what another one set
        if host_of(here) != journey.host:
            journey.cookies = None
        elif response.cookies:
            journey.cookies = journey.cookies or RequestsCookieJar()
            journey.cookies.update(response.cookies)
        return None

    def _read(self, journey: Journey, response: requests.Response, deadline: Deadline) -> Capture:
        body, more, detail = b"", False, ""
        if journey.method == "GET":
            try:
                body, more = bodies.read(response.raw, response.headers.get("Content-Encoding"), self._body)
            except bodies.UndecodableError as error:
                detail = str(error)
        if deadline.passed:
            return journey.ended("timeout", "the page did not arrive in time")
        return Capture(
            journey.url,
            journey.at,
            datetime.now(UTC),
            detail=detail,
            hops=tuple(journey.hops),
            status=response.status_code,
            headers=_headers(response.raw.headers.iteritems()),
            body=body,
            truncated=more,
            peer=self._guard.peer,
        )


def _good(capture: Capture) -> bool:
    return capture.status is not None and 200 <= capture.status < 300


def _headers(items: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name).lower(), str(value)) for name, value in items)


def _text(location: str) -> str:
    """A header as it was meant: http.client reads Latin-1, sites send UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
