"""What a page's metadata say of the article, beyond its date, headline and authors: whose it is, where it is, what is allowed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from copydesk.pages.metadata import Page, names, texts
from copydesk.urls import url as urls

_FEW: Final = 10
"""Values of one kind that are kept; more are a hostile page's."""

_LONGEST: Final = 2_000
"""Characters of an address."""

_BODY: Final = 250_000
"""Characters of the article that JSON-LD may hold."""

_RIGHTS: Final = ("copyright", "dcterms.rights", "dc.rights", "rights", "dcterms.rightsholder")
_LICENCES: Final = ("license", "dcterms.license", "dc.rights.license")
_SOURCES: Final = ("original-source", "syndication-source")
"""Names of meta tags; Google's two for news (2010) are mostly the page's own address."""

_NO: Final = re.compile(r"(?i)no|false|0|.*/false")
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class Facts:
    """Attribution and rights as the page claims them; addresses are absolute and in normal form.

    ``based_on`` (`isBasedOn`) and ``named_sources`` (meta `original-source`, `syndication-source`) lack the page itself.
    ``free`` is `isAccessibleForFree`, None where nothing is said. ``body`` is `articleBody`.
    """

    addresses: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    named_sources: tuple[str, ...] = ()
    free: bool | None = None
    licences: tuple[str, ...] = ()
    copyrights: tuple[str, ...] = ()
    body: str = ""


def facts(told: Page, base: str) -> Facts:
    """The facts of the page at ``base``, whose metadata are ``told``."""
    articles = told.articles[:_FEW]
    addresses = _addresses((*_values(articles, "url", "@id", "mainEntityOfPage"), *told.meta.get("og:url", ())), base)
    here = {same(base), *map(same, addresses), same(canonical(told, base) or base)}
    based = _addresses(_values(articles, "isBasedOn", "isBasedOnUrl"), base)
    sources = _addresses(told.first(_SOURCES), base)
    publishers = texts(names(told, "publisher"))[:_FEW]
    free = [value for value in (article.get("isAccessibleForFree") for article in articles) if value is not None]
    licences = [*_values(articles, "license"), *told.first(_LICENCES)]
    return Facts(
        addresses,
        tuple(publishers),
        tuple(name for name in texts(names(told, "sourceOrganization"))[:_FEW] if name not in publishers),
        tuple(address for address in based if same(address) not in here),
        tuple(address for address in sources if same(address) not in here),
        not _NO.fullmatch(str(free[0])[:100]) if free else None,
        tuple(dict.fromkeys(text.strip()[:_LONGEST] for text in licences if text.strip()))[:_FEW],
        tuple(texts((*told.first(_RIGHTS), *names(told, "copyrightHolder")))[:_FEW]),
        _body(articles),
    )


def canonical(told: Page, base: str) -> str | None:
    """The canonical link, absolute and in normal form; None where there is none or it is no web address."""
    return next(iter(_addresses([told.canonical or ""], base)), None)


def same(address: str) -> str:
    """What two spellings of one address share: no scheme, no `www.`, no tracking, no fragment, no slash at the end."""
    from copydesk.urls.variants import untracked

    bare = untracked(address).partition("#")[0]
    return re.sub(r"^https?://(?:www\.)?", "", bare).rstrip("/?")


def _values(articles: Iterable[Any], *keys: str) -> Iterator[str]:
    """The texts, or the addresses and names of the objects, that stand under ``keys``."""
    for article in articles:
        for key in keys:
            value = article.get(key)
            for item in (value if isinstance(value, list) else [value])[:_FEW]:
                if isinstance(item, dict):
                    item = next(
                        (item[name] for name in ("url", "@id", "name") if isinstance(item.get(name), str)), None
                    )
                if isinstance(item, str):
                    yield item


def _addresses(values: Iterable[str], base: str) -> tuple[str, ...]:
    joined = (urls.joined(base, value.strip()) for value in values if value and len(value) <= _LONGEST)
    found = [address for address in joined if address and address.startswith(("http://", "https://"))]
    return tuple(dict.fromkeys(found))[:_FEW]


def _body(articles: Iterable[Any]) -> str:
    bodies = [article.get("articleBody") for article in articles]
    longest = max((body for body in bodies if isinstance(body, str)), key=len, default="")
    return _TAG.sub(" ", longest[:_BODY]) if "<" in longest else longest[:_BODY]
