"""The columns of the article frame that say what the page behind each original URL is; `copydesk.origin.judged` fills them."""

from typing import Final

import polars as pl

from copydesk.press.dates import INSTANT

COLUMNS: Final[dict[str, pl.DataType]] = {
    "origin_match": pl.String(),
    "origin_standing": pl.String(),
    "origin_evidence": pl.String(),
    "origin_containment": pl.Float64(),
    "origin_differs": pl.List(pl.String()),
    "origin_drift": pl.String(),
    "origin_missing_words": pl.Int64(),
    "origin_edit": pl.String(),
    "origin_title": pl.String(),
    "origin_published_at": INSTANT,
    "origin_published_day": pl.Date(),
    "origin_authors": pl.List(pl.String()),
    "origin_publisher": pl.String(),
    "origin_canonical": pl.String(),
    "origin_organisations": pl.List(pl.String()),
    "origin_sources": pl.List(pl.String()),
    "origin_elsewhere": pl.String(),
    "origin_syndicated": pl.List(pl.String()),
    "origin_reserved": pl.List(pl.String()),
    "origin_policy": pl.String(),
    "origin_licences": pl.List(pl.String()),
    "origin_copyrights": pl.List(pl.String()),
    "origin_free": pl.Boolean(),
}
"""What `copydesk.origin.judged` adds; all null where there is no page to judge, but for ``origin_match``, which then says
"not-checked".

``origin_match`` is a `copydesk.origin.recognition.verdict.Match`; ``origin_standing`` what follows for the origin's status
(alive, dead, blocked, unknown; null for nothing); ``origin_evidence`` why, in words; ``origin_containment`` the share of the
text that the page shows, 0 to 1. The rest is null unless the page is the article (same, same-teaser, probably-same).

``origin_differs`` names what differs from the page: text, title, date, byline, publisher; ``origin_drift`` is the JSON of
`copydesk.origin.recognition.drift.Drift`, ``origin_missing_words`` how many words of the page's article the record clearly lacks
(0 for none), ``origin_edit`` the JSON of `copydesk.origin.recognition.drift.Edit` where the page's text or title changed since
the last run.

``origin_title`` to ``origin_canonical`` are what the page says of itself (the day in its own zone, the address absolute);
``origin_organisations`` and ``origin_sources`` are `sourceOrganization` and the addresses of `isBasedOn` and its like, the page
and its publisher left out; ``origin_elsewhere`` is the domain of another outlet that the canonical link names;
``origin_syndicated`` what else names another source, in words; ``origin_reserved`` the reservations (`copydesk.pages.rights`),
``origin_policy`` the address of their terms, ``origin_licences`` and ``origin_copyrights`` what the page claims; ``origin_free``
is `isAccessibleForFree`."""
