"""BYL003: a byline that starts with "By"."""

import re
from collections.abc import Iterator

import polars as pl

from copydesk.press.languages import codes
from copydesk.rules.base import Article, Rule, Severity, Spot, rule
from copydesk.vocabulary import byline_words, current, escape, parts_words, per_vocabulary


@per_vocabulary
def _prefix() -> str:
    """A leading "By", or a word of another language that is a first name elsewhere ("Oleh", "Par") before a full name.

    A colon makes a label of every such word. The Italian "di" begins surnames in capitals only. The same text for Rust and
    Python; `(?i:…)` keeps the capitals of the name itself significant.
    """
    marked = "|".join(escape(word) for word in byline_words("prefix") if not parts_words(word[-1]))
    english = r"(?i:(?:written |reported |story |text |words )?by)[\s:]"
    others = "|".join(
        escape(word) for word in byline_words("prefix") if parts_words(word[-1]) and not word.lower().endswith("by")
    )
    leads = "|".join(escape(word) for word in byline_words("lead"))
    name = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁ][^\s]*"
    return (
        rf"^\s*(?:(?i:{marked})\s*|{english}\s*|(?i:{others})\s+(?:{name}\s+{name}|[^\sA-Za-zÀ-ž]+\s+[^\sA-Za-zÀ-ž])"
        rf"|(?i:{others}|{leads})\s*[:：]\s*[^\s]|di\s+{name}\s+{name})"
    )


@per_vocabulary
def _lead_pattern() -> re.Pattern[str]:
    words = sorted((*byline_words("prefix"), *byline_words("lead")), key=len, reverse=True)
    return re.compile(r"(?i)\s*(?:" + "|".join(map(re.escape, words)) + r")[\s:：–—-]*")


def _lead(byline: str) -> int:
    """Where the name begins behind the prefix that ``byline`` starts with."""
    found = _lead_pattern().match(byline)
    return found.end() if found else 0


@per_vocabulary
def _prefix_pattern() -> re.Pattern[str]:
    return re.compile(_prefix())


@rule("BYL003", "byline-prefix", severity=Severity.INFO, field="byline", fix="safe")
class BylinePrefix(Rule):
    """The byline starts with "By" or a similar word.

    ## What it does
    Reports a leading "By", "Von", "Par", "Автор:" and so on; the words are in `checks/vocabulary/bylines.csv`.

    ## Why it matters
    Only for appearance and counts: "By Ana Lindqvist" and "Ana Lindqvist" become two authors.

    ## What to do
    Cut the word. The suggestion is safe to apply, except where the word begins the byline of an article that is not known to
    be in its language: "Oleh" is Indonesian for "by", and a Ukrainian's name.

    ## Example
    ```json
    {"byline": "By Ana Lindqvist"}
    ```

    ## Use instead
    ```json
    {"byline": "Ana Lindqvist"}
    ```
    """

    def passes(self) -> pl.Expr:
        return ~pl.col("byline").str.contains(_prefix()).fill_null(False)

    def find(self, article: Article) -> Iterator[Spot]:
        byline = article["byline"]
        found = _prefix_pattern().match(byline)
        lead = _lead(byline) if found else 0
        name = byline[lead:].strip() or None
        review = _may_be_a_name(byline[:lead].strip(), article["language"])
        yield Spot(
            "byline", "the byline starts with a word that is not a name", 0, lead, name, "" if name else None, review
        )


def _may_be_a_name(prefix: str, language: str | None) -> bool:
    """Whether ``prefix`` may be a given name: a word with a capital, in an article not said to be in the word's language."""
    spoken = _languages().get(prefix.casefold(), frozenset())
    return prefix.isalpha() and prefix[0].isupper() and "en" not in spoken and spoken.isdisjoint(codes(language or ""))


@per_vocabulary
def _languages() -> dict[str, frozenset[str]]:
    """The languages of each prefix."""
    spoken: dict[str, set[str]] = {}
    for row in current().rows["bylines"]:
        if row["kind"] == "prefix":
            spoken.setdefault(row["phrase"].casefold(), set()).add(row["language"])
    return {phrase: frozenset(languages) for phrase, languages in spoken.items()}
