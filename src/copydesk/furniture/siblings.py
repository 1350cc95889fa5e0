"""Several records of one page (by different extractors, or crawled twice): a line that most of the others lack is more likely
furniture."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture.lines import lines_of

NAMES: Final = ("siblings", "sibling_line", "sibling_inside", "sibling_kin", "sibling_line_-1", "sibling_line_+1")
"""``siblings`` is the number of other texts of the page, ``sibling_line`` the share of them that hold the line,
``sibling_inside`` the share that hold its words anywhere, ``sibling_kin`` the mean of that share over the article's lines,
which tells how much of the article the others have; the last two are ``sibling_line`` of the lines before and after."""

MOST: Final = 12
"""Other texts that are compared: a shared address such as a home page may have thousands."""

_REACH: Final = 400
"""Characters of a line that are sought in the other texts."""


SHARED: Final[dict[str, pl.DataType]] = {"url": pl.UInt64(), "body": pl.String()}
"""The different texts of pages of which there are several records, at most `MOST` + 1 of each page."""


def shared_texts(urls: pl.Series, bodies: pl.Series) -> pl.DataFrame:
    """`SHARED` of some records: ``urls`` are numbers of pages (`copydesk.notes.url_keys`), null without one."""
    texts = pl.DataFrame({"url": urls, "body": bodies}, schema=SHARED).drop_nulls().unique(maintain_order=True)
    return texts.filter(pl.len().over("url") > 1).group_by("url", maintain_order=True).head(MOST + 1).select(*SHARED)


def siblings(lines: pl.DataFrame, urls: pl.Series, bodies: pl.Series, shared: pl.DataFrame) -> npt.NDArray[np.float32]:
    """lines × `NAMES`; NaN throughout where no other record of the page has another text.

    ``urls`` and ``bodies`` are those of the rows of ``lines``; ``shared`` the texts of pages that have several (`SHARED`).
    Records whose texts are equal count once: they are not independent evidence.
    """
    result = np.full((lines.height, len(NAMES)), np.nan, np.float32)
    rows = pl.DataFrame({"url": urls, "body": bodies}, schema=SHARED).with_row_index("row")
    rows = rows.join(shared.select("url").unique(), on="url", how="semi").filter(pl.col("body").is_not_null())
    if rows.is_empty():
        return result
    pages = _pages(shared.join(rows.select("url").unique(), on="url", how="semi"))
    own = lines.with_row_index("index").join(rows.select("row"), on="row", how="semi", maintain_order="left")
    starts = {row: (start, size) for row, start, size in _spans(own).iter_rows()}
    plain = _plain(own).to_list()
    at = 0
    for row, url, body in rows.iter_rows():
        if row not in starts:  # a body of blanks
            continue
        start, size = starts[row]
        others = pages[url].others(body)
        if others:
            result[start : start + size] = _compare(plain[at : at + size], pages[url], others)
        at += size
    return result


class _Page:
    """The texts of a page, and which of them hold a line: looked for once, since records of one page share most lines.

    Sets of texts are whole numbers, a bit for each.
    """

    def __init__(self, texts: dict[str, list[str]]) -> None:
        self._bits = {body: 1 << place for place, body in enumerate(texts)}
        self._lines = [(1 << place, set(lines), "\n".join(lines)) for place, lines in enumerate(texts.values())]
        self._known: dict[str, tuple[int, int]] = {}

    def others(self, body: str) -> int:
        """The first `MOST` texts that are not ``body``."""
        return sum([bit for other, bit in self._bits.items() if other != body][:MOST])

    def holders(self, line: str) -> tuple[int, int]:
        """The texts that hold ``line``, and those that hold its words anywhere."""
        if (known := self._known.get(line)) is None:
            whole = sum(bit for bit, lines, _ in self._lines if line in lines)
            start = line[:_REACH]
            inside = sum(bit for bit, _, text in self._lines if not bit & whole and start in text)
            known = self._known[line] = whole, whole | inside
        return known


def _pages(shared: pl.DataFrame) -> dict[int, _Page]:
    """The pages by their numbers."""
    lines = lines_of(shared["body"])
    texts = dict(
        lines.with_columns(_plain(lines).alias("text")).group_by("row", maintain_order=True).agg("text").iter_rows()
    )
    pages: dict[int, dict[str, list[str]]] = {}
    for row, (url, body) in enumerate(shared.iter_rows()):
        pages.setdefault(url, {})[body] = texts.get(row, [])
    return {url: _Page(bodies) for url, bodies in pages.items()}


def _plain(lines: pl.DataFrame) -> pl.Series:
    """Lines in lower case, of letters and digits only, with a blank before, between and after the words."""
    text = pl.col("text").str.to_lowercase()
    return lines.select(
        pl.concat_str(pl.lit(" "), text.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars(), pl.lit(" "))
    )["literal"]


def _spans(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by("row", maintain_order=True).agg(pl.col("index").first(), pl.len().alias("size"))


def _compare(own: list[str], page: _Page, others: int) -> npt.NDArray[np.float32]:
    count = others.bit_count()
    held = [page.holders(text) for text in own]
    line = np.array([(whole & others).bit_count() for whole, _ in held], np.float32) / count
    inside = np.array([(anywhere & others).bit_count() for _, anywhere in held], np.float32) / count
    around = np.concatenate([[np.nan], line, [np.nan]]).astype(np.float32)
    return np.stack(
        [
            np.full_like(line, count), line, inside, np.full_like(line, inside.mean()), around[:-2], around[2:],
        ],
        axis=1,
    )  # fmt: skip
