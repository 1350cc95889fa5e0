"""Pointblank on polars."""

import pointblank as pb
import polars as pl
from common import RULES, rejected, report
from polars_frame import read, write

byline, published, url, text = (pl.col(name) for name in ("byline", "published", "url", "text"))
rules = {
    "byline-missing": byline.is_not_null(),
    "agency-spelling": ~byline.str.contains(RULES["agency"]),
    "date-missing": published.is_not_null(),
    "date-in-future": published <= pl.col("crawl_date"),
    "url-malformed": url.str.contains(RULES["url"]),
    "related-link": ~text.str.contains(RULES["related"]),
    "mojibake": ~text.str.contains(RULES["mojibake"]),
    "body-too-short": text.str.len_chars() >= RULES["shortest"],
}
frame = read()
validation = pb.Validate(frame)
for holds in rules.values():
    validation = validation.col_vals_expr(holds.fill_null(True))
done = validation.interrogate(extract_limit=frame.height)
found = {}
for step, name in enumerate(rules, 1):
    extract = done.get_data_extracts(step, frame=True)
    found[name] = [] if extract is None else (extract["_row_num_"] - 1).to_list()
write(frame, rejected(found))
report(found)
