"""Recognises lines by their shape alone: dates, breadcrumbs, script and data, and with them bylines and captions."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.furniture.bylines import byline_lines
from copydesk.furniture.captions import captions
from copydesk.furniture.phrases import FEW
from copydesk.press import dates
from copydesk.vocabulary import SENTENCE_END, per_vocabulary, phrases, title_words

_DATE_LENGTH = 70
"""Characters of the longest date line ("Updated on Saturday, 14 September 2024 at 10:30 a.m. (Paris)")."""

_DATE_WORDS = 5
"""Words of three letters and more in it: a label, a weekday, a month, a zone, a place."""

_TIMELINE = 4
"""Different date lines in one body; more are the headings of a timeline, or a table."""

_CHRONICLE = 3
"""Different date lines with prose behind each, from which they are headings."""

_FIRST_PAGE = 1991
"""The year of the first page of the web: earlier dates are what a story is about ("Born 3 March 1931")."""

_HEAD = 3
"""Lines of a body in which a time of day alone is the page's, and a date beside those of a life ("Born 3 March 1931")."""

_TICKER = 2
"""Times of day alone in one body (published, updated); more head the entries of a ticker."""

_SHORT = 80
"""Characters of dates and breadcrumbs."""

_WORDS = re.compile(r"[^\W\d_]{3,}")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?(?:[ap]\.?m\.?|[AP]\.?M\.?|[Uu]hr|h))?")
_TIMED = r"^[0-9]{1,2}:[0-9]{2}"
_CRUMBS = re.compile(r"\s(?:>|›|»|/|\||•|·|→)\s|(?<=\w)[›»>](?=\w)")
_CRUMB_LENGTH = 24
_ENDS = 3
"""First and last lines of a body in which breadcrumbs stand; between them such lines are verses, tables and routes."""

_SITE = re.compile(r"\w[\w-]*\.[A-Za-z]{2,}")
_CODE = (
    "function(", "function (", "window.", "document.", "var ", "const ", "=>", "@media", "@import", '":', "});", "px;",
    "googletag", "!important", "}", "{{", "{%", "%}", "\\u00", "</", "/>", "[/", "]]>",
)  # fmt: skip
_CODE_MARKS = re.compile(r"[{}();=<>\[\]\"':]")
_CODE_SHARE = 0.08
"""Share of a line's characters that are brackets, quotes, equal signs and their like: prose stays below 0.05."""

_CODE_TELLS = re.compile(
    r"function\s?\(|window\.|document\.|\b(?:var|let|const)\s+\w+\s?=|=>\s?\{|@(?:media|import)\b|\"[\w@-]+\"\s?:\s?[\"\[{\d]"
    r"|\}\);|[\w-]+\s?:\s?[^;{}]{1,60};?\s?\}|!important|googletag|\{\{.{0,80}\}\}|\{%.{0,80}%\}|\[/?[a-z_-]{3,20}(?:\s[^\]]{0,200})?\]\S*\[/"
)


def kinds(lines: pl.DataFrame, bylines: pl.Series) -> Iterator[tuple[int, str]]:
    """(position in ``lines``, kind) of the lines that have the shape of furniture; ``bylines`` are those of the rows."""
    text = pl.col("text")
    size = text.str.len_bytes()
    frame = lines.select("row", text, pl.int_range(pl.len()).alias("at"), "line")
    short = frame.filter(size <= 4 * _SHORT).filter(text.str.len_chars() <= _SHORT)
    yield from ((at, "photo-credit") for at in captions(lines))
    yield from ((at, "date-line") for at in _dates(short, lines))
    yield from ((at, "byline-line") for at in byline_lines(lines, bylines))
    for _, line, at, _ in _holding(short, r"[›»>/|•·→].+[›»>/|•·→]"):
        if _at_an_end(lines["row"], at) and is_breadcrumb(line):
            yield at, "navigation"
    for _, line, at, _ in _holding(frame, r"[{}<>=;\[\]\\]"):  # nearly free, and prose seldom holds one
        if any(sign in line for sign in _CODE) and is_code(line):
            yield at, "code"


def _holding(lines: pl.DataFrame, pattern: str) -> Iterable[tuple[int, str, int, int]]:
    """The rows of ``lines`` whose text holds ``pattern``, which Rust and Python read alike."""
    if lines.height > FEW:
        return lines.filter(pl.col("text").str.contains(pattern)).iter_rows()
    return (line for line in lines.iter_rows() if re.search(pattern, line[1]))


