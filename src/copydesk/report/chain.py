"""The chain that an article came along, from the run's tables: agency, publisher, capture, record, and what supports each."""

from typing import Any, Final

COLUMNS: Final = (
    "source", "publisher", "likely_agency", "likely_agency_confidence", "origin_by", "origin_fetched_at",
    "origin_sha256", "final_url", "provenance", "provenance_evidence",
)  # fmt: skip
"""Columns of `articles.parquet` that `chain` reads, beside those of a finding."""

_LEVELS: Final = {
    "agency": ("attributed",),
    "publisher": ("resolvable", "matched"),
    "capture": ("archived",),
    "record": ("claimed", "coherent", "signed"),
}
"""Which levels of provenance speak of which link."""

_BY: Final = {"network": "asked by this run", "warc": "from a capture file", "archive": "from a web archive"}


def chain(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The links of one article, first to last: {role, name, detail, support: [{level, verdict, words}]}.

    A link that nothing is known of has no name, and stays, so that the gap is seen.
    """
    told = [_said(words) for words in row["provenance_evidence"] or ()]
    return [
        {"role": role, "name": name, "detail": detail, "support": [said for said in told if said["level"] in levels]}
        for (role, levels), (name, detail) in zip(_LEVELS.items(), _names(row), strict=True)
    ]


def _names(row: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Name and detail of each link, in the order of `_LEVELS`."""
    share = row["likely_agency_confidence"]
    sure = f"{share:.0%} likely" if share is not None else None
    publisher = row["publisher"] or row["source"]
    captured = None
    if row["origin_by"] is not None:
        captured = f"{row['origin_fetched_at']:%Y-%m-%d %H:%M} UTC, {_BY.get(row['origin_by'], row['origin_by'])}"
    digest = f"SHA-256 {row['origin_sha256'][:16]}…" if row["origin_sha256"] else None
    record = f"record {row['record']}"
    return [(row["likely_agency"], sure), (publisher, row["final_url"]), (captured, digest), (record, row["input"])]


def _said(evidence: str) -> dict[str, str]:
    """ "coherent fail: the URL names another day" in its parts."""
    head, _, words = evidence.partition(": ")
    level, _, verdict = head.partition(" ")
    return {"level": level, "verdict": verdict, "words": words}
