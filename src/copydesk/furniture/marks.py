"""Marks the lines of each body that are page furniture, and of which kind: what the RES rules read."""

import re
from collections.abc import Collection, Iterator
from typing import Final

import polars as pl

from copydesk.furniture import shapes
from copydesk.furniture.lines import line_keys
from copydesk.furniture.phrases import LONGEST, Hit, PhraseIndex, index
from copydesk.press.agencies import agency_in
from copydesk.vocabulary import SENTENCE_END, byline_words, parts_words, per_vocabulary

MARK: Final = pl.Struct(
    {"kind": pl.String(), "line": pl.Int64(), "start": pl.Int64(), "end": pl.Int64(), "score": pl.Float64()}
)
"""One line of a body: ``start`` and ``end`` are code points in it, ``line`` is 1-based, ``score`` is that of the line
model, null where a phrase or a shape speaks for itself."""

MARKS: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),
    "line": pl.Int64(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "kind": pl.String(),
    "score": pl.Float64(),
}
"""A mark and the row of its article."""

MARKED: Final[dict[str, pl.DataType]] = {
    "furniture": pl.List(MARK),
    "furniture_kinds": pl.List(pl.String()),
    "furniture_score": pl.Float64(),
}
"""The marks of an article in the order of its text, their kinds, and the highest score among those of the line model."""

SHAPED: Final = frozenset(("template-line", "date-line", "byline-line", "photo-credit", "navigation", "code"))
"""Kinds of marks that no phrase gives, or not only phrases."""

_ADDRESS: Final = re.compile(r"(?i)\W*(?:https?://|www\.)\S.*")
_STOPS: Final = ":：|-–—>→]】)）"
_SENTENCE_KINDS: Final = ("social-share", "copyright", "paywall", "cookie", "newsletter")
"""Kinds whose phrases, if they are sure, begin no sentence of a story. Those of other kinds do: "Keep reading. We will show
how …" is prose."""

_HEADLINE_KINDS: Final = ("related-link", "read-more")
"""Kinds whose lines end with a headline: one that ends with a full stop is none ("Background: The two clubs quarrel.")."""

_VERSE: Final = 2
"""Blanks in a line from which it goes on with a sentence, and is no other word of a menu."""

_FULL_STOP: Final = re.compile(r"[^.][.。।]['\"”’»)]*$")

_COPY: Final = 0.6
"""Share of a body's characters in repeated lines beyond which it is a copy of another article."""

_SHORT_KINDS: Final = {"photo-credit": 160, "byline-noise": 160, "navigation": 80}
"""Characters beyond which a line that begins with or holds a phrase of the kind is prose; `LONGEST` for other kinds."""


def mark(
    lines: pl.DataFrame, articles: pl.DataFrame, templates: pl.Series | None = None, phrases: PhraseIndex | None = None
) -> pl.DataFrame:
    """The lines that are furniture by a phrase, by their shape or because their source repeats them (`MARKS`).

    ``lines`` are those of the bodies of ``articles`` (columns byline and source); ``templates`` the keys of lines that the
    sources repeat (see `copydesk.survey`); ``phrases`` those to look for, by default all that are evidence by themselves. A
    phrase's word counts more than a shape's.
    """
    if lines.is_empty():
        return pl.DataFrame(schema=MARKS)
    phrases = index() if phrases is None else phrases
    found: dict[int, tuple[str, int]] = {}
    if templates is not None and len(templates):
        found = {at: ("template-line", at) for at in _repeated(lines, articles["source"], templates)}
    found |= {at: (kind, at) for at, kind in shapes.kinds(lines, articles["byline"])}
    texts, rows = lines["text"], lines["row"]
    for at, hit in phrases.hits(lines):
        dated = at in found and found[at][0] == "date-line"
        line = texts[at]
        for likely in _meanings(phrases, line, hit):
            last = None if dated and likely.kind == "byline-noise" else _last_line(texts, rows, at, likely)
            if last is not None and convinces(line, likely) and not _is_verse(texts, rows, at, likely):
                if not phrases.quotes(line):
                    found[at] = (likely.kind, last)
                break
    chosen = sorted(found)
    ends = lines[[found[at][1] for at in chosen]]
    return lines[chosen].select(
        "row",
        pl.col("line", "start").cast(pl.Int64),
        (ends["start"].cast(pl.Int64) + ends["text"].str.len_chars()).alias("end"),
        pl.Series("kind", [found[at][0] for at in chosen], pl.String()),
        pl.lit(None, pl.Float64()).alias("score"),
    )


