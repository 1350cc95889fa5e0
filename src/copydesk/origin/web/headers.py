"""Header fields of answers, bounded in size and in number."""

import http
import http.client
from typing import Any, Final

HEADERS: Final = 256 * 1024
"""Bytes of status line and headers together, interim answers included: Chrome's limit. Python's own would be 6.5 MB."""


class HeadersTooLarge(http.client.HTTPException):
    """A server sent more header bytes than any site needs."""


class _Meter:
    """A file that may be read line by line until ``HEADERS`` bytes are used up."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = HEADERS

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._file.readline(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise HeadersTooLarge(f"more than {HEADERS // 1024} kB of headers")
        return line

    def close(self) -> None:
        self._file.close()


class BoundedResponse(http.client.HTTPResponse):
    """An answer whose headers are read through a `_Meter`; an endless series of 100 Continue ends there too."""

    fp: Any

    def begin(self) -> None:
        """Reads status and headers."""
        file = self.fp
        metered: Any = _Meter(file)
        self.fp = metered
        try:
            super().begin()
            while _is_interim(
                self.status
            ):  # http.client takes any but 100 for the answer, and the answer for the next one
                self.headers: Any = None
                super().begin()
        finally:
            if self.fp is metered:
                self.fp = file


def _is_interim(status: int) -> bool:
    """Whether another answer follows (RFC 9110, section 15.2); 101 would be the last one in HTTP."""
    return 100 < status < 200 and status != http.HTTPStatus.SWITCHING_PROTOCOLS
