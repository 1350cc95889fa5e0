"""Takes the survey of a run, and finds its copies, before its articles are judged."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.contract import Contract
from copydesk.engines.crew import Crew
from copydesk.engines.judging import Judge
from copydesk.errors import InputError
from copydesk.notes import Notes
from copydesk.survey import Survey, surveyed
from copydesk.syndication.comparing import Comparison, Looked
from copydesk.syndication.copies import Copies
from copydesk.syndication.finding import Finder
from copydesk.vocabulary import using


def survey_inputs(inputs: Sequence[Input], contract: Contract, crew: Crew, folder: Path) -> Survey:
    """The survey of all inputs, which are read once for it, and again where records share URLs and lines are judged, and where
    texts may be copies."""
    notes, finder = Notes(folder), Finder(folder / "copies") if contract.syndicates else None
    pending: deque[tuple[None, Future[tuple[pl.DataFrame, ...]]]] = deque()

    def take(noted: tuple[pl.DataFrame, ...]) -> None:
        notes.take(noted[:2])
        if finder is not None:
            finder.take((noted[2], noted[3]))

    for scraped in _batches(inputs, contract):
        pending.append((None, crew.note(scraped)))
        for _, noted in crew.finished(pending):
            take(noted)
    for _, answer in pending:
        take(answer.result())
    survey = surveyed(*notes.all())
    if contract.judges and survey.shared.height:
        survey = survey.with_texts(_batches(inputs, contract))
    if finder is not None:
        survey = replace(survey, copies=_copies(finder, _batches(inputs, contract), crew))
    return survey


def copies_of(scraped: pl.DataFrame, judge: Judge, folder: Path) -> Copies:
    """The copies among the articles of a single frame."""
    finder, noted = Finder(folder / "copies"), judge.note(scraped)
    finder.take((noted[2], noted[3]))
    comparison = finder.comparison()
    if len(comparison.wanted):
        comparison.look(judge.look(_wanted(comparison, scraped)))
    return comparison.copies()


def _copies(finder: Finder, batches: Iterable[pl.DataFrame], crew: Crew) -> Copies:
    """The clusters of all texts that ``finder`` has taken; of those that may be alike it sees the articles once more."""
    comparison = finder.comparison()
    pending: deque[tuple[None, Future[Looked]]] = deque()
    for scraped in batches if len(comparison.wanted) else ():
        pending.append((None, crew.look(_wanted(comparison, scraped))))
        for _, seen in crew.finished(pending):
            comparison.look(seen)
    for _, answer in pending:
        comparison.look(answer.result())
    return comparison.copies()


def _wanted(comparison: Comparison, scraped: pl.DataFrame) -> pl.DataFrame:
    """Those of a batch's articles that are compared."""
    return scraped.filter(pl.col("record").is_in(_among(comparison.wanted, scraped["record"])))


def _batches(inputs: Sequence[Input], contract: Contract) -> Iterator[pl.DataFrame]:
    """The scraped columns and `record` of every batch; what cannot be read is passed over, since the run itself will say so."""
    fields, read = FieldMap(contract.fields), 0
    for entry in inputs:
        first = read  # the run's number of the input's first record
        with suppress(InputError), reading(entry, fields) as (_, found):
            for batch in found.batches:
                numbers = pl.Series("record", [first + number for number in batch.numbers], pl.Int64())
                if len(numbers):
                    yield batch.scraped.with_columns(numbers)
                read += batch.size


def _among(wanted: pl.Series, records: pl.Series) -> pl.Series:
    """Those of ``wanted``, which ascend, that may be among ``records``, which do so too."""
    start, end = wanted.search_sorted(records[0]), wanted.search_sorted(records[-1], side="right")
    return wanted[start:end].implode()


def survey_frame(articles: pl.DataFrame, contract: Contract, judge: Judge, scratch: Path) -> Survey | None:
    """The survey of ``articles`` (columns as `Judge.note` takes them) that are a run by themselves; None where no rule of the
    contract needs one. What is known of copies stays in the folder ``scratch`` while the survey is used."""
    if not contract.surveys:
        return None
    with using(contract.vocabulary):
        survey = Survey.of(judge.identified(articles))
    return replace(survey, copies=copies_of(articles, judge, scratch)) if contract.syndicates else survey
