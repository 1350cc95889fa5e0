"""Contracts and suites in the hands of pandera and Great Expectations alone."""

import json

import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest

import copydesk
from conftest import ROOT, record
from copydesk import handover


def frame(*changed: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{**record(id=str(n)), **fields} for n, fields in enumerate(changed)])


def test_a_contract_is_a_pandera_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = copydesk.pandera_schema()
    assert isinstance(schema, pa.DataFrameSchema)
    good = frame({}, {})
    assert schema.validate(good).equals(good)
    asked: list[int] = []
    plain = handover._Outcomes._asked
    monkeypatch.setattr(handover._Outcomes, "_asked", lambda self, lazy: asked.append(1) or plain(self, lazy))
    bad = frame({}, {"title": ""}, {"url": "http://www.example.com /x"})
    with pytest.raises(pandera.errors.SchemaErrors) as raised:
        schema.validate(bad, lazy=True)
    assert len(asked) == 1  # one look at the frame for all rules
    found = raised.value.failure_cases
    _, quarantined, findings = copydesk.split(bad)
    errors = findings.filter(pl.col("severity") == "error")
    told = {(name.split()[1], row) for name, row in found.select("check", "index").iter_rows()}
    assert told == set(errors.select("rule", "record").iter_rows())
    assert quarantined.height == 2


def test_columns_may_have_names_of_their_own() -> None:
    schema = copydesk.pandera_schema(columns={"title": "h", "body": "t"})
    plain = frame({"title": ""}).rename({"title": "h", "text": "t"})
    with pytest.raises(pandera.errors.SchemaError, match="title-missing"):
        schema.validate(plain)


def test_a_suite_that_ships_loads_in_great_expectations_alone() -> None:
    import great_expectations as gx

    data = json.loads((ROOT / "expectations" / "batch.json").read_text(encoding="utf-8"))
    suite = gx.ExpectationSuite(**data)
    assert len(suite.expectations) == len(data["expectations"]) > 0
