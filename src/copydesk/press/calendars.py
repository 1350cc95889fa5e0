"""Years and months of other calendars than the common one: Buddhist, Iranian, Japanese and Taiwanese."""

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


def solar(text: str) -> tuple[date, int, int] | None:
    """The Iranian date in ``text`` with its month in words, and where it stands."""
    found = None if text.isascii() else _SOLAR.search(text)
    if found is None:
        return None
    day = common_era(int(found["y"]), _MONTHS.index(found["m"]) + 1, int(found["d"]))
    return day, found.start(), found.end()


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
