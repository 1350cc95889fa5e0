"""Turns clusters into what reports and rules read of them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import polars as pl

from copydesk.syndication.candidates import SHARED
from copydesk.syndication.copies import CLUSTERED, PLACED
from copydesk.syndication.library import Library
from copydesk.syndication.members import Cluster, Member, credited, difference, name_of

LARGEST: Final = 20
"""Clusters that a summary lists."""


def together(counts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What `Telling.counts` would say of the clusters of several."""
    parts = list(counts)
    sums = {name: sum(part[name] for part in parts) for name in ("clusters", "articles", "duplicates")}
    largest = [entry for part in parts for entry in part["largest"]]
    largest.sort(key=lambda entry: (-entry["sources"], -entry["articles"], entry["cluster"]))
    return {**sums, "largest": largest[:LARGEST]}


class Telling:
    """Tells of clusters, and counts them. ``library`` holds their texts."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._clusters = self._articles = self._duplicates = 0
        self._largest: list[tuple[int, int, int, dict[str, Any]]] = []

    def tell(self, clusters: Iterable[Sequence[Member]]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows of `CLUSTERED` and of `PLACED`."""
        rows, facts = [], []
        for members in clusters:
            cluster = Cluster(members)
            self._count(cluster)
            by_row = {member["row"]: member for member in cluster.members[::-1]}
            agency, because = cluster.agency, cluster.reasons()
            for member in cluster.members:
                like, containment = self._like(cluster, member, by_row)
                rows.append(
                    (
                        member["cluster"], member["record"], member["article_id"], member["source"], member["title"],
                        member["url_href"], member["published_at"], member["published_precision"],
                        next(iter(credited(member)), None),
                        cluster.role(member), containment, like["article_id"], like["record"],
                        difference(member, like, containment), member["units"], agency, because,
                    )
                )  # fmt: skip
                facts.append(self._facts(cluster, member, like, containment))
        return (
            pl.DataFrame(rows, schema=CLUSTERED, orient="row"),
            pl.DataFrame(facts, schema=PLACED, orient="row"),
        )

    def counts(self) -> dict[str, Any]:
        """How many clusters, articles in them and articles that their own source has printed before, and the largest."""
        largest = [entry for *_, entry in sorted(self._largest, key=lambda item: item[:3])[:LARGEST]]
        counts = {"clusters": self._clusters, "articles": self._articles, "duplicates": self._duplicates}
        return {**counts, "largest": largest}

    def _count(self, cluster: Cluster) -> None:
        first, _ = cluster.first
        number, size, sources = first["cluster"], len(cluster.members), len(cluster.sources)
        self._clusters += 1
        self._articles += size
        self._duplicates += size - sources
        entry = {
            "cluster": number, "articles": size, "sources": sources, "title": first["title"],
            "earliest": {"article_id": first["article_id"], "source": first["source"], "record": first["record"],
                         "published_at": first["published_at"] and first["published_at"].isoformat()},
            "agency": cluster.agency, "credits": {name: len(by) for name, by in sorted(cluster.credits.items())},
            "because": cluster.reasons(),
        }  # fmt: skip
        self._largest.append((-sources, -size, number, entry))
        if len(self._largest) > 4 * LARGEST:
            self._largest = sorted(self._largest, key=lambda item: item[:3])[:LARGEST]

    def _like(self, cluster: Cluster, member: Member, by_row: dict[int, Member]) -> tuple[Member, float]:
        """The member that ``member`` is compared with, and how much of the shorter one is in the other: the first, or where
        they share too little, that which it shares most with."""
        first = cluster.first[0]
        if member is first:
            first = next(other for other in cluster.members if other is not member)
        containment = self._shared(member, first)
        near = by_row.get(member["near"])
        if containment >= SHARED or near is None:
            return first, containment
        return near, self._shared(member, near)

    def _shared(self, member: Member, other: Member) -> float:
        if member["stands"] == other["stands"]:
            return 1.0
        return round(self._library.shared(member["stands"], other["stands"])[0], 4)

    def _facts(self, cluster: Cluster, member: Member, like: Member, containment: float) -> tuple[Any, ...]:
        others = list(cluster.credits_of_others(member))
        twin = cluster.twin(member)
        start, size = self._library.place(like["record"]) if member["text"] != like["text"] else (None, None)
        return (
            member["record"], member["cluster"], len(cluster.sources), cluster.role(member), containment,
            name_of(like), credited(member), others[0][0] if others else None, others[0][1] if others else [],
            [agency for agency, _ in others], cluster.people_of_others(member), twin and name_of(twin),
            twin and self._shared(member, twin), start, size,
        )  # fmt: skip
