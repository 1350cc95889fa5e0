"""Turns bytes into text: UTF-8, UTF-16 and UTF-32 by their byte order mark, anything else by a detector, and flagged."""

import codecs
import re
from hashlib import blake2b
from typing import Final

from copydesk.wording import plural

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, those that begin like another one first."""

SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes in file names that are not UTF-8; UTF-8 cannot say it."""

_SAMPLE = 65_536


def marked(head: bytes) -> tuple[bytes, str]:
    """(byte order mark, encoding) that ``head`` starts with; without a mark (b"", "utf-8")."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return mark, encoding
    return b"", "utf-8"


class Decoder:
    """Decodes the records of one input. What is not UTF-8 is guessed once, and the guess is kept while it fits."""

    def __init__(self) -> None:
        self._guess: str | None = None

    @property
    def guessed(self) -> bool:
        """Whether an encoding has been guessed by now."""
        return self._guess is not None

    def decode(self, raw: bytes) -> tuple[str, str | None]:
        """(text, how it was decoded): the second is None for valid UTF-8."""
        try:
            return raw.decode("utf-8"), None
        except UnicodeDecodeError:
            pass
        text = raw.decode("utf-8", "replace")
        lost = text.count("\ufffd")
        if sum(not char.isascii() for char in text[:_SAMPLE]) > 3 * lost:
            return text, f"UTF-8 with {lost} invalid {plural(lost, 'byte')}"
        if self._guess:
            try:
                return raw.decode(self._guess), f"{self._guess} (a guess)"
            except UnicodeDecodeError:
                pass
        return self._detect(raw) or (text, f"UTF-8 with {lost} invalid {plural(lost, 'byte')}")

    def _detect(self, raw: bytes) -> tuple[str, str] | None:
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:_SAMPLE]).best()
        if best is None:
            return None
        try:
            text = raw.decode(best.encoding)
        except (UnicodeDecodeError, LookupError):
            return None
        self._guess = best.encoding
        return text, f"{best.encoding} (a guess)"


def without_surrogates(text: str) -> str:
    """``text`` with each lone surrogate, which no encoding can hold, as U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def with_joined_halves(text: str) -> str:
    """``text`` with the halves of characters that escapes split in two put together; U+FFFD for one that is alone."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def short_digest(*texts: str | None) -> str:
    """16 hex digits that stand for ``texts``, whatever they hold; null is as good as empty."""
    return blake2b("\x1f".join(text or "" for text in texts).encode("utf-8", "replace"), digest_size=8).hexdigest()
