"""What is said of a cluster and of each of its members: who printed it first, who wrote it, who credits whom, how they differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from copydesk.press.agencies import display_name
from copydesk.press.names import people
from copydesk.urls.url import registrable_domain

Member = Mapping[str, Any]
"""An article of a cluster: the columns `copydesk.syndication.comparing.MEMBERS`, and those of its text."""

_FEW: Final = 3
"""Other members that a member is told of by name, per agency."""

_NAMES: Final = 40
"""Names in the bylines of others that are told: a hostile cluster may have thousands."""

_LATE: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1, microseconds=-1)

_VERBATIM: Final = 0.85
"""Containment from which a text counts as taken over word by word ("verbatim" of the experiment in docs/syndication.md)."""

_LESS: Final = 0.9
"""Share of the other's length below which a text is shorter in earnest."""


class Cluster:
    """``members`` that print one text, in the order in which they say that they printed it."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = sorted(members, key=_order)
        self.sources: dict[str, Member] = {}
        self.credits: dict[str, list[Member]] = {}
        self._people: Counter[str] = Counter()
        known = set()
        for member in self.members:
            source = member["source"] or name_of(member)
            self.sources.setdefault(source, member)
            self._people.update(set(_people(member["byline"])))
            for agency in credited(member):
                if (agency, source) not in known:
                    known.add((agency, source))
                    self.credits.setdefault(agency, []).append(member)

    @property
    def agency(self) -> str | None:
        """The agency that most sources credit; of several that as many do, the one whose own site has it, or that was credited
        first."""
        return next(iter(self._by_credits), None)

    @cached_property
    def _by_credits(self) -> list[str]:
        """The agencies, those that most sources credit first."""
        home = self._at_home
        owner = home["likely_agency"] if home else None
        order = {agency: (-len(by), agency != owner, place) for place, (agency, by) in enumerate(self.credits.items())}
        return sorted(order, key=order.__getitem__)

    @cached_property
    def _at_home(self) -> Member | None:
        """The member that stands on an agency's own site."""
        signs = ((member, member["likely_agency_signals"] or ()) for member in self.members)
        return next((member for member, said in signs if any(sign.startswith("own-site") for sign in said)), None)

    @cached_property
    def first(self) -> tuple[Member, str]:
        """The member that was probably there first, and why it is thought so."""
        if home := self._at_home:
            return home, "it stands on the agency's own site"
        if linked := self._linked():
            return linked
        member, *others = self.members
        return member, _why_first(member, others)

    def _linked(self) -> tuple[Member, str] | None:
        """The member to whose site the canonical links of others lead."""
        sites = Counter(
            member["canonical_site"] for member in self.members if member["canonical_site"] != _site(member)
        )
        for member in self.members:
            if (site := _site(member)) and sites[site]:
                return member, f"the canonical link of {_articles(sites[site])} leads to its site"
        return None

    def reasons(self) -> list[str]:
        """Why the text is thought to be where it is said to be from, in words."""
        because = []
        if agency := self.agency:
            by = len(self.credits[agency])
            because.append(f"{by:,} of {len(self.sources):,} sources credit{'s' * (by == 1)} {display_name(agency)}")
            if rest := [display_name(other) for other in self._by_credits if other != agency]:
                because.append(f"others credit {', '.join(rest[:_FEW])}")
        return [*because, self.first[1]]

    def credits_of_others(self, member: Member) -> Iterator[tuple[str, list[str]]]:
        """(agency, some who credit it) of the other sources, the agency that most credit first."""
        for agency in self._by_credits:
            few = self.credits[agency][: _FEW + 1]  # at most one of them is of the member's own source
            if others := [name_of(other) for other in few if other is not member and not _same_source(other, member)]:
                yield agency, others[:_FEW]

    def people_of_others(self, member: Member) -> list[str]:
        """The people in the bylines of other members."""
        own = _people(member["byline"])
        return [name for name, number in self._most_named if number > (name in own)]

    @cached_property
    def _most_named(self) -> list[tuple[str, int]]:
        return sorted(self._people.items(), key=lambda item: (-item[1], item[0]))[:_NAMES]

    def twin(self, member: Member) -> Member | None:
        """The first member of the same source, if that is another."""
        first = self.sources.get(member["source"] or name_of(member))
        return None if first is member else first

    def role(self, member: Member) -> str:
        """ "earliest" for the member that was probably first, "duplicate" for a further one of its source, else "copy"."""
        if member is self.first[0]:
            return "earliest"
        return "duplicate" if self.twin(member) else "copy"


