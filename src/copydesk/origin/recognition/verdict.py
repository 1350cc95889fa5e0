"""The decision about a page that answered: is it the article, another text, or something that stands in its place?

A ladder: the text decides where it can; then what the page says it stands in for, whether its title is the article's, where
redirects led, what wall it is, and whether any address would have got it. Every step names its evidence. Pure: whatever it needs
of the network it is given.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from copydesk.captures.capture import Capture
from copydesk.origin.recognition.match import Claim, Likeness, Shown, likeness
from copydesk.origin.recognition.page import Page
from copydesk.pages.facts import same
from copydesk.press import headlines, standins
from copydesk.press.shingles import contained
from copydesk.urls.listings import listing
from copydesk.urls.variants import parts
from copydesk.vocabulary import page_phrases, url_words

Match = Literal[
    "same", "same-teaser", "probably-same", "different", "soft-404", "consent-wall", "redirected-away", "not-checked"
]

Standing = Literal["alive", "dead", "blocked", "unknown"]

SAME: Final = 0.3
"""Containment from which a text is the page's. Own pages: 99.9 % of 1,775 texts above it; other articles of the same site:
none of 2,443 above 0.27 that has 80 shingles (`docs/accuracy.md`)."""

CLEARLY: Final = 0.5
"""Containment from which the titles need not agree."""

SHORT: Final = 80
"""Shingles below which a text may be nothing but its site's phrases, and the titles must not disagree."""

TEASER: Final = 0.5
"""Containment of the lead from which the page shows the article's beginning."""

TITLE: Final = 0.95
"""Likeness of titles that are the same: no other article of 418 reached it."""

AGREES: Final = 0.6
"""Likeness of titles below which they contradict each other."""

NEAR: Final = 0.8
"""Likeness of titles from which a page is not called another text: the article may have been rewritten. The likest title of
another article of the site had 0.71."""

THIN: Final = 120
"""Words of prose below which a page shows too little to be called another text: it may be built by scripts, or hide behind a
wall."""

WALL: Final = 400
"""Words of any kind below which a page may be a test for robots or ask for a password."""

CONSENT: Final = 1_000
"""Words of any kind below which three strong phrases of a request for consent make a wall; below `THIN` one does. Two of 166
news pages have three such phrases, and more words."""

GATHERED: Final = 3
"""Different addresses of one run that lead to one page: Wikibooks' rule for redirects to nowhere."""

_BEGINNING: Final = 300
"""Lines of a page that shows hardly any prose which are searched for a word that it is not there."""

ALIKE: Final = 0.9
"""Likeness to the answer for an address that cannot exist from which a page is a soft 404 (Bar-Yossef et al. 2004)."""

_ERROR: Final = re.compile(r"(?i)(?:(?:error|page)?[-_]?404|(?:404[-_])?(?:page)?[-_]?not[-_]?found)(?:\.[a-z]{2,5})?")
"""Last parts of addresses that error pages have: IABot's `/404.htm`, `/404/` and `notfound`, and their like."""

Sibling = Callable[[str], Page | None]
"""Gives the page that answers for a random neighbour of an address, None where there is none or none may be asked; see
`copydesk.origin.recognition.siblings`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``match`` says what the page is, ``standing`` what follows for the origin's status (None: nothing beyond what the
    answer's own status says), ``evidence`` why, in words; ``likeness`` the figures behind it."""

    match: Match
    standing: Standing | None
    evidence: tuple[str, ...]
    likeness: Likeness | None = None


