"""Reads the dates that news sites and scrapers write, in any language whose month names are in the vocabulary.

`parse` turns one scraped string into an instant in UTC and says how exact it was. It is strict: a string without a day,
a month and a year is not a date, and neither is a sentence that happens to contain one.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Literal

import polars as pl

from copydesk.vocabulary import months, per_vocabulary

Precision = Literal["instant", "local", "day"]

INSTANT: Final = pl.Datetime("us", "UTC")
"""The type of instants in every frame."""

LONGEST = 100
"""Characters; a longer string is not a date (the longest real one seen has 61)."""

_PROSE = 45
"""Letters that may be left beside the date ("Sist oppdatert lørdag, kl."); more is prose."""

ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "мск": 180, "trt": 180, "sast": 120, "pkt": 300, "ist": 330, "wib": 420,
    "ict": 420, "sgt": 480, "hkt": 480, "pht": 480, "awst": 480, "wita": 480, "jst": 540, "kst": 540, "aest": 600,
    "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180, "ast": -240, "edt": -240, "est": -300, "cdt": -300,
    "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480,
}  # fmt: skip
"""Minutes east of UTC. "IST" is taken as India: it is by far the most frequent user in English-language news."""

_OFFSET = r"(?P<zone>(?:gmt|utc)?[+-]\d{2}:?\d{2}|" + "|".join(sorted(ZONES, key=len, reverse=True)) + r")"
_HALF = r"(?P<half{0}>[ap]\.?m\b\.?)"
_LED = r"(?:kl\.?|klo|um|alle(?: ore)?|a las|às|om)\s?"
_TIME = re.compile(
    r"(?<![\d:])(?:"
    r"(?P<hour>\d{1,2})\s?(?::|h|時|时|点|시)\s?(?P<minute>\d{2})(?:\s?[:분分]\s?(?P<second>\d{2})?)?(?:[.,]\d+)?(?:\s?uhr)?"
    r"(?:\s?" + _HALF.format("1") + r")?"
    r"|(?:" + _LED + r")?(?P<hour2>\d{1,2})\.(?P<minute2>\d{2})(?:\s?(?:uhr|uur)\b|\s?" + _HALF.format("2") + r")"
    r"|" + _LED + r"(?P<hour3>\d{1,2})(?:[.:](?P<minute3>\d{2}))?(?!\d|\.\d)"
    r"|(?P<hour4>\d{1,2})\s?(?:" + _HALF.format("4") + r"|uhr\b|h\b|[時时点시])"
    r")\s?(?:\(?" + _OFFSET + r"\b\)?)?"
)
_AFTERNOON = re.compile(r"下午|午後|오후|\bпополудни\b")
_MORNING = re.compile(r"上午|午前|오전")
_EAST_ASIAN = re.compile(
    r"(?P<era>令和|平成)?\s?(?P<y>\d{1,4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]?"
)
_ERAS = {"令和": 2018, "平成": 1988}
_VIETNAMESE = re.compile(r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s*(?:,|năm|-|/|\s)\s*(?P<y>\d{4})")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,4})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<c>\d{4}|\d{1,2})(?![\d/])"
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|re|de|a|º|ª)?(?![\d])")
_AMBIGUOUS = re.compile(r"^\D*\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4}")
_MONTH_FIRST = ("en", "en-us", "en-ph")
_OLDEST = 1600
"""Years before it are no news: 1404 is the Iranian calendar's 2025, which is not read."""

_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\d{6}|\.\d+)?")
_ISO = re.compile(r"\d{4}-|\d{8}T")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")


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
    try:
        return datetime.fromisoformat(text.strip()).date() if read.precision == "instant" else read.at.date()
    except ValueError:
        return read.at.date()


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
    if not _ISO.match(text) or "24" <= text[:2] <= "26":  # Buddhist years are read below
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10:
        return Published(at.replace(tzinfo=UTC), "day")
    return _published(at)


def _digits(text: str) -> Published | None:
    """Epoch seconds, milliseconds or microseconds; ``YYYYMMDD`` and ``YYYYMMDDhhmmss``."""
    if compact := _COMPACT.fullmatch(text):
        parts = [int(part) for part in compact.groups() if part]
        if 1900 <= parts[0] <= 2100:
            at = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
            return Published(at, "local" if len(parts) > 3 else "day")
    if epoch := _EPOCH.fullmatch(text):
        return Published(datetime.fromtimestamp(int(epoch[1]), UTC), "instant")
    return None


