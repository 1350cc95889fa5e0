"""Reads the dates that news sites and scrapers write, in any language whose month names are in the vocabulary.

`parse` turns one scraped string into an instant in UTC and says how exact it was. It is strict: a string without a day,
a month and a year is not a date, and neither is a sentence that happens to contain one.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final, Literal

import polars as pl

from copydesk.press import calendars, clock
from copydesk.vocabulary import months, per_vocabulary

Precision = Literal["instant", "local", "day"]

INSTANT: Final = pl.Datetime("us", "UTC")
"""The type of instants in every frame."""

LONGEST = 100
"""Characters; a longer string is not a date (the longest real one seen has 61)."""

_PROSE = 45
"""Letters that may be left beside the date ("Sist oppdatert lørdag, kl."); more is prose."""

_EAST_ASIAN = re.compile(
    r"(?P<era>令和|平成|昭和|民國|民国)?\s?(?P<y>\d{1,4}|元)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]?"
)
_VIETNAMESE = re.compile(r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s*(?:,|năm|-|/|\s)\s*(?P<y>\d{4})")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,4})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<c>\d{4}|\d{1,2})(?![\d/])"
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|re|de|a|º|ª)?(?![\d])")
_AMBIGUOUS = re.compile(r"^\D*\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4}")
_ORDINAL = r"(?:st|nd|rd|th|er|re|de|a|º|ª)?"
_DAY_BEFORE = re.compile(r"(?<!\d)(?<!\d )(\d{1,2})" + _ORDINAL + r"[\s.,/-]*(?:(?:of|del?|d['’])\s?)?\Z")
_DAY_BEHIND = re.compile(r"[\s.,/-]*(\d{1,2})" + _ORDINAL + r"(?![\d:])")
_SHORT_YEAR = re.compile(r"[\s.,'’-]*(\d{2})[\W_]*\Z")
_RANGE = re.compile(r"(?:19|20)\d\d\s?[-–—]\s?\d{1,2}(?!\d)")
_MONTH_FIRST = ("en", "en-us", "en-ph")
_OLDEST = 1600
"""Years before it are no news."""

_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?")
_ISO = re.compile(r"\d{4}-|\d{8}T")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Published:
    """An instant in UTC; ``precision`` is ``instant``, ``local`` (time of unknown zone, read as UTC) or ``day``."""

    at: datetime
    precision: Precision


def is_ambiguous(text: str) -> bool:
    """Whether day and month can be read either way, so that `parse` needs a date it should lie near."""
    return bool(_AMBIGUOUS.match(text))


def written_day(text: str, read: Published) -> date:
    """The calendar day of ``read``, which `parse` made of ``text``, in the zone that ``text`` names, else in UTC."""
    day = read.at.date()
    try:
        own = datetime.fromisoformat(text.strip()).date() if read.precision == "instant" else day
    except ValueError:
        return day
    return own if abs(own - day) <= timedelta(days=1) else day  # another calendar's years are none of Python's


@per_vocabulary
def parse(text: str, language: str | None = None, near: date | None = None) -> Published | None:
    """The instant that ``text`` names, or None.

    ``language`` (ISO 639-1) decides between readings of a month name; ``near`` (the date in the URL, or the day of the
    crawl) decides between day-month and month-day. Without it English means month first, every other language day first.
    """
    text = " ".join(text[: 20 * LONGEST].split())
    if not text or len(text) > LONGEST:
        return None
    try:
        return _iso(text) or _digits(text) or _written(text, (language or "").lower().replace("_", "-"), near)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> Published | None:
    if not _ISO.match(text) or text[:2] in calendars.BEGINNINGS:  # they are read below
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10:
        return Published(at.replace(tzinfo=UTC), "day")
    return _published(at)


def _digits(text: str) -> Published | None:
    """Epoch seconds, milliseconds, microseconds or nanoseconds; ``YYYYMMDD``, ``YYYYMMDDhhmm`` and ``YYYYMMDDhhmmss``."""
    if compact := _COMPACT.fullmatch(text):
        parts = [int(part) for part in compact.groups() if part]
        if 1900 <= parts[0] <= 2100:
            at = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
            return Published(at, "local" if len(parts) > 3 else "day")
    if epoch := _EPOCH.fullmatch(text):
        return Published(datetime.fromtimestamp(int(epoch[1]), UTC), "instant")
    return None


def _written(text: str, language: str, near: date | None) -> Published | None:
    if text.isascii():
        text = text.casefold()
    else:
        text = _plain(unicodedata.normalize("NFKC", text)).replace("−", "-")
        text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    if re.search(r"\dt\d", text):
        text = text.replace("t", " ", 1)
    time = clock.find(text)
    dotted = clock.find_dotted(text) if time is None else None
    return (dotted and _around(text, dotted, language, near)) or _around(text, time, language, near)


_SPELLINGS = str.maketrans({"ı": "i", "\u0307": None, "أ": "ا", "إ": "ا", "آ": "ا", "ي": "ی", "ك": "ک"})
"""Turkish "KASIM" is "kasım" in capitals and "EKİM" is "ekim"; Arabic is typed with and without hamza, Persian with Arabic
letters."""


def _plain(text: str) -> str:
    """``text`` without case, and without what is spelt in two ways."""
    return text.casefold().translate(_SPELLINGS)


def _around(text: str, time: re.Match[str] | None, language: str, near: date | None) -> Published | None:
    """The instant that ``text`` names if ``time`` is its time of day."""
    found = _take_day(f"{text[: time.start()]} {text[time.end() :]}" if time else text, language, near)
    if found is None or found[0].year < _OLDEST:
        return None
    day, rest = found
    if sum(char.isalpha() for char in rest) > _PROSE:
        return None
    if time is None:
        return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), "day")
    (hour, minute, second), zone = clock.time_of(text, time)
    return _published(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone))


def _published(at: datetime) -> Published:
    if at.tzinfo is None:
        return Published(at.replace(tzinfo=UTC), "local")
    return Published(at.astimezone(UTC), "instant")


def _take_day(text: str, language: str, near: date | None) -> tuple[date, str] | None:
    """Cuts day, month and year out of ``text``: (the day, what is left), or None."""
    if found := _EAST_ASIAN.search(text) or _VIETNAMESE.search(text):
        groups = found.groupdict()
        year = int(groups["y"].replace("元", "1"))
        year = year + calendars.ERAS[era] if (era := groups.get("era")) else calendars.republican(year)
        return date(year, int(groups["m"]), int(groups["d"])), text[: found.start()] + text[found.end() :]
    if other := calendars.solar(text) or calendars.ethiopian(text):
        day, start, end = other
        return day, text[:start] + text[end:]
    if (found := _NUMERIC.search(text)) and (numeric := _numeric(found, language, near)):
        return numeric, text[: found.start()] + text[found.end() :]
    return _named(text, language, near)


def _numeric(found: re.Match[str], language: str, near: date | None) -> date | None:
    first, second, third = found["a"], found["b"], found["c"]
    if len(first) == 4:
        return calendars.common_era(int(first), int(second), int(third))
    if len(third) != 4:
        return None  # a two-digit year is a guess
    year, a, b = int(third), int(first), int(second)
    if b > 12:
        return calendars.common_era(year, a, b)
    day_first = calendars.common_era(year, b, a)
    if a > 12 or found["sep"] == ".":
        return day_first
    month_first = calendars.common_era(year, a, b)
    if near is not None:
        return min(month_first, day_first, key=lambda day: (abs(day - near), day != month_first))
    return month_first if language in _MONTH_FIRST else day_first


def _named(text: str, language: str, near: date | None) -> tuple[date, str] | None:
    names = list(_month_pattern().finditer(text))
    if not names:
        return None
    # "Stand des Artikels: 26. Februar 2020" holds a short form of December: the name beside a number is meant
    beside = [name for name in names if _is_beside_a_number(text, name)]
    name = (beside or names)[0]
    readings = _names()[name[1]]
    years = list(_YEAR.finditer(text))
    if not years:
        return _of_this_century(text, name, readings, language, near)
    if _RANGE.search(text) if len(years) > 1 else len({_month(_names()[one[1]], language, near) for one in beside}) > 1:
        return None  # from one day to another
    year = min(years, key=lambda found: max(found.start() - name.end(), name.start() - found.end()))
    first, last = sorted((name, year), key=lambda found: found.start())
    rest = f"{text[: first.start()]} {text[first.end() : last.start()]} {text[last.end() :]}"
    days = _DAY.findall(rest)
    if len(days) != 1:
        # "Jun 14, 2025 · 4 min read": of several numbers the one beside the name
        before, behind = _DAY_BEFORE.search(text[: name.start()]), _DAY_BEHIND.match(text, name.end())
        days = [found[1] for found in (before, behind) if found]
    if len(days) != 1:
        return None
    return calendars.common_era(int(year[1]), _month(readings, language, near), int(days[0])), _DAY.sub(
        " ", rest, count=1
    )


def _of_this_century(
    text: str, name: re.Match[str], readings: dict[str, int], language: str, near: date | None
) -> tuple[date, str] | None:
    """``14 Jun 25`` (RFC 822), 14-JUN-25 (databases), 14 มิ.ย. 68: behind day and name two digits at the end are a year."""
    before, behind = _DAY_BEFORE.search(text[: name.start()]), _SHORT_YEAR.match(text, name.end())
    if before is None or behind is None:
        return None
    year = int(behind[1])
    year += 2500 if "th" in readings else 2000 if year < 70 else 1900
    return calendars.common_era(year, _month(readings, language, near), int(before[1])), text[: before.start()]


def _is_beside_a_number(text: str, name: re.Match[str]) -> bool:
    before, after = text[: name.start()].rstrip(" .-/,"), text[name.end() :].lstrip(" .-/,")
    return before[-1:].isdigit() or after[:1].isdigit()


def _month(readings: dict[str, int], language: str, near: date | None) -> int:
    language = language[:2]
    if language in readings:
        return readings[language]
    if near is not None and near.month in readings.values():
        return near.month
    # Croatian names stand for other months than the same words in Czech and Polish ("listopad"): only when asked for
    return next((month for tongue, month in readings.items() if tongue != "hr"), readings.get("hr", 0))


@per_vocabulary
def _names() -> dict[str, dict[str, int]]:
    """The months as `_plain` leaves them."""
    names: dict[str, dict[str, int]] = {}
    for name, readings in months().items():
        names.setdefault(_plain(name), {}).update(readings)
    return names


@per_vocabulary
def _month_pattern() -> re.Pattern[str]:
    # by first letters: Python tries one alternative after the other at every letter
    initials = [
        re.escape(first) + "(?:" + "|".join(re.escape(name[1:]) for name in sorted(names, key=len, reverse=True)) + ")"
        for first, names in groupby(sorted(_names()), key=lambda name: name[0])
    ]
    return re.compile(r"(?<![^\W\d_])(" + "|".join(initials) + r")(?![^\W\d_])")


ZONE = timedelta(hours=14)
"""The widest offset of a zone from UTC: so far apart two spellings of one time may lie."""


def agree(
    day: date, at: datetime | None, precision: str | None, other_day: date | None, other_at: datetime | None
) -> bool:
    """Whether two publication dates can be the same: ``day`` (as written), ``at`` (UTC) and its ``precision``, and another's.

    The day may be the other's own or its day in UTC; times may lie `ZONE` apart.
    """
    if day in (other_day, other_at.date() if other_at else other_day):
        return True
    return precision != "day" and at is not None and other_at is not None and abs(at - other_at) <= ZONE
