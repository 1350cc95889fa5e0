"""From scraped columns to the frame that rules see, the same for every engine."""

from datetime import datetime

import polars as pl

from copydesk.articles.derive import derive
from copydesk.furniture.marks import mark
from copydesk.origin.addresses import Network
from copydesk.survey import Survey


def prepare(
    scraped: pl.DataFrame, started: datetime, allow: tuple[Network, ...] = (), survey: Survey | None = None
) -> pl.DataFrame:
    """The article frame with everything that rules read, short of the origin's answers.

    ``scraped`` has the columns `copydesk.articles.frame.SCRAPED` and `record`; ``started`` and ``allow`` are those of
    `derive`; ``survey`` is that of the whole run.
    """
    known = survey or Survey.nothing()
    return mark(known.add(derive(scraped, started, allow)), known.templates)
