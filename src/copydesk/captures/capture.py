"""What asking for a URL brought, wherever it came from: the network, a WARC file or an archive."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Failure = Literal[
    "dns",
    "refused",
    "tls",
    "timeout",
    "broken",
    "forbidden",
    "robots",
    "redirects",
    "no-capture",
    "refusing",
    "unasked",
]
"""Why there is no answer: the host does not exist (dns), refused the connection, has a bad certificate, gave no answer in
time, broke off, leads where copydesk must not go (forbidden), asks programs to stay away (robots), redirects without end or
to what is no URL (redirects), or nothing was asked: no capture is at hand (no-capture), the host refused so many requests
that this one was spared it (refusing), or the run's time was over or the host silent (unasked)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the URL that was asked and the status that it answered."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer. ``status`` is None where there was none, and then ``failure`` says why.

    ``url`` is the normal form that was asked for, ``final_url`` where redirects led. ``headers`` have lower-case names, in
    the order received. ``body`` is what was read of the last answer's body, freed of its content coding and bounded;
    ``truncated`` says that there was more. ``fetched_at`` (UTC) is the time of the answer, for a WARC record its WARC-Date.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int | None = None
    failure: Failure | None = None
    detail: str = ""
    hops: tuple[Hop, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    truncated: bool = False
    by: Literal["network", "warc", "archive"] = "network"
    peer: str | None = None

    @property
    def sha256(self) -> str | None:
        """The digest of the body (hex), or None where there is none."""
        return hashlib.sha256(self.body).hexdigest() if self.body else None

    def header(self, name: str) -> str | None:
        """The first header ``name`` (lower case)."""
        return next((value for key, value in self.headers if key == name), None)
