"""Other addresses of the same article: with tracking, for AMP, for telephones, for printers, or inside another URL.

Everything here works on well-formed URLs, looks nothing up, and changes only what it names.
"""

import re
from typing import Literal, NamedTuple
from urllib.parse import unquote

from copydesk.urls.url import registrable_domain
from copydesk.vocabulary import per_vocabulary, url_words

Kind = Literal["an AMP", "a mobile", "a print"]


class Variant(NamedTuple):
    """A URL of a variant: what it is, and where the article's own page probably is (None: cannot be told)."""

    kind: Kind
    standard: str | None


class Parts(NamedTuple):
    """A URL cut at its marks; joined again it is the same text."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str


_PARTS = re.compile(r"(?is)(https?://)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?")


def parts(address: str) -> Parts | None:
    """The parts of an absolute web address, marks included; None for anything else."""
    found = _PARTS.fullmatch(address)
    return Parts(*(part or "" for part in found.groups())) if found else None


@per_vocabulary
def _prefixes() -> tuple[str, ...]:
    return tuple(url_words("tracking", "prefix"))


def tracks(pair: str) -> bool:
    """Whether a ``name=value`` of a query only says how the reader came here.

    Names that mean something else elsewhere (`ref`, `source`, `from` …) count only with the value of a channel
    (`rss`, `twitter`): ``?from=rss`` tracks, ``?from=2024`` does not.
    """
    name, _, value = pair.removeprefix("amp;").casefold().partition("=")
    if name.startswith(_prefixes()) or name in url_words("tracking", "name"):
        return True
    return name in url_words("referral") and unquote(value) in url_words("channel")


def untracked(address: str) -> str:
    """``address`` without the parameters that `tracks`, in the query and in the fragment; the rest byte for byte."""
    cut = parts(address)
    if cut is None:
        return address
    query, fragment = _kept(cut.query), _kept(cut.fragment)
    return "".join(cut._replace(query=query, fragment=fragment))


def tracking(address: str) -> list[str]:
    """The parameters that `untracked` takes out."""
    cut = parts(address)
    return [pair for text in (cut.query, cut.fragment) for pair in text[1:].split("&") if tracks(pair)] if cut else []


def _kept(text: str) -> str:
    pairs = text[1:].split("&")
    kept = [pair for pair in pairs if not tracks(pair)]
    if len(kept) == len(pairs):
        return text
    return text[0] + "&".join(kept).removeprefix("amp;") if any(kept) else ""


_AMP_CACHE = re.compile(r"(?i)https?://(?:[^/]*\.cdn\.ampproject\.org/[a-z]|(?:www\.)?google\.[a-z.]+/amp)/(s/)?(.+)")
_AMP_PATH = re.compile(r"(?i)\A/amp(?=/[^/])|/amp/?\Z|\.amp(?=\.html?\Z|\Z)")
_PRINT_PATH = re.compile(r"(?i)(?<=.)/print/?\Z")
_QUERIES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?i)(?:_?amp(?:=(?:1|true|yes)?)?|outputtype=amp|type=amp)\Z"), "an AMP"),
    (re.compile(r"(?i)(?:m=1|view=mobile|mobile=(?:1|true|yes))\Z"), "a mobile"),
    (re.compile(r"(?i)(?:print(?:able)?=(?:1|true|yes|print)|(?:view|format|output)=print)\Z"), "a print"),
)
_LABELS: dict[str, Kind] = {
    "amp": "an AMP", "m": "a mobile", "mobile": "a mobile", "mobil": "a mobile", "wap": "a mobile",
    "touch": "a mobile", "print": "a print",
}  # fmt: skip


def variant(address: str) -> Variant | None:
    """What kind of variant ``address`` is, or None for an article's own page."""
    if cached := _AMP_CACHE.match(address):
        return Variant("an AMP", f"http{'s' if cached[1] else ''}://{cached[2]}")
    cut = parts(address)
    if cut is None:
        return None
    labels = cut.host.casefold().split(".")
    for place in (0, 1):  # m.example.com, and de.m.example.org
        kind = _LABELS.get(labels[place]) if len(labels) > place + 2 else None
        if kind and registrable_domain(cut.host) != cut.host.casefold():
            rest = ".".join(labels[:place] + labels[place + 1 :])
            host = f"www.{rest}" if registrable_domain(rest) == rest else rest
            return Variant(kind, "".join(cut._replace(host=host)))
    patterns: tuple[tuple[re.Pattern[str], Kind], ...] = ((_AMP_PATH, "an AMP"), (_PRINT_PATH, "a print"))
    for pattern, kind in patterns:
        if pattern.search(cut.path):
            return Variant(kind, "".join(cut._replace(path=pattern.sub("", cut.path, count=1) or "/")))
    pairs = cut.query[1:].split("&")
    for pattern, kind in _QUERIES:
        if kept := [pair for pair in pairs if not pattern.match(pair)]:
            if len(kept) < len(pairs):
                return Variant(kind, "".join(cut._replace(query="?" + "&".join(kept))))
        else:
            return Variant(kind, "".join(cut._replace(query="")))
    return None


_INNER = re.compile(r"(?i).(https?(?::|%3a)(?:/|%2f){1,2}[^/].*)\Z")


def inner(address: str) -> str | None:
    """The URL inside of the path of ``address``: ``https://a.example/xhttps://b.example/y`` holds the latter."""
    cut = parts(address)
    if cut is None or not (found := _INNER.search(cut.path)):
        return None
    text = re.sub(r"(?i)\A(https?:)/+", r"\1//", unquote(found[1]) if "%3" in found[1][:8] else found[1])
    return text + cut.query + cut.fragment


@per_vocabulary
def _intermediaries() -> frozenset[str]:
    return url_words("intermediary")


def is_intermediary(host: str) -> bool:
    """Whether ``host`` only passes on what others publish: an archive, a cache, a shortener, an aggregator."""
    labels = host.casefold().split(".")
    return any(".".join(labels[start:]) in _intermediaries() for start in range(max(len(labels) - 1, 1)))


_CARRIED = re.compile(r"(?i)[?&](?:url|u|q|to|target)=(https?(?::|%3a)[^&#]+)")


def carried(address: str) -> str | None:
    """The URL that an intermediary's address carries, in its path or its query."""
    if found := _CARRIED.search(address):
        return unquote(found[1])
    return inner(address)


_ENCODED_BLANK = re.compile(
    r"(?i)(?:%0[9ad]|%e2%80%8[bef]|(?<!%d[89a-f]%..)(?<!%e[01]%..%..)%e2%80%8[cd]|%c2%a0|%ef%bb%bf)+"
    r"|(?<!%20)(?:%20)++(?=/|\Z)|(?<=[/-])(?<!%20-)(?:%20)++|(?<!%20)(?:%20)++(?=-(?!%20))"
)
"""Runs of %20 are looked at from their beginning only: from each of many, it would take quadratic time."""


def encoded_blanks(address: str) -> list[tuple[int, int]]:
    """Where the path has a blank that no slug has: a line break, a tab, an invisible character, or %20 at a joint.

    %20 between two words, or at both sides of a hyphen, stays: some publishers name their files so. So do joiners behind
    letters that join.
    """
    cut = parts(address)
    if cut is None:
        return []
    start = len(cut.scheme) + len(cut.host)
    return [(start + found.start(), start + found.end()) for found in _ENCODED_BLANK.finditer(cut.path)]
