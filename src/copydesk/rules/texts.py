"""TXT: the body as a whole."""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, difference, parameter, present, rule, whole

_DENSE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Khmer}\p{Myanmar}\p{Lao}]"
"""Scripts that say in one character what Latin script says in about three."""


@rule("TXT001", "body-missing", severity=Severity.ERROR, field="body")
class BodyMissing(Rule):
    """The article has no text.

    ## What it does
    Reports articles whose body is absent or only white space.

    ## Why it matters
    An empty article is a failed extraction: a page built by script, a consent page, a changed layout.

    ## What to do
    Open the page without scripts; if the text is missing there too, the scraper needs a browser or an API.

    ## Example
    ```json
    {"title": "Ferry resumes", "text": " "}
    ```

    ## Use instead
    ```json
    {"title": "Ferry resumes", "text": "The ferry to the island runs again after two weeks in the dock."}
    ```
    """

    def passes(self) -> pl.Expr:
        return present("body")

    def find(self, article: Article) -> Iterable[Spot]:
        return whole("body", "no text")


@rule("TXT002", "body-too-short", severity=Severity.ERROR, field="body")
class BodyTooShort(Rule):
    """The text is implausibly short for an article.

    ## What it does
    Counts the characters of the body; a character of a script that writes densely (Chinese, Japanese, Korean, Thai and
    others) counts as three.

    ## Why it matters
    A body of one line is a teaser, a caption, an error message or a consent text.

    ## What to do
    Look at the page. For a source of genuine one-line flashes set a smaller `minimum` in the contract's `sources`.

    ## Example
    ```json
    {"text": "Please enable JavaScript."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry to the island runs again after two weeks in the dock. The first boat left at dawn with forty passengers, three bicycles and the post."}
    ```
    """  # noqa: E501

    minimum: int = parameter(100, "Characters below which a body is too short.", minimum=1)

    def passes(self) -> pl.Expr:
        body = pl.col("body")
        size = body.str.len_chars()
        short = size < self.minimum
        weighed = pl.when(short).then(body).str.count_matches(_DENSE).cast(pl.Int64) * 2 + size
        return ~present("body") | ~short | (weighed >= self.minimum).fill_null(True)

    def find(self, article: Article) -> Iterable[Spot]:
        return whole(
            "body", f"the text has {len(article['body'].strip())} characters; {self.minimum} is the least expected"
        )


_LEADS = "ÂÃÄÅÆÇÈÉÊËÎÏÐÑÒÓØÙÚâãäåæçèéêëìíîïðĂĎÐŃâŕ"
_TRAILS = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018-\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_SUSPECT = f"\ufffd|[{_LEADS}][{_TRAILS}]"
_BLANK = re.compile(r"\s")
_SUSPECT_LINE = re.compile(_SUSPECT)


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
        return ~pl.any_horizontal(
            confirmed(pl.col(column).str.contains(_SUSPECT), column, _is_mojibake)
            for column in ("title", "byline", "body")
        )

    def find(self, article: Article) -> Iterator[Spot]:
        for column in ("title", "byline", "body"):
            yield from _mojibake(column, article[column] or "")


def _is_mojibake(text: str) -> bool:
    return next(_mojibake("", text), None) is not None


def _mojibake(column: str, text: str) -> Iterator[Spot]:
    offset = 0
    for line in text.split("\n"):
        if _SUSPECT_LINE.search(line):
            if "\ufffd" in line:
                at = offset + line.index("\ufffd")
                yield Spot(column, "a character was lost in decoding (U+FFFD)", at, at + 1)
            elif (meant := _meant(line)) != line:
                start, end = _words_around(line, *difference(line, meant)[:2])
                repair = meant[start : len(meant) - (len(line) - end)]
                message = "decoded with the wrong encoding"
                yield Spot(column, message, offset + start, offset + end, meant[:500], repair)
        offset += len(line) + 1


def _words_around(line: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole words."""
    after = _BLANK.search(line, end)
    return line.rfind(" ", 0, start) + 1, after.start() if after else len(line)


def _meant(line: str) -> str:
    import ftfy

    return ftfy.fix_encoding(line)


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
