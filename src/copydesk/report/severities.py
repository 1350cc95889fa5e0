"""The order of severities in every report: the worst first, and behind them what no run of ours says."""

from typing import Final

import polars as pl

RANK: Final = {"error": 0, "warning": 1, "info": 2}


def by_severity() -> pl.Expr:
    """The rank of each row's ``severity``, to sort by."""
    return pl.col("severity").replace_strict(RANK, default=len(RANK), return_dtype=pl.Int64)
