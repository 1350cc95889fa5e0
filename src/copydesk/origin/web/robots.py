"""What a site asks of programs: robots.txt, read as RFC 9309 says."""

import re
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

SIZE: Final = 512_000
"""Bytes of a robots.txt that are read: RFC 9309, section 2.5, asks for 500 kibibytes at least."""

RULES: Final = 5_000
"""Rules that are read. Every one is tried on every URL, and a hostile file could hold 50,000."""

LONGEST_DELAY: Final = 30.0
"""Seconds of `Crawl-delay` that are obeyed (the field is no part of the RFC); some files ask for hours."""

_AGENT = re.compile(r"(?i)\s*user[ -]?agent\s*:\s*([^#]*)")
_RULE = re.compile(r"(?i)\s*(?:d[a-z]{5,8}w|allow|crawl[ -]delay|request[ -]rate)\s*:")


class Robots:
    """One site's robots.txt, for one program."""

    def __init__(self, text: str, token: str) -> None:
        self._token = token.lower()
        self._rules = Protego.parse(_essence(text, self._token))

    def allows(self, url: str) -> bool:
        """Whether the site lets this program ask for ``url``."""
        return bool(self._rules.can_fetch(url, self._token))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for, within bounds; 0 where it does not say."""
        rate = self._rules.request_rate(self._token)
        wanted = max(self._rules.crawl_delay(self._token) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        return min(wanted, LONGEST_DELAY)


def address_of(url: str) -> str:
    """Where the robots.txt for ``url`` is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def decoded(body: bytes) -> str:
    """The text of a robots.txt: UTF-8 by the RFC, and whatever else it may be is no rule."""
    return body[:SIZE].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _essence(text: str, token: str) -> str:
    """The agents and rules of ``text`` that can matter to ``token``.

    The parser copies every rule to each agent of its group: 16,000 agents above 27,000 rules, which fit into the size
    that must be read, would be 432 million rules. So agents are told apart only as far as they concern us.
    """
    lines: list[str] = []
    rules = 0
    group: set[str] = set()
    for line in text.splitlines():
        if agent := _AGENT.match(line):
            name = agent[1].strip().lower()
            kind = name if name == "*" else token if name and _matches(name, token) else "another"
            if kind not in group:
                group.add(kind)
                lines.append(f"User-agent: {kind}")
        elif _RULE.match(line) and rules < RULES:
            rules += 1
            if group:
                group = set()
            lines.append(line)
    return "\n".join(lines)


def _matches(name: str, token: str) -> bool:
    """Whether a group's agent is this program: the RFC compares product tokens without their version."""
    return name.split("/")[0].strip() == token
