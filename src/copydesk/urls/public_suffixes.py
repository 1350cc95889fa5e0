"""The part of a host that somebody registered, by the Public Suffix List that tldextract ships.

tldextract itself takes half a second to import and to read its list, more than copydesk takes to judge a thousand articles; it is
asked about the few hosts that are no plain names.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_PLAIN: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*")
"""Names in lower case; international ones begin with `xn--`, addresses end in a digit."""

_NOBODYS: Final = re.compile(r"[a-z0-9_-]+|(?:[a-z0-9_-]+\.)+[0-9]+|\[[0-9a-f:.]+\]")
"""Names without a dot, and addresses: no part of them was registered."""

_SNAPSHOT: Final = ".tld_set_snapshot"
_PRIVATE: Final = "// ===BEGIN PRIVATE DOMAINS==="
_SUFFIX: Final = re.compile(r"^[.*!]*\w\S*", re.MULTILINE)


def registrable(host: str) -> str:
    """The registrable domain of ``host``: "example.co.uk" for "www.example.co.uk"; empty where there is none.

    Suffixes that companies offer (`github.io`) count as names.
    """
    if _NOBODYS.fullmatch(host):
        return ""
    nodes = _nodes()
    if nodes is None or not _PLAIN.fullmatch(host):
        return str(_library()(host).top_domain_under_public_suffix)
    labels = host.split(".")
    known = [_decoded(label) for label in labels] if "xn--" in host else labels
    start = len(labels)
    for at in range(len(labels) - 1, -1, -1):
        name = ".".join(known[at:])
        if (ends := nodes.get(name)) is not None:
            start = at if ends else start
            continue
        parent = ".".join(known[at + 1 :])
        if f"*.{parent}" in nodes:
            start = at + 1 if f"!{name}" in nodes else at
        break
    return ".".join(labels[start - 1 :]) if 0 < start < len(labels) else ""


def _decoded(label: str) -> str:
    """A label as the list has it: not in Punycode."""
    if not label.startswith("xn--"):
        return label
    import idna  # few hosts ask for it

    try:
        return idna.decode(label)
    except UnicodeError:  # idna's own errors are such
        return label


@cache
def _nodes() -> dict[str, bool] | None:
    """The list's suffixes, and (False) what they end in; None where the package has no list to read."""
    spec = find_spec("tldextract")
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder, _SNAPSHOT)
        if file.is_file():
            public, private, _ = file.read_text(encoding="utf-8").partition(_PRIVATE)
            return _tree(_SUFFIX.findall(public)) if private else None
    return None


def _tree(suffixes: list[str]) -> dict[str, bool]:
    nodes = dict.fromkeys(suffixes, True)
    for suffix in suffixes:
        while "." in suffix:
            suffix = suffix.partition(".")[2]
            nodes.setdefault(suffix, False)
    return nodes


@cache
def _library() -> Any:
    import tldextract

    # the list that ships with the package: copydesk reaches no network to parse a name
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
