"""What format an input is in: by what was asked for, else by its first bytes, else by its name."""

import json
import re
import zipfile
from itertools import islice
from pathlib import Path
from typing import Final

from copydesk.articles import delimited, wrapped
from copydesk.articles.fields import FieldMap
from copydesk.articles.streams import COMPRESSIONS
from copydesk.captures.packages import DAMAGED
from copydesk.errors import InputError, UsageError

FORMATS: Final = {
    "jsonl": (".jsonl", ".ndjson", ".jl", ".jsonlines"),
    "json": (".json",),
    "csv": (".csv", ".tsv", ".tab"),
    "parquet": (".parquet", ".pq"),
    "story": (".txt", ".text"),
    "html": (".html", ".htm", ".xhtml"),
    "warc": (".warc", ".wacz"),
    "feed": (".rss", ".atom", ".rdf"),
    "sitemap": (),
    "xml": (),
    "newsml": (".xml",),
}
"""What `--format` takes, and the suffixes by which files in a folder are taken for inputs (`.xml`: whichever it turns out)."""

SUFFIXES: Final = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}

DATABASES: Final = (".duckdb", ".ddb", ".sqlite", ".sqlite3")
"""Suffixes of database files that are taken in a folder; named by themselves they are known by their first bytes."""

FORCE: Final = f"say which with --format ({', '.join(FORMATS)})"

ROOTS: Final = {
    "rss": "feed", "RDF": "feed", "feed": "feed",
    "urlset": "sitemap", "sitemapindex": "sitemap",
    "newsItem": "newsml", "newsMessage": "newsml", "packageItem": "newsml", "knowledgeItem": "newsml",
    "conceptItem": "newsml", "planningItem": "newsml", "catalogItem": "newsml",
    "items": "xml", "data": "xml", "articles": "xml",
}  # fmt: skip
"""Root elements of XML documents, by their local names -> format."""

_PACKED: Final = "compressed with {}, which is not read; unpack it, or pack it as .gz or .zst"

_FOREIGN: Final = tuple(
    (re.compile(mark), what)
    for mark, what in (
        (rb"\x1f\x8b|\x28\xb5\x2f\xfd", "compressed twice; unpack it once, and name what comes out"),
        (rb"BZh[1-9]1AY&SY", _PACKED.format("bzip2")),
        (rb"\xfd7zXZ\0", _PACKED.format("xz")),
        (rb"7z\xbc\xaf\x27\x1c", _PACKED.format("7-Zip")),
        (rb"\x04\x22\x4d\x18", _PACKED.format("LZ4")),
        (rb"ARROW1\0\0|\xff\xff\xff\xff", "a file of Arrow, which is not read; write it as Parquet"),
        (rb"Obj\x01", "an Avro file, which is not read; write it as Parquet or JSON Lines"),
        (rb"%PDF-", "a PDF file, which is not read"),
    )
)
"""How files begin that are not read -> what to say of them."""

_HTML: Final = frozenset(("html", "head", "body"))
_PARTS: Final = frozenset(
    "title meta link script style base div p article main section header h1 span table a img".split()  # noqa: SIM905
)
"""With what else a page may begin; stories and tables may as well, so that a name that says those is believed."""

_PROLOG: Final = re.compile(
    rb"\s*+(?:<\?[^>]{0,4000}>|<!--(?>[^-]|-(?!->))*+-->|<!(?i:doctype)(?>[^\[>]|\[[^\]]*+\])*+>)"
)
_ROOT: Final = re.compile(rb"\s*+<(?:([\w.-]{1,60}):)?([A-Za-z][\w.-]{0,60})(?=[\s/>])")
_DOCTYPE_HTML: Final = re.compile(rb"(?i)\s*+(?:<!--(?>[^-]|-(?!->))*+-->\s*+)*+<!doctype\s+html")


def suffix_of(name: str) -> str:
    """The suffix of a file's name in lower case, without that of a compression."""
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in COMPRESSIONS else path.suffix


def known(format_name: str | None) -> str | None:
    """``format_name`` if `--format` takes it. Raises UsageError."""
    if format_name is not None and format_name not in FORMATS:
        raise UsageError(f"--format {format_name}: known are {', '.join(FORMATS)}")
    return format_name


