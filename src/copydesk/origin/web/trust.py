"""trust.txt: whom a publisher says it belongs to, and whether they say so too. Asked only where a contract wants it.

The file (draft-org-trust-relationship-protocol-00, expired 2025-02) is a claim that anybody can make. A relation counts as
confirmed only where both sides state it; that says who is related to whom, and nothing about a single article.
"""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from copydesk.origin.web.fetch import Fetcher
from copydesk.urls import url as urls

PLACES: Final = ("/trust.txt", "/.well-known/trust.txt")

CONVERSE: Final = {"belongto": "member", "controlledby": "control", "member": "belongto", "control": "controlledby"}
"""What the other side must say for a relation to be confirmed."""

_NAMES: Final = frozenset((*CONVERSE, "social", "vendor", "customer", "disclosure", "contact", "datatrainingallowed"))
_CHARACTERS: Final = 64_000
_VALUES: Final = 2_000
_PARTNERS: Final = 5
"""Relations of one publisher that are checked; associations have thousands of members, publishers a few memberships."""

_SECONDS: Final = 10.0
_AT_ONCE: Final = 8

Claims = dict[str, tuple[str, ...]]
"""What a trust.txt says: values by the name of the relation."""


def parse(text: str) -> Claims:
    """The claims in a trust.txt: lines of ``name=value``; comments, other names and what is beyond the bounds are left out."""
    found: dict[str, dict[str, None]] = {}
    for line in text[:_CHARACTERS].splitlines()[:_VALUES]:
        name, _, value = line.partition("=")  # a comment's name begins with #, and no known one does
        name, value = name.strip().lower(), value.strip()
        if name in _NAMES and value:
            found.setdefault(name, {})[value[:500]] = None
    return {name: tuple(values) for name, values in found.items()}


class Trust:
    """Relations of domains by their trust.txt; every domain is asked once in a run, none after ``end``
    (`time.monotonic`). ``site`` is where a domain's files are."""

    def __init__(self, fetcher: Fetcher, site: str = "https://{domain}", end: float = float("inf")) -> None:
        self._fetcher, self._site, self._end = fetcher, site, end
        self._known: dict[str, Claims | None] = {}

    def relations(self, domains: Iterable[str]) -> dict[str, list[str]]:
        """What the trust.txt of each domain says of whom it belongs to, in words, with what the other side says of it."""
        wanted = list(dict.fromkeys(domains))
        self._ask(wanted)
        partners = {domain: list(self._partners(domain)) for domain in wanted}
        self._ask(other for pairs in partners.values() for _, other in pairs)
        return {domain: [self._words(domain, *pair) for pair in pairs] for domain, pairs in partners.items() if pairs}

    def _partners(self, domain: str) -> Iterable[tuple[str, str]]:
        claims = self._known.get(domain) or {}
        pairs = [(name, value) for name in ("controlledby", "belongto") for value in claims.get(name, ())]
        for name, value in pairs[:_PARTNERS]:
            if (other := domain_of(value)) is not None and other != domain:
                yield name, other

    def _words(self, domain: str, name: str, other: str) -> str:
        there = self._known.get(other)
        said = {"controlledby": "is controlled by", "belongto": "belongs to"}[name]
        if there is None:
            return f"trust.txt: {domain} {said} {other}, whose own cannot be read"
        confirmed = domain in map(domain_of, there.get(CONVERSE[name], ()))
        return f"trust.txt: {domain} {said} {other}, which {'confirms it' if confirmed else 'does not say so'}"

    def _ask(self, domains: Iterable[str]) -> None:
        new = [domain for domain in dict.fromkeys(domains) if domain not in self._known]
        if new:
            pool = ThreadPoolExecutor(min(_AT_ONCE, len(new)), thread_name_prefix="trust")
            try:
                self._known.update(zip(new, pool.map(self._claims, new), strict=True))
            finally:  # after an interrupt, what waits in the queue is not asked
                pool.shutdown(cancel_futures=True)

    def _claims(self, domain: str) -> Claims | None:
        """The trust.txt of ``domain``; None where there is none that can be read."""
        for place in PLACES:
            seconds = min(_SECONDS, self._end - time.monotonic())
            if seconds <= 0:
                return None
            answer = self._fetcher.get(self._site.format(domain=domain) + place, seconds)
            if answer.failure is not None:
                return None
            kind = (answer.header("content-type") or "text/plain").lower()
            if answer.status == 200 and kind.startswith("text/plain"):  # an error page answers 200 as well, in HTML
                return parse(answer.body[: 4 * _CHARACTERS].decode("utf-8", "replace"))
        return None


def domain_of(address: str) -> str | None:
    """The registrable domain of an address in a trust.txt, which may lack its scheme."""
    text = address if "://" in address else f"https://{address}"
    host = urls.read(text.strip()).host
    return urls.registrable_domain(host) if host else None
