"""How the web is asked: the contract's `origin`."""

from dataclasses import dataclass

from copydesk.origin.addresses import Network


@dataclass(frozen=True, slots=True)
class Manners:
    """How the web is asked: see `origin` in the contract's schema."""

    allow_networks: tuple[Network, ...] = ()
    timeout: float = 20.0
    concurrency: int = 16
    per_host: int = 2
    user_agent: str | None = None
