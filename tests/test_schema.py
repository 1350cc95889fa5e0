"""The rules of a contract asked of a frame: by pandera, and by polars in threads of their own."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import contract as contracts
from copydesk.articles.fields import FieldMap
from copydesk.articles.inputs import expand, reading
from copydesk.engines.judging import Judge
from copydesk.errors import RuleError
from copydesk.processes import lanes
from copydesk.schema import backend, validate
from copydesk.vocabulary import using


@pytest.fixture(scope="module")
def contract() -> contracts.Contract:
    return contracts.read()


@pytest.fixture(scope="module")
def articles(contract: contracts.Contract) -> pl.DataFrame:
    """Articles with defects of all kinds, as the rules see them."""
    path = Path(__file__).resolve().parent.parent / "fixtures" / "defects"
    frames = []
    for entry in expand([str(path)]):
        with reading(entry, FieldMap({})) as (_, read):
            frames += [batch.scraped for batch in read.batches]
    scraped = pl.concat(frames)
    number = pl.int_range(pl.len(), dtype=pl.Int64)
    scraped = scraped.with_columns(number.alias("record"), pl.lit("in").alias("input"), number.alias("position"))
    with using(contract.vocabulary):
        return Judge(contract, datetime(2026, 1, 5, tzinfo=UTC)).prepared(scraped)


def test_pandera_says_the_same_with_its_own_backend(contract: contracts.Contract, articles: pl.DataFrame) -> None:
    failed = validate(contract.schema, articles, contract.checks, contract.outcomes)
    assert len(failed) > 20
    record = contract.schema.columns["record"]
    plain = pa.DataFrameSchema({"record": pa.Column(pl.Int64, record.checks)})
    judged = articles.select("record").with_columns(lanes.select(articles, contract.outcomes))
    with pytest.raises(pa.errors.SchemaErrors) as raised:
        plain.validate(judged, lazy=True)
    said = {int(error.check.name): error.check_output.to_series(0) for error in raised.value.schema_errors}
    assert said.keys() == failed.keys()
    assert all(failed[index].equals(said[index]) for index in said)


def test_a_column_of_another_type_is_no_verdict(contract: contracts.Contract, articles: pl.DataFrame) -> None:
    schema = contract.schema
    schema.metadata = None
    with pytest.raises(RuleError, match="String"):
        validate(schema, articles.with_columns(pl.lit(1).alias("title")), (), ())


def test_lanes_say_what_one_query_says(contract: contracts.Contract, articles: pl.DataFrame) -> None:
    for _ in range(2):  # patterns are compiled the first time and remembered the second
        assert lanes.select(articles, contract.outcomes).equals(articles.select(contract.outcomes))


@given(st.lists(st.sampled_from("abc"), max_size=3 * lanes.SHARE + 1))
def test_lanes_keep_the_order(names: list[str]) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5, 6]})
    expressions = [pl.col(name).alias(str(index)) for index, name in enumerate(names)]
    assert lanes.select(frame, expressions).equals(frame.select(expressions))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_process_that_forks_has_lanes_of_its_own() -> None:
    lanes.select(pl.DataFrame({"a": [1]}), [pl.col("a")])
    child = os.fork()
    if not child:
        os._exit(bool(lanes._threads))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_null_is_a_failure() -> None:
    check = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) > 1), ignore_na=False)
    schema = backend.Schema({"a": backend.Column(pl.Int64(), check, nullable=True)})
    schema.validate(pl.DataFrame({"a": [2, 3]}), lazy=True)
    with pytest.raises(pa.errors.SchemaErrors):
        schema.validate(pl.DataFrame({"a": [2, None]}), lazy=True)
