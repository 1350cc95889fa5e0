"""Reading and writing for the sides that use pandas."""

import pandas as pd
from common import NOTHING, OUT, SOURCE


def read() -> pd.DataFrame:
    """The records; a list of authors is a byline, and no date is null."""
    frame = (
        pd.read_parquet(SOURCE)
        if SOURCE.suffix == ".parquet"
        else pd.read_json(SOURCE, lines=True, convert_dates=False)
    )
    frame["byline"] = frame["authors"].map("; ".join).replace("", None)
    frame["published"] = frame["date"].replace(NOTHING, None)
    return frame


def write(frame: pd.DataFrame, bad: set[int]) -> None:
    """Writes the records by verdict."""
    whole = frame.drop(columns=["byline", "published"])
    mask = whole.index.isin(list(bad))
    for name, part in (("accepted", whole[~mask]), ("quarantined", whole[mask])):
        if SOURCE.suffix == ".parquet":
            part.to_parquet(OUT / f"{name}.parquet", compression="zstd")
        else:
            part.to_json(OUT / f"{name}.jsonl", orient="records", lines=True, force_ascii=False)
