"""Takes the survey of a run before its articles are judged."""

from collections.abc import Sequence
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
    """The survey of all inputs; what cannot be read is passed over, since the run itself will say so."""
    if not contract.surveys:
        return None
    notes, fields, read = Notes(folder), FieldMap(contract.fields), 0
    for entry in inputs:
        first = read  # the run's number of the input's first record
        with suppress(InputError), reading(entry, fields) as (_, found):
            for batch in found.batches:
                numbers = pl.Series("record", [first + number for number in batch.numbers], pl.Int64())
                if len(numbers):
                    scraped = batch.scraped.with_columns(numbers)
                    notes.take(identify(scraped, started, contract.origin.allow_networks))
                read += batch.size
    return notes.survey()
