"""How the web is asked: the contract's `origin`. docs/origin.md says where the numbers come from."""

from dataclasses import dataclass
from typing import Literal

from copydesk import __version__
from copydesk.urls.addresses import Network


@dataclass(frozen=True, slots=True)
class Manners:
    """How the web is asked: see `origin` in the contract's schema. Times are in seconds unless named otherwise."""

    allow_networks: tuple[Network, ...] = ()
    timeout: float = 20.0
    budget: float | None = None
    concurrency: int = 16
    per_host: int = 2
    delay: float = 1.0
    retries: int = 2
    robots: Literal["obey", "ignore"] = "obey"
    recognise: bool = True
    user_agent: str | None = None
    contact: str | None = None
    cache: str | None = None
    dead_after: int = 3
    archive: str | None = None
    archive_rate: float = 60.0
    trust_txt: bool = False

    @property
    def introduction(self) -> str:
        """The User-Agent: what asks, what for, and whom to write to."""
        if self.user_agent:
            return self.user_agent
        contact = f"; {self.contact}" if self.contact else ""
        return f"copydesk/{__version__} (checks whether news articles are where they are said to be{contact})"

    @property
    def token(self) -> str:
        """The name that robots.txt files know the User-Agent by (RFC 9309, section 2.2.1)."""
        return next(iter(self.introduction.partition("/")[0].split()), "")
