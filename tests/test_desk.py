"""A run inside a program: whoever hands an item in is answered, whatever becomes of the run."""

from pathlib import Path

import pytest

from conftest import record
from copydesk.errors import RuleError
from copydesk.integrations.desk import Desk

CRASHING = (
    "import polars as pl\nfrom copydesk.rules import Rule, Severity, rule\n"
    "@rule('X001', 'crashes', severity=Severity.ERROR, field='title')\nclass Crashes(Rule):\n"
    '    """Crashes."""\n    def passes(self):\n        return pl.col("no_such_column").is_null()\n'
)


def test_an_item_that_comes_after_the_end_is_answered(tmp_path: Path) -> None:
    desk = Desk(None, tmp_path / "run", "items")
    judged = desk.put(record())
    run = desk.close()
    with pytest.raises(RuntimeError, match="the run is over"):
        desk.put(record()).result(60)
    assert judged.result(60).accepted
    assert desk.close().result(60).summary["counts"]["read"] == run.result(60).summary["counts"]["read"] == 1


def test_one_who_waits_no_more_keeps_nobody_from_being_answered(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CRASHING)
    (tmp_path / "c.yaml").write_text("contract: x\nplugins: [mine.py]\n")
    desk = Desk(tmp_path / "c.yaml", tmp_path / "run", "items")
    gone, waiting = desk.put(record()), desk.put(record(id="b"))
    assert gone.cancel()
    assert not desk.close().cancel()
    with pytest.raises(RuleError, match="crashes"):
        waiting.result(60)
