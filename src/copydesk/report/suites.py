"""What outputs say of the suites' entries in `summary.json`."""

from typing import Any

from copydesk.wording import plural


def of_one(suite: dict[str, Any]) -> bool:
    """Whether an entry is that of a single source or feed that fails; the entry of its suite names it, too."""
    return suite.get("source") is not None or suite.get("input") is not None


def too_few(suite: dict[str, Any]) -> str:
    """Why a suite was skipped."""
    count = suite["articles"]
    articles, needed = f"{count:,} {plural(count, 'article')}", f"the {suite['minimum_articles']:,} it is made for"
    if suite.get("over", "batch") == "batch":
        return f"{articles} {'is' if count == 1 else 'are'} fewer than {needed}"
    return f"the largest {suite['over']} has {articles}, fewer than {needed}"
