"""Whose a page says that its article is: another outlet by its canonical link, an agency, the work that it is based on."""

from collections.abc import Iterable, Iterator
from typing import Final

from copydesk.origin.recognition.match import host_of, own_domain
from copydesk.origin.recognition.page import Page
from copydesk.press import agencies, sites
from copydesk.urls.variants import is_intermediary

_LABELS: Final = 2
"""Letters of a domain's own label from which two domains with the same one are one outlet's: bbc.com and bbc.co.uk."""


def elsewhere(page: Page) -> str | None:
    """The domain of another outlet that the canonical link of ``page`` names; None where it is the page's own.

    The strongest cheap sign of origin. A domain with the same label under another suffix is the same outlet's, and an
    archive's or a cache's copy names the original rightly.
    """
    if page.canonical is None or is_intermediary(host_of(page.url)) or is_intermediary(host_of(page.canonical)):
        return None
    here, there = own_domain(page.url), own_domain(page.canonical)
    return None if _is_one(here, there) else there


def syndication(page: Page) -> list[str]:
    """What the page says of a source that is not its own publisher, in words."""
    found = list(_said(page))
    return list(dict.fromkeys(found))


def _said(page: Page) -> Iterator[str]:
    agency = agencies.domains().get(elsewhere(page) or "")
    if agency:
        yield f"its canonical link is on the site of the agency {agency}"
    for name, addresses in (("isBasedOn", page.facts.based_on), ("original-source", page.facts.named_sources)):
        for domain in _others(page, addresses):
            yield f"{name} names {domain}"
    host = host_of(page.url)
    for organisation in page.facts.organisations:
        if sites.likeness(organisation, host, None, page.site) == "none" and (
            agencies.lookup(organisation) or sites.is_outlet(organisation)
        ):
            yield f"sourceOrganization names {organisation[:100]}"


def _others(page: Page, addresses: Iterable[str]) -> list[str]:
    here = own_domain(page.url)
    domains = dict.fromkeys(map(own_domain, addresses))
    return [domain for domain in domains if domain and not _is_one(here, domain)]


def _is_one(here: str, there: str) -> bool:
    """Whether two registrable domains are one outlet's."""
    one, two = here.partition(".")[0], there.partition(".")[0]
    return here == there or (one == two and len(one) > _LABELS)
