"""Expectations for frames of one's own: real pandas, a real SQLite database, real Spark where it is installed."""

import doctest
import importlib.util
import json
import os
import shutil
import sqlite3
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # Spark's workers would take the `python3` of the PATH

import great_expectations as gx
import pandas as pd

from copydesk.batch import expectations, values
from copydesk.batch.expectations import columns, pairs, sources

LONG = "The ferry to the outer island runs again after two weeks in the dock. " * 2
NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)

FRAME: dict[str, list[Any]] = {
    "url": [
        "https://www.harbourpost.com/ferry",
        "http://http://example.com/",
        "/ferry",
        "https://u:p@x.example/",
        None,
    ],
    "title": ["Ferry resumes", "The Harbour Post", "運航再開", "Fähre fährt", None],
    "page": ["https://www.harbourpost.com/ferry"] * 5,
    "author": ["By AFP", "Ana Lindqvist", "新华社", "picture alliance/dpa", None],
    "body": [
        LONG + "\n(AFP)",
        "Please enable JavaScript.",
        "渡船恢复运行" * 8,
        LONG + "\nLesen Sie auch: Der Hafen",
        None,
    ],
    "signed": [LONG + "\n(AFP)", LONG + "\n(AFP)", LONG, LONG, None],
    "at": [NOW, NOW + timedelta(days=30), NOW + timedelta(hours=2), NOW - timedelta(days=30), None],
    "source": ["a", "a", "a", "b", None],
}

CASES: dict[str, tuple[Any, list[int], bool]] = {
    "urls": (expectations.ExpectColumnValuesToBeWellFormedUrls(column="url"), [1, 2, 3], False),
    "links": (expectations.ExpectColumnValuesToHoldNoRelatedLink(column="body"), [3], False),
    "agency": (expectations.ExpectColumnValuesToCreditAnAgency(column="author"), [1, 3], False),
    "afp": (expectations.ExpectColumnValuesToCreditAnAgency(column="author", agency="afp"), [1, 2, 3], False),
    "long": (expectations.ExpectColumnValuesToBeLongEnough(column="body", minimum=120), [1], False),
    "future": (expectations.ExpectColumnValuesNotToBeInTheFuture(column="at"), [1], True),
    "rule": (
        expectations.ExpectColumnValuesToPassRule(column="body", rule="body-too-short", parameters={"minimum": 200}),
        [0, 1, 2, 3],
        False,
    ),
    "title": (expectations.ExpectColumnPairTitleNotToBeSiteName(column_A="title", column_B="page"), [1], False),
    "signed": (expectations.ExpectColumnPairBylineToNameAgency(column_A="author", column_B="signed"), [1], False),
}
"""An expectation, the rows that fail it, and whether SQL can evaluate it just so."""


@pytest.fixture(scope="module")
def context() -> Any:
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    return made


Batch = Any


@pytest.fixture(scope="module")
def pandas_batch(context: Any) -> Batch:
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("articles")
    definition = asset.add_batch_definition_whole_dataframe("all")
    return definition.get_batch(batch_parameters={"dataframe": pd.DataFrame(FRAME)})


@pytest.fixture(scope="module")
def sqlite_batch(context: Any, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    pytest.importorskip("sqlalchemy")
    path = tmp_path_factory.mktemp("sql") / "articles.db"
    frame = pd.DataFrame(FRAME)
    frame["at"] = frame["at"].dt.strftime("%Y-%m-%d %H:%M:%S.%f")  # as SQLAlchemy keeps instants there
    connection = sqlite3.connect(path)
    connection.execute("create table articles (url, title, page, author, body, signed, at datetime, source)")
    frame.astype(object).where(frame.notna(), None).to_sql("articles", connection, index=False, if_exists="append")
    connection.close()
    source = context.data_sources.add_sqlite("sqlite", connection_string=f"sqlite:///{path}")
    definition = source.add_table_asset("articles", table_name="articles").add_batch_definition_whole_table("all")
    return definition.get_batch()


@pytest.fixture(scope="module")
def spark_batch(context: Any) -> Iterator[Batch]:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("Spark is not here: pip install 'pyspark>=4.1,<4.2', and Java 17")
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "1"}
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    rows = list(zip(*FRAME.values(), strict=True))
    frame = session.createDataFrame(rows, list(FRAME))
    source = context.data_sources.add_spark("spark")
    definition = source.add_dataframe_asset("articles").add_batch_definition_whole_dataframe("all")
    yield definition.get_batch(batch_parameters={"dataframe": frame})
    session.stop()


def judged(batch: Batch, expectation: Any) -> tuple[list[Any], dict[str, Any]]:
    """What an expectation finds at fault, and its whole result."""
    result = batch.validate(expectation, result_format="COMPLETE").to_json_dict()
    return result["result"].get("unexpected_list", []), result


def failing(expectation: Any, rows: list[int]) -> list[Any]:
    """The values of the rows that ought to fail."""
    kwargs = expectation.configuration.kwargs
    if "column" in kwargs:
        return [FRAME[kwargs["column"]][row] for row in rows]
    return [[FRAME[kwargs["column_A"]][row], FRAME[kwargs["column_B"]][row]] for row in rows]


def as_text(found: Any) -> Any:
    return [
        list(map(str, value)) if isinstance(value, list | tuple) else str(value).replace(" ", "T") for value in found
    ]


@pytest.mark.parametrize("case", CASES)
def test_pandas_finds_the_rows_at_fault(case: str, pandas_batch: Batch) -> None:
    expectation, rows, _ = CASES[case]
    found, result = judged(pandas_batch, expectation)
    expected = [value.isoformat() if isinstance(value, datetime) else value for value in failing(expectation, rows)]
    assert as_text(found) == as_text(expected)
    assert (result["success"], result["result"]["element_count"]) == (False, 5)


