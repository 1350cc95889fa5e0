"""Where a line stands: among the long paragraphs of its article, in a run of short lines, between blank lines."""

import numpy as np
import polars as pl

from copydesk.furniture.characters import Bools, Floats, Ints, Numbers
from copydesk.furniture.shape import Columns

LONG = 100.0
"""Length from which a line that ends as a sentence does is a paragraph; 200 where it does not end so."""


def is_long(columns: Columns) -> Bools:
    """Whether each line is a paragraph of prose."""
    length = columns["length"]
    long: Bools = ((length >= LONG) & (columns["prose_end"] > 0)) | (length >= 2 * LONG)
    return long


def structure(lines: pl.DataFrame, document: Ints, columns: Columns) -> Columns:
    """Features of the place of each line; ``document`` numbers the articles from 0, ascending."""
    count = len(document)
    index = np.arange(count)
    documents = int(document[-1]) + 1 if count else 0
    first = np.searchsorted(document, np.arange(documents))
    size = np.bincount(document, minlength=documents)
    start, total = first[document], size[document].astype(np.float32)
    length = columns["length"]
    long = is_long(columns)
    short = (length < 80) & (columns["prose_end"] == 0)

    place = (index - start).astype(np.float32)
    before = _running(long.astype(np.float64), start)
    longs = np.bincount(document, long, minlength=documents)[document]
    chars = np.bincount(document, length, minlength=documents)[document]
    chars_before = _running(length.astype(np.float64), start)
    previous = index - np.maximum.accumulate(np.where(long, index, -1))
    following = _until(long)
    found: Columns = {
        "lines": total,
        "place": place,
        "place_from_end": total - 1 - place,
        "place_share": place / np.maximum(total - 1, 1),
        "paragraphs": longs,
        "paragraph_share": longs / total,
        "characters": chars,
        "characters_before": chars_before,
        "characters_after": chars - chars_before - length,
        "characters_before_share": chars_before / np.maximum(chars, 1),
        "paragraphs_before": before,
        "paragraphs_after": longs - before - long,
        "since_paragraph": np.where((before > 0) & ~long, previous, np.where(long, 0, 99)).clip(0, 99),
        "until_paragraph": np.where(longs - before - long > 0, following, np.where(long, 0, 99)).clip(0, 99),
        "paragraph": long.astype(np.float32),
    }
    found |= _runs(document, index, short, length)
    found |= _gaps(lines, document, index, start)
    found |= _against(document, documents, long, columns)
    return {name: column.astype(np.float32) for name, column in found.items()}


def _running(values: Numbers, start: Ints) -> Numbers:
    """Sum of ``values`` over the earlier lines of the same article."""
    upto = np.concatenate([[0.0], np.cumsum(values)])
    before: Numbers = upto[:-1] - upto[start]
    return before


def _until(marked: Bools) -> Ints:
    """Distance to the next marked line."""
    size = len(marked)
    index = np.arange(size)
    ahead = np.minimum.accumulate(np.where(marked, index, 2 * size)[::-1])[::-1]
    return np.asarray(ahead - index)


def _runs(document: Ints, index: Ints, short: Bools, length: Floats) -> Columns:
    """How long the run of short unpunctuated lines is in which a line stands, and where in it."""
    new = np.ones(len(index), np.bool_)
    new[1:] = (short[1:] != short[:-1]) | (document[1:] != document[:-1])
    run = np.cumsum(new) - 1
    size = np.bincount(run)
    begin = np.flatnonzero(new)
    mean = np.bincount(run, length) / np.maximum(size, 1)
    spread = np.sqrt(np.maximum(np.bincount(run, length**2) / np.maximum(size, 1) - mean**2, 0))
    return {
        "short": short.astype(np.float32),
        "run": np.where(short, size[run], 0).astype(np.float32),
        "run_place": np.where(short, index - begin[run], 0).astype(np.float32),
        "run_length": np.where(short, mean[run], -1),
        "run_spread": np.where(short, spread[run], -1),
    }


def _gaps(lines: pl.DataFrame, document: Ints, index: Ints, start: Ints) -> Columns:
    """Blank lines before and after, against what is usual in the article."""
    number = lines["line"].to_numpy().astype(np.int64)
    gap = np.zeros(len(number), np.float32)
    gap[1:] = np.clip(number[1:] - number[:-1] - 1, 0, 9)
    gap[index == start] = 0
    after = np.zeros_like(gap)
    after[:-1] = gap[1:]
    usual = (np.bincount(document, gap) / np.maximum(np.bincount(document) - 1, 1))[document]
    return {"blank_before": gap - usual, "blank_after": after - usual, "blank_usual": usual}


def _against(document: Ints, documents: int, long: Bools, columns: Columns) -> Columns:
    """How a line's typography differs from that of the article's own paragraphs (0 where it has none)."""
    held = document[long]
    paragraphs = np.maximum(np.bincount(held, minlength=documents), 1)
    found: Columns = {}
    for name in (
        "length",
        "titled",
        "capitals",
        "small_share",
        "digit_share",
        "sign_share",
        "word_length",
        "prose_end",
    ):
        mean = np.bincount(held, columns[name][long], minlength=documents) / paragraphs
        if name == "length":
            found["length_to_paragraphs"] = columns[name] / np.maximum(mean[document], 1)
            continue
        found[f"{name}_of_paragraphs"] = mean[document]
        found[f"{name}_to_paragraphs"] = columns[name] - mean[document]
    short = np.bincount(document, ~long, minlength=documents)
    ended = np.bincount(document, (~long) & (columns["prose_end"] > 0), minlength=documents)
    found["short_lines_ended"] = (ended / np.maximum(short, 1))[document]
    order = np.lexsort((columns["length"], document))
    middle = np.searchsorted(document, np.arange(documents)) + np.bincount(document, minlength=documents) // 2
    found["length_to_median"] = columns["length"] / np.maximum(columns["length"][order][middle], 1)[document]
    return found
