"""Days that stand in the text: in the dateline of its first line ("LIMA, May 4 (EFE) –") and as a date line above it.

Only whole lines and datelines count; a date inside a sentence is what the story is about.
"""

import re
from datetime import date
from typing import Final

from copydesk.press import dates
from copydesk.press.agencies import lookup
from copydesk.vocabulary import SENTENCE_END

DATELINE_REACH: Final = 200
REACH: Final = 500
"""Characters of a body's beginning that are looked at for a dateline, and for date lines."""

LONGEST: Final = 90
"""Characters of a date line: "Zuletzt aktualisiert am Samstag, 14. Juni 2025 um 10:32 Uhr" has 58."""

_HEAD_LINES = 6

_OTHER_DAY = re.compile(
    r"(?i)updat|modif|edited|corrected|reviewed|amended|revised|aktuali|\bstand\b|änder|bearbeitet|mise? à jour|actuali[sz]"
    r"|atualiz|aggiorna|bijgewerkt|gewijzigd|uppdater|oppdater|opdater|ändrad|endret|ændret|päivit|muokat|zmian|ažur|posodob"
    r"|atnaujin|atjaunin|uuendat|frissít|módosít|обновл|измен[её]н|оновл|ажурир|güncelle|ενημ[εέ]ρ|更新|修改|업데이트|수정"
    r"|تحديث|روزرسانی|עודכן|עדכון|diperbarui|pembaruan|kemas ?kini|cập nhật|อัปเดต|อัพเดต|अपडेट|আপডেট|হালনাগাদ"
    r"|\buntil\b|deadline|expires|available|\bevents?\b|\bwhen\b|cinemas|release|save the date|\bbis\b|kinostart"
    r"|jusqu|hasta|fino al|\baté\b"
)
"""Words of lines that say when the story was changed, later than its date as it should be, or when something else is."""

_LINE = re.compile(r"(?!\d{1,2}:\d\d\s?\D)(?:[^\W\d_]++[\s:,.]{0,3}){0,4}\d[^()@|#]*")
"""A date line begins with its number, or with up to four words and then the number: "Published on Saturday, June 14". A
time before it is the length of a video."""

_DATELINE = re.compile(
    r"[^\w\n]{0,3}(?P<place>[^\W\d_][^\d\n,.(]{1,40})[,.]\s{1,2}"
    r"(?P<day>(?:[^\W\d_]{3,12}\.?,?\s)?(?:\d{1,2}(?:\.|st|nd|rd|th|er)?(?:\s(?:de|di|d'|of))?\s[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?))"
    r"(?:,?\s(?:del?\s)?(?P<year>(?:19|20)\d\d))?\s{0,2}"
    r"(?:(?P<agency>\([^()\n]{2,40}\)\.?|\.?\s?/[^/\n]{2,40}/|[.:]\s{0,2}[A-ZА-ЯІЇЄ./ ]{3,30})?\s{0,2}[-–—:]"
    r"|\.?\s?(?P<slashed>/[^/\n]{2,40}/)\.)"
)
_BARE = re.compile(
    r"[^\w\n]{0,3}(?P<place>[^\W\d_][^\d\n,.(]{1,40})[,.]?\s{1,2}"
    r"(?P<day>\d{1,2}\.?\s[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s\d{1,2})\.?(?:,?\s(?P<year>(?:19|20)\d\d)\.?)?\s{0,2}"
    r"(?P<agency>\([^()\n]{2,40}\)|/[^/\n]{2,40}/)"
)
"""Without a comma or a dash, as many agencies print it: "Praha 14. června (ČTK)"; an agency must stand in the brackets."""
_EAST_ASIAN = re.compile(r"^[^\n]{0,40}?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:电|電|讯|訊|\s[A-Z]{2,4}】)")

HINT: Final = (
    r"日(?:[电電讯訊]| [A-Z]{2,4}】)|\A[^\n]*[,.] [^\n]*[0-9][^\n]*[-–—:)/]"
    r"|\A[^\n]{0,60}[0-9][^\n]{0,20}(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/)"
)
"""Rust: whether a body's beginning can hold a dateline."""

LINE_HINT: Final = r"[0-9]{4}|[0-9] ?[./-] ?[0-9]"
"""Rust: whether a body's beginning can hold a date line."""

_YEARS = 5
"""By which a dateline that names neither an agency nor its place in capitals may lie apart: "Ana Lind, May 4, 1931 –" lived."""

_DIGITS = re.compile(r"\d{1,2}")


def dateline(body: str, language: str | None, near: date) -> tuple[date, int, int] | None:
    """The day of the dateline that ``body`` begins with, and where it stands: (day, start, end), or None.

    A dateline names no year: the one that brings it closest to ``near`` is meant.
    """
    head = body[:DATELINE_REACH]
    lead = len(head) - len(head.lstrip())
    if found := _EAST_ASIAN.match(head, lead):
        return _closest(int(found["month"]), int(found["day"]), near, found.start("month"), found.end())
    found = _DATELINE.match(head, lead)
    bare = None if found else _BARE.match(head, lead)
    if bare and any(map(lookup, re.split(r"[/,]", bare["agency"].strip("()/ ")))):
        found = bare
    if found is None or len(found["place"].split()) > 5:
        return None
    # "Sunday, May 4 - Harbour Theatre" announces something
    named = bare or found["agency"] or found["slashed"] or found["place"].isupper()
    spans = head[found.end() :].lstrip()[:1].isdigit()  # "Exhibition, May 4, 2025 – 6 July 2025"
    if not named and (spans or abs(int(found["year"] or 0) - near.year) > _YEARS):
        return None
    read = dates.parse(f"{found['day']} {found['year'] or 2024}", language, near)
    if read is None:
        return None
    if found["year"]:
        return read.at.date(), found.start("day"), found.end("year")
    return _closest(read.at.month, read.at.day, near, found.start("day"), found.end("day"))


def _closest(month: int, day: int, near: date, start: int, end: int) -> tuple[date, int, int] | None:
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return (min(days, key=lambda candidate: abs(candidate - near)), start, end) if days else None


def date_line(body: str, language: str | None, near: date) -> tuple[date, int, int] | None:
    """The date line above the text, if there is just one day among those lines: (day, start, end).

    Above the text means before the first line that is a sentence or a paragraph.
    """
    found: list[tuple[date, int, int]] = []
    for line in list(re.finditer(r"[^\n]+", body[:REACH]))[:_HEAD_LINES]:
        text = line[0].strip()
        if text and not _OTHER_DAY.search(text[:LONGEST]) and (day := _day_of(text, language, near)):
            start = line.start() + line[0].index(text)
            found.append((day, start, start + len(text)))
        elif len(text) > LONGEST or SENTENCE_END.search(text):
            break
    return found[0] if len({day for day, _, _ in found}) == 1 else None


def _day_of(line: str, language: str | None, near: date) -> date | None:
    if len(line) > LONGEST or not _DIGITS.search(line) or not _LINE.match(line):
        return None
    read = dates.parse(line, language, near)
    return dates.written_day(line, read) if read else None
