"""What the evidence together says about where an article comes from: the highest level that nothing contradicts.

Levels so far: ``claimed`` (title, byline, date and a well-formed original URL are there). The levels above it, from
coherent to signed, need the page behind the URL.
"""

import polars as pl

from copydesk.rules.base import present


def with_provenance(articles: pl.DataFrame) -> pl.DataFrame:
    """Adds `provenance`: the highest unbroken level, or null where not even the claim is complete."""
    claimed = (
        present("title")
        & present("byline")
        & pl.col("published_at").is_not_null()
        & pl.col("url_href").is_not_null()
        & (pl.col("url_problems").list.len() == 0)
    )
    return articles.with_columns(pl.when(claimed).then(pl.lit("claimed")).alias("provenance"))
