"""Writes captures into a WARC file, from which `copydesk.captures.warc` reads the same answers again.

Every answer is a response record that stands for itself, each redirect on the way one of its own. Bodies are written as they
were kept, freed of their codings, so the headers that told of codings are renamed. What gave no answer is a metadata record
that says why.
"""

import base64
import gzip
import hashlib
import os
import threading
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

from copydesk import __version__
from copydesk.captures.capture import Capture
from copydesk.captures.warc_notes import DETAIL, FAILURE, FIELDS_TYPE
from copydesk.errors import OutputError
from copydesk.urls.url import digest_of

_CODED: Final = frozenset(("content-encoding", "transfer-encoding", "content-length"))
_RENAMED: Final = "x-archive-orig-"
"""The prefix that web archives give to headers of the original answer which do not hold for the stored one."""

_STATUSES: Final = frozenset(HTTPStatus)
_RESPONSE: Final = "application/http; msgtype=response"


class Recording:
    """A WARC file in the making: it appears as ``path`` when `commit` is called, and never otherwise. ``count`` URLs are in it.

    Each URL is recorded once; captures may come from several threads. Raises OutputError where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._written: set[bytes] = set()
        self.count = 0
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()

        try:
            self._file = self._aside.open("wb")
            self._write(
                "warcinfo", None, None, FIELDS_TYPE, _fields(software=f"copydesk {__version__}", format="WARC 1.1")
            )
        except OSError as error:
            raise OutputError(f"{self.path}: cannot record there: {error.strerror or error}") from None

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Throws away what was not finished by `commit`."""
        if self._file is not None:
            self._file.close()
            self._file = None
            with suppress(OSError):
                self._aside.unlink(missing_ok=True)

    def commit(self) -> None:
        """Finishes the file and gives it its name."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._aside.replace(self.path)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot record there: {error.strerror or error}") from None
        self._file = None

    def take(self, capture: Capture) -> None:
        """Writes what ``capture`` brought, if it came over the network; what is read from files is kept already."""
        if capture.by != "network":
            return
        try:
            with self._lock:
                self._take(capture)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot record there: {error.strerror or error}") from None

    def _take(self, capture: Capture) -> None:
        stops = [*(hop.url for hop in capture.hops), capture.final_url]
        for hop, (_, leads) in zip(capture.hops, pairwise(stops), strict=True):
            redirect = replace(capture, status=hop.status, headers=(("location", leads),), body=b"", truncated=False)
            self._answer(hop.url, redirect)
        if capture.status is not None:
            self._answer(capture.final_url, capture)
        elif self._is_new(capture.final_url):
            said = _fields(**{FAILURE: capture.failure or "broken", DETAIL: capture.detail})
            self._write("metadata", capture.final_url, capture.fetched_at, FIELDS_TYPE, said)

    def _is_new(self, url: str) -> bool:
        digest = digest_of(url)
        new = digest not in self._written
        self.count += new
        self._written.add(digest)
        return new

    def _answer(self, url: str, answer: Capture) -> None:
        """Writes the last answer of a capture as that of ``url``."""
        if not self._is_new(url):
            return
        status = answer.status or 0
        phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
        named = [(_RENAMED + name if name in _CODED else name, value) for name, value in answer.headers]
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {_line(value)}" for name, value in named)]
        lines.append(f"content-length: {len(answer.body)}")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        more = {"WARC-Payload-Digest": _digest(answer.body)}
        if answer.peer is not None:
            more["WARC-IP-Address"] = answer.peer
        if answer.truncated:
            more["WARC-Truncated"] = "length"
        self._write("response", url, answer.fetched_at, _RESPONSE, head + answer.body, more)

    def _write(
        self,
        kind: str,
        url: str | None,
        at: datetime | None,
        content_type: str,
        block: bytes,
        more: dict[str, str] | None = None,
    ) -> None:
        """Writes one record as a gzip member of its own, so that it can be looked up."""
        date = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z" if at is not None else "1970-01-01T00:00:00Z"
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {date} {url or self.path.name}")
        headers = {"WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": date}
        if url is not None:
            headers["WARC-Target-URI"] = url
        headers |= {
            **(more or {}),
            "WARC-Block-Digest": _digest(block),
            "Content-Type": content_type,
            "Content-Length": str(len(block)),
        }
        lines = ["WARC/1.1", *(f"{key}: {_line(value)}" for key, value in headers.items())]
        record = "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
        assert self._file is not None
        self._file.write(gzip.compress(record, compresslevel=6, mtime=0))


def _digest(content: bytes) -> str:
    """A labelled digest as WARC 1.1 writes it (section 5.8)."""
    return f"sha256:{base64.b32encode(hashlib.sha256(content).digest()).decode()}"


def _line(value: str) -> str:
    """``value`` on one line."""
    return " ".join(value.split("\r\n")).replace("\r", " ").replace("\n", " ").replace("\0", " ")


def _fields(**values: str) -> bytes:
    return "".join(f"{name}: {_line(value)}\r\n" for name, value in values.items()).encode()
