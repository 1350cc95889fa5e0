"""Grows forests with CatBoost and writes them as the plain arrays that copydesk reads."""

import json
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from catboost import CatBoostClassifier, Pool

from copydesk.furniture.characters import Floats
from copydesk.furniture.forest import Forest

SETTINGS = {
    "iterations": 300, "depth": 6, "learning_rate": 0.1, "l2_leaf_reg": 8, "rsm": 0.3, "border_count": 64,
    "random_strength": 1, "bootstrap_type": "Bernoulli", "subsample": 0.7, "thread_count": 2, "verbose": 0,
    "allow_writing_files": False,
}  # fmt: skip
SEEDS = (0,)


def forest(values: Floats, truth: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> Forest:
    """The mean of one forest for each seed."""
    parts = []
    pool = Pool(values, truth.astype(int), weight=weight)
    for seed in SEEDS:
        fit = CatBoostClassifier(**SETTINGS, random_seed=seed).fit(pool)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "forest.json")
            fit.save_model(str(path), format="json")
            parts.append(json.loads(path.read_text()))
    return joined(parts)


def joined(parts: list[dict[str, object]]) -> Forest:
    """CatBoost's JSON of one or more forests as arrays."""
    levels = SETTINGS["depth"]
    number: dict[tuple[int, float], int] = {}
    trees, leaves, bias = [], [], 0.0
    for part in parts:
        scale, offset = part["scale_and_bias"][0], part["scale_and_bias"][1][0]
        bias += offset / len(parts)
        for tree in part["oblivious_trees"]:
            asked = [(split["float_feature_index"], split["border"]) for split in tree["splits"] or ()]
            values = np.array(tree["leaf_values"]) * scale / len(parts)
            values = np.tile(values, 1 << (levels - len(asked)))
            asked += [(0, float("inf"))] * (levels - len(asked))
            trees.append([number.setdefault(question, len(number)) for question in asked])
            leaves.append(values)
    return Forest(
        np.array([feature for feature, _ in number], np.int16),
        np.array([border for _, border in number], np.float32),
        np.array(trees, np.uint16),
        np.array(leaves, np.float32),
        bias,
    )


def pruned(grown: Forest, names: tuple[str, ...]) -> tuple[tuple[str, ...], Forest]:
    """``grown`` with only the features that it asks about, and their names."""
    used, place = np.unique(grown.feature, return_inverse=True)
    kept = Forest(place.astype(np.int16), grown.border, grown.trees, grown.leaves, grown.bias)
    return tuple(names[index] for index in used), kept
