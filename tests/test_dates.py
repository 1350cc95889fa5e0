"""Dates in the forms that news sites and scrapers write."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import record
from copydesk.press.datelines import date_line, dateline
from copydesk.press.dates import parse
from copydesk.rules import REGISTRY
from copydesk.vocabulary import months
from test_rules import articles, passes

DAY = datetime(2025, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2025-06-14", DAY, "day"),
        ("20250614", DAY, "day"),
        ("2025-06-14T10:20:30+02:00", DAY.replace(hour=8, minute=20, second=30), "instant"),
        ("2025-06-14 10:20:30", DAY.replace(hour=10, minute=20, second=30), "local"),
        ("20250614T102030Z", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("1749896430", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("1749896430000", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("Sat, 14 Jun 2025 10:20:30 +0000", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("Sat Jun 14 2025 10:20:30 GMT+0200 (CEST)", DAY.replace(hour=8, minute=20, second=30), "instant"),
        ("June 14, 2025", DAY, "day"),
        ("Jun. 14th 2025 3:05 p.m. EDT", DAY.replace(hour=19, minute=5), "instant"),
        ("14. Juni 2025, 10:32 Uhr", DAY.replace(hour=10, minute=32), "local"),
        ("14 juin 2025 à 10h32", DAY.replace(hour=10, minute=32), "local"),
        ("14 de junio de 2025", DAY, "day"),
        ("sábado, 14 de junho de 2025", DAY, "day"),
        ("14 giugno 2025", DAY, "day"),
        ("14 июня 2025 г., 10:20", DAY.replace(hour=10, minute=20), "local"),
        ("2025年6月14日 下午3:05", DAY.replace(hour=15, minute=5), "local"),
        ("令和7年6月14日", DAY, "day"),
        ("2025년 6월 14일 오후 3:20", DAY.replace(hour=15, minute=20), "local"),
        ("١٤ يونيو ٢٠٢٥", DAY, "day"),
        ("14 जून 2025", DAY, "day"),
        ("14 Haziran 2025", DAY, "day"),
        ("14 tháng 6, 2025", DAY, "day"),
        ("14 มิถุนายน 2568", DAY, "day"),
        ("14 czerwca 2025, 10:15", DAY.replace(hour=10, minute=15), "local"),
        ("2025. június 14.", DAY, "day"),
        ("14 ביוני 2025", DAY, "day"),
        ("14.06.2025", DAY, "day"),
        ("14/06/2025", DAY, "day"),
        ("06/14/2025", DAY, "day"),
        ("lördag 14 juni 2025 kl. 10.30", DAY.replace(hour=10, minute=30), "local"),
        ("June 14, 2025, 5 p.m.", DAY.replace(hour=17), "local"),
        ("14 June 2025, 5.30pm", DAY.replace(hour=17, minute=30), "local"),
        ("14. Juni 2025, 10 Uhr", DAY.replace(hour=10), "local"),
        ("14 juin 2025 à 10h", DAY.replace(hour=10), "local"),
        ("14 giugno 2025 alle 10", DAY.replace(hour=10), "local"),
        ("14.06.2025, 22.15 uur", DAY.replace(hour=22, minute=15), "local"),
        ("2568-06-14", DAY, "day"),
        ("04:25:06 PM IST Jun 14, 2025", DAY.replace(hour=10, minute=55, second=6), "instant"),
        ("14 Jun 25 10:20:30 GMT", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("14-JUN-25", DAY, "day"),
        ("14 มิ.ย. 68", DAY, "day"),
        ("202506141020", DAY.replace(hour=10, minute=20), "local"),
        ("1749896430000.0", DAY.replace(hour=10, minute=20, second=30), "instant"),
        ("1749896430000000000", DAY.replace(hour=10, minute=20, second=30), "instant"),
    ],
)
def test_forms_that_name_a_day(text: str, at: datetime, precision: str) -> None:
    read = parse(text)
    assert read is not None
    assert (read.at, read.precision) == (at, precision)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "1446/12/18", "18 ذو الحجة 1446", "2 hours ago", "June 2025", "Tuesday", "99/99/2025", "31 February 2025", "12:07", "6月14日",
        "On June 14, 2025 the president said in a long sentence that this is no date line at all",
        "14-06-25", "0", "-1", "9" * 40, "2025-13-45", "1 2 3 June 2025", "June " * 40, "\x00", "२" * 90,
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "14/06/2025 5:20 p. m.", "14 de junio de 2025 a la 5:20 p. m.", "14/06/2025 5:20 μ.μ.", "14 يونيو 2025 05:20 م",
        "14 يونيو 2025 - 05:20 مساءً", "05:20 CH, 14/06/2025", "14 Jun 2025, 5:20 petang", "14/06/2025 às 17h20",
        "14 jun 2025 às 17h20", "2025年6月14日 午後5時20分", "14 giugno 2025 | 17.20", "14 มิถุนายน 2568 เวลา 17.20 น.",
        "14. junij 2025 ob 17.20", "۲۴ خرداد ۱۴۰۴ - ۱۷:۲۰", "1404-03-24T17:20:00",
    ],
)  # fmt: skip
def test_clocks_of_twelve_hours_and_of_other_marks(text: str) -> None:
    read = parse(text)
    assert read is not None
    assert (read.at, read.precision) == (DAY.replace(hour=17, minute=20), "local")


def test_an_hour_with_few_minutes() -> None:
    assert parse("2025年6月14日午後３時５分").at == DAY.replace(hour=15, minute=5)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "14/6/2025, 17:20 (GMT+7)", "14/06/2025 17:20 UTC+7", "14 June 2025 17:20 GMT +07:00", "Sabtu 14 Juni 2025, 17.20 WIB",
        "Sat 14 Jun 2025 11.20 BST", "14 June 2025 5.20 am EST", "June 14, 2025 6:20 a.m. ET", "14 June 2025 13:20 EAT",
        "June 14, 2025 03:20 AM PT", "14 June 2025 07:20 UTC−3", "2568-06-14T17:20:00+07:00",
    ],
)  # fmt: skip
def test_zones_as_they_are_written(text: str) -> None:
    read = parse(text)
    assert read is not None
    assert (read.at, read.precision) == (DAY.replace(hour=10, minute=20), "instant")


def test_american_time_is_that_of_the_season() -> None:
    winter = parse("January 14, 2025 5:20 a.m. ET")
    assert winter is not None
    assert winter.at.hour == 10
    assert parse("14 juin 2025 à 10:20 et en continu").precision == "local"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "Jun 14, 2025 · 4 min read", "14 June 2025 | 5 min read", "June 14, 2025 · 3 comments",
        "Publié le 14 juin 2025 à 18h30, mis à jour le 15 juin 2025 à 9h12", "14 يونيو 2025 (18 ذو الحجة 1446)",
        "السبت - 18 ذو الحجة 1446 هـ - 14 يونيو 2025 مـ",
    ],
)  # fmt: skip
def test_of_several_numbers_the_one_beside_the_month_is_the_day(text: str) -> None:
    assert parse(text).at.date() == DAY.date()  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["14 June – 20 July 2025", "14 June 2025 – 20 June 2025", "14 June 25 people"])
def test_a_span_of_days_is_no_date(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "۲۴ خرداد ۱۴۰۴", "شنبه ۲۴ خرداد ۱۴۰۴", "۱۴۰۴/۰۳/۲۴", "1404/03/24", "24/03/1404", "民國114年6月14日", "中華民國114年6月14日",
        "14 HAZİRAN 2025", "14 İyun 2025", "14 حزيران/يونيو 2025", "14 جوان 2025", "14 јуна 2025.", "14. juna 2025.",
        "2025eko ekainaren 14a", "2025. gada 14. jūnijā", "14 જૂન 2025", "14 ಜೂನ್ 2025", "14 ജൂൺ 2025", "14 ਜੂਨ 2025",
        "14 ජූනි 2025", "14 ມິຖຸນາ 2025", "114年6月14日", "14 ġunju 2025", "14 ጁን 2025", "7 ሰኔ 2017", "ሰኔ 7 ቀን 2017 ዓ.ም",
        "ቅዳሜ፣ ሰኔ 7፣ 2017 ዓ.ም. 17:20", "السبت 18 ذو الحجة 1446 - 14 يونيو 2025", "18 ذو الحجة 1446 هـ - 14 يونيو 2025",
    ],
)  # fmt: skip
def test_calendars_and_cases(text: str) -> None:
    assert parse(text).at.date() == DAY.date()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("۳۰ اسفند ۱۴۰۳", date(2025, 3, 20)), ("1404/01/01", date(2025, 3, 21)), ("1400/01/01", date(2021, 3, 21)),
        ("1375/01/01", date(1996, 3, 20)), ("1409/01/01", date(2030, 3, 21)), ("1402/07/01", date(2023, 9, 23)),
        ("令和元年5月1日", date(2019, 5, 1)), ("昭和63年6月14日", date(1988, 6, 14)), ("14 KASIM 2025", date(2025, 11, 14)),
        ("መስከረም 1 2016", date(2023, 9, 12)), ("1 መስከረም 2018", date(2025, 9, 11)), ("ጳጉሜን 6 2015", date(2023, 9, 11)),
        ("14 ARALIK 2025", date(2025, 12, 14)), ("14 اكتوبر 2025", date(2025, 10, 14)), ("14 اغسطس 2025", date(2025, 8, 14)),
    ],
)  # fmt: skip
def test_days_of_other_calendars_and_spellings(text: str, day: date) -> None:
    assert parse(text).at.date() == day  # type: ignore[union-attr]


def test_near_date_decides_between_day_and_month() -> None:
    text = "06/01/2025"
    assert parse(text, "en").at.date() == date(2025, 6, 1)  # type: ignore[union-attr]
    assert parse(text, "en-GB").at.date() == date(2025, 1, 6)  # type: ignore[union-attr]
    assert parse(text, "fr").at.date() == date(2025, 1, 6)  # type: ignore[union-attr]
    assert parse(text, "en", date(2025, 1, 7)).at.date() == date(2025, 1, 6)  # type: ignore[union-attr]


def test_croatian_month_names_only_for_croatian() -> None:
    assert parse("12 listopada 2024").at.month == 11  # type: ignore[union-attr]
    assert parse("12 listopada 2024", "hr").at.month == 10  # type: ignore[union-attr]


@given(st.datetimes(datetime(1995, 1, 1), datetime(2099, 12, 31)), st.integers(-12, 14))
def test_iso_and_rfc_2822_round_trip(moment: datetime, hours: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    for text in (aware.isoformat(), format_datetime(aware)):
        read = parse(text)
        assert read is not None
        assert read.at == aware
        assert read.precision == "instant"


@given(st.dates(date(1995, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(months())))
def test_every_month_name_of_the_vocabulary_is_read(day: date, name: str) -> None:
    for language, month in months()[name].items():
        read = parse(f"{min(day.day, 28)} {name} {day.year}", language)
        assert read is not None
        assert read.at.date() == date(day.year, month, min(day.day, 28))


@given(st.text(max_size=120))
def test_no_text_crashes(text: str) -> None:
    read = parse(text)
    assert read is None or read.at.tzinfo is UTC


def test_a_month_name_beside_a_number_is_meant() -> None:
    # "des" is a short form of December in Afrikaans and the German article
    assert parse("Stand des Artikels: 26. Februar 2020, 12:30 Uhr").at.date() == date(2020, 2, 26)  # type: ignore[union-attr]


def test_blanks_in_a_date_do_not_make_it_too_long() -> None:
    assert parse("Jun 14, 2025" + " " * 60 + "at\n" + " " * 60 + "2:19 pm EST") is not None


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("LIMA, May 4 (EFE) - The ferry", date(2025, 5, 4)),
        ("LIMA, May 4 (EFE) — The ferry", date(2025, 5, 4)),
        ("  HVIDVIK, 3. juni (Ritzau) - Færgen", date(2025, 6, 3)),
        ("LIMA, 4 de mayo (EFE).- El transbordador", date(2025, 5, 4)),
        ("LIMA, May 4, 2024 (EFE) - The ferry", date(2024, 5, 4)),
        ("МОСКВА, 4 мая (ТАСС) — Паром", date(2025, 5, 4)),
        ("新华社北京5月4日电 渡轮", date(2025, 5, 4)),
        ("LIMA, Dec 30 (EFE) - The ferry", date(2024, 12, 30)),
        ("МОСКВА, 4 мая. /ТАСС/. Паром", date(2025, 5, 4)),
        ("Москва. 4 мая. INTERFAX.RU - Паром", date(2025, 5, 4)),
        ("Brasília, 4 de maio de 2025 - O ferry", date(2025, 5, 4)),
        ("Praha 4. května (ČTK) - Přívoz", date(2025, 5, 4)),
        ("Budapest, május 4. (MTI) - A komp", date(2025, 5, 4)),
        ("NEW DELHI, May 4 (PTI) The ferry", date(2025, 5, 4)),
        ("القاهرة في 4 مايو /أ ش أ/ عادت العبارة", date(2025, 5, 4)),
        ("София, 4 май /БТА/ Фериботът", date(2025, 5, 4)),
        ("【5月4日 AFP】フェリー", date(2025, 5, 4)),
    ],
)
def test_datelines(body: str, day: date) -> None:
    found = dateline(body, None, date(2025, 1, 10) if day.month == 12 else date(2025, 6, 14))
    assert found is not None
    assert found[0] == day
    assert 0 <= found[1] < found[2] <= len(body)


@pytest.mark.parametrize(
    "body",
    ["", "The ferry left Lima on May 4 - two weeks late", "In Lima, two men (one old) - and a dog", "On Monday, May 4 ferries left.",
     "LIMA (EFE) - The ferry", "Lima, Room 4 - the door", "Sunday, May 4 - Harbour Theatre", "Am Freitag, 4. Mai: Konzert",
     "Samedi, 4 mai - Concert", "Dear Ana, May 4 - what a day", "Ana Lind, May 4, 1931 - June 2, 2025",
     "Exhibition, 4 May 2025 – 6 July 2025", "Concert May 4 (Harbour Theatre) - The ferry"],
)  # fmt: skip
def test_what_is_no_dateline(body: str) -> None:
    assert dateline(body, None, date(2025, 6, 14)) is None


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("14 June 2025, 10:32\nThe ferry runs again.", "14 June 2025, 10:32"),
        (
            "Ferry resumes\nPublished on Saturday, June 14, 2025\nThe ferry runs again.",
            "Published on Saturday, June 14, 2025",
        ),
        ("2025年6月14日 10:32\n渡し船が再開した。", "2025年6月14日 10:32"),
    ],
)
def test_date_lines_above_the_text(body: str, line: str) -> None:
    found = date_line(body, None, date(2025, 3, 1))
    assert found is not None
    assert found[0] == date(2025, 6, 14)
    assert body[found[1] : found[2]] == line


@pytest.mark.parametrize(
    "body",
    [
        "Updated 14 June 2025\nThe ferry runs again.", "Aktualisiert am 14.06.2025\nDie Fähre fährt wieder.",
        "The ferry runs again.\n14 June 2025", "13 June 2025\n14 June 2025\nThe ferry runs again.",
        "— Ferry Desk (@ferry) June 14, 2025\nThe ferry runs again.", "02:57 Min. Until 14.06.2025\nThe ferry runs again.",
        "Última actualización: 14 de junio de 2025\nEl ferry vuelve.", "Laatst bijgewerkt: 14 juni 2025\nDe veerboot vaart weer.",
        "Sist oppdatert: 14. juni 2025\nFergen går igjen.", "Последнее обновление: 14 июня 2025\nПаром снова ходит.",
        "آخر تحديث: 14 يونيو 2025\nعادت العبارة.", "最終更新日：2025年6月14日\n渡し船が再開した。", "2025年6月14日 10:00更新\n渡し船が再開した。",
        "Posted 14 June 2025, updated 15 June 2025\nThe ferry runs again.", "Deadline: 14 June 2025\nThe ferry runs again.",
        "Verfügbar bis 14.06.2025\nDie Fähre fährt wieder.", "Kinostart: 14. Juni 2025\nDie Fähre fährt wieder.",
    ],
)  # fmt: skip
def test_lines_that_do_not_date_the_text(body: str) -> None:
    assert date_line(body, None, date(2025, 3, 1)) is None


def test_a_url_names_the_day_of_an_event() -> None:
    dated = record(url="https://example.com/events/2025-08-20-harbour-festival", date="2025-06-14")
    slug = "date-differs-from-url"
    assert slug not in failing({**dated, "crawl_date": "2025-06-15T12:00:00Z"})[0]
    assert slug in failing({**dated, "crawl_date": "2025-08-19T12:00:00Z"})[0]


def test_a_line_after_the_crawl_announces_something() -> None:
    dated = record(date="2025-06-01", text="Saturday, 14 June 2025\nThe ferry to the island will run again.")
    slug = "date-before-date-line"
    assert slug in failing({**dated, "crawl_date": "2025-06-20T12:00:00Z"})[0]
    assert slug in failing({**dated, "crawl_date": "2025-06-13T12:00:00Z"})[0]
    assert slug not in failing({**dated, "crawl_date": "2025-06-02T12:00:00Z"})[0]


def failing(*records: dict[str, Any]) -> list[set[str]]:
    frame = articles(*records)
    slugs = [slug for slug in REGISTRY if slug.startswith(("date", "modified"))]
    verdicts = {slug: passes(REGISTRY[slug](), frame) for slug in slugs}
    return [{slug for slug in slugs if not verdicts[slug][row]} for row in range(len(records))]


def test_a_swap_needs_proof() -> None:
    slug = "date-day-month-swapped"
    dated = record(url="https://example.com/2025/06/02/ferry", date="2025-02-06")
    assert slug in failing(dated)[0]
    assert slug not in failing({**dated, "url": "https://example.com/ferry", "crawl_date": "2025-06-03"})[0]
    assert (
        slug
        in failing({**dated, "url": "https://example.com/ferry", "date": "2025-12-06", "crawl_date": "2025-06-13"})[0]
    )
    assert (
        slug
        not in failing({**dated, "url": "https://example.com/ferry", "date": "2025-12-01", "crawl_date": "2025-06-13"})[
            0
        ]
    )
    assert slug not in failing({**dated, "url": "https://example.com/2025/06/25/ferry", "date": "2025-06-26"})[0]


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (["2025-06-14", "2025-06-14", "2025-06-20"], [2]),
        (["2025-06-14", "2025-06-20"], []),
        (["2025-06-14", "2025-06-14", "2025-06-20", "2025-06-20"], []),
        (["2025-06-14", "2025-06-14", "2025-06-15"], []),
        (["2025-06-14", "2025-06-14", "2025-06-15T08:00:00Z"], []),
        (["2025-06-14", "2025-06-14", "2025-06-15T19:00:00Z"], [2]),
        (["2025-06-14T23:30:00-05:00", "2025-06-14", "2025-06-15T04:30:00Z"], []),
        (["2025-06-14", "2025-06-14", "None"], []),
    ],
)
def test_records_of_one_page_outvote_one_that_differs(days: list[str], wrong: list[int]) -> None:
    urls = [
        "https://www.example.com/ferry/",
        "http://example.com/ferry",
        "https://example.com/ferry#x",
        "https://example.com/ferry",
    ]
    records = [record(id=f"a{row}", url=urls[row], date=day) for row, day in enumerate(days)]
    found = failing(*records, record(id="else", url="https://example.com/other", date="2025-06-01"))
    assert [row for row, slugs in enumerate(found) if "date-differs-from-other-records" in slugs] == wrong


@pytest.mark.parametrize(
    ("date", "agrees"),
    [
        ("2025-06-14", True),
        ("2025-06-13", True),
        ("2025-06-12", False),
        ("2025-06-15", False),
        ("2025-06-13T22:30:00Z", True),
        ("2025-06-14 12:00:00", True),
        ("2025-06-14T14:00:00Z", True),
        ("2025-06-15T09:00:00Z", False),
    ],
)
def test_the_pages_day_is_its_own_or_that_in_utc(date: str, agrees: bool) -> None:
    html = "<meta property='article:published_time' content='2025-06-14T00:30:00+02:00'>"
    slugs = failing(record(date=date, html=html, url="https://example.com/ferry", crawl_date="2025-06-20T12:00:00Z"))[0]
    assert ("date-differs-from-page" not in slugs) == agrees


@pytest.mark.parametrize(
    "text", ["Sat, 14 Jun 2025 10:20:30 +0000", "Jun 14, 2025 at 3:05 pm EDT", "14.06.2025", "20250614"]
)
def test_dates_that_common_parsers_read(text: str) -> None:
    assert "date-written-out" not in failing(record(date=text))[0]


@pytest.mark.parametrize(
    "text",
    ["14 juin 2025", "14.06.2025, 10:20 Uhr", "Published on June 14, 2025", "1749896430000", "2025年6月14日", "2568-06-14",
     "14/06/2568", "1404/03/24", "١٤/٠٦/٢٠٢٥"],
)  # fmt: skip
def test_dates_that_common_parsers_do_not_read(text: str) -> None:
    assert "date-written-out" in failing(record(date=text))[0]


@pytest.mark.parametrize("text", ["2568-06-14T10:20:30+07:00", "1404-03-24T10:20:30+03:30"])
def test_years_of_other_calendars_with_a_zone(text: str) -> None:
    dated = record(url="https://example.com/2025/06/14/ferry", date=text, crawl_date="2025-06-15T12:00:00Z")
    assert failing(dated) == [{"date-written-out"}]


def test_an_unreadable_date_is_only_that() -> None:
    text = "06/01/2026 " + "and then some words that make it prose " * 2
    assert failing(record(date=text)) == [{"date-unparseable"}]


def test_a_word_without_an_end_is_no_date_line() -> None:
    assert all(date_line(f"{'a' * 80} {sign}@ 2\n" * 6, None, date(2025, 3, 1)) is None for sign in "1-")
