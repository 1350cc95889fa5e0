"""By what means a run learns of the pages behind original URLs: the network, capture files, both or neither."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copydesk.errors import UsageError


@dataclass(frozen=True, slots=True)
class Means:
    """``online`` asks the network, ``warc`` are files of captures, which come first; ``record`` is the WARC file that keeps what
    the network answered. Without ``provenance``, `provenance.jsonl` is written only where an origin is asked."""

    online: bool = False
    warc: tuple[Path, ...] = ()
    record: Path | None = None
    provenance: bool = False

    def __post_init__(self) -> None:
        if self.record is None:
            return
        if not self.online:
            raise UsageError("--record keeps what the network answers: it needs --online")
        if self.record.resolve() in [path.resolve() for path in self.warc]:
            raise UsageError(f"--record would write over {self.record}, from which --warc reads")

    @property
    def asked(self) -> bool:
        """Whether origins are asked at all."""
        return self.online or bool(self.warc)


OFFLINE: Final = Means()
