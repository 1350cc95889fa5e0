"""Random neighbours of addresses: what a site answers for an article that cannot exist (Bar-Yossef et al. 2004)."""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from copydesk.origin.recognition.page import Page
from copydesk.urls.variants import parts

Ask = Callable[[str], Page | None]
"""Asks for an address once, without retries; the page of a 2xx answer, None for any other (the site tells what is gone)."""

KEPT: Final = 64
"""Pages that are held, about a megabyte each at worst; what whoever asks remembers of the others costs no second request."""

_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}\Z")


class Siblings:
    """Asks for one random neighbour per host and directory, however many articles there are; the last `KEPT` are held.

    An instance is what `copydesk.origin.recognition.verdict.judge` takes as ``sibling``.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, Page | None] = {}

    def __call__(self, address: str) -> Page | None:
        made = sibling(address)
        if made is None:
            return None
        if made not in self._known:
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[made] = self._ask(made)
        return self._known[made]


def sibling(address: str) -> str | None:
    """An address in the directory of ``address`` that no article can have; None for the home page.

    Its name is 25 letters of a digest, so that all articles of the directory share it and runs repeat alike.
    """
    cut = parts(address)
    if cut is None or not cut.path.strip("/"):
        return None
    directory, _, name = cut.path.rstrip("/").rpartition("/")
    extension = found[0] if (found := _EXTENSION.search(name)) else "/" if cut.path.endswith("/") else ""
    digest = hashlib.sha256(f"{cut.host}{directory}{extension}".encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest[:25])
    return f"{cut.scheme}{cut.host}{directory}/{letters}{extension}"
