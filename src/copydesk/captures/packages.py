"""Zip files from elsewhere, and what goes wrong with them."""

import lzma
import struct
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OverflowError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What `zipfile` raises of packages that are damaged, encrypted, or of a kind that it does not know (NotImplementedError, a
RuntimeError)."""
