"""What processes of one run say to each other: JSON over a pipe, and frames as Arrow files beside it, nothing that could be
executed.

A pipe holds a megabyte at most, a batch has ten: through it, whoever sends would wait for whoever reads to be idle.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import polars as pl

_SIZE = 8
"""Bytes of a length, big-endian."""


Frames = tuple[Path, Sequence[pl.DataFrame]]
"""Frames, and the folder through which they go."""


def send(stream: IO[bytes], header: dict[str, Any], frames: Frames | None = None) -> None:
    """Writes a message: the length of the header, and the header, which names the files that frames became.

    Raises OSError where nobody reads.
    """
    folder, sent = frames or (Path(), ())
    head = json.dumps({**header, "frames": [_left(frame, folder) for frame in sent]}).encode()
    stream.write(len(head).to_bytes(_SIZE, "big") + head)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[pl.DataFrame]]:
    """Reads a message; its files are gone then. Raises EOFError where the other side has gone."""
    size = int.from_bytes(_exactly(stream, _SIZE), "big")
    head: dict[str, Any] = json.loads(_exactly(stream, size))
    return head, [_found(Path(path)) for path in head.pop("frames")]


def _left(frame: pl.DataFrame, folder: Path) -> str:
    path = folder / f"{uuid4().hex}.arrow"
    frame.write_ipc(path, compression="uncompressed")
    return str(path)


def _found(path: Path) -> pl.DataFrame:
    frame = pl.read_ipc(path)
    with suppress(PermissionError):  # where what is mapped cannot be removed, the folder goes when the run has ended
        path.unlink()
    return frame


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