def _written(text: str, language: str, near: date | None) -> Published | None:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    rest, clock, zone = _take_time(text)
    found = _take_day(rest, language, near)
    if found is None or found[0].year < _OLDEST:
        return None
    day, rest = found
    if sum(char.isalpha() for char in rest) > _PROSE:
        return None
    if clock is None:
        return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), "day")
    hour, minute, second = clock
    return _published(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone))


def _published(at: datetime) -> Published:
    if at.tzinfo is None:
        return Published(at.replace(tzinfo=UTC), "local")
    return Published(at.astimezone(UTC), "instant")


def _take_time(text: str) -> tuple[str, tuple[int, int, int] | None, timezone | None]:
    """Cuts the time of day out of ``text``: (the rest, (hour, minute, second), zone)."""
    text = text.replace("t", " ", 1) if re.search(r"\dt\d", text) else text
    found = _TIME.search(text)
    if found is None:
        return text, None, None
    groups = found.groupdict()

    def part(name: str) -> str:
        return next((value for key, value in groups.items() if value and key.rstrip("1234") == name), "")

    hour, minute, second = int(part("hour")), int(part("minute") or 0), int(part("second") or 0)
    half = part("half")
    if (half.startswith("p") or _AFTERNOON.search(text)) and hour < 12:
        hour += 12
    elif (half.startswith("a") or _MORNING.search(text)) and hour == 12:
        hour = 0
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return rest, (hour, minute, min(second, 59)), _zone(found["zone"])


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in ZONES:
        return timezone(timedelta(minutes=ZONES[text]))
    text = text.removeprefix("gmt").removeprefix("utc")
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _take_day(text: str, language: str, near: date | None) -> tuple[date, str] | None:
    """Cuts day, month and year out of ``text``: (the day, what is left), or None."""
    if found := _EAST_ASIAN.search(text) or _VIETNAMESE.search(text):
        groups = found.groupdict()
        year = int(groups["y"]) + _ERAS.get(groups.get("era") or "", 0)
        return date(year, int(groups["m"]), int(groups["d"])), text[: found.start()] + text[found.end() :]
    if (found := _NUMERIC.search(text)) and (day := _numeric(found, language, near)):
        return day, text[: found.start()] + text[found.end() :]
    return _named(text, language, near)


def _numeric(found: re.Match[str], language: str, near: date | None) -> date | None:
    first, second, third = found["a"], found["b"], found["c"]
    if len(first) == 4:
        return date(_common_era(int(first)), int(second), int(third))
    if len(third) != 4:
        return None  # a two-digit year is a guess
    year, a, b = _common_era(int(third)), int(first), int(second)
    if a > 12 or b > 12 or found["sep"] == ".":
        return date(year, a, b) if b > 12 else date(year, b, a)
    month_first, day_first = date(year, a, b), date(year, b, a)
    if near is not None:
        return min(month_first, day_first, key=lambda day: (abs(day - near), day != month_first))
    return month_first if language in _MONTH_FIRST else day_first


def _named(text: str, language: str, near: date | None) -> tuple[date, str] | None:
    names = list(_month_pattern().finditer(text))
    years = _YEAR.findall(text)
    if not names or len(years) != 1:
        return None
    # "Stand des Artikels: 26. Februar 2020" holds a short form of December: the name beside a number is meant
    found = next((name for name in names if _is_beside_a_number(text, name)), names[0])
    month = _month(months()[found[1]], language, near)
    rest = text[: found.start()] + " " + text[found.end() :]
    rest = _YEAR.sub(" ", rest, count=1)
    days = _DAY.findall(rest)
    if len(days) != 1:
        return None
    return date(_common_era(int(years[0])), month, int(days[0])), _DAY.sub(" ", rest, count=1)


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
def _month_pattern() -> re.Pattern[str]:
    names = sorted(months(), key=len, reverse=True)
    return re.compile(r"(?<![^\W\d_])(" + "|".join(map(re.escape, names)) + r")(?![^\W\d_])")


def _common_era(year: int) -> int:
    """Thai news counts years from the Buddha: 2568 is 2025."""
    return year - 543 if 2400 < year < 2700 else year


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
