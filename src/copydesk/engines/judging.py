"""One batch from its scraped columns to what the rules say of it, the same in this process and in any other."""

from datetime import datetime
from pathlib import Path

import polars as pl

from copydesk.articles.derive import derive, identify
from copydesk.batch.outcomes import facts
from copydesk.contract import Contract
from copydesk.engines.checking import Examined, examine
from copydesk.notes import note
from copydesk.origin.means import OFFLINE, Means
from copydesk.origin.stage import OriginStage
from copydesk.preparing import prepare
from copydesk.provenance import with_provenance
from copydesk.provenance.attribution import with_attribution
from copydesk.survey import Survey
from copydesk.syndication.comparing import Looked, looked
from copydesk.syndication.sketches import sketch
from copydesk.vocabulary import using


class Judge:
    """Judges batches of one run. ``survey`` is what the run has learned of all its articles, once it has."""

    def __init__(
        self, contract: Contract, started: datetime, means: Means = OFFLINE, scratch: Path | None = None
    ) -> None:
        self._contract, self._started = contract, started
        self.origin = OriginStage(contract.origin, means, scratch)
        self.survey: Survey | None = None

    def note(self, scraped: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
        """What the survey needs of a batch (columns `copydesk.articles.frame.SCRAPED` and `record`), and where the contract
        asks for copies, the sketches of its texts."""
        with using(self._contract.vocabulary):
            articles = self.identified(scraped)
            return *note(articles), *(sketch(articles) if self._contract.syndicates else ())

    def identified(self, scraped: pl.DataFrame) -> pl.DataFrame:
        """What a survey reads of a batch; to be called under the contract's vocabulary."""
        return identify(scraped, self._started, self._contract.origin.allow_networks)

    def credit(self, scraped: pl.DataFrame) -> pl.DataFrame:
        """The article frame of records that may be copies, with what they say of who wrote them; kept pages are not read."""
        with using(self._contract.vocabulary):
            unkept = scraped.with_columns(pl.lit(None, pl.String).alias("html"))
            return with_attribution(derive(unkept, self._started, self._contract.origin.allow_networks))

    def look(self, scraped: pl.DataFrame) -> Looked:
        """What is compared of records that may be copies."""
        return looked(self.credit(scraped))

    def examine(self, scraped: pl.DataFrame) -> tuple[Examined, pl.DataFrame]:
        """What the rules say of a batch, and its `copydesk.batch.outcomes.facts`.

        ``scraped`` has the columns `copydesk.articles.frame.SCRAPED` and `POSITION`.
        """
        with using(self._contract.vocabulary):
            articles = self.prepared(scraped)
            return examine(articles, self._contract), facts(articles, self._started)

    def prepared(self, scraped: pl.DataFrame) -> pl.DataFrame:
        """The article frame of a batch with all that rules and tables read; to be called under the contract's vocabulary."""
        return with_provenance(self.origin.add(self.plain(scraped)))

    def plain(self, scraped: pl.DataFrame) -> pl.DataFrame:
        """The article frame of a batch without the origin's answers and the provenance; to be called as `prepared`."""
        contract = self._contract
        return prepare(
            scraped, self._started, contract.origin.allow_networks, self.survey, contract.judges, contract.kinds
        )
