"""Tells addresses of home, section, search, tag and author pages from those of articles, by their path alone."""

import re

from copydesk.urls.variants import parts, untracked
from copydesk.vocabulary import url_words

_EDITION = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
_INDEX = re.compile(r"(?:index|default|home|startseite)(?:\.[a-z]{3,5})?")
_SEARCHES = re.compile(r"(?:\A\?|&)(?:s|q|query|search|suche|keyword|keywords)=")
_PAGE = re.compile(r"/(?:page|seite|pagina)[-/]?\d{0,4}/?\Z")
_NUMBERS = re.compile(
    r"(?:\A\?|&)(?:id|p|slug|story|article|(?:article|story|news|post|doc|item)_?(?:id|no)|aid|idx|no)=([^&]*)"
)
"""Parameters that say which article is meant."""
_PAGED = re.compile(r"\?page=\d{1,3}")
_DAYS = re.compile(r"(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/(?:0?[1-9]|[12]\d|3[01]))?")
_MANY_WORDS = re.compile(r"[-_](?:[^-_]*[-_]){3}")
_SLUG = re.compile(_MANY_WORDS.pattern + r"|\d{4}|[a-z]\.s?html?\Z")
"""An article's own segment: five words and more, a number of four digits and more, or a file."""


def listing(address: str) -> str | None:
    """What ``address`` leads to if that is no article ("the home page", "a section page" …), or None.

    Only words of `checks/vocabulary/urls.csv` in places where articles do not have them count, so that a short slug stays
    an article.
    """
    cut = parts(untracked(address))
    if cut is None:
        return None
    path = _PAGE.sub("", cut.path.casefold())  # /tag/ferries/page/2
    segments = [segment for segment in path.split("/") if segment]
    query = cut.query.casefold()
    for name in (*segments[-1:], *_NUMBERS.findall(query)):
        if name in url_words("unfilled"):
            return f"an address that was never filled in ({name})"
    if not segments and cut.fragment.startswith(("#/", "#!")):  # pages of a script, told apart by it
        return None
    if segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    if _SEARCHES.search(query) and (not segments or segments[-1] in url_words("listing")):
        return "a search page"
    if query and not (segments and _PAGED.fullmatch(query)):  # an article's number may stand there
        return None
    if segments and _EDITION.fullmatch(segments[0]):
        segments.pop(0)
    return _named(segments)


def _named(segments: list[str]) -> str | None:
    if not segments:
        return "the home page"
    if len(segments) == 1 and re.sub(r"\.[a-z]{3,5}\Z", "", segments[0]) in url_words("error"):
        return "an error page"
    if len(segments) <= 2 and all(segment.removesuffix(".xml") in url_words("section") for segment in segments):
        return "a section page"
    if _DAYS.fullmatch("/".join(segments)):
        return "all stories of a day or month"
    for place, segment in enumerate(segments[:2]):
        rest = segments[place + 1 :]
        # people and tags have numbers too: /author/ana-lindqvist-4711, /tag/euro-2024
        if segment in url_words("listing") and len(rest) == 1 and not _MANY_WORDS.search(rest[0]):
            return f"a page of lists ({segment})"
        if any(_SLUG.search(following) for following in rest):
            return None
        if segment in url_words("listing") and len(rest) <= 1:
            return f"a page of lists ({segment})"
        few_words = all(following.count("-") <= 1 for following in rest)
        if segment in url_words("category") and len(rest) <= 2 and few_words:
            return f"a page of lists ({segment})"
    return None
