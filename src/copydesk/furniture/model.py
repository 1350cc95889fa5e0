"""The line model's weights: plain arrays in one file, made by `training/train_lines.py`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from copydesk.furniture.characters import Floats
from copydesk.furniture.forest import Forest
from copydesk.furniture.lexicon import Lexicon, packed, unpacked

FILE: Final = Path(__file__).with_name("line_model.npz")

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A forest, the ``names`` of the features that it sees, and how its log-odds translate: a line with log-odds
    ``odds[k]`` is as likely furniture as ``scores[k]`` says; both ascend."""

    names: tuple[str, ...]
    forest: Forest
    odds: Floats
    scores: Floats

    def score(self, names: tuple[str, ...], values: Floats) -> Floats:
        """Scores from 0 to 1 of the rows of ``values``, whose columns are ``names``."""
        place = {name: index for index, name in enumerate(names)}
        log_odds = self.forest.log_odds(values[:, [place[name] for name in self.names]])
        return np.interp(log_odds, self.odds, self.scores).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """``rarities`` of words, the phrases that it knows, the linear models over runs of characters (``wording`` and ``bias``),
    and one forest for each kind of evidence: ``text``, and with ``+siblings`` or ``+dom``.

    The phrases are those that its scores were measured with: what is added to the vocabulary, or by a contract, marks lines by
    itself, and does not change what the model says of others.
    """

    rarities: npt.NDArray[np.uint8]
    phrases: Lexicon
    wording: Floats
    bias: Floats
    variants: dict[str, Judgement]
    about: dict[str, Any]


def pack(model: Model) -> Arrays:
    """``model`` as the arrays of the file; the linear models' weights are rounded to a byte, leaves to half precision."""
    scale = np.maximum(np.abs(model.wording).max(axis=0), 1e-9) / 127
    arrays: Arrays = {
        **{f"phrases/{name}": array for name, array in packed(model.phrases).items()},
        "rarities": model.rarities,
        "wording": np.round(model.wording / scale).astype(np.int8),
        "wording_scale": scale.astype(np.float32),
        "wording_bias": model.bias.astype(np.float32),
        "about": np.array(
            json.dumps(
                {**model.about, "variants": {name: kind.names for name, kind in model.variants.items()}}, sort_keys=True
            )
        ),
    }
    for name, kind in model.variants.items():
        forest = kind.forest
        arrays |= {
            f"{name}/feature": forest.feature,
            f"{name}/border": forest.border,
            f"{name}/trees": forest.trees,
            f"{name}/leaves": forest.leaves.astype(np.float16),
            f"{name}/bias": np.array(forest.bias),
            f"{name}/odds": kind.odds,
            f"{name}/scores": kind.scores,
        }
    return arrays


def unpack(arrays: Arrays) -> Model:
    """The model in the arrays of a file."""
    about = json.loads(str(arrays["about"]))
    return Model(
        arrays["rarities"],
        unpacked({name.removeprefix("phrases/"): array for name, array in arrays.items()}),
        arrays["wording"].astype(np.float32) * arrays["wording_scale"],
        arrays["wording_bias"],
        {
            name: Judgement(
                tuple(names),
                Forest(
                    arrays[f"{name}/feature"],
                    arrays[f"{name}/border"],
                    arrays[f"{name}/trees"],
                    arrays[f"{name}/leaves"].astype(np.float32),
                    float(arrays[f"{name}/bias"]),
                ),
                arrays[f"{name}/odds"],
                arrays[f"{name}/scores"],
            )
            for name, names in about.pop("variants").items()
        },
        about,
    )


@cache
def load(path: Path = FILE) -> Model:
    """The model that ships with copydesk."""
    with np.load(path, allow_pickle=False) as file:
        return unpack(dict(file))
