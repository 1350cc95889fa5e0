"""The numbers that the line model sees: one row per line, for all lines of many articles at once.

No feature names an extractor or a publisher, and none depends on which other articles are in the batch.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.furniture import ngrams
from copydesk.furniture.candidates import beside, candidates
from copydesk.furniture.characters import Bools, Characters, Floats, Ints, characters, shortened
from copydesk.furniture.lexicon import Lexicon, hits
from copydesk.furniture.shape import Columns, shape
from copydesk.furniture.structure import is_long, structure
from copydesk.furniture.topic import rarity, topic
from copydesk.furniture.words import words

NEAR: Final = (
    "length", "titled", "small_share", "prose_end", "digits", "label_only", "phrase", "phrase_related-link",
    "phrase_read-more", "phrase_social-share", "in_paragraphs", "nowhere", "rare_nowhere", "first_class", "blank_before",
    "paragraph", "names", "common", "sign_share", "in_title", "credit_end",
)  # fmt: skip
"""Features that a line also sees of the lines around it."""

AROUND: Final = (-2, -1, 1, 2)

READ_LENGTH: Final = 330.0
"""Above this length the wording of a line that ends as a sentence does is not looked at."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of each line before any model has spoken: ``names`` and ``values`` (lines × names) in parallel;
    ``read`` marks the lines whose wording is looked at, ``candidate`` those that can be furniture by their text; ``text`` are
    the characters of all."""

    names: tuple[str, ...]
    values: Floats
    read: Bools
    candidate: Bools
    document: Ints
    text: Characters


def observe(lines: pl.DataFrame, articles: pl.DataFrame, rarities: npt.NDArray[np.uint8], phrases: Lexicon) -> Observed:
    """Features of ``lines`` (`lines_of` of the articles' bodies, ``row`` being a row of ``articles``).

    ``articles`` has title, byline, source, url_host and original_url; ``rarities`` is the model's table of word rarity,
    ``phrases`` those that are sought.
    """
    rows, document = np.unique(lines["row"].to_numpy(), return_inverse=True)
    document = document.astype(np.int64)
    texts = shortened(lines["text"])
    text = characters(texts)
    known = words(text)
    candidate = candidates(lines)
    near = beside(candidate, document)
    columns = shape(texts, text, known, near)
    long = is_long(columns)
    about = _about(articles[rows.astype(np.uint32)] if len(rows) else articles.head(0))
    columns |= structure(lines, document, columns)
    columns |= topic(known, rarity(known, rarities), document, long, {name: words(c) for name, c in about.items()})
    read = near & ((columns["length"] <= READ_LENGTH) | (columns["prose_end"] == 0))
    columns |= hits(text, read, phrases)
    candidate = candidate | (columns["phrase"] > 0)
    columns |= {f"{name}_{step:+d}": _beside(columns[name], document, step) for name in NEAR for step in AROUND}
    columns |= _means(columns, document)
    return Observed(tuple(columns), np.stack(list(columns.values()), axis=1), read, candidate, document, text)


def _about(articles: pl.DataFrame) -> dict[str, Characters]:
    """The texts beside the body that say what an article is about and who made it."""
    slug = pl.col("original_url").str.replace(r"^[^/]*//[^/]*", "").str.replace_all(r"[?#].*", "")
    site = pl.concat_str(pl.col("source").fill_null(""), pl.lit(" "), pl.col("url_host").fill_null(""))
    table = articles.select_seq(
        pl.col("title").str.head(300).fill_null(""),
        slug.str.head(300).fill_null("").alias("slug"),
        pl.col("byline").str.head(300).fill_null(""),
        site.alias("site"),
    )
    return {column.name: characters(column) for column in table}


def _beside(column: Floats, document: Ints, step: int) -> Floats:
    """``column`` of the line ``step`` lines on in the same article; NaN where there is none."""
    moved = np.full(len(column), np.nan, np.float32)
    size = abs(step)
    if len(column) > size:
        here, there = (slice(None, -size), slice(size, None)) if step > 0 else (slice(size, None), slice(None, -size))
        moved[here] = np.where(document[here] == document[there], column[there], np.nan)
    return moved


def _means(columns: Columns, document: Ints) -> Columns:
    """Means over the whole article and over the short lines of it."""
    found = {}
    size = np.maximum(np.bincount(document), 1)
    for name in ("phrase", "nowhere", "prose_end", "titled", "short"):
        found[f"{name}_mean"] = (np.bincount(document, columns[name]) / size)[document].astype(np.float32)
    return found


def wording(observed: Observed, scores: Floats) -> tuple[tuple[str, ...], Floats]:
    """Features from the linear models' log-odds ``scores`` (lines × models, the first being that of furniture at all):
    those of the line, the first also of the lines around it, its mean over the article and over the lines about."""
    document = observed.document
    main = scores[:, 0]
    columns: Columns = {f"wording_{k}": scores[:, k] for k in range(scores.shape[1])}
    # a line that is not looked at reads as prose
    filled = np.nan_to_num(main, nan=-4.0)
    for step in (-3, -2, -1, 1, 2, 3):
        columns[f"wording_{step:+d}"] = _beside(filled, document, step)
    size = np.maximum(np.bincount(document), 1)
    columns["wording_mean"] = (np.bincount(document, filled) / size)[document].astype(np.float32)
    columns["wording_high"] = (np.bincount(document, filled > 0) / size)[document].astype(np.float32)
    near = np.stack([columns[f"wording_{step:+d}"] for step in (-3, -2, -1, 1, 2, 3)])
    known = ~np.isnan(near)
    columns["wording_near"] = np.where(known, near, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return tuple(columns), np.stack(list(columns.values()), axis=1).astype(np.float32)


def wording_scores(observed: Observed, weights: Floats, bias: Floats) -> Floats:
    """The linear models' log-odds for the lines that are looked at; NaN for the others."""
    return ngrams.scores(observed.text, observed.read, weights, bias)
