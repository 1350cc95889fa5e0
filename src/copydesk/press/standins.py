"""Pages that stand where an article should: errors, refusals, tests for robots, requests for scripts or consent.

What they say is in `checks/vocabulary/pages.csv`; a text that came from one and a page that is one are told by the same words.
"""

from typing import Final

from copydesk.vocabulary import page_phrases, per_vocabulary

KINDS: Final = ("challenge", "error", "gone", "refused", "script", "consent")
"""Kinds of phrases that no article has in numbers. ``gone`` says that the page does not exist (any more), ``refused`` that
this reader may not see it, ``error`` that the server failed."""


@per_vocabulary
def _forms(kinds: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((phrase, _folded(phrase)) for phrase in page_phrases(*kinds))


def _folded(text: str) -> str:
    return text.casefold().replace("’", "'")


def found(text: str, *kinds: str) -> list[str]:
    """The phrases of ``kinds`` (all `KINDS` without any) in ``text``, the strong ones first; one that is part of another is
    left out."""
    folded = _folded(text)
    phrases = page_phrases(*(kinds or KINDS))
    seen = sorted((phrase for phrase, form in _forms(kinds or KINDS) if form in folded), key=len, reverse=True)
    kept: list[str] = []
    for phrase in seen:
        if not any(phrase.casefold() in longer.casefold() for longer in kept):
            kept.append(phrase)
    return sorted(kept, key=lambda phrase: not phrases[phrase])


def fills(text: str, *kinds: str) -> str | None:
    """The strong phrase of ``kinds`` that makes up half of ``text`` (a headline) or more, or None.

    "Page not found" is one; "The page you are looking for is in the archive, says the king" is a headline.
    """
    size = len(text.strip())
    strong = (phrase for phrase in found(text, *kinds) if page_phrases(*kinds)[phrase])
    return next((phrase for phrase in strong if 2 * len(phrase) >= size), None)