def worth_marking(lines: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Those of ``lines`` whose bodies can have marks of ``kinds`` at all: a mark depends on the lines of its own body only."""
    if not SHAPED.isdisjoint(kinds):
        return lines
    places = [at for at, _ in index(*sorted(kinds)).hits(lines)]
    return lines.filter(pl.col("row").is_in(lines["row"].gather(places).unique().implode()))


def with_marks(articles: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """``articles`` with the columns of `MARKED`."""
    empty = {name: pl.lit([] if isinstance(dtype, pl.List) else None, dtype) for name, dtype in MARKED.items()}
    if marks.is_empty():
        return articles.with_columns(**empty)
    by_row = (
        marks.sort("row", "line")
        .group_by("row", maintain_order=True)
        .agg(
            pl.struct("kind", "line", "start", "end", "score").alias("furniture"),
            pl.col("kind").unique(maintain_order=True).alias("furniture_kinds"),
            pl.col("score").max().alias("furniture_score"),
        )
    )
    return (
        articles.with_row_index("row")
        .join(by_row, on="row", how="left", maintain_order="left")
        .drop("row")
        .with_columns(pl.col(name).fill_null(empty[name]) for name in ("furniture", "furniture_kinds"))
    )


def _repeated(lines: pl.DataFrame, sources: pl.Series, templates: pl.Series) -> list[int]:
    """Where ``lines`` are a template's. A body of which most is repeated is the copy of a story and has none."""
    repeated = line_keys(lines, sources).is_in(templates.implode())
    if not repeated.any():
        return []
    rows = lines["row"].filter(repeated).unique()
    held = lines.select("row", "text", repeated.alias("repeated"), pl.int_range(pl.len()).alias("at"))
    size = pl.col("text").str.len_chars()
    share = (size * pl.col("repeated")).sum().over("row") / size.sum().over("row")
    few = held.filter(pl.col("row").is_in(rows.implode()))
    return few.filter(pl.col("repeated") & (share <= _COPY))["at"].to_list()


def _meanings(phrases: PhraseIndex, line: str, hit: Hit) -> Iterator[Hit]:
    """``hit``; and since a phrase that begins a line is not always meant so, one that the line holds."""
    yield hit
    if hit.rest and hit.kind == "original-url" and agency_in(hit.rest.strip(" .()[]")):
        yield Hit("byline-noise", hit.rest)  # "Source: Reuters"
    if hit.rest is not None and (held := phrases.holds(line)):
        yield held


def _last_line(texts: pl.Series, rows: pl.Series, at: int, hit: Hit) -> int | None:
    """The last line of the furniture that begins with ``hit`` at the line ``at``; None where something is wanting to it."""
    if hit.kind == "original-url" and hit.rest is not None:
        return _address_behind(texts, rows, at, hit.rest)
    return at


def _is_verse(texts: pl.Series, rows: pl.Series, at: int, hit: Hit) -> bool:
    """Whether the one word that the line ``at`` consists of belongs to the sentence that the next line goes on with: "Home / is
    where the rope is tied"."""
    if hit.kind != "navigation" or hit.rest != "" or " " in texts[at] or not texts[at][0].isupper():
        return False
    behind = texts[at + 1] if at + 1 < len(texts) and rows[at + 1] == rows[at] else ""
    return behind[:1].islower() and behind.count(" ") >= _VERSE


def _address_behind(texts: pl.Series, rows: pl.Series, at: int, rest: str) -> int | None:
    """The line that holds the address which a label announces, the label's own or the next; None without one.

    "Source:" alone is a line under a chart as often as a trailer.
    """
    if _ADDRESS.match(rest):
        return at
    following = at + 1
    if rest.strip(" :：.") or following == len(texts) or rows[following] != rows[at]:
        return None
    return following if _ADDRESS.match(texts[following]) else None


@per_vocabulary
def _attributed() -> re.Pattern[str]:
    """A word by which a sentence tells who said it: pages say what they say themselves."""
    words = sorted((*byline_words("speech"), *byline_words("attribution")), key=len, reverse=True)
    parted = "|".join(re.escape(word) for word in words if parts_words(word[-1]))
    dense = "|".join(re.escape(word) for word in words if not parts_words(word[-1]))
    return re.compile(rf"(?<!\w)(?:{parted})(?!\w)|{dense}")


def convinces(line: str, hit: Hit) -> bool:
    """Whether ``line`` is furniture because of ``hit``, and not a sentence that begins so.

    "Read more: The harbour wall is repaired." is furniture, since a mark follows the phrase; "Keep reading. …" is not. A
    phrase that is not sure makes no furniture of a sentence: "Share the road, say the signs." Nor does any of one that tells who
    said it: "Your browser does not support the new shop, the railway told customers."
    """
    if len(line) > _SHORT_KINDS.get(hit.kind, LONGEST):
        return False
    if hit.rest is None or (hit.sure and hit.kind in _SENTENCE_KINDS):
        return not SENTENCE_END.search(line) or (hit.sure and not _attributed().search(line))
    if not hit.sure and hit.kind in _HEADLINE_KINDS and _FULL_STOP.search(line):
        return False
    phrase = line[: len(line) - len(hit.rest)].rstrip()
    rest = hit.rest.strip()
    return not rest or rest[0] in _STOPS or phrase[-1:] in _STOPS or not SENTENCE_END.search(line)