def credited(member: Member) -> list[str]:
    """The agencies that a member credits, in whatever way."""
    likely = member["likely_agency"]
    return list(dict.fromkeys([*(member["agencies"] or ()), *([likely] if likely else [])]))


def difference(member: Member, like: Member, containment: float) -> str:
    """How a member differs from the one that it is compared with: same, shortened, extended or edited."""
    if member["text"] == like["text"]:
        return "same"
    if containment >= _VERBATIM and member["units"] < _LESS * like["units"]:
        return "shortened"
    if containment >= _VERBATIM and like["units"] < _LESS * member["units"]:
        return "extended"
    return "edited"


def name_of(member: Member) -> str:
    """What messages call a member."""
    return f"{member['source'] or 'unknown source'} ({member['article_id']})"


def _why_first(member: Member, others: Sequence[Member]) -> str:
    """Why ``member``, of which ``others`` come behind in `_order`, counts as the first."""
    if member["published_at"] is None:
        return "no article gives a time of publication; it is the longest"
    dated = [other for other in others if other["published_at"] is not None]
    if not dated:
        return "it alone gives a time of publication"
    timed = [other for other in dated if not _gives_day(other)]
    day = member["published_at"].date()
    if _gives_day(member) or not timed:
        days = (dated[0]["published_at"].date() - day).days
        if days > 0:
            return f"published first, {days} day{'s' * (days != 1)} before the next"
        if not _gives_day(member):
            return "it alone gives a time on the day on which it was published first"
        return "it is the longest of those that were published first, on the same day"
    after = timed[0]["published_at"]
    unsure = any(other["published_at"].date() == day for other in dated if _gives_day(other))
    among = ", of those that give a time" if unsure else ""
    if after == member["published_at"]:
        return f"it is the longest of those that were published first, at the same time{among}"
    return f"published first, {_before(after - member['published_at'])} before the next{among}"


def _gives_day(member: Member) -> bool:
    """Whether a member says on what day it was published, and not when."""
    return bool(member["published_precision"] == "day")


def _latest(member: Member) -> datetime:
    """When a member was published at the latest."""
    at: datetime | None = member["published_at"]
    if at is None or at >= _LATE - _DAY:
        return _LATE
    return at + _DAY if _gives_day(member) else at


def _order(member: Member) -> tuple[datetime, int, int, str, int]:
    """First those that say when, by that, a day counting as its end, for nobody knows its hour; then the longest. The input's
    order decides only between equal records."""
    return (
        _latest(member),
        -member["units"],
        member["text"],
        member["article_id"] or "",
        member["record"],
    )


def _same_source(one: Member, other: Member) -> bool:
    return one["source"] is not None and one["source"] == other["source"]


def _site(member: Member) -> str | None:
    return _domain(member["url_href"]) if member["url_href"] else None


@lru_cache(maxsize=8_192)
def _domain(href: str) -> str | None:
    host = href.partition("//")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    return registrable_domain(host) if host else None


def _people(byline: str | None) -> tuple[str, ...]:
    return people(byline[:500]) if byline else ()


def _articles(number: int) -> str:
    return f"{number:,} article{'s' * (number != 1)}"


def _before(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} minute{'s' * (minutes != 1)}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"
