"""pandera on polars: a schema of six rules, validated lazily."""

import pandera.polars as pa
import polars as pl
from common import RULES, rejected, report
from polars_frame import read, write


def check(name: str, holds: pl.Expr) -> pa.Check:
    """A check of a column's or the frame's rows."""
    return pa.Check(lambda data: data.lazyframe.select(holds.fill_null(True)), error=name, n_failure_cases=1)


byline, published, url, text = (pl.col(name) for name in ("byline", "published", "url", "text"))
schema = pa.DataFrameSchema(
    {
        "id": pa.Column(
            pl.String,
            [
                check("byline-missing", byline.is_not_null()),
                check("agency-spelling", ~byline.str.contains(RULES["agency"])),
                check("date-missing", published.is_not_null()),
                check("date-in-future", published <= pl.col("crawl_date")),
                check("url-malformed", url.str.contains(RULES["url"])),
                check("related-link", ~text.str.contains(RULES["related"])),
                check("mojibake", ~text.str.contains(RULES["mojibake"])),
                check("body-too-short", text.str.len_chars() >= RULES["shortest"]),
            ],
        )
    }
)
frame = read()
found: dict[str, list[int]] = {}
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    found = {
        error.check.error: (~error.check_output.to_series()).arg_true().to_list() for error in errors.schema_errors
    }
write(frame, rejected(found))
report(found)
