"""What the page's HTML tells of a line, and of the lines before and after it in the body."""

from typing import Final

import numpy as np

from copydesk.furniture.characters import Bools, Floats, Ints
from copydesk.furniture.dom import FEATURES

NEAR: Final = (
    "found", "aligned", "gap", "backwards", "kin_in_body", "parent_in_body", "module_in_body",
    "link_text", "link_words_in_text", "link_path", "link_elsewhere", "links_in_line",
    "line_linked", "same_kin", "same_parent", "kin_share", "parent_share", "is_paragraph", "kin_linked", "siblings_linked",
    "module_text", "module_linked", "module_at_trunk", "modules_alike",
    "before_story", "after_story", "place", "from_paragraph", "to_paragraph", "in_json_body",
)  # fmt: skip
"""Columns that a line also sees of the lines before and after it."""

_PLACES: Final = tuple(FEATURES.index(name) for name in NEAR)

NAMES: Final = (
    *(f"dom:{name}" for name in FEATURES),
    *(f"dom-1:{name}" for name in NEAR),
    *(f"dom+1:{name}" for name in NEAR),
)
"""The columns of `evidence`: those of the line itself, of the one before and of the one after."""


def known(dom: Floats) -> Bools:
    """The lines of which there is evidence: all columns of the others are NaN."""
    found: Bools = np.any(~np.isnan(dom), axis=1)
    return found


def evidence(dom: Floats, document: Ints) -> Floats:
    """lines × `NAMES` from lines × `FEATURES`; ``document`` numbers the article of each line, ascending.

    Raises ValueError where ``dom`` does not have a column for each of `FEATURES`.
    """
    if dom.shape[1] != len(FEATURES):
        raise ValueError(f"{dom.shape[1]} columns of a page, {len(FEATURES)} expected")
    near = dom[:, _PLACES]
    before, after = np.full_like(near, np.nan), np.full_like(near, np.nan)
    same = (document[1:] == document[:-1])[:, None]
    before[1:] = np.where(same, near[:-1], np.nan)
    after[:-1] = np.where(same, near[1:], np.nan)
    return np.concatenate([dom, before, after], axis=1)
