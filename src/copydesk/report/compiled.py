"""Templates as this process has compiled them, which takes longer than to fill them.

A stream of runs in one process compiles each template once. What is kept goes by the template's text: one that has been edited
is compiled anew. Nothing is written to disk, where it would be code that others could put there.
"""

from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Code by the template's name and file, beside the digest of its text. Only for environments that compile alike."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives ``bucket`` the code of its text, if it is known."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what has been compiled, in place of what an earlier text gave."""
        self._codes[bucket.key] = (bucket.checksum, bucket.code)


PAGES: Final = Compiled()
"""Those of `report.html.fill`."""