def recognise(name: str, head: bytes, path: Path | None = None) -> str:
    """The format of the input ``name``, whose content begins with ``head``: what its first bytes say, else what its suffix says.

    Raises InputError where neither says it, or both and not the same.
    """
    named = SUFFIXES.get(suffix_of(name))
    start = head.lstrip()
    if signed := _signed(name, head, path):
        return signed
    if not start:
        raise InputError(f"{name}: empty: there is no record in it")
    if foreign := next((what for mark, what in _FOREIGN if mark.match(head)), None):
        raise InputError(f"{name}: {foreign}")
    if named in ("parquet", "warc"):
        what = "Parquet file" if named == "parquet" else "WARC file or WACZ package"
        raise InputError(f"{name}: not a {what}, though its name says so; if it is another format, {FORCE}")
    if start.startswith(b"<") and (found := _marked_up(name, start, named)):
        return found
    if named in ("feed", "newsml"):
        raise InputError(f"{name}: not XML, though its name says so; if it is another format, {FORCE}")
    if named == "story" and b"\t" in (line := start.partition(b"\n")[0]) and _is_table(line):
        return "csv"  # what Excel calls Unicode text
    if named in ("csv", "story") and not start.startswith((b'{"', b'[{"')):
        return named
    if found := _by_content(start, named):
        return found
    if named == "json":
        raise InputError(f"{name}: not JSON, though its name says so; if it is another format, {FORCE}")
    raise InputError(f"{name}: of unknown format; {FORCE}")


def _signed(name: str, head: bytes, path: Path | None) -> str | None:
    """The formats that begin with a signature of their own."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"WARC/1.0", b"WARC/1.1", b"WARC/0.1")):
        return "warc"
    if head.startswith(b"PK\x03\x04"):
        if path is None or not path.is_file() or _is_wacz(path):
            return "warc"
        if suffix_of(name) in (".xlsx", ".xlsm", ".ods"):
            raise InputError(f"{name}: a workbook of a spreadsheet, which is not read; save its sheet as CSV (UTF-8)")
        raise InputError(
            f"{name}: a zip file, but no WACZ package (archive/*.warc.gz); unpack it and name what is in it"
        )
    return None


def _is_wacz(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return any(entry.startswith("archive/") for entry in package.namelist())
    except DAMAGED:
        return True  # cut off, perhaps: the reader says what is wrong with it


def root_of(start: bytes) -> tuple[str, str, int] | None:
    """(prefix, local name, where it begins) of the root element of the document that ``start`` begins; None without one."""
    at = 0
    for _ in range(100):
        prolog = _PROLOG.match(start, at)
        if prolog is None:
            break
        at = prolog.end()
    found = _ROOT.match(start, at)
    if found is None:
        return None
    begins = start.index(b"<", found.start())
    return (found[1] or b"").decode("ascii", "replace"), found[2].decode("ascii", "replace"), begins


def _marked_up(name: str, start: bytes, named: str | None) -> str | None:
    if _DOCTYPE_HTML.match(start) and b"<rss" not in start[:1000]:
        return "html"
    root = root_of(start)
    if root is not None and root[1] in ROOTS:
        return ROOTS[root[1]]
    tag = root[1].lower() if root else ""
    if named == "html" or tag in _HTML or (named is None and tag in _PARTS):
        return "html"
    if named in ("newsml", "feed") or start.startswith(b"<?xml"):
        what = f"its root element is <{root[1]}>" if root else "it has no root element"
        raise InputError(f"{name}: XML of a kind that is not read ({what}); if it is a known one all the same, {FORCE}")
    return None


def _by_content(start: bytes, named: str | None) -> str | None:
    line, _, rest = start.partition(b"\n")
    if start.startswith(b"["):
        # an array, unless it is the first line of a file of JSON lines
        return "jsonl" if named == "jsonl" and rest.strip() and _parses(line) else "json"
    if start.startswith(b"{"):
        # the second line of an object that is set over several lines does not begin with another one
        if named == "jsonl" or (rest.strip() and (_parses(line) or rest.lstrip(b"\r\n").startswith(b"{"))):
            return "jsonl"
        return "json" if named == "json" or rest.strip() or wrapped.begins_wrapping(start) else "jsonl"
    if named in (None, "json", "jsonl") and _is_table(line):
        return "csv"
    if named:
        return None if named == "json" else named
    return "story" if not is_binary(start[:65_536]) and _is_text(start) else None


def _is_table(line: bytes) -> bool:
    """Whether ``line`` names the columns of a table, two of them known ones."""
    header = line.decode("utf-8", "replace").strip("\r\n")
    columns = header.split(delimited.delimiter_of(header))
    fields = FieldMap()
    known = (name for name in columns if fields.recognises(name.strip('"')))
    return len(columns) > 1 and len(list(islice(known, 2))) > 1


_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")


def is_binary(sample: bytes) -> bool:
    """Whether ``sample`` is no text: a stray control character is a damaged record, one in a hundred is another format."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 8 and controls > len(sample) / 100


def _parses(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_text(head: bytes) -> bool:
    sample = head[:4_096].decode("utf-8", "ignore")
    return bool(sample) and sum(char.isprintable() or char.isspace() for char in sample) > 0.95 * len(sample)
