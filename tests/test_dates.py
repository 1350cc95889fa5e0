"""Dates in the forms that news sites and scrapers write."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.articles.dates import parse
from copydesk.vocabulary import months

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
    ],
)
def test_forms_that_name_a_day(text: str, at: datetime, precision: str) -> None:
    read = parse(text)
    assert read is not None
    assert (read.at, read.precision) == (at, precision)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "1404/03/24", "2 hours ago", "June 2025", "Tuesday", "99/99/2025", "31 February 2025", "12:07", "6月14日",
        "On June 14, 2025 the president said in a long sentence that this is no date line at all",
        "14-06-25", "0", "-1", "9" * 40, "2025-13-45", "1 2 3 June 2025", "June " * 40, "\x00", "२" * 90,
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse(text) is None


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
