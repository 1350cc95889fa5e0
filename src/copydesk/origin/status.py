"""What a capture says of a page's fate, from the network's evidence alone: steps 1 and 2 of the ladder in docs/origin.md."""

from http import HTTPStatus
from typing import Final, Literal

from copydesk.captures.capture import Capture

Evidence = Literal["alive", "gone", "blocked", "unknown"]
"""Gone is evidence, not yet a verdict: only failures that repeat for days make a page dead."""

BLOCKED: Final = frozenset({401, 402, 403, 407, 429, 451, 999})
"""Answers that refuse a program and say nothing of the page; 999 is LinkedIn's."""

GONE: Final = frozenset({404, 410})

_PERMANENT: Final = frozenset({301, 308})


def evidence(capture: Capture) -> tuple[Evidence, str]:
    """(what the answer says, the same in words)."""
    if capture.failure is not None or capture.status is None:
        if capture.failure == "dns":
            return "gone", capture.detail
        return "blocked" if capture.failure == "refusing" else "unknown", capture.detail
    code = capture.status
    words = f"{code} {_phrase(code)}".strip()
    if capture.hops and all(hop.status in _PERMANENT for hop in capture.hops):
        words += ", moved permanently"
    if capture.detail:
        words += f"; {capture.detail}"
    # a page of Cloudflare's that asks for proof of a human being comes with various codes
    if code in BLOCKED or capture.header("cf-mitigated"):
        return "blocked", words
    if 200 <= code < 300:
        return "alive", words
    return "gone" if code in GONE else "unknown", words


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""
