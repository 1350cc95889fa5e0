"""An HTTP answer as it was stored: status, headers, and the body freed of its codings, all of it bounded.

What a capture holds was chosen by whoever ran the server, or wrote the file: a body may say that it is chunked or compressed
and not be, stop anywhere, or unpack to a thousand times its size.
"""

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import brotli

from copydesk.captures.bodies import BODY

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEAD: Final = 64 * 2**10
"""Bytes of status line and headers at most; servers commonly allow 8 or 16 KiB."""

_HEADERS: Final = 500
_CODINGS: Final = 3
"""Content codings that are undone at most; one is usual, more are an attempt to multiply."""

_MEMBERS: Final = 64
"""gzip members of one body that are read; each costs a copy of what follows, and 90,000 empty ones would cost seconds."""

_WINDOW: Final = 23
"""The largest zstd window (8 MiB, as a power of two) that RFC 9659 lets a web server use."""

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


@dataclass(frozen=True, slots=True)
class Message:
    """An answer: ``headers`` have lower-case names, in the order received; ``truncated`` says that the body had more."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool

    def header(self, name: str) -> str | None:
        """The first header ``name`` (lower case)."""
        return next((value for key, value in self.headers if key == name), None)


def parse_head(stored: bytes) -> Message | None:
    """Status and headers of the answer that ``stored`` bytes begin with, without its body; None where they begin with none."""
    found = _STATUS.match(stored)
    end = _END_OF_HEAD.search(stored, 0, HEAD + 4)
    if found is None or (end is None and len(stored) >= HEAD):
        return None
    return Message(int(found[1]), _headers(stored[: end.start()] if end else stored), b"", end is None)


def parse(stored: bytes, complete: bool = True) -> Message | None:
    """The answer in ``stored`` bytes; None where they do not begin with one. ``complete`` says that there were no more."""
    head = parse_head(stored)
    if head is None or (end := _END_OF_HEAD.search(stored, 0, HEAD + 4)) is None:
        return head
    body = stored[end.end() :]
    decoded, cut = decoded_body(body[:BODY], head.headers)
    return Message(head.status, head.headers, decoded, not complete or len(body) > BODY or cut)


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for raw in head.splitlines()[1:]:  # of bytes: as text a letter of UTF-8 may hold what ends a line
        line = raw.decode("latin-1")
        if line[:1] in " \t" and found:  # a folded line goes on with the one before
            name, value = found[-1]
            found[-1] = name, f"{value} {line.strip()}"
        elif ":" in line and len(found) < _HEADERS:
            name, _, value = line.partition(":")
            found.append((name.strip().lower(), value.strip()))
    return tuple(found)


def decoded_body(body: bytes, headers: tuple[tuple[str, str], ...]) -> tuple[bytes, bool]:
    """``body`` without its transfer and content codings, and whether it was cut at `BODY` or broke off.

    Many tools store a body decoded and leave the headers as they were: what is not coded as it says is taken as it is.
    """
    cut = False
    if "chunked" in _tokens(headers, "transfer-encoding"):
        body, cut = _joined(body)
    codings = [coding for coding in _tokens(headers, "content-encoding") if coding != "identity"]
    if len(codings) > _CODINGS:
        return b"", True
    for coding in reversed(codings):
        undo = _UNDO.get(coding)
        if undo is None:
            return b"", True
        unpacked = undo(body)
        if unpacked is None:
            break
        body, stopped = unpacked
        cut = cut or stopped
    return body, cut


def _tokens(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    values = ",".join(value for key, value in headers if key == name)
    return [token.strip().lower() for token in values.split(",")[:20] if token.strip()]


def _joined(body: bytes) -> tuple[bytes, bool]:
    """The chunks of ``body`` joined, and whether the last one is missing."""
    if not _CHUNK.match(body):
        return body, False
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts), False
        parts.append(body[found.end() : found.end() + size])
        at = found.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(parts), True


Unpacked = tuple[bytes, bool] | None
"""The content and whether it was cut; None where the bytes are not coded in this way at all."""


def _inflated(body: bytes, bits: int) -> Unpacked:
    """Members of gzip or one zlib stream, one after the other."""
    parts: list[bytes] = []
    size, rest = 0, body
    for _ in range(_MEMBERS):
        if not rest or size > BODY:
            return b"".join(parts)[:BODY], size > BODY
        machine = zlib.decompressobj(bits)
        try:
            part = machine.decompress(rest, BODY + 1 - size)
        except zlib.error:
            return (b"".join(parts), True) if parts else None
        parts.append(part)
        size += len(part)
        if not machine.eof:
            return b"".join(parts)[:BODY], True
        rest = machine.unused_data.lstrip(b"\0") if bits > 15 else b""
    return b"".join(parts)[:BODY], True


def _deflated(body: bytes) -> Unpacked:
    """What servers call deflate is zlib's format by RFC 9110, and bare deflate by many of them."""
    unpacked = _inflated(body, 15)
    return _inflated(body, -15) if unpacked is None else unpacked


def _brotli(body: bytes) -> Unpacked:
    machine = brotli.Decompressor()
    try:
        part = machine.process(body, output_buffer_limit=BODY + 1)
    except brotli.error:
        return None
    return part[:BODY], not machine.is_finished()


def _zstandard(body: bytes) -> Unpacked:
    machine = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
    try:
        part = machine.decompress(body, BODY + 1)
    except zstd.ZstdError:
        return None
    return part[:BODY], not machine.eof


def _gzip(body: bytes) -> Unpacked:
    return _inflated(body, 31)


_UNDO: Final[dict[str, Callable[[bytes], Unpacked]]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflated, "br": _brotli, "zstd": _zstandard,
}  # fmt: skip
