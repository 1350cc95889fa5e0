"""Expectations of single columns."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from great_expectations.compatibility.sqlalchemy import sqlalchemy as sa
from great_expectations.expectations.expectation import ColumnMapExpectation

from copydesk.batch import values
from copydesk.batch.expectations.metrics import column_metric
from copydesk.batch.expectations.rendering import Rendered


class ExpectColumnValuesToBeWellFormedUrls(Rendered, ColumnMapExpectation):
    """Expect the values to be absolute http(s) URLs by the WHATWG standard, as the rules `url-malformed`, `url-relative`,
    `url-white-space`, `url-scheme`, `url-credentials` and `url-private-address` read them.

    Holds for "https://example.com/ferry", not for "/ferry", "http://http://example.com/" or "https://exa mple.com/".

    Engines: pandas, Spark. SQL cannot parse URLs.

    Args:
        column: The column of URLs.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesToBeWellFormedUrls(column="url", mostly=0.98).expectation_type
    'expect_column_values_to_be_well_formed_urls'
    """

    map_metric = column_metric("column_values.copydesk_well_formed_url", values.well_formed_url)
    success_keys = ("mostly",)
    args_keys = ("column",)
    says: ClassVar[str] = "values must be well-formed http(s) URLs"


class ExpectColumnValuesToHoldNoRelatedLink(Rendered, ColumnMapExpectation):
    """Expect that no line of a text leads to another story ("Related article: …", "Lesen Sie auch", "関連記事"): the rule
    `related-link` with its several hundred phrases.

    Holds for "The ferry runs again.", not for "The ferry runs again.\\nRelated article: Harbour Wall Repaired".

    Engines: pandas, Spark. SQL cannot look phrases up by line.

    Args:
        column: The column of article bodies.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesToHoldNoRelatedLink(column="body", mostly=0.9).expectation_type
    'expect_column_values_to_hold_no_related_link'
    """

    map_metric = column_metric("column_values.copydesk_no_related_link", values.no_related_link)
    success_keys = ("mostly",)
    args_keys = ("column",)
    says: ClassVar[str] = "values must hold no line that leads to another story"


class ExpectColumnValuesToCreditAnAgency(Rendered, ColumnMapExpectation):
    """Expect bylines to credit a news agency of copydesk's vocabulary, in any of its spellings; photo credits do not count.

    Holds for "By AFP", "Jane Roe and Reuters" and "新华社", not for "Ana Lindqvist" or "picture alliance/dpa".

    Engines: pandas, Spark. SQL cannot tell the parts of a byline.

    Args:
        column: The column of bylines.
        agency: The id of the agency that must be credited (`checks/vocabulary/agencies.csv`); any without it.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesToCreditAnAgency(column="author", agency="afp").expectation_type
    'expect_column_values_to_credit_an_agency'
    """

    agency: str | None = None

    map_metric = column_metric("column_values.copydesk_credits_agency", values.credits_agency, ("agency",))
    success_keys = ("agency", "mostly")
    args_keys = ("column", "agency")
    says: ClassVar[str] = "values must credit a news agency[agency:, namely $agency]"


def _long_enough_sql(column: Any, minimum: int = 100) -> Any:
    return sa.func.length(sa.func.trim(column)) >= minimum


class ExpectColumnValuesToBeLongEnough(Rendered, ColumnMapExpectation):
    """Expect texts to have ``minimum`` characters; one of a script that writes densely (Chinese, Japanese, Korean, Thai and
    others) counts as three, as in the rule `body-too-short`.

    Holds for 100 Latin characters or 34 Chinese ones, not for "Please enable JavaScript."

    Engines: pandas, Spark, SQL. SQL cannot tell scripts apart: there every character counts as one, blanks at the ends as none.

    Args:
        column: The column of article bodies.
        minimum: Characters (100).
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesToBeLongEnough(column="body", minimum=200).expectation_type
    'expect_column_values_to_be_long_enough'
    """

    minimum: int = 100

    map_metric = column_metric(
        "column_values.copydesk_long_enough", values.long_enough, ("minimum",), sql=_long_enough_sql
    )
    success_keys = ("minimum", "mostly")
    args_keys = ("column", "minimum")
    says: ClassVar[str] = "values must have $minimum characters or more"


def latest(hours: float) -> datetime:
    """``hours`` from now, in UTC without saying so, as databases and Spark keep their instants."""
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(tzinfo=None)


def _not_in_future_sql(column: Any, hours: float = 26) -> Any:
    return column <= sa.literal(latest(hours), sa.DateTime())


def _not_in_future_spark(column: Any, hours: float = 26) -> Any:
    from pyspark.sql import functions

    seconds = (datetime.now(UTC) + timedelta(hours=hours)).timestamp()
    return column <= functions.timestamp_seconds(functions.lit(seconds))


class ExpectColumnValuesNotToBeInTheFuture(Rendered, ColumnMapExpectation):
    """Expect dates to lie at most ``hours`` ahead of now, as the rule `date-in-future` does. A date without a zone can be off by
    the widest offset, hence 26.

    Holds for yesterday, not for next month; in pandas, text that no date can be read from holds.

    Engines: pandas (instants, or text in any form that copydesk reads), Spark and SQL (columns of dates or timestamps, in UTC).

    Args:
        column: The column of dates.
        hours: Hours that a date may lie ahead (26).
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesNotToBeInTheFuture(column="published_at").expectation_type
    'expect_column_values_not_to_be_in_the_future'
    """

    hours: int = 26

    map_metric = column_metric(
        "column_values.copydesk_not_in_future",
        values.not_in_future,
        ("hours",),
        sql=_not_in_future_sql,
        spark=_not_in_future_spark,
    )
    success_keys = ("hours", "mostly")
    args_keys = ("column", "hours")
    says: ClassVar[str] = "values must not lie more than $hours hours in the future"


class ExpectColumnValuesToPassRule(Rendered, ColumnMapExpectation):
    """Expect values to pass one of copydesk's rules (`copydesk rules`), asked of the field that it judges.

    Rules that compare an article with its other fields find nothing here, for they see one column. Rules that need the network
    are refused.

    Engines: pandas, Spark. SQL has no rules.

    Args:
        column: The column of the rule's field.
        rule: The rule's slug or code.
        parameters: The rule's own, e.g. {"minimum": 40}.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnValuesToPassRule(column="body", rule="read-more", mostly=0.9).expectation_type
    'expect_column_values_to_pass_rule'
    """

    rule: str
    parameters: dict[str, Any] | None = None

    map_metric = column_metric("column_values.copydesk_passes_rule", values.passes_rule, ("rule", "parameters"))
    success_keys = ("rule", "parameters", "mostly")
    args_keys = ("column", "rule")
    says: ClassVar[str] = "values must pass copydesk's rule $rule"
