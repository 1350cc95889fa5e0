"""From scraped columns to the frame that rules see, the same for every engine."""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from copydesk.articles.derive import derive
from copydesk.furniture.judged import with_judged
from copydesk.furniture.lines import lines_of
from copydesk.furniture.marks import MARKS, mark, with_marks, worth_marking
from copydesk.notes import url_keys
from copydesk.survey import Survey
from copydesk.syndication.copies import with_copies
from copydesk.urls.addresses import Network


def prepare(
    scraped: pl.DataFrame,
    started: datetime,
    allow: tuple[Network, ...] = (),
    survey: Survey | None = None,
    judged: bool = True,
    kinds: Collection[str] | None = None,
) -> pl.DataFrame:
    """The article frame with everything that rules read, short of the origin's answers.

    ``scraped`` has the columns `copydesk.articles.frame.SCRAPED` and `record`; ``started`` and ``allow`` are those of
    `derive`; ``survey`` is that of the whole run; without ``judged`` the line model is not asked; ``kinds`` are the marks of
    lines that are read (None: all): without ``judged`` no others need be right.
    """
    known = survey or Survey.nothing()
    articles = with_copies(known.add(derive(scraped, started, allow)), known.copies)
    if not judged and kinds is not None and not kinds:
        return with_marks(articles, pl.DataFrame(schema=MARKS))
    lines = lines_of(articles["body"])
    if not judged and kinds is not None:
        lines = worth_marking(lines, kinds)
    marks = mark(lines, articles, known.templates)
    if judged:
        marks = with_judged(marks, lines, articles, url_keys(articles), known.texts)
    return with_marks(articles, marks)
