"""How a run ends, whatever the engine: from its tables and counts to suites, drift, gate, summary and reports."""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from copydesk.baseline import Ledger, notes, stale_suppressions
from copydesk.batch import suites
from copydesk.batch.beside import Beside
from copydesk.contract import Contract
from copydesk.engines.tables import rule_slugs
from copydesk.engines.tally import Tally, run_id, summary_of
from copydesk.errors import InputError
from copydesk.gate import decide
from copydesk.history.drifts import Comparison
from copydesk.history.keeper import Keeper
from copydesk.rules import REGISTRY
from copydesk.rundir import write_json


@dataclass
class Conclusion:
    """The end of one run of ``contract`` that was ``started`` for the run directory ``out``, compared with the ``history``.

    Making it reads the suites: raises ContractError or UsageError for what could not be concluded, before a record is read.
    """

    contract: Contract
    out: Path
    started: datetime
    history: Path | None = None
    _suites: list[suites.Suite] = field(init=False)
    _keeper: Keeper = field(init=False)
    _passed: bool = field(default=False, init=False)
    _beside: Beside | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if "openlineage" in self.contract.outputs:
            from copydesk.report import openlineage

            openlineage.require()
        self._suites = [suites.read(path, self.contract.catalogue) for path in self.contract.suites]
        self._keeper = Keeper(self.history, self.contract, self.run_id, self.started)

    def __enter__(self) -> "Conclusion":
        return self

    def __exit__(self, *_: object) -> None:
        if self._beside is not None:
            self._beside.stop()

    def foresee(self, articles: int) -> None:
        """Loads Great Expectations in a process of its own where ``articles``, so many at least, are enough for a suite."""
        needed = any(suite.over == "batch" and suite.minimum <= articles for suite in self._suites)
        # another process would not know what plugins and the program around this one declare
        own = self.contract.catalogue.keys() != REGISTRY.keys() or "great_expectations" in sys.modules
        if needed and not own:
            with suppress(OSError):
                self._beside = Beside()

    @property
    def run_id(self) -> str:
        """What names the run in its summary, its provenance and its history."""
        return run_id(self.contract, self.started)

    def conclude(
        self,
        staging: Path,
        tally: Tally,
        ledger: Ledger | None,
        errors: Sequence[str],
        captures: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Writes summary and reports beside the tables in ``staging``, and returns the summary.

        ``errors`` tell what could not be read, ``captures`` which files of captures were looked into. Raises InputError where no
        record was read.
        """
        if not tally.read:
            raise InputError("\n".join(errors) or "the inputs hold no record")
        tally.note(_shared_ids(staging / "articles.parquet"))
        tally.note(_other_names(tally))
        tally.note(_other_sources(self.contract, tally))
        results = self._judge_batch(staging, tally)
        compared = self._compare(staging, tally, complete=not errors)
        decision = decide(self.contract.gate, tally.counts, tally.warned, results, compared.drift)
        self._passed = decision.passed
        stale = stale_suppressions(tally.suppressed, self.contract.suppress, tally.suppressed_ids_seen)
        tally.note(notes(ledger.summary() if ledger else None, stale))
        summary = summary_of(
            self.contract, tally, self.started, results, decision, errors, ledger, stale, captures, compared
        )
        write_json(staging / "summary.json", summary)
        self._report(staging)
        return summary

    def enter(self) -> str | None:
        """Enters the run into the history, once it is complete; returns what went wrong with that, if anything did."""
        return self._keeper.enter(self._passed)

    def _judge_batch(self, staging: Path, tally: Tally) -> list[dict[str, Any]]:
        wanted = "data-docs" in self.contract.outputs
        documents = staging / "data_docs"
        judge = self._beside.run if self._beside else suites.run
        results = judge(
            self._suites,
            staging / "outcomes.parquet",
            tally.articles,
            documents if wanted else None,
            self.run_id,
        )
        if wanted and not documents.exists():
            tally.note(["no Data Docs were written: no suite applies to so few articles"])
        return results

    def _compare(self, staging: Path, tally: Tally, *, complete: bool) -> Comparison:
        compared = self._keeper.compare(staging, rule_slugs(self.contract), tally.inputs, complete, tally.counts)
        tally.note(compared.notes)
        return compared

    def _report(self, staging: Path) -> None:
        from copydesk.report import render

        render(staging)
        if "openlineage" in self.contract.outputs:
            from copydesk.report import openlineage

            text = openlineage.render(staging, self.out, self.contract.name)
            (staging / "openlineage.json").write_text(text, encoding="utf-8")


_EXPECTED: Final = {"title": "title-missing", "body": "body-missing", "URL": "url-missing", "date": "date-missing"}
"""What nearly every record of a scraper has, and the rule that misses it."""

_OF_THEIR_OWN: Final = frozenset({"story", "html", "warc", "feed", "sitemap", "newsml"})
"""Formats whose fields nobody names."""


def _other_names(tally: Tally) -> list[str]:
    """A note where two things or more are missing from every record: that is no layout change, they are called otherwise."""
    missing = [name for name, rule in _EXPECTED.items() if 0 < tally.articles == tally.failed[rule]]
    if len(missing) < 2 or not _OF_THEIR_OWN.isdisjoint(one["format"] for one in tally.inputs):
        return []
    said = f"{', a '.join(missing[:-1])} or a {missing[-1]}"
    return [
        f"no record has a {said} under a name that is known: `copydesk init --from` guesses what yours are called, and `fields` "
        "in the contract says it"
    ]


_ADDRESS: Final = re.compile(r"^(?:https?://)?(?:www\.)?|/*$")
"""What people write around the name of a site."""


def _other_sources(contract: Contract, tally: Tally) -> list[str]:
    """A note for each source that the contract names in another way than its articles do: what it says of it holds for nobody."""
    named = {source for check in contract.checks for source in check.sources} - tally.sources.keys()
    if not named:
        return []
    there = {_ADDRESS.sub("", source.casefold()): source for source in tally.sources}
    return [
        f"the contract names the source {name}, which has no article here: {source} has"
        for name in sorted(named)
        if (source := there.get(_ADDRESS.sub("", name.casefold())))
    ]


def _shared_ids(articles: Path) -> list[str]:
    """A note where several records have one id: findings then need the record's number to tell them apart."""
    ids, records = pl.col("article_id"), pl.col("record")
    digests = pl.scan_parquet(articles).select(ids.hash()).collect(engine="streaming").to_series().sort()
    suspects = digests.filter(digests == digests.shift()).unique()  # a million ids would take a hundred bytes each
    shared = (
        pl.scan_parquet(articles)
        .filter(ids.hash().is_in(suspects.implode()))
        .group_by("article_id")
        .agg(records.min().alias("first"), records.max().alias("last"), pl.len().alias("count"))
        .filter(pl.col("count") > 1)
        .sort("first")
        .collect()
    )
    if shared.is_empty():
        return []
    name, first, last, count = shared.row(0)
    what = "one id is" if shared.height == 1 else f"{shared.height:,} ids are"
    return [f"{what} shared by several records: {name!r} by {count:,}, the first is record {first}, the last {last}"]
