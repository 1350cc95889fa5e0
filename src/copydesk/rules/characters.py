"""TXT: characters that were misread, or that no reader can see."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

import polars as pl

from copydesk.articles.signs import CONTROL, INVISIBLE, MAC_LETTERS, MISREAD
from copydesk.rules import unseen
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, difference, rule, whole

TEXTS = ("title", "byline", "body")
"""The fields whose characters are judged."""

_MISREAD = re.compile(MISREAD)
_BLANK = re.compile(r"\s")
_PARAGRAPH = 2_000
"""Characters of a line that is remembered with what was meant."""


def has(sign: str, pattern: str, test: Callable[[str], bool]) -> pl.Expr:
    """Whether any of the `TEXTS` has what ``test`` looks for; asked of bodies with ``sign``, short texts with ``pattern``."""
    likely = {column: pl.col(column).str.contains(pattern) for column in TEXTS[:2]}
    likely["body"] = pl.col("body_signs").str.contains(sign, literal=True)
    return pl.any_horizontal(confirmed(where, column, test) for column, where in likely.items()).fill_null(False)


@rule("TXT003", "mojibake", severity=Severity.ERROR, field="body", fix="safe")
class Mojibake(Rule):
    """Characters were decoded with the wrong encoding.

    ## What it does
    Reports replacement characters (U+FFFD) and sequences such as `Ã¼`, `â€™` or `Ð¿Ñ€` that ftfy can turn back into
    the characters that were meant, in title, byline and body.

    ## Why it matters
    Names become unsearchable, models learn garbage, and the original bytes are often lost for good.

    ## What to do
    Decode by the page's declared charset, once. What ftfy can repair is given as suggestion; U+FFFD cannot be repaired.

    ## Example
    ```json
    {"title": "FÃ¤hre fÃ¤hrt wieder"}
    ```

    ## Use instead
    ```json
    {"title": "Fähre fährt wieder"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~has("misread", MISREAD, _is_mojibake)

    def find(self, article: Article) -> Iterator[Spot]:
        for column in TEXTS:
            yield from _mojibake(column, article[column] or "")


def _is_mojibake(text: str) -> bool:
    return next(_mojibake("", text), None) is not None


def _mojibake(column: str, text: str) -> Iterator[Spot]:
    offset = 0
    while misread := _MISREAD.search(text, offset):
        first = text.rfind("\n", 0, misread.start()) + 1
        last = text.find("\n", first)
        last = len(text) if last < 0 else last
        line = text[first:last]
        if "\ufffd" in line:
            at = first + line.index("\ufffd")
            yield Spot(column, "a character was lost in decoding (U+FFFD)", at, at + 1)
        elif (meant := _meant(line)) != line:
            start, end = _words_around(line, *difference(line, meant)[:2])
            repair = meant[start : len(meant) - (len(line) - end)]
            message = "decoded with the wrong encoding"
            yield Spot(column, message, first + start, first + end, repair[:500], repair)
        offset = last + 1


def _words_around(line: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole words."""
    after = _BLANK.search(line, end)
    return line.rfind(" ", 0, start) + 1, after.start() if after else len(line)


def _meant(line: str) -> str:
    return _remembered(line) if len(line) <= _PARAGRAPH else _repaired(line)


@lru_cache(maxsize=2_048)
def _remembered(line: str) -> str:
    """A misread line is asked about twice: by the rule, and for its evidence."""
    return _repaired(line)


_MAC_LETTER = re.compile("(?<=[^\\W\\d_])√.(?!\\d)|√.(?=[^\\W\\d_]{2})")
"""Beside letters only: "√±5" is mathematics, which ftfy takes for a letter, too."""
_LOST_QUOTE = re.compile(r"â€(?=[ .,;:!?)\]]|$)")
"""A closing quotation mark whose last byte means nothing in Windows-1252, and was dropped; ftfy makes a dagger of it."""


def _repaired(line: str) -> str:
    import ftfy

    if "√" in line:
        if not _MAC_LETTER.search(line):
            return line
        for codec in ("mac_roman", "mac_latin2"):
            with suppress(UnicodeError):
                return line.encode(codec).decode()
        line = _MAC_LETTER.sub(lambda found: MAC_LETTERS.get(found[0], found[0]), line)
    return ftfy.fix_encoding(_LOST_QUOTE.sub("”", line))


@rule("TXT004", "wrong-encoding", severity=Severity.WARNING, field="body")
class WrongEncoding(Rule):
    """The record's bytes were not valid in the encoding of its file.

    ## What it does
    Reports records that had to be decoded by guess: neither UTF-8 nor marked by a byte order mark.

    ## Why it matters
    A guess is right most of the time, and wrong without anybody noticing. The record itself is passed on byte for byte.

    ## What to do
    Write UTF-8. The message says which encoding was assumed.

    ## Example
    A line of a JSON Lines file saved as Windows-1252, with `0xFC` where UTF-8 needs `0xC3 0xBC` for `ü`.

    ## Use instead
    The same line saved as UTF-8.
    """

    def passes(self) -> pl.Expr:
        return pl.col("decoding").is_null()

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", f"the record is not UTF-8: it was read as {article['decoding']}")


@rule("TXT005", "control-characters", severity=Severity.WARNING, field="body", fix="safe")
class ControlCharacters(Rule):
    """The text has control characters.

    ## What it does
    Reports C0 and C1 control characters except tab and line ends, NUL among them, in title, byline and body.

    ## Why it matters
    They mean nothing in an article. Databases refuse NUL, XML refuses nearly all of them, and C1 characters are
    Windows-1252 punctuation that was read as Latin-1.

    ## What to do
    The suggestion puts the punctuation that was meant, a line end for vertical tabs and form feeds, and nothing for the
    others. Inside of misread letters there is none: `mojibake` knows more of them. What may have been a dash or a separator
    (`10\\u001320`) is to be reviewed.

    ## Example
    ```json
    {"title": "Ferry\\u0000 resumes"}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~has("control", CONTROL, unseen.has_controls)

    def find(self, article: Article) -> Iterator[Spot]:
        for column in TEXTS:
            for start, end, name, repair, review in unseen.controls(article[column] or ""):
                yield Spot(column, f"{name}, a control character", start, end, repair, repair, review)


