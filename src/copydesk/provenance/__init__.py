"""What the evidence together says about where an article comes from: a verdict per level, never one for all.

Levels build upon each other: ``claimed`` (title, byline, date and a well-formed original URL are there), ``coherent`` (they do
not contradict each other), ``resolvable`` (the URL answers), ``matched`` (the page carries this article), ``archived`` (a capture
of it is kept, with its digest), ``attributed`` (who wrote it is settled), ``signed`` (it carries credentials that hold).
docs/provenance.md says what each can and cannot prove.
"""

from functools import cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from copydesk.press.dates import INSTANT
from copydesk.provenance.attribution import COLUMNS as ATTRIBUTION
from copydesk.provenance.attribution import SURE, is_elsewhere, with_attribution
from copydesk.rules import REGISTRY
from copydesk.rules.base import present
from copydesk.vocabulary import per_vocabulary

Verdict = Literal["pass", "fail", "unknown", "not-checked"]

LEVELS: Final = ("claimed", "coherent", "resolvable", "matched", "archived", "attributed", "signed")

ORIGIN: Final[dict[str, pl.DataType]] = {
    "origin_by": pl.String(),
    "origin_sha256": pl.String(),
    "origin_fetched_at": INSTANT,
    "origin_peer": pl.String(),
    "origin_kept": pl.Boolean(),
    "origin_evidence": pl.String(),
    "trust": pl.List(pl.String()),
    "origin_publisher": pl.String(),
    "origin_canonical": pl.String(),
    "origin_authors": pl.List(pl.String()),
    "origin_organisations": pl.List(pl.String()),
    "origin_sources": pl.List(pl.String()),
    "origin_licences": pl.List(pl.String()),
    "origin_reserved": pl.List(pl.String()),
}
"""What provenance reads of the origin, null where it was not asked. Of the capture: by what means it came (network, warc,
archive), the digest of its body (hex), its time and peer, and whether it is kept in a file. Of its page: as
`copydesk.articles.kept` names it for a page that the scraper kept."""

COLUMNS: Final[dict[str, pl.DataType]] = {
    "provenance": pl.String(),
    **{f"provenance_{level}": pl.String() for level in LEVELS},
    "provenance_evidence": pl.List(pl.String()),
    "publisher": pl.String(),
    **ATTRIBUTION,
    "rights_reserved": pl.Boolean(),
    "rights_reasons": pl.List(pl.String()),
    "rights_licence": pl.String(),
}
"""What `with_provenance` adds: the highest unbroken level (null where not even the claim is complete), a `Verdict` per level,
the evidence for each ("coherent fail: the URL names another date"), who printed the article by its page's own word, who
probably wrote it, and whether the page reserves rights (null where no page is at hand) with the reasons for it."""

_COHERENT: Final = {
    "url-other-site": ("the URL belongs to the source", "the URL belongs to another site than the source"),
    "url-intermediary": (None, "the URL's host only passes articles on"),
    "date-differs-from-url": ("the URL names the same day", "the URL names another day"),
    "date-differs-from-dateline": (None, "the dateline names another day"),
    "date-differs-from-page": ("the kept page names the same date", "the kept page names another date"),
    "agency-conflict": ("byline and signature name the same agency", "byline and signature name different agencies"),
    "title-differs-from-page": ("the kept page has the same title", "the kept page has another title"),
}
"""Rules that compare what a record claims with itself: what it means when one holds (None: nothing) and when it does not."""

_RESTRICTED: Final = r"(?i)/by-(?:nc|nd)|all rights reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s"
"""Licences that reserve what matters to who reuses texts."""


