"""How likely each line of many articles is page furniture."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from copydesk.furniture import features, page_evidence
from copydesk.furniture.candidates import candidates, of_articles
from copydesk.furniture.characters import Bools, Floats
from copydesk.furniture.model import Model, load
from copydesk.furniture.siblings import NAMES as SIBLINGS

_LINES: Final = 4_000
_ARTICLES: Final = 128
"""Lines and articles that are looked at together: memory stays small however large the batch is."""

_INSIDE: Final = SIBLINGS.index("sibling_inside")


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
    ``dom`` (`copydesk.furniture.dom.dom_features`) and ``siblings`` (`copydesk.furniture.siblings.siblings`) are further
    evidence by line, NaN throughout where a line has none. An article none of whose lines can be furniture costs nothing.
    """
    model = model or load()
    result = np.full(lines.height, np.nan, np.float32)
    further = {"+dom": dom, "+siblings": siblings}
    likely = candidates(lines) | suspected(further, lines.height)
    chosen = np.flatnonzero(of_articles(likely, lines["row"].to_numpy().astype(np.int64)))
    looked = lines[chosen]
    for begin, end in chunks(looked):
        part = chosen[begin:end]
        result[part] = _judged(
            looked[begin:end],
            articles,
            model,
            {kind: None if extra is None else extra[part] for kind, extra in further.items()},
        )
    return result


def suspected(further: dict[str, Floats | None], count: int) -> Bools:
    """The lines that are judged whatever their text: those of a page whose HTML is known, and those that most other records
    of the page lack."""
    found = np.zeros(count, np.bool_)
    if (dom := further["+dom"]) is not None:
        found |= page_evidence.known(dom)
    if (siblings := further["+siblings"]) is not None:
        found |= siblings[:, _INSIDE] < 0.5
    return found


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
    observed = features.observe(lines, articles, model.rarities, model.phrases)
    spoken, wording = features.wording(observed, features.wording_scores(observed, model.wording, model.bias))
    names = observed.names + spoken
    values = [observed.values, wording]
    known: dict[str, Bools] = {}
    if (dom := further["+dom"]) is not None:
        names += page_evidence.NAMES
        values.append(page_evidence.evidence(dom, observed.document))
        known["+dom"] = page_evidence.known(dom)
    if (siblings := further["+siblings"]) is not None:
        names += SIBLINGS
        values.append(siblings)
        known["+siblings"] = page_evidence.known(siblings)
    table = np.concatenate(values, axis=1)
    scores = np.full(lines.height, np.nan, np.float32)
    waiting = observed.candidate | suspected(further, lines.height)
    # the forest that rests on the most evidence that a line has
    for variant in sorted(model.variants, key=lambda name: (-name.count("+"), name)):
        needed = [f"+{kind}" for kind in variant.split("+")[1:]]
        if all(kind in known for kind in needed):
            chosen = waiting & np.logical_and.reduce([np.ones_like(waiting), *(known[kind] for kind in needed)])
            if chosen.any():
                scores[chosen] = model.variants[variant].score(names, table[chosen])
            waiting &= ~chosen
    return scores