@rule("TXT006", "invisible-characters", severity=Severity.WARNING, field="body", fix="safe")
class InvisibleCharacters(Rule):
    """The text has invisible characters that do nothing.

    ## What it does
    Reports soft hyphens, zero-width spaces, stray joiners, byte order marks, direction marks and tag characters, in title,
    byline and body. Left alone is what writing needs: joiners in Arabic, Persian and Indic scripts and in emoji, zero-width
    spaces in Thai, Khmer, Lao, Burmese and Japanese, direction marks in texts with right-to-left letters, tags in flags,
    and a C2PA manifest (U+FEFF and variation selectors), which deleting would destroy.

    ## Why it matters
    `fer\\u00adry` is not found by a search for `ferry`, is not equal to it, and is another token for a model. Tag
    characters can carry a hidden text that models read and people do not see.

    ## What to do
    Delete them when the text is extracted. The suggestion does so. Between digits, in scripts that may need them, and around
    annotations it is to be reviewed.

    ## Example
    ```json
    {"title": "The fer\\u00adry resumes"}
    ```

    ## Use instead
    ```json
    {"title": "The ferry resumes"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~has("invisible", INVISIBLE, unseen.has_strays)

    def find(self, article: Article) -> Iterator[Spot]:
        for column in TEXTS:
            for start, end, name, repair, review in unseen.strays(article[column] or ""):
                yield Spot(column, f"{name}, which does nothing here", start, end, repair, repair, review)


@rule("TXT007", "direction-controls", severity=Severity.WARNING, field="body", fix="unsafe")
class DirectionControls(Rule):
    """The text has controls that change the direction of writing.

    ## What it does
    Reports overrides (U+202D, U+202E) wherever they stand, and embeddings and isolates that are not closed on their line or
    stand in a text without right-to-left letters.

    ## Why it matters
    Readers see another order of characters than programs do: a URL, a sum or a name can be made to look like another
    ("Trojan Source", CVE-2021-42574). An unclosed one turns everything that follows it.

    ## What to do
    Look at the text as displayed. The suggestion deletes the control, which keeps the order that programs see.

    ## Example
    ```json
    {"title": "Account \\u202e4321 closed"}
    ```

    ## Use instead
    ```json
    {"title": "Account 1234 closed"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~has("invisible", INVISIBLE, unseen.has_turns)

    def find(self, article: Article) -> Iterator[Spot]:
        for column in TEXTS:
            for start, end, name, repair, review in unseen.turns(article[column] or ""):
                yield Spot(column, f"{name}, which turns the text", start, end, repair, repair, review)