_ASKED: Final = ("origin_status", "origin_match")
_THERE: Final = (
    "published_at", "published_day", "url_href", "url_host", "url_day", "page_published_day", "page_title", "credentials",
)  # fmt: skip
_HELD: Final = ("url_problems", "byline_agencies", "signature_agencies")
_SAID: Final = (
    "origin_detail", "origin_evidence", "origin_by", "origin_sha256", "origin_kept", "origin_fetched_at", "trust",
    "likely_agency", "likely_agency_confidence", "likely_agency_signals", "canonical_site", "credentials_detail",
    "page_credentials", "origin_reserved", "page_reserved", "origin_licences", "page_licences", "origin_publisher",
    "page_site",
)  # fmt: skip
"""What the levels read: whether and what was asked, of `_THERE` whether it is null, of `_HELD` whether it is empty, the rest
as it stands; besides `title` and `byline`, `source_named` and `page_kept`."""


def with_provenance(articles: pl.DataFrame) -> pl.DataFrame:
    """Adds `COLUMNS` to an article frame, with the origin's columns or without them."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in ORIGIN.items() if name not in articles.columns]
    known = with_attribution(articles.with_columns(missing))
    read = known.select(
        "title", "byline", "source_named", "page_kept", *_ASKED, *_THERE, *_HELD, *_SAID,
        *_comparisons(), is_elsewhere(known).alias("_elsewhere"),
    )  # fmt: skip
    firsts, places = _alike(read)
    return known.with_columns(_judged(read[firsts])[places].get_columns())


def _alike(read: pl.DataFrame) -> tuple[list[int], npt.NDArray[np.int64]]:
    """The first row of each kind, and for every row the position of its kind's first among them.

    Of most articles nothing is known but which of their fields are there: they are of a few kinds, which are judged once.
    """
    plain = pl.all_horizontal(
        *(pl.col(name).is_null() for name in _SAID), *(pl.col(name) == "not-checked" for name in _ASKED)
    )
    flags = [
        present("title"), present("byline"), pl.col("source_named"), pl.col("page_kept"),
        *(pl.col(name).is_not_null() for name in _THERE),
        *(pl.col(name).list.len() > 0 for name in _HELD),
        *(pl.col(f"_{slug}") for slug in _COHERENT),
    ]  # fmt: skip
    bits = (flag.cast(pl.Int64).fill_null(2) * 3**place for place, flag in enumerate(flags))
    own = -1 - pl.int_range(pl.len(), dtype=pl.Int64)
    kinds = read.select(pl.when(plain.fill_null(False)).then(pl.sum_horizontal(bits)).otherwise(own))
    _, firsts, places = np.unique(kinds.to_series().to_numpy(), return_index=True, return_inverse=True)
    return firsts.tolist(), places


def _judged(read: pl.DataFrame) -> pl.DataFrame:
    """The columns of `COLUMNS` but those of the attribution."""
    verdicts, evidence = _levels()
    known = read.with_columns(verdicts).with_columns(evidence)
    return known.select(name for name in COLUMNS if name not in ATTRIBUTION)


@cache
def _levels() -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The verdicts of all levels with publisher and rights, and what reads them; built once, some 300 expressions."""
    levels = {
        "claimed": _claimed(), "coherent": _coherent(), "resolvable": _resolvable(), "matched": _matched(),
        "archived": _archived(), "attributed": _attributed(), "signed": _signed(),
    }  # fmt: skip
    verdicts = [verdict.alias(f"provenance_{level}") for level, (verdict, _) in levels.items()]
    publisher = pl.coalesce("origin_publisher", "page_site").alias("publisher")
    told = [_told(level, words) for level, (_, words_of) in levels.items() for words in words_of]
    evidence = pl.concat_list(told).list.drop_nulls().alias("provenance_evidence")
    return [*verdicts, publisher, *_rights()], [_highest(), evidence]


@per_vocabulary
def _comparisons() -> list[pl.Expr]:
    """Whether each rule of `_COHERENT` holds, built once and not for every batch."""
    return [REGISTRY[slug]().passes().alias(f"_{slug}") for slug in _COHERENT]


Level = tuple[pl.Expr, list[pl.Expr]]
"""The verdict, and its evidence in words (null where it does not apply)."""


