"""The text of an answer's body: its byte order mark, its header, its own `<meta>`, else UTF-8 or a guess, as browsers do.

WHATWG, Encoding standard and "determining the character encoding" in HTML. Only codecs of texts are ever used: Python has
others under the same roof (zip, punycode, unicode_escape) that a header must not reach.
"""

import codecs
import re
from typing import Final

from copydesk.captures.capture import Capture
from copydesk.encoding import MARKS, Decoder

READ: Final = 8_000_000
"""Bytes of a body that are decoded; the longest of 166 real pages has 1.8 million."""

_HEAD: Final = 4_096
"""Bytes in which a page must name its encoding; the standard asks for 1,024, and pages are seen to need more."""

_HEADER: Final = re.compile(r"(?i)charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})")
_META: Final = re.compile(rb"(?i)<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})")

_WIDER: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""What browsers read where a page names its smaller kin (Encoding standard, section 4.2)."""

_ALSO: Final = {"x-sjis": "cp932", "windows-874": "cp874", "x-euc-jp": "euc_jp", "x-gbk": "gb18030", "utf8mb4": "utf-8"}
"""Labels that Python does not know."""

_TEXTS: Final = re.compile(
    r"utf-8|cp(?:125\d|874|932|949|866)|gb18030|big5(?:hkscs)?|euc_jp|iso2022_jp|iso8859-\d\d?|koi8-[ru]|mac-(?:roman|cyrillic)"
)


def decoded(capture: Capture) -> tuple[str, str]:
    """(text, name of the encoding) of the body of ``capture``; bytes that do not fit become U+FFFD."""
    body = capture.body[:READ]
    for mark, name in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    try:  # the end may have been cut within a character
        text = codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        text = ""
    if text and not text.isascii():
        return text, "utf-8"  # whatever is declared: no other encoding's text is valid UTF-8 by chance
    header = _HEADER.search((capture.header("content-type") or "")[:500])
    named = (header and codec_of(header[1])) or None
    if named is None and (meta := _META.search(body, 0, _HEAD)):
        named = codec_of(meta[1].decode("ascii", "replace"))
    if named:
        return body.decode(named, "replace"), named
    if text:
        return text, "utf-8"
    text, how = Decoder().decode(body)
    if how and how.startswith("utf_"):  # a page in UTF-16 would have said so by its mark: what browsers fall back to
        return body.decode("cp1252", "replace"), "cp1252"
    return text, how or "utf-8"


def codec_of(label: str) -> str | None:
    """Python's codec for a label of a page, or None for one that is not among the encodings of texts."""
    label = label.strip().lower()
    try:
        name = codecs.lookup(_ALSO.get(label, label)).name
    except (LookupError, ValueError):
        return None
    if name.startswith("utf-16"):
        return "utf-8"  # a page that could say so in ASCII is not in UTF-16 (HTML standard)
    name = _WIDER.get(name, name)
    return name if _TEXTS.fullmatch(name) else None
