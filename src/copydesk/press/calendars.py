"""Years and months of other calendars than the common one: Buddhist, Ethiopian, Iranian, Japanese and Taiwanese."""

import re
from datetime import date, timedelta

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""By how much the years of an era lie behind."""

BEGINNINGS = ("13", "14", "24", "25", "26")
"""How years begin that are not counted from the birth of Christ."""

_MONTHS = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "ابان", "اذر", "دی", "بهمن", "اسفند"]
"""As `copydesk.press.dates` compares them."""
_SOLAR = re.compile(rf"(?P<d>\d{{1,2}})\s(?P<m>{'|'.join(_MONTHS)})\s(?:ماه\s)?(?P<y>\d{{4}})")
_SOLAR_YEARS = range(1370, 1411)
"""Years of the calendar of Iran and Afghanistan in which there was a web. Later ones are of the lunar calendar, whose months
begin when the moon is seen: they are not read."""


_ETHIOPIAN_MONTHS = (
    ("መስከረም",), ("ጥቅምት",), ("ኅዳር", "ህዳር"), ("ታኅሣሥ", "ታህሳስ", "ታኅሳስ"), ("ጥር",), ("የካቲት",), ("መጋቢት",), ("ሚያዝያ",), ("ግንቦት",),
    ("ሰኔ",), ("ሐምሌ", "ሀምሌ"), ("ነሐሴ", "ነሀሴ"), ("ጳጉሜን", "ጳጉሜ"),
)  # fmt: skip
_ETHIOPIAN_MONTH = {name: number for number, names in enumerate(_ETHIOPIAN_MONTHS, 1) for name in names}
_ETHIOPIAN = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})\s(?P<m1>{'|'.join(_ETHIOPIAN_MONTH)})|(?P<m2>{'|'.join(_ETHIOPIAN_MONTH)})\s(?P<d2>\d{{1,2}}))"
    r"[,፣]?\s(?:ቀን\s)?(?P<y>\d{4})(?:\s?ዓ[./]?\s?ም\.?)?"
)
_ETHIOPIAN_YEARS = range(1980, 2100)


def ethiopian(text: str) -> tuple[date, int, int] | None:
    """The Ethiopian date in ``text``, whose months have names of their own, and where it stands."""
    found = None if text.isascii() else _ETHIOPIAN.search(text)
    if found is None or int(found["y"]) not in _ETHIOPIAN_YEARS:
        return None
    year, month, day = int(found["y"]), _ETHIOPIAN_MONTH[found["m1"] or found["m2"]], int(found["d1"] or found["d2"])
    if not 1 <= day <= (30 if month < 13 else 6 if year % 4 == 3 else 5):
        raise ValueError("no such day")
    # months of thirty days, and a leap year in four; 1 Meskerem 1980 was 12 September 1987
    days = 365 * (year - 1980) + year // 4 - 1980 // 4 + 30 * (month - 1) + day - 1
    return date(1987, 9, 12) + timedelta(days=days), *found.span()


def solar(text: str) -> tuple[date, int, int] | None:
    """The Iranian date in ``text`` with its month in words, and where it stands."""
    found = None if text.isascii() else _SOLAR.search(text)
    if found is None:
        return None
    day = common_era(int(found["y"]), _MONTHS.index(found["m"]) + 1, int(found["d"]))
    return day, found.start(), found.end()


def republican(year: int) -> int:
    """``year`` of the common era; three digits are Taiwan's, which counts from 1912 and often leaves out the era's name."""
    return year + ERAS["民國"] if 100 <= year < 200 else year


def common_era(year: int, month: int, day: int) -> date:
    """Thai news counts years from the Buddha (2568 is 2025), Iranian from the Hijra, by the sun, and from spring."""
    if year in _SOLAR_YEARS:
        if day > (31 if month < 7 else 30):
            raise ValueError("no such day")
        # 8 years in 33 are leap years; 1 Farvardin 1370 was 21 March 1991
        leaps = (8 * year + 21) // 33 - (8 * 1370 + 21) // 33
        return date(1991, 3, 20) + timedelta(
            days=365 * (year - 1370) + leaps + 30 * (month - 1) + min(month - 1, 6) + day
        )
    return date(year - 543 if 2400 < year < 2700 else year, month, day)
