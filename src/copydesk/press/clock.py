"""Finds the time of day in what sites write, with its half of the day and its zone."""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo

ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "wat": 60, "cat": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180, "trt": 180, "eat": 180, "idt": 180,
    "sast": 120, "gst": 240, "pkt": 300, "ist": 330, "npt": 345, "wib": 420, "ict": 420, "sgt": 480, "hkt": 480,
    "pht": 480, "awst": 480, "wita": 480, "jst": 540, "kst": 540, "wit": 540, "acst": 570, "aest": 600, "acdt": 630,
    "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180, "ast": -240, "edt": -240, "est": -300, "cdt": -300,
    "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480, "akdt": -480, "akst": -540, "hst": -600,
}  # fmt: skip
"""Minutes east of UTC. "IST" is taken as India: it is by far the most frequent user in English-language news."""

_OFFSET = (
    r"(?P<zone>(?:gmt|utc)\s?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[+-]\d{2}:?\d{2}|"
    + "|".join(sorted(ZONES, key=len, reverse=True))
    + r")"
)
_LATE = ("p", "μ", "م", "ب", "ch", "malam", "পি", "अप")
_EARLY = ("a", "π", "ص", "ق", "এ", "पू")
"""How the words for a half of the day begin that stand behind the time."""
_HALF = (
    r"(?P<half{0}>[ap](?:\.\s?)?m\b\.?|[πμ]\.?μ\b\.?|مساء|صباح|بعد الظهر|[بق]\.ظ|[صم](?!\w)|ch\b|petang|malam|[পএ]ি?এম"
    r"|अपराह्न|पूर्वाह्न)"
)
_LED = r"(?:(?<![^\W\d_])(?:kl\.?|klo|um|alle(?: ore)?|a las?|às|om|ob)\s?)"
_TIME = re.compile(
    r"(?<![\d:])(?:" + _LED + r"?(?P<hour>\d{1,2})\s?(?:[:h]\s?(?P<minute>\d{2})|[:時时点시]\s?(?P<minute1>\d{1,2}))"
    r"(?:\s?[:分분]\s?(?P<second>\d{2})?)?(?:[.,]\d+)?(?:\s?uhr)?(?:\s?" + _HALF.format("1") + r")?"
    r"|" + _LED + r"?(?P<hour2>\d{1,2})\.(?P<minute2>\d{2})(?:\s?(?:uhr|uur)\b|\s?" + _HALF.format("2") + r")"
    r"|" + _LED + r"(?P<hour3>\d{1,2})(?:[.:](?P<minute3>\d{2}))?(?!\d|\.\d)"
    r"|(?P<hour4>\d{1,2})\s?(?:" + _HALF.format("4") + r"|uhr\b|h\b|[時时点시])"
    r")\s?(?:\(?" + _OFFSET + r"\b\)?)?"
)
_DOTTED_TIME = re.compile(
    r"(?<![\d.,/-])(?P<hour>\d{1,2})\.(?P<minute>\d{2})(?![\d.,/-])\s?(?:\(?" + _OFFSET + r"\b\)?)?"
)
"""Hour and minute as half of Europe and Indonesia write them; as half a date looks, too: tried where no other time is."""
_AMERICAN = re.compile(r"\(?([ecmp])t\b\)?")
"""Behind "a.m." and "p.m." only: "et" is a word elsewhere."""
_AFTERNOON = re.compile(r"下午|午後|오후|\bпополудни\b")
_MORNING = re.compile(r"上午|午前|오전")


def find(text: str) -> re.Match[str] | None:
    """Where the time of day stands in ``text`` (small letters, digits from 0 to 9)."""
    return _TIME.search(text)


def find_dotted(text: str) -> re.Match[str] | None:
    """Where one stands that looks like half a date, too."""
    return _DOTTED_TIME.search(text)


def time_of(text: str, found: re.Match[str]) -> tuple[tuple[int, int, int], tzinfo | None]:
    """((hour, minute, second), zone) of a time of day in ``text``."""
    groups = found.groupdict()

    def part(name: str) -> str:
        return next((value for key, value in groups.items() if value and key.rstrip("1234") == name), "")

    hour, minute, second = int(part("hour")), int(part("minute") or 0), int(part("second") or 0)
    half = part("half")
    if (half.startswith(_LATE) or _AFTERNOON.search(text)) and hour < 12:
        hour += 12
    elif (half.startswith(_EARLY) or _MORNING.search(text)) and hour == 12:
        hour = 0
    zone: tzinfo | None = _zone(found["zone"])
    if zone is None and half and (american := _AMERICAN.match(text, found.end())):
        zone = _American(_AMERICAN_HOURS[american[1]])
    return (hour, minute, min(second, 59)), zone


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in ZONES:
        return timezone(timedelta(minutes=ZONES[text]))
    text = text.removeprefix("gmt").removeprefix("utc").strip()
    sign, digits = -1 if text[0] == "-" else 1, text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


_AMERICAN_HOURS = {"e": -5, "c": -6, "m": -7, "p": -8}


class _American(tzinfo):
    """A zone of the United States that says neither "standard" nor "daylight": what holds on the day, by the rule of 2007."""

    def __init__(self, hours: int) -> None:
        self._standard = timedelta(hours=hours)

    def utcoffset(self, at: datetime | None) -> timedelta:
        return self._standard + self.dst(at)

    def dst(self, at: datetime | None) -> timedelta:
        if at is None:
            return timedelta(0)
        # from the second Sunday of March to the first of November
        begins, ends = (day + timedelta(days=6 - day.weekday()) for day in (date(at.year, 3, 8), date(at.year, 11, 1)))
        return timedelta(hours=begins <= at.date() < ends)

    def tzname(self, at: datetime | None) -> str:
        return "US"