def judge(
    claim: Claim, capture: Capture, shown: Shown | None, gathered: int = 1, sibling: Sibling | None = None
) -> Verdict:
    """What ``shown``, the page of ``capture``, is to ``claim``.

    ``gathered`` is how many different addresses of the run were led to the same final address, this one included;
    ``sibling`` is asked at most once, and only where nothing else tells.
    """
    if capture.status is None or not 200 <= capture.status < 300:
        return Verdict("not-checked", None, (f"no page to compare: {capture.failure or capture.status}",))
    if shown is None:
        return Verdict("not-checked", None, ("the answer is no page of text",))
    like = likeness(claim, shown)
    if found := _by_text(like):
        return found
    standing_in = _standing_in(capture, shown)
    if standing_in is not None:
        return Verdict(*standing_in, like)
    if (like.title or 0) >= TITLE:
        return Verdict("probably-same", "alive", (f"the title agrees ({like.title:.2f})", _shares(like)), like)
    door = _door(capture)
    if door is None and (away := _away(claim, capture, gathered)):
        return Verdict("redirected-away", "dead", (away, _shares(like)), like)
    if wall := door or _wall(shown):
        return Verdict("consent-wall", "unknown", (wall, _shares(like)), like)
    if soft := _soft(claim, shown, sibling):
        return Verdict("soft-404", "dead", (soft, _shares(like)), like)
    if capture.truncated:
        return Verdict("not-checked", "alive", ("the page has more than was read of it", _shares(like)), like)
    return _told_apart(claim, shown, like)


def _by_text(like: Likeness) -> Verdict | None:
    """The verdict that the text allows alone, or with titles that do not contradict it."""
    if like.containment is None or like.lead is None:
        return None
    title = 1.0 if like.title is None else like.title
    sure = like.containment >= CLEARLY and like.count >= SHORT
    if sure or (like.containment >= SAME and title >= AGREES):
        return Verdict("same", "alive", (_shares(like),), like)
    # without a title to agree, a site's own phrases may be all that the beginning holds
    if like.lead >= TEASER and like.title is not None and title >= AGREES:
        return Verdict("same-teaser", "alive", (_shares(like),), like)
    return None


def _shares(like: Likeness) -> str:
    if like.containment is None or like.lead is None:
        return "the record has no text to compare"
    all_of_it = f"{like.containment:.0%} of the text is on the page"
    return f"{all_of_it}, {like.lead:.0%} of its beginning" if like.lead >= TEASER > like.containment else all_of_it


def _standing_in(capture: Capture, shown: Shown) -> tuple[Match, Standing, tuple[str, ...]] | None:
    """What the page's title and first heading say where it stands in for an article."""
    page = shown.page
    if capture.header("cf-mitigated"):
        return "not-checked", "blocked", ("a test for robots: the header cf-mitigated",)
    titles = (page.title, *(line.text for line in page.lines if line.kind == "h"))
    readings = {part for title in titles[:4] for part in (title, *headlines.parts(title))}
    for kind, match, standing, what in _STANDING_IN:
        for text in readings:
            if phrase := standins.fills(text, kind):
                return match, standing, (f"{what}: “{phrase}” in its title",)
        if kind == "gone" and "404" in readings:
            return match, standing, ("its title is “404”",)
    if shown.words < WALL:
        strong = _strong(shown, "challenge")
        if len(strong) >= 2 or (strong and shown.words < THIN):
            return "not-checked", "blocked", (f"a test for robots: “{strong[0]}”",)
    return None


_STANDING_IN: Final[tuple[tuple[str, Match, Standing, str], ...]] = (
    ("challenge", "not-checked", "blocked", "a test for robots"),
    ("refused", "not-checked", "blocked", "a refusal"),
    ("gone", "soft-404", "dead", "the page says that it is not there"),
    ("error", "not-checked", "unknown", "an error page"),
)


def _strong(shown: Shown, kind: str) -> list[str]:
    """The strong phrases of ``kind`` in the page's text."""
    phrases = page_phrases(kind)
    return [phrase for phrase in standins.found(shown.page.text, kind) if phrases[phrase]]