def test_spark_finds_what_pandas_finds(spark_batch: Batch, pandas_batch: Batch) -> None:
    suite = gx.ExpectationSuite(name="all", expectations=[expectation for expectation, _, _ in CASES.values()])
    told = []
    for batch in (spark_batch, pandas_batch):
        results = [entry.to_json_dict() for entry in batch.validate(suite, result_format="COMPLETE").results]
        assert not [entry for entry in results if not entry["result"]]
        told.append(
            {
                json.dumps(entry["expectation_config"]["kwargs"] | {"batch_id": 0}): (
                    entry["success"],
                    entry["result"]["unexpected_count"],
                    as_text(entry["result"]["unexpected_list"]),
                )
                for entry in results
            }
        )
    assert told[0] == told[1]
    assert len(told[0]) == len(CASES)


@pytest.mark.parametrize("case", CASES)
def test_sql_finds_the_same_or_says_that_it_cannot(case: str, sqlite_batch: Batch) -> None:
    expectation, rows, in_sql = CASES[case]
    found, result = judged(sqlite_batch, expectation)
    if case == "long":  # dense scripts count as any other in SQL, which the documentation says
        assert found == [FRAME["body"][1], FRAME["body"][2]]
    elif in_sql:
        assert [str(value)[:19] for value in found] == [str(value) for value in failing(expectation, rows)]
    else:
        [trouble] = result["exception_info"].values()
        assert trouble["raised_exception"]
        assert "SQL cannot express" in trouble["exception_message"]
        assert "docs/great-expectations.md" in trouble["exception_message"]


@pytest.mark.parametrize("engine", ["pandas", "sqlite", "spark"])
def test_a_source_without_a_new_article_is_not_fresh(engine: str, request: pytest.FixtureRequest) -> None:
    batch = request.getfixturevalue(f"{engine}_batch")
    fresh = expectations.ExpectSourcesToBeFresh(column="at", source_column="source", hours=168)
    _, result = judged(batch, fresh)
    assert (result["success"], result["result"]["observed_value"]) == (False, "1 of 2 sources not fresh: b")
    month = expectations.ExpectSourcesToBeFresh(column="at", source_column="source", hours=24 * 31)
    assert judged(batch, month)[1]["success"]
    half = expectations.ExpectSourcesToBeFresh(column="at", source_column="source", mostly=0.5)
    assert judged(batch, half)[1]["success"]


def test_text_dates_are_read_as_copydesk_reads_them(context: Any) -> None:
    later = f"{NOW + timedelta(days=400):%d %B %Y}"
    asset = context.data_sources.add_pandas("texts").add_dataframe_asset("articles")
    frame = pd.DataFrame({"date": [later, "14. Juni 2025", "no date at all"]})
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
    assert judged(batch, expectations.ExpectColumnValuesNotToBeInTheFuture(column="date"))[0] == [later]


def test_an_unknown_rule_is_named(pandas_batch: Batch) -> None:
    _, result = judged(pandas_batch, expectations.ExpectColumnValuesToPassRule(column="body", rule="no-such-rule"))
    assert "no-such-rule" in json.dumps(result["exception_info"])
    assert not result["success"]


def test_mostly_null_rows_and_an_index_of_ones_own_are_kept_apart() -> None:
    column = pd.Series([None, "By AFP", "Ana"], index=["x", "y", "z"], dtype=object)
    told = values.of_pandas(values.credits_agency, [column], {})
    assert told.to_dict() == {"x": True, "y": True, "z": False}
    assert values.of_pandas(values.credits_agency, [column[:1]], {}).to_list() == [True]
    assert values.of_pandas(values.credits_agency, [column[:0]], {}).to_list() == []


ALL = [
    *(expectation for expectation, _, _ in CASES.values()),
    expectations.ExpectSourcesToBeFresh(column="at", source_column="source"),
]


@pytest.mark.parametrize("expectation", ALL, ids=lambda e: type(e).__name__)
def test_an_expectation_reads_well_and_survives_its_json(expectation: Any) -> None:
    data = json.loads(json.dumps(expectation.configuration.to_json_dict()))
    again = gx.ExpectationSuite(name="s", expectations=[data]).expectations[0]
    assert type(again) is type(expectation)
    assert again.configuration.kwargs == expectation.configuration.kwargs
    again.render()
    [shown] = again.rendered_content
    assert "Rendering failed" not in shown.value.template
    assert shown.value.template.endswith(".")
    [legacy] = type(again)._prescriptive_renderer(configuration=again.configuration)
    assert legacy.string_template["template"] == shown.value.template
    params = legacy.string_template["params"]
    assert all(params.get(name) is not None for name in _names(legacy.string_template["template"]))


def _names(template: str) -> list[str]:
    return string.Template(template).get_identifiers()


def test_mostly_is_said() -> None:
    some = expectations.ExpectColumnValuesToCreditAnAgency(column="author", mostly=0.25, agency="dpa")
    [shown] = type(some)._prescriptive_renderer(configuration=some.configuration)
    told = shown.string_template["template"]
    assert told == "$column values must credit a news agency, namely $agency, at least $mostly_pct % of the time."
    assert shown.string_template["params"] == {"column": "author", "agency": "dpa", "mostly_pct": "25"}


@pytest.mark.parametrize("module", [expectations, columns, pairs, sources, values], ids=lambda m: m.__name__)
def test_examples_in_docstrings_hold(module: Any) -> None:
    found = doctest.testmod(module)
    assert found.failed == 0
    assert found.attempted > 0


def test_each_expectation_is_documented() -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "great-expectations.md").read_text(encoding="utf-8")
    for name in expectations.__all__:
        assert f"`{name}`" in page
