"""Great Expectations on pandas, with its built-in expectations."""

import logging
import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe
from common import RULES, rejected, report
from pandas_frame import read, write

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
rules = {
    "byline-missing": gxe.ExpectColumnValuesToNotBeNull(column="byline"),
    "agency-spelling": gxe.ExpectColumnValuesToNotMatchRegex(column="byline", regex=RULES["agency"]),
    "date-missing": gxe.ExpectColumnValuesToNotBeNull(column="published"),
    "date-in-future": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="crawl_date", column_B="published", or_equal=True, ignore_row_if="either_value_is_missing"
    ),
    "url-malformed": gxe.ExpectColumnValuesToMatchRegex(column="url", regex=RULES["url"]),
    "related-link": gxe.ExpectColumnValuesToNotMatchRegex(column="text", regex=RULES["related"]),
    "mojibake": gxe.ExpectColumnValuesToNotMatchRegex(column="text", regex=RULES["mojibake"]),
    "body-too-short": gxe.ExpectColumnValueLengthsToBeBetween(column="text", min_value=RULES["shortest"]),
}
frame = read()
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
asset = context.data_sources.add_pandas("news").add_dataframe_asset("articles")
batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
answer = batch.validate(
    gx.ExpectationSuite(name="six", expectations=list(rules.values())),
    result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
)
names = {(rule.expectation_type, rule.configuration.kwargs.get("column"), rule.configuration.kwargs.get("regex")): name
         for name, rule in rules.items()}  # fmt: skip
found = {}
for entry in answer.results:
    config = entry.expectation_config
    key = (config.type, config.kwargs.get("column"), config.kwargs.get("regex"))
    found[names[key]] = entry.result.get("unexpected_index_list") or []
write(frame, rejected(found))
report(found)
