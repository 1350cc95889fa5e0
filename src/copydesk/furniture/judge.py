"""How likely each line of many articles is page furniture."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from copydesk.furniture import features
from copydesk.furniture.characters import Floats
from copydesk.furniture.model import Model, load
from copydesk.furniture.siblings import NAMES as SIBLINGS

_LINES: Final = 4_000
_ARTICLES: Final = 128
"""Lines and articles that are looked at together: memory stays small however large the batch is."""


def judge(
    lines: pl.DataFrame,
    articles: pl.DataFrame,
    dom: Floats | None = None,
    siblings: Floats | None = None,
    model: Model | None = None,
) -> Floats:
    """A score from 0 to 1 per line; NaN where a line is not to be judged because it cannot be furniture.

    A score of 0.95 means: of the lines of other publishers with this score or more, about 95 in 100 are furniture.
    ``lines`` are `lines_of` of the articles' bodies; ``articles`` has title, byline, source, url_host and original_url.
    ``dom`` and ``siblings`` are further evidence by line, NaN throughout where a line has none.
    """
    model = model or load()
    result = np.full(lines.height, np.nan, np.float32)
    for begin, end in chunks(lines):
        part = slice(begin, end)
        result[part] = _judged(
            lines[begin:end],
            articles,
            model,
            {"+dom": None if dom is None else dom[part], "+siblings": None if siblings is None else siblings[part]},
        )
    return result


def chunks(lines: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Spans of lines that hold whole articles."""
    if lines.is_empty():
        return
    rows = lines["row"].to_numpy()
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 1.0))
    begin, articles = 0, 0
    for start in starts.tolist():
        if start > begin and (start - begin >= _LINES or articles >= _ARTICLES):
            yield begin, start
            begin, articles = start, 0
        articles += 1
    yield begin, len(rows)


def _judged(lines: pl.DataFrame, articles: pl.DataFrame, model: Model, further: dict[str, Floats | None]) -> Floats:
    observed = features.observe(lines, articles, model.rarities)
    spoken, wording = features.wording(observed, features.wording_scores(observed, model.wording, model.bias))
    names = observed.names + spoken
    values = [observed.values, wording]
    known = {}
    for kind, extra in further.items():
        if extra is not None:
            names += SIBLINGS if kind == "+siblings" else dom_names(extra.shape[1])
            values.append(extra)
            known[kind] = ~np.isnan(extra).all(axis=1)
    table = np.concatenate(values, axis=1)
    scores = np.full(lines.height, np.nan, np.float32)
    waiting = observed.candidate.copy()
    if (seen := further["+siblings"]) is not None:
        # a long line too, where most other records of the page lack it
        waiting |= observed.read & (seen[:, SIBLINGS.index("sibling_inside")] < 0.5)
    # the forest that rests on the most evidence that a line has
    for variant in sorted(model.variants, key=lambda name: (-name.count("+"), name)):
        needed = [f"+{kind}" for kind in variant.split("+")[1:]]
        if all(kind in known for kind in needed):
            chosen = waiting & np.logical_and.reduce([np.ones_like(waiting), *(known[kind] for kind in needed)])
            scores[chosen] = model.variants[variant].score(names, table[chosen])
            waiting &= ~chosen
    return scores


def dom_names(count: int) -> tuple[str, ...]:
    """Names of the ``count`` features that come from the page's HTML."""
    return tuple(f"dom_{k}" for k in range(count))
