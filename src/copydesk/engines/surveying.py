"""Takes the survey of a run before its articles are judged."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import polars as pl

from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.contract import Contract
from copydesk.engines.crew import Crew
from copydesk.errors import InputError
from copydesk.survey import BatchNotes, Notes, Survey


def survey_inputs(inputs: Sequence[Input], contract: Contract, crew: Crew, folder: Path) -> Survey:
    """The survey of all inputs, which are read once for it, and again where records share URLs and lines are judged."""
    notes = Notes(folder)
    pending: deque[tuple[None, Future[BatchNotes]]] = deque()
    for scraped in _batches(inputs, contract):
        pending.append((None, crew.note(scraped)))
        for _, noted in crew.finished(pending):
            notes.take(noted)
    for _, answer in pending:
        notes.take(answer.result())
    survey = notes.survey()
    if contract.judges and survey.shared.height:
        survey = survey.with_texts(_batches(inputs, contract))
    return survey


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
