"""What processes of one run say to each other over a pipe: a JSON header and Arrow frames, nothing that could be executed."""

import io
import json
from collections.abc import Sequence
from typing import IO, Any

import polars as pl

_SIZE = 8
"""Bytes of a length, big-endian."""


def send(stream: IO[bytes], header: dict[str, Any], frames: Sequence[pl.DataFrame] = ()) -> None:
    """Writes a message: the length of the header, the header, and the frames, whose lengths it gives."""
    parts = []
    for frame in frames:
        buffer = io.BytesIO()
        frame.write_ipc_stream(buffer)
        # not a view of it: Python 3.12 crashes where both are collected together, as after an error that is kept
        parts.append(buffer.getvalue())
    head = json.dumps({**header, "sizes": [len(part) for part in parts]}).encode()
    stream.write(len(head).to_bytes(_SIZE, "big") + head)
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[pl.DataFrame]]:
    """Reads a message. Raises EOFError where the other side has gone."""
    head: dict[str, Any] = json.loads(_exactly(stream, int.from_bytes(_exactly(stream, _SIZE), "big")))
    return head, [pl.read_ipc_stream(io.BytesIO(_exactly(stream, size))) for size in head.pop("sizes")]


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
