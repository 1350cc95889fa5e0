"""What copydesk says of single values, for frames that are not its own: one function for each question.

Great Expectations asks them of pandas columns and, in user functions, of Spark's; Spark's processes import this module and not
Great Expectations.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from copydesk.press import agencies
from copydesk.rules.catalogue import catalogue, find_rule
from copydesk.rules.standalone import passing
from copydesk.urls import url

if TYPE_CHECKING:
    import pandas as pd

Judge = Callable[..., list[bool]]
"""A boolean for each row of one or two series of texts, none of them null; parameters by keyword."""


def well_formed_url(values: pl.Series) -> list[bool]:
    """Whether each is an absolute http(s) URL by the WHATWG standard: no white space, no password, no private address.

    >>> well_formed_url(pl.Series(["https://example.com/ferry", "http://http://example.com/", "/ferry"]))
    [True, False, False]
    """
    return [not url.read(value.strip()).problems for value in values]


def credits_agency(values: pl.Series, agency: str | None = None) -> list[bool]:
    """Whether each byline credits a news agency that the vocabulary knows, or the one with the id ``agency``.

    >>> credits_agency(pl.Series(["By AFP", "Ana Lindqvist", "Jane Roe and Reuters"]))
    [True, False, True]
    """
    credited = [agencies.in_byline(value) for value in values]
    return [agency in found if agency else bool(found) for found in credited]


def passes_rule(values: pl.Series, rule: str, parameters: dict[str, Any] | None = None) -> list[bool]:
    """Whether each value passes ``rule``, asked of the field that the rule judges.

    Raises UsageError for an unknown rule or parameter, and for rules that need the network.

    >>> passes_rule(pl.Series(["The ferry runs again.\\nRelated article: Harbour Wall Repaired"]), "related-link")
    [False]
    """
    field = find_rule(rule, catalogue()).field
    return passing(rule, pl.DataFrame({field: values}), **(parameters or {})).to_list()


def no_related_link(values: pl.Series) -> list[bool]:
    """Whether no line of each body leads to another story."""
    return passes_rule(values, "related-link")


def long_enough(values: pl.Series, minimum: int = 100) -> list[bool]:
    """Whether each body has ``minimum`` characters, of which those of dense scripts count as three."""
    return passes_rule(values, "body-too-short", {"minimum": minimum})


def not_in_future(values: pl.Series, hours: int = 26) -> list[bool]:
    """Whether each date, in any form that copydesk reads, lies at most ``hours`` ahead of now."""
    return passes_rule(values, "date-in-future", {"tolerance_hours": hours})


def title_is_not_site(titles: pl.Series, urls: pl.Series) -> list[bool]:
    """Whether each title says more than the name of the site that its URL leads to.

    >>> title_is_not_site(pl.Series(["The Harbour Post"]), pl.Series(["https://www.harbourpost.com/ferry"]))
    [False]
    """
    return passing("title-is-site", pl.DataFrame({"title": titles, "original_url": urls})).to_list()


def byline_names_agency(bylines: pl.Series, bodies: pl.Series) -> list[bool]:
    """Whether each byline names the agency that signs the body, where one does."""
    return passing("agency-not-in-byline", pl.DataFrame({"byline": bylines, "body": bodies})).to_list()


def of_pandas(judge: Judge, columns: Sequence["pd.Series[Any]"], parameters: dict[str, Any]) -> "pd.Series[bool]":
    """``judge`` of pandas columns: a boolean column with their index. Nulls pass: whether they may be is another question."""
    import pandas as pd

    there = ~pd.concat([column.isna() for column in columns], axis=1).any(axis=1)
    told = pd.Series(True, index=columns[0].index, dtype=bool)
    if there.any():
        texts = [pl.Series(str(number), list(map(str, column[there]))) for number, column in enumerate(columns)]
        told[there] = judge(*texts, **parameters)
    return told


def of_spark(judge: Judge, columns: Sequence[Any], parameters: dict[str, Any]) -> Any:
    """``judge`` of Spark columns: a boolean column, computed in batches by pandas on Spark's workers."""
    import pandas as pd
    from pyspark.sql import functions

    def asked(batches: Any) -> Iterator[Any]:
        for batch in batches:
            yield of_pandas(judge, batch if isinstance(batch, tuple) else (batch,), parameters)

    # Spark reads from the annotations how it is to call the function
    taken = pd.Series if len(columns) == 1 else tuple[pd.Series, ...]
    asked.__annotations__ = {"batches": Iterator[taken], "return": Iterator[pd.Series]}  # type: ignore[valid-type]
    return functions.pandas_udf(asked, "boolean")(*columns)  # type: ignore[attr-defined, unused-ignore]
