"""Reads a body up to a bound, and frees it of its content coding without ever making more than that bound of it."""

import zlib
from typing import Any, Final

BODY: Final = 2_000_000
"""Bytes of a page that are kept, decoded. Of 420 annotated news pages none was larger; 64 requests at once hold 128 MB."""

ACCEPTED: Final = "gzip, deflate"
"""Codings that are asked for. What a server sends in another one is not read."""

_BLOCK: Final = 65_536


class UndecodableError(ValueError):
    """A body in a coding that was not asked for, or that is broken."""


class _Identity:
    """No coding."""

    complete = True

    def feed(self, data: bytes, limit: int) -> bytes:
        return data[:limit]


class _Inflate:
    """gzip (several members in a row are one body) or deflate (with zlib's header, or, as some servers send it, without)."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding != "deflate"
        self._window = 16 + zlib.MAX_WBITS if self._gzip else zlib.MAX_WBITS
        self._decoder = zlib.decompressobj(self._window)
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether what was fed ends where the coding says; nothing at all is complete."""
        return self._decoder.eof or not self._begun

    def feed(self, data: bytes, limit: int) -> bytes:
        """At most ``limit`` bytes; what a bomb holds beyond them is never made."""
        parts: list[bytes] = []
        while data and limit > 0:
            try:
                part = self._decoder.decompress(data, limit)
            except zlib.error as error:
                if self._begun or self._gzip:
                    raise UndecodableError("the content coding is broken") from error
                self._decoder, self._begun = zlib.decompressobj(-zlib.MAX_WBITS), True
                continue
            self._begun = True
            parts.append(part)
            limit -= len(part)
            if not self._decoder.eof:
                break
            data = self._decoder.unused_data if self._gzip else b""
            if not data.startswith(b"\x1f\x8b"):  # padding after the last member
                break
            self._decoder = zlib.decompressobj(self._window)
        return b"".join(parts)


def read(raw: Any, coding: str | None, limit: int = BODY) -> tuple[bytes, bool]:
    """(the decoded body, whether there was or should have been more) of urllib3's response ``raw``, whose header says ``coding``.

    Raises UndecodableError, and what urllib3 raises when the connection breaks.
    """
    name = (coding or "identity").strip().lower()
    decoder: _Identity | _Inflate
    if name in ("gzip", "x-gzip", "deflate"):
        decoder = _Inflate(name)
    elif name in ("", "identity"):
        decoder = _Identity()
    else:
        raise UndecodableError(f"the server used the content coding {name[:40]!r} though it was not asked to")
    parts: list[bytes] = []
    kept = wire = 0
    while block := raw.read1(_BLOCK, decode_content=False):
        wire += len(block)
        part = decoder.feed(block, limit + 1 - kept)
        kept += len(part)
        parts.append(part)
        if kept > limit or wire > limit:  # the second: a coding that makes the body longer
            return b"".join(parts)[:limit], True
    return b"".join(parts), not decoder.complete
