"""pandera on pandas: the same schema."""

import pandas as pd
import pandera.pandas as pa
from common import RULES, rejected, report
from pandas_frame import read, write


def without(name: str, pattern: str) -> pa.Check:
    """A check that no text holds ``pattern``."""
    return pa.Check(lambda texts: ~texts.str.contains(pattern), error=name)


schema = pa.DataFrameSchema(
    {
        "byline": pa.Column(object, [without("agency-spelling", RULES["agency"])], nullable=True, coerce=True),
        "url": pa.Column(object, pa.Check.str_matches(RULES["url"], error="url-malformed"), coerce=True),
        "text": pa.Column(
            object,
            [
                without("related-link", RULES["related"]),
                without("mojibake", RULES["mojibake"]),
                pa.Check.str_length(min_value=RULES["shortest"], error="body-too-short"),
            ],
            coerce=True,
        ),
    },
    checks=[
        pa.Check(lambda frame: frame["byline"].notna(), error="byline-missing", ignore_na=False),
        pa.Check(lambda frame: frame["published"].notna(), error="date-missing", ignore_na=False),
        pa.Check(
            lambda frame: frame["published"].isna() | (frame["published"].fillna("") <= frame["crawl_date"]),
            error="date-in-future",
            ignore_na=False,
        ),
    ],
)
frame = read()
found: dict[str, list[int]] = {}
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    cases: pd.DataFrame = errors.failure_cases
    found = {str(name): sorted(set(part["index"].dropna().astype(int))) for name, part in cases.groupby("check")}
write(frame, rejected(found))
report(found)
