"""How much a text says for its length: some scripts write in one character what others write in about three."""

import re
from typing import Final

DENSE: Final = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""A character of Thai, Lao, Burmese, Khmer, Chinese, Japanese or Korean; the same for Rust and Python."""

_DENSE = re.compile(DENSE)


def weight(text: str) -> int:
    """Characters, those of scripts that write densely counted as three.

    >>> weight("boat"), weight("船が出た")
    (4, 12)
    """
    return len(text) + 2 * dense(text)


def dense(text: str) -> int:
    """How many characters of a script that writes densely a text has."""
    return len(_DENSE.findall(text))
