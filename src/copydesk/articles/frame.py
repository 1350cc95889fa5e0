"""The canonical article frame: one row per readable record, the same columns whatever the scraper called them."""

from typing import Final

import polars as pl

SCRAPED: Final[dict[str, pl.DataType]] = {
    name: pl.String()
    for name in (
        "article_id",
        "source",
        "title",
        "byline",
        "published",
        "modified",
        "fetched",
        "section",
        "language",
        "body",
        "original_url",
        "canonical_url",
        "image_credit",
        "html",
        "extractor",
        "extractor_version",
        "extra",
        "decoding",
    )
}
"""What readers fill in: every field as text, null where the record has none.

``extra`` is the JSON of everything that has no canonical field; ``decoding`` says how the record's bytes were turned
into text where that needed a guess, and is null where they were plain UTF-8 or carried a byte order mark.
"""

POSITION: Final[dict[str, pl.DataType]] = {"record": pl.Int64(), "input": pl.String(), "position": pl.Int64()}
"""Where a record stands: 0-based in the run, the input's name, the 1-based physical line or row in that input."""

FIELDS: Final = (
    "article_id",
    "source",
    "title",
    "byline",
    "agency",
    "agencies",
    "published",
    "published_at",
    "modified_at",
    "section",
    "language",
    "body",
    "original_url",
    "canonical_url",
    "fetched_at",
    "image_credit",
    "html",
    "extractor",
    "extractor_version",
    "extra",
)
"""The canonical fields that users rely on, in the order in which tables show them."""

TEXTS: Final = ("body", "html", "extra")
"""The fields that `articles.parquet` leaves out: they are as large as the input."""
