"""copydesk checks scraped news: each article against a contract, each batch against expectations, each origin.

>>> import copydesk
>>> run = copydesk.check("articles.jsonl")  # doctest: +SKIP
>>> run.passed, run.quarantined  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Checker", "Run", "__version__", "check", "pandera_schema", "split"]

if TYPE_CHECKING:
    from copydesk.api import Run, check, split
    from copydesk.checker import Checker
    from copydesk.handover import pandera_schema


def __getattr__(name: str) -> Any:
    """Loads the API when it is first used, so that importing copydesk and its command line's help cost nothing."""
    if name in ("Run", "check", "split"):
        from copydesk import api

        return getattr(api, name)
    if name == "Checker":
        from copydesk.checker import Checker

        return Checker
    if name == "pandera_schema":
        from copydesk.handover import pandera_schema

        return pandera_schema
    raise AttributeError(f"module 'copydesk' has no attribute {name!r}")