def _dates(short: pl.DataFrame, lines: pl.DataFrame) -> Iterator[int]:
    """Where ``short`` ones of ``lines`` are dates; a body with many different ones, or several that head prose, is a timeline,
    in which they are text, and one with dates older than any page tells a life or a history."""
    by_row: dict[int, dict[str, list[int]]] = {}
    ticking: Counter[int] = Counter()
    timed: list[tuple[int, str, int]] = []
    dated: list[tuple[int, str, int, int]] = []
    old: dict[int, set[int]] = {}
    for row, line, at, number in _holding(short, r"[0-9٠-٩०-९].*[^.!?。…]$|m\.$"):
        if _CLOCK.fullmatch(line):
            ticking[row] += 1
            if number <= _HEAD:
                timed.append((row, line, at))
        elif (year := _year(line)) is not None:
            if year >= _FIRST_PAGE:
                dated.append((row, line, at, number))
            else:
                old.setdefault(row, set()).add(number)
    for row, line, at, number in dated:
        if row not in old or (number <= _HEAD and number - 1 not in old[row]):
            by_row.setdefault(row, {}).setdefault(line, []).append(at)
    # a time of day alone, further down or one of many, heads an entry of a ticker
    for row, line, at in timed:
        if ticking[row] <= _TICKER:
            by_row.setdefault(row, {}).setdefault(line, []).append(at)
    for found in by_row.values():
        heading = sum(any(SENTENCE_END.search(_behind(lines, at)) for at in places) for places in found.values())
        if len(found) <= _TIMELINE and heading < _CHRONICLE:
            yield from (at for places in found.values() for at in places)


def is_date(line: str) -> bool:
    """Whether ``line`` is a date or a time of day and nothing else but its label.

    >>> is_date("Updated 14 June 2025, 10:30"), is_date("The ferry sank on 14 June 2025")
    (True, False)
    """
    return len(line) <= _DATE_LENGTH and (_CLOCK.fullmatch(line) is not None or (_year(line) or 0) >= _FIRST_PAGE)


def _year(line: str) -> int | None:
    """The year of the date that ``line`` is, with nothing but a label; None if it is something else."""
    if len(line) > _DATE_LENGTH or len(_WORDS.findall(line)) > _DATE_WORDS or sum(map(str.isdigit, line)) < 4:
        return None
    if "@" in line or line.endswith(":") or (SENTENCE_END.search(line) and not line.endswith(("m.", "M."))):
        return None
    read = dates.parse(line)
    return read.at.year if read else None


def _behind(lines: pl.DataFrame, at: int) -> str:
    """The line behind the line ``at`` in the same body."""
    texts, rows = lines["text"], lines["row"]
    return texts[at + 1] if at + 1 < len(texts) and rows[at + 1] == rows[at] else ""


def ticking(lines: pl.DataFrame) -> list[int]:
    """Where ``lines`` are times of day that head the entries of a ticker: what follows is prose, not the headline of a list."""
    found: dict[int, list[int]] = {}
    for row, line, at, _ in _holding(lines.select("row", "text", pl.int_range(pl.len()).alias("at"), "line"), _TIMED):
        if _CLOCK.fullmatch(line) and SENTENCE_END.search(_behind(lines, at)):
            found.setdefault(row, []).append(at)
    return [at for places in found.values() if len(places) > _TICKER for at in places]


def _at_an_end(rows: pl.Series, at: int) -> bool:
    """Whether the line ``at`` is among the first or the last of its body; ``rows`` are the bodies of all lines."""
    row = rows[at]
    return at < _ENDS or at + _ENDS >= len(rows) or rows[at - _ENDS] != row or rows[at + _ENDS] != row


def is_breadcrumb(line: str) -> bool:
    """Whether ``line`` is a path or menu: at least three short parts with marks between them that lead through a site.

    >>> is_breadcrumb("Home › Ferries › Timetable"), is_breadcrumb("Rome · Paris · Vienna")
    (True, False)
    """
    parts = [part.strip() for part in _CRUMBS.split(line)]
    return (
        line[0] != "|"
        and len(parts) >= 3
        and all(0 < len(part) <= _CRUMB_LENGTH and not part[0].isdigit() for part in parts)
        and _lead_through_a_site([part.casefold() for part in parts])
    )


def _lead_through_a_site(parts: list[str]) -> bool:
    """Whether ``parts``, in casefold, begin at a site or its home page, or name two of its sections."""
    first = parts[0] in _controls() or _SITE.fullmatch(parts[0]) is not None
    return first or sum(part in _sections() or part in _controls() for part in parts) >= 2


@per_vocabulary
def _sections() -> frozenset[str]:
    return frozenset(word.casefold() for word in title_words("section"))


@per_vocabulary
def _controls() -> frozenset[str]:
    """What pages call their home page, their menus and their forms."""
    return frozenset(phrase.text.casefold() for phrase in phrases("navigation") if phrase.match == "line")


def is_code(line: str) -> bool:
    """Whether ``line`` is script, style, a template or data."""
    head = line[:2000]
    return len(_CODE_MARKS.findall(head)) > _CODE_SHARE * len(head) and _CODE_TELLS.search(head) is not None
