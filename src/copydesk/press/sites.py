"""Whether a few words name a site: compares them with the labels of its host, its source and what it calls itself.

Names are compared without case, accents, blanks and punctuation, Cyrillic and Greek in Latin letters. Four kinds of
agreement count: the same letters, initials ("Neue Zürcher Zeitung" and nzz.ch), beginnings of the words ("The New York
Times" and nytimes.com), and one inside the other ("BBC News" and bbc.co.uk).
"""

import re
import unicodedata
from string import ascii_letters
from typing import Literal

from copydesk.urls import url
from copydesk.vocabulary import per_vocabulary, title_words

Likeness = Literal["same", "part", "none"]

_LONGEST = 80
"""Characters of a name; a longer text names no site."""

_ADDRESS = re.compile(
    r"(?i)(?:https?://|www\.)[\w.-]+/?|(?:[^\W_][\w-]*\.){1,3}(?:[a-z]{2,3}|info|news|media|online|today|blog|press|live|tech|world)"
)
"""A text that is an address. Other long endings are left out: "Q.What" or "end.Here" are sentences without a blank."""

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset("the der die das le la les el los las il lo i gli de het den det and und et y e of".split())  # noqa: SIM905
_PLAIN_LABELS = frozenset(
    "www m mobile amp de en fr es it pt ru news blog blogs edition web wordpress blogspot substack".split()  # noqa: SIM905
)
"""Labels of hosts that say nothing about whose site it is."""

_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "zh", "з": "z",
        "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch",
        "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
        "џ": "dz", "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y",
        "φ": "f", "χ": "h", "ψ": "ps", "ω": "o", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d",
        "ı": "i", "þ": "th", "ð": "d",
    }
)  # fmt: skip

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
"""How hosts spell what they cannot say."""


def folded(text: str) -> str:
    """``text`` in lower case, without accents, in Latin letters where its alphabet has them."""
    return _fold(text.casefold().translate(_LATIN))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).translate(_LATIN)
    return "".join(char for char in plain if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    text = re.sub(r"['’.]", "", text.casefold())
    return _WORD.findall(_fold(text.translate(_LATIN)))


@per_vocabulary
def _own_names(host: str | None, source: str | None, site: str | None) -> tuple[str, ...]:
    """The names of a site as folded letters: the telling labels of its host, its source and its own name."""
    names: list[str] = []
    for name in (host, source):
        if name and _ADDRESS.fullmatch(name):
            label, *rest = reversed(_labels(name))
            names += [label, *(part for part in rest if part not in _PLAIN_LABELS and len(part) > 2)]
        elif name:
            names.append("".join(_words(name)))
    if site:
        names.append("".join(_words(site)))
    return tuple(name for name in dict.fromkeys(names) if len(name) > 1)


def _labels(host: str) -> list[str]:
    """The labels of ``host`` before its public suffix, hyphens removed: ``["sport", "theday"]`` for sport.the-day.co.uk."""
    host = host.casefold().rstrip("/").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    registered = url.registrable_domain(host)
    own = registered.split(".")[0]
    above = host.removesuffix(registered).split(".") if host.endswith(registered) else []
    return [label.replace("-", "") for label in (*above, own) if label]


@per_vocabulary
def likeness(text: str, host: str | None, source: str | None = None, site: str | None = None) -> Likeness:
    """How ``text`` is like the name of the site at ``host``, by whatever ``source`` and ``site`` say it is called.

    ``same`` is as good as proof; ``part`` is a name that holds the site's or is held by it.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return "none"
    if _ADDRESS.fullmatch(text):
        return "same"
    spellings = [words for words in (_words(text), _words(text.casefold().translate(_UMLAUTS))) if words]
    kinds = {_compared(words, own) for own in _own_names(host, source, site) for words in spellings}
    if "same" in kinds:
        return "same"
    return "part" if "part" in kinds and _is_written_like_a_name(text, host, source, site) else "none"


def _is_written_like_a_name(text: str, host: str | None, source: str | None, site: str | None) -> bool:
    """Whether the longer words of ``text`` are capitalised, or the site's own: "independent at last" is a headline's end."""
    own = _own_names(host, source, site)
    longer = (word for word in text.split() if len(word) > 3 and word[0].islower())
    return all(
        (name := "".join(_words(word))) in _outlet_words() or any(name in other or other in name for other in own)
        for word in longer
    )


def _compared(words: list[str], own: str) -> Likeness:
    name = "".join(words)
    telling = [word for word in words if word not in _SMALL]
    if len(name) < 2 or not telling:
        return "none"
    core = "".join(word for word in telling if word not in _outlet_words()) or name
    if own in (name, "".join(telling), core):
        return "same"
    if len(telling) > 1 and len(own) > 2 and (_shortens(own, words) or _shortens(own, telling)):
        return "same"
    if len(words) > 6:
        return "none"
    if len(own) > 2 and own in words and len(words) <= 4:
        return "part"
    if len(own) > 3 and (name.startswith(own) or name.endswith(own)) and 3 * len(own) >= len(name):
        return "part"
    if len(core) > 3 and core in own and (3 * len(core) >= len(own) or len(telling) > 1):
        return "part"
    return "none"


def _shortens(short: str, words: list[str]) -> bool:
    """Whether ``short`` is made of beginnings of all ``words`` in their order, at least of their initials."""
    if len(words) > 8 or len(short) < len(words):
        return False
    ends = {0}
    for word in words:
        ends = {
            end + length for end in ends for length in range(1, len(word) + 1) if short.startswith(word[:length], end)
        }
    return len(short) in ends


@per_vocabulary
def _outlet_words() -> frozenset[str]:
    return frozenset(folded(word) for word in title_words("outlet"))


@per_vocabulary
def is_outlet(text: str) -> bool:
    """Whether ``text`` reads like the name of some news outlet: up to five words, one of them "News", "Zeitung", "新聞"."""
    words = text.split()
    if not 0 < len(words) <= 5 or len(text) > 40:
        return False
    if any(word[0].islower() for word in words if len(word) > 3):
        return False  # a headline's words, not a name's
    folds = _words(text)
    if _outlet_words().intersection(folds):
        return len(folds) > 1 or not text.isascii()
    return not text.isascii() and text.rstrip(ascii_letters + " ").endswith(_unspaced())


@per_vocabulary
def _unspaced() -> tuple[str, ...]:
    """Outlet words of scripts without blanks, with which names end: 読売新聞, 新华网."""
    return tuple(
        word
        for word in title_words("outlet")
        if re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]", word)
    )