def _away(claim: Claim, capture: Capture, gathered: int) -> str | None:
    """How the redirects betray that they lead to no article in particular; None where they do not."""
    final = capture.final_url
    if same(claim.url) == same(final):
        return None
    asked, led = _segments(claim.url), _segments(final)
    if led and _ERROR.fullmatch(led[-1]) and "404" not in "".join(asked[-1:]):  # an article's number may be 404
        return f"redirects to an error page: {final[:200]}"
    if (place := listing(final)) and not listing(claim.url):
        return f"redirects to {place}: {final[:200]}"
    if gathered >= GATHERED:
        return f"redirects to {final[:200]}, as {gathered - 1} other addresses do"
    if len(led) < len(asked) and asked[: len(led)] == led:
        return f"redirects to a folder above it: {final[:200]}"
    return None


def _segments(address: str) -> list[str]:
    cut = parts(address)
    return [segment for segment in cut.path.split("/") if segment] if cut else []


def _door(capture: Capture) -> str | None:
    """The host that a redirect led to if it asks for nothing but consent or a login; the article lies behind it."""
    cut = parts(capture.final_url)
    host = cut.host.casefold().partition(":")[0] if cut else ""
    for kind, what in (("consent", "asks for consent"), ("login", "asks for a login")):
        if same(capture.url) != same(capture.final_url) and (
            host in url_words(kind, "host") or host.startswith(tuple(url_words(kind, "prefix")))
        ):
            return f"{what}: {host}"
    return None


def _wall(shown: Shown) -> str | None:
    """What shows that the page is a request for consent or for a password."""
    if shown.words < CONSENT:
        strong = _strong(shown, "consent")
        if len(strong) >= 3 or (strong and shown.words < THIN):
            return f"asks for consent: “{strong[0]}”"
    return "asks for a password" if shown.page.asks_password and shown.words < WALL else None


def _soft(claim: Claim, shown: Shown, sibling: Sibling | None) -> str | None:
    """What shows that any address would have got this page."""
    if shown.prose < THIN:
        for line in shown.page.lines[:_BEGINNING]:
            if phrase := standins.fills(line.text, "gone"):
                return f"the page says that it is not there: “{phrase}”"
    if shown.page.rights.noindex:
        return "the page asks not to be indexed, as error pages do"
    canonical = shown.page.canonical
    if canonical and (place := listing(canonical)) and not listing(claim.url):
        return f"the page says that it is {place}: {canonical[:200]}"
    if sibling is None or (other := sibling(claim.url)) is None:
        return None
    alike = resemblance(shown, Shown(other))
    return f"an address that cannot exist gets the same page ({alike:.0%} alike)" if alike >= ALIKE else None


def resemblance(one: Shown, two: Shown) -> float:
    """How alike the texts of two pages are, 0 to 1: the smaller of the shares that each has in the other."""
    first, second = one.shingles(False), two.shingles(False)
    return min(contained(first, second), contained(second, first))


def _told_apart(claim: Claim, shown: Shown, like: Likeness) -> Verdict:
    """The end of the ladder: nothing stands in the article's place."""
    page, title = shown.page, like.title or 0.0
    if shown.prose < THIN:
        own = {same(address) for address in (page.canonical, *page.facts.addresses) if address}
        # a page is at its own address whatever article the record holds: it takes the title, and no text to contradict
        if title >= AGREES and own & {same(address) for address in (claim.url, claim.canonical) if address}:
            return Verdict("probably-same", "alive", ("the page names this address as its own", _shares(like)), like)
        return Verdict("not-checked", "alive", (f"the page shows {shown.prose} words of prose only",), like)
    if like.containment is None:
        return Verdict("not-checked", "alive", ("the record has no text to compare",), like)
    if title >= NEAR:
        return Verdict("not-checked", "alive", (f"the title nearly agrees ({title:.2f})", _shares(like)), like)
    if like.title is None and (like.lead or 0) >= TEASER:
        return Verdict("not-checked", "alive", ("there is no title to compare", _shares(like)), like)
    told = "" if like.title is None else f", and its title is not the article's ({title:.2f})"
    return Verdict("different", "alive", (_shares(like) + told,), like)
