"""Takes the survey of a run, and finds its copies, before its articles are judged."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.contract import Contract
from copydesk.engines.crew import Crew
from copydesk.engines.gathering import together
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
    for noted in crew.answers(map(crew.note, _batches(inputs, contract))):
        notes.take(noted[:2])
        if finder is not None:
            finder.take((noted[2], noted[3]))
    survey = surveyed(*notes.all())
    if contract.judges and survey.shared.height:
        survey = survey.with_texts(_batches(inputs, contract))
    if finder is not None:
        survey = replace(
            survey,
            copies=_copies(finder, _batches(inputs, contract), lambda wanted: crew.answers(map(crew.look, wanted))),
        )
    return survey


def copies_of(scraped: pl.DataFrame, judge: Judge, folder: Path) -> Copies:
    """The copies among the articles of a single frame."""
    finder, noted = Finder(folder / "copies"), judge.note(scraped)
    finder.take((noted[2], noted[3]))
    return _copies(finder, [scraped], lambda wanted: map(judge.look, wanted))


def _copies(
    finder: Finder, batches: Iterable[pl.DataFrame], look: Callable[[Iterable[pl.DataFrame]], Iterable[Looked]]
) -> Copies:
    """The clusters of all texts that ``finder`` has taken; ``look`` sees the articles that may be alike once more, in order."""
    comparison = finder.comparison()
    for seen in look(_wanted(comparison, scraped) for scraped in batches) if len(comparison.wanted) else ():
        comparison.look(seen)
    return comparison.copies()


def _wanted(comparison: Comparison, scraped: pl.DataFrame) -> pl.DataFrame:
    """Those of a batch's articles that are compared."""
    return scraped.filter(pl.col("record").is_in(_among(comparison.wanted, scraped["record"])))


def _batches(inputs: Sequence[Input], contract: Contract) -> Iterator[pl.DataFrame]:
    """The scraped columns and `record` of every batch, small ones in one; what cannot be read is passed over, since the run
    itself will say so."""
    return together(_each_batch(inputs, contract))


def _each_batch(inputs: Sequence[Input], contract: Contract) -> Iterator[pl.DataFrame]:
    fields, read = FieldMap(contract.fields), 0
    for entry in inputs:
        first = read  # the run's number of the input's first record
        with suppress(InputError), reading(entry, fields) as (_, found):
            for batch in found.batches:
                if batch.numbers:
                    yield batch.placed(first)
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
