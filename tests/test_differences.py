"""What a page changed is told in lines for people."""

import json

import pytest

from copydesk.origin.recognition.drift import Change, Drift, Edit
from copydesk.report.differences import differences


def test_each_sentence_that_is_gone_or_new_is_a_line() -> None:
    change = Change(("Gulls came.",), ("Ships came.",), (("Forty sailed.", "Fourteen sailed."),), 3, 1, 1)
    told = Drift(9, change, title=("Ferry runs", "Ferry rests")).json()
    assert differences(told).splitlines() == [
        "title: − Ferry runs",
        "title: + Ferry rests",
        "− Forty sailed.",
        "+ Fourteen sailed.",
        "− Gulls came.",
        "+ Ships came.",
        "− … (2)",
    ]
    assert differences(Edit(Change(added=("Ships came.",), added_count=1), None, False).json()) == "+ Ships came."


def test_where_nothing_differs_nothing_is_told() -> None:
    assert differences(Drift(9).json()) == ""


@pytest.mark.parametrize("told", ["no json", "[]", "{}", json.dumps({"text": {"removed": 1}}), "[" * 9_000])
def test_what_copydesk_did_not_write_stays_as_it_is(told: str) -> None:
    assert differences(told) == told
