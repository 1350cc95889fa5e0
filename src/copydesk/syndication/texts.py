"""The texts of a run that are compared: one for each article, and equal texts of one day once."""

import polars as pl


def distinct(sketched: pl.LazyFrame) -> pl.DataFrame:
    """The texts of a run (`copydesk.syndication.sketches.TEXTS`), ordered by day and then by what they say, with
    ``row``, the place of the text that stands for each: itself, or an equal text of the same day.

    Records that share a URL are one article, extracted or crawled several times: the longest stands for them, the others go.
    """
    texts = sketched.with_columns(
        pl.col("source").rank("dense").cast(pl.Int64).fill_null(0) - 1  # numbers: texts are held in memory
    ).collect()
    by_size = texts.sort("units", "text", "record", descending=[True, False, False])
    alone = pl.col("url").is_null() | pl.col("url").is_first_distinct()
    texts = by_size.filter(alone).drop("url").sort("day", "text", "record")
    first = (pl.col("day") != pl.col("day").shift()) | (pl.col("text") != pl.col("text").shift())
    return texts.with_columns((first.fill_null(True).cum_sum().cast(pl.Int64) - 1).alias("row"))
