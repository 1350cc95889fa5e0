"""Precision and recall as the project reports them: every line of a page counts once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[np.floating]

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985)
"""Precisions at which scores are pinned down."""

MARGIN = 0.1
"""Share of the errors that a threshold may cost which is held back, for publishers not in the corpus."""


@dataclass(frozen=True)
class Scale:
    """Log-odds to scores: `np.interp` over ``odds`` and ``scores``."""

    odds: Array
    scores: Array

    def __call__(self, log_odds: Array) -> Array:
        return np.interp(log_odds, self.odds, self.scores)


def counted(truth: pl.DataFrame, real: bool) -> npt.NDArray[np.int64]:
    """The lines that count, as `score.py` takes them: the first of each text of a page."""
    lines = truth.with_row_index("index").filter(~pl.col("open"))
    if real:
        lines = lines.filter("real")
    return lines.unique(["page_id", "text"], keep="first", maintain_order=True)["index"].to_numpy().astype(np.int64)


def scale(log_odds: Array, furniture: npt.NDArray[np.bool_]) -> Scale:
    """The scale on which a score is the precision of all lines with this score or more."""
    order = np.argsort(-log_odds, kind="stable")
    ranked = log_odds[order]
    precision = np.cumsum(furniture[order]) / np.arange(1, len(order) + 1)
    odds, scores = [float(ranked[-1]) - 5], [0.0]
    for level in LEVELS:
        reached = np.flatnonzero(precision >= level + MARGIN * (1 - level))
        if len(reached) and ranked[reached[-1]] > odds[-1]:
            odds.append(float(ranked[reached[-1]]))
            scores.append(level)
    odds.append(max(float(ranked[0]), odds[-1]) + 1)
    scores.append(0.999)
    return Scale(np.array(odds), np.array(scores))


def nested(log_odds: Array, truth: pl.DataFrame, fold: npt.NDArray[np.int64]) -> Array:
    """Scores whose scale was made without the publishers that it is used on."""
    scores = np.zeros(len(log_odds))
    furniture = truth["furniture"].to_numpy()
    lines = counted(truth, real=True)
    for k in np.unique(fold):
        own = lines[fold[lines] != k]
        scores[fold == k] = scale(log_odds[own], furniture[own])(log_odds[fold == k])
    return scores


def table(name: str, log_odds: Array, truth: pl.DataFrame, fold: npt.NDArray[np.int64]) -> list[str]:
    """Precision and recall where a score of .90, .95 and .97 was asked, and recall by kind at .95."""
    scores = nested(log_odds, truth, fold)
    furniture = truth["furniture"].to_numpy()
    out = []
    for real in (False, True):
        lines = counted(truth, real)
        cells = []
        for asked in (0.9, 0.95, 0.97):
            hit, true = scores[lines] >= asked, furniture[lines]
            both = int((hit & true).sum())
            cells.append(f"asked {asked:.2f}: P {both / max(hit.sum(), 1):.3f} R {both / max(true.sum(), 1):.3f}")
        out.append(
            f"{name:14} {'real' if real else 'all ':5} "
            + " | ".join(cells)
            + " || "
            + " ".join(f"{value:.3f}" for value in ranked_recall(log_odds[lines], furniture[lines]))
        )
        kinds = (
            truth[lines.tolist()]
            .select("kind", pl.Series("hit", scores[lines] >= 0.95))
            .filter(pl.Series(furniture[lines]))
        )
        out.append(
            "    "
            + ", ".join(
                f"{kind} {share:.2f} of {count}"
                for kind, share, count in kinds.group_by("kind")
                .agg(pl.col("hit").mean(), pl.len())
                .sort("len", descending=True)
                .iter_rows()
            )
        )
    return out


def ranked_recall(log_odds: Array, furniture: npt.NDArray[np.bool_]) -> list[float]:
    """Recall at precision .90, .95, .97 and .98 with the threshold chosen on the same lines."""
    order = np.argsort(-log_odds, kind="stable")
    found = np.cumsum(furniture[order])
    precision = found / np.arange(1, len(order) + 1)
    return [
        float(found[reached[-1]] / furniture.sum()) if len(reached := np.flatnonzero(precision >= level)) else 0.0
        for level in (0.9, 0.95, 0.97, 0.98)
    ]
