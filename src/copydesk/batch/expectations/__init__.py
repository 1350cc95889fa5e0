"""Expectations of scraped news for Great Expectations, to be used on one's own pandas, Spark or SQL frames.

Importing this package registers them: suites that name them can be loaded from then on (docs/great-expectations.md).

>>> from copydesk.batch.expectations import ExpectColumnValuesToCreditAnAgency
>>> ExpectColumnValuesToCreditAnAgency(column="author", mostly=0.8).configuration.type
'expect_column_values_to_credit_an_agency'
"""

from copydesk.batch.expectations.columns import (
    ExpectColumnValuesNotToBeInTheFuture,
    ExpectColumnValuesToBeLongEnough,
    ExpectColumnValuesToBeWellFormedUrls,
    ExpectColumnValuesToCreditAnAgency,
    ExpectColumnValuesToHoldNoRelatedLink,
    ExpectColumnValuesToPassRule,
)
from copydesk.batch.expectations.pairs import ExpectColumnPairBylineToNameAgency, ExpectColumnPairTitleNotToBeSiteName
from copydesk.batch.expectations.sources import ExpectSourcesToBeFresh

__all__ = [
    "ExpectColumnPairBylineToNameAgency",
    "ExpectColumnPairTitleNotToBeSiteName",
    "ExpectColumnValuesNotToBeInTheFuture",
    "ExpectColumnValuesToBeLongEnough",
    "ExpectColumnValuesToBeWellFormedUrls",
    "ExpectColumnValuesToCreditAnAgency",
    "ExpectColumnValuesToHoldNoRelatedLink",
    "ExpectColumnValuesToPassRule",
    "ExpectSourcesToBeFresh",
]
