"""Expectations of two columns of an article."""

from typing import ClassVar, Literal

from great_expectations.expectations.expectation import ColumnPairMapExpectation

from copydesk.batch import values
from copydesk.batch.expectations.metrics import pair_metric
from copydesk.batch.expectations.rendering import Rendered

Ignored = Literal["both_values_are_missing", "either_value_is_missing", "never"]
"""Rows that are not looked at."""


class ExpectColumnPairTitleNotToBeSiteName(Rendered, ColumnPairMapExpectation):
    """Expect titles to say more than the name of the site that the URL leads to: the rule `title-is-site`.

    Holds for "Ferry resumes" beside "https://www.harbourpost.com/ferry", not for "The Harbour Post" beside it.

    Engines: pandas, Spark. SQL cannot compare names with hosts.

    Args:
        column_A: The column of titles.
        column_B: The column of URLs.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnPairTitleNotToBeSiteName(column_A="title", column_B="url").expectation_type
    'expect_column_pair_title_not_to_be_site_name'
    """

    ignore_row_if: Ignored = "either_value_is_missing"

    map_metric = pair_metric("column_pair_values.copydesk_title_is_not_site", values.title_is_not_site)
    success_keys = ("ignore_row_if", "mostly")
    args_keys = ("column_A", "column_B")
    says: ClassVar[str] = "Titles in $column_A must not be the name of the site that $column_B leads to"


class ExpectColumnPairBylineToNameAgency(Rendered, ColumnPairMapExpectation):
    """Expect bylines to name the news agency that signs the text, where one does: the rule `agency-not-in-byline`.

    Holds for the byline "Ana Lindqvist, AFP" of a text that ends in "(AFP)", not for "Ana Lindqvist".

    Engines: pandas, Spark. SQL cannot recognise a signature.

    Args:
        column_A: The column of bylines.
        column_B: The column of article bodies.
        mostly: The share that must hold, 0 to 1 (1).

    >>> ExpectColumnPairBylineToNameAgency(column_A="author", column_B="body").expectation_type
    'expect_column_pair_byline_to_name_agency'
    """

    ignore_row_if: Ignored = "either_value_is_missing"

    map_metric = pair_metric("column_pair_values.copydesk_byline_names_agency", values.byline_names_agency)
    success_keys = ("ignore_row_if", "mostly")
    args_keys = ("column_A", "column_B")
    says: ClassVar[str] = "Bylines in $column_A must name the news agency that signs the text in $column_B"
