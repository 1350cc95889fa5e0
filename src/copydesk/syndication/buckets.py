"""Numbers on disk, parted into files that each fit into memory: an inverted index that never lies in memory whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

BUCKETS: Final = 64
"""Files of one kind. A million articles put some twenty megabytes into each."""


class Buckets:
    """Rows of one numpy ``dtype`` in `BUCKETS` files below ``folder``, each found again by its bucket."""

    def __init__(self, folder: Path, name: str, dtype: npt.DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._paths = [folder / f"{name}-{number:02}.bin" for number in range(BUCKETS)]
        self._files = [path.open("wb") for path in self._paths]

    def put(self, rows: npt.NDArray[Any], buckets: npt.NDArray[np.uint64]) -> None:
        """Appends each of ``rows`` to its bucket (0 to `BUCKETS` - 1)."""
        order = np.argsort(buckets.astype(np.uint8), kind="stable")
        rows, ends = rows[order], np.cumsum(np.bincount(buckets.astype(np.int64), minlength=BUCKETS))
        for file, start, end in zip(self._files, ends - np.diff(ends, prepend=0), ends, strict=True):
            if end > start:
                file.write(rows[start:end].tobytes())

    def close(self) -> None:
        """Finishes writing."""
        for file in self._files:
            file.close()

    def take(self) -> Iterator[npt.NDArray[Any]]:
        """The rows of each bucket, which is gone afterwards."""
        self.close()
        for path in self._paths:
            rows = np.fromfile(path, self._dtype)
            path.unlink()
            yield rows
