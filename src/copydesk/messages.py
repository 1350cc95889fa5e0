"""What processes of one run say to each other over a pipe: a JSON header and Arrow frames, nothing that could be executed."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import IO, Any, cast

import polars as pl

_SIZE = 8
"""Bytes of a length, big-endian."""


def send(stream: IO[bytes], header: dict[str, Any], frames: Sequence[pl.DataFrame] = ()) -> None:
    """Writes a message: the length of the header, the header, which says how many frames there are, and the frames.

    A frame is written in pieces, each with its length before it, and an empty one at its end: whole, it would be in memory twice
    more. Raises OSError where nobody reads.
    """
    head = json.dumps({**header, "frames": len(frames)}).encode()
    stream.write(_length(len(head)) + head)
    for frame in frames:
        frame.write_ipc_stream(cast("IO[bytes]", _Pieces(stream)))  # nothing but writing is asked of it
        stream.write(_length(0))
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[pl.DataFrame]]:
    """Reads a message. Raises EOFError where the other side has gone."""
    head: dict[str, Any] = json.loads(_exactly(stream, _next_length(stream)))
    return head, [pl.read_ipc_stream(io.BytesIO(b"".join(_pieces(stream)))) for _ in range(head.pop("frames"))]


class _Pieces:
    """Writes what it is given to ``stream`` with its length before it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        if data:
            self._stream.write(_length(len(data)))
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """The message is flushed as a whole."""


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while size := _next_length(stream):
        yield _exactly(stream, size)


def _length(size: int) -> bytes:
    return size.to_bytes(_SIZE, "big")


def _next_length(stream: IO[bytes]) -> int:
    return int.from_bytes(_exactly(stream, _SIZE), "big")


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
