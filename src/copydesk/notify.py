"""Tells a webhook when the gate's state changes.

The address is a secret: whoever has it can post in its owner's name. It comes from an environment variable, stays in this module,
and stands in no message, file or exception that leaves it.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from copydesk.wording import printable

When = Literal["change", "failure", "always"]
Style = Literal["json", "slack"]

SECONDS: Final = 10.0
"""How long a webhook may take, all told: a run must not wait for a chat server."""

_REASONS: Final = 10
"""Reasons of the gate, and likewise sentences of drift, that a notification holds."""

_LONGEST: Final = 500
"""Characters of each: a Slack message holds 40,000 at most (docs.slack.dev, "chat.postMessage")."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Whom to tell, and when: ``url_env`` names the environment variable that holds the webhook's address."""

    url_env: str
    when: When = "change"
    style: Style = "json"


def changed(previous_passed: bool | None, passed: bool) -> bool:
    """Whether the gate's state is another than before; without a run before, a failure is a change and a pass is none.

    >>> changed(True, False), changed(False, True), changed(True, True), changed(None, False), changed(None, True)
    (True, True, False, True, False)
    """
    return not passed if previous_passed is None else previous_passed != passed


def notify(settings: Notify, summary: Mapping[str, Any], report: str) -> str | None:
    """Posts a run's outcome if it is due; returns what went wrong, in words that do not hold the address, or None.

    ``summary`` is that of the run, ``report`` says where its report lies. Takes `SECONDS` at most.
    """
    previous, passed = _previous(summary), bool(summary["gate"]["passed"])
    due = {"always": True, "failure": not passed, "change": changed(previous, passed)}[settings.when]
    if not due:
        return None
    url = os.environ.get(settings.url_env, "").strip()
    if not url:
        return f"nobody was notified: the environment variable {settings.url_env} is not set"
    if not url.startswith(("https://", "http://")):
        return f"nobody was notified: the environment variable {settings.url_env} holds no http(s) address"
    message = _slack(summary, previous, report) if settings.style == "slack" else _json(summary, previous, report)
    told: list[str | None] = []
    sender = threading.Thread(target=lambda: told.append(_post(url, message)), name="notify", daemon=True)
    sender.start()
    sender.join(SECONDS)  # a time-out of requests starts anew with every byte that a server drips
    trouble = told[0] if told else f"it did not answer within {SECONDS:g} seconds"
    return f"the webhook of {settings.url_env} was not notified: {trouble}" if trouble else None


def _post(url: str, message: Mapping[str, Any]) -> str | None:
    """What went wrong. No exception leaves: those of requests hold the address."""
    import requests

    try:
        # the host is its user's choice and may be a private one; a redirect would take the message somewhere else
        with requests.post(url, json=message, timeout=SECONDS / 2, allow_redirects=False, stream=True) as answer:
            status = answer.status_code
    except requests.exceptions.SSLError:
        return "its certificate is not trusted"
    except requests.exceptions.Timeout:
        return "it did not answer in time"
    except requests.exceptions.ConnectionError:
        return "it cannot be reached"
    except Exception:  # whatever it is, its words could hold the address
        return "its address is not valid, or its answer is no HTTP"
    if 300 <= status < 400:
        return f"it answered with a redirect ({status}), which is not followed"
    return None if status < 300 else f"it answered {status}"


def _previous(summary: Mapping[str, Any]) -> bool | None:
    """Whether the run before passed, where a history is kept and has one."""
    previous = (summary.get("history") or {}).get("previous")
    return None if previous is None else bool(previous["passed"])


def _json(summary: Mapping[str, Any], previous: bool | None, report: str) -> dict[str, Any]:
    return {
        "event": "copydesk.run",
        "run_id": summary["run_id"],
        "contract": summary["contract"]["path"],
        "passed": summary["gate"]["passed"],
        "previous_passed": previous,
        "counts": summary["counts"],
        "reasons": _cut(summary["gate"]["reasons"]),
        "drift": _cut([entry["says"] for entry in summary.get("drift") or ()]),
        "report": report,
    }


def _slack(summary: Mapping[str, Any], previous: bool | None, report: str) -> dict[str, str]:
    gate, counts = summary["gate"], summary["counts"]
    again = "" if previous is None or previous == gate["passed"] else " again" if gate["passed"] else " now"
    lines = [
        f"copydesk: the gate {'passes' if gate['passed'] else 'fails'}{again}: {counts['quarantined']:,} of "
        f"{counts['read']:,} records quarantined, {counts['unreadable']:,} unreadable",
        *(f"• {reason}" for reason in _cut([printable(reason) for reason in gate["reasons"]])),
        *(f"• {entry}" for entry in _cut([printable(entry["says"]) for entry in summary.get("drift") or ()])),
        f"report: {printable(report)}",
    ]
    return {"text": "\n".join(map(_escaped, lines))}


def _cut(sentences: list[str]) -> list[str]:
    more = len(sentences) - _REASONS
    cut = [
        sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1] + "…" for sentence in sentences[:_REASONS]
    ]
    return [*cut, f"and {more:,} more"] if more > 0 else cut


def _escaped(text: str) -> str:
    """As Slack wants it (docs.slack.dev, "Formatting message text"), so that no source's name mentions or links anything."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(char, entity)
    for mark in "*_~`":  # formatting; a zero-width space keeps it from being any
        text = text.replace(mark, f"{mark}\u200b")
    return text
