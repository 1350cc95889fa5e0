"""Several records of one page (by different extractors, or crawled twice): a line that most of the others lack is more likely
furniture."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

NAMES: Final = ("siblings", "sibling_line", "sibling_inside", "sibling_kin", "sibling_line_-1", "sibling_line_+1")
"""``siblings`` is the number of other texts of the page, ``sibling_line`` the share of them that hold the line,
``sibling_inside`` the share that hold its words anywhere, ``sibling_kin`` the mean of that share over the article's lines,
which tells how much of the article the others have; the last two are ``sibling_line`` of the lines before and after."""

MOST: Final = 12
"""Other texts that are compared: a shared address such as a home page may have thousands."""

_REACH: Final = 400
"""Characters of a line that are sought in the other texts."""


def siblings(lines: pl.DataFrame, articles: pl.DataFrame) -> npt.NDArray[np.float32]:
    """lines × `NAMES`; NaN throughout where no other record of the page has another text.

    ``articles`` has original_url and body. Records whose texts are equal count once: they are not independent evidence.
    """
    result = np.full((lines.height, len(NAMES)), np.nan, np.float32)
    records = (
        articles.select(
            pl.col("original_url").str.replace(r"#.*$", "").str.replace(r"^https?://(?:www\.)?", "").alias("page"),
            pl.col("body").hash(0).alias("body"),
        )
        .with_row_index("row")
        .select("row", "page", "body")
    )
    addressed = records.filter((pl.col("page") != "") & pl.col("body").is_not_null())
    shared = addressed.filter(pl.col("body").n_unique().over("page") > 1)
    if shared.is_empty():
        return result
    plain = _plain(lines)
    where = {row: slice(start, start + size) for row, start, size in _spans(lines).iter_rows()}
    pages: dict[str, dict[int, list[str]]] = {}
    for row, page, body in shared.iter_rows():
        texts_of = pages.setdefault(page, {})
        if row in where and body not in texts_of and len(texts_of) <= MOST:
            texts_of[body] = plain[where[row]].to_list()
    for row, page, body in shared.iter_rows():
        others = [text for other, text in pages[page].items() if other != body][:MOST]
        if row in where and others:
            result[where[row]] = _compare(plain[where[row]].to_list(), others)
    return result


def _plain(lines: pl.DataFrame) -> pl.Series:
    """Lines in lower case, of letters and digits only, with a blank before, between and after the words."""
    text = pl.col("text").str.to_lowercase()
    return lines.select(
        pl.concat_str(pl.lit(" "), text.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars(), pl.lit(" "))
    )["literal"]


def _spans(lines: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.with_row_index("index")
        .group_by("row", maintain_order=True)
        .agg(pl.col("index").first(), pl.len().alias("size"))
    )


def _compare(own: list[str], others: list[list[str]]) -> npt.NDArray[np.float32]:
    sets = [set(other) for other in others]
    whole = ["\n".join(other) for other in others]
    line = np.array([sum(text in held for held in sets) for text in own], np.float32) / len(others)
    inside = np.array(
        [sum(text in held or text[:_REACH] in body for held, body in zip(sets, whole, strict=True)) for text in own],
        np.float32,
    ) / len(others)
    around = np.concatenate([[np.nan], line, [np.nan]]).astype(np.float32)
    return np.stack(
        [
            np.full_like(line, len(others)), line, inside, np.full_like(line, inside.mean()), around[:-2], around[2:],
        ],
        axis=1,
    )  # fmt: skip
