"""Takes the survey of a run before its articles are judged."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import polars as pl

from copydesk.articles.derive import identify
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import Input, reading
from copydesk.contract import Contract
from copydesk.errors import InputError
from copydesk.survey import Notes, Survey


def survey_inputs(inputs: Sequence[Input], contract: Contract, started: datetime, folder: Path) -> Survey | None:
    """The survey of all inputs, which are read once for it, and again where records share URLs and lines are judged."""
    if not contract.surveys:
        return None
    notes = Notes(folder)
    for articles in _articles(inputs, contract, started):
        notes.take(articles)
    survey = notes.survey()
    if contract.judges and len(survey.shared):
        survey = survey.with_texts(_articles(inputs, contract, started))
    return survey


def _articles(inputs: Sequence[Input], contract: Contract, started: datetime) -> Iterator[pl.DataFrame]:
    """What `Notes` takes, batch by batch; what cannot be read is passed over, since the run itself will say so."""
    fields, read = FieldMap(contract.fields), 0
    for entry in inputs:
        first = read  # the run's number of the input's first record
        with suppress(InputError), reading(entry, fields) as (_, found):
            for batch in found.batches:
                numbers = pl.Series("record", [first + number for number in batch.numbers], pl.Int64())
                if len(numbers):
                    yield identify(batch.scraped.with_columns(numbers), started, contract.origin.allow_networks)
                read += batch.size
