"""What is unusual at a source, as the summary and the history keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

RANK: Final = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the summary says of the past: its keys `history` and `drift`, and notes."""

    history: dict[str, Any] | None = None
    drift: Sequence[dict[str, Any]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Lately:
    """The last ``runs`` as one, today's included, where these show what is unusual: ``observed`` is their share (0 to 1) or their
    articles, and ``usual`` where as many runs in a row were nine times in ten (None for shares). With ``weeks`` they are beyond
    what was usual until so many weeks ago."""

    runs: int
    articles: int
    observed: float
    usual: tuple[float, float] | None = None
    weeks: int | None = None

    def summary(self) -> dict[str, Any]:
        """The key `lately` of an entry of `summary.json`."""
        usual = None if self.usual is None else list(self.usual)
        return {
            "runs": self.runs, "articles": self.articles, "observed": self.observed, "usual": usual, "weeks": self.weeks,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drift:
    """One measure of one source (None: the whole run) that is unusual. ``usual`` is where nine in ten earlier runs
    were; ``since`` the first
    run of the unusual stretch, this run included. Shares are 0 to 1, freshness is hours, length characters."""

    source: str | None
    measure: str
    observed: float | None
    articles: int
    usual: tuple[float, float] | None
    since: str
    since_at: str
    p: float
    severity: str
    says: str
    lately: Lately | None = None

    def summary(self) -> dict[str, Any]:
        """The entry of `summary.json`."""
        return {
            "source": self.source,
            "measure": self.measure,
            "observed": self.observed,
            "articles": self.articles,
            "usual": None if self.usual is None else list(self.usual),
            "lately": None if self.lately is None else self.lately.summary(),
            "since": self.since,
            "since_at": self.since_at,
            "p": self.p,
            "severity": self.severity,
            "says": self.says,
        }
