"""BYL004-008: the agency that a byline credits, does not credit, or lost on the way from the page."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from copydesk.press import agencies, signatures
from copydesk.press.joints import AND, LETTERS
from copydesk.press.names import people
from copydesk.rules.authorship import WHO, names_nobody
from copydesk.rules.base import Article, Rule, Severity, Spot, confirmed, confirmed_rows, rule, whole

_DROPPED: Final = ("reuters", "ians", "ap", "afp", "pti", "ani", "dpa")
"""Agencies that newspaper4k deletes from authors (AUTHOR_STOP_WORDS in its `extractors/defines.py`)."""

_DROPPERS: Final = r"(?i)^(?:newspaper|news-?please)"
"""Extractors that delete them: newspaper4k, its forerunners, and news-please, which wraps it."""

_REST = (
    rf"(?i)[^; ](?: (?-i:{'|'.join((*AND, *LETTERS))}|mit|avec|con|with|com)| ?&)[ ]*(?:;|$)"
    r"|(?:^|;)[ ]*[^;/ ][^;]*/[ ]*(?:;|$)"
    r"|©[ -]*(?:-|$)|^-[a-z]|; -(?:infocom|afx)"
)
"""What is left where a name was cut out of "Le Figaro et AFP", "mit dpa", "© dpa-infocom". A capital is an initial: "Nhu Y";
"/ritzau/" is whole."""


def _dropper() -> pl.Expr:
    return pl.col("extractor").str.contains(_DROPPERS).fill_null(False)


def _uncredited() -> pl.Expr:
    """Agencies that sign the text and are not in the byline."""
    return pl.col("signature_agencies").list.set_difference(pl.col("byline_agencies"))


def _conflict() -> pl.Expr:
    """Whether byline and text both name agencies, and none in common."""
    signed, credited = pl.col("signature_agencies"), pl.col("byline_agencies")
    both = (signed.list.len() > 0) & (credited.list.len() > 0)
    return both & (signed.list.set_intersection(credited).list.len() == 0)


def _missing_here(article: Article) -> list[str]:
    return [agency for agency in article["signature_agencies"] if agency not in article["byline_agencies"]]


def _lost(article: Article) -> list[str]:
    """Agencies that sign the text, are not in the byline, and are known to be deleted by the record's extractor."""
    if not re.match(_DROPPERS, article["extractor"] or ""):
        return []
    return [agency for agency in _missing_here(article) if agency in _DROPPED]


@rule("BYL004", "agency-spelling", severity=Severity.INFO, field="byline", fix="safe")
class AgencySpelling(Rule):
    """An agency is credited in a spelling it does not use.

    ## What it does
    Reports agencies recognised in the byline whose spelling there is not one of `checks/vocabulary/agencies.csv`, such
    as "Afp" for "AFP"; capitals are a matter of style. The field `agency` holds the id in any case. Where names stand
    beside the agency, the repair is to be reviewed, unless it is an author of its own in a list of full names.

    ## Why it matters
    Extractors re-case authors; whoever searches for "AFP" then misses the agency's work.

    ## What to do
    Keep authors as printed, or use `agency`.

    ## Example
    ```json
    {"byline": "Afp"}
    ```

    ## Use instead
    ```json
    {"byline": "AFP"}
    ```
    """

    def passes(self) -> pl.Expr:
        credited = pl.col("byline_agencies").list.len() > 0
        return ~confirmed(credited, "byline", lambda byline: bool(agencies.misspelt(byline)))

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        for spelling, usual in agencies.misspelt(byline):
            # absent where the byline has it in full width or parted by more than a blank
            there = re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", byline)
            start, end = there.span() if there else (None, None)
            yield Spot(
                "byline",
                f"{usual} is spelled {spelling}",
                start,
                end,
                usual,
                usual if there else None,
                review=not _is_an_author(spelling, byline),
            )


def _is_an_author(spelling: str, byline: str) -> bool:
    """Whether ``spelling`` is one of the authors in ``byline``, and no part of a name taken for a list: "Tass; Maria"."""
    authors = [author.strip() for author in byline.split(";")]
    return spelling in authors and all(author == spelling or " " in author for author in authors)


@rule("BYL005", "agency-not-in-byline", severity=Severity.INFO, field="byline")
class AgencyNotInByline(Rule):
    """The text is signed by an agency that the byline does not name.

    ## What it does
    Looks for an agency's signature in the first and last lines of the body ("LIMA (AFP) –", "© dpa-infocom",
    "(Reporting by … ; editing by …)") and compares it with the byline. Agencies that the record's extractor is known to
    delete from authors are `byline-lost-in-extraction`'s, contradictions `agency-conflict`'s.

    ## Why it matters
    The agency holds the rights. It is a remark, since most pages that print a signature in the text do not repeat it in
    the byline (measured: 18 of 24 such bylines are as the page prints them).

    ## What to do
    Use the field `agency`, which follows the signature where the byline names no agency.

    ## Example
    ```json
    {"byline": "Ana Lindqvist", "text": "LIMA (AFP) - A tram without wheels has won the city's prize for patience."}
    ```

    ## Use instead
    ```json
    {"byline": "Ana Lindqvist, AFP", "text": "LIMA (AFP) - A tram without wheels has won the city's prize for patience."}
    ```
    """

    def passes(self) -> pl.Expr:
        lost = _uncredited().list.set_intersection(pl.lit(list(_DROPPED))).list.len() > 0
        return (_uncredited().list.len() == 0) | (_dropper() & lost) | _conflict()

    def find(self, article: Article) -> Iterator[Spot]:
        for agency, start, end in signatures.signed(article["body"]):
            if agency not in article["byline_agencies"]:
                yield Spot(
                    "body", f"signed by {agencies.display_name(agency)}, which the byline does not name", start, end
                )