def _told(level: str, words: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{level} "), pl.col(f"provenance_{level}"), pl.lit(": "), words)


def _highest() -> pl.Expr:
    """The last level before the first that does not pass."""
    reached: pl.Expr = pl.lit(None, pl.String())
    unbroken: pl.Expr = pl.lit(True)
    for level in LEVELS:
        unbroken = unbroken & (pl.col(f"provenance_{level}") == "pass")
        reached = pl.when(unbroken).then(pl.lit(level)).otherwise(reached)
    return reached.alias("provenance")


def _when(condition: pl.Expr, words: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(words))


def _claimed() -> Level:
    formed = pl.col("url_href").is_not_null() & (pl.col("url_problems").list.len() == 0)
    needed = {
        "no title": present("title"),
        "no byline": present("byline"),
        "no date that can be read": pl.col("published_at").is_not_null(),
        "no well-formed original URL": formed,
    }
    complete = pl.all_horizontal(needed.values())
    verdict = pl.when(complete).then(pl.lit("pass")).otherwise(pl.lit("fail"))
    told = [_when(~there, words) for words, there in needed.items()]
    return verdict, [*told, _when(complete, "title, byline, date and URL are there")]


def _coherent() -> Level:
    comparable = {
        "url-other-site": pl.col("source_named") & pl.col("url_host").is_not_null(),
        "date-differs-from-url": pl.col("url_day").is_not_null() & pl.col("published_at").is_not_null(),
        "date-differs-from-page": pl.col("page_published_day").is_not_null() & pl.col("published_day").is_not_null(),
        "agency-conflict": (pl.col("byline_agencies").list.len() > 0) & (pl.col("signature_agencies").list.len() > 0),
        "title-differs-from-page": pl.col("page_title").is_not_null() & present("title"),
    }
    holds = {slug: pl.col(f"_{slug}") for slug in _COHERENT}
    agreed = {slug: asked.fill_null(False) & holds[slug] for slug, asked in comparable.items()}
    broken = ~pl.all_horizontal(holds.values())
    verdict = (
        pl.when(broken).then(pl.lit("fail"))
        .when(pl.any_horizontal(agreed.values())).then(pl.lit("pass"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
    told = [_when(~holds[slug], wrong) for slug, (_, wrong) in _COHERENT.items()]
    told += [_when(agreed[slug], right) for slug, (right, _) in _COHERENT.items() if right is not None]
    return verdict, [*told, _when(~broken & ~pl.any_horizontal(agreed.values()), "there is nothing to compare")]


def _mapped(column: str, verdicts: dict[str, Verdict]) -> pl.Expr:
    """The verdict that each value of ``column`` stands for; what was not asked is not checked."""
    return pl.col(column).replace_strict(verdicts, default="not-checked", return_dtype=pl.String())


def _resolvable() -> Level:
    verdicts: dict[str, Verdict] = {
        "alive": "pass", "dead": "fail", "failing": "unknown", "blocked": "unknown", "unknown": "unknown",
    }  # fmt: skip
    asked = pl.col("origin_status") != "not-checked"
    detail = pl.concat_str(pl.col("origin_status"), pl.lit(", "), pl.col("origin_detail").fill_null("no detail"))
    return _mapped("origin_status", verdicts), [pl.when(asked).then(detail)]


def _matched() -> Level:
    verdicts: dict[str, Verdict] = {
        "same": "pass", "same-teaser": "pass", "probably-same": "pass", "different": "fail", "soft-404": "fail",
        "redirected-away": "fail", "consent-wall": "unknown",
    }  # fmt: skip
    asked = pl.col("origin_match") != "not-checked"
    told = pl.concat_str(pl.lit("the page is "), "origin_match", pl.lit(": "), pl.col("origin_evidence").fill_null(""))
    return _mapped("origin_match", verdicts), [pl.when(asked).then(told)]


def _archived() -> Level:
    """By a third party, or by us in a file; what was only looked at cannot be looked at again."""
    kept = pl.col("origin_by").is_in(["warc", "archive"]) | pl.col("origin_kept").fill_null(False)
    held = (kept & pl.col("origin_sha256").is_not_null()).fill_null(False)
    seen = pl.col("origin_by").is_not_null().fill_null(False)
    verdict = (
        pl.when(held).then(pl.lit("pass")).when(seen).then(pl.lit("unknown")).otherwise(pl.lit("not-checked"))
    )  # fmt: skip
    at = pl.col("origin_fetched_at").dt.strftime("%Y-%m-%d %H:%M UTC")
    told = pl.concat_str(pl.lit("capture of "), at, pl.lit(" by "), "origin_by", pl.lit(", SHA-256 "), "origin_sha256")
    return verdict, [pl.when(held).then(told), _when(seen & ~held, "the page was asked for, and no capture is kept")]


def _attributed() -> Level:
    sure = (pl.col("likely_agency_confidence") >= SURE).fill_null(False)
    conflict = ~pl.col("_agency-conflict")
    at_home = (~pl.col("_elsewhere")).fill_null(False) & present("byline") & pl.col("likely_agency").is_null()
    elsewhere = pl.col("_elsewhere").fill_null(False) & ~sure
    verdict = (
        pl.when(conflict).then(pl.lit("fail"))
        .when(sure | at_home).then(pl.lit("pass"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
    said = pl.col("likely_agency_signals").list.head(8).list.join("; ")
    share = (pl.col("likely_agency_confidence") * 100).round().cast(pl.Int64).cast(pl.String())
    told = pl.concat_str(pl.lit("probably "), "likely_agency", pl.lit(" ("), share, pl.lit(" %), "), said)
    return verdict, [
        _when(conflict, "byline and signature name different agencies"),
        told,
        _when(at_home, "the publisher's own: no sign of an agency, and the page's canonical link stays at home"),
        pl.when(elsewhere).then(pl.concat_str(pl.lit("the page's canonical link leads to "), "canonical_site")),
    ]


def _signed() -> Level:
    """Never a pass: no maintained library verifies signatures over text, and an unverified one proves nothing."""
    damaged = (pl.col("credentials") == "damaged").fill_null(False)
    intact = (pl.col("credentials") == "intact").fill_null(False)
    referred = pl.col("page_credentials").is_not_null()
    verdict = (
        pl.when(damaged).then(pl.lit("fail")).when(intact | referred).then(pl.lit("unknown"))
        .otherwise(pl.lit("not-checked"))
    )  # fmt: skip
    return verdict, [
        pl.col("credentials_detail"),
        _when(referred, "the kept page refers to a C2PA manifest"),
        _when(intact | referred, "the signature was not verified"),
        pl.col("trust").list.join("; "),
    ]


def _rights() -> list[pl.Expr]:
    """From the page that the scraper kept and the one that was fetched: what either reserves is reserved."""
    there = _either("origin_reserved", "page_reserved")
    licences = _either("origin_licences", "page_licences")
    restricted = licences.list.eval(pl.element().filter(pl.element().str.contains(_RESTRICTED)))
    named = restricted.list.eval(pl.concat_str(pl.lit("licence: "), pl.element()))
    reasons = pl.concat_list(there, named)
    return [
        (reasons.list.len() > 0).alias("rights_reserved"),
        reasons.alias("rights_reasons"),
        licences.list.first().alias("rights_licence"),
    ]


def _either(one: str, other: str) -> pl.Expr:
    """What the kept page and the fetched one say, once; null where there is neither."""
    both = pl.concat_list(pl.col(one).fill_null([]), pl.col(other).fill_null([])).list.unique(maintain_order=True)
    return pl.when(pl.col("page_kept") | pl.col("origin_reserved").is_not_null()).then(both)
