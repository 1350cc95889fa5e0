"""A process that extracts pages: `python -m copydesk.articles.extractor`, started by `copydesk.articles.extraction`.

It reads requests from standard input and answers on standard output until its input ends. trafilatura fetches nothing here:
it is given text, and addresses only as what they are.
"""

import os
import signal
import sys
from contextlib import suppress
from typing import Any, Final

from copydesk.articles.extraction import Answer, receive, send

_MEMORY: Final = 4 * 2**30
"""Bytes of address space; a page of the greatest length takes a tenth."""


def main() -> None:
    """Answers until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself says when it is over
    with suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    with suppress(EOFError, BrokenPipeError):
        try:
            import trafilatura  # noqa: F401 -- as soon as somebody can be told that it does not work
        except Exception as error:
            receive(requests)
            send(replies, {"unusable": " ".join(f"{type(error).__name__}: {error}".split())})
            return
        while True:
            send(replies, dict(_answer(receive(requests))))


def _answer(request: dict[str, Any]) -> Answer:
    import trafilatura

    made: Answer = {"extractor": "trafilatura", "version": trafilatura.__version__}
    if not request.get("text"):
        return made
    try:
        found = trafilatura.bare_extraction(
            request["text"], url=request["url"], include_comments=False, with_metadata=True
        )
    except (MemoryError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
        found = None
    if found is None:
        return made
    given = found if isinstance(found, dict) else {name: getattr(found, name, None) for name in _WANTED}
    return made | {name: given.get(name) or None for name in _WANTED}


_WANTED: Final = ("text", "title", "author", "date", "sitename")


if __name__ == "__main__":
    main()
