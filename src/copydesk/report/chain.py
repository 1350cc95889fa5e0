"""The chain that an article came along, from the run's tables: agency, publisher, capture, record, and what supports each."""

from collections.abc import Mapping
from typing import Any, Final

from copydesk.press.agencies import display_name
from copydesk.report.plain import NAME, cut
from copydesk.texts import Texts

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

_BY: Final = ("network", "warc", "archive")
"""Where a page can be from, for which there are words."""


def chain(row: Mapping[str, Any], t: Texts) -> list[dict[str, Any]]:
    """The links of one article, first to last: {role, name, detail, support: [{level, verdict, words}]}.

    A link that nothing is known of has no name, and stays, so that the gap is seen.
    """
    told = [_said(words) for words in row["provenance_evidence"] or ()]
    return [
        {"role": role, "name": name, "detail": detail, "support": [said for said in told if said["level"] in levels]}
        for (role, levels), (name, detail) in zip(_LEVELS.items(), _names(row, t), strict=True)
    ]


def _names(row: Mapping[str, Any], t: Texts) -> list[tuple[str | None, str | None]]:
    """Name and detail of each link, in the order of `_LEVELS`."""
    agency = row["likely_agency"] and display_name(row["likely_agency"])
    share = row["likely_agency_confidence"]
    sure = t("link.sure", share=t.percent(share, 1)).unescape() if share is not None else None
    publisher = row["publisher"] or row["source"]
    captured = None
    if row["origin_by"] is not None:
        by = t(f"link.by.{row['origin_by']}").unescape() if row["origin_by"] in _BY else row["origin_by"]
        captured = f"{t.when(row['origin_fetched_at'])}, {by}"
    digest = f"SHA-256 {row['origin_sha256'][:16]}…" if row["origin_sha256"] else None
    record = t("link.record", n=row["record"]).unescape()
    # whoever makes up names and addresses makes up long ones; fields and links beside it say more of them
    publisher, page, file = (value and cut(value, NAME) for value in (publisher, row["final_url"], row["input"]))
    return [(agency, sure), (publisher, page), (captured, digest), (record, file)]


def _said(evidence: str) -> dict[str, str]:
    """ "coherent fail: the URL names another day" in its parts."""
    head, _, words = evidence.partition(": ")
    level, _, verdict = head.partition(" ")
    return {"level": level, "verdict": verdict, "words": words}