@rule("BYL006", "byline-lost-in-extraction", severity=Severity.WARNING, field="byline")
class BylineLostInExtraction(Rule):
    """The page credits somebody whom the extractor dropped from the byline.

    ## What it does
    Reports bylines that end where a name was cut out ("Le Figaro et", "© -infocom"), bylines without the agency that
    signs the text when the record's `extractor` deletes that agency from authors (newspaper4k and news-please delete
    AFP, ANI, AP, dpa, IANS, PTI and Reuters), and bylines without a person or agency that the kept page names as author.

    ## Why it matters
    The credit is not absent, it was thrown away: the page has it, and scraping it again with the same extractor will
    lose it again. On pages that credit an agency, newspaper4k keeps it in 8 of 20, trafilatura in 15, goose3 in 17.

    ## What to do
    Read authors from the page's JSON-LD, or with another extractor.

    ## Example
    ```json
    {"byline": "Le Courrier et", "text": "Le tramway sans roues a gagné le prix de la patience."}
    ```

    ## Use instead
    ```json
    {"byline": "Le Courrier et AFP", "text": "Le tramway sans roues a gagné le prix de la patience."}
    ```
    """

    def passes(self) -> pl.Expr:
        rest = pl.col("byline").str.contains(_REST).fill_null(False)
        deleted = _dropper() & (_uncredited().list.set_intersection(pl.lit(list(_DROPPED))).list.len() > 0)
        named = pl.col("page_authors").list.len().fill_null(0) > 0
        dropped = confirmed_rows(
            named & (pl.col("byline").str.len_bytes() < 2_000).fill_null(False),
            (*WHO, "page_authors"),
            lambda row: bool(_not_in(**row)),
        )
        return ~(rest | deleted | dropped)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        names = [agencies.display_name(agency) for agency in _lost(article)]
        kept = [byline] if byline else []
        if (
            byline
            and article["page_authors"]
            and (named := _not_in(**{name: article[name] for name in (*WHO, "page_authors")}))
        ):
            message = f"lost in extraction: the page also names {', '.join(named)}"
            yield from whole("byline", message, "; ".join(dict.fromkeys((*kept, *named))))
        elif byline and (rest := re.search(_REST, byline)):
            follows = [f"{byline} {' '.join(names)}"] if names else []
            yield Spot(
                "byline", "lost in extraction: a name was cut out here", *rest.span(), follows[0] if follows else None
            )
        elif names:
            message = f"lost in extraction: {article['extractor']} deletes {', '.join(names)}, which signs the text"
            yield from whole("byline", message, "; ".join((*kept, *names)))


def _not_in(byline: str, url_host: str | None, source: str | None, page_authors: list[str]) -> list[str]:
    """The people and agencies among the page's authors of whom ``byline`` holds nothing, neither name nor agency."""
    credited = set(agencies.in_byline(byline))
    here = {word for name in people(byline) for word in name.split()}
    missing = []
    for author in page_authors:
        wanted = set(agencies.in_byline(author))
        words = {word for name in people(author) for word in name.split()}
        known = credited & wanted if wanted else words & here
        if (
            not known
            and (wanted or words)
            and not _NO_NAME.search(author)
            and not names_nobody(author, url_host, source)
        ):
            missing.append(author)
    return missing


_NO_NAME = re.compile(r"[/@\d]|\.[a-z]{2,}")
"""What pages put into `author` besides names: addresses, handles, numbers."""


@rule("BYL007", "agency-conflict", severity=Severity.WARNING, field="byline")
class AgencyConflict(Rule):
    """The byline credits one agency, the text is signed by another.

    ## What it does
    Compares the agencies of the byline with those that sign the text; reports records where both name some and none is
    the same.

    ## Why it matters
    One of the two is wrong, often because a feed's name is in the byline of everything that came through it. The field
    `agency` follows the byline.

    ## What to do
    Look at the page; correct the byline or the contract's fields for this source.

    ## Example
    ```json
    {"byline": "Reuters", "text": "LIMA (AFP) - A tram without wheels has won the city's prize for patience."}
    ```

    ## Use instead
    ```json
    {"byline": "AFP", "text": "LIMA (AFP) - A tram without wheels has won the city's prize for patience."}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~_conflict()

    def find(self, article: Article) -> Iterator[Spot]:
        credited = " and ".join(map(agencies.display_name, article["byline_agencies"]))
        for agency, start, end in signatures.signed(article["body"]):
            yield Spot(
                "body", f"signed by {agencies.display_name(agency)}, but the byline credits {credited}", start, end
            )


@rule("BYL008", "photo-credit-as-byline", severity=Severity.WARNING, field="byline")
class PhotoCreditAsByline(Rule):
    """The byline is the credit of a photo.

    ## What it does
    Reports bylines that are photo credits: "picture alliance/dpa", "REUTERS/Jo Marten", "Getty Images", "Foto: …". They
    never count as an agency's text: `agency` stays empty.

    ## Why it matters
    A photo agency has not written the article; who has, was not found.

    ## What to do
    Select the article's byline, not the caption of its picture.

    ## Example
    ```json
    {"byline": "picture alliance/dpa"}
    ```

    ## Use instead
    ```json
    {"byline": "Ana Lindqvist"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~pl.col("byline").str.contains(agencies.PHOTO_CREDIT).fill_null(False)

    def find(self, article: Article) -> Iterable[Spot]:
        found = re.search(agencies.PHOTO_CREDIT, article["byline"])
        yield Spot("byline", "this is the credit of a photo", *(found.span() if found else (None, None)))
