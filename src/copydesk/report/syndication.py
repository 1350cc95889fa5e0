"""The report's view of copies: the largest clusters, and who printed what when."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.press.agencies import display_name

CLUSTERS: Final = 12
"""Clusters that a report draws; all are in `syndication.parquet`."""

ROWS: Final = 25
"""Members of a cluster that it draws, the earliest ones."""

_SHOWN: Final = (
    "article_id",
    "source",
    "title",
    "published_at",
    "published_precision",
    "role",
    "difference",
    "containment",
    "like",
)
_WIDTH: Final = 1_000
_STEP: Final = 26
_SHAPES: Final = {"earliest": "first", "duplicate": "again"}


def syndication(run: Path, summary: dict[str, Any]) -> dict[str, Any] | None:
    """What the template `syndication.html.j2` shows; None where copies were not looked for."""
    found = summary.get("syndication")
    table = run / "syndication.parquet"
    if not found or not table.is_file():
        return None
    chosen = [entry["cluster"] for entry in found["largest"][:CLUSTERS]]
    members = (
        pl.scan_parquet(table)
        .filter(pl.col("cluster").is_in(chosen))
        .group_by("cluster", maintain_order=True)
        .head(ROWS)
    ).collect()
    drawn = {number: rows.to_dicts() for (number,), rows in members.partition_by("cluster", as_dict=True).items()}
    clusters = [_cluster(entry, drawn.get(entry["cluster"], [])) for entry in found["largest"][:CLUSTERS]]
    return {**{key: found[key] for key in ("clusters", "articles", "duplicates")}, "shown": clusters}


def _cluster(entry: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    dated = [row for row in rows if row["published_at"] is not None]
    # beside times, a day would be drawn at its midnight, before what was printed in the morning
    drawn = [row for row in dated if row["published_precision"] != "day"] or dated
    times = [row["published_at"] for row in drawn]
    first, last = (min(times), max(times)) if times else (None, None)
    members = [_member(number, row, first, last if row in drawn else None) for number, row in enumerate(rows)]
    return {
        **entry,
        "agency": entry["agency"] and display_name(entry["agency"]),
        "members": members,
        "more": entry["articles"] - len(rows),
        "height": _STEP * len(members) + 4,
        "width": _WIDTH,
        "first": first,
        "last": last,
    }


def _member(number: int, row: dict[str, Any], first: datetime | None, last: datetime | None) -> dict[str, Any]:
    """A member's row and its place between ``first`` and ``last``; it has none without them."""
    at, x = row["published_at"], None
    if at is not None and first is not None and last is not None:
        span = (last - first).total_seconds()
        x = round(10 + ((at - first).total_seconds() / span if span else 0.0) * (_WIDTH - 20), 1)
    return {
        **{key: row[key] for key in _SHOWN},
        "agency": row["agency"] and display_name(row["agency"]),
        "x": x,
        "y": _STEP * number + _STEP // 2,
        "shape": _SHAPES.get(row["role"], "copy") if row["agency"] or row["role"] != "copy" else "uncredited",
    }
